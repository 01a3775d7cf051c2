"""What is told of candidates for names: their characters and words, what stands around, what the rules think of them.

In: a joined batch and starts and ends of spans in it; out: under the name of each trait an array of keys, one for each span
(``models.spans.Traits``). Which traits count, and which of them together, is said in ``triage.assess.templates``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.hashing import Keys, Positions, stir
from triage.assess.joined import DIVISION, KINDS, PLANE, Joined
from triage.assess.word_classes import dictionary, domain, townships
from triage.model import EntityKind

_LAST_ASCII = 128
OPENS = 2
"""The trait ``opens`` of what begins with the name of a place and goes on."""


def around(joined: Joined, starts: Positions, ends: Positions) -> dict[str, Keys]:
    """Traits that candidates of every kind have."""
    bounds, before, after, classes = joined.bounds, joined.before, joined.after, dictionary().classes
    left, right, between = before[starts - 1], after[ends + 1], joined.substrings.plain
    words = {
        "left": between(left, starts),
        "right": between(ends, right),
        "at": between(before[starts], after[starts + 1]),
        "end": between(before[ends - 1], after[ends]),
        "whole": between(starts, ends),
        "left2": between(before[left - 1], left),
        "right2": between(right, after[right + 1]),
    }
    made = {f"{name}_word": key for name, key in words.items()}
    made |= {f"{name}_class": classes.of(key) for name, key in words.items()}
    made |= {f"{name}_tag": made[f"{name}_class"] >> np.uint64(2) for name in ("left", "right")}
    letters = {"left": starts - 1, "right": ends, "first": starts, "second": starts + 1, "last": ends - 1}
    made |= {name: joined.points[at].astype(np.uint64) for name, at in letters.items()}
    made["left2"], made["right2"] = between(starts - 2, starts), between(ends, ends + 2)
    made["first2"], made["last2"] = between(starts, starts + 2), between(ends - 2, ends)
    made["left_cue"] = _nearest(between(starts - 3, starts), made["left2"])
    made["right_cue"] = _nearest(words["right"], made["right2"])
    made["length"] = (ends - starts).astype(np.uint64)
    inner = np.minimum(joined.inner[ends - 1] - joined.inner[starts], 3)
    made["shape"] = _number((ends - starts) * 64 + bounds[starts] * 32 + bounds[ends] * 16 + inner)
    made["repeats"] = _repeats(words["whole"] + _number(joined.owner[starts]))
    made["rule"] = _rule(joined, starts, ends)
    return made


def of_persons(joined: Joined, starts: Positions, ends: Positions) -> dict[str, Keys]:
    """Traits of candidates for persons."""
    made, given = around(joined, starts, ends), dictionary().given
    points = np.minimum(joined.points, PLANE - 1)
    long, short = ends - starts == 3, ends - starts == 2
    first, second = given.first[points[starts + 1]], given.second[points[starts + 2]]
    only = given.only[points[starts + 1]]
    made["given"] = _number(np.where(long, first + second, np.where(short, only, 6)))
    made["given1"] = _number(first)
    made["given2"] = _number(np.where(long, second, given.only[points[ends]]))
    made["surname"] = _number(given.surname[points[starts]])
    rules = joined.rules
    named = rules.start[rules.number == KINDS[EntityKind.PERSON]]
    bearers = joined.owner[named] << 32 | joined.points[named].astype(np.int64)
    sharing = _counts(bearers, joined.owner[starts] << 32 | joined.points[starts].astype(np.int64))
    made["sharing"] = _number(np.minimum(sharing - _exact(joined, starts, ends), 3))
    return made


def of_places(joined: Joined, starts: Positions, ends: Positions) -> dict[str, Keys]:
    """Traits of candidates for places."""
    made, cover, owner = around(joined, starts, ends), joined.divisions, joined.owner[starts]
    top = cover.at[starts]
    begins = cover.start[top] == starts
    level = np.where(begins, cover.number[top], 0)
    tail = np.minimum(np.where(begins, cover.end[top], starts), ends)
    alone = begins & (tail == ends)
    divided = cover.end[cover.at[ends - 1]] == ends
    after = cover.end[cover.at[starts - 1]] == starts
    within = cover.number[cover.at[ends - 1]]
    made["division"] = _number((((level * 2 + alone) * 2 + divided) * 2 + after) * 16 + within)
    made["tail"] = joined.substrings.plain(tail, ends)
    made["town"] = townships().of(made["tail"])
    made["level"] = _number(level * 2 + alone)
    made["depth"] = _number(np.minimum((starts - joined.bases[owner]) // 40, 5))
    found, found_ends = joined.found(EntityKind.PLACE)
    holders, count = joined.owner[found], len(joined.bases)
    small = ((joined.flags[found_ends - 1] & DIVISION) == 0) & (found_ends - found > 3)
    opening = np.full(count, -1)
    opening[holders[::-1]] = found[::-1]
    made["places"] = _number(np.minimum(np.bincount(holders, minlength=count), 3)[owner])
    made["smaller"] = _number(np.minimum(np.bincount(holders[small], minlength=count), 2)[owner])
    made["opening"] = _number(opening[owner] == starts)
    return made


def of_things(joined: Joined, starts: Positions, ends: Positions, kinds: Positions) -> dict[str, Keys]:
    """Traits of candidates for posts, bodies, programmes, sums and times; ``kinds`` numbers what each would be."""
    made, between = around(joined, starts, ends), joined.substrings.plain
    made["kind"] = _number(kinds)
    made["left3"], made["right3"] = between(starts - 3, starts), between(ends, ends + 3)
    left = joined.before[starts - 1]
    second = joined.before[left - 1]
    made["left3_word"] = between(joined.before[second - 1], second)
    tail = np.minimum(_place_end(joined, starts), ends)
    made["opens"] = _number((tail > starts) * OPENS + (tail == ends))
    made["rest"] = between(tail, ends)
    made["rest_class"] = dictionary().classes.of(made["rest"])
    made["ending"] = between(np.maximum(tail, ends - 3), ends)
    stem = np.maximum(joined.before[ends - 1], tail)
    made["stem_class"] = dictionary().classes.of(between(tail, stem))
    made["stem_length"] = _number(np.minimum(stem - tail, 7))
    written = (joined.points[starts] < _LAST_ASCII).astype(np.int64)
    made["figures"] = _number(written * 16 + np.minimum(ends - starts, 15))
    return made


def _place_end(joined: Joined, starts: Positions) -> Positions:
    """Where the place ends with whose name each span begins; its start where it begins with none."""
    reach = starts
    for cover, kind in ((joined.divisions, None), (joined.rules, KINDS[EntityKind.PLACE])):
        at = cover.at[starts]
        begins = (cover.start[at] == starts) & (True if kind is None else cover.number[at] == kind)
        reach = np.where(begins, np.maximum(reach, cover.end[at]), reach)
    return reach


def of_mentions(joined: Joined, starts: Positions, ends: Positions) -> dict[str, Keys]:
    """Traits of persons that tell of their part in the matter."""
    between = joined.substrings.plain
    owner = joined.owner[starts]
    base = joined.bases[owner]
    close = np.append(joined.bases[1:], len(joined.points))[owner]
    made = {
        "length": (ends - starts).astype(np.uint64),
        "left": joined.points[starts - 1].astype(np.uint64),
        "right": joined.points[ends].astype(np.uint64),
        "where": _number((starts - base) * 5 // np.maximum(close - base, 1)),
        "head_of": _number(starts - base < 12),
        "tail_of": _number(close - ends < 20),
    }
    for size in (2, 3, 4):
        made[f"left{size}"] = between(starts - size, starts)
        made[f"right{size}"] = between(ends, ends + size)
    left, right = starts, ends
    for number in ("", "2", "3", "4", "5", "6"):
        further, beyond = joined.before[left - 1], joined.after[right + 1]
        made[f"left_word{number}"], made[f"right_word{number}"] = (
            between(further, left),
            between(right, beyond),
        )
        left, right = further, beyond
    return made


def _number(values: NDArray[np.generic]) -> Keys:
    return np.asarray(values).astype(np.uint64)


def _exact(joined: Joined, starts: Positions, ends: Positions) -> NDArray[np.bool_]:
    """Whether the rules found just this span."""
    rules = joined.rules
    number = rules.at[starts]
    return np.asarray((rules.start[number] == starts) & (rules.end[number] == ends))


def _rule(joined: Joined, starts: Positions, ends: Positions) -> Keys:
    """What the rules made of the span: all of it, or what covers its first and its last character."""
    rules = joined.rules
    first, last = rules.at[starts], rules.at[ends - 1]
    exact = _exact(joined, starts, ends)
    told = np.where(exact, joined.told[first], 0)
    return _number(((exact * 16 + rules.number[first]) * 16 + rules.number[last]) * 16 + told)


def _nearest(first: Keys, second: Keys) -> Keys:
    """The kind of the first word, or of the second where the first is none of the domain."""
    found = domain().of(first)
    return np.where(found > 0, found, domain().of(second))


def _repeats(keys: Keys) -> Keys:
    """How often each key is there, three meaning more."""
    _, inverse, counts = np.unique(stir(keys, 4), return_inverse=True, return_counts=True)
    return _number(np.minimum(counts[inverse], 3))


def _counts(keys: Positions, asked: Positions) -> Positions:
    """How often each asked key is among ``keys``."""
    ordered = np.sort(keys)
    return np.searchsorted(ordered, asked, "right") - np.searchsorted(ordered, asked, "left")
