"""Taking reports in: sealed before the lock, one transaction for a batch, repeats recognised."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from triage.errors import IdempotencyConflict
from triage.model import Access, Channel, ClockName, MatterState, NotAccepted, ReporterState, StaffRole, Stage
from triage.store.access import readable
from triage.store.audit import entry_rows
from triage.store.database import Collision, Database
from triage.store.forms import body_bytes, reporter_bytes
from triage.store.handling_tables import clocks
from triage.store.ids import NOBODYS, new_id
from triage.store.matters import reporter_state
from triage.store.parts import in_parts
from triage.store.records import ANONYMOUS, Accepted, Arrival, AuditEntry, Standing
from triage.store.running_clocks import clock_row
from triage.store.tables import IN, OUT, audit, fetches, identities, matters, messages, receipts, reports
from triage.store.together import Part, among, write_together
from triage.store.vault import Vault

KEY_LIFE = timedelta(days=30)
LANES = 256
LENGTHS = (2_000, 20_000)
"""Characters up to which a report is a short one, and up to which it is not a long one yet."""
_RACES = 2
_NAMED = 256


def _questions(*, server: bool) -> tuple[Select[Any], Select[Any]]:
    """What asks for the rows of files and for keys and receipts that were there before."""
    origins = (
        select(reports.c.origin, reports.c.id, reports.c.received_at, receipts.c.body_hash)
        .join(receipts, receipts.c.key_hash == reports.c.origin, isouter=True)
        .where(among(reports.c.origin, "origins", server=server))
    )
    told = (
        select(receipts, reports.c.received_at)
        .join(reports, reports.c.id == receipts.c.report_id)
        .where(
            or_(
                among(receipts.c.key_hash, "keys", server=server),
                among(receipts.c.receipt_hash, "receipts", server=server),
            )
        )
    )
    return origins, told


# Made once: to build a statement anew for every batch costs more than to run it.
_QUESTIONS = {"sqlite": _questions(server=False), "postgresql": _questions(server=True)}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An arrival, sealed and ready to be written."""

    arrival: Arrival
    origin: str | None
    report: dict[str, Any]
    identity: dict[str, Any] | None

    @property
    def real_name(self) -> bool:
        """Whether somebody told a name and a contact: such a report is answered in time."""
        told = self.arrival.submission.reporter
        return told is not None and bool(told.name) and bool(told.contact)


@dataclass(slots=True)
class _Known:
    """What of a batch was there before: (report id, time of receipt, hash of the body) by origin, receipt and key."""

    origins: dict[str | None, tuple[str, datetime, str | None]] = field(default_factory=dict)
    receipts: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    keys: dict[str, tuple[str, datetime, str | None]] = field(default_factory=dict)

    def answer(self, item: _Prepared) -> Accepted | IdempotencyConflict | None:
        """The answer to a repeat; None where the arrival is new."""
        arrival = item.arrival
        if arrival.key_hash in self.keys:
            report_id, received_at, body_hash = self.keys[arrival.key_hash]
            if body_hash != arrival.body_hash:
                return IdempotencyConflict(
                    "Idempotency-Key", "conflict", "This key came before with another body; use a new key for it."
                )
            return Accepted(report_id, received_at, repeated=True)
        # A key whose life is over gives the same receipt for the same body: it is still that report's.
        if arrival.receipt_hash in self.receipts:
            return Accepted(*self.receipts[arrival.receipt_hash], repeated=True)
        if item.origin not in self.origins:
            return None
        report_id, received_at, body_hash = self.origins[item.origin]
        if body_hash is not None and arrival.body_hash not in (None, body_hash):
            # Every register counts from 1: another letter under a known number must not pass for a repeat.
            return IdempotencyConflict(
                "id",
                "other_text",
                "A row of this source and id came before with other words; use --source to tell them apart.",
            )
        return Accepted(report_id, received_at, repeated=True)

    def add(self, item: _Prepared) -> None:
        """Makes an arrival known to those behind it in the batch."""
        arrival, place = item.arrival, (item.report["id"], item.report["received_at"])
        self.receipts[arrival.receipt_hash] = place
        if arrival.key_hash is not None:
            self.keys[arrival.key_hash] = (*place, arrival.body_hash)
        if item.origin is not None:
            self.origins[item.origin] = (*place, arrival.body_hash)


def receive(database: Database, vault: Vault, arrivals: Sequence[Arrival]) -> list[Accepted | IdempotencyConflict]:
    """Writes a batch in one transaction; the answers stand in the order of the arrivals."""
    if not arrivals:
        return []
    for _ in range(_RACES):
        # Another process may write the same key between our look and our write, or two batches may wait for each
        # other's keys; the second look finds them.
        with suppress(IntegrityError, Collision):
            return _receive(database, vault, arrivals)
    return _receive(database, vault, arrivals)


