"""Where persons and places may stand, generously. In: a joined batch; out: starts and ends, in order and each once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpora.lexicons import compound_surnames
from models.hashing import Positions
from triage.assess.drafts import Draft, Proposal
from triage.assess.joined import (
    CHINESE,
    DOUBLE,
    FAMILIAR,
    FOREIGN,
    HAMLET_END,
    KINDS,
    NEVER_GIVEN,
    NO_PLACE,
    NUMBERS,
    PLANE,
    SETTLEMENT,
    SOME,
    SURNAME,
    Joined,
)
from triage.assess.proposals import WEIGHED
from triage.assess.word_classes import TAGS, dictionary
from triage.model import Entity, EntityKind

Found = tuple[Positions, Positions]
_LONGEST = 64
_LONGEST_CHAIN, _LONGEST_NAME = 16, 7
_USUAL = 3
"""Characters of most names."""
# Words that the dictionary does not know, or knows for names
_MAY_BE_NAMES = (0, TAGS.index("nr") + 1)
_MAY_BE_PLACES = (*_MAY_BE_NAMES, TAGS.index("ns") + 1)


def persons(joined: Joined) -> Found:
    """Spans that may name a person: names of two to four characters at a word's border, 老王, 王某, 姓王的, what rules
    found, and whatever stands behind a post."""
    flags, bounds, likely = joined.flags, joined.bounds, dictionary().given
    given = (flags & (CHINESE | NEVER_GIVEN)) == CHINESE
    surname = (flags & SURNAME) != 0
    starts = np.flatnonzero(surname[:-3] & given[1:-2])
    starts = starts[joined.rules.number[joined.rules.at[starts]] <= KINDS[EntityKind.PERSON]]
    at, second, third = bounds[starts], joined.points[starts + 1], joined.points[starts + 2]
    # What the dictionary's names hardly ever hold is not weighed at all: it makes four of five candidates
    two = starts[at & ((likely.only[second] > 0) | _unknown(joined, starts))]
    spoken = likely.first[second] + likely.second[np.minimum(third, PLANE - 1)] > 2
    three = starts[spoken & given[starts + 2] & (at | bounds[starts + 3])]
    double = starts[((flags[starts] & DOUBLE) != 0) & given[starts + 2] & given[starts + 3]]
    double = double[np.isin(_pairs(joined, double), _compound())]
    old = np.flatnonzero(((flags[:-1] & FAMILIAR) != 0) & surname[1:])
    some = np.flatnonzero(((flags[1:] & SOME) != 0) & surname[:-1])
    found, ends = joined.found(EntityKind.PERSON)
    spans = [(two, two + 2), (three, three + 3), (double, double + 4), (old, old + 2), (some, some + 2)]
    never = _counted(~given)
    spans += [
        (some, some + 3),
        (found, ends),
        *_foreign(joined),
        *_behind_posts(joined, never),
        *_dotted(joined, never),
        _surname_alone(joined, surname),
    ]
    starts, ends = _sorted(spans)
    free = ~(joined.greeted[starts] | joined.greeted[ends - 1])
    return starts[free], ends[free]


def places(joined: Joined) -> Found:
    """Spans that may name a place: what follows a division's name, what ends like a village, what rules found."""
    flags, bounds = joined.flags, joined.bounds
    chinese = _counted((flags & CHINESE) == 0)
    named = _counted((flags & (CHINESE | NO_PLACE)) != CHINESE)
    ending = (flags & (SETTLEMENT | HAMLET_END)) != 0
    firsts, tops = joined.divisions.start[1:, None], joined.divisions.end[1:, None]
    ends = np.minimum(firsts + np.arange(2, _LONGEST_CHAIN + 1), len(joined.points))
    chained = (ends >= tops) & (chinese[ends] == chinese[tops]) & (named[ends] == named[np.minimum(tops, ends)])
    chained &= bounds[ends] | ending[ends - 1]
    row, column = np.nonzero(chained)
    last = np.flatnonzero(((flags & SETTLEMENT) != 0) | (((flags & HAMLET_END) != 0) & bounds[1:])) + 1
    last = np.union1d(last, joined.estates)
    last = last[named[last] == named[last - 2], None]
    starts = np.maximum(last - np.arange(2, _LONGEST_NAME + 1), 1)
    covers = joined.divisions
    free = bounds[starts] | ending[starts - 1] | (covers.end[covers.at[starts - 1]] == starts)
    line, shift = np.nonzero(free & (named[last] == named[starts]))
    begins, stops = starts[line, shift], last[line, 0]
    tags = dictionary().classes.of(joined.substrings.plain(begins, stops)) >> np.uint64(2)
    unknown = np.isin(tags, _MAY_BE_PLACES) | np.isin(stops, joined.estates)
    found, found_ends = joined.found(EntityKind.PLACE)
    return _sorted(
        [
            (firsts[row, 0], ends[row, column]),
            (begins[unknown], stops[unknown]),
            (found, found_ends),
        ]
    )


