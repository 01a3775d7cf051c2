"""The dialogue with reporters: what the office writes to whoever holds a receipt, and what they have added since.

What the office writes is sealed under the key of the report and only added to. What a reporter adds is a report of its own
(see ``added``): here only stands which one. Staff read under their access; a reporter is known by the receipt alone,
and of their reading a day is kept, that on which the newest message was first fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from triage.errors import Busy, Changed, NotAllowed, NotFound, Unavailable
from triage.model import Access, StaffRole
from triage.store.access import ROUTED, demand_text, readable
from triage.store.added import First, firsts
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.ids import NOBODYS, new_id
from triage.store.locks import hold_reports
from triage.store.reading import Reader
from triage.store.records import ReadRow
from triage.store.tables import IN, OUT, assessments, fetches, messages, receipts, reports
from triage.store.vault import Vault
from triage.text.dates import SHANGHAI

_WRITES = frozenset({StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
NOTHING = "0"
"""What ``seen`` says where there was no message yet."""
_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Message:
    """A message: the office's by whom, the reporter's with the report that it is, as it came."""

    id: str
    ours: bool
    at: datetime
    text: str
    by: str | None = None
    row: ReadRow | None = None

    @property
    def added_id(self) -> str | None:
        """The id of the report that a reporter's message is."""
        return self.row.report.id if self.row is not None else None


@dataclass(frozen=True, slots=True)
class Thread:
    """All messages about a report, the oldest first, as far as they are readable.

    ``fetched_on`` is the day in Shanghai on which the holder of the receipt first fetched the office's newest message; None:
    not yet. ``seen`` tells which messages there are, told back by whoever writes on what they saw.
    """

    report_id: str
    messages: tuple[Message, ...]
    fetched_on: str | None

    @property
    def seen(self) -> str:
        """The id of the newest message with how many there are: what was added before it may be readable later. Or ``NOTHING``."""
        return _seen(one.id for one in self.messages)


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many messages there are about a report, and when the newest came; ``adds_to`` is the report that it adds to."""

    count: int = 0
    newest: datetime | None = None
    adds_to: str | None = None


NOTHING_SPOKEN = Spoken()
"""There is no message."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A report to which its reporter has added something that nobody has answered: how much, since when, the newest."""

    report_id: str
    since: datetime
    count: int
    newest_id: str


