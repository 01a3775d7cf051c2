"""The rows that outcomes of assessing and routing are written as; a sealed report keeps its ciphertext alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update

from triage.model import Assessment, Judgement, Stage, Way
from triage.store.crowds import forget_keys
from triage.store.figure_tables import figures
from triage.store.forms import assessment_bytes
from triage.store.ids import new_id
from triage.store.parts import in_parts
from triage.store.records import About, Assessed, Priority
from triage.store.running_clocks import end_clocks
from triage.store.saved_tables import alerts
from triage.store.tables import (
    assessments,
    cases,
    judgements,
    link_facts,
    outbox,
    party_keys,
    referrals,
    reports,
    routes,
)
from triage.store.together import write_together
from triage.store.vault import Vault

_Rows = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An outcome with everything that costs time done before the lock."""

    item: Assessed
    seq: int
    wrapped_anew: bytes | None
    sealed: bytes | None
    facts: bytes | None = None


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


def forget_before(connection: Connection, entries: Sequence[Prepared]) -> None:
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
    """Makes reports (``of``) hold a reading (``to_a``), a priority (``to_p``) and a division; they go to the index again.

    Who is in danger by an earlier reading (``to_at_once``) stays so: only a person takes that back.
    """
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
                at_once=or_(reports.c.at_once, bindparam("to_at_once")),
            ),
            list(pointers),
        )


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
            stage=Stage.SEALED.value,
            wrap="sealed",
            wrapped_key=bindparam("anew"),
            case_id=None,
            tries=0,
            trouble="",
            at_once=False,
        ),
        [{"of": entry.item.report_id, "anew": entry.wrapped_anew} for entry in sealed],
    )
    forget_before(connection, sealed)
    end_clocks(connection, ids, now)
    _rename(connection, [one for one in homes if one in set(ids)], now)
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


def _rename(connection: Connection, names: Sequence[str], now: datetime) -> None:
    """Cases that bear the name of a report which is sealed get that of their oldest report that is left, at once.

    The worker tells them anew a little later; until then the name would tell everybody that there is such a report.
    """
    for name in names:
        left = connection.execute(select(func.min(reports.c.id)).where(reports.c.case_id == name)).scalar()
        if left is None or connection.execute(select(cases.c.id).where(cases.c.id == left)).first() is not None:
            continue
        connection.execute(insert(cases), [{"id": left, "changed_at": now}])
        connection.execute(update(reports).where(reports.c.case_id == name).values(case_id=left))


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
