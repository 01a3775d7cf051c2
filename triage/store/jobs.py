"""Work asked of the running worker through a row, and its progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from triage.errors import NotFound
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.tables import jobs

MOST_TAKEN = 5
"""Times that a job is taken up: one at which the worker is killed each time would keep everything else from being done."""
_TAKEN = "taken"
_GIVEN_UP = f"The worker ended {MOST_TAKEN} times before this was done; look for worker_ended in its log, then ask for it again."


@dataclass(frozen=True, slots=True)
class Job:
    """Work asked of the running worker, with its progress: ``done`` of ``total`` steps, and the sentence to show."""

    id: str
    kind: str
    arguments: Mapping[str, str]
    state: str
    done: int
    total: int
    sentence: str


class Jobs:
    """Work that one process asks for and another does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, kind: str, arguments: Mapping[str, str]) -> str:
        """Asks the running worker for work; the id under which its progress is found."""
        made = new_id()
        row = {"id": made, "kind": kind, "arguments": dict(arguments), "state": "asked", "done": 0, "total": 0}
        with self._database.write() as connection:
            connection.execute(insert(jobs), [{**row, "sentence": "", "changed_at": datetime.now(UTC)}])
        return made

    def take(self) -> Job | None:
        """The oldest work that was asked for or left unfinished by a worker that ended; it is running from now on.

        At one that workers have ended at ``MOST_TAKEN`` times none ends once more: it has failed, and says so.
        """
        with self._database.write() as connection:
            open_ = jobs.c.state.in_(("asked", "running"))
            for row in connection.execute(select(jobs).where(open_).order_by(jobs.c.id).with_for_update()).all():
                taken = int(row.arguments.get(_TAKEN, 0))
                this, now = update(jobs).where(jobs.c.id == row.id), datetime.now(UTC)
                if taken >= MOST_TAKEN:
                    connection.execute(this.values(state="failed", sentence=_GIVEN_UP, changed_at=now))
                    continue
                told = {**row.arguments, _TAKEN: str(taken + 1)}
                connection.execute(this.values(state="running", arguments=told, changed_at=now))
                return _job(row, state="running")
        return None

    def progress(self, job_id: str, done: int, total: int, sentence: str = "") -> None:
        """Writes how far a job is. Raises ``NotFound``."""
        self._change(job_id, done=done, total=total, sentence=sentence)

    def finish(self, job_id: str, state: str = "done", sentence: str = "") -> None:
        """Ends a job as ``done`` or ``failed``. Raises ``NotFound``."""
        self._change(job_id, state=state, sentence=sentence)

    def find(self, job_id: str) -> Job:
        """A job as it stands. Raises ``NotFound``."""
        with self._database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
        if row is None:
            raise NotFound("There is no such job.")
        return _job(row, state=row.state)

    def _change(self, job_id: str, **values: object) -> None:
        with self._database.write() as connection:
            statement = update(jobs).where(jobs.c.id == job_id).values(**values, changed_at=datetime.now(UTC))
            if not connection.execute(statement).rowcount:
                raise NotFound("There is no such job.")


def _job(row: Row[*tuple[Any, ...]], *, state: str) -> Job:
    arguments = {name: value for name, value in row.arguments.items() if name != _TAKEN}
    return Job(row.id, row.kind, arguments, state, row.done, row.total, row.sentence)
