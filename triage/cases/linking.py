"""Takes reports in their order past those before them: keys, candidates, judgements. Files and the store share it.

In: matters and what was there before them; out: `Met` rows. A batch sees itself. Whoever a report would join brings the
others of the case along, so that two reports that conflict are not brought together through a third.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from triage.cases.candidates import MOST_UNDER_A_KEY, MemoryCandidates, Near, Shared, meet
from triage.cases.clusters import keeps_apart
from triage.cases.keys import LinkKeyer
from triage.cases.matter import Matter
from triage.cases.pairs import PairJudge
from triage.model import Case, Judgement, LinkKey, Verdict

_MOST_JOINS = 5
_MOST_MEMBERS = 12
_MOST_SUGGESTIONS = 10


class Before(Protocol):
    """What was there before a batch."""

    def near(self, keys: Sequence[Sequence[LinkKey]], most: int) -> Sequence[Near]:
        """For the keys of each report those who stand under them, the newest ``most`` under each."""
        ...

    def matters(self, report_ids: Sequence[str]) -> Mapping[str, Matter]:
        """The matters of reports; what may not be read, or was never linked, is left out."""
        ...

    def cases(self, report_ids: Sequence[str], most: int) -> Mapping[str, Case]:
        """The case that each report belongs to, with its newest members; reports alone are left out."""
        ...


class NothingBefore:
    """A file on its own."""

    def near(self, keys: Sequence[Sequence[LinkKey]], most: int) -> Sequence[Near]:  # noqa: ARG002
        """Nobody."""
        return [Near()] * len(keys)

    def matters(self, report_ids: Sequence[str]) -> Mapping[str, Matter]:  # noqa: ARG002
        """None."""
        return {}

    def cases(self, report_ids: Sequence[str], most: int) -> Mapping[str, Case]:  # noqa: ARG002
        """None."""
        return {}


@dataclass(frozen=True, slots=True)
class Met:
    """A report with its link keys, the reports that it was compared with, and what the model said of them."""

    id: str
    keys: tuple[LinkKey, ...]
    candidates: tuple[str, ...]
    judgements: tuple[Judgement, ...]


@dataclass(slots=True)
class _Batch:
    """What is known so far: matters, keys, and the cases as they grow."""

    before: Before
    most: int
    matters: dict[str, Matter] = field(default_factory=dict)
    fresh: MemoryCandidates = field(default_factory=MemoryCandidates)
    _home: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)
    _into: dict[str, str] = field(default_factory=dict)

    def homes(self, report_ids: Sequence[str]) -> list[str]:
        """The cases of these reports, each once, by names that hold within the batch."""
        unknown = [report_id for report_id in report_ids if report_id not in self._home]
        stored = self.before.cases(unknown, _MOST_MEMBERS) if unknown else {}
        for report_id in unknown:
            case = stored.get(report_id)
            name = self._now(case.id) if case else report_id
            members = self._members.setdefault(name, list(case.report_ids) if case else [])
            # Only the newest of a large case are loaded: who is asked for joins them, and moves with them from now on.
            if report_id not in members:
                members.append(report_id)
            self._home[report_id] = name
        return list(dict.fromkeys(self._home[report_id] for report_id in report_ids))

    def home_of(self, report_ids: Sequence[str]) -> dict[str, str]:
        """The case of each of these reports."""
        self.homes(report_ids)
        return {report_id: self._home[report_id] for report_id in report_ids}

    def join(self, report_id: str, others: Sequence[str]) -> None:
        """From now on these reports are of one case."""
        first, *rest = self.homes([*others, report_id])
        for name in rest:
            for member in self._members[name]:
                self._home[member] = first
            self._into[name] = first
            self._members[first] += self._members.pop(name)

    def _now(self, name: str) -> str:
        """What a case is called since it was joined to others: a member that is asked for later has the old name."""
        while name in self._into:
            name = self._into[name]
        return name

    def members(self, name: str) -> list[str]:
        """The newest members of a case."""
        return sorted(self._members[name])[-_MOST_MEMBERS:]

    def open(self, report_ids: Sequence[str]) -> list[Matter]:
        """Matters of reports, loaded where they are not known yet."""
        unknown = [report_id for report_id in report_ids if report_id not in self.matters]
        if unknown:
            self.matters.update(self.before.matters(unknown))
        return [self.matters[report_id] for report_id in report_ids if report_id in self.matters]


def link(matters: Sequence[Matter], keyer: LinkKeyer, judge: PairJudge, before: Before) -> list[Met]:
    """Links matters in their order, each meeting those stored and those before it in the batch."""
    known = [keyer.keys(matter) for matter in matters]
    around = before.near(known, MOST_UNDER_A_KEY)
    batch = _Batch(before, judge.rules.most_candidates)
    best = [meet(keys, near.under, batch.most, others=near.others) for keys, near in zip(known, around, strict=True)]
    batch.open(list(dict.fromkeys(one for some in best for one in some)))
    met = []
    for matter, keys, near, foremost in zip(matters, known, around, best, strict=True):
        met.append(_met(matter, keys, _Around(near, foremost), batch, judge))
        batch.fresh.add(matter.id, keys)
        batch.matters[matter.id] = matter
    return met


@dataclass(frozen=True, slots=True)
class _Around:
    """Who of the store stands around a report, and the best of them before anybody's case is known."""

    near: Near
    best: dict[str, Shared]

    def shared(self, keys: Sequence[LinkKey], batch: _Batch) -> dict[str, Shared]:
        """The best of store and batch with what they share, reports of one case counted as one."""
        under, best = self.near.under, self.best
        fresh = batch.fresh.under(keys, MOST_UNDER_A_KEY)
        if fresh:
            # A report that is read again stands in the store and in the batch, and is still one in a crowd.
            under = {**under, **{key: tuple(dict.fromkeys((*under.get(key, ()), *ids))) for key, ids in fresh.items()}}
            best = meet(keys, under, batch.most, others=self.near.others)
        homes = batch.home_of(list(best))
        if all(one == home for one, home in homes.items()):
            return best
        return meet(keys, under, batch.most, homes, self.near.others)


