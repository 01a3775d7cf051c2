"""Sealed reports on their way up: stubs, packets for the office above, and packets that came from below.

A stub is all that the own office sees of a sealed report. What is in it is opened for a packet alone, in memory, between
a row of the audit log that says so and the ciphertext that leaves this module.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, or_, select

from triage.codes import AT_ONCE
from triage.errors import NotFound
from triage.model import Access, Stage, Way
from triage.store.access import demand_custodian, stubbed
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.locks import hold_reports
from triage.store.packet_tables import packets
from triage.store.packets import Packet, Recipient, digest_of, make_packet
from triage.store.tables import identities, matters, messages, reports, routes
from triage.store.vault import Vault

UP, IN = "up", "in"
"""Which way a packet went: to the office above, or in from one below."""
_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class SealedStub:
    """All that is shown of a sealed report: where it goes and why, when it came and whether it has gone.

    ``since`` is when its clock began: its receipt, or the arrival of its packet where another office had it first.
    ``passed_up_at`` is when the first packet was made, ``packets`` how many there were. One ``at_once`` has no time at
    all: somebody is in danger, or suffers for a report.
    """

    report_id: str
    received_at: datetime
    since: datetime
    way: Way
    division: str
    office_id: str | None
    reason: str
    passed_up_at: datetime | None
    packets: int
    at_once: bool = False


class WayUp:
    """The part of a store that sealed reports leave it by."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog) -> None:
        """Reads and writes the database, opens with the vault, notes in the log."""
        self._database = database
        self._vault = vault
        self._log = log

    def stubs(self, access: Access) -> list[SealedStub]:
        """The sealed reports that this access may know of, in the order of their clocks.

        Raises:
            NotAllowed: a role that sees none.
        """
        with self._database.read() as connection:
            found = [_stub(row) for row in connection.execute(_stubs(access))]
        found.sort(key=lambda stub: (stub.since, stub.report_id))
        self._log.note([read_entry(access, "sealed", [stub.report_id for stub in found])])
        return found

    def waiting(self) -> list[tuple[datetime, bool]]:
        """When the clocks began of those that have not gone up, and whether each must go at once; nothing else of them,
        for who looks after the system.
        """
        since = func.coalesce(_moment(IN), reports.c.received_at).label("since")
        statement = (
            select(since, routes.c.reasons)
            .join(routes, routes.c.report_id == reports.c.id)
            .where(reports.c.stage == Stage.SEALED.value, routes.c.way == Way.SEALED_UP.value, _moment(UP).is_(None))
        )
        with self._database.read() as connection:
            return [(row.since, AT_ONCE in row.reasons) for row in connection.execute(statement)]

    def pass_up(
        self, report_id: str, recipient: Recipient, sender: str, access: Access, keep: Callable[[bytes], object]
    ) -> str:
        """Makes the packet of a report, hands it to ``keep`` and, once that has it on the disk, writes down that it went.

        It may be done again, for the same key or another: a packet can be lost on its way.

        Args:
            report_id: the sealed report.
            recipient: the key of the office above.
            sender: division of the own office.
            access: who does it.
            keep: writes the packet durably; what it raises leaves the report where it was.

        Returns:
            The digest of the packet.

        Raises:
            NotFound: no sealed report of this id that this access may know of.
            NotAllowed: anybody but a custodian; a packet is made for whoever holds the other key, and opens for him.
            BadInput: nothing can be sealed to this key.
            Corrupt: the report does not open.
        """
        demand_custodian(access)
        with self._database.read() as connection:
            if connection.execute(_stubs(access).where(reports.c.id == report_id)).first() is None:
                raise NotFound("There is no sealed report of this number, or it is not yours to pass up.")
        told = {"key": recipient.fingerprint}
        # Before it is opened: whatever comes of it, that it was opened stands in the log
        self._log.note([read_entry(access, "open_sealed", [report_id], **told)])
        with self._database.read() as connection:
            content = {**self._content(connection, report_id), "from": sender}
        packet = make_packet(report_id, content, recipient)
        keep(packet)
        made = _packet_row(report_id, UP, sender, recipient.fingerprint, digest_of(packet), access)
        self._went_up(made, access)
        return str(made["digest"])

    def _went_up(self, made: dict[str, Any], access: Access) -> None:
        """Writes down that a packet was made; the first of a report moves it to the state passed up."""
        report_id = made["report_id"]
        with self._database.write() as connection:
            hold_reports(connection, [report_id])
            before = select(packets.c.id).where(packets.c.report_id == report_id, packets.c.direction == UP)
            if connection.execute(before.limit(1)).first() is None:
                state = {"report_id": report_id, "state": "passed_up", "by": access.principal, "at": made["at"]}
                connection.execute(insert(matters), [state])
            connection.execute(insert(packets), [made])
            entry = read_entry(access, "pass_up", [report_id], key=made["key"], packet=made["digest"])
            write_entries(connection, [entry])

    def came_in(self, report_id: str, packet: Packet, sender: str, key: str, access: Access) -> None:
        """Writes down that a report came in a packet: once for each report, however often its packet comes."""
        made = _packet_row(report_id, IN, sender, key, packet.digest, access)
        with self._database.write() as connection:
            hold_reports(connection, [report_id])
            before = select(packets.c.id).where(packets.c.report_id == report_id, packets.c.direction == IN)
            if connection.execute(before.limit(1)).first() is None:
                connection.execute(insert(packets), [made])
            entry = read_entry(access, "packet_in", [report_id], key=key, packet=packet.digest)
            write_entries(connection, [entry])

    def _content(self, connection: Connection, report_id: str) -> dict[str, Any]:
        """Everything that came in with a report, opened."""
        row = connection.execute(select(reports).where(reports.c.id == report_id)).one()
        # Whoever added something is the one who told name and contact with the first report
        first = select(messages.c.report_id).where(messages.c.added_id == report_id).scalar_subquery()
        of = or_(identities.c.report_id == report_id, identities.c.report_id == first)
        known = connection.execute(select(identities).where(of)).first()
        data_key = self._vault.unwrap_for_the_way_up(row.wrapped_key, row.wrap, row.id)
        body = json.loads(self._vault.open(data_key, row.body, "reports", row.id, "body"))
        reporter = None
        if known is not None:
            identity_key = self._vault.unwrap_for_the_way_up(known.wrapped_key, "identity", known.report_id)
            reporter = json.loads(self._vault.open(identity_key, known.sealed, "identities", known.report_id, "sealed"))
        told = {"channel": row.channel, "received": row.received_at.isoformat(), "reporter": reporter}
        return {"body": body, **told}


