"""`triage bench`: speed and memory, as ratios against a peer or a floor measured in the same run."""

from __future__ import annotations

import typer

bench = typer.Typer(help="Speed and memory, as ratios measured in one run.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(bench, name="bench")
