"""Whether a text accuses the holder of a post. In: normalised text and where the post stands; out: yes or no.

A post without a name is accused by what its clause says of it: it takes or is given money, orders a falsehood, shields or
favours its own, or the writer reports it. Who only is asked, thanked, quoted or obeyed is not accused, nor who told others to
do right (市长要求严查): a letter on a village would be sealed away from those who may act on it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from triage.assess.office_wording import (
    ACT,
    AIDE,
    ASKED,
    BEHIND,
    BOASTED,
    DARES,
    DOWN_TO,
    ELSE,
    FOR,
    GIVEN,
    GIVES,
    GOES_ON,
    JOIN,
    KIN_GAINS,
    KIN_GETS,
    KIN_ONLY,
    MONEY_NEAR,
    OF_OFFICE,
    PARTS,
    PROOF,
    REPORTED,
    ROBBED,
    SHIELDED,
    SPEAKS,
    SUFFERED,
    THREATENED,
    TOLD_TO,
    UP_TO,
    WAS_IT,
)
from triage.model import Rank

_FAR, _LONG, _CLAUSES = 24, 44, 3
_TITLED = ("书记", "主任", "局长", "部长", "主席", "厅长", "处长", "科长", "院长", "秘书", "委员", "常委")
_LEVEL = {"县": Rank.COUNTY, "区": Rank.COUNTY, "旗": Rank.COUNTY, "省": Rank.PROVINCE}


def accuses(text: str, start: int, end: int, *, others: Sequence[int] = ()) -> bool:
    """Whether the text accuses the holder of the post at ``start`` to ``end``, with the name that follows it.

    Args:
        text: normalised text.
        start: where the post begins.
        end: where the post ends, or the name right after it.
        others: where other persons and posts begin, in order; what is told behind one of them is told of them.
    """
    before = PARTS.split(text[max(0, start - _FAR) : start])[-1]
    part = PARTS.search(text, end, end + _LONG)
    stop = part.start() if part else min(len(text), end + _LONG)
    after = text[end:stop]
    if _named_as_culprit(text, start, end, before, after) or _given(text, start, before, after) or _robs(before, after):
        return True
    if before.endswith(("被", "遭")) or BOASTED.search(before) or ASKED.search(before):
        return False
    if SHIELDED.match(after) or KIN_GAINS.match(after) or (KIN_GETS.search(before) and KIN_ONLY.match(after)):
        return True
    aide = AIDE.match(after)
    return not TOLD_TO.search(before) and _does(text, end + (aide.end() if aide else 0), stop, others)


def acts_together(text: str, start: int, end: int, other: int) -> bool:
    """Whether the post at ``start`` to ``end`` does what is told of that at ``other``: 县委书记和|县长, 从县长到|村长."""
    between = text[end:other]
    if JOIN.fullmatch(between):
        return True
    return bool(DOWN_TO.fullmatch(between) and UP_TO.search(text, max(0, start - _FAR), start))


def rank_before(text: str, start: int, end: int) -> Rank:
    """The level of an office before somebody with surname and title (县扶贫办|赵主任), NONE where none is told."""
    if not text.endswith(_TITLED, start, end):
        return Rank.NONE
    told = OF_OFFICE.search(text, max(0, start - _FAR), start)
    return Rank.NONE if told is None else _LEVEL.get(told["level"] or "", Rank.PREFECTURE)


def _named_as_culprit(text: str, start: int, end: int, before: str, after: str) -> bool:
    """Whether the writer reports the holder, or says that it was he, or that nobody dares without him."""
    if REPORTED.search(before):
        return SPEAKS.match(after) is None
    if before.endswith("是") and WAS_IT.match(after):
        return MONEY_NEAR.search(text, max(0, start - _FAR), end + _LONG) is not None
    return BEHIND.search(before) is not None or (
        before.endswith(("没有", "没", "不是")) and bool(DARES.match(text, end))
    )


def _robs(before: str, after: str) -> bool:
    """Whether something is done by the holder of the post to what stands before it (钱被|县长|截下来)."""
    if before.endswith(("被", "遭")):
        return SUFFERED.match(after) is not None
    return before.endswith(("让", "叫")) and ROBBED.match(after) is not None


def _given(text: str, start: int, before: str, after: str) -> bool:
    """Whether money is given to the holder of the post; papers and proofs are given in trust."""
    if PROOF.search(before) or PROOF.search(after[:8]):
        return False
    if GIVEN.search(before):
        near = MONEY_NEAR.search(before) or MONEY_NEAR.search(after)
        return bool(near or (len(before) < 8 and MONEY_NEAR.search(text, max(0, start - _FAR), start)))
    return bool(FOR.search(before) and GIVES.match(after))


def _does(text: str, end: int, stop: int, others: Sequence[int]) -> bool:
    """Whether the clause after the post tells a wrong of it, or one of the next two, as long as they go on about it."""
    following = bisect_left(others, end)
    other = others[following] if following < len(others) else len(text)
    act = ACT.search(text, end, stop)
    threat = THREATENED.search(text, end, min(stop + 16, other))
    if threat and (act is None or threat.start() < act.start()):
        return PARTS.search(text, stop + 1, threat.start()) is None
    told = ELSE.search(text, end, act.start() if act else stop)
    begin, nearest = end, _LONG
    for _ in range(_CLAUSES):
        if act is not None:
            apart = ELSE.search(text, begin, act.start()) is not None
            return not apart and act.start() < other and act.start() - begin < nearest
        if other < stop or text[stop : stop + 1] != ",":
            return False
        on = GOES_ON.match(text, stop + 1)
        if on is None or (told and not on["he"]):
            return False
        if on["he"] and KIN_GAINS.match(text, on.end(), on.end() + 2 * _LONG):
            return True
        begin, nearest = on.end(), 10
        part = PARTS.search(text, begin, begin + _LONG)
        stop = part.start() if part else min(len(text), begin + _LONG)
        act = ACT.search(text, begin, stop)
        told = told or ELSE.search(text, begin, act.start() if act else stop)
    return False