def _stubs(access: Access) -> Select[Any]:
    """What stubs are made of, as far as this access may know of them."""
    made = select(func.count()).where(packets.c.report_id == reports.c.id, packets.c.direction == UP)
    return (
        select(
            reports.c.id,
            reports.c.received_at,
            _moment(IN).label("came_in"),
            routes.c.way,
            routes.c.division,
            routes.c.office_id,
            routes.c.reasons,
            _moment(UP).label("went_up"),
            made.scalar_subquery().label("packets"),
        )
        .join(routes, routes.c.report_id == reports.c.id)
        .where(stubbed(access))
    )


def _moment(direction: str) -> Any:  # noqa: ANN401  # a scalar subquery, whose generic type has no name here
    """When the first packet of a report went this way."""
    first = select(func.min(packets.c.at)).where(packets.c.report_id == reports.c.id, packets.c.direction == direction)
    return first.scalar_subquery()


def _stub(row: _Row) -> SealedStub:
    since, reason = row.came_in or row.received_at, next(iter(row.reasons), "")
    return SealedStub(
        row.id,
        row.received_at,
        since,
        Way(row.way),
        row.division,
        row.office_id,
        reason,
        row.went_up,
        row.packets,
        AT_ONCE in row.reasons,
    )


def _packet_row(report_id: str, direction: str, division: str, key: str, digest: str, access: Access) -> dict[str, Any]:
    return {
        "id": new_id(),
        "report_id": report_id,
        "direction": direction,
        "division": division,
        "key": key,
        "digest": digest,
        "principal": access.principal,
        "role": access.role.value,
        "at": datetime.now(UTC),
    }
