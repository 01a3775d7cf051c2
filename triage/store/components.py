"""Components of the ledger: the reports that joins hold together, and what was said among them.

A walk widens over joins that stand, never over suggestions or what keeps apart: in a crowded county those reach almost
everybody, and say nothing of who belongs to a case that neither end belongs to. A join that a person has overruled holds
nothing together, so that whoever a person takes out is out of a component of any size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from triage.model import Access, Judgement, Verdict
from triage.store.access import WORKER, demand_text, readable
from triage.store.database import Database
from triage.store.locks import take_turn
from triage.store.parts import in_parts
from triage.store.records import Component
from triage.store.standing import by_person, joins, standing
from triage.store.tables import judgements, reports

# A component larger than this is a flood rather than a matter; what lies beyond is left to a person.
MOST_MEMBERS = 2000


def components(database: Database, report_ids: Sequence[str], access: Access) -> list[Component]:
    """The components that readable reports belong to, each once; a report without lines is one of its own."""
    demand_text(access)
    with database.read() as connection:
        walk = _Walk(connection, access)
        walk.from_here(set(report_ids))
    return walk.components()


def ledger(database: Database, report_ids: Sequence[str], access: Access) -> list[Judgement]:
    """Every judgement on a report of the components that the reports belong to, in the order in which they were made.

    A line is left out when either of its reports may not be read.
    """
    demand_text(access)
    with database.read() as connection:
        walk = _Walk(connection, access)
        walk.from_here(set(report_ids))
        return _readable_lines(connection, walk.heard(), access)


def around(database: Database, report_ids: Sequence[str], access: Access) -> Component:
    """The components of several readable reports as one, with every line between them, across components too."""
    demand_text(access)
    last = newest(database)
    with database.read() as connection:
        walk = _Walk(connection, access)
        walk.from_here(set(report_ids))
    found = walk.components()
    ids = tuple(sorted(one for component in found for one in component.report_ids))
    return Component(ids, tuple(walk.all_lines()), all(component.whole for component in found), last=last)


def beyond(database: Database, component: Component, codes: Collection[str]) -> list[Judgement]:
    """For the worker: the lines with one of these codes that lead from a component on to others, from report to report.

    Also through reports that were sealed since; at most ``MOST_MEMBERS`` of them are gone through.
    """
    met = set(component.report_ids)
    found: dict[int, Judgement] = {}
    edge = _ends(component.beside, codes) - met
    with database.read() as connection:
        while edge and len(met) <= MOST_MEMBERS + len(component.report_ids):
            met |= edge
            lines = lines_at(connection, edge)
            found |= {seq: line for seq, line in lines.items() if not set(codes).isdisjoint(line.features)}
            edge = _ends(found.values(), codes) - met
    return [found[seq] for seq in sorted(found)]


def _ends(lines: Iterable[Judgement], codes: Collection[str]) -> set[str]:
    told = (line for line in lines if not set(codes).isdisjoint(line.features))
    return {end for line in told for end in (line.report_id, line.other_id)}


def newest(database: Database) -> int:
    """The number of the newest line of the ledger; whatever a person says from now on gets a greater one."""
    # A server gives a line its number before others see it: behind an act on its way a greater one may be seen already
    with database.read() if database.sqlite else database.write() as connection:
        take_turn(connection, "decisions")
        return connection.execute(select(func.max(judgements.c.seq))).scalar() or 0


def lines_of(database: Database, report_ids: Sequence[str], access: Access) -> list[Judgement]:
    """Every line between a readable report of these and another readable one, in the order in which they were made."""
    demand_text(access)
    with database.read() as connection:
        found = lines_at(connection, readable_ids(connection, set(report_ids), access))
        return _readable_lines(connection, [found[seq] for seq in sorted(found)], access)


def _readable_lines(connection: Connection, lines: Sequence[Judgement], access: Access) -> list[Judgement]:
    known = readable_ids(connection, {end for line in lines for end in (line.report_id, line.other_id)}, access)
    return [line for line in lines if {line.report_id, line.other_id} <= known]


class _Walk:
    """Goes outwards from reports, all components at once, each until it is whole or too large."""

    def __init__(self, connection: Connection, access: Access) -> None:
        self._connection = connection
        self._access = access
        self._home: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._lines: dict[int, Judgement] = {}
        self._edge: set[str] = set()

    def from_here(self, report_ids: set[str]) -> None:
        """Walks; what is still at the edge afterwards belongs to components that were cut."""
        self._meet(readable_ids(self._connection, report_ids, self._access))
        while going := {one for one in self._edge if len(self._members[self._home[one]]) <= MOST_MEMBERS}:
            self._edge -= going
            found = lines_at(self._connection, going)
            # All that was said of a pair stands at either end, so that what holds is known from one
            ways = [pair for pair, line in standing(found[seq] for seq in sorted(found)).items() if joins(line)]
            ends = {end for pair in ways for end in pair} - self._home.keys()
            self._meet(readable_ids(self._connection, ends, self._access))
            for pair in ways:
                self._join(*pair)
            self._lines |= found

    def lines(self) -> Iterator[tuple[str, Judgement]]:
        """Every line between two reports of one component, with the name of that component."""
        for line in self.all_lines():
            home = self._home[line.report_id]
            if home == self._home[line.other_id]:
                yield home, line

    def all_lines(self) -> Iterator[Judgement]:
        """Every line between two of the reports that were met, in the order in which they were made."""
        return (line for line in self.heard() if line.report_id in self._home and line.other_id in self._home)

    def heard(self) -> list[Judgement]:
        """Every line at the reports that the walk went through."""
        return [self._lines[seq] for seq in sorted(self._lines)]

    def components(self) -> list[Component]:
        """What was found, in the order of its oldest reports."""
        said: defaultdict[str, list[Judgement]] = defaultdict(list)
        for home, line in self.lines():
            said[home].append(line)
        cut = {self._home[one] for one in self._edge}
        apart = self._kept_apart() if cut else {}
        beside = self._leading_out() if self._access == WORKER else {}
        found = [
            Component(
                tuple(sorted(members)),
                tuple(said[home]),
                home not in cut,
                tuple(apart.get(home, ())),
                tuple(beside.get(home, ())),
            )
            for home, members in self._members.items()
        ]
        return sorted(found, key=lambda one: one.report_ids)

    def _leading_out(self) -> dict[str, list[Judgement]]:
        """The lines between a report of a component and one that is not in it, whether that was met or not."""
        found: defaultdict[str, list[Judgement]] = defaultdict(list)
        for line in self.heard():
            homes = {self._home.get(line.report_id), self._home.get(line.other_id)}
            if len(homes) > 1:
                for home in homes - {None}:
                    found[str(home)].append(line)
        return found

    def _kept_apart(self) -> dict[str, list[Judgement]]:
        """What people keep apart across the borders of components, under the component of either end."""
        found: defaultdict[str, list[Judgement]] = defaultdict(list)
        for line in standing(self.heard()).values():
            homes = {self._home.get(line.report_id), self._home.get(line.other_id)}
            if by_person(line) and line.verdict is Verdict.DIFFERENT and len(homes) > 1:
                for home in homes - {None}:
                    found[str(home)].append(line)
        return found

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


def lines_at(connection: Connection, report_ids: set[str]) -> dict[int, Judgement]:
    """Every line that was said of these reports, by its number."""
    found: dict[int, Judgement] = {}
    for part in in_parts(sorted(report_ids)):
        ends = or_(judgements.c.report_id.in_(part), judgements.c.other_id.in_(part))
        found.update((row.seq, judgement(row)) for row in connection.execute(select(judgements).where(ends)))
    return found


def readable_ids(connection: Connection, report_ids: set[str], access: Access) -> set[str]:
    """Those of the reports that this access may read."""
    found: set[str] = set()
    for part in in_parts(sorted(report_ids)):
        found.update(connection.execute(select(reports.c.id).where(reports.c.id.in_(part), readable(access))).scalars())
    return found


def judgement(row: Row[*tuple[Any, ...]]) -> Judgement:
    """A line of the ledger from its row."""
    return Judgement(
        row.report_id,
        row.other_id,
        Verdict(row.verdict),
        row.score,
        row.by,
        tuple(row.features),
        row.joined,
        row.made_at,
        row.decision_id or "",
        row.withdraws_id or "",
    )
