"""Who a reporter is: asked for with a reason, decided on by custodians, opened by whoever asked, for a short time.

Requests and what is done with them are only added to, each act in one transaction with its audit line; how a request
stands is derived from them. What is looked at in an act is what holds at that moment: the report as it is held, the
token, the recusals and the places of whoever acts, the level of the report, and whose approvals count.

Notes are sealed under the data key of the report, so that they close with it where it is sealed later. They are opened
here alone, for whoever asked and for custodians: nothing else of the report is opened for these.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select

from triage.errors import BadInput, NotAllowed, NotAuthenticated, NotFound
from triage.model import Access, IdentityAct, IdentityReason, IdentityState, StaffRole
from triage.store.access import ROUTED, entrusted, readable
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.custody_lines import DECISIONS, act_of, joined, lines_of, needed_now, seen_by, waiting_lines
from triage.store.custody_rows import (
    Identity,
    IdentityRequest,
    RequestLine,
    RequestPage,
    Terms,
    demand_approved,
    demand_live,
)
from triage.store.custody_tables import identity_acts, identity_requests
from triage.store.database import Database
from triage.store.ids import is_id, new_id
from triage.store.locks import hold_reports
from triage.store.notes import demand_note
from triage.store.tables import identities, messages, reports
from triage.store.tokens import access_in
from triage.store.vault import Vault

ASKS = frozenset({StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
_LIVE = frozenset({IdentityState.WAITING, IdentityState.APPROVED})
_Row = Row[*tuple[Any, ...]]


class Custody:
    """The requests of a store; ``Store.custody`` is the way in. What one has no part in is not there."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog) -> None:
        """Works beside the store whose parts it is given."""
        self._database = database
        self._vault = vault
        self._log = log

    # Looking

    def requests(self, access: Access, terms: Terms, *, everything: bool = False, limit: int = 50) -> RequestPage:
        """Of a custodian the requests that wait for him, the oldest first, or (``everything``) all that he may see; of
        others their own. The newest stand first but for those that wait.

        Raises:
            NotAllowed: a role without a part in it.
        """
        statement = joined().where(_part_of(access)).order_by(identity_requests.c.id.desc())
        with self._database.read() as connection:
            if access.role is StaffRole.CUSTODIAN and not everything:
                found = [one for one in waiting_lines(connection, terms, _part_of(access)) if _is_for(one, access)]
            else:
                found = lines_of(connection, connection.execute(statement.limit(limit + 1)).all(), terms)
        lines = found[:limit]
        self._log.note([read_entry(access, "identity requests", dict.fromkeys(one.report_id for one in lines))])
        return RequestPage(tuple(seen_by(one, access) for one in lines), more=len(found) > limit)

    def request(self, request_id: str, access: Access, terms: Terms) -> IdentityRequest:
        """One request whole.

        Raises:
            NotAllowed: a role without a part in it.
            NotFound: unknown, of somebody else, or on a report that is not to be seen (any more).
        """
        with self._database.read() as connection:
            found = self._whole(connection, request_id, access, terms)
        entry = read_entry(access, "identity request", [found.line.report_id], request=request_id)
        self._log.note([entry])
        return found

    def waiting(self, terms: Terms) -> list[datetime]:
        """When the requests were made that wait for a custodian; nothing else of them, for who looks after the system."""
        with self._database.read() as connection:
            return [one.asked_at for one in waiting_lines(connection, terms, reports.c.stage.in_(ROUTED))]

    # Acts

    def ask(self, report_id: str, reason: IdentityReason, note: str, access: Access, terms: Terms) -> IdentityRequest:
        """Asks who the reporter of a report is; ``note`` says why, for custodians.

        Raises:
            NotAllowed: a role that does not ask.
            NotFound: unknown, or not visible to this access.
            BadInput: no name came with it, the note is missing or too long, or it is asked for already.
        """
        _demand_asks(access)
        demand_note(note)
        with self._database.write() as connection:
            row, now_access = _asked_about(connection, report_id, access, terms)
            made = new_id()
            key = self._vault.unwrap(row.wrapped_key, row.wrap, report_id)
            line = {
                "id": made,
                "report_id": report_id,
                "by": access.principal,
                "reason": reason.value,
                "note": self._vault.seal(key, note.encode(), "identity_requests", made, "note"),
                "asked_at": datetime.now(UTC),
            }
            connection.execute(insert(identity_requests), [line])
            entry = read_entry(access, "identity ask", [report_id], request=made, reason=reason.value)
            write_entries(connection, [entry])
            return self._whole(connection, made, now_access, terms)

    def decide(
        self, request_id: str, act: IdentityAct, access: Access, terms: Terms, note: str | None = None
    ) -> IdentityRequest:
        """Approves or refuses a request; one refusal ends it.

        Raises:
            NotAllowed: anybody but a custodian.
            NotFound: unknown, or on a report that this custodian decides nothing of (any more).
            BadInput: this custodian has decided on it, it is over, or needs no approval more; or a refusal says not why.
        """
        if access.role is not StaffRole.CUSTODIAN or act not in DECISIONS:
            raise NotAllowed("Only custodians decide who learns a reporter's name.")
        demand_note(note, needed=act is IdentityAct.REFUSE)
        with self._database.write() as connection:
            row, line, now_access = _held(connection, request_id, access, terms)
            if not _is_for(line, access):
                raise BadInput(
                    "request", "decided", "You have decided on it already; a second custodian has to be another."
                )
            demand_live(line.standing)
            if act is IdentityAct.APPROVE and line.standing.state is IdentityState.APPROVED:
                raise BadInput("request", "approved", "It has the approvals that it needs.")
            self._act(connection, row, act, access, note)
            return self._whole(connection, request_id, now_access, terms)

    def withdraw(self, request_id: str, access: Access, terms: Terms) -> IdentityRequest:
        """Takes a request back that waits or was approved; for whoever made it.

        Raises:
            NotAllowed: a role that does not ask.
            NotFound: unknown, of somebody else, or on a report that is not to be seen (any more).
            BadInput: it is over.
        """
        _demand_asks(access)
        with self._database.write() as connection:
            row, line, now_access = _held(connection, request_id, access, terms)
            demand_live(line.standing)
            self._act(connection, row, IdentityAct.WITHDRAW, access)
            return self._whole(connection, request_id, now_access, terms)

    def open(self, request_id: str, access: Access, terms: Terms) -> Identity:
        """Name and contact of the reporter, for whoever asked; that they were opened is written down before.

        Raises:
            NotAllowed: a role that does not ask.
            NotAuthenticated: the token does not hold any more.
            NotFound: unknown, of somebody else, or on a report that is not to be seen (any more).
            BadInput: not enough custodians have approved it, or it is over.
            Corrupt: what was sealed does not open.
        """
        _demand_asks(access)
        with self._database.write() as connection:
            row, line, _ = _held(connection, request_id, access, terms)
            demand_approved(line.standing)
            self._act(connection, row, IdentityAct.OPEN, access)
            known = connection.execute(select(identities).where(identities.c.report_id == row.report_id)).one()
            key = self._vault.unwrap_for_the_custodian(known.wrapped_key, row.report_id)
            told = json.loads(self._vault.open(key, known.sealed, "identities", row.report_id, "sealed"))
        return Identity(request_id, row.report_id, told["name"], told["contact"])

    # Parts

    def _act(
        self, connection: Connection, row: _Row, act: IdentityAct, access: Access, note: str | None = None
    ) -> None:
        """Writes down an act and its audit line."""
        sealed = None
        if note and note.strip():
            key = self._vault.unwrap(row.wrapped_key, row.wrap, row.report_id)
            sealed = self._vault.seal(
                key, note.encode(), "identity_acts", _named(row.id, act, access.principal), "note"
            )
        line = {
            "request_id": row.id,
            "act": act.value,
            "by": access.principal,
            "needed": needed_now(row),
            "note": sealed,
            "at": datetime.now(UTC),
        }
        connection.execute(insert(identity_acts), [line])
        entry = read_entry(access, f"identity {act.value}", [row.report_id], request=row.id, level=row.level)
        write_entries(connection, [entry])

    def _whole(self, connection: Connection, request_id: str, access: Access, terms: Terms) -> IdentityRequest:
        asked = joined().where(identity_requests.c.id == request_id, _part_of(access))
        row = connection.execute(asked).first() if is_id(request_id) else None
        if row is None:
            raise _unknown()
        (line,) = lines_of(connection, [row], terms)
        key = self._vault.unwrap(row.wrapped_key, row.wrap, row.report_id)
        note = self._vault.open(key, row.note, "identity_requests", row.id, "note").decode()
        done = select(identity_acts).where(identity_acts.c.request_id == request_id).order_by(identity_acts.c.seq)
        acts = tuple(act_of(one, self._note(key, one)) for one in connection.execute(done))
        return IdentityRequest(seen_by(line, access), note, acts)

    def _note(self, key: bytes, row: _Row) -> str | None:
        if row.note is None:
            return None
        named = _named(row.request_id, IdentityAct(row.act), row.by)
        return self._vault.open(key, row.note, "identity_acts", named, "note").decode()


