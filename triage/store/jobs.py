"""Work asked of the running worker through a row, and its progress."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from triage.errors import NotFound
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.records import Job
from triage.store.tables import jobs


def ask(database: Database, kind: str, arguments: Mapping[str, str]) -> str:
    """Asks for work; the id under which its progress is found."""
    made = new_id()
    row = {"id": made, "kind": kind, "arguments": dict(arguments), "state": "asked", "done": 0, "total": 0}
    with database.write() as connection:
        connection.execute(insert(jobs), [{**row, "sentence": "", "changed_at": datetime.now(UTC)}])
    return made


def next_job(database: Database) -> Job | None:
    """The oldest work that was asked for or left unfinished by a worker that ended; it is running from now on."""
    with database.write() as connection:
        open_ = jobs.c.state.in_(("asked", "running"))
        row = connection.execute(select(jobs).where(open_).order_by(jobs.c.id).limit(1).with_for_update()).first()
        if row is None:
            return None
        connection.execute(
            update(jobs).where(jobs.c.id == row.id).values(state="running", changed_at=datetime.now(UTC))
        )
    return _job(row, state="running")


def change(database: Database, job_id: str, **values: object) -> None:
    """Writes progress or the end of a job.

    Raises:
        NotFound: no such job.
    """
    with database.write() as connection:
        statement = update(jobs).where(jobs.c.id == job_id).values(**values, changed_at=datetime.now(UTC))
        if not connection.execute(statement).rowcount:
            raise NotFound("There is no such job.")


def job_of(database: Database, job_id: str) -> Job:
    """A job as it stands.

    Raises:
        NotFound: no such job.
    """
    with database.read() as connection:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFound("There is no such job.")
    return _job(row, state=row.state)


def _job(row: Row[*tuple[Any, ...]], *, state: str) -> Job:
    return Job(row.id, row.kind, row.arguments, state, row.done, row.total, row.sentence)
