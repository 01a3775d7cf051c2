"""Between store and index, beside the ordinary way: reports sent to the index once more, and those that it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, insert, select, update

from triage.model import Stage
from triage.store.access import ROUTED, WORKER
from triage.store.audit import read_entry, write_entries
from triage.store.claims import Holder
from triage.store.database import Database
from triage.store.locks import hold_reports
from triage.store.parts import in_parts
from triage.store.tables import outbox, reports
from triage.store.tries import MOST_TRIES

REFUSED = "index_refused"
"""How the trouble of a report begins that the index does not take; behind a colon stands the engine's own code."""


@dataclass(frozen=True, slots=True)
class Asides:
    """For whoever feeds, compares or mends an index."""

    database: Database
    holder: Holder

    def send_again(self, report_ids: Sequence[str]) -> dict[str, int]:
        """Adds a line to the outbox for each report and returns its number.

        The rows are held meanwhile: a change that is under way is either in the row that is read behind this, or gets a line
        with a higher number.
        """
        ids = sorted(set(report_ids))
        lines: dict[str, int] = {}
        with self.database.write() as connection:
            for part in in_parts(ids):
                held = select(reports.c.id).where(reports.c.id.in_(part)).order_by(reports.c.id)
                connection.execute(held.with_for_update()).all()
                made = insert(outbox).returning(outbox.c.report_id, outbox.c.seq)
                lines |= {
                    row.report_id: row.seq for row in connection.execute(made, [{"report_id": one} for one in part])
                }
        return lines

    def awaited(self, report_ids: Sequence[str]) -> set[str]:
        """Those of the reports that have a line in the outbox: the index is still to hear of them."""
        with self.database.read() as connection:
            return _awaited(connection, report_ids)

    def set_aside(self, reasons: Mapping[str, str], told: Mapping[str, int]) -> None:
        """Takes reports that the index refuses out of the outbox; they can be read as before and are listed as stuck.

        A report of which a newer change waits stays on its way: that change may take it out of the index, or mend it.

        Args:
            reasons: the engine's code for each report, never anything of its content.
            told: the newest line of each report that was in hand; what the index refused may know nothing of later ones.
        """
        ids = sorted(reasons)
        with self.database.write() as connection:
            hold_reports(connection, ids)
            for report_id in ids:
                heard = outbox.c.seq <= told.get(report_id, 0)
                connection.execute(delete(outbox).where(outbox.c.report_id == report_id, heard))
            self.holder.let_go(connection, ids)
            waiting = _awaited(connection, ids)
            for report_id in ids:
                if report_id in waiting:
                    continue
                row = update(reports).where(reports.c.id == report_id, reports.c.stage.in_(ROUTED))
                reason = f"{REFUSED}:{reasons[report_id]}"[:64]
                values = {"stage": Stage.ASSESSED.value, "tries": MOST_TRIES, "trouble": reason}
                if connection.execute(row.values(**values)).rowcount:
                    write_entries(connection, [read_entry(WORKER, "fail", [report_id], code=REFUSED)])

    def refused(self) -> list[str]:
        """The reports that are set aside because the index refuses them."""
        aside = and_(reports.c.stage == Stage.ASSESSED.value, reports.c.tries >= MOST_TRIES)
        told = reports.c.trouble.startswith(f"{REFUSED}:", autoescape=True)
        with self.database.read() as connection:
            return list(connection.execute(select(reports.c.id).where(aside, told)).scalars())


def _awaited(connection: Connection, report_ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in in_parts(sorted(set(report_ids))):
        found.update(connection.execute(select(outbox.c.report_id).where(outbox.c.report_id.in_(part))).scalars())
    return found
