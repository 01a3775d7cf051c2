"""Data and their loaders."""