def _part_of(access: Access) -> ColumnElement[bool]:
    """Requests that this access has a part in: own ones on readable reports, or those that a custodian decides on."""
    if access.role is StaffRole.CUSTODIAN:
        return entrusted(access)
    _demand_asks(access)
    return and_(identity_requests.c.by == access.principal, readable(access))


def _demand_asks(access: Access) -> None:
    if access.role not in ASKS:
        raise NotAllowed("Only investigators and supervisors ask who a reporter is.")


def _asked_about(connection: Connection, report_id: str, access: Access, terms: Terms) -> tuple[_Row, Access]:
    """A report whose reporter may be asked for, kept from changing until the transaction ends, and the access as it is now."""
    unknown = NotFound("There is no such report.")
    if not is_id(report_id):
        raise unknown
    hold_reports(connection, [report_id])
    found = _holding(connection, access)
    told = select(reports.c.wrapped_key, reports.c.wrap).where(reports.c.id == report_id, readable(found))
    row = connection.execute(told).first()
    if row is None:
        raise unknown
    if connection.execute(select(identities.c.report_id).where(identities.c.report_id == report_id)).first() is None:
        first = connection.execute(select(messages.c.report_id).where(messages.c.added_id == report_id)).scalar()
        beside = f" It adds to {first}: ask for that one." if first else ""
        raise BadInput("report", "without_name", f"This report came without a name and without a contact.{beside}")
    own = (identity_requests.c.report_id == report_id, identity_requests.c.by == access.principal)
    asked = lines_of(connection, connection.execute(joined().where(*own)).all(), terms)
    if any(one.standing.state in _LIVE for one in asked):
        raise BadInput("report", "asked", "You have asked for it already; that request waits or may be opened.")
    return row, found


