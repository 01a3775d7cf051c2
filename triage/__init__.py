"""The domain of the triage system, without the web."""
