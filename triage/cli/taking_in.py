"""`triage import`: files of reports into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, print_json, progress, say

if TYPE_CHECKING:
    from triage.settings import Settings
    from triage.store import Store


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("import")(import_files)


def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="JSONL, CSV, XLSX, or TXT, SRT, VTT transcripts.")
    ],
    source: Annotated[
        str | None, typer.Option(help="Name of where the files come from; by default each file's name.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; may be repeated."),
    ] = None,
    receipts: Annotated[Path | None, typer.Option(help="Write receipts of new reports to this file (0600).")] = None,
    work: Annotated[bool, typer.Option("--work/--no-work", help="Assess and index at once if no worker runs.")] = True,
    as_json: AsJson = False,
) -> None:
    """Take in reports from files; a second run of the same file adds nothing."""
    from triage.cli.workplace import opened_store
    from triage.settings import get_settings

    settings = get_settings()
    columns = dict(_pair(entry) for entry in mapping or [])
    with opened_store(settings) as store:
        failed = [
            file for file in files if not _taken(store, settings, file, source, columns, receipts, as_json=as_json)
        ]
        if work:
            from triage.cli.running import work_here_or_wait

            work_here_or_wait(store, settings)
    if failed:
        raise typer.Exit(2)


def _taken(
    store: Store,
    settings: Settings,
    file: Path,
    source: str | None,
    columns: dict[str, str],
    receipts: Path | None,
    *,
    as_json: bool,
) -> bool:
    """Imports one file and says what became of it; False if nothing of it could be taken."""
    from triage.cli.importing import import_file
    from triage.errors import BadInput
    from triage.intake import plain_name

    name = plain_name(file.name)
    try:
        with progress(f"Importing {name}", None) as advance:
            result = import_file(
                store, settings, file, source=source, columns=columns, receipts=receipts, on_progress=advance
            )
    except BadInput as error:
        shown = {"file": name, "field": error.field, "rule": error.rule, "detail": error.detail}
        print_json(shown) if as_json else say(f"{name}: {error.field}: {error.detail} [{error.rule}]")
        return False
    print_json(result) if as_json else say(result.sentence)
    return result.refused == 0 or result.taken + result.repeated > 0


def _pair(entry: str) -> tuple[str, str]:
    field, equals, column = entry.partition("=")
    if not equals or not field or not column:
        raise typer.BadParameter("--map needs FIELD=COLUMN, for example text=诉求内容")
    return field, column