def things(joined: Joined, drafts: Sequence[Draft]) -> tuple[Positions, Positions, Positions, list[Entity | Proposal]]:
    """Bodies, programmes, sums and times that the rules found, and what they propose besides: starts, ends, kinds, entities.

    Posts that the rules found are not among them: whether an accused heads the own desk is told by them.
    """
    weighed: list[list[Entity | Proposal]] = [
        [*(one for one in draft.found if one.kind in WEIGHED), *draft.proposed] for draft in drafts
    ]
    entities = [entity for own in weighed for entity in own]
    bases = np.repeat(joined.bases, [len(own) for own in weighed])
    starts = np.fromiter((entity.start for entity in entities), np.int64, len(entities)) + bases
    ends = np.fromiter((entity.end for entity in entities), np.int64, len(entities)) + bases
    kinds = np.fromiter((NUMBERS[id(entity.kind)] for entity in entities), np.int64, len(entities))
    return starts, ends, kinds, entities


def _unknown(joined: Joined, starts: Positions) -> NDArray[np.bool_]:
    """Whether the two characters are one word, and none that the dictionary knows for anything but a name."""
    tags = dictionary().classes.of(joined.substrings.plain(starts, starts + 2)) >> np.uint64(2)
    return joined.bounds[starts + 2] & ~joined.bounds[starts + 1] & np.isin(tags, _MAY_BE_NAMES)


def _behind_posts(joined: Joined, never: Positions) -> list[Found]:
    """Two to five characters right behind a post up to a word's border, whatever surname they begin with (村主任|锁成虎).

    ``never`` counts what no given name holds before each offset.
    """
    _, starts = joined.found(EntityKind.POSITION)
    out = []
    for length in range(2, 6):
        ends = np.minimum(starts + length, len(joined.points))
        whole = (never[ends] == never[starts]) & (joined.bounds[ends] | (length == _USUAL))
        out.append((starts[whole], ends[whole]))
    return out


def _dotted(joined: Joined, never: Positions) -> list[Found]:
    """亚森·玉素甫: up to five characters on both sides of the dot, from a word's border to one; ``never`` as behind posts."""
    dots = np.flatnonzero(joined.points == ord("·"))
    out = []
    for before in range(1, 6):
        for behind in range(1, 6):
            starts, ends = dots - before, np.minimum(dots + 1 + behind, len(joined.points))
            named = (never[dots] == never[starts]) & (never[ends] == never[np.minimum(dots + 1, ends)])
            named &= joined.bounds[starts] & joined.bounds[ends]
            out.append((starts[named], ends[named]))
    return out


def _surname_alone(joined: Joined, surname: NDArray[np.bool_]) -> Found:
    """姓王的; ``surname`` says which characters are ones."""
    points = joined.points
    starts = np.flatnonzero((points[:-2] == ord("姓")) & surname[1:-1] & (points[2:] == ord("的")))
    return starts, starts + 3


def _foreign(joined: Joined) -> list[Found]:
    """Runs of two to five characters of transcription between words' borders."""
    counts = _counted((joined.flags & FOREIGN) == 0)
    starts = np.flatnonzero(joined.bounds[:-1] & ((joined.flags & FOREIGN) != 0))
    out = []
    for length in range(2, 6):
        ends = np.minimum(starts + length, len(joined.points))
        whole = (counts[ends] == counts[starts]) & joined.bounds[ends]
        out.append((starts[whole], ends[whole]))
    return out


def _counted(bad: NDArray[np.bool_]) -> Positions:
    """How many bad characters stand before each offset."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(bad)))


def _pairs(joined: Joined, starts: Positions) -> Positions:
    points = joined.points
    return points[starts].astype(np.int64) << 32 | points[starts + 1]


@lru_cache(maxsize=1)
def _compound() -> Positions:
    return np.array([ord(name[0]) << 32 | ord(name[1]) for name in sorted(compound_surnames())], np.int64)


def _sorted(parts: list[Found]) -> Found:
    starts, ends = (np.concatenate(side) for side in zip(*parts, strict=True))
    keys = starts * _LONGEST + np.minimum(ends - starts, _LONGEST - 1)
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) != 0]
    starts = keys // _LONGEST
    return starts, starts + keys % _LONGEST
