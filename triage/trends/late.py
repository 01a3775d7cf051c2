"""Whether a part of a closed report and the same part counted anew, side by side, tell of a few late reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from triage.trends.document import ColumnKind, Document, Number, Section, Table, Tile, TileMap
from triage.trends.safety import REST, ROOT, Tree, late

_OVERLAP = frozenset({"by_category", "by_programme"})
"""Tables in which a report counts in several rows; all others that begin with ``by_`` part the total."""
_PART = re.compile(r"([^：，。]+?)(\d+)件[，。（]")
_Pair = tuple[int, int]


def tells_of_few(before: Document, after: Document, was: Section, now: Section) -> bool:
    """Whether a figure, or what is left of a sum without the ones shown, differs by less than the threshold.

    Args:
        before: the closed report.
        after: the month counted anew.
        was: a part of the closed report.
        now: the same part counted anew, with the same cells hidden.
    """
    few = after.provenance.threshold
    old = {table.name: table for table in was.tables}
    total = _pair(before.total, after.total)
    if _few_between(_said(was), _said(now), total, few):
        return True
    for table in (table for table in now.tables if table.name in old):
        for at, column in enumerate(table.columns):
            if column.kind is not ColumnKind.COUNT:
                continue
            pairs = _pairs(old[table.name], table, at)
            whole = _whole(column.name, table.name, total, was, now)
            if any(late(*trees, few) for trees in _trees(pairs, whole, overlap=_overlaps(table.name))):
                return True
    return False


def _said(section: Section) -> dict[str, int]:
    """Parts of all reports that sentences alone tell of: groups of categories, and repeats."""
    if section.name not in {"category", "progress"}:
        return {}
    return {name: int(number) for text in section.sentences for name, number in _PART.findall(text.zh)}


def _few_between(was: Mapping[str, int], now: Mapping[str, int], total: _Pair | None, few: int) -> bool:
    """Whether parts, or what is not of them, differ by less than the threshold; one that comes or goes tells of few too."""
    if was.keys() != now.keys():
        return True
    more = 0 if total is None else total[1] - total[0]
    return any(
        0 < abs(change) < few for name in was for change in (now[name] - was[name], now[name] - was[name] - more)
    )


def _overlaps(name: str) -> bool:
    return name in _OVERLAP or not name.startswith("by_")


def _pairs(before: Table, after: Table, at: int) -> dict[str, _Pair]:
    """Rows of a column whose number is shown in both tables."""
    names = {column.name: place for place, column in enumerate(before.columns)}
    place = names.get(after.columns[at].name)
    rows = {before.key_of(row): row for row in before.rows}
    found: dict[str, _Pair] = {}
    for row in after.rows:
        was = rows.get(after.key_of(row))
        pair = None if was is None or place is None else _pair(was[place], row[at])
        if pair is not None:
            found[" ".join(after.key_of(row))] = pair
    return found


def _whole(column: str, table: str, total: _Pair | None, was: Section, now: Section) -> _Pair | None:
    """What the rows of a column are parts of, as far as it is shown: all reports, or those of a place of the heat map."""
    if table.startswith("by_"):
        return total if column == "count" else None
    if table != "category_region":
        return None
    then, this = ({tile.code: tile.value for tile in _tiles(part)} for part in (was, now))
    code = column.removeprefix("p")
    return _pair(then[code], this[code]) if code in then and code in this else None


def _tiles(section: Section) -> Iterator[Tile]:
    for picture in section.pictures:
        if isinstance(picture, TileMap):
            yield from picture.tiles


def _trees(pairs: Mapping[str, _Pair], whole: _Pair | None, *, overlap: bool) -> Iterator[tuple[Tree, Tree]]:
    """Sums to compare: each number beside what is not of it, or all numbers beside the rest."""
    groups = [{name: pair} for name, pair in pairs.items()] if overlap or whole is None else [dict(pairs)]
    for group in groups:
        yield _tree(group, whole, 0), _tree(group, whole, 1)


def _tree(group: Mapping[str, _Pair], whole: _Pair | None, at: int) -> Tree:
    parts = {f"={name}": pair[at] for name, pair in group.items()}
    total = sum(parts.values()) if whole is None else whole[at]
    counts = {ROOT: total, **parts, REST: total - sum(parts.values())}
    return Tree(counts, {ROOT: (*parts, REST)})


def _pair(before: object, after: object) -> _Pair | None:
    if isinstance(before, Number) and isinstance(after, Number):
        return int(before.value), int(after.value)
    return None
