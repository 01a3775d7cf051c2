"""What a person says of cases as lines of the ledger: judging a pair, merging, splitting, moving and taking back.

In: the part of the ledger around the reports, and what the person wants; out: a `Plan`, the lines that bring it about
and what stands in the way. Nothing here is a decision of its own: cases are derived from the lines like all others.

What the model keeps apart a person may bring together. What another person keeps apart stays apart until it is taken
back; one's own earlier word gives way to the later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.cases.clusters import clusters
from triage.model import Judgement, Verdict
from triage.store import Component, Decision
from triage.store.standing import Pair, by_person, joins, standing

MOST_CROSSED = 1000
"""Up to so many pairs, everybody taken out is told apart from everybody who stays; beyond, from whom a join ties them to."""
_MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines of an act. ``hindrance``: a judgement of another person that it would break; there are no lines then."""

    lines: tuple[Judgement, ...]
    hindrance: Judgement | None = None


def judged(ground: Component, one: str, other: str, verdict: Verdict, by: str) -> Plan:
    """A word on a pair; ``same`` must not bring together what another person keeps apart."""
    line = _said(one, other, verdict, by)
    if verdict is not Verdict.SAME:
        return Plan((line,))
    return _brought_together(ground, [(one, other)], [line], by, pinned=False)


def merged(ground: Component, one: Sequence[str], other: Sequence[str], by: str) -> Plan:
    """One case out of two: nobody of either is left behind."""
    kept, own = _between(ground, one, other, by)
    if kept is not None:
        return Plan((), kept)
    start = [_said(one[0], other[0], Verdict.SAME, by), *(_said(*pair, Verdict.SAME, by) for pair in own)]
    return _brought_together(ground, [(*one, *other)], start, by)


def split(ground: Component, case: Sequence[str], out: Sequence[str], by: str) -> Plan:
    """Takes reports out of a case: they make one case of their own, and the others stay together."""
    rest = [one for one in case if one not in set(out)]
    start = _told_apart(ground, out, rest, by)
    if not ground.whole:
        # Who is left behind cannot be derived: all that a report which leaves held together is joined anew
        start += [_said(out[0], one, Verdict.SAME, by) for one in out[1:]]
        start += [_said(rest[0], one, Verdict.SAME, by) for one in _tied(ground, out, rest) if one != rest[0]]
    return _brought_together(ground, [tuple(out), tuple(rest)], start, by)


def moved(ground: Component, report_id: str, case: Sequence[str], target: Sequence[str], by: str) -> Plan:
    """Takes a report out of its case and into another one."""
    rest = [one for one in case if one != report_id]
    kept, own = _between(ground, [report_id], target, by)
    if kept is not None:
        return Plan((), kept)
    start = _told_apart(ground, [report_id], rest, by)
    if not ground.whole:
        start += [_said(rest[0], one, Verdict.SAME, by) for one in _tied(ground, [report_id], rest) if one != rest[0]]
    start.append(_said(report_id, target[0], Verdict.SAME, by))
    start += [_said(*pair, Verdict.SAME, by) for pair in own]
    return _brought_together(ground, [(report_id, *target), tuple(rest)], start, by)


def taken_back(decision: Decision, by: str) -> tuple[Judgement, ...]:
    """Takes back every line of an act, whoever else has spoken since."""
    return tuple(
        Judgement(line.report_id, line.other_id, Verdict.WITHDRAWN, 1.0, by, withdraws=decision.id)
        for line in decision.lines
        if line.verdict is not Verdict.WITHDRAWN
    )


def hindrance(ground: Component, one: Sequence[str], other: Sequence[str], by: str) -> Judgement | None:
    """What another person keeps apart between two groups; None: they may come together."""
    return _between(ground, one, other, by)[0]


