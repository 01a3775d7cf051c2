"""Bytes to cells: encodings, CSV dialects and workbooks, streamed so that a large file needs little memory."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import os
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Any, BinaryIO

from triage.errors import BadInput, TooLarge

MAX_LINE = 16_000_000
MOST_LINES = 10_000
MOST_COLUMNS = 1_000
HEADING_WITHIN = 10
"""A heading stands among so many rows: above it registers have their title and who keeps them."""
MOST_ROWS = 1_048_576
"""Rows that a sheet can have."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Stands among the records where another sheet of a workbook begins; the record behind it is its heading."""

    name: str
    hidden: bool


Cells = tuple[int, list[object] | BadInput, str | None]
"""Number of a record, its cells or what is wrong with it, and in that case the line."""
Record = tuple[int, list[object] | BadInput | Sheet, str | None]
"""Number of a record, its cells or what is wrong with it, and in that case the line as it stood there if it is known."""
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""How spreadsheets tell each other the separator, in a first line of its own."""
_MARKS = (codecs.BOM_UTF8, "\ufeff".encode("gb18030"))


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def demand_file(path: Path) -> None:
    """Sees that there is a file, which can be read twice: a folder is none, nor a pipe.

    Raises:
        BadInput: there is none.
    """
    if path.is_dir():
        raise BadInput("file", "folder", "This is a folder; name the files in it.")
    if path.exists() and not path.is_file():
        raise BadInput("file", "no_file", "This is a pipe or a device; write what comes out of it to a file first.")
    if not path.is_file():
        raise BadInput("file", "missing", "There is no such file.")


def plain_name(name: str) -> str:
    """A file's name as people read it; one in GB18030, as archives from there unpack, is no UTF-8."""
    raw = os.fsencode(name)
    return name if _is_utf8(raw) else raw.decode("gb18030", "backslashreplace")


