"""Saved searches and their alerts: a question kept sealed, and a line for each report that met it, once and for good.

Name and question may hold names, so they are sealed under a data key of their own; in clear stand ids, times and the
code of what happened to a report. Whoever saved a search alone sees it, and its alerts as far as they may read the
reports now. An alert never holds why it fired: that is found anew in the report when it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from triage.errors import BadInput, Corrupt, NotFound
from triage.logs import get_logger
from triage.model import Access
from triage.store.access import WORKER, demand_text, readable
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.columns import UtcDateTime
from triage.store.components import readable_ids
from triage.store.database import Database
from triage.store.firing import events_of, pairs_with_alert, still_saved
from triage.store.ids import new_id
from triage.store.locks import hold_reports, take_turn
from triage.store.parts import in_parts
from triage.store.records import AuditEntry
from triage.store.saved_tables import alerts, saved_searches
from triage.store.tables import reports
from triage.store.tokens import accesses_now
from triage.store.vault import Vault

log = get_logger(__name__)

MOST_SAVED = 100
"""Saved searches that one principal may have."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A saved search, opened for its owner.

    ``question`` holds the fields as they were given; ``snoozed_until`` is None once it is over; ``waiting`` counts the
    alerts not yet marked as seen, on reports that the owner may read now. One that is ``damaged`` has neither name nor question.
    """

    id: str
    name: str
    question: Mapping[str, Any]
    made_at: datetime
    snoozed_until: datetime | None = None
    waiting: int = 0
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Watched:
    """A saved search as the worker meets it, with what the token of its owner may read at this moment."""

    id: str
    question: Mapping[str, Any]
    access: Access


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A report that met a saved search. ``event``: new, or changed where it was known before and read or rated anew."""

    id: str
    search_id: str
    report_id: str
    event: str
    made_at: datetime
    seen_at: datetime | None


