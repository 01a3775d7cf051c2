"""What assessing and routing made of reports, written in one transaction; a sealed report keeps its ciphertext alone.

A replay adds nothing: an assessment is unique on report, reader, model and taxonomy, and a report that has left the
queue in another way (sealed, dead) is passed over. So is one on which a person has decided since another worker read it: the
late word of a worker that only slept must not take the place of what the decision rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, delete, select, update

from triage.errors import Corrupt
from triage.model import Assessment, Judgement, Stage, Way
from triage.store.access import WORKER
from triage.store.audit import read_entry, write_entries
from triage.store.claims import Holder
from triage.store.counted import figures_row
from triage.store.crowds import forget_keys, key_rows
from triage.store.database import Database
from triage.store.figure_tables import figures
from triage.store.forms import assessment_bytes
from triage.store.ids import new_id
from triage.store.locks import hold_reports
from triage.store.parts import in_parts
from triage.store.records import About, Assessed, AuditEntry, Priority
from triage.store.refer import taken_over
from triage.store.saved_tables import alerts
from triage.store.tables import (
    assessments,
    cases,
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

_OPEN = frozenset({Stage.RECEIVED.value, Stage.ASSESSED.value, Stage.INDEXED.value})
_MADE_BY = (assessments.c.report_id, assessments.c.reader, assessments.c.model, assessments.c.taxonomy)
_Rows = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An outcome with everything that costs time done before the lock."""

    item: Assessed
    seq: int
    wrapped_anew: bytes | None
    sealed: bytes | None
    facts: bytes | None = None


def save_assessed(
    database: Database, vault: Vault, items: Sequence[Assessed], holder: Holder, noted: Sequence[AuditEntry] = ()
) -> list[str]:
    """Writes a batch of outcomes, and what was ``noted`` on the way to them; the ids of reports that were written."""
    if not items and not noted:
        return []
    items = list({item.report_id: item for item in items}.values())
    ids = [item.report_id for item in items]
    standing = select(
        reports.c.id, reports.c.seq, reports.c.stage, reports.c.wrapped_key, reports.c.wrap, reports.c.review_id
    )
    standing = standing.where(reports.c.id.in_(ids))
    with database.read() as connection:
        found = {row.id: row for row in connection.execute(standing)}
    prepared = [prepare(vault, item, found[item.report_id]) for item in items if _may_go_on(found.get(item.report_id))]
    now = datetime.now(UTC)
    with database.write() as connection:
        write_entries(connection, noted)
        hold_reports(connection, ids)
        stages = {row.id: row for row in connection.execute(standing)}
        done = _known(connection, ids)
        going = [entry for entry in prepared if _may_go_on(stages[entry.item.report_id])]
        sealed = [entry for entry in going if entry.wrapped_anew is not None]
        opened = [
            entry for entry in going if entry.wrapped_anew is None and not _decided_since(stages[entry.item.report_id])
        ]
        fresh = [entry for entry in opened if _made_by(entry.item) not in done]
        late = [
            entry
            for entry in opened
            if _made_by(entry.item) in done and stages[entry.item.report_id].stage == Stage.RECEIVED.value
        ]
        _write_open(connection, fresh, now)
        write_sealed(connection, sealed, stages, now)
        _mend(connection, vault, late, stages)
        _send_on(connection, [entry.item.report_id for entry in late])
        holder.let_go(connection, ids)
        written = [entry.item.report_id for entry in (*fresh, *late, *sealed)]
        if written:
            write_entries(connection, [read_entry(WORKER, "assess", written)])
    return written


def save_judgements(connection: Connection, lines: Sequence[Judgement], now: datetime) -> None:
    """Adds lines to the ledger."""
    write_together(connection, [(judgements, judgement_rows(lines, now))])


def judgement_rows(lines: Sequence[Judgement], now: datetime) -> list[_Rows]:
    """Rows of ``judgements``."""
    return [
        {
            "report_id": line.report_id,
            "other_id": line.other_id,
            "verdict": line.verdict.value,
            "score": float(line.score),
            "by": line.by,
            "features": list(line.features),
            "joined": line.joined,
            "made_at": line.made_at or now,
            "decision_id": line.decision or None,
            "withdraws_id": line.withdraws or None,
        }
        for line in lines
    ]