def _holding(connection: Connection, access: Access) -> Access:
    """The access as it is now: a token may have been revoked, its holder kept from somebody, since it was read.

    Raises:
        NotAuthenticated: it does not hold any more, or is nobody's.
    """
    found = access_in(connection, access.principal, access.purpose)
    if found is None or found.role is not access.role:
        raise NotAuthenticated("This needs a token that holds; `triage token new` makes one.")
    return found


def _held(connection: Connection, request_id: str, access: Access, terms: Terms) -> tuple[_Row, RequestLine, Access]:
    """A request whose report is kept from changing until the transaction ends, and the access as it is now."""
    of = select(identity_requests.c.report_id).where(identity_requests.c.id == request_id)
    report_id = connection.execute(of).scalar() if is_id(request_id) else None
    if report_id is None:
        raise _unknown()
    hold_reports(connection, [report_id])
    found = _holding(connection, access)
    row = connection.execute(joined().where(identity_requests.c.id == request_id, _part_of(found))).first()
    if row is None:
        raise _unknown()
    (line,) = lines_of(connection, [row], terms)
    return row, line, found


def _unknown() -> NotFound:
    return NotFound("There is no such request, or it is not yours.")


def _is_for(line: RequestLine, access: Access) -> bool:
    return access.principal not in (*line.decided_by, line.by)


def _named(request_id: str, act: IdentityAct, by: str) -> str:
    return f"{request_id} {act.value} {by}"
