"""Alembic's entry: migrates over the connection that ``triage.store.setup`` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from triage.store.columns import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
