"""What assessing and routing made of claimed reports, written in one transaction.

A replay adds nothing: an assessment is unique on report, reader, model and taxonomy, and a report that has left the
queue in another way (sealed, dead) is passed over. So is one on which a person has decided since another worker read it: the
late word of a worker that only slept must not take the place of what the decision rests on. A report that was read before and came back into the queue is written
as one that another model reads again (see ``rereading``): what people have before them stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, select, update

from triage.codes import OFFICE_ACCUSED
from triage.errors import Corrupt
from triage.model import Judgement, Stage
from triage.store.access import WORKER
from triage.store.added import First, as_first, firsts, hold_with_first, once_held, seal_with_added
from triage.store.audit import read_entry, write_entries
from triage.store.claims import Holder
from triage.store.counted import figures_row
from triage.store.crowds import key_rows
from triage.store.danger import read_as_danger
from triage.store.database import Database
from triage.store.figure_tables import figures
from triage.store.ids import new_id
from triage.store.outcomes import (
    Prepared,
    assessment_row,
    forget_before,
    judgement_rows,
    point_to,
    prepare,
    priority_row,
    referral_row,
    route_row,
)
from triage.store.records import Assessed, AuditEntry
from triage.store.refer import leave_accused, taken_over
from triage.store.running_clocks import follow_routes
from triage.store.tables import (
    assessments,
    judgements,
    link_facts,
    outbox,
    party_keys,
    priorities,
    referrals,
    reports,
    routes,
)
from triage.store.together import write_together
from triage.store.vault import Vault
from triage.store.writing_again import write_again

_OPEN = frozenset({Stage.RECEIVED.value, Stage.ASSESSED.value, Stage.INDEXED.value})
_MADE_BY = (assessments.c.report_id, assessments.c.reader, assessments.c.model, assessments.c.taxonomy)
_STANDING = (
    reports.c.id, reports.c.seq, reports.c.stage, reports.c.wrapped_key, reports.c.wrap, reports.c.assessment_id,
    reports.c.review_id,
)  # fmt: skip
_Rows = dict[str, Any]
_Row = Row[*tuple[Any, ...]]


def save_assessed(
    database: Database, vault: Vault, items: Sequence[Assessed], holder: Holder, noted: Sequence[AuditEntry] = ()
) -> list[str]:
    """Writes a batch of outcomes, and what was ``noted`` on the way to them; the ids of reports that were written."""
    if not items and not noted:
        return []
    items = list({item.report_id: item for item in items}.values())
    ids = [item.report_id for item in items]
    standing = select(*_STANDING).where(reports.c.id.in_(ids))
    with database.read() as connection:
        found = {row.id: row for row in connection.execute(standing)}
        told = firsts(connection, ids)
    made = [as_first(item, told.get(item.report_id)) for item in items]
    prepared = [prepare(vault, item, found[item.report_id]) for item in made if _may_go_on(found.get(item.report_id))]
    with database.write() as connection:
        write_entries(connection, noted)
        hold_with_first(connection, ids, told)
        # Once held: what the office writes to a reporter meanwhile is either before or after what was added is read
        now = datetime.now(UTC)
        stages = {row.id: row for row in connection.execute(standing)}
        going = [entry for entry in prepared if _may_go_on(stages[entry.item.report_id])]
        going = once_held(connection, vault, going, told, stages)
        sealed = [entry for entry in going if entry.wrapped_anew is not None]
        opened = [
            entry for entry in going if entry.wrapped_anew is None and not _decided_since(stages[entry.item.report_id])
        ]
        fresh, back = _parted(connection, opened, stages)
        _write_open(connection, fresh, now)
        _mend(connection, vault, back, stages)
        write_again(connection, _as_linked(connection, back), now)
        leave_accused(connection, _accusing([*fresh, *back], told))
        seal_with_added(connection, vault, sealed, stages, now)
        holder.let_go(connection, ids)
        written = [entry.item.report_id for entry in (*fresh, *back, *sealed)]
        if written:
            write_entries(connection, [read_entry(WORKER, "assess", written)])
    return written


def _accusing(opened: Sequence[Prepared], told: Mapping[str, First]) -> dict[str, str | None]:
    """The reports to which something was added that accuses an office, each with the office that is proposed instead."""
    return {
        told[entry.item.report_id].report_id: entry.item.route.office_id
        for entry in opened
        if entry.item.report_id in told and entry.item.route.refer and OFFICE_ACCUSED in entry.item.route.reasons
    }


def _may_go_on(row: _Row | None) -> bool:
    return row is not None and row.stage in _OPEN


def _decided_since(row: _Row) -> bool:
    return row.stage != Stage.RECEIVED.value and row.review_id is not None


def _made_by(item: Assessed) -> tuple[str, ...]:
    assessment = item.assessment
    if assessment is None:
        return ()
    return item.report_id, assessment.reader, assessment.model, assessment.taxonomy


def _parted(
    connection: Connection, opened: Sequence[Prepared], stages: dict[str, _Row]
) -> tuple[list[Prepared], list[Prepared]]:
    """Outcomes of reports that were not read so yet, and those of reports that were read and came back into the queue."""
    back = [entry for entry in opened if _came_back(stages[entry.item.report_id])]
    first = [entry for entry in opened if not _came_back(stages[entry.item.report_id])]
    done = _known(connection, first)
    return [entry for entry in first if _made_by(entry.item) not in done], back


def _came_back(row: _Row) -> bool:
    return row.stage == Stage.RECEIVED.value and row.assessment_id is not None


def _known(connection: Connection, entries: Sequence[Prepared], *, current: bool = False) -> set[tuple[str, ...]]:
    """By whom these reports were read; ``current``: only by whom last."""
    statement = select(*_MADE_BY).where(assessments.c.report_id.in_([entry.item.report_id for entry in entries]))
    if current:
        statement = statement.join(reports, reports.c.assessment_id == assessments.c.id)
    return {tuple(row) for row in connection.execute(statement)}


def _as_linked(connection: Connection, back: Sequence[Prepared]) -> list[Prepared]:
    """Of what the reader that read a report last finds again nothing new follows for its case."""
    if not back:
        return []
    same = _known(connection, back, current=True)
    return [replace(entry, facts=None) if _made_by(entry.item) in same else entry for entry in back]


def _mend(connection: Connection, vault: Vault, back: Sequence[Prepared], stages: dict[str, _Row]) -> None:
    """Puts a reading in the place of the same one where that does not open; a sound one stays as it was."""
    for entry in back:
        same = and_(*(column == told for column, told in zip(_MADE_BY, _made_by(entry.item), strict=True)))
        row = stages[entry.item.report_id]
        held = connection.execute(select(assessments.c.sealed).where(same)).scalar()
        if held is None:
            continue
        try:
            data_key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
            vault.open(data_key, held, "assessments", row.id, "sealed")
        except Corrupt:
            connection.execute(update(assessments).where(same).values(sealed=entry.sealed))


def _write_open(connection: Connection, fresh: Sequence[Prepared], now: datetime) -> None:
    """Every row of the reports that stay open, each table once."""
    made: dict[Table, list[_Rows]] = {
        table: [] for table in (assessments, figures, priorities, routes, link_facts, party_keys, referrals)
    }
    pointers: list[_Rows] = []
    lines: list[Judgement] = []
    taken = taken_over(connection, [entry.item.report_id for entry in fresh])
    for entry in fresh:
        item, assessment, priority = entry.item, entry.item.assessment, entry.item.priority
        if assessment is None or priority is None or entry.sealed is None:
            continue
        first, second = new_id(), new_id()
        made[assessments].append(assessment_row(first, item.report_id, assessment, entry.sealed, now))
        made[figures].append(figures_row(first, assessment))
        made[priorities].append(priority_row(second, first, item.report_id, priority, now))
        made[routes].append(route_row(item, now))
        if item.route.refer and item.report_id not in taken:
            made[referrals].append(referral_row(item, assessment, priority, now))
        if entry.facts is not None:
            made[link_facts].append({"report_id": item.report_id, "sealed": entry.facts})
        made[party_keys] += [{"value": key, "report_id": item.report_id} for key in dict.fromkeys(item.party_keys)]
        lines += item.judgements
        pointers.append(
            {"of": item.report_id, "to_a": first, "to_p": second, "to_division": item.route.division}
            | {"to_at_once": read_as_danger(assessment, priority)}
        )
    forget_before(connection, fresh)
    keys = key_rows((entry.seq, entry.item.link_keys) for entry in fresh if entry.sealed is not None)
    sent = (outbox, [{"report_id": entry.item.report_id} for entry in fresh])
    write_together(connection, [*made.items(), *keys, (judgements, judgement_rows(lines, now)), sent])
    point_to(connection, pointers)
    follow_routes(connection, {one.item.report_id: one.item.route.way for one in fresh}, now)
