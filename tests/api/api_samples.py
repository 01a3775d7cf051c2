"""A report and what a worker would make of it; all people and villages are invented."""

from __future__ import annotations

from triage.model import (
    Assessment,
    Entity,
    EntityKind,
    Kind,
    Language,
    Level,
    Rank,
    Reasons,
    Risk,
    Role,
    Weight,
)

TEXT = "三河村支书王守田把发给我家的危房改造款三万五千元扣下一万，说是打点费。"


def an_assessment() -> Assessment:
    """An assessment that repeats a name and a sum of the text."""
    return Assessment(
        categories=("embezzlement",),
        probabilities={"embezzlement": 0.91},
        refer=True,
        refer_probability=0.97,
        urgent=False,
        urgent_probability=0.04,
        risk=Risk(Level.HIGH, 6.5),
        language=Language.ZH,
        kind=Kind.ACCUSATION,
        accused_level=Rank.VILLAGE,
        entities=(
            Entity(EntityKind.PERSON, "王守田", 5, 8, role=Role.ACCUSED),
            Entity(EntityKind.AMOUNT, "三万五千元", 18, 23, fen=3_500_000),
        ),
        reasons={"refer": Reasons(-1.0, 0.25, (Weight(0, 6, 1.5),), 0.125)},
        reader="linear/1",
        model="m1",
    )
