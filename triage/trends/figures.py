"""Counts of one month with small cells suppressed.

Cells below the threshold (protection.md: default 5) are not shown, nor is the smallest other cell of a table where a
single hidden one could be found by subtracting from the total. Categories overlap, so their table has no such total:
there every small cell is hidden by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from triage.errors import BadInput


@dataclass(frozen=True, slots=True)
class Cell:
    """One count; ``count`` is None where the cell is suppressed."""

    value: str
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by one property; ``partition`` says that the cells add up to the month's total."""

    name: str
    cells: tuple[Cell, ...]
    partition: bool


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month's tables; ``total`` is None where it is below the threshold itself."""

    month: str
    total: int | None
    threshold: int
    tables: tuple[Table, ...]


def checked_month(given: str) -> str:
    """The month if it is written like 2019-11.

    Raises:
        BadInput: it is not.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", given):
        raise BadInput("month", "form", "The month must be written like 2019-11.")
    return given


def suppressed(
    name: str, counts: Mapping[str, int], labels: Mapping[str, str], threshold: int, *, partition: bool
) -> Table:
    """A table of counts, largest first, without cells that would tell of single people.

    Args:
        name: what is counted by.
        counts: value → count, without zeros.
        labels: value → words for people; a value without one stands as it is.
        threshold: the least count that is shown.
        partition: whether the counts add up to the month's total.
    """
    hidden = {value for value, count in counts.items() if count < threshold}
    shown = sorted((value for value in counts if value not in hidden), key=lambda value: (counts[value], value))
    # One hidden cell is the total less the others; so a second one goes, the smallest that is shown.
    hidden_sum = sum(counts[value] for value in hidden)
    if partition and hidden and shown and (len(hidden) == 1 or hidden_sum < threshold):
        hidden.add(shown[0])
    order = sorted(counts, key=lambda value: (value in hidden, -counts[value] if value not in hidden else 0, value))
    cells = tuple(Cell(value, labels.get(value, value), None if value in hidden else counts[value]) for value in order)
    return Table(name, cells, partition)
