"""Which reports tell of danger or of retaliation: what is written beside each with its reading, and told of older ones."""

from __future__ import annotations

from sqlalchemy import Connection, select, text, update

from triage.codes import AT_ONCE_FLOORS
from triage.errors import Corrupt, NotAllowed
from triage.logs import get_logger
from triage.model import Assessment
from triage.store.forms import read_assessment
from triage.store.parts import in_parts
from triage.store.records import Priority
from triage.store.tables import assessments, priorities, reports
from triage.store.vault import Vault

log = get_logger(__name__)
_RETALIATION, _TO_LIFE = "retaliation", "danger_to_life"
_GRAVE = ("high", "grave")


def tells_of_danger(assessment: Assessment, priority: Priority) -> bool:
    """Whether a report may not wait: it is urgent, tells of retaliation, or a floor of danger holds.

    ``assessment`` is the reading as it holds, a person's decision included.
    """
    floors = {point.code for point in assessment.risk.floor}
    return priority.urgent or _RETALIATION in assessment.categories or not floors.isdisjoint(AT_ONCE_FLOORS)


def read_as_danger(assessment: Assessment, priority: Priority) -> bool:
    """As ``tells_of_danger`` for a reading that may lie beneath a decision: what holds then is the decision's."""
    return priority.urgent if priority.review is not None else tells_of_danger(assessment, priority)


def mark_told(connection: Connection) -> None:
    """Marks the reports of an earlier version of which columns in clear tell it."""
    connection.execute(
        text(
            "UPDATE reports SET at_once = TRUE WHERE stage <> 'sealed' AND id IN (SELECT r.id FROM reports r "
            "JOIN assessments a ON a.id = r.assessment_id JOIN priorities p ON p.id = r.priority_id "
            "LEFT JOIN reviews v ON v.id = r.review_id "
            "WHERE p.urgent OR CAST(COALESCE(v.categories, a.categories) AS TEXT) LIKE '%\"retaliation\"%')"
        )
    )


def mark_opened(connection: Connection, vault: Vault) -> None:
    """Marks those whose readings have a floor of danger to life: it stands sealed, and only high ones can have it.

    What does not open is passed over, and told in the log.
    """
    columns = (reports.c.id, reports.c.wrapped_key, reports.c.wrap, assessments.c.sealed)
    of = (~reports.c.at_once, reports.c.stage != "sealed", priorities.c.level.in_(_GRAVE))
    told = (
        select(reports.c.id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        .where(*of, reports.c.assessment_id.is_not(None))
    )
    opened = select(*columns).join(assessments, assessments.c.id == reports.c.assessment_id)
    for part in in_parts(list(connection.execute(told).scalars())):
        met = []
        for row in connection.execute(opened.where(reports.c.id.in_(part))):
            try:
                key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
                reading = read_assessment(vault.open(key, row.sealed, "assessments", row.id, "sealed"))
            except (Corrupt, NotAllowed) as error:
                log.warning("report_not_opened", report=row.id, code=error.code)
                continue
            if any(point.code == _TO_LIFE for point in reading.risk.floor):
                met.append(row.id)
        if met:
            connection.execute(update(reports).where(reports.c.id.in_(met)).values(at_once=True))
