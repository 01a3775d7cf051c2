"""The review set: which reports people are asked about.

Every report belongs to exactly one stratum, the first of `Stratum` whose mark it bears, and is drawn with the stratum's
probability. Where a model may have missed something that matters the probability is high; the rest is drawn rarely, but
drawn, so that the share of missed referrals can be estimated without bias: each decision weighs one over the
probability with which its report was drawn (Horvitz and Thompson, 1952).

The draw follows from a keyed hash of the report's id: nobody can steer it, and doing it again gives the same. Drawn
reports are asked about in the order of hash over probability, which takes every stratum on at the same pace.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from triage.model import Assessment, Level
from triage.store import Drawn, ReadRow

NEAR_LOGITS = 1.5
"""How far below the threshold for referral, in logits, a report still counts as near it."""
FEW = 20
"""A category with fewer decided reports than this is one of which little is known."""
UNKNOWN_THRESHOLD = 0.5
ACCURATE = "accurate"
"""The name under which the accurate reader's assessments stand."""


class Stratum(StrEnum):
    """Why a report may be in the review set, the most dangerous first."""

    NEAR_REFER = "near_refer"
    FLOOR_UNLIKELY = "floor_unlikely"
    READERS_DISAGREE = "readers_disagree"
    NO_LABEL = "no_label"
    FEW_REVIEWS = "few_reviews"
    ROUTINE_REFER = "routine_refer"
    ROUTINE = "routine"


STRATA: dict[Stratum, float] = {
    Stratum.NEAR_REFER: 0.5,
    Stratum.FLOOR_UNLIKELY: 0.5,
    Stratum.READERS_DISAGREE: 0.5,
    Stratum.NO_LABEL: 0.4,
    Stratum.FEW_REVIEWS: 0.2,
    Stratum.ROUTINE_REFER: 0.05,
    Stratum.ROUTINE: 0.05,
}
"""The probability with which a report of each stratum is drawn."""


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws the review set.

    Args:
        key: subkey of 32 bytes under which ids are hashed.
        refer_from: the threshold for referral of the model in use.
        often: categories of which people decided on at least ``FEW`` reports.
    """

    key: bytes
    refer_from: float = UNKNOWN_THRESHOLD
    often: AbstractSet[str] = frozenset()

    def draw(self, row: ReadRow) -> Drawn:
        """Where a report stands in the review set."""
        stratum = self.stratum(row.machine or row.assessment)
        share = STRATA[stratum]
        return Drawn(row.report.id, row.assessment_id, stratum.value, share, self._lot(row.report.id) / share)

    def stratum(self, machine: Assessment) -> Stratum:
        """The one stratum that a reading belongs to."""
        marks = {
            Stratum.NEAR_REFER: not machine.refer and self._near(machine.refer_probability),
            Stratum.FLOOR_UNLIKELY: not machine.refer and _has_floor(machine),
            Stratum.READERS_DISAGREE: self._disagree(machine),
            Stratum.NO_LABEL: not machine.categories,
            Stratum.FEW_REVIEWS: bool(set(machine.categories) - self.often),
            Stratum.ROUTINE_REFER: machine.refer,
        }
        return next((stratum for stratum, holds in marks.items() if holds), Stratum.ROUTINE)

    def _near(self, probability: float) -> bool:
        return _logit(probability) >= _logit(self.refer_from) - NEAR_LOGITS

    def _disagree(self, machine: Assessment) -> bool:
        """Whether the fast reader raised what the accurate one beside it would not have: a flag, or the level."""
        kept = machine.refer and _logit(machine.refer_probability) < _logit(self.refer_from)
        return machine.reader == ACCURATE and (kept or any(one.code == "fast_reader" for one in machine.risk.floor))

    def _lot(self, report_id: str) -> float:
        """A number from 0 up to 1, evenly spread over ids."""
        digest = hmac.new(self.key, report_id.encode(), sha256).digest()
        return int.from_bytes(digest[:6]) / (1 << 48)


def _has_floor(machine: Assessment) -> bool:
    return bool(machine.risk.floor) and machine.risk.level.rank >= Level.HIGH.rank


def _logit(probability: float) -> float:
    held = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(held / (1 - held))