def _receive(database: Database, vault: Vault, arrivals: Sequence[Arrival]) -> list[Accepted | IdempotencyConflict]:
    now = datetime.now(UTC)
    prepared = [_prepare(vault, arrival, now) for arrival in arrivals]
    with database.write() as connection:
        known = _known(connection, prepared, now)
        answers: list[Accepted | IdempotencyConflict] = []
        fresh: list[_Prepared] = []
        for item in prepared:
            answer = known.answer(item)
            if answer is None:
                known.add(item)
                fresh.append(item)
                answer = Accepted(item.report["id"], item.report["received_at"])
            answers.append(answer)
        if fresh:
            _write(connection, fresh, now)
    return answers


def standing(database: Database, receipt_hash: str) -> Standing | None:
    """State of the report behind a receipt; a miss asks the database the same questions as a hit."""
    with database.read() as connection:
        report_id = connection.execute(
            select(receipts.c.report_id).where(receipts.c.receipt_hash == receipt_hash)
        ).scalar_one_or_none()
        log = connection.execute(
            select(matters.c.state, matters.c.at, matters.c.reason, matters.c.target)
            .where(matters.c.report_id == (report_id or NOBODYS))
            .order_by(matters.c.seq)
        ).all()
        waiting = connection.execute(_unread(report_id or NOBODYS)).scalar_one()
    if not log:
        return None
    told = [reporter_state([line.state for line in log[: number + 1]]) for number in range(len(log))]
    # Since when it has been shown so: a step inside that changes nothing outside must not show as a date.
    first = next(number for number in range(len(log)) if all(state is told[-1] for state in told[number:]))
    refused = next((line for line in reversed(log) if line.state == MatterState.NOT_ACCEPTED), None)
    if told[-1] is not ReporterState.NOT_IN_SCOPE or refused is None or refused.reason is None:
        return Standing(told[-1], log[first].at, messages=waiting)
    return Standing(told[-1], log[first].at, NotAccepted(refused.reason), refused.target, waiting)


def _unread(report_id: str) -> Select[int]:
    """How many messages of the office nobody has fetched with the receipt of this report."""
    fetched = exists().where(fetches.c.report_id == messages.c.report_id, fetches.c.message_id >= messages.c.id)
    of = (messages.c.report_id == report_id, messages.c.direction == OUT, ~fetched)
    return select(func.count()).select_from(messages).where(*of)


def behind(database: Database, hashes: Sequence[str], access: Access) -> dict[str, str]:
    """The ids of the readable reports behind receipts, by their hashes; nothing is asked where none is given."""
    found: dict[str, str] = {}
    if hashes:
        with database.read() as connection:
            for part in in_parts(list(dict.fromkeys(hashes))):
                told = select(receipts.c.receipt_hash, reports.c.id).join(reports, reports.c.id == receipts.c.report_id)
                chosen = told.where(receipts.c.receipt_hash.in_(part), readable(access))
                found.update({row.receipt_hash: row.id for row in connection.execute(chosen)})
    return found


def _prepare(vault: Vault, arrival: Arrival, now: datetime) -> _Prepared:
    submission, report_id, data_key = arrival.submission, new_id(), vault.new_data_key()
    origin = None
    if submission.source and submission.row:
        named = f"{len(submission.source)}:{submission.source}{submission.row}".encode()
        origin = hashlib.blake2b(named, key=vault.subkey("origin"), digest_size=24).hexdigest()
    identity = None
    if submission.reporter is not None:
        identity_key = vault.new_data_key()
        identity = {
            "report_id": report_id,
            "sealed": vault.seal(identity_key, reporter_bytes(submission.reporter), "identities", report_id, "sealed"),
            "wrapped_key": vault.wrap(identity_key, "identity", report_id),
        }
    report = {
        "id": report_id,
        "stage": Stage.RECEIVED.value,
        "channel": submission.channel.value,
        "received_at": submission.received_at,
        "arrived_at": now,
        "division": "",
        "body": vault.seal(data_key, body_bytes(submission), "reports", report_id, "body"),
        "wrapped_key": vault.wrap(data_key, "text", report_id),
        "wrap": "text",
        "origin": origin,
        "tries": 0,
        "not_before": now,
        "trouble": "",
        "lane": _lane(vault, arrival),
    }
    return _Prepared(arrival, origin, report, identity)


