"""The dialogue with reporters: what the office writes to whoever holds a receipt, and what they have added since.

What the office writes is sealed under the key of the report and only added to. What a reporter adds is a report of its own
(see ``added``): here only stands which one. Staff read under their access; a reporter is known by the receipt alone,
and of their reading a day is kept, that on which the newest message was first fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, case, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from triage.cursors import Cursors, bound_to
from triage.errors import Busy, Changed, NotAllowed, NotFound, TooManyAdded, Unavailable
from triage.model import Access, StaffRole
from triage.store.access import ROUTED, demand_text, readable
from triage.store.added import First, firsts
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.dialogue_rows import (
    NOTHING,
    Message,
    Spoken,
    Thread,
    Told,
    ToldPage,
    Unanswered,
    UnansweredPage,
)
from triage.store.ids import NOBODYS, new_id
from triage.store.locks import hold_reports
from triage.store.reading import Reader
from triage.store.records import ReadRow
from triage.store.tables import IN, OUT, assessments, fetches, messages, receipts, reports
from triage.store.vault import Vault
from triage.text.dates import SHANGHAI

_WRITES = frozenset({StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
MOST = 100
"""So many messages are opened at once."""
_HOUR = timedelta(hours=1)
_THREAD = b"messages about a report"
_Row = Row[*tuple[Any, ...]]
_Some = Select[*tuple[Any, ...]]


class Dialogue:
    """The messages of a store; ``Store.dialogue`` is the way in. What is not readable is not there."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog, reader: Reader, key: bytes) -> None:
        """Works beside the store whose parts it is given; cursors are sealed under the key."""
        self._cursors: Cursors[str] = Cursors(key, "This cursor leads nowhere; start again without it.")
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
            if seen is not None and seen != _known(connection, first, access).seen:
                raise Changed("Something was written or added meanwhile: look at the messages again.")
            made, now = new_id(), datetime.now(UTC)
            key = self._vault.unwrap(row.wrapped_key, row.wrap, first)
            sealed = self._vault.seal(key, text.encode(), "messages", made, "sealed")
            line = {"id": made, "report_id": first, "direction": OUT, "sealed": sealed, "made_at": now}
            connection.execute(insert(messages), [{**line, "by": access.principal}])
            write_entries(connection, [read_entry(access, "message", [first])])
        return made

    def thread(self, report_id: str, access: Access, limit: int = MOST, cursor: str | None = None) -> Thread:
        """The newest messages about a report, or about the one that it adds to; with a cursor those before them.

        Raises:
            NotAllowed: a role that reads no text.
            NotFound: unknown, sealed, or not visible to this access.
            BadInput: the cursor leads nowhere.
        """
        demand_text(access)
        with self._database.read() as connection:
            first = _first(connection, report_id, access)
            bound = _THREAD + f"|{first}|{bound_to(access)}".encode()
            before = None if cursor is None else self._cursors.read(cursor, bound)
            known, rows = _known(connection, first, access), _page(connection, first, access, limit, before)
            told = (reports.c.wrapped_key, reports.c.wrap)
            held = connection.execute(select(*told).where(reports.c.id == first, readable(access))).first()
            fetched = connection.execute(select(fetches).where(fetches.c.report_id == first)).first()
        if held is None:
            raise NotFound("There is no such report.")
        self._log.note([read_entry(access, "messages", [first])])
        key = self._vault.unwrap(held.wrapped_key, held.wrap, first)
        found = self._opened(key, rows[:limit], access)
        read = known.ours is not None and fetched is not None and fetched.message_id >= known.ours
        day = fetched.day if read and fetched is not None else None
        further = self._cursors.write(rows[limit - 1].id, bound) if len(rows) > limit else None
        return Thread(first, found, day, known.seen, known.number, further)

    def _opened(self, key: bytes, rows: Sequence[_Row], access: Access) -> tuple[Message, ...]:
        """Messages whose rows come newest first, opened, the oldest first."""
        added = self._reader.rows([row.added_id for row in rows if row.direction == IN], access, "messages")
        found = []
        for row in reversed(rows):
            if row.direction == OUT:
                text = self._vault.open(key, row.sealed, "messages", row.id, "sealed").decode()
                found.append(Message(row.id, True, row.made_at, text, row.by))
            elif row.added_id in added:
                came = added[row.added_id]
                found.append(Message(row.id, False, row.made_at, came.report.text, row=came))
        return tuple(found)

    def first(self, report_id: str, access: Access) -> str:
        """The report that messages about a report are kept with: this one, or the one that it adds to.

        Raises:
            NotAllowed: a role that reads no text.
            NotFound: unknown, sealed, or not visible to this access.
        """
        demand_text(access)
        with self._database.read() as connection:
            return _first(connection, report_id, access)

    def added(self, report_id: str, access: Access) -> Iterator[ReadRow]:
        """All that was added to a report and is readable, a page at a time, the newest first.

        Raises:
            NotAllowed: a role that reads no text.
            NotFound: unknown, sealed, or not visible to this access.
        """
        demand_text(access)
        before: str | None = None
        while True:
            with self._database.read() as connection:
                first = _first(connection, report_id, access)
                rows = _page(connection, first, access, MOST, before)
            ids = [row.added_id for row in rows[:MOST] if row.direction == IN]
            yield from self._reader.rows(ids, access, "messages").values()
            if len(rows) <= MOST:
                return
            before = rows[MOST - 1].id

    def spoken(self, report_id: str, access: Access) -> Spoken:
        """How much was written about a readable report; opens nothing."""
        demand_text(access)
        with self._database.read() as connection:
            first = _first(connection, report_id, access)
            known = _known(connection, first, access)
        return Spoken(known.number, known.at, None if first == report_id else first)

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

    def demand_room(self, report_id: str, key_hash: str | None, most: int) -> None:
        """Stops whoever adds more to a report within an hour than is taken; what came before under its key is let through.

        Raises:
            TooManyAdded: says for how many seconds; nothing is taken.
        """
        if not most:
            return
        mine = (messages.c.report_id == report_id, messages.c.direction == IN)
        nth = select(messages.c.made_at).where(*mine).order_by(messages.c.id.desc()).offset(most - 1).limit(1)
        with self._database.read() as connection:
            at = connection.execute(nth).scalar()
            left = timedelta(0) if at is None else at + _HOUR - datetime.now(UTC)
            if left <= timedelta(0):
                return
            came = select(receipts.c.report_id).where(receipts.c.key_hash == key_hash)
            if key_hash is not None and connection.execute(came).first() is not None:
                return
        raise TooManyAdded(max(1, int(left.total_seconds()) + 1))

    def told(self, receipt_hash: str) -> ToldPage | None:
        """What the holder of a receipt reads; None for an unknown one, after the same questions to the database.

        Of the office's messages the newest are told and so of what was added, at most ``MOST`` of each: whoever adds a
        thousand times pushes no word of the office away.

        What the office wrote goes on being told where the report was sealed since: that it is no more there would tell of that.
        """
        with self._database.read() as connection:
            report_id = _behind(connection, receipt_hash)
            of = report_id or NOBODYS
            columns = (reports.c.wrapped_key, reports.c.wrap)
            held = connection.execute(select(*columns).where(reports.c.id == of)).first()
            ours, theirs = (connection.execute(_newest(of, way, MOST + 1)).all() for way in (OUT, IN))
            fetched = connection.execute(select(fetches.c.message_id).where(fetches.c.report_id == of)).scalar()
        if report_id is None or held is None:
            return None
        rows = sorted((*ours[:MOST], *theirs[:MOST]), key=lambda row: row.id)
        more = max(len(ours), len(theirs)) > MOST
        if not ours:
            return ToldPage(tuple(Told(False, row.made_at) for row in rows), more)
        key = self._vault.unwrap_for_the_reporter(held.wrapped_key, held.wrap, report_id)
        found = tuple(
            Told(True, row.made_at, self._vault.open(key, row.sealed, "messages", row.id, "sealed").decode())
            if row.direction == OUT
            else Told(False, row.made_at)
            for row in rows
        )
        if fetched is None or fetched < ours[0].id:
            # Whoever asks is told in any case: an older day, or none, is all that is lost
            with suppress(Busy, Unavailable, IntegrityError):
                self._note_day(report_id, ours[0].id)
        return ToldPage(found, more)

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


