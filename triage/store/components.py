"""Components of the ledger: the reports that joins and people's judgements hold together, and what was said among them.

A walk widens over lines that can make a case, never over suggestions or what keeps apart: in a crowded county those
reach almost everybody, and say nothing of who belongs to a case that neither end belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from triage.model import Access, Judgement, Verdict
from triage.store.access import demand_text, readable
from triage.store.database import Database
from triage.store.records import Component
from triage.store.tables import judgements, reports

# A component larger than this is a flood rather than a matter; what lies beyond is left to a person.
MOST_MEMBERS = 2000
_IN = 500


def components(database: Database, report_ids: Sequence[str], access: Access) -> list[Component]:
    """The components that readable reports belong to, each once; a report without lines is one of its own."""
    demand_text(access)
    with database.read() as connection:
        walk = _Walk(connection, access)
        walk.from_here(set(report_ids))
    return walk.components()


def ledger(database: Database, report_ids: Sequence[str], access: Access) -> list[Judgement]:
    """Every judgement within the components that the reports belong to, in the order in which they were made.

    A line is left out when either of its reports may not be read.
    """
    demand_text(access)
    with database.read() as connection:
        walk = _Walk(connection, access)
        walk.from_here(set(report_ids))
    return [line for _, line in walk.lines()]


class _Walk:
    """Goes outwards from reports, all components at once, each until it is whole or too large."""

    def __init__(self, connection: Connection, access: Access) -> None:
        self._connection = connection
        self._access = access
        self._home: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._rows: dict[int, Row[*tuple[Any, ...]]] = {}
        self._edge: set[str] = set()

    def from_here(self, report_ids: set[str]) -> None:
        """Walks; what is still at the edge afterwards belongs to components that were cut."""
        self._meet(readable_ids(self._connection, report_ids, self._access))
        while going := {one for one in self._edge if len(self._members[self._home[one]]) <= MOST_MEMBERS}:
            self._edge -= going
            rows = _lines_at(self._connection, going)
            ways = [row for row in rows if row.joined or row.by.startswith("person:")]
            ends = {end for row in ways for end in (row.report_id, row.other_id)} - self._home.keys()
            self._meet(readable_ids(self._connection, ends, self._access))
            for row in ways:
                self._join(row.report_id, row.other_id)
            self._rows.update((row.seq, row) for row in rows)

    def lines(self) -> Iterator[tuple[str, Judgement]]:
        """Every line between two reports of one component, with the name of that component."""
        for seq in sorted(self._rows):
            row = self._rows[seq]
            home = self._home.get(row.report_id)
            if home is not None and home == self._home.get(row.other_id):
                yield home, _judgement(row)

    def components(self) -> list[Component]:
        """What was found, in the order of its oldest reports."""
        said: defaultdict[str, list[Judgement]] = defaultdict(list)
        for home, line in self.lines():
            said[home].append(line)
        cut = {self._home[one] for one in self._edge}
        found = [
            Component(tuple(sorted(members)), tuple(said[home]), home not in cut)
            for home, members in self._members.items()
        ]
        return sorted(found, key=lambda one: one.report_ids)

    def _meet(self, report_ids: set[str]) -> None:
        for report_id in report_ids:
            self._home[report_id] = report_id
            self._members[report_id] = [report_id]
        self._edge |= report_ids

    def _join(self, one: str, other: str) -> None:
        if one not in self._home or other not in self._home or self._home[one] == self._home[other]:
            return
        small, large = sorted((self._home[one], self._home[other]), key=lambda home: len(self._members[home]))
        for report_id in self._members[small]:
            self._home[report_id] = large
        self._members[large] += self._members.pop(small)


def _lines_at(connection: Connection, report_ids: set[str]) -> list[Row[*tuple[Any, ...]]]:
    rows: list[Row[*tuple[Any, ...]]] = []
    for part in _parts(sorted(report_ids)):
        ends = or_(judgements.c.report_id.in_(part), judgements.c.other_id.in_(part))
        rows += connection.execute(select(judgements).where(ends)).all()
    return rows


def readable_ids(connection: Connection, report_ids: set[str], access: Access) -> set[str]:
    """Those of the reports that this access may read."""
    found: set[str] = set()
    for part in _parts(sorted(report_ids)):
        found.update(connection.execute(select(reports.c.id).where(reports.c.id.in_(part), readable(access))).scalars())
    return found


def _judgement(row: Row[*tuple[Any, ...]]) -> Judgement:
    return Judgement(
        row.report_id,
        row.other_id,
        Verdict(row.verdict),
        row.score,
        row.by,
        tuple(row.features),
        row.joined,
        row.made_at,
    )


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IN):
        yield ids[start : start + _IN]
