"""Staff tokens: shown once, kept as a keyed hash, with role, places and an end; each is an access for its reader.

Whatever a person does and is kept from hangs on the id of their token. So a token that ends is renewed: its row stays and
gets another secret. The names of those whom a holder must not meet are kept sealed, to be shown in the list of tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from triage.errors import BadInput, Corrupt, NotAuthenticated, NotFound
from triage.model import Access, StaffRole
from triage.store.access import ROUTED
from triage.store.audit import write_entries
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.locks import hold_reports
from triage.store.parts import in_parts
from triage.store.records import About, AuditEntry, TokenInfo
from triage.store.tables import messages, outbox, party_keys, recusals, reports, staff
from triage.store.vault import Vault

PREFIX = "triage_"
_FORM = re.compile(PREFIX + r"[0-9a-zA-Z_-]{43}")
MOST_DAYS = 366
SOON = timedelta(days=7)
"""A token that ends within this time is told of, so that it is renewed before."""
_UNKNOWN = "There is no such token; `triage token list` shows them."
_NO_NAMES: Mapping[str, str] = {}


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
    _demand_life(days)
    token, made, now = _new_secret(), new_id(), datetime.now(UTC)
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


def access_in(connection: Connection, principal: str, purpose: str, *, ended_too: bool = False) -> Access | None:
    """The access that a token gives as this transaction sees it; None for one that was revoked, or has ended.

    ``ended_too``: what its holder did before it ended counts on.
    """
    holds = [staff.c.id == principal, staff.c.revoked_at.is_(None)]
    if not ended_too:
        holds.append(staff.c.expires_at > datetime.now(UTC))
    row = connection.execute(select(staff).where(*holds)).first()
    if row is None:
        return None
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
    cases, split_off = _cases_of(connection, excluded), _split_off(connection, excluded)
    places, away = tuple(row.places), tuple(sorted(excluded))
    return Access(row.id, StaffRole(row.role), places, away, purpose, cases, split_off)


def _named_in(keys: Sequence[str]) -> Select[str | None]:
    named = select(reports.c.case_id).join(party_keys, party_keys.c.report_id == reports.c.id)
    return named.where(party_keys.c.value.in_(keys), reports.c.case_id.is_not(None)).distinct()


def _cases_of(connection: Connection, keys: Sequence[str]) -> tuple[str, ...]:
    """The cases with a report that names one of these parties."""
    if not keys:
        return ()
    return tuple(sorted(name for name in connection.execute(_named_in(keys)).scalars() if name is not None))


def _split_off(connection: Connection, keys: Sequence[str]) -> tuple[str, ...]:
    """What was added to a report of one of these cases and stands in none of them, as after a split: an index, which knows
    a report by whom it names and by its case, would not tell that it goes with the first.
    """
    if not keys:
        return ()
    first, added = reports.alias("first"), reports.alias("added")
    named = _named_in(keys).scalar_subquery()
    outside = or_(added.c.case_id.is_(None), added.c.case_id.not_in(named))
    told = select(added.c.id).select_from(
        messages.join(first, first.c.id == messages.c.report_id).join(added, added.c.id == messages.c.added_id)
    )
    found = told.where(first.c.case_id.in_(named), outside, added.c.stage.in_(ROUTED)).order_by(added.c.id)
    return tuple(connection.execute(found).scalars())


class Staff:
    """The tokens of a store over their whole life: renewed, kept from reports on somebody, listed."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Reads and writes the database; names are sealed with the vault."""
        self._database = database
        self._vault = vault

    def renew(self, token_id: str, days: int) -> str:
        """A new secret for a token, in clear this once; the one before is worthless from then on.

        All that hangs on the id stays: recusals, saved searches, judgements. A token that has ended holds again.

        Raises:
            BadInput: a life of less than one day or more than a year.
            NotFound: no such token, or one that was revoked, which is for good.
        """
        _demand_life(days)
        secret, ends = _new_secret(), datetime.now(UTC) + timedelta(days=days)
        named, holds = staff.c.id == token_id, staff.c.revoked_at.is_(None)
        renewed = update(staff).where(named, holds).values(token_hash=self._hash(secret), expires_at=ends)
        with self._database.write() as connection:
            if not connection.execute(renewed).rowcount:
                if connection.execute(select(staff.c.id).where(named)).first() is None:
                    raise NotFound(_UNKNOWN)
                raise NotFound("This token was revoked, which is for good; `triage token new` makes another.")
            write_entries(connection, [AuditEntry("command line", "", "token renew", (token_id,), "", {"days": days})])
        return secret

    def id_of(self, token: str) -> str | None:
        """The id of the token with this secret, whether it holds or not; None for an unknown one."""
        with self._database.read() as connection:
            found = select(staff.c.id).where(staff.c.token_hash == self._hash(token))
            return connection.execute(found).scalar_one_or_none()

    def recuse(
        self, token_id: str, keys: Sequence[str], *, end: bool = False, names: Mapping[str, str] = _NO_NAMES
    ) -> None:
        """Keeps from a member of staff, from now on, whatever names the parties of these keys; with ``end`` no longer.

        ``names`` are the names by key; they are kept sealed. The log tells of the act and not of whom: the name would
        stand in clear.

        Raises:
            NotFound: no such token that was not revoked; with ``end`` none that is kept from them.
        """
        with self._database.write() as connection:
            holds = (staff.c.id == token_id, staff.c.revoked_at.is_(None))
            if connection.execute(select(staff.c.id).where(*holds)).first() is None:
                raise NotFound(_UNKNOWN)
            standing = (recusals.c.staff_id == token_id, recusals.c.party_key.in_(keys))
            known = {row.party_key: row for row in connection.execute(select(recusals).where(*standing))}
            if end and not known:
                raise NotFound("This token is not kept from reports on that name.")
            if end:
                connection.execute(delete(recusals).where(*standing))
            else:
                # What an earlier version kept without its name gets it now
                nameless = [key for key in keys if key in known and known[key].sealed is None and key in names]
                connection.execute(delete(recusals).where(*standing, recusals.c.party_key.in_(nameless)))
                wanted = [key for key in dict.fromkeys(keys) if key not in known or key in nameless]
                since = {key: known[key].made_at for key in nameless}
                now = datetime.now(UTC)
                rows = [self._recusal(token_id, key, names.get(key), since.get(key, now)) for key in wanted]
                if rows:
                    connection.execute(insert(recusals), rows)
            act = "token recuse end" if end else "token recuse"
            write_entries(connection, [AuditEntry("command line", "", act, (token_id,))])

    def kept_from(self) -> dict[str, tuple[str, ...]]:
        """The names of those from whom some holder is kept, each with its keys; of one kept without its name nothing."""
        held = select(recusals).join(staff, staff.c.id == recusals.c.staff_id).where(staff.c.revoked_at.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(held.where(recusals.c.sealed.is_not(None)).order_by(recusals.c.party_key)).all()
        found: dict[str, dict[str, None]] = {}
        for row in rows:
            if (name := self._name(row)) is not None:
                found.setdefault(name, {})[row.party_key] = None
        return {name: tuple(keys) for name, keys in found.items()}

    def add_parties(self, report_ids: Sequence[str], keys: Sequence[str]) -> int:
        """Reports name the party of these keys as well; the index hears of it. How many had not all of them.

        Nothing is kept of one that is sealed by then.
        """
        changed = 0
        for part in in_parts(sorted(report_ids)):
            with self._database.write() as connection:
                hold_reports(connection, list(part))
                is_open = (reports.c.id.in_(part), reports.c.stage.in_(ROUTED))
                still = connection.execute(select(reports.c.id).where(*is_open).order_by(reports.c.id)).scalars().all()
                standing = select(party_keys).where(party_keys.c.report_id.in_(part), party_keys.c.value.in_(keys))
                there = {(row.value, row.report_id) for row in connection.execute(standing)}
                rows = [{"value": key, "report_id": one} for one in still for key in keys if (key, one) not in there]
                if rows:
                    connection.execute(insert(party_keys), rows)
                    those = sorted({row["report_id"] for row in rows})
                    connection.execute(insert(outbox), [{"report_id": one, "about": About.CASE.value} for one in those])
                    changed += len(those)
        return changed

    def unheard(self) -> list[str]:
        """The ids of reports of which the index is still to hear something."""
        with self._database.read() as connection:
            return list(
                connection.execute(select(outbox.c.report_id).distinct().order_by(outbox.c.report_id)).scalars()
            )

    def listed(self) -> list[TokenInfo]:
        """Every token ever given, without its secret, the oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(staff).order_by(staff.c.id)).all()
            kept = connection.execute(select(recusals).order_by(recusals.c.made_at, recusals.c.party_key)).all()
        names: dict[str, dict[str | None, None]] = {}
        for one in kept:
            names.setdefault(one.staff_id, {})[self._name(one)] = None
        return [_info(row, list(names.get(row.id, ())), datetime.now(UTC)) for row in rows]

    def _hash(self, token: str) -> str:
        return _hash(self._vault.subkey("token"), token)

    def _recusal(self, token_id: str, key: str, name: str | None, made_at: datetime) -> dict[str, Any]:
        row = {"staff_id": token_id, "party_key": key, "made_at": made_at}
        if name is None:
            return {**row, "sealed": None, "wrapped_key": None}
        about, data_key = f"{token_id}/{key}", self._vault.new_data_key()
        sealed = self._vault.seal(data_key, name.encode(), "recusals", about, "sealed")
        return {**row, "sealed": sealed, "wrapped_key": self._vault.wrap(data_key, "text", about)}

    def _name(self, row: Row[*tuple[Any, ...]]) -> str | None:
        """Whom a recusal is about; None where the name was not kept, or does not open any more."""
        if row.sealed is None:
            return None
        about = f"{row.staff_id}/{row.party_key}"
        try:
            data_key = self._vault.unwrap(row.wrapped_key, "text", about)
            return self._vault.open(data_key, row.sealed, "recusals", about, "sealed").decode()
        except Corrupt:
            return None


def _info(row: Row[*tuple[Any, ...]], names: Sequence[str | None], now: datetime) -> TokenInfo:
    """A row of ``staff`` as it is listed; ``names`` of those whom its holder is kept from, None for one not known."""
    holds, left = row.revoked_at is None, row.expires_at - now
    return TokenInfo(
        id=row.id,
        role=StaffRole(row.role),
        places=tuple(row.places),
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        ends_soon=holds and timedelta(0) < left <= SOON,
        ended=holds and left <= timedelta(0),
        kept_from=tuple(name for name in names if name is not None),
        kept_from_others=None in names,
    )


def revoke(database: Database, token_id: str) -> None:
    """Ends a token at once.

    Raises:
        NotFound: no such token that still holds.
    """
    with database.write() as connection:
        holds = (staff.c.id == token_id, staff.c.revoked_at.is_(None))
        ended = connection.execute(update(staff).where(*holds).values(revoked_at=datetime.now(UTC))).rowcount
        if not ended:
            raise NotFound(_UNKNOWN)
        write_entries(connection, [AuditEntry("command line", "", "token revoke", (token_id,))])


def _demand_life(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("days", "range", f"A token lives for 1 to {MOST_DAYS} days.")


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _hash(key: bytes, token: str) -> str:
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