class SavedSearches:
    """Saved searches and alerts of one store. Whoever asks sees their own; others look like what is not there."""

    def __init__(
        self, database: Database, vault: Vault, log_: ReadLog, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Reads and writes the database, seals with the vault, notes in the log."""
        self._database = database
        self._vault = vault
        self._log = log_
        self.clock = clock

    # For people

    def save(self, name: str, question: Mapping[str, Any], access: Access) -> SavedSearch:
        """Keeps a checked question under a name.

        Raises:
            NotAllowed: a role that reads no reports.
            BadInput: this principal has as many saved searches as one may have.
        """
        demand_text(access)
        made, now, data_key = new_id(), self.clock(), self._vault.new_data_key()
        plain = json.dumps({"name": name, "question": dict(question)}, separators=(",", ":")).encode()
        row = {
            "id": made,
            "principal": access.principal,
            "sealed": self._vault.seal(data_key, plain, "saved_searches", made, "sealed"),
            "wrapped_key": self._vault.wrap(data_key, "text", made),
            "made_at": now,
        }
        mine = saved_searches.c.principal == access.principal
        with self._database.write() as connection:
            take_turn(connection, f"saved/{access.principal}")
            held = connection.execute(select(func.count()).select_from(saved_searches).where(mine)).scalar_one()
            if held >= MOST_SAVED:
                raise BadInput("name", "too_many", f"There are {MOST_SAVED} saved searches already; remove one first.")
            connection.execute(insert(saved_searches), [row])
            write_entries(connection, [read_entry(access, "search saved", (made,))])
        return SavedSearch(made, name, dict(question), now)

    def mine(self, access: Access) -> list[SavedSearch]:
        """All saved searches of this principal, the oldest first, those that do not open too."""
        demand_text(access)
        mine = (
            select(saved_searches).where(saved_searches.c.principal == access.principal).order_by(saved_searches.c.id)
        )
        unseen = (
            _owned(access, alerts.c.search_id, func.count().label("number"))
            .where(alerts.c.seen_at.is_(None))
            .group_by(alerts.c.search_id)
        )
        with self._database.read() as connection:
            rows = connection.execute(mine).all()
            waiting = {row.search_id: row.number for row in connection.execute(unseen)}
        self._log.note([read_entry(access, "searches")])
        return [self._listed(row, waiting.get(row.id, 0)) for row in rows]

    def snooze(self, search_id: str, until: datetime | None, access: Access) -> None:
        """Holds the alerts of a saved search back until a moment; None ends that at once.

        Raises:
            NotFound: no such saved search, or somebody else's.
        """
        demand_text(access)
        entry = read_entry(access, "search snoozed" if until else "search woken", (search_id,))
        # When it woke stays known: what it held back until then was on no page before
        now, before = literal(self.clock(), UtcDateTime), saved_searches.c.snoozed_until
        end = case((before > now, now), else_=before) if until is None else until
        with self._database.write() as connection:
            changed = update(saved_searches).where(_own(search_id, access)).values(snoozed_until=end)
            if not connection.execute(changed).rowcount:
                raise _unknown()
            write_entries(connection, [entry])

    def remove(self, search_id: str, access: Access) -> int:
        """Removes a saved search with its alerts; how many these were, of those on reports that may be read now.

        Raises ``NotFound``: no such saved search, or somebody else's.
        """
        demand_text(access)
        with self._database.write() as connection:
            # What the owner may not read any more is not told by a count either
            gone = connection.scalar(_owned(access, func.count()).where(alerts.c.search_id == search_id)) or 0
            if not connection.execute(delete(saved_searches).where(_own(search_id, access))).rowcount:
                raise _unknown()
            connection.execute(delete(alerts).where(alerts.c.search_id == search_id))
            write_entries(connection, [read_entry(access, "search removed", (search_id,), alerts=gone)])
        return gone

    def alerts(self, access: Access, *, before: str | None, limit: int, seen_too: bool) -> list[AlertRow]:
        """Alerts on reports that are readable now, the newest first, from below the id ``before`` on.

        Those of snoozed searches are held back. Notes nothing: whoever opens the reports does.
        """
        demand_text(access)
        statement = _owned(access, alerts).where(self._awake())
        if not seen_too:
            statement = statement.where(alerts.c.seen_at.is_(None))
        if before is not None:
            statement = statement.where(alerts.c.id < before)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(alerts.c.id.desc()).limit(limit)).all()
        return [AlertRow(row.id, row.search_id, row.report_id, row.event, row.made_at, row.seen_at) for row in rows]

    def see(self, alert_ids: Sequence[str], access: Access) -> int:
        """Marks alerts as seen; how many had not been.

        Raises:
            NotFound: one of them is no alert of this principal, or its report is not readable now. Nothing is marked.
        """
        demand_text(access)
        wanted = list(dict.fromkeys(alert_ids))
        with self._database.write() as connection:
            known: dict[str, datetime | None] = {}
            for part in in_parts(wanted):
                statement = _owned(access, alerts.c.id, alerts.c.seen_at).where(alerts.c.id.in_(part))
                known |= {row.id: row.seen_at for row in connection.execute(statement)}
            if len(known) < len(wanted):
                raise NotFound("One of these is no alert of yours; nothing was marked.")
            return self._mark(connection, [one for one in wanted if known[one] is None], access)

    def see_all(
        self, access: Access, up_to: str, *, down_to: str | None = None, shown_at: datetime | None = None
    ) -> int:
        """Marks alerts of a page as seen: those from ``down_to``, or the oldest, up to the one of the id ``up_to``.

        ``shown_at`` is the moment of the page: what a snooze held back then was not shown and stays as it is, and what
        one holds back now too. Without it the earliest is taken at which the newest alert can have been shown.

        Raises:
            NotFound: no alert of this principal has this id, or its report is not readable now.
        """
        demand_text(access)
        named = _owned(access, alerts.c.made_at, saved_searches.c.snoozed_until).where(alerts.c.id == up_to)
        from_on = alerts.c.id >= (down_to or "")
        shown = _owned(access, alerts.c.id).where(self._awake(), alerts.c.seen_at.is_(None), from_on)
        with self._database.write() as connection:
            newest = connection.execute(named).first()
            if newest is None:
                raise NotFound("This is no alert of yours.")
            woken = newest.snoozed_until
            first = max(newest.made_at, woken) if woken and woken <= self.clock() else newest.made_at
            shown = shown.where(alerts.c.id <= up_to, self._awake(shown_at or first))
            return self._mark(connection, connection.execute(shown).scalars().all(), access)

    def span(self, access: Access) -> tuple[datetime, datetime] | None:
        """When the first and the last of the readable reports were received; None if there is none."""
        demand_text(access)
        moments = select(reports.c.received_at).where(readable(access)).limit(1)
        with self._database.read() as connection:
            first = connection.execute(moments.order_by(reports.c.received_at)).scalar()
            last = connection.execute(moments.order_by(reports.c.received_at.desc())).scalar()
        return None if first is None or last is None else (first, last)

    # For the worker

    def watched(self) -> list[Watched]:
        """Every saved search that opens and whose owner's token holds at this moment and reads reports, by id."""
        with self._database.read() as connection:
            rows = connection.execute(select(saved_searches).order_by(saved_searches.c.id)).all()
        found: list[Watched] = []
        accesses = accesses_now(self._database, "alerts") if rows else {}
        for row in rows:
            access = accesses.get(row.principal)
            if access is None or not access.role.reads_text:
                continue
            try:
                found.append(Watched(row.id, self._opened(row)[1], access))
            except Corrupt:
                log.warning("saved_search_not_opened", search=row.id)
        return found

    def fire(self, met: Sequence[tuple[Watched, Sequence[str]]]) -> int:
        """Writes an alert for each saved search and report that met, all in one transaction; how many were new.

        A pair that has its alert gets no other, seen or not; what the owner may not read, or a search that is gone, none.
        """
        with self._database.read() as connection:
            had = pairs_with_alert(connection, _reports_in(met))
        # A batch that comes again must not take the writer's turn.
        if not any((one.id, report_id) not in had for one, report_ids in met for report_id in report_ids):
            return 0
        with self._database.write() as connection:
            return self._fire(connection, met)

    def _fire(self, connection: Connection, met: Sequence[tuple[Watched, Sequence[str]]]) -> int:
        # Whoever seals one takes its alert along; two workers of a server database do not write one pair at once.
        hold_reports(connection, told := _reports_in(met))
        standing = still_saved(connection, sorted({one.id for one, _ in met}))
        had, events, now = pairs_with_alert(connection, told), events_of(connection, told), self.clock()
        seen_by: dict[Access, set[str]] = {}
        rows: list[dict[str, Any]] = []
        entries: list[AuditEntry] = []
        for one, report_ids in met:
            if one.id not in standing:
                continue
            if one.access not in seen_by:
                seen_by[one.access] = readable_ids(connection, set(events), one.access)
            wanted = seen_by[one.access].intersection(report_ids)
            fresh = [each for each in events if each in wanted and (one.id, each) not in had]
            had |= {(one.id, each) for each in fresh}
            line = {"search_id": one.id, "made_at": now}
            rows += [{"id": new_id(), **line, "report_id": each, "event": events[each]} for each in fresh]
            entries += [read_entry(WORKER, "alert", (one.id, *fresh))] if fresh else []
        if rows:
            connection.execute(insert(alerts), rows)
            write_entries(connection, entries)
        return len(rows)

    def _mark(self, connection: Connection, alert_ids: Sequence[str], access: Access) -> int:
        for part in in_parts(alert_ids):
            connection.execute(update(alerts).where(alerts.c.id.in_(part)).values(seen_at=self.clock()))
        if alert_ids:
            write_entries(connection, [read_entry(access, "alerts seen", alert_ids)])
        return len(alert_ids)

    def _awake(self, at: datetime | None = None) -> ColumnElement[bool]:
        """Searches that were not snoozed at a moment, by default now, as far as a later snooze has left that known."""
        until = saved_searches.c.snoozed_until
        return or_(until.is_(None), until <= (at or self.clock()))

    def _listed(self, row: Row[*tuple[Any, ...]], waiting: int) -> SavedSearch:
        until = row.snoozed_until if row.snoozed_until and row.snoozed_until > self.clock() else None
        try:
            return SavedSearch(row.id, *self._opened(row), row.made_at, until, waiting)
        except Corrupt:
            log.warning("saved_search_not_opened", search=row.id)
            return SavedSearch(row.id, "", {}, row.made_at, until, waiting, damaged=True)

    def _opened(self, row: Row[*tuple[Any, ...]]) -> tuple[str, dict[str, Any]]:
        data_key = self._vault.unwrap(row.wrapped_key, "text", row.id)
        held = json.loads(self._vault.open(data_key, row.sealed, "saved_searches", row.id, "sealed"))
        return held["name"], held["question"]


def _owned(access: Access, *columns: Any) -> Select[Any]:  # noqa: ANN401  # columns and tables alike
    """Alerts of this principal's searches on reports that may be read now: the clause of every reading of alerts."""
    return (
        select(*columns)
        .select_from(alerts)
        .join(saved_searches, saved_searches.c.id == alerts.c.search_id)
        .join(reports, reports.c.id == alerts.c.report_id)
        .where(saved_searches.c.principal == access.principal, readable(access))
    )


def _reports_in(met: Sequence[tuple[Watched, Sequence[str]]]) -> list[str]:
    return sorted({report_id for _, report_ids in met for report_id in report_ids})


def _own(search_id: str, access: Access) -> ColumnElement[bool]:
    return and_(saved_searches.c.id == search_id, saved_searches.c.principal == access.principal)


def _unknown() -> NotFound:
    return NotFound("There is no such saved search.")