def _lane(vault: Vault, arrival: Arrival) -> int:
    """Where in the queue a report stands beside those of other senders; tells nobody who sent it.

    Nothing is known that would tell anonymous senders apart, and nothing is to be. Their reports have lanes by length,
    which the stored row shows anyhow: whoever sends a hundred long ones keeps no short one waiting.
    """
    sender = f"{arrival.principal}\0{arrival.submission.source or ''}".encode()
    lane = hashlib.blake2b(sender, key=vault.subkey("lane"), digest_size=1).digest()[0]
    if arrival.principal != ANONYMOUS:
        return lane
    return (lane + sum(len(arrival.submission.text) > most for most in LENGTHS)) % LANES


def _known(connection: Connection, prepared: Sequence[_Prepared], now: datetime) -> _Known:
    known = _Known()
    origins = [item.origin for item in prepared if item.origin is not None]
    if origins:
        asked, _ = _QUESTIONS[connection.dialect.name]
        for row in connection.execute(asked, {"origins": origins}):
            known.origins[row.origin] = (row.id, row.received_at, row.body_hash)
    keyed = [item.arrival for item in prepared if item.arrival.key_hash is not None]
    if keyed:
        _known_receipts(connection, known, keyed, now)
    return known


def _known_receipts(connection: Connection, known: _Known, keyed: Sequence[Arrival], now: datetime) -> None:
    _, question = _QUESTIONS[connection.dialect.name]
    asked = {
        "keys": [arrival.key_hash for arrival in keyed],
        "receipts": [arrival.receipt_hash for arrival in keyed],
    }
    found = connection.execute(question, asked).all()
    over = []
    for row in found:
        known.receipts[row.receipt_hash] = (row.report_id, row.received_at)
        if row.expires_at is None:
            continue
        if row.expires_at > now:
            known.keys[row.key_hash] = (row.report_id, row.received_at, row.body_hash)
        else:
            over.append(row.key_hash)
    if over:
        gone = receipts.c.key_hash.in_(over)
        connection.execute(update(receipts).where(gone).values(key_hash=None, body_hash=None, expires_at=None))


def _write(connection: Connection, fresh: Sequence[_Prepared], now: datetime) -> None:
    states = [{"report_id": item.report["id"], "state": "received", "by": "intake", "at": now} for item in fresh]
    parts: list[Part] = [
        (reports, [item.report for item in fresh]),
        (receipts, [_receipt(item, now) for item in fresh]),
        (matters, states),
        (identities, [item.identity for item in fresh if item.identity is not None]),
        (clocks, _notices(fresh)),
        (messages, [_message(item, now) for item in fresh if item.arrival.submission.adds_to]),
        (audit, entry_rows(_entries(fresh))),
    ]
    write_together(connection, parts)


def _notices(fresh: Sequence[_Prepared]) -> list[dict[str, Any]]:
    """The clocks of those who are to hear in time whether their report is accepted.

    What another office passed to this one was received there: here its clock begins with its arrival.
    """
    named = [item.report for item in fresh if item.real_name]
    came = ("arrived_at" if report["channel"] == Channel.TRANSFER else "received_at" for report in named)
    return [
        clock_row(report["id"], ClockName.ACCEPTANCE_NOTICE, report[of]) for report, of in zip(named, came, strict=True)
    ]


def _message(item: _Prepared, now: datetime) -> dict[str, Any]:
    """That the holder of a receipt wrote: to which report, and which one that brought."""
    return {
        "id": new_id(),
        "report_id": item.arrival.submission.adds_to,
        "direction": IN,
        "sealed": b"",
        "made_at": now,
        "added_id": item.report["id"],
        "by": None,
    }


def _receipt(item: _Prepared, now: datetime) -> dict[str, Any]:
    return {
        "receipt_hash": item.arrival.receipt_hash,
        "report_id": item.report["id"],
        # A row of a file is known by its origin, and for good: only keys of the API have an end.
        "key_hash": item.arrival.key_hash or item.origin,
        "body_hash": item.arrival.body_hash,
        "expires_at": now + KEY_LIFE if item.arrival.key_hash is not None else None,
    }


def _entries(fresh: Sequence[_Prepared]) -> list[AuditEntry]:
    """What the audit log says of them: who sent which, and no line of it names more than a person would read."""
    senders: defaultdict[str, list[str]] = defaultdict(list)
    for item in fresh:
        senders[item.arrival.principal].append(item.report["id"])
    return [
        AuditEntry(who, StaffRole.INTAKE.value, "receive", tuple(ids[at : at + _NAMED]), "intake")
        for who, ids in senders.items()
        for at in range(0, len(ids), _NAMED)
    ]