def forget_empty(connection: Connection, names: Sequence[str]) -> None:
    """Forgets those of these cases to which no report belongs any more."""
    empty = ~select(reports.c.id).where(reports.c.case_id == cases.c.id).exists()
    for part in in_parts(names):
        connection.execute(delete(cases).where(cases.c.id.in_(part), empty))


def _may_go_on(row: Row[*tuple[Any, ...]] | None) -> bool:
    return row is not None and row.stage in _OPEN


def _decided_since(row: Row[*tuple[Any, ...]]) -> bool:
    return row.stage != Stage.RECEIVED.value and row.review_id is not None


def prepare(vault: Vault, item: Assessed, row: Row[*tuple[Any, ...]]) -> Prepared:
    """Seals what is to be written of a report; ``row`` has its id, number and wrapped key."""
    data_key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
    if item.route.way is Way.SEALED_UP:
        return Prepared(item, row.seq, vault.wrap(data_key, "sealed", row.id), None)
    if item.assessment is None or item.priority is None:
        raise ValueError("an open report needs its assessment and priority")
    blob = vault.seal(data_key, assessment_bytes(item.assessment), "assessments", row.id, "sealed")
    facts = vault.seal(data_key, item.link_facts, "link_facts", row.id, "sealed") if item.link_facts else None
    return Prepared(item, row.seq, None, blob, facts)


def _made_by(item: Assessed) -> tuple[str, ...]:
    assessment = item.assessment
    if assessment is None:
        return ()
    return item.report_id, assessment.reader, assessment.model, assessment.taxonomy


def _known(connection: Connection, ids: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(row) for row in connection.execute(select(*_MADE_BY).where(assessments.c.report_id.in_(ids)))}


def _mend(
    connection: Connection, vault: Vault, late: Sequence[Prepared], stages: dict[str, Row[*tuple[Any, ...]]]
) -> None:
    """Puts a reading in the place of the same one where that does not open; a sound one stays as it was."""
    for entry in late:
        same = and_(*(column == told for column, told in zip(_MADE_BY, _made_by(entry.item), strict=True)))
        row, sealed = stages[entry.item.report_id], select(assessments.c.sealed).where(same)
        try:
            data_key, held = vault.unwrap(row.wrapped_key, row.wrap, row.id), connection.execute(sealed).scalar_one()
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
        pointers.append({"of": item.report_id, "to_a": first, "to_p": second, "to_division": item.route.division})
    _forget_before(connection, fresh)
    keys = key_rows((entry.seq, entry.item.link_keys) for entry in fresh if entry.sealed is not None)
    sent = (outbox, [{"report_id": entry.item.report_id} for entry in fresh])
    write_together(connection, [*made.items(), *keys, (judgements, judgement_rows(lines, now)), sent])
    point_to(connection, pointers)


def _forget_before(connection: Connection, entries: Sequence[Prepared]) -> None:
    """Link keys, facts and party keys of an earlier reading make room for those of this one; open proposals too."""
    if not entries:
        return
    ids = [entry.item.report_id for entry in entries]
    forget_keys(connection, [entry.seq for entry in entries])
    connection.execute(delete(link_facts).where(link_facts.c.report_id.in_(ids)))
    connection.execute(delete(party_keys).where(party_keys.c.report_id.in_(ids)))
    proposed = (referrals.c.report_id.in_(ids), referrals.c.state == "proposed")
    connection.execute(update(referrals).where(*proposed).values(state="replaced"))


def point_to(connection: Connection, pointers: Sequence[_Rows]) -> None:
    """Makes reports (``of``) hold a reading (``to_a``), a priority (``to_p``) and a division; they go to the index again."""
    if pointers:
        connection.execute(
            update(reports)
            .where(reports.c.id == bindparam("of"))
            .values(
                stage=Stage.ASSESSED.value,
                tries=0,
                trouble="",
                assessment_id=bindparam("to_a"),
                priority_id=bindparam("to_p"),
                division=bindparam("to_division"),
            ),
            list(pointers),
        )


def _send_on(connection: Connection, ids: Sequence[str]) -> None:
    """A report that was assessed before and came back into the queue goes to the index again."""
    if ids:
        back = update(reports).where(reports.c.id.in_(ids))
        connection.execute(back.values(stage=Stage.ASSESSED.value, tries=0, trouble=""))
        write_together(connection, [(outbox, [{"report_id": report_id} for report_id in ids])])


