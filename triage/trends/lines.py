"""The monthly report as plain lines, for a terminal: the figures of the document, hidden where it hides them."""

from __future__ import annotations

from collections.abc import Iterator

from triage.trends.document import Document, Hidden, Number, Table, Text, Tongue, Words
from triage.trends.rendering.wording import standing

TABLES = ("by_category", "by_region", "by_channel", "by_risk", "by_kind", "clearings")


def lines(document: Document) -> Iterator[str]:
    """Title, whether the month is closed, the first sentences, and this month's column of the main tables."""
    for text in (document.title, standing(document), *document.headline):
        yield _both(text)
    known = {table.name: table for section in document.sections for table in section.tables}
    for table in (known[name] for name in TABLES if name in known):
        yield ""
        yield _both(table.title) + (f" — {_both(table.note)}" if table.note else "")
        yield from _rows(table)


def _rows(table: Table) -> Iterator[str]:
    """Rows with reports; of those that are hidden only how many there are."""
    at = next(place for place, column in enumerate(table.columns) if column.name == "count")
    for row in table.rows:
        label, count = row[0], row[at]
        if isinstance(label, Words) and isinstance(count, Number) and count.value:
            yield f"  {count.value:>8}  {_both(label.text)}"
    hidden = sum(isinstance(row[at], Hidden) for row in table.rows)
    if hidden:
        yield f"  {hidden} 行不显示 rows hidden"


def _both(text: Text) -> str:
    chinese, english = text.told(Tongue.ZH), text.told(Tongue.EN)
    return chinese if chinese == english else f"{chinese} {english}"
