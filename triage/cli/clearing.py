"""`triage matter clear`: clearing the wrongly accused, from the order to the word that it was done."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.matter_telling import tell, working
from triage.cli.matters import ReportId, Why, matter
from triage.cli.output import AsJson, note_from

if TYPE_CHECKING:
    from triage.store.clearing import ClearingWord

clear = typer.Typer(
    help="Clearing the wrongly accused: order it, say that it was done, or take the order back.", no_args_is_help=True
)
Note = Annotated[
    Path | None,
    typer.Option("--note-from", help="File with a note for colleagues, kept sealed; - reads standard input."),
]
Seen = Annotated[
    int | None, typer.Option(help="The number that `matter show` told: refused if somebody else was faster.")
]


class Form(StrEnum):
    """How somebody was cleared."""

    IN_WRITING = "in_writing"
    IN_PERSON = "in_person"
    MEETING = "meeting"
    NOTICE = "notice"


def add_to(app: typer.Typer) -> None:  # noqa: ARG001  # the group stands below another
    """Adds the group to that of matters."""
    matter.add_typer(clear, name="clear")


@clear.command("order")
def order(
    report_id: ReportId,
    whom: Annotated[
        Path,
        typer.Option(
            "--whom-from",
            help="File that says who is to be cleared, in free words, kept sealed; - reads standard input.",
        ),
    ],
    approval: Annotated[
        str | None,
        typer.Option(help="The approval of the order, such as its number; a supervisor needs none. Kept sealed."),
    ] = None,
    note: Note = None,
    seen: Seen = None,
    as_json: AsJson = False,
) -> None:
    """Order that whoever was wrongly accused be cleared, after a matter was closed or concluded; its clock starts."""
    from triage.model import ClearingAct
    from triage.store.clearing import ClearingWord

    told = note_from(whom, "whom-from")
    _clear(report_id, ClearingWord(ClearingAct.ORDER, told, None, approval, note_from(note)), seen, as_json=as_json)


@clear.command("done")
def done(
    report_id: ReportId,
    form: Annotated[Form, typer.Option(help="How it was done.")],
    note: Note = None,
    seen: Seen = None,
    as_json: AsJson = False,
) -> None:
    """Say that whoever was wrongly accused was cleared, and how; the clock ends."""
    from triage.model import ClearingAct, ClearingForm
    from triage.store.clearing import ClearingWord

    word = ClearingWord(ClearingAct.DONE, form=ClearingForm(form.value), note=note_from(note))
    _clear(report_id, word, seen, as_json=as_json)


@clear.command("drop")
def drop(report_id: ReportId, note: Why, seen: Seen = None, as_json: AsJson = False) -> None:
    """Take an order back, saying why; the clock ends."""
    from triage.model import ClearingAct
    from triage.store.clearing import ClearingWord

    _clear(report_id, ClearingWord(ClearingAct.DROP, note=note_from(note)), seen, as_json=as_json)


def _clear(report_id: str, word: ClearingWord, seen: int | None, *, as_json: bool) -> None:
    with working() as (handler, access):
        tell(handler.clear(report_id, word, access, seen), handler, as_json=as_json)
