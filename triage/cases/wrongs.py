"""What kinds of wrong a report tells of, as its readers see them, and how alike two reports are in that.

Letters of one writer about one secretary share village, name and words; the flour that he kept back and the stage that
everybody had to pay for are two matters all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from triage.cases.compared import Compared
from triage.model import Assessment

Wrongs = tuple[tuple[str, int], ...]
"""Codes of labels, in their order, with their probability in per cent."""

REFER = "refer"
"""The code under which stands how likely a report is to be referred."""
_LEAST = 2
_ASKS, _NOTHING, _REPRISAL = "service_request", "irrelevant", "retaliation"
_NO_WRONGS = frozenset({_ASKS, _NOTHING, REFER, "urgent"})
_LIKELY, _UNLIKELY = 0.5, 0.15


def wrongs_of(probabilities: Mapping[str, float]) -> Wrongs:
    """What is kept of the probabilities of labels: those of at least two per cent."""
    told = {code: round(100 * likely) for code, likely in probabilities.items()}
    return tuple(sorted((code, percent) for code, percent in told.items() if percent >= _LEAST))


def probabilities_of(assessment: Assessment) -> dict[str, float]:
    """The probability of each label that an assessment tells, referral among them."""
    return {**assessment.probabilities, REFER: assessment.refer_probability}


def compare_wrongs(pair: Compared, one: Wrongs, other: Wrongs) -> None:
    """Sets how alike two reports are in what they tell of; nothing where one of them was read without that being kept.

    ``wrongs_alike`` is the cosine of their probabilities, ``wrongs_both`` what they expect to share, ``wrong_in_common`` the
    wrong that is likeliest to be told by both, ``wrongs_apart`` how much less likely that is than that both tell of any.
    """
    if not one or not other:
        return
    mine, theirs = _told_by(one), _told_by(other)
    met = [(likely, theirs.wrongs[code]) for code, likely in mine.wrongs.items() if code in theirs.wrongs]
    both = sum(a * b for a, b in met)
    common = max(map(min, met), default=0.0)
    least, most = (mine.most, theirs.most) if mine.most <= theirs.most else (theirs.most, mine.most)
    pair.measure("wrongs_known", 1.0)
    pair.measure("wrongs_alike", both / (mine.length * theirs.length) if both else 0.0)
    pair.measure("wrongs_both", both)
    pair.measure("wrong_in_common", common)
    pair.measure("wrongs_apart", least - common)
    pair.measure("wrong_least", least)
    pair.measure("wrong_most", most)
    pair.measure("asks_least", min(mine.asks, theirs.asks))
    pair.measure("asks_most", max(mine.asks, theirs.asks))
    pair.measure("refer_least", min(mine.refer, theirs.refer))
    pair.measure("refer_most", max(mine.refer, theirs.refer))
    pair.measure("reprisal", max(mine.reprisal, theirs.reprisal))
    if common >= _LIKELY:
        pair.note("same_wrong")
    elif least >= _LIKELY and common < _UNLIKELY:
        pair.note("other_wrongs")


class _Told(NamedTuple):
    """What one report tells of, as shares of one: ``wrongs`` in the order of codes, their highest, their length as a vector."""

    wrongs: Mapping[str, float]
    most: float
    length: float
    asks: float
    refer: float
    reprisal: float


@lru_cache(maxsize=1 << 12)
def _told_by(wrongs: Wrongs) -> _Told:
    likely = {code: percent / 100 for code, percent in wrongs}
    own = {code: share for code, share in likely.items() if code not in _NO_WRONGS}
    length = math.sqrt(sum(share * share for share in own.values()))
    asks, refer, reprisal = (likely.get(code, 0.0) for code in (_ASKS, REFER, _REPRISAL))
    return _Told(own, max(own.values(), default=0.0), length, asks, refer, reprisal)
