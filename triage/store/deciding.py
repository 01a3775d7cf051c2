"""The rows that a person's decision leaves: the decision, the priority and route that follow, and the proposal."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from triage.model import ReferralState, Review, Ruling
from triage.store.danger import tells_of_danger
from triage.store.decided import holds_already
from triage.store.ids import new_id
from triage.store.outcomes import priority_row, referral_row, route_row
from triage.store.records import About, Assessed, Reviewed
from triage.store.refer import is_graver, listed_of, no_less
from triage.store.running_clocks import follow_routes
from triage.store.tables import outbox, priorities, referrals, reports, routes

_Rows = dict[str, Any]
_OF_A_PROPOSAL = ("office_id", "level", "rank", "score", "accused_level", "reasons")


def review_row(review: Review, note: bytes | None) -> _Rows:
    """A row of ``reviews``; ``note`` is sealed."""
    return {
        "id": review.id,
        "report_id": review.report_id,
        "assessment_id": review.assessment_id,
        "reader": review.reader,
        "model": review.model,
        "decision": review.decision.value,
        "categories": list(review.categories),
        "refer": review.refer,
        "urgent": review.urgent,
        "lowered": list(review.lowered),
        "stratum": review.stratum,
        "share": review.share,
        "by": review.by,
        "role": review.role.value,
        "note": note,
        "made_at": review.made_at,
    }


def send_on(connection: Connection, made: Reviewed, review: Review, now: datetime) -> None:
    """Priority, route and proposal as they follow from the decision, and the line that sends the report on."""
    item = Assessed(made.report_id, made.holding, made.route, made.priority)
    name = new_id()
    priority = replace(made.priority, review=review.id)
    connection.execute(insert(priorities), [priority_row(name, made.assessment_id, made.report_id, priority, now)])
    connection.execute(insert(routes), [route_row(item, now)])
    follow_routes(connection, {made.report_id: made.route.way}, now)
    proposal = referral_row(item, made.holding, priority, now) if made.route.refer else None
    _propose(connection, made, proposal)
    about = About.CASE if holds_already(connection, made) else About.ANYTHING
    pointed = update(reports).where(reports.c.id == made.report_id)
    connection.execute(
        pointed.values(review_id=review.id, priority_id=name, at_once=tells_of_danger(made.holding, priority))
    )
    connection.execute(insert(outbox), [{"report_id": made.report_id, "about": about.value}])


def _propose(connection: Connection, made: Reviewed, proposal: _Rows | None) -> None:
    """Brings the proposal of a report to what was decided; one that stands keeps its id and its age.

    One that was taken over stays as it was: who has it in hand sees what was decided.
    """
    standing = listed_of(connection, [made.report_id]).get(made.report_id)
    if standing is not None and standing.state == ReferralState.TAKEN.value:
        return
    if proposal is None:
        proposed = (referrals.c.report_id == made.report_id, referrals.c.state == ReferralState.PROPOSED.value)
        connection.execute(update(referrals).where(*proposed).values(state=ReferralState.WITHDRAWN.value))
        return
    if standing is None:
        connection.execute(insert(referrals), [proposal])
        return
    told = {name: proposal[name] for name in _OF_A_PROPOSAL}
    if made.decision is not Ruling.CORRECT:
        # What was only confirmed stays as the office has it, unless it has become graver
        if not is_graver(told, standing):
            return
        told |= no_less(told, standing)
    connection.execute(update(referrals).where(referrals.c.id == standing.id).values(told))
