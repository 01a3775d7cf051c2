"""What holds of a report that was read before and is read again by another model: never less than it was.

A new model may raise level, score, referral and urgency of a report that people have had before them since, and takes none
of them away; only a person does. What the earlier reading found beyond the new one stands in the scorecard under a
code of its own, so that the sum stays a sum; a person's decision lets it go.
"""

from __future__ import annotations

from dataclasses import replace

from triage.model import Assessment, Point, Risk
from triage.policy import Policy

EARLIER = "earlier_reading"
"""The code of what only an earlier reading found: points, a floor, a proposal."""


def not_below(before: Assessment, now: Assessment, policy: Policy) -> Assessment:
    """A new reading, raised to what the one before it found; labels, entities and reasons are those of the new one.

    Args:
        before: the reading that held, as a machine made it.
        now: the new one.
        policy: whose levels a score gives.
    """
    risk = now.risk
    known = {point.code for point in risk.floor}
    floor = (*risk.floor, *(replace(point, spans=()) for point in before.risk.floor if point.code not in known))
    points = risk.points
    lost = round(before.risk.score - risk.score, 4)
    if lost > 0:
        points = (*points, Point(EARLIER, lost))
    score = max(risk.score, before.risk.score)
    level = max(risk.level, before.risk.level, policy.levels.of(score), key=lambda one: one.rank)
    if level.rank > risk.level.rank and all(point.code != EARLIER for point in floor):
        floor = (*floor, Point(EARLIER, 0.0))
    return replace(
        now,
        refer=now.refer or before.refer,
        urgent=now.urgent or before.urgent,
        risk=Risk(level, score, floor, points),
    )
