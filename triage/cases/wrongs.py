"""What kinds of wrong a report tells of, as its readers see them, and how alike two reports are in that.

Letters of one writer about one secretary share village, name and words; the flour that he kept back and the stage that
everybody had to pay for are two matters all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

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
    mine, theirs = ({code: percent / 100 for code, percent in told} for told in (one, other))
    codes = sorted((mine.keys() | theirs.keys()) - _NO_WRONGS)
    first, second = ([told.get(code, 0.0) for code in codes] for told in (mine, theirs))
    both = sum(a * b for a, b in zip(first, second, strict=True))
    common = max(map(min, first, second), default=0.0)
    least, most = sorted((max(first, default=0.0), max(second, default=0.0)))
    pair.measure("wrongs_known", 1.0)
    pair.measure("wrongs_alike", both / (_length(first) * _length(second)) if both else 0.0)
    pair.measure("wrongs_both", both)
    pair.measure("wrong_in_common", common)
    pair.measure("wrongs_apart", least - common)
    pair.measure("wrong_least", least)
    pair.measure("wrong_most", most)
    for code, fewer, more in ((_ASKS, "asks_least", "asks_most"), (REFER, "refer_least", "refer_most")):
        low, high = sorted((mine.get(code, 0.0), theirs.get(code, 0.0)))
        pair.measure(fewer, low)
        pair.measure(more, high)
    pair.measure("reprisal", max(mine.get(_REPRISAL, 0.0), theirs.get(_REPRISAL, 0.0)))
    if common >= _LIKELY:
        pair.note("same_wrong")
    elif least >= _LIKELY and common < _UNLIKELY:
        pair.note("other_wrongs")


def _length(values: Sequence[float]) -> float:
    return math.sqrt(sum(value * value for value in values))