@dataclass(frozen=True, slots=True)
class _Known:
    """Of the messages about a report that an access sees: their number, the newest and when it came, the office's newest."""

    number: int
    newest: str | None
    at: datetime | None
    ours: str | None

    @property
    def seen(self) -> str:
        return f"{self.newest}-{self.number}" if self.number else NOTHING


def _newest(report_id: str, direction: str, most: int) -> Select[Any]:
    mine = (messages.c.report_id == report_id, messages.c.direction == direction)
    return select(messages).where(*mine).order_by(messages.c.id.desc()).limit(most)


def _visible(statement: _Some, report_id: str, access: Access) -> _Some:
    """The messages about a report that this access sees: what was added is a report, and may not be readable."""
    beside = messages.outerjoin(reports, reports.c.id == messages.c.added_id)
    seen = or_(messages.c.direction == OUT, readable(access))
    return statement.select_from(beside).where(messages.c.report_id == report_id, seen)


def _known(connection: Connection, report_id: str, access: Access) -> _Known:
    ours = func.max(case((messages.c.direction == OUT, messages.c.id)))
    told: _Some = select(func.count(), func.max(messages.c.id), func.max(messages.c.made_at), ours)
    number, newest, at, newest_ours = connection.execute(_visible(told, report_id, access)).one()
    return _Known(number, newest, at, newest_ours)


def _page(connection: Connection, report_id: str, access: Access, limit: int, before: str | None) -> Sequence[_Row]:
    """The newest messages that this access sees, or those before one, the newest first; one more than the limit if there is."""
    statement = _visible(select(messages), report_id, access).order_by(messages.c.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(messages.c.id < before)
    return connection.execute(statement).all()
