"""The dialogue with reporters: what the office writes to whoever holds a receipt, and what they have added since.

What the office writes is sealed under the key of the report and only added to. What a reporter adds is a report of its own
(see ``added``): here only stands which one. Staff read under their access; a reporter is known by the receipt alone,
and of their reading a day is kept, that on which the newest message was first fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from triage.cursors import Cursors, bound_to
from triage.errors import BadInput, Busy, Changed, NotAllowed, NotFound, TooManyAdded, Unavailable
from triage.model import Access, StaffRole
from triage.store.access import ROUTED, demand_text, readable
from triage.store.added import First, firsts
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.dialogue_queries import behind, first_of, known_of, newest, page
from triage.store.dialogue_rows import (
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
_RECEIPT = b"messages at a receipt|"
_FIRST = ""
"""Before every message."""
_Row = Row[*tuple[Any, ...]]


class Dialogue:
    """The messages of a store; ``Store.dialogue`` is the way in. What is not readable is not there."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog, reader: Reader, key: bytes) -> None:
        """Works beside the store whose parts it is given; cursors are sealed under the key."""
        nowhere = "This cursor leads nowhere; start again without it."
        self._cursors: Cursors[str] = Cursors(key, nowhere)
        self._places: Cursors[list[str]] = Cursors(key, nowhere)
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
            first = first_of(connection, report_id, access)
            hold_reports(connection, [first])
            told = (reports.c.wrapped_key, reports.c.wrap)
            row = connection.execute(select(*told).where(reports.c.id == first, readable(access))).first()
            if row is None:
                raise NotFound("There is no such report.")
            if seen is not None and seen != known_of(connection, first, access).seen:
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
            first = first_of(connection, report_id, access)
            bound = _THREAD + f"|{first}|{bound_to(access)}".encode()
            before = None if cursor is None else self._cursors.read(cursor, bound)
            known, rows = known_of(connection, first, access), page(connection, first, access, limit, before)
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
            return first_of(connection, report_id, access)

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
                first = first_of(connection, report_id, access)
                rows = page(connection, first, access, MOST, before)
            ids = [row.added_id for row in rows[:MOST] if row.direction == IN]
            yield from self._reader.rows(ids, access, "messages").values()
            if len(rows) <= MOST:
                return
            before = rows[MOST - 1].id

    def spoken(self, report_id: str, access: Access) -> Spoken:
        """How much was written about a readable report; opens nothing."""
        demand_text(access)
        with self._database.read() as connection:
            first = first_of(connection, report_id, access)
            known = known_of(connection, first, access)
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
            return behind(connection, receipt_hash)

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

    def told(self, receipt_hash: str, cursor: str | None = None) -> ToldPage | None:
        """What the holder of a receipt reads; None for an unknown one, after the same questions to the database.

        Of the office's messages the newest are told and so of what was added, at most ``MOST`` of each, or with a cursor
        those of each that came before: whoever adds a thousand times pushes no word of the office away.

        What the office wrote goes on being told where the report was sealed since: that it is no more there would tell of that.

        Raises:
            BadInput: the cursor leads nowhere; never for an unknown receipt.
        """
        with self._database.read() as connection:
            report_id = behind(connection, receipt_hash)
            of = report_id or NOBODYS
            columns = (reports.c.wrapped_key, reports.c.wrap)
            held = connection.execute(select(*columns).where(reports.c.id == of)).first()
            before, wrong = self._before(cursor, of)
            ours, theirs = (
                connection.execute(newest(of, way, MOST + 1, last)).all()
                for way, last in zip((OUT, IN), before, strict=True)
            )
            fetched = connection.execute(select(fetches.c.message_id).where(fetches.c.report_id == of)).scalar()
        if report_id is None or held is None:
            return None
        if wrong is not None:
            raise wrong
        rows = sorted((*ours[:MOST], *theirs[:MOST]), key=lambda row: row.id)
        more = max(len(ours), len(theirs)) > MOST
        # Of one that has none left there is nothing before the first: what comes meanwhile is on the newest page
        ends = [some[:MOST][-1].id if some else _FIRST for some in (ours, theirs)]
        further = self._places.write(ends, _RECEIPT + of.encode()) if more else None
        found = tuple(self._told(rows, report_id, held))
        if ours and (fetched is None or fetched < ours[0].id):
            # Whoever asks is told in any case: an older day, or none, is all that is lost
            with suppress(Busy, Unavailable, IntegrityError):
                self._note_day(report_id, ours[0].id)
        return ToldPage(found, more, further)

    def _before(self, cursor: str | None, report_id: str) -> tuple[Sequence[str | None], BadInput | None]:
        """Before which messages of either a page begins, or what is wrong with its cursor."""
        if cursor is None:
            return (None, None), None
        try:
            return self._places.read(cursor, _RECEIPT + report_id.encode()), None
        except BadInput as error:
            return (None, None), error

    def _told(self, rows: Sequence[_Row], report_id: str, held: _Row) -> Iterator[Told]:
        key: bytes | None = None
        for row in rows:
            if row.direction == OUT:
                key = key or self._vault.unwrap_for_the_reporter(held.wrapped_key, held.wrap, report_id)
                text = self._vault.open(key, row.sealed, "messages", row.id, "sealed").decode()
                yield Told(True, row.made_at, text)
            else:
                yield Told(False, row.made_at)

    def _note_day(self, report_id: str, message_id: str) -> None:
        day = datetime.now(SHANGHAI).date().isoformat()
        with self._database.write() as connection:
            hold_reports(connection, [report_id])
            later = (fetches.c.report_id == report_id, fetches.c.message_id >= message_id)
            if connection.execute(select(fetches.c.day).where(*later)).first() is None:
                connection.execute(delete(fetches).where(fetches.c.report_id == report_id))
                connection.execute(insert(fetches), [{"report_id": report_id, "message_id": message_id, "day": day}])