def write_sealed(
    connection: Connection, sealed: Sequence[Prepared], stages: dict[str, Row[*tuple[Any, ...]]], now: datetime
) -> None:
    """Locks reports away from the own office; ``stages`` are their rows as they stand."""
    if not sealed:
        return
    ids = [entry.item.report_id for entry in sealed]
    mates = _case_mates(connection, ids)
    left = select(reports.c.case_id).where(reports.c.id.in_(ids), reports.c.case_id.is_not(None)).distinct()
    homes = connection.execute(left).scalars().all()
    connection.execute(
        update(reports)
        .where(reports.c.id == bindparam("of"))
        .values(
            stage=Stage.SEALED.value, wrap="sealed", wrapped_key=bindparam("anew"), case_id=None, tries=0, trouble=""
        ),
        [{"of": entry.item.report_id, "anew": entry.wrapped_anew} for entry in sealed],
    )
    _forget_before(connection, sealed)
    # What is counted was read out of the text, programmes and amounts in clear
    readings = select(assessments.c.id).where(assessments.c.report_id.in_(ids))
    connection.execute(delete(figures).where(figures.c.assessment_id.in_(readings)))
    forget_empty(connection, homes)
    # An alert tells which words somebody looked for stand in the report.
    connection.execute(delete(alerts).where(alerts.c.report_id.in_(ids)))
    write_together(connection, [(routes, [route_row(entry.item, now) for entry in sealed])])
    # Only what may stand in the index needs to leave it.
    read = [report_id for report_id in ids if stages[report_id].stage != Stage.RECEIVED.value]
    lines = [{"report_id": one, "about": About.ANYTHING.value} for one in read]
    lines += [{"report_id": one, "about": About.CASE.value} for one in mates]
    write_together(connection, [(outbox, lines)])


def _case_mates(connection: Connection, ids: Sequence[str]) -> Sequence[str]:
    """The others of the cases that reports are in: what a sealed one held together or added is derived anew for them."""
    left = select(reports.c.case_id).where(reports.c.id.in_(ids), reports.c.case_id.is_not(None))
    others = select(reports.c.id).where(reports.c.case_id.in_(left), reports.c.id.not_in(ids))
    return connection.execute(others.order_by(reports.c.seq)).scalars().all()


def assessment_row(made: str, report_id: str, assessment: Assessment, sealed: bytes, now: datetime) -> _Rows:
    """A row of ``assessments`` with the id ``made``."""
    return {
        "id": made,
        "report_id": report_id,
        "reader": assessment.reader,
        "model": assessment.model,
        "taxonomy": assessment.taxonomy,
        "policy": assessment.policy,
        "accepted": True,
        "categories": list(assessment.categories),
        "kind": assessment.kind.value,
        "language": assessment.language.value,
        "accused_level": int(assessment.accused_level),
        "refer": bool(assessment.refer),
        "urgent": bool(assessment.urgent),
        "sealed": sealed,
        "made_at": now,
    }


def priority_row(made: str, assessment_id: str, report_id: str, priority: Priority, now: datetime) -> _Rows:
    """A row of ``priorities`` with the id ``made``."""
    return {
        "id": made,
        "report_id": report_id,
        "assessment_id": assessment_id,
        "level": priority.level.value,
        "rank": priority.level.rank,
        "score": float(priority.score),
        "refer": bool(priority.refer),
        "urgent": bool(priority.urgent),
        "corroboration": float(priority.corroboration),
        "policy": priority.policy,
        "made_at": now,
        "review_id": priority.review,
    }


def route_row(item: Assessed, now: datetime) -> _Rows:
    """A row of ``routes``."""
    route = item.route
    return {
        "id": new_id(),
        "report_id": item.report_id,
        "way": route.way.value,
        "division": route.division,
        "office_id": route.office_id,
        "refer": bool(route.refer),
        "reasons": list(route.reasons),
        "made_at": now,
    }


def referral_row(item: Assessed, assessment: Assessment, priority: Priority, now: datetime) -> _Rows:
    """A row of ``referrals`` that proposes."""
    return {
        "id": new_id(),
        "report_id": item.report_id,
        "office_id": item.route.office_id,
        "level": priority.level.value,
        "rank": priority.level.rank,
        "score": float(priority.score),
        "accused_level": int(assessment.accused_level),
        "reasons": list(item.route.reasons),
        "proposed_at": now,
        "state": "proposed",
    }
