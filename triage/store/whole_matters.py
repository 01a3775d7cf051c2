"""One matter whole: its log, its clocks, what was done to clear somebody, opened for whoever may read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from triage.errors import NotFound
from triage.model import Access, ClearingAct, ClearingForm, ClockAct, ClockName, NotAccepted
from triage.store.access import demand_text, readable
from triage.store.audit import ReadLog, read_entry
from triage.store.clearing import clearing_of, next_acts
from triage.store.columns import to_micros
from triage.store.database import Database
from triage.store.handling_tables import clearings, clock_acts, clocks
from triage.store.matter_lists import MatterLists
from triage.store.matter_rows import ClearingRow, ClockActRow, Matter, StepRow, clock_of, line_of, lines_of
from triage.store.matters import next_states
from triage.store.tables import matters
from triage.store.vault import Vault

_Row = Row[*tuple[Any, ...]]


class WholeMatters(MatterLists):
    """Reads one matter, and seals and opens what colleagues note in it."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog, key: bytes) -> None:
        """Works beside the store whose parts it is given; cursors are sealed under the key."""
        super().__init__(database, log, key)
        self._vault = vault

    def matter(self, report_id: str, access: Access) -> Matter:
        """One matter whole.

        Raises:
            NotAllowed: a role that reads no text.
            NotFound: unknown, or not visible to this access.
        """
        demand_text(access)
        with self._database.read() as connection:
            found = self._whole(connection, report_id, access)
        self._log.note([read_entry(access, "matter", [report_id])])
        return found

    def _whole(self, connection: Connection, report_id: str, access: Access) -> Matter:
        statement = lines_of(matters).where(matters.c.report_id == report_id, readable(access)).order_by(matters.c.seq)
        rows = connection.execute(statement).all()
        if not rows:
            raise NotFound("There is no such report.")
        key = self._vault.unwrap(rows[0].wrapped_key, rows[0].wrap, report_id)
        steps, before = [], 0
        for row in rows:
            told = self._opened(key, row.note, f"{report_id} {before}")
            reason = None if row.reason is None else NotAccepted(row.reason)
            steps.append(StepRow(row.seq, row.state, row.at, row.by, reason, row.target, **told))
            before = row.seq
        of = select(clocks).where(clocks.c.report_id == report_id).order_by(clocks.c.since, clocks.c.name)
        done = select(clock_acts).where(clock_acts.c.report_id == report_id).order_by(clock_acts.c.seq)
        acts = tuple(
            ClockActRow(
                ClockName(row.name),
                ClockAct(row.act),
                row.at,
                row.by,
                self._opened(key, row.note, f"{report_id} {row.name} {to_micros(row.at)}", "clock_acts").get("note"),
            )
            for row in connection.execute(done)
        )
        its = tuple(map(clock_of, connection.execute(of)))
        runs = next((one for one in its if one.ended_at is None), None)
        cleared = self._clearings(connection, key, report_id)
        clearing = clearing_of(cleared, steps)
        line = line_of(rows[-1], rows[-1], runs, cleared[-1].seq if cleared else 0)
        may = next_acts(clearing, [step.state for step in steps], access)
        return Matter(line, tuple(steps), its, acts, next_states(line.state, access), clearing, may)

    def _clearings(self, connection: Connection, key: bytes, report_id: str) -> list[ClearingRow]:
        """All acts of clearing in a matter, opened, in their order."""
        done = select(clearings).where(clearings.c.report_id == report_id).order_by(clearings.c.seq)
        acts, before = [], 0
        for row in connection.execute(done):
            told = self._opened(key, row.note, f"{report_id} {before}", "clearings")
            form = None if row.form is None else ClearingForm(row.form)
            acts.append(ClearingRow(row.seq, ClearingAct(row.act), form, row.at, row.by, row.step, **told))
            before = row.seq
        return acts

    def _sealed(self, row: _Row, told: Mapping[str, str | None], of: str, table: str = "matters") -> bytes | None:
        said = {name: one for name, one in told.items() if one}
        if not said:
            return None
        key = self._vault.unwrap(row.wrapped_key, row.wrap, row.id)
        return self._vault.seal(key, json.dumps(said).encode(), table, of, "note")

    def _opened(self, key: bytes, blob: bytes | None, of: str, table: str = "matters") -> dict[str, str]:
        if blob is None:
            return {}
        told: dict[str, str] = json.loads(self._vault.open(key, blob, table, of, "note"))
        return told
