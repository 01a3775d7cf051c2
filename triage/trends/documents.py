"""The figures of a month as plain lines."""

from __future__ import annotations

from collections.abc import Iterator

from triage.trends.figures import MonthFigures

HIDDEN = "<"


def lines(figures: MonthFigures) -> Iterator[str]:
    """The figures in words, for a terminal."""
    total = f"fewer than {figures.threshold}" if figures.total is None else str(figures.total)
    yield f"Reports received in {figures.month}: {total}"
    for table in figures.tables:
        yield ""
        yield f"by {table.name}" + ("" if table.partition else " (a report can count several times)")
        for cell in table.cells:
            count = f"{HIDDEN} hidden" if cell.count is None else str(cell.count)
            yield f"  {count:>8}  {cell.label}"
