"""How commands speak: one JSON object with ``--json``, tables and progress bars on a terminal, plain lines otherwise."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from triage.plain import json_line

if TYPE_CHECKING:
    from rich.progress import TaskID

    from triage.errors import TriageError

# A letter may hold what a terminal takes for orders: to hide lines, to rename its window, to fill the clipboard, or to
# show a name backwards
_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_ORDERS = {code: "\ufffd" for code in (*range(32), *range(127, 160), *_TURNS) if chr(code) not in "\t\n"}

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@contextmanager
def private_file(path: Path) -> Iterator[TextIO]:
    """A file to write in the place of what stands there, which its owner alone may read from now on.

    Raises:
        BadInput: it cannot be written, or belongs to somebody else.
    """
    from triage.errors import BadInput

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.fchmod(handle, 0o600)
    except OSError:
        raise BadInput("out", "unwritable", "This file cannot be written by you alone.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        yield file


def print_json(value: object) -> None:
    """One JSON object on one line."""
    sys.stdout.write(json_line(value) + "\n")


def say(line: str) -> None:
    """One line of plain words on standard output; what would steer a terminal is shown as a sign in its place."""
    sys.stdout.write(_harmless(line) + "\n")
    sys.stdout.flush()


def goes_on_at(cursor: str) -> str:
    """The line that says how a list goes on."""
    return f"还有更多 · More: add --cursor {cursor}"


def _harmless(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_ORDERS)


def note_from(path: Path | None, field: str = "note-from") -> str | None:
    """A note out of a file, or of standard input for ``-``; it never stands on a command line, where every user of the
    machine could read it. ``field`` is the name of the option.

    Raises:
        BadInput: it cannot be read, or is not UTF-8.
    """
    from triage.errors import BadInput

    if path is None:
        return None
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return data.decode("utf-8").strip()
    except OSError:
        raise BadInput(field, "unreadable", "The file with the note cannot be read.") from None
    except UnicodeDecodeError:
        raise BadInput(field, "encoding", "The note is not UTF-8.") from None


def demand_one_of(name: str, given: str | None, known: type[StrEnum]) -> None:
    """Stops a word that is none of those known, and names them. Raises ``BadInput``."""
    from triage.errors import BadInput

    if given is not None and given not in set(known):
        raise BadInput(name, "unknown", f"The {name} must be one of {', '.join(known)}.")


def trouble_of(error: TriageError, field: str) -> dict[str, str]:
    """What is told of one of several that failed: field and rule, and never what stands in it."""
    from triage.chinese import both
    from triage.errors import BadInput

    if isinstance(error, BadInput):
        return {"field": error.field, "rule": error.rule, "detail": both(error.detail)}
    return {"field": field, "rule": error.code, "detail": both(error.sentence)}


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, whole: int = 1) -> None:
    """A table for reading; the first ``whole`` columns hold what a person copies and are not cut: an id in two is of no use."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    made = Table(title=title, title_justify="left", show_lines=False)
    for place, column in enumerate(columns):
        made.add_column(column, overflow="fold", no_wrap=place < whole)
    for row in rows:
        made.add_row(*(escape(_harmless(cell)) for cell in row))
    console = Console()
    # A pipe has no width: 110 columns keep Chinese text readable there too.
    (console if console.is_terminal else Console(width=110)).print(made)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Shows how far long work has come: a bar on a terminal, a line every ten seconds otherwise."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bars:
            task = bars.add_task(what, total=total)
            yield lambda done: bars.advance(task, done)
        return
    yield _lines(what, total)


def _lines(what: str, total: int | None) -> Callable[[int], None]:
    import time

    state = {"done": 0, "next": time.monotonic() + 10}

    def advance(done: int) -> None:
        state["done"] += done
        if time.monotonic() >= state["next"]:
            state["next"] = time.monotonic() + 10
            # More may have come since it began
            of = f" of {total}" if total and state["done"] <= total else ""
            sys.stderr.write(f"{what}: {state['done']}{of}\n")
            sys.stderr.flush()

    return advance


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """Shows the steps of training by name: a bar for each on a terminal, a line as each begins otherwise."""
    if not sys.stderr.isatty():
        named: set[str] = set()

        def tell(step: str, _done: int, _total: int) -> None:
            if step not in named:
                named.add(step)
                sys.stderr.write(f"{step} …\n")
                sys.stderr.flush()

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True)
    ) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show
