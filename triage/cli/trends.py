"""`triage report`: the figures of a month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triage.cli.output import AsJson, print_json, say


def add_to(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command("report")(report)


def report(
    month: Annotated[str, typer.Option(help="The month of receipt, like 2019-11.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the figures as JSON and CSV; printed if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count a month's reports by category, county, channel, risk and kind."""
    from triage.cli.workplace import opened_store, own_access
    from triage.policy import load_policy
    from triage.settings import get_settings
    from triage.trends import lines, month_figures, write

    settings = get_settings()
    with opened_store(settings) as store:
        threshold = load_policy(settings.data_dir).figures.suppress_below
        figures = month_figures(store, own_access(store, settings), month, threshold)
    if out is not None:
        for path in write(figures, out):
            say(str(path))
    elif as_json:
        print_json(figures)
    else:
        for line in lines(figures):
            say(line)