def _met(matter: Matter, keys: tuple[LinkKey, ...], around: _Around, batch: _Batch, judge: PairJudge) -> Met:
    shared = around.shared(keys, batch)
    for quoted in matter.quotes:
        # Of those that came before such keys were made only the lookup of the receipt itself tells
        shared.setdefault(quoted, Shared()).quoted = True
    others = batch.open([one for one in shared if one != matter.id])
    lines = _strongest(judge.judge(matter, others, shared))
    joins = [line.other_id for line in lines if line.joined]
    if joins:
        homes = batch.homes(joins)
        known = {matter.id, *(other.id for other in others)}
        beside = batch.open([one for name in homes for one in batch.members(name) if one not in known])
        lines += [line for line in judge.judge(matter, beside, {}) if not line.joined]
        lines += _between(homes, batch, judge)
        others += beside
        batch.join(matter.id, joins)
    # That other reports of the county accuse other men is no news: only what keeps this case apart is written down
    case = batch.homes(joins)[0] if joins else None
    homes_now = batch.home_of([line.other_id for line in lines])
    told = [line for line in lines if line.verdict is not Verdict.DIFFERENT or homes_now[line.other_id] == case]
    return Met(matter.id, keys, tuple(other.id for other in others), tuple(told))


def _between(homes: Sequence[str], batch: _Batch, judge: PairJudge) -> list[Judgement]:
    """What keeps cases apart that a report would bring together: conflicts between their members."""
    conflicts: list[Judgement] = []
    for place, name in enumerate(homes[1:], start=1):
        rest = batch.open([one for other in homes[:place] for one in batch.members(other)])
        for member in batch.open(batch.members(name)):
            conflicts += [line for line in judge.judge(member, rest, {}) if keeps_apart(line)]
    return conflicts


def _strongest(lines: Sequence[Judgement]) -> list[Judgement]:
    """The lines worth writing down: in a flood a report joins a few of those before it, not all of them.

    What keeps a pair apart is no mere suggestion: without it a third report could bring the two together.
    """
    ranked = sorted(lines, key=lambda line: (-line.score, line.other_id))
    joined = [line for line in ranked if line.joined][:_MOST_JOINS]
    apart = [line for line in ranked if keeps_apart(line) and not line.joined]
    unsure = [line for line in ranked if line.verdict is Verdict.UNSURE and not keeps_apart(line)][:_MOST_SUGGESTIONS]
    return [*joined, *unsure, *apart]
