"""The Typer application and its groups of commands."""

from __future__ import annotations

import typer

from triage.cli import (
    bench,
    cases,
    casework,
    clearing,
    identity,
    keeping,
    learning,
    matters,
    messages,
    moving,
    reading,
    referral,
    review,
    running,
    sealed,
    staff,
    taking_in,
    trends,
    watching,
)

app = typer.Typer(
    name="triage",
    help="Reads, sorts, links, finds and refers public reports about misconduct in poverty-alleviation work.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    running,
    taking_in,
    reading,
    watching,
    cases,
    casework,
    referral,
    matters,
    clearing,
    identity,
    messages,
    sealed,
    review,
    trends,
    learning,
    moving,
    keeping,
    staff,
    bench,
):
    group.add_to(app)
