"""Staff tokens: shown once, kept as a keyed hash, with role, places and an end; each is an access for its reader."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from triage.errors import BadInput, NotAuthenticated, NotFound
from triage.model import Access, StaffRole
from triage.store.audit import write_entries
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.records import AuditEntry, TokenInfo
from triage.store.tables import party_keys, recusals, reports, staff

PREFIX = "triage_"
_FORM = re.compile(PREFIX + r"[0-9a-zA-Z_-]{43}")
MOST_DAYS = 366


def new_token(database: Database, key: bytes, role: StaffRole, places: Sequence[str], days: int) -> str:
    """A token for a new member of staff.

    Raises:
        BadInput: a role that no person has, a place that is no division code, a life of less than one day or more than
            a year.
    """
    if role is StaffRole.WORKER:
        raise BadInput("role", "unknown", "The worker is a process of this program and no member of staff.")
    for place in places:
        # Other lengths would match rows of the store and never a level of the index.
        if not re.fullmatch(r"(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?", place, flags=re.ASCII):
            raise BadInput(
                "place", "form", "A place is a division code of 2, 4, 6, 9 or 12 digits, such as 51 or 513431."
            )
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("days", "range", f"A token lives for 1 to {MOST_DAYS} days.")
    token, made, now = PREFIX + secrets.token_urlsafe(32), new_id(), datetime.now(UTC)
    row = {
        "id": made,
        "token_hash": _hash(key, token),
        "role": role.value,
        "places": list(places),
        "made_at": now,
        "expires_at": now + timedelta(days=days),
    }
    with database.write() as connection:
        connection.execute(insert(staff), [row])
        write_entries(connection, [AuditEntry("command line", "", "token new", (made,), "", {"role": role.value})])
    return token


def access_of(database: Database, key: bytes, token: str, purpose: str) -> Access:
    """The access that a token gives.

    Raises:
        NotAuthenticated: unknown, expired or revoked; the three are told alike.
    """
    refused = NotAuthenticated("This needs a valid token; `triage token new` makes one.")
    if not _FORM.fullmatch(token):
        raise refused
    with database.read() as connection:
        row = connection.execute(select(staff).where(staff.c.token_hash == _hash(key, token))).first()
        if row is None or row.revoked_at is not None or row.expires_at <= datetime.now(UTC):
            raise refused
        excluded = connection.execute(select(recusals.c.party_key).where(recusals.c.staff_id == row.id)).scalars().all()
        return _access(connection, row, excluded, purpose)


def accesses_now(database: Database, purpose: str) -> dict[str, Access]:
    """By principal the access that each token gives at this moment; one that is revoked or expired gives none."""
    holds = (staff.c.revoked_at.is_(None), staff.c.expires_at > datetime.now(UTC))
    excluded: dict[str, list[str]] = {}
    with database.read() as connection:
        rows = connection.execute(select(staff).where(*holds)).all()
        for row in connection.execute(select(recusals).order_by(recusals.c.party_key)):
            excluded.setdefault(row.staff_id, []).append(row.party_key)
        return {row.id: _access(connection, row, excluded.get(row.id, ()), purpose) for row in rows}


def _access(connection: Connection, row: Row[*tuple[Any, ...]], excluded: Sequence[str], purpose: str) -> Access:
    """The access of a row of ``staff`` that is kept from these parties."""
    cases = _cases_of(connection, excluded)
    return Access(row.id, StaffRole(row.role), tuple(row.places), tuple(sorted(excluded)), purpose, cases)


def _cases_of(connection: Connection, keys: Sequence[str]) -> tuple[str, ...]:
    """The cases with a report that names one of these parties."""
    if not keys:
        return ()
    named = select(reports.c.case_id).join(party_keys, party_keys.c.report_id == reports.c.id)
    named = named.where(party_keys.c.value.in_(keys), reports.c.case_id.is_not(None)).distinct()
    return tuple(sorted(name for name in connection.execute(named).scalars() if name is not None))


def recuse(database: Database, token_id: str, keys: Sequence[str], *, end: bool = False) -> None:
    """Keeps from a member of staff, from now on, whatever names the parties of these keys; with ``end`` no longer.

    The log tells of the act and not of whom: the name would stand in clear.

    Raises:
        NotFound: no such token that still holds; with ``end`` none that is kept from them.
    """
    with database.write() as connection:
        holds = (staff.c.id == token_id, staff.c.revoked_at.is_(None))
        if connection.execute(select(staff.c.id).where(*holds)).first() is None:
            raise NotFound("There is no such token; `triage token list` shows them.")
        standing = (recusals.c.staff_id == token_id, recusals.c.party_key.in_(keys))
        known = set(connection.execute(select(recusals.c.party_key).where(*standing)).scalars())
        if end and not known:
            raise NotFound("This token is not kept from reports on that name.")
        if end:
            connection.execute(delete(recusals).where(*standing))
        elif new := [key for key in keys if key not in known]:
            now = datetime.now(UTC)
            rows = [{"staff_id": token_id, "party_key": key, "made_at": now} for key in new]
            connection.execute(insert(recusals), rows)
        act = "token recuse end" if end else "token recuse"
        write_entries(connection, [AuditEntry("command line", "", act, (token_id,))])


def all_tokens(database: Database) -> list[TokenInfo]:
    """Every token ever given, without the token."""
    with database.read() as connection:
        rows = connection.execute(select(staff).order_by(staff.c.id)).all()
    return [
        TokenInfo(row.id, StaffRole(row.role), tuple(row.places), row.made_at, row.expires_at, row.revoked_at)
        for row in rows
    ]


def revoke(database: Database, token_id: str) -> None:
    """Ends a token at once.

    Raises:
        NotFound: no such token that still holds.
    """
    with database.write() as connection:
        holds = (staff.c.id == token_id, staff.c.revoked_at.is_(None))
        ended = connection.execute(update(staff).where(*holds).values(revoked_at=datetime.now(UTC))).rowcount
        if not ended:
            raise NotFound("There is no such token; `triage token list` shows them.")
        write_entries(connection, [AuditEntry("command line", "", "token revoke", (token_id,))])


def _hash(key: bytes, token: str) -> str:
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
