"""The report as XLSX: a sheet of contents, then one for each table with its numbers as numbers and native charts.

Words are written as words: no cell is a formula, a link or a number because of how it begins.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from triage.trends.document import (
    Cell,
    Column,
    ColumnKind,
    Document,
    Hidden,
    Missing,
    Number,
    Picture,
    Section,
    Table,
    Text,
    Tongue,
)
from triage.trends.rendering import wording
from triage.trends.rendering.book_charts import ChartWriter
from triage.trends.rendering.wording import Footnotes, heading, width_of, written
from triage.trends.rendering.zipped import repacked

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_RISKY = tuple("=+-@\t\r\n")
_Spot = tuple[int, Text | None]
"""A column of a sheet: the number of the table's column, and which end of its range where it shows one."""
_HEAD = 3
"""Rows above the first row of figures: title, a link to the contents, the header."""


def as_xlsx(document: Document, tongue: Tongue) -> bytes:
    """The XLSX file in one language."""
    from xlsxwriter.workbook import Workbook

    with io.BytesIO() as file:
        with Workbook(file, _PLAIN) as book:
            _describe(book, document, tongue)
            _Writer(book, document, tongue).write()
        return repacked(file.getvalue())


def _describe(book: Workbook, document: Document, tongue: Tongue) -> None:
    counted = datetime.fromisoformat(document.provenance.counted_at.replace("Z", "+00:00")).replace(tzinfo=None)
    book.set_properties({"title": document.title.told(tongue), "author": "", "created": counted.replace(microsecond=0)})


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Workbook, document: Document, tongue: Tongue) -> None:
        self._book = book
        self._document = document
        self._tongue = tongue
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        parts = [(section, table) for section in document.parts() for table in section.tables]
        self._sheets = dict(zip((table.name for _, table in parts), _sheet_names(parts, tongue), strict=True))

    def write(self) -> None:
        """The contents, then a sheet for each table."""
        contents = self._book.add_worksheet(wording.CONTENTS.told(self._tongue))
        for section in self._document.parts():
            for table in section.tables:
                pictures = [picture for picture in section.pictures if picture.table == table.name]
                self._table(self._book.add_worksheet(self._sheets[table.name]), table, pictures)
        self._contents(contents)

    def _told(self, text: Text) -> str:
        return text.told(self._tongue)

    def _format(self, **look: object) -> Format:
        look = {
            "font_name": "Arial" if self._tongue is Tongue.EN else "宋体",
            "font_size": 11,
            "valign": "vcenter",
            **look,
        }
        key = tuple(sorted(look.items(), key=lambda item: item[0]))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]

    def _words(self, sheet: Worksheet, row: int, column: int, words: str, **look: object) -> None:
        # Saved as CSV, a cell that begins so would be a formula; the sign of quoting keeps it words here as well.
        quoted = {"quote_prefix": True} if words.startswith(_RISKY) else {}
        sheet.write_string(row, column, words, self._format(**quoted, **look))

    def _contents(self, sheet: Worksheet) -> None:
        document, told = self._document, self._told
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 80)
        self._words(sheet, 0, 0, told(document.title), bold=True, font_size=15)
        standing = (told(document.place.name), document.month, told(wording.standing(document)))
        self._words(sheet, 1, 0, " · ".join(standing))
        row = 3
        for part in (document.headline, *(section.sentences for section in document.parts())):
            for sentence in part:
                self._merged(sheet, row, told(sentence), bold=part is document.headline)
                row += 1
        row += 1
        for at, words in enumerate((wording.SHEET, wording.TOLD)):
            self._words(sheet, row, at, told(words), bold=True, bottom=1, bg_color="#F0F0F0")
        for section in document.parts():
            for table in section.tables:
                row += 1
                name = self._sheets[table.name]
                link = self._format(font_color="#0A4F86", underline=1)
                sheet.write_url(row, 0, f"internal:'{name}'!A1", link, string=name)
                self._words(sheet, row, 1, told(table.title))
        row += 2
        for section in document.parts():
            for note in section.notes:
                self._merged(sheet, row, told(note), font_color="#4A4A4A")
                row += 1
        for name_of, value in wording.about(document.provenance):
            self._words(sheet, row, 0, told(name_of), font_color="#4A4A4A")
            self._words(sheet, row, 1, value, font_color="#4A4A4A")
            row += 1
        self._page(sheet, landscape=False)

    def _merged(self, sheet: Worksheet, row: int, words: str, **look: object) -> None:
        lines = max(1, -(-int(width_of(words) * 2) // 104))
        sheet.set_row(row, 15.5 * lines)
        sheet.merge_range(row, 0, row, 1, "", self._format(text_wrap=True, **look))
        self._words(sheet, row, 0, words, text_wrap=True, **look)

    def _table(self, sheet: Worksheet, table: Table, pictures: Sequence[Picture]) -> None:
        notes = Footnotes.of(table)
        self._words(sheet, 0, 0, self._told(table.title), bold=True, font_size=13)
        contents = self._told(wording.CONTENTS)
        link = self._format(font_color="#0A4F86", underline=1)
        sheet.write_url(1, 0, f"internal:'{contents}'!A1", link, string=contents)
        spread = _spread(table)
        for at, (place, end) in enumerate(spread):
            column = table.columns[place]
            words = heading(column, self._tongue) + (f" {self._told(end)}" if end else "")
            align = "right" if column.kind.is_quantity else "left"
            look = {"bold": True, "text_wrap": True, "align": align, "bg_color": "#F0F0F0", "top": 2, "bottom": 1}
            self._words(sheet, _HEAD - 1, at, words, **look)
            sheet.set_column(at, at, _width(table, place, words, notes, self._tongue))
        for number, row in enumerate(table.rows):
            bold = table.total and number == len(table.rows) - 1
            self._row(sheet, _HEAD + number, table, spread, row, notes, bold=bold)
        last = _HEAD + len(table.rows)
        sheet.freeze_panes(_HEAD, table.key if table.key < 3 else 0)
        sheet.repeat_rows(_HEAD - 1)
        for at, line in enumerate(notes.lines(table, self._tongue)):
            self._words(sheet, last + at, 0, line, font_color="#4A4A4A", font_size=10)
        below = last + len(notes.lines(table, self._tongue)) + 1
        ChartWriter(self._book, sheet, self._sheets[table.name], self._tongue, self._format).write(
            pictures, below, len(spread) + 1
        )
        self._page(sheet, landscape=True)

    def _row(
        self,
        sheet: Worksheet,
        at: int,
        table: Table,
        spread: Sequence[_Spot],
        row: Sequence[Cell],
        notes: Footnotes,
        *,
        bold: bool,
    ) -> None:
        look: dict[str, object] = {"bold": True, "top": 1} if bold else {}
        for across, (place, end) in enumerate(spread):
            cell, column = row[place], table.columns[place]
            value = _part(cell, end)
            if value is not None:
                made = self._format(num_format=_number_format(column), **look)
                sheet.write_number(at, across, value / 100 if column.kind is ColumnKind.MONEY else value, made)
            elif end is None or not isinstance(cell, Number):
                align = "right" if column.kind.is_quantity else "left"
                grey = {"font_color": "#4A4A4A"} if isinstance(cell, Hidden | Missing) else {}
                self._words(sheet, at, across, written(cell, column, notes, self._tongue), align=align, **grey, **look)

    def _page(self, sheet: Worksheet, *, landscape: bool) -> None:
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")


def _spread(table: Table) -> list[_Spot]:
    """The columns of the sheet: a column with ranges becomes three."""
    spread: list[_Spot] = []
    for at in range(len(table.columns)):
        cells = (row[at] for row in table.rows)
        ranged = any(isinstance(cell, Number) and cell.low is not None for cell in cells)
        spread += [(at, None), (at, wording.LOW), (at, wording.HIGH)] if ranged else [(at, None)]
    return spread


def _part(cell: Cell, end: Text | None) -> int | float | None:
    if not isinstance(cell, Number):
        return None
    if end is None:
        return cell.value
    return cell.low if end is wording.LOW else cell.high


def _number_format(column: Column) -> str:
    decimals = 2 if column.kind is ColumnKind.MONEY else column.decimals
    form = "0" if column.kind is ColumnKind.SHARE else "#,##0"
    return form + (f".{'0' * decimals}" if decimals else "") + ("%" if column.kind is ColumnKind.SHARE else "")


def _width(table: Table, at: int, head: str, notes: Footnotes, tongue: Tongue) -> float:
    cells = (row[at] for row in table.rows)
    bare = [Number(cell.value) if isinstance(cell, Number) else cell for cell in cells]
    wide = max([width_of(written(cell, table.columns[at], notes, tongue)) for cell in bare], default=1.0)
    return min(60.0, max(9.0, wide * 2 + 2, min(width_of(head) * 2 + 2, 18)))


def _sheet_names(parts: Sequence[tuple[Section, Table]], tongue: Tongue) -> list[str]:
    """A name for each sheet: of at most 31 characters, without signs that Excel does not take, all different."""
    names: list[str] = []
    for _, table in parts:
        plain = re.sub(r"[\[\]:*?/\\']", " ", table.title.told(tongue)).strip()[:27] or table.name[:27]
        taken = {name.casefold() for name in names} | {wording.CONTENTS.told(tongue).casefold(), "history"}
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain} {number}", number + 1
        names.append(name)
    return names
