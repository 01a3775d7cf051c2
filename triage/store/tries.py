"""How often a report was tried and when it is tried again; five tries that failed make it dead, where people see it.

A worker that was killed over a report, or that hung until it was, cannot say so. Whoever finds its claims counts a try
for each report that it had in hand, and these are read again a few together, and whichever is
lost a second time alone from then on: so the one that ends its workers is found out, and ends as stuck, while those that
were beside it are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    type_coerce,
    update,
)

from triage.model import Stage
from triage.store.access import WORKER
from triage.store.audit import read_entry, write_entries
from triage.store.columns import UtcDateTime
from triage.store.tables import reports

MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = FIRST_WAIT * 2 ** (MOST_TRIES - 1)
WORKER_LOST = "worker_lost"
"""The trouble of a report whose worker was gone before it had brought the report to its end."""
_FAILED = tuple(FIRST_WAIT * 2**n for n in range(MOST_TRIES))
# A worker is lost for many reasons, and its reports had waited already: the second try comes at once
_LOST = (timedelta(0), *_FAILED[:-1])
_SECOND = 1_000_000


def lost() -> ColumnElement[bool]:
    """Reports that wait and whose last worker was lost over them."""
    # Told to SQLite in so many words: it uses the index of what has failed for nothing less
    tried = reports.c.tries > literal_column("0")
    return and_(tried, reports.c.stage == Stage.RECEIVED.value, reports.c.trouble == WORKER_LOST)


def count_tries(connection: Connection, which: ColumnElement[bool], code: str) -> list[str]:
    """Counts a failed try, under a stable code, for those of the reports that wait; their ids."""
    sqlite = connection.dialect.name == "sqlite"
    tries, waits = reports.c.tries + 1, _LOST if code == WORKER_LOST else _FAILED
    told = {
        "tries": tries,
        "not_before": case(*_moments(waits, sqlite=sqlite), else_=moment(sqlite=sqlite)),
        "stage": case((tries >= MOST_TRIES, Stage.DEAD.value), else_=Stage.RECEIVED.value),
        "trouble": code[:64],
    }
    tried = update(reports).where(reports.c.stage == Stage.RECEIVED.value, which).values(**told)
    failed = sorted(connection.execute(tried.returning(reports.c.id)).scalars())
    if failed:
        write_entries(connection, [read_entry(WORKER, "fail", failed, code=code)])
    return failed


def _moments(waits: Sequence[timedelta], *, sqlite: bool) -> list[tuple[ColumnElement[bool], ColumnElement[datetime]]]:
    return [(reports.c.tries == n, moment(wait, sqlite=sqlite)) for n, wait in enumerate(waits)]


def moment(later: timedelta = timedelta(0), *, sqlite: bool) -> ColumnElement[datetime]:
    """Now and so much later; on a server by its clock, for the clocks of the machines that work on it may differ."""
    if sqlite:
        return literal(datetime.now(UTC) + later, UtcDateTime)
    # The same for every row of a statement, so that an index may be asked for it
    now = cast(func.extract("epoch", func.statement_timestamp()) * _SECOND, BigInteger)
    return type_coerce(now + later // timedelta(microseconds=1), UtcDateTime)
