"""People's decisions as they stand in the rows of reports: which columns, and what follows for the reading."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, func

from triage.model import Assessment, Review, Ruling, StaffRole
from triage.store.columns import JSON
from triage.store.review_tables import reviews
from triage.store.tables import assessments
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