def decoded_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of a text file, each with its line end.

    UTF-16 by its mark, else UTF-8 throughout, else GB18030; where a file mixes the two, line by line. A mark of UTF-8 may
    stand before GB18030 too, and before a file of UTF-8 says that it is nothing else.
    Bytes that are neither come out as lone surrogates, which the rules of text refuse by name.
    """
    encoding = _encoding(path)
    with path.open("rb") as file:
        if encoding.startswith("utf-16"):
            yield from _wide_lines(file, encoding)
            return
        for number, line in enumerate(_raw_lines(file), 1):
            yield number, _decoded(without_mark(line) if number == 1 else line, encoding)


def without_mark(line: bytes) -> bytes:
    """The first line of a file in UTF-8 or GB18030 without the mark that may stand before it."""
    for mark in _MARKS:
        line = line.removeprefix(mark)
    return line


def _wide_lines(file: BinaryIO, encoding: str) -> Iterator[tuple[int, str]]:
    """Lines of UTF-16. As in other encodings nothing but a line feed ends one: a soft break of a word processor does not."""
    number = 0
    try:
        with io.TextIOWrapper(file, encoding, errors="surrogatepass", newline="\n") as reader:
            while line := reader.readline(MAX_LINE):
                number += 1
                yield number, line.removeprefix("\ufeff") if number == 1 else line
    except UnicodeDecodeError:
        raise BadInput(
            "file", "encoding", f"The file breaks off in the middle of a character behind line {number}; send it again."
        ) from None


def whole_text(path: Path) -> str:
    """The whole text of a small file."""
    return "".join(line for _, line in decoded_lines(path))


def csv_records(path: Path) -> Iterator[Record]:
    """Numbered records of a CSV file; the separator is told from the first line with something in it, or by its ``sep=;``.

    Where a quotation mark never ends, only the line with it is refused: reading starts again on the line behind it.
    """
    csv.field_size_limit(MAX_LINE)
    lines: Iterator[str] = (line for _, line in decoded_lines(path))
    waiting = deque([next(lines, "")])
    if "\r" in waiting[0].rstrip("\r\n"):
        lines = _at_returns(chain([waiting.popleft()], lines))
    while len(waiting) < HEADING_WITHIN and not (waiting and waiting[-1].strip()) and (line := next(lines, "")):
        waiting.append(line)
    number = 0
    if told := _SEPARATOR.fullmatch(waiting[-1]):
        number = len(waiting)
        waiting.clear()
    separator = told[1] if told else max(",;\t|", key=waiting[-1].count)
    while True:
        number += 1
        used: list[str] = []
        try:
            record = next(csv.reader(_noted(waiting, lines, used), delimiter=separator, strict=True))
        except StopIteration:
            return
        except csv.Error:
            yield (
                number,
                BadInput("row", "csv", "This record is no CSV; a quotation mark is missing or not doubled."),
                used[0],
            )
            waiting.extendleft(reversed(used[1:]))
            continue
        yield number, list(record), None


def _at_returns(lines: Iterable[str]) -> Iterator[str]:
    """Lines of a file in which a carriage return alone ends one, as spreadsheets on a Macintosh write them."""
    begun = ""
    for line in lines:
        *whole, begun = (begun + line).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        yield from (f"{one}\n" for one in whole)
    if begun:
        yield begun


def by_sheet(records: Iterator[Record]) -> Iterator[tuple[Sheet | None, Iterator[Cells]]]:
    """The records of each sheet, None for the first; nothing of a table without a record."""
    sheet: Sheet | None = None

    def of(record: Record) -> Sheet | None:
        nonlocal sheet
        if isinstance(record[1], Sheet):
            sheet = record[1]
        return sheet

    for one, found in groupby(records, of):
        yield one, ((number, cells, line) for number, cells, line in found if not isinstance(cells, Sheet))


def _noted(waiting: deque[str], lines: Iterator[str], used: list[str]) -> Iterator[str]:
    """The next lines, each written down in ``used``; no record has as many as ``MOST_LINES``."""
    while len(used) < MOST_LINES:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        used.append(line)
        yield line
    raise csv.Error


def xlsx_records(path: Path, max_bytes: int = 2**31) -> Iterator[Record]:
    """Numbered rows of a workbook, those of further sheets behind the first one's; a cell with a formula becomes a ``BadInput``.

    What a row costs are the cells that stand in it: the sheet's own word on its size, which may be that of all sheets,
    counts for nothing. A further sheet without a cell is none.

    Raises:
        BadInput: it is no workbook, or damaged, locked or without a sheet of cells, or has a row that no sheet has; rows
            before the damage were told.
        TooLarge: unpacked it is over ``max_bytes``.
    """
    from openpyxl import load_workbook

    try:
        _demand_small(path, max_bytes)
        book = load_workbook(path, read_only=True, data_only=False)
        try:
            last = 0
            for record in _sheet_records(book.worksheets[0]):
                last = record[0]
                yield record
            for sheet in book.worksheets[1:]:
                before = last
                for number, cells, line in _further_records(sheet):
                    last = before + number
                    yield last, cells, line
        finally:
            book.close()
    except BadInput:
        raise
    except Exception:  # noqa: BLE001  # what a damaged archive or its XML raises has no common kind
        raise BadInput(
            "file",
            "workbook",
            "This is no XLSX workbook, or it is damaged, locked by a password or has no sheet of cells.",
        ) from None


def _sheet_records(sheet: Any) -> Iterator[Cells]:  # noqa: ANN401  # a worksheet that is only read, which has no type
    sheet.reset_dimensions()
    # Left alone it makes a cell for every place before a row's last one
    sheet._get_row = lambda cells, *_: cells
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise BadInput("file", "too_many_rows", f"A row stands behind row {MOST_ROWS}, the last of a sheet.")
        yield number, *_sheet_row(cells, heading=number == 1)


def _further_records(sheet: Any) -> Iterator[Record]:  # noqa: ANN401  # as above
    """Rows from the first one with a cell on, and before them that a sheet begins; nothing of an empty one."""
    begun = False
    for number, cells, line in _sheet_records(sheet):
        if begun:
            yield number, cells, line
        elif isinstance(cells, BadInput) or any(cell is not None for cell in cells):
            begun = True
            yield number, Sheet(str(sheet.title), sheet.sheet_state != "visible"), None
            # As wide as the heading of the first sheet
            wide = cells if isinstance(cells, BadInput) else [*cells, *[None] * (MOST_COLUMNS - len(cells))]
            yield number, wide, line


def _demand_small(path: Path, max_bytes: int) -> None:
    """Refuses a workbook that would unpack to more than ``max_bytes``, before any of it is unpacked."""
    with zipfile.ZipFile(path) as packed:
        unpacked = sum(entry.file_size for entry in packed.infolist())
    if unpacked > max_bytes:
        raise TooLarge(
            "file", "too_large", f"Unpacked the workbook has more than {max_bytes} bytes; cut it into parts."
        )


def _sheet_row(cells: Sequence[Mapping[str, Any]], *, heading: bool) -> tuple[list[object] | BadInput, str | None]:
    """The cells of a row in their places, or what is wrong with it and what stands in it."""
    standing = {cell["column"]: cell for cell in cells if cell["value"] is not None}
    width = max(standing, default=0)
    if width > MOST_COLUMNS:
        told = BadInput("row", "too_many_columns", f"A cell of this row stands beyond column {MOST_COLUMNS}.")
        return told, "\t".join(str(cell["value"]) for cell in standing.values())
    # Columns without a heading are read too, whichever row is the first to have something there
    row: list[object] = [None] * (MOST_COLUMNS if heading else width)
    for column, cell in standing.items():
        row[column - 1] = _cell(cell["value"], cell["data_type"])
    return row, None


def _cell(value: object, kind: str) -> object:
    from openpyxl.utils.escape import unescape

    if kind == "f":
        return BadInput("cell", "formula", "A cell holds a formula; save the workbook with values only.")
    if kind == "e":
        return BadInput("cell", "error", "A cell holds a spreadsheet error.")
    # How workbooks write a carriage return and other signs that XML has not: 村支书_x000D_
    return unescape(value) if isinstance(value, str) and "_x" in value else value


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
        for mark, name in _WIDE:
            if start.startswith(mark):
                return name
        file.seek(0)
        marked, good, bad = start.startswith(codecs.BOM_UTF8), 0, 0
        for place, raw in enumerate(_raw_lines(file)):
            line = raw if place else without_mark(raw)
            if line.isascii():
                continue
            if _is_utf8(line):
                good += 1
            else:
                bad += 1
        if bad == 0:
            return "utf-8"
        # A GB18030 line is valid UTF-8 by accident now and then, so a few such lines do not make a file mixed.
        return "gb18030" if good * 5 <= bad else "utf-8" if marked else "mixed"


def _raw_lines(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE):
        yield line


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes, encoding: str) -> str:
    order = (
        ("gb18030", "utf-8") if encoding == "gb18030" else ("utf-8", "gb18030") if encoding == "mixed" else ("utf-8",)
    )
    for name in order:
        try:
            return line.decode(name)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "surrogateescape")
