"""People's decisions as they stand in the rows of reports: which columns, and what follows for the reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from triage.model import Assessment, Review, Ruling, StaffRole
from triage.store.columns import JSON
from triage.store.parts import in_parts
from triage.store.records import Reviewed
from triage.store.review_tables import reviews
from triage.store.tables import assessments, priorities, reports
from triage.store.vault import Vault

REVIEW_COLUMNS = tuple(column.label(f"review_{column.name}") for column in reviews.c if column.name != "seq")
# A person's categories where one decided, the machine's otherwise.
HOLDING_CATEGORIES: ColumnElement[Any] = func.coalesce(reviews.c.categories, assessments.c.categories, type_=JSON)


def review_in(row: Row[*tuple[Any, ...]], vault: Vault, data_key: bytes) -> Review | None:
    """The review of a row with ``REVIEW_COLUMNS``, its note opened; None where nobody decided."""
    if row.review_id is None:
        return None
    note = row.review_note
    if note is not None:
        note = vault.open(data_key, note, "reviews", row.review_id, "note").decode()
    return replace(plain_review(row), note=note)


def plain_review(row: Row[*tuple[Any, ...]]) -> Review:
    """The review of a row with ``REVIEW_COLUMNS``, its note left sealed."""
    return Review(
        id=row.review_id,
        report_id=row.review_report_id,
        assessment_id=row.review_assessment_id,
        reader=row.review_reader,
        model=row.review_model,
        decision=Ruling(row.review_decision),
        categories=tuple(row.review_categories),
        refer=row.review_refer,
        urgent=row.review_urgent,
        lowered=tuple(row.review_lowered),
        stratum=row.review_stratum,
        share=row.review_share,
        by=row.review_by,
        role=StaffRole(row.review_role),
        made_at=row.review_made_at,
    )


def corrections_before(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[tuple[str, str], Review]:
    """By report and reading the last correction, of those rows on whose reading somebody said since that it is right, or of no use."""
    later = (Ruling.CONFIRM.value, Ruling.REJECT.value)
    found: dict[tuple[str, str], Review] = {}
    for part in in_parts([row.id for row in rows if row.review_decision in later]):
        of = (reviews.c.report_id.in_(part), reviews.c.decision == Ruling.CORRECT.value)
        for row in connection.execute(select(*REVIEW_COLUMNS).where(*of).order_by(reviews.c.seq)):
            found[row.review_report_id, row.review_assessment_id] = plain_review(row)
    return found


def holds_already(connection: Connection, made: Reviewed) -> bool:
    """Whether a report has the categories, flags and level of a decision already: then nobody need hear that it changed.

    To be asked before the report points to the decision.
    """
    statement = (
        select(HOLDING_CATEGORIES.label("categories"), priorities.c.level, priorities.c.refer, priorities.c.urgent)
        .select_from(reports)
        .join(assessments, assessments.c.id == reports.c.assessment_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        .outerjoin(reviews, reviews.c.id == reports.c.review_id)
        .where(reports.c.id == made.report_id)
    )
    row, now = connection.execute(statement).one(), made.priority
    same = (row.level, row.refer, row.urgent) == (now.level.value, now.refer, now.urgent)
    return same and set(row.categories) == set(made.categories)


def as_decided(assessment: Assessment, review: Review | None) -> Assessment:
    """A reading with the categories and flags that hold: a person's where one decided.

    A rejected reading has no category; its flags stay, for nobody has said that they are wrong.
    """
    if review is None:
        return assessment
    return replace(
        assessment,
        categories=review.categories,
        refer=assessment.refer if review.refer is None else review.refer,
        urgent=assessment.urgent if review.urgent is None else review.urgent,
    )
