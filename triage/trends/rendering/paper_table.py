"""Tables of the DOCX, written as one piece of XML: asking the library cell by cell takes a minute for three thousand rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from triage.trends.rendering.wording import width_of

if TYPE_CHECKING:
    from docx.document import Document as Paper

_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_WIDE = 9400
"""Width of a table in twentieths of a point: A4 less its margins."""
_INK, _GREY, _GROUND = "1B1B1B", "A6A6A6", "F0F0F0"


def add_table(paper: Paper, rows: Sequence[Sequence[str]], numbers: Sequence[bool], *, total: bool) -> None:
    """Adds a table at the end of the paper.

    Three lines and thin ones between the rows; the header is repeated on each page, no row is torn by its end, the header
    stays with the rows and the last row with what stands below.

    Args:
        paper: to be written to.
        rows: words of the cells, the header first.
        numbers: which columns hold figures, and so stand to the right.
        total: whether the last row is a sum.
    """
    from docx.oxml import parse_xml

    made = paper.add_table(1, 1)._tbl
    made.getparent().replace(made, parse_xml("".join(_table(rows, numbers, total=total))))


def _table(rows: Sequence[Sequence[str]], numbers: Sequence[bool], *, total: bool) -> Iterator[str]:
    widths = _widths(rows)
    yield f'<w:tbl {_NAMES}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>'
    for side, size, colour in (("top", 12, _INK), ("bottom", 12, _INK), ("insideH", 4, _GREY)):
        yield f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    yield '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
    yield from (f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield "</w:tblGrid>"
    last = len(rows) - 1
    for at, row in enumerate(rows):
        yield f"<w:tr><w:trPr><w:cantSplit/>{'' if at else '<w:tblHeader/>'}</w:trPr>"
        for words, width, number in zip(row, widths, numbers, strict=True):
            yield _cell(
                words, width, right=number, head=not at, bold=not at or (total and at == last), kept=at in {0, last}
            )
        yield "</w:tr>"
    yield "</w:tbl>"


def _cell(words: str, width: int, *, right: bool, head: bool, bold: bool, kept: bool) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_GROUND}"/>' if head else ""
    place = f'<w:pStyle w:val="Cell"/>{"<w:keepNext/>" if kept else ""}{_RIGHT if right else ""}'
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr>{place}</w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p></w:tc>'
    )


_RIGHT = '<w:jc w:val="right"/>'


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """Widths of columns by their longest words; together they fill the page."""
    longest = [max(3.0, min(18.0, max(width_of(row[at]) for row in rows) + 1.5)) for at in range(len(rows[0]))]
    return [int(_WIDE * wide / sum(longest)) for wide in longest]
