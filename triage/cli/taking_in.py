"""`triage import`: files of reports into the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import print_json, progress, say, trouble_of

if TYPE_CHECKING:
    from triage.cli.importing import Imported
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
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Which column holds text, title, received, channel, place, id, name or contact; may be repeated.",
        ),
    ] = None,
    receipts: Annotated[Path | None, typer.Option(help="Write receipts of new reports to this file (0600).")] = None,
    work: Annotated[bool, typer.Option("--work/--no-work", help="Assess and index at once if no worker runs.")] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: the file's, or of several all theirs under files.")
    ] = False,
) -> None:
    """Take in reports from files; a second run of the same file adds nothing."""
    from triage.cli.workplace import opened_store
    from triage.settings import get_settings

    settings = get_settings()
    columns = dict(_pair(entry) for entry in mapping or [])
    with opened_store(settings) as store:
        told = _all_taken(files, lambda file: _taken(store, settings, file, source, columns, receipts), as_json=as_json)
        if work:
            from triage.cli.running import work_here_or_wait

            work_here_or_wait(store, settings)
    if any(_nothing(one) for one in told):
        raise typer.Exit(2)


def _all_taken(
    files: Sequence[Path], take: Callable[[Path], Imported | dict[str, str]], *, as_json: bool
) -> list[Imported | dict[str, str]]:
    """Takes in the files one by one and says what became of each, also where a later one stops the command."""
    told: list[Imported | dict[str, str]] = []
    try:
        for file in files:
            told.append(take(file))
            if not as_json:
                say(_sentence(told[-1]))
    finally:
        if as_json and told:
            print_json(told[0] if len(files) == 1 else {"files": told})
    return told


def _taken(
    store: Store, settings: Settings, file: Path, source: str | None, columns: dict[str, str], receipts: Path | None
) -> Imported | dict[str, str]:
    """Imports one file: what became of it, or what is wrong with it as a whole."""
    from triage.cli.importing import import_file
    from triage.errors import BadInput
    from triage.intake import plain_name

    name = plain_name(file.name)
    try:
        with progress(f"导入 · Importing {name}", None) as advance:
            return import_file(
                store, settings, file, source=source, columns=columns, receipts=receipts, on_progress=advance
            )
    except BadInput as error:
        return {"file": name, **trouble_of(error, "file")}


def _sentence(one: Imported | dict[str, str]) -> str:
    return "{file}: {field}: {detail} [{rule}]".format(**one) if isinstance(one, dict) else one.sentence


def _nothing(one: Imported | dict[str, str]) -> bool:
    """Whether nothing of a file could be taken."""
    return isinstance(one, dict) or (one.refused > 0 and one.taken + one.repeated == 0)


def _pair(entry: str) -> tuple[str, str]:
    field, equals, column = entry.partition("=")
    if not equals or not field or not column:
        raise typer.BadParameter("--map needs FIELD=COLUMN, for example text=诉求内容")
    return field, column
