"""`triage case`: one case opened, and what a person says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, note_from, print_json, say

if TYPE_CHECKING:
    from triage.judging import Acted, Judging, Look
    from triage.model import Access

case = typer.Typer(help="Open a case, judge links, merge, split, move and take back.", no_args_is_help=True)
Note = Annotated[
    Path | None,
    typer.Option("--note-from", help="File with a note to keep sealed beside the act; - reads standard input."),
]
AsOf = Annotated[
    int | None,
    typer.Option(
        "--as-of",
        min=0,
        help="The number that `case show` told: refused if somebody else has judged the reports since. "
        "Left out: since your last look at the case, if there was one.",
    ),
]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case's id, or that of a report in it.")]


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(case, name="case")


@case.command("show")
def shown(case_id: CaseId, as_json: AsJson = False) -> None:
    """Open a case: title, what is new, timeline, parties, places, sums, judgements, suggestions, similar cases."""
    from triage.casefile import open_case
    from triage.cli.casefile import describe, object_of
    from triage.cli.workplace import opened_store, own_access
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        found = open_case(store, case_id, own_access(store, settings))
    if as_json:
        print_json(object_of(found))
        return
    for line in describe(found):
        say(line)


@case.command("suggestions")
def suggestions(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, gravest first.")] = 30, as_json: AsJson = False
) -> None:
    """List links that wait for a person, gravest first."""
    from triage.casefile import suggested
    from triage.cli.casefile import describe_links
    from triage.cli.workplace import opened_store, own_access
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        links = suggested(store, store.casework.suggestions(access, limit), access)
    if as_json:
        print_json({"suggestions": links})
        return
    for line in describe_links(links) if links else ("没有待确认的关联 · No link waits for a person.",):
        say(line)


@case.command("judge")
def judge(
    one: Annotated[str, typer.Argument(metavar="REPORT", help="A report's id.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Another report's id.")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="same, different or unsure.")],
    note: Note = None,
    as_of: Annotated[
        int | None,
        typer.Option(
            "--as-of",
            min=0,
            help="The number that `case show` told: refused if somebody else has judged one of the two since.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether two reports tell of one matter; confirms or rejects a suggestion."""
    from triage.errors import BadInput
    from triage.model import Verdict

    if verdict not in ("same", "different", "unsure"):
        raise BadInput("verdict", "unknown", "The verdict is same, different or unsure.")
    _act(lambda judging, access, text: judging.judge(one, other, Verdict(verdict), access, text, as_of), note, as_json)


@case.command("merge")
def merge(
    one: CaseId,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other case's id, or that of a report in it.")],
    note: Note = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Make one case of two."""
    _act(lambda judging, access, text: judging.merge(one, other, access, text, _seen(as_of)), note, as_json)


@case.command("split")
def split(
    case_id: CaseId,
    reports: Annotated[list[str], typer.Argument(metavar="REPORT…", help="Reports to take out.")],
    note: Note = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Take reports out of a case; several make a case of their own."""
    _act(lambda judging, access, text: judging.split(case_id, reports, access, text, _seen(as_of)), note, as_json)


@case.command("move")
def move(
    report: Annotated[str, typer.Argument(metavar="REPORT", help="The report's id.")],
    to: Annotated[str, typer.Argument(metavar="CASE", help="The case it belongs to, or a report in it.")],
    note: Note = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Take a report out of its case and into another one."""
    _act(lambda judging, access, text: judging.move(report, to, access, text, as_of=_seen(as_of)), note, as_json)


@case.command("undo")
def undo(
    decision: Annotated[
        str | None,
        typer.Argument(
            metavar="DECISION", help="An act's id; left out: your own last one. An earlier one needs its id."
        ),
    ] = None,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Take back an act of yours; the ledger keeps both."""
    _act(lambda judging, access, text: judging.undo(decision, access, text), note, as_json)


def _act(act: Callable[[Judging, Access, str | None], Acted], note: Path | None, as_json: bool) -> None:
    from triage.cli.casefile import describe_act, object_of_act
    from triage.cli.workplace import opened_store, own_access
    from triage.judging import Judging
    from triage.settings import get_settings

    text = note_from(note)
    settings = get_settings()
    with opened_store(settings) as store:
        acted = act(Judging(store), own_access(store, settings), text)
    if as_json:
        print_json(object_of_act(acted))
        return
    for line in describe_act(acted):
        say(line)


def _seen(as_of: int | None) -> int | Look:
    """What a person acts on: the number that they give, else their own last look at the cases."""
    from triage.judging import Look

    return Look.LAST if as_of is None else as_of
