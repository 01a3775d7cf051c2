"""Monthly reports that were closed: kept as they were made, document and files, and only ever added to.

A closed report counts every report of its place. So it is for those alone who may count all of these: the place must be
theirs, and somebody who must not meet a party gets none, because that party's reports are in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, and_, insert, select
from sqlalchemy.exc import IntegrityError

from triage.errors import Changed, NotAllowed
from triage.model import Access, StaffRole
from triage.store.access import countable
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.closed_tables import monthly_files, monthly_reports
from triage.store.database import Database
from triage.store.ids import new_id
from triage.store.vault import Vault

FIGURES = "figures"
"""The file of a closed report that holds its figures for later ones; it is given to nobody."""
CLOSERS = frozenset({StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR, StaffRole.WORKER})


_MOST_REVISIONS = 1_000_000
"""A database holds no number of any size: what is larger names no revision."""


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed report: ``document`` is its JSON, ``revision`` 1 for the closing and one more for each revision."""

    id: str
    month: str
    place: str
    revision: int
    made_at: datetime
    document: bytes


class ClosedMonths:
    """The closed reports of one store."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog) -> None:
        """Reads and writes the database, seals with the vault, notes in the log."""
        self._database = database
        self._vault = vault
        self._log = log

    def keep(
        self, month: str, place: str, revision: int, document: bytes, files: Mapping[str, bytes], access: Access
    ) -> ClosedMonth:
        """Closes a month, or adds its next revision, with its files by name; one transaction with its audit row.

        Raises:
            NotAllowed: a role that closes no month, a place of others, or parties that this person must not meet.
            Changed: somebody closed or revised it meanwhile.
        """
        demand_whole_place(access, place)
        if access.role not in CLOSERS:
            raise NotAllowed("This role closes no month; an investigator or a supervisor does.")
        made, data_key, now = new_id(), self._vault.new_data_key(), datetime.now(UTC)
        row = {
            "id": made,
            "month": month,
            "place": place,
            "revision": revision,
            "sealed": self._seal(data_key, document, "monthly_reports", made, "document"),
            "wrapped_key": self._vault.wrap(data_key, "text", made),
            "by": access.principal,
            "role": access.role.value,
            "made_at": now,
        }
        lines = [
            {"monthly_id": made, "name": name, "sealed": self._seal(data_key, data, "monthly_files", made, name)}
            for name, data in files.items()
        ]
        act = "month closed" if revision == 1 else "month revised"
        entry = read_entry(access, act, (made,), month=month, place=place, revision=revision)
        try:
            with self._database.write() as connection:
                connection.execute(insert(monthly_reports), [row])
                if lines:
                    connection.execute(insert(monthly_files), lines)
                write_entries(connection, [entry])
        except IntegrityError:
            raise Changed("Somebody closed or revised this month meanwhile; look at it again.") from None
        return ClosedMonth(made, month, place, revision, now, document)

    def newest(self, month: str, place: str, access: Access, revision: int | None = None) -> ClosedMonth | None:
        """The newest revision of a closed month, or the one asked for; None where there is none.

        Raises:
            NotAllowed: a role that sees no figures, a place of others, or parties that this person must not meet.
        """
        demand_whole_place(access, place)
        wanted = (monthly_reports.c.month == month, monthly_reports.c.place == place)
        statement = select(monthly_reports).where(*wanted).order_by(monthly_reports.c.revision.desc()).limit(1)
        if revision is not None:
            if not 0 < revision <= _MOST_REVISIONS:
                return None
            statement = statement.where(monthly_reports.c.revision == revision)
        with self._database.read() as connection:
            row = connection.execute(statement).first()
        if row is None:
            return None
        self._log.note([read_entry(access, "monthly report", (row.id,), month=month, place=place)])
        document = self._open(row, row.sealed, "monthly_reports", "document")
        return ClosedMonth(row.id, row.month, row.place, row.revision, row.made_at, document)

    def first_figures(self, place: str, months: Sequence[str], access: Access) -> Iterator[tuple[str, bytes]]:
        """The figures kept with the first closing of each of these months of a place, what was closed first in front.

        Raises:
            NotAllowed: as ``newest``.
        """
        demand_whole_place(access, place)
        kept = monthly_files.alias()
        statement = (
            select(monthly_reports, kept.c.sealed.label("figures"))
            .join(kept, and_(kept.c.monthly_id == monthly_reports.c.id, kept.c.name == FIGURES))
            .where(
                monthly_reports.c.place == place,
                monthly_reports.c.revision == 1,
                monthly_reports.c.month.in_(months),
            )
            .order_by(monthly_reports.c.made_at, monthly_reports.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        if rows:
            self._log.note([read_entry(access, "monthly report", [row.id for row in rows], place=place)])
        for row in rows:
            yield row.month, self._open(row, row.figures, "monthly_files", FIGURES)

    def files(self, closed: ClosedMonth, access: Access) -> dict[str, bytes]:
        """The files of a closed report, as they were made, by name.

        Raises:
            NotAllowed: as ``newest``.
        """
        demand_whole_place(access, closed.place)
        with self._database.read() as connection:
            row = connection.execute(select(monthly_reports).where(monthly_reports.c.id == closed.id)).one()
            mine = monthly_files.c.monthly_id == closed.id
            lines = connection.execute(select(monthly_files).where(mine).order_by(monthly_files.c.name)).all()
        return {line.name: self._open(row, line.sealed, "monthly_files", line.name) for line in lines}

    def _seal(self, data_key: bytes, plain: bytes, table: str, row: str, field: str) -> bytes:
        return self._vault.seal(data_key, zlib.compress(plain, 9), table, row, field)

    def _open(self, row: Row[*tuple[Any, ...]], blob: bytes, table: str, field: str) -> bytes:
        data_key = self._vault.unwrap(row.wrapped_key, "text", row.id)
        return zlib.decompress(self._vault.open(data_key, blob, table, row.id, field))


def demand_whole_place(access: Access, place: str) -> None:
    """Stops whoever may not count every report of a place.

    Raises:
        NotAllowed: a role that sees no figures, a place of others, or parties that this person must not meet.
    """
    countable(access)
    if not any(place.startswith(prefix) for prefix in access.place_prefixes):
        raise NotAllowed("This place is not within the places of the token.")
    if access.excluded_party_keys:
        raise NotAllowed("The closed report of this month counts reports that this person must not meet.")