def _said(one: str, other: str, verdict: Verdict, by: str) -> Judgement:
    """A line of a person: certain, and of a pair that is kept apart the newer report comes first, which leaves."""
    first, second = (one, other) if one > other or verdict is not Verdict.DIFFERENT else (other, one)
    return Judgement(first, second, verdict, 1.0, by, (), joined=verdict is Verdict.SAME)


def _told_apart(ground: Component, out: Sequence[str], rest: Sequence[str], by: str) -> list[Judgement]:
    pairs: Iterable[Pair] = ((one, other) for one in out for other in rest)
    if len(out) * len(rest) > MOST_CROSSED:
        pairs = dict.fromkeys([*_ties(ground, out, rest), *((one, rest[0]) for one in out)])
    # The one that leaves comes first, whichever is newer
    return [Judgement(one, other, Verdict.DIFFERENT, 1.0, by) for one, other in pairs]


def _ties(ground: Component, out: Sequence[str], rest: Sequence[str]) -> list[Pair]:
    """The joins that hold between two groups, from the first to the second."""
    leaving, staying = set(out), set(rest)
    held = [pair for pair, line in standing(ground.lines).items() if joins(line)]
    crossed = [pair if pair[0] in leaving else pair[::-1] for pair in held]
    return [(one, other) for one, other in crossed if one in leaving and other in staying]


def _tied(ground: Component, out: Sequence[str], rest: Sequence[str]) -> list[str]:
    """The reports of the second group that a join ties to the first, and that no person keeps apart from its first one."""
    apart = {
        frozenset(pair)
        for pair, line in standing(ground.lines).items()
        if by_person(line) and line.verdict is Verdict.DIFFERENT
    }
    ends = dict.fromkeys(other for _, other in _ties(ground, out, rest))
    return [one for one in ends if frozenset((one, rest[0])) not in apart]


def _between(
    ground: Component, one: Sequence[str], other: Sequence[str], by: str
) -> tuple[Judgement | None, list[Pair]]:
    """What another person keeps apart between two groups, and the pairs that the same person once kept apart."""
    first, second = set(one), set(other)
    own: list[Pair] = []
    for pair, line in standing(ground.lines).items():
        crosses = (pair[0] in first and pair[1] in second) or (pair[1] in first and pair[0] in second)
        if crosses and by_person(line) and line.verdict is Verdict.DIFFERENT:
            if line.by != by:
                return line, []
            own.append(pair)
    return None, own


def _brought_together(
    ground: Component, groups: Sequence[Sequence[str]], start: Sequence[Judgement], by: str, *, pinned: bool = True
) -> Plan:
    """The lines ``start``, and a join for each report that the cases derived from them would leave behind."""
    made = list(start)
    said = {frozenset((line.report_id, line.other_id)) for line in made}
    for _ in range(_MOST_ROUNDS):
        cases = clusters(ground.report_ids, [*ground.lines, *made])
        home = {one: case.id for case in cases for one in case.report_ids}
        behind = [(group[0], one) for group in groups for one in group[1:] if home.get(one) != home.get(group[0])]
        # Of a flood a part alone is seen: who only seems to be left behind is held by what is not
        if not behind or not ground.whole:
            return Plan(tuple(made))
        fresh = [pair for pair in behind if frozenset(pair) not in said] if pinned else []
        if not fresh:
            break
        made += [_said(*pair, Verdict.SAME, by) for pair in fresh]
        said.update(frozenset(pair) for pair in fresh)
    return Plan((), _keeping(ground, made, home, behind))


def _keeping(ground: Component, made: Sequence[Judgement], home: dict[str, str], behind: Sequence[Pair]) -> Judgement:
    """The judgement of a person that keeps the cases of a pair apart."""
    wanted = {frozenset((home[one], home[other])) for one, other in behind}
    for line in standing([*ground.lines, *made]).values():
        apart = by_person(line) and line.verdict is Verdict.DIFFERENT
        if apart and frozenset((home[line.report_id], home[line.other_id])) in wanted:
            return line
    raise AssertionError("joins by people give way to what people keep apart, and to nothing else")
