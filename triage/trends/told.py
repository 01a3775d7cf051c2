"""What closed reports told of months, so that later ones tell the same.

Two reports that tell of one month stand side by side, and whoever has both can subtract. So the first closed report of a
place that tells of a month settles how all others of this place tell of it, but for the month's own revisions (see
``revising``). Its figures are kept with it under seal: those of places as they may be shown, those of the whole area by
channel and the like as they were counted, because what is shown of them follows from these alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from triage.model import Access
from triage.store import Store
from triage.store.monthly import MonthCells
from triage.trends.safety import ROOT, Safe, Tree

_FORM = 1
_Shown = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class SafeMonth:
    """One month's counts by place, of all reports and of each category."""

    total: Safe
    category: Mapping[str, Safe]


@dataclass(frozen=True, slots=True)
class ToldMonth:
    """A month as a closed report told of it; ``cells`` where it told of channels and the like."""

    safe: SafeMonth
    cells: MonthCells | None


def told_bytes(place: str, safe: Mapping[str, SafeMonth], cells: Mapping[str, MonthCells]) -> bytes:
    """The figures that are kept with a closed report of a place.

    Args:
        place: the report's; what lies elsewhere is left out.
        safe: the months that it tells of.
        cells: of the whole area, empty for a report of a part of it.
    """
    months = {
        month: {
            "inside": list(one.total.tree.children.get(place, ())),
            "total": _shown(one.total, place),
            "category": {code: _shown(part, place) for code, part in one.category.items()},
        }
        for month, one in safe.items()
    }
    by = {month: _summed(one) for month, one in cells.items()}
    return json.dumps({"form": _FORM, "months": months, "by": by}, separators=(",", ":")).encode()


def told_before(store: Store, access: Access, place: str, month: str, near: Iterable[str]) -> dict[str, ToldMonth]:
    """Months as closed reports of a place told of them first; the month itself is left out where it is closed.

    Nothing, where the reader must not meet a party: closed reports count everybody.

    Args:
        store: where they are kept.
        access: whose places hold the place.
        place: a division's code.
        month: the month of the report that is made.
        near: months whose reports may tell of what this one tells of.
    """
    found: dict[str, ToldMonth] = {}
    if access.excluded_party_keys or not any(place.startswith(prefix) for prefix in access.place_prefixes):
        return found
    closed = set()
    for at, data in store.closed.first_figures(place, sorted(near), access):
        closed.add(at)
        form = json.loads(data)
        for name, told in form["months"].items():
            if name not in found:
                found[name] = ToldMonth(_safe_month(told, place), _cells(name, form["by"].get(name)))
    return {at: told for at, told in found.items() if at != month or month not in closed}


def _shown(counts: Safe, place: str) -> _Shown:
    return {node: counts.value(node) for node in counts.tree.counts if node == ROOT or node.startswith(place)}


def _safe_month(told: Mapping[str, Any], place: str) -> SafeMonth:
    inside = {place: tuple(told["inside"])} if told["inside"] else {}
    category = {code: _safe(shown, {}) for code, shown in told["category"].items()}
    return SafeMonth(_safe(told["total"], inside), category)


def _safe(shown: _Shown, inside: Mapping[str, tuple[str, ...]]) -> Safe:
    hidden = frozenset(node for node, number in shown.items() if number is None)
    return Safe(Tree({node: number or 0 for node, number in shown.items()}, inside), hidden)


def _summed(cells: MonthCells) -> dict[str, dict[str, int]]:
    """The counts of the whole area: all reports under the empty name."""
    summed: dict[str, dict[str, int]] = {"": {"": sum(cells.total.values())}}
    for name, counts in cells.by.items():
        if name != "category":
            told = summed.setdefault(name, {})
            for (_, value), number in counts.items():
                told[value] = told.get(value, 0) + number
    return summed


def _cells(month: str, summed: Mapping[str, Mapping[str, int]] | None) -> MonthCells | None:
    if summed is None:
        return None
    by = {name: {(ROOT, value): number for value, number in told.items()} for name, told in summed.items() if name}
    return MonthCells(month, {ROOT: summed[""][""]}, by, {}, {}, {})