@dataclass(frozen=True, slots=True)
class UnansweredPage:
    """The reports that wait for an answer for longest; ``more``: others stand behind them."""

    lines: tuple[Unanswered, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A message as the holder of a receipt sees it; of their own words the time alone."""

    ours: bool
    at: datetime
    text: str | None = None


class Dialogue:
    """The messages of a store; ``Store.dialogue`` is the way in. What is not readable is not there."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog, reader: Reader) -> None:
        """Works beside the store whose parts it is given."""
        self._database = database
        self._vault = vault
        self._log = log
        self._reader = reader

    # Staff

    def send(self, report_id: str, text: str, access: Access, seen: str | None = None) -> str:
        """Writes a message of the office; what is to be answered about an added report goes to the first one. Its id.

        Raises:
            NotAllowed: a role that does not write to reporters.
            NotFound: unknown, sealed, or not visible to this access.
            Changed: since ``seen`` something was written or added.
        """
        if access.role not in _WRITES:
            raise NotAllowed(f"This is written by: {', '.join(sorted(_WRITES))}.")
        with self._database.write() as connection:
            first = _first(connection, report_id, access)
            hold_reports(connection, [first])
            told = (reports.c.wrapped_key, reports.c.wrap)
            row = connection.execute(select(*told).where(reports.c.id == first, readable(access))).first()
            if row is None:
                raise NotFound("There is no such report.")
            if seen is not None and seen != _seen(one.id for one in _visible(connection, first, access)):
                raise Changed("Something was written or added meanwhile: look at the messages again.")
            made, now = new_id(), datetime.now(UTC)
            key = self._vault.unwrap(row.wrapped_key, row.wrap, first)
            sealed = self._vault.seal(key, text.encode(), "messages", made, "sealed")
            line = {"id": made, "report_id": first, "direction": OUT, "sealed": sealed, "made_at": now}
            connection.execute(insert(messages), [{**line, "by": access.principal}])
            write_entries(connection, [read_entry(access, "message", [first])])
        return made

    def thread(self, report_id: str, access: Access) -> Thread:
        """The messages about a report, or about the one that it adds to.

        Raises:
            NotAllowed: a role that reads no text.
            NotFound: unknown, sealed, or not visible to this access.
        """
        demand_text(access)
        with self._database.read() as connection:
            first = _first(connection, report_id, access)
            rows = _visible(connection, first, access)
            told = (reports.c.wrapped_key, reports.c.wrap)
            held = connection.execute(select(*told).where(reports.c.id == first, readable(access))).first()
            fetched = connection.execute(select(fetches).where(fetches.c.report_id == first)).first()
        if held is None:
            raise NotFound("There is no such report.")
        self._log.note([read_entry(access, "messages", [first])])
        key = self._vault.unwrap(held.wrapped_key, held.wrap, first)
        added = self._reader.rows([row.added_id for row in rows if row.direction == IN], access, "messages")
        found = []
        for row in rows:
            if row.direction == OUT:
                text = self._vault.open(key, row.sealed, "messages", row.id, "sealed").decode()
                found.append(Message(row.id, True, row.made_at, text, row.by))
            elif row.added_id in added:
                came = added[row.added_id]
                found.append(Message(row.id, False, row.made_at, came.report.text, row=came))
        newest = max((row.id for row in rows if row.direction == OUT), default=None)
        read = newest is not None and fetched is not None and fetched.message_id >= newest
        return Thread(first, tuple(found), fetched.day if read and fetched is not None else None)

    def spoken(self, report_id: str, access: Access) -> Spoken:
        """How much was written about a readable report; opens nothing."""
        demand_text(access)
        with self._database.read() as connection:
            first = _first(connection, report_id, access)
            rows = _visible(connection, first, access)
        newest = max((row.made_at for row in rows), default=None)
        return Spoken(len(rows), newest, None if first == report_id else first)

    def waiting(self, access: Access, limit: int = 100) -> UnansweredPage:
        """Reports to which something was added that nobody has answered, the one that waits for longest first.

        What the office wrote before an addition could be read answers nothing of it.

        Raises:
            NotAllowed: a role that reads no text.
        """
        demand_text(access)
        first = reports.alias("first")
        ours = select(messages.c.report_id, func.max(messages.c.made_at).label("at")).where(messages.c.direction == OUT)
        last = ours.group_by(messages.c.report_id).subquery("last")
        read = select(func.min(assessments.c.made_at)).where(assessments.c.report_id == messages.c.added_id)
        unanswered = or_(last.c.at.is_(None), last.c.at <= read.scalar_subquery())
        statement = (
            select(
                messages.c.report_id,
                func.min(messages.c.made_at).label("since"),
                func.count().label("number"),
                func.max(messages.c.added_id).label("newest"),
            )
            .join(reports, reports.c.id == messages.c.added_id)
            .join(first, first.c.id == messages.c.report_id)
            .outerjoin(last, last.c.report_id == messages.c.report_id)
            .where(messages.c.direction == IN, first.c.stage.in_(ROUTED), readable(access), unanswered)
            .group_by(messages.c.report_id)
            .order_by(func.min(messages.c.id))
            .limit(limit + 1)
        )
        with self._database.read() as connection:
            found = connection.execute(statement).all()
        rows = found[:limit]
        self._log.note([read_entry(access, "messages waiting", [row.report_id for row in rows])])
        lines = tuple(Unanswered(row.report_id, row.since, row.number, row.newest) for row in rows)
        return UnansweredPage(lines, more=len(found) > limit)

    # The worker

    def firsts(self, report_ids: Sequence[str]) -> dict[str, First]:
        """For those of the reports that add to another one how that one stands; opens none."""
        with self._database.read() as connection:
            return firsts(connection, report_ids)

    # Reporters

    def behind(self, receipt_hash: str) -> str | None:
        """The id of the report behind a receipt, for whoever adds to it; None for an unknown one."""
        with self._database.read() as connection:
            return _behind(connection, receipt_hash)

    def told(self, receipt_hash: str) -> list[Told] | None:
        """What the holder of a receipt reads; None for an unknown one, after the same questions to the database.

        What the office wrote goes on being told where the report was sealed since: that it is no more there would tell of that.
        """
        with self._database.read() as connection:
            report_id = _behind(connection, receipt_hash)
            of = report_id or NOBODYS
            columns = (reports.c.wrapped_key, reports.c.wrap)
            held = connection.execute(select(*columns).where(reports.c.id == of)).first()
            rows = connection.execute(_of(of)).all()
            fetched = connection.execute(select(fetches.c.message_id).where(fetches.c.report_id == of)).scalar()
        if report_id is None or held is None:
            return None
        newest = max((row.id for row in rows if row.direction == OUT), default=None)
        if newest is None:
            return [Told(False, row.made_at) for row in rows]
        key = self._vault.unwrap_for_the_reporter(held.wrapped_key, held.wrap, report_id)
        found = [
            Told(True, row.made_at, self._vault.open(key, row.sealed, "messages", row.id, "sealed").decode())
            if row.direction == OUT
            else Told(False, row.made_at)
            for row in rows
        ]
        if fetched is None or fetched < newest:
            # Whoever asks is told in any case: an older day, or none, is all that is lost
            with suppress(Busy, Unavailable, IntegrityError):
                self._note_day(report_id, newest)
        return found

    def _note_day(self, report_id: str, message_id: str) -> None:
        day = datetime.now(SHANGHAI).date().isoformat()
        with self._database.write() as connection:
            hold_reports(connection, [report_id])
            later = (fetches.c.report_id == report_id, fetches.c.message_id >= message_id)
            if connection.execute(select(fetches.c.day).where(*later)).first() is None:
                connection.execute(delete(fetches).where(fetches.c.report_id == report_id))
                connection.execute(insert(fetches), [{"report_id": report_id, "message_id": message_id, "day": day}])


def _first(connection: Connection, report_id: str, access: Access) -> str:
    """The report that messages are about: this one, or the one that it adds to, if this one is readable."""
    told = select(reports.c.id, messages.c.report_id).outerjoin(messages, messages.c.added_id == reports.c.id)
    row = connection.execute(told.where(reports.c.id == report_id, readable(access))).first()
    if row is None:
        raise NotFound("There is no such report.")
    return str(row.report_id or row.id)


def _behind(connection: Connection, receipt_hash: str) -> str | None:
    of = select(receipts.c.report_id).where(receipts.c.receipt_hash == receipt_hash)
    found: str | None = connection.execute(of).scalar_one_or_none()
    return found


def _seen(ids: Iterable[str]) -> str:
    told = list(ids)
    return f"{max(told)}-{len(told)}" if told else NOTHING


def _of(report_id: str) -> Any:  # noqa: ANN401  # a select of all columns
    return select(messages).where(messages.c.report_id == report_id).order_by(messages.c.id)


def _visible(connection: Connection, report_id: str, access: Access) -> list[_Row]:
    """The messages about a report that this access sees: what was added is a report, and may not be readable."""
    rows = connection.execute(_of(report_id)).all()
    seen = select(reports.c.id).join(messages, messages.c.added_id == reports.c.id)
    readable_ones = set(connection.execute(seen.where(messages.c.report_id == report_id, readable(access))).scalars())
    return [row for row in rows if row.direction == OUT or row.added_id in readable_ones]
