"""Under which id a reader meets a case, and of which cases they see a part alone.

A case is kept under the id of one of its reports, as a rule of its oldest. To whoever may not read that report its id
would tell that it exists: they meet the case under the id of the first report in it that they may read, and a report
whose companions are all out of their sight as one that stands alone. Whatever they name a case by is the id of a
readable report, so that the way back needs no table of its own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, Select, case, func, select

from triage.model import Access
from triage.store.access import WORKER, demand_text, readable, readable_with
from triage.store.crowds import listed
from triage.store.database import Database
from triage.store.tables import reports


@dataclass(frozen=True, slots=True)
class MetCases:
    """Cases as one reader meets them, by the ids under which they are kept.

    ``names`` has those of which at least two reports are readable; ``cut`` are those with a report that is not.
    """

    names: Mapping[str, str]
    cut: frozenset[str] = frozenset()

    def name(self, case_id: str | None) -> str | None:
        """The id to show; None where the reader meets no case."""
        return None if case_id is None else self.names.get(case_id)

    def score(self, case_id: str | None, score: float, corroboration: float) -> float:
        """The score to show: without the points of the case where the reader sees a part of it, for they count its voices."""
        return round(score - corroboration, 4) if case_id in self.cut else score


def reads_everything(access: Access) -> bool:
    """Whether nothing is kept from a reader but what is kept from everybody: cases bear the id that they are kept under."""
    return "" in access.place_prefixes and not access.excluded_party_keys


def shown_as(connection: Connection, case_ids: Collection[str], access: Access) -> MetCases:
    """How a reader meets cases of which they may read a report: one statement for all, none for whoever reads everything."""
    if reads_everything(access):
        return MetCases({one: one for one in case_ids})
    if not case_ids:
        return MetCases({})
    rows = connection.execute(
        _met(connection.dialect.name == "sqlite", access), {"told": json.dumps(sorted(case_ids))}
    ).all()
    names = {row.case_id: row.own or row.first for row in rows if row.seen > 1}
    return MetCases(names, frozenset(row.case_id for row in rows if row.seen < row.all))


@lru_cache(maxsize=8)
def _met(sqlite: bool, access: Access) -> Select[str, str, str, int, int]:
    """A row for each case: the first readable report, the one that the case is kept under if readable, how many there are.

    What a recusal hides it hides with its whole case: of one with a readable report only what was added to others is asked.
    Asking it of each report of a large case took half a second.
    """
    wanted = listed(sqlite)
    here = readable_with(access)
    seen = case((here, reports.c.id))
    own = case((here & (reports.c.id == reports.c.case_id), reports.c.id))
    return (
        select(
            reports.c.case_id,
            func.min(seen).label("first"),
            func.min(own).label("own"),
            func.count(seen).label("seen"),
            func.count().label("all"),
        )
        .join(wanted, reports.c.case_id == wanted.c.value)
        .where(readable(WORKER))
        .group_by(reports.c.case_id)
    )


def homes(database: Database, report_ids: Sequence[str], access: Access) -> dict[str, str | None]:
    """Under which id the case of each readable report is kept, None where it stands alone: for an index, never to be shown."""
    demand_text(access)
    with database.read() as connection:
        return dict(connection.execute(_homes(database.sqlite, access), {"told": json.dumps(list(report_ids))}).all())


@lru_cache(maxsize=8)
def _homes(sqlite: bool, access: Access) -> Select[str, str | None]:
    wanted = listed(sqlite)
    kept = select(reports.c.id, reports.c.case_id).join(wanted, reports.c.id == wanted.c.value)
    return kept.where(readable(access))
