"""`triage report`: the figures of a month as lines, and the monthly report as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, print_json, say

if TYPE_CHECKING:
    from triage.model import Access
    from triage.store import Store
    from triage.trends.document import Tongue


def add_to(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command("report")(report)


def report(
    month: Annotated[str, typer.Option(help="The month of receipt, like 2019-11.")],
    place: Annotated[
        str | None, typer.Option(help="A division's code or name; by default the place of the token.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the report as HTML, DOCX, XLSX and JSON; its figures are printed if left out."),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the files: zh, en or both.")] = "zh",
    close: Annotated[
        bool, typer.Option("--close", help="Close the month for good, or revise it by what came in since.")
    ] = False,
    revision: Annotated[int | None, typer.Option(help="This revision of a closed month, not the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Count a month's reports; write the monthly report; close a month, which then stays the same byte for byte."""
    from triage.cli.workplace import opened_store, own_access
    from triage.errors import BadInput
    from triage.settings import get_settings
    from triage.trends.reports import own_place

    settings, tongues = get_settings(), _tongues(language)
    if close and revision is not None:
        raise BadInput(
            "revision", "close", "Closing makes the newest revision; ask for an earlier one without --close."
        )
    with opened_store(settings) as store:
        access = own_access(store, settings)
        where = place if place is not None else own_place(store, access)
        if out is None and not close:
            _print(store, access, month, where, revision, as_json=as_json)
            return
        told = _close(store, access, month, where) if close else {}
        files = _write(store, access, month, where, out, tongues, revision) if out is not None else []
    if as_json:
        print_json({**told, "files": files})
        return
    for line in (*([str(told["told"])] if told else []), *(f"已写 written: {path}" for path in files)):
        say(line)


def _print(store: Store, access: Access, month: str, place: str, revision: int | None, *, as_json: bool) -> None:
    from triage.trends import lines
    from triage.trends.document_form import document_form
    from triage.trends.reports import report_of

    document = report_of(store, access, month, place, revision)
    if as_json:
        print_json(document_form(document))
        return
    for line in lines(document):
        say(line)


def _close(store: Store, access: Access, month: str, place: str) -> dict[str, str | int | bool]:
    from triage.trends.rendering.wording import standing
    from triage.trends.reports import close

    document, made = close(store, access, month, place)
    kept = "" if made else "（没有可修订之处 nothing to revise）"
    words = standing(document)
    line = f"{document.place.name.zh} {month}: {words.zh} {words.en}{kept}"
    return {"revision": document.revision, "made": made, "told": line}


def _write(
    store: Store, access: Access, month: str, place: str, out: Path, tongues: Sequence[Tongue], revision: int | None
) -> list[str]:
    from triage.trends.keeping import write_files
    from triage.trends.reports import files_for

    files = files_for(store, access, month, place, tongues=tongues, revision=revision)
    return [str(path) for path in write_files(files, out)]


def _tongues(language: str) -> Sequence[Tongue]:
    from triage.errors import BadInput
    from triage.trends.document import Tongue

    if language not in {"both", *Tongue}:
        raise BadInput("language", "unknown", "The language must be zh, en or both.")
    return tuple(Tongue) if language == "both" else (Tongue(language),)
