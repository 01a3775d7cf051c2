"""Counts of many months as one array, which takes little room beside a million reports; for expectations, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.store.monthly import COUNTY, SeriesCells

_Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Series:
    """Reports by county, category and month: ``counts`` has an axis for each, in the order of the three names.

    ``counties`` are those with any report, codes of six digits.
    """

    counties: tuple[str, ...]
    categories: tuple[str, ...]
    months: tuple[str, ...]
    counts: NDArray[np.int32]

    def since(self, month: str) -> Series:
        """The same without earlier months."""
        earlier = sum(one < month for one in self.months)
        return Series(self.counties, self.categories, self.months[earlier:], self.counts[:, :, earlier:])


class Gathering:
    """Takes up one month after the other."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._months: list[str] = []
        self._counties: dict[str, int] = {}
        self._categories: dict[str, int] = {}
        self._parts: list[_Places] = []

    def add(self, cells: SeriesCells) -> None:
        """A month's counts, the months in their order."""
        at = len(self._months)
        self._months.append(cells.month)
        for place in cells.total:
            if len(place) >= COUNTY:
                _number(self._counties, place[:COUNTY])
        rows = [
            (_number(self._counties, county), _number(self._categories, code), at, number)
            for (county, code), number in cells.category.items()
            if len(county) == COUNTY
        ]
        self._parts.append(np.array(rows, dtype=np.int32).reshape(-1, 4))

    def series(self) -> Series:
        """All of it, counties and categories in the order of their codes."""
        counties, categories = sorted(self._counties), sorted(self._categories)
        counts = np.zeros((len(counties), len(categories), len(self._months)), dtype=np.int32)
        if self._parts:
            rows = np.concatenate(self._parts)
            row, column = _order(self._counties, counties), _order(self._categories, categories)
            counts[row[rows[:, 0]], column[rows[:, 1]], rows[:, 2]] = rows[:, 3]
        return Series(tuple(counties), tuple(categories), tuple(self._months), counts)


def _number(known: dict[str, int], name: str) -> int:
    return known.setdefault(name, len(known))


def _order(numbers: Mapping[str, int], ordered: list[str]) -> _Places:
    places = np.zeros(len(ordered), dtype=np.int32)
    for at, name in enumerate(ordered):
        places[numbers[name]] = at
    return places
