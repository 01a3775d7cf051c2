"""Migrations of the database, run by ``triage.store.setup``; the first one holds everything."""
