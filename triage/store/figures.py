"""Figures of a store for those who look after it: numbers of rows and ages, nothing of any report.

They are answered by partial indexes or the end of a key, so that they may be asked every few seconds at any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Select, and_, func, select

from triage.model import Stage
from triage.store.access import ROUTED
from triage.store.added import waits_for_first
from triage.store.store import Store
from triage.store.tables import audit, audit_seals, outbox, referrals, reports


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """How the store stands at one moment.

    Args:
        taken: reports ever taken in.
        waiting: reports that wait to be read, those that wait for another try included.
        oldest_seconds: how long ago the oldest of them came in; 0 where none waits.
        retrying: of those that wait, how many have failed before.
        dead: reports that failed five times and wait for a person.
        refused: reports that were read and that the index does not take.
        outbox: changes that the index has yet to hear of.
        outbox_first: number of the oldest of them; 0 where there is none.
        unsealed: audit rows that are not chained yet.
        proposed: referrals that the open list shows to whoever may read everything.
        undecided: of these, those on whose reports no person has decided.
    """

    taken: int
    waiting: int
    oldest_seconds: float
    retrying: int
    dead: int
    refused: int
    outbox: int
    outbox_first: int
    unsealed: int
    proposed: int
    undecided: int


def figures_of(store: Store) -> StoreFigures:
    """How the store stands now.

    Raises:
        Unavailable, Busy, Corrupt: the database does not answer as it should.
    """
    received = reports.c.stage == Stage.RECEIVED.value
    dead = and_(reports.c.stage == Stage.DEAD.value, reports.c.tries > 0)
    refused = and_(reports.c.stage == Stage.ASSESSED.value, reports.c.tries > 0)
    proposed = (
        select(func.count())
        .select_from(referrals)
        .join(reports, reports.c.id == referrals.c.report_id)
        .where(referrals.c.state == "proposed", reports.c.stage.in_(ROUTED))
    )
    with store._database.read() as connection:
        # What was added to one that cannot be read waits for people, who are told of it, and for no worker
        oldest = connection.execute(
            select(reports.c.arrived_at).where(received, ~waits_for_first()).order_by(reports.c.seq).limit(1)
        ).scalar()
        outbox_first = _number(connection, select(func.coalesce(func.min(outbox.c.seq), 0)))
        sealed = _number(connection, select(func.coalesce(func.max(audit_seals.c.last), 0)))
        return StoreFigures(
            taken=_number(connection, select(func.coalesce(func.max(reports.c.seq), 0))),
            waiting=_number(connection, select(func.count()).select_from(reports).where(received)),
            oldest_seconds=0.0 if oldest is None else max(0.0, (datetime.now(UTC) - oldest).total_seconds()),
            retrying=_number(
                connection, select(func.count()).select_from(reports).where(received, reports.c.tries > 0)
            ),
            dead=_number(connection, select(func.count()).select_from(reports).where(dead)),
            refused=_number(connection, select(func.count()).select_from(reports).where(refused)),
            outbox=_number(connection, select(func.count()).select_from(outbox)),
            outbox_first=outbox_first,
            unsealed=_number(connection, select(func.count()).select_from(audit).where(audit.c.seq > sealed)),
            proposed=_number(connection, proposed),
            undecided=_number(connection, proposed.where(reports.c.review_id.is_(None))),
        )


def _number(connection: Connection, statement: Select[int]) -> int:
    return int(connection.execute(statement).scalar_one())
