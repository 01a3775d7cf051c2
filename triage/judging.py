"""What a person may do with cases: judge a pair, merge, split, move, take back. Each act answers what it changes.

In: ids and an access; out: `Acted`. Cases are derived from the ledger, here to tell what follows and by the worker to
write it down: lists, figures and urgency follow on its next step.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import Enum

from triage.cases import acts, clusters
from triage.errors import BadInput, NotAllowed, NotFound
from triage.model import Access, Act, Case, Judgement, StaffRole, Verdict
from triage.store import WORKER, Component, Decision, Store
from triage.store.decisions import Seen, demand_judge
from triage.store.standing import PERSON

FOLLOWS = "列表与紧急程度在后台下一步后更新 · Lists and urgency follow on the worker's next step."
MOST_NOTE = 2000
_MOST_SEEDS = 500
WORDS = frozenset({Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE})


class Look(Enum):
    """How the cases of an act were read, where no number of the ledger tells it."""

    LAST = "when the same person last opened them"


AsOf = int | Look | None
"""What an act rests on: the ledger up to that line, the last look, or (None) whatever stands now."""


@dataclass(frozen=True, slots=True)
class Change:
    """The case of a report before and after an act; None: it stands alone."""

    report_id: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Acted:
    """An act that was written down. ``cases`` are the cases after it of every report that it touches.

    ``foreseen`` is false in a case too large to be derived at once; what changes is seen once the worker has been there.
    ``as_of`` is the line of the ledger up to which the cases were read for it, ``withdraws`` the act that an undo took
    back.
    """

    decision: str
    act: Act
    changed: tuple[Change, ...]
    cases: tuple[Case, ...]
    as_of: int
    withdraws: str | None = None
    foreseen: bool = True


@dataclass(frozen=True, slots=True)
class _Members:
    """The reports of a case, and those of them that the reader may see."""

    all: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """The ledger around some cases, the cases as it has them now, and what the person who acts has seen of them."""

    ground: Component
    cases: tuple[_Members, ...]
    seen: tuple[Seen, ...]


class Judging:
    """People's acts on the cases of one store.

    Whoever says ``as_of`` when they read what they act on is refused once somebody else has judged the reports of it, or
    reports that joins tie to them.
    """

    def __init__(self, store: Store) -> None:
        """Acts on this store."""
        self._store = store

    def judge(
        self, one: str, other: str, verdict: Verdict, access: Access, note: str | None = None, as_of: int | None = None
    ) -> Acted:
        """Whether two reports tell of one matter. Confirms or rejects a suggestion too.

        Raises:
            NotAllowed: a role that does not judge.
            NotFound: a report that is not there for this access.
            BadInput: one report alone, ``same`` for what another person keeps apart, or a number that the ledger has not.
            Changed: somebody else has judged one of the two since ``as_of``.
        """
        self._admit(access, note)
        if one == other:
            raise BadInput("other", "same_report", "A report is always of one matter with itself; name two reports.")
        if verdict not in WORDS:
            raise BadInput("verdict", "unknown", "The verdict is same, different or unsure.")
        self._demand_there([one, other], access)
        ground = self._ground([one, other])
        seen = self._seen([(one, other)], (), as_of, ground.last, access)
        plan = acts.judged(ground, one, other, verdict, _by(access))
        return self._write(Act.JUDGE, plan, ground, access, note, seen=seen)

    def merge(self, one: str, other: str, access: Access, note: str | None = None, as_of: AsOf = None) -> Acted:
        """Makes one case of two; either is named by its id or by a report of it.

        Raises:
            NotAllowed, NotFound: as for ``judge``.
            BadInput: one case twice, another person keeps reports of the two apart, or a number that the ledger has not.
            Changed: somebody has judged these reports meanwhile, or somebody else since ``as_of``.
        """
        self._admit(access, note)
        read = self._cases([one, other], access, as_of)
        ground, (first, second) = read.ground, read.cases
        if set(first.all) & set(second.all):
            raise BadInput("other", "same_case", "These are one case already.")
        self._demand_free(ground, first.all, second.all, access)
        plan = acts.merged(ground, first.seen, second.seen, _by(access))
        return self._write(Act.MERGE, plan, ground, access, note, seen=read.seen)

    def split(
        self, case: str, reports: Sequence[str], access: Access, note: str | None = None, as_of: AsOf = None
    ) -> Acted:
        """Takes reports out of a case; several make a case of their own.

        Raises:
            NotAllowed, NotFound: as for ``judge``.
            BadInput: a report that is not in the case, or nobody would be taken out or left.
            Changed: as for ``merge``.
        """
        self._admit(access, note)
        out = list(dict.fromkeys(reports))
        read = self._cases([case], access, as_of, also=out)
        members = read.cases[0].seen
        if not out or not set(out) <= set(members):
            raise BadInput("reports", "not_in_case", "Name at least one report, and only reports of this case.")
        if len(out) == len(members):
            raise BadInput("reports", "everybody", "At least one report must stay in the case.")
        plan = acts.split(read.ground, members, out, _by(access))
        return self._write(Act.SPLIT, plan, read.ground, access, note, seen=read.seen)

    def move(
        self,
        report_id: str,
        to: str,
        access: Access,
        note: str | None = None,
        of: str | None = None,
        as_of: AsOf = None,
    ) -> Acted:
        """Takes a report out of its case (``of``, where that is said) and into another one.

        Raises:
            NotAllowed, NotFound: as for ``judge``.
            BadInput: it is in that case or not in the one that is said, or another person keeps it apart from a report
                there.
            Changed: as for ``merge``.
        """
        self._admit(access, note)
        self._demand_there([report_id], access)
        read = self._cases([report_id, to] if of is None else [report_id, to, of], access, as_of)
        ground, (members, target, *said) = read.ground, read.cases
        if any(report_id not in one.seen for one in said):
            raise BadInput("report", "not_in_case", "This report is not in the case.")
        if report_id in target.all:
            raise BadInput("to", "same_case", "The report is in this case already.")
        self._demand_free(ground, [report_id], target.all, access)
        plan = acts.moved(ground, report_id, members.seen, target.seen, _by(access))
        return self._write(Act.MOVE, plan, ground, access, note, seen=read.seen)

    def undo(self, decision_id: str | None, access: Access, note: str | None = None) -> Acted:
        """Takes an act back, by default one's own last one; the ledger keeps both.

        An earlier one is taken back by its name alone: who asks twice, for an answer that was lost, takes nothing more
        back than they meant to.

        Raises:
            NotAllowed: a role that does not judge, or somebody else's act (a supervisor takes back any).
            NotFound: no such act, or one about reports that are not there for this access.
            BadInput: there is nothing to take back, it was taken back before, or it is an undo itself.
        """
        self._admit(access, note)
        named = decision_id or self._store.casework.last_decision(access)
        if named is None:
            raise BadInput("decision", "none", "There is no judgement of yours that could be taken back.")
        decision = self._store.casework.decision(named, access)
        if decision.act is Act.UNDO:
            raise BadInput("decision", "undo", "What was taken back is not brought back; judge anew.")
        if decision.withdrawn_by is not None:
            raise self._taken_back(decision, access, named=decision_id is not None)
        if not may_undo(decision, access):
            raise NotAllowed("Whoever made a judgement takes it back, or a supervisor.")
        plan = acts.Plan(acts.taken_back(decision, _by(access)))
        return self._write(Act.UNDO, plan, self._ground(decision.report_ids), access, note, decision.id)

    def _admit(self, access: Access, note: str | None) -> None:
        demand_judge(access)
        if note is not None and not 0 < len(note.strip()) <= MOST_NOTE:
            raise BadInput("note", "length", f"A note has 1 to {MOST_NOTE} characters; leave it out if there is none.")

    def _demand_there(self, report_ids: Sequence[str], access: Access) -> None:
        if self._store.visible(report_ids, access) != set(report_ids):
            raise NotFound("There is no such report.")

    def _ground(self, report_ids: Sequence[str]) -> Component:
        # What nobody may see binds all the same: what follows is told from the whole ledger, and shown as far as readable
        return self._store.casework.around(report_ids, WORKER)

    def _cases(self, named: Sequence[str], access: Access, as_of: AsOf, also: Sequence[str] = ()) -> _Read:
        """Cases as the ledger has them now, and the ledger around them, whose every join at the reports ``also`` is seen."""
        written = [self._store.case(name, access).report_ids for name in named]
        # A case bears the name of a report, which is the one that is meant where it stands elsewhere by now
        seeds = dict.fromkeys([*named, *also, *(one for ids in written for one in ids[:_MOST_SEEDS])])
        ground = self._ground(list(seeds))
        seen = self._seen(written, ground.report_ids, as_of, ground.last, access)
        if not ground.whole:
            return _Read(ground, tuple(_Members(ids, ids) for ids in written), seen)
        home = {one: case.report_ids for case in clusters(ground.report_ids, ground.lines) for one in case.report_ids}
        found = [home[name if name in ids else ids[0]] for name, ids in zip(named, written, strict=True)]
        there = self._store.visible([one for ids in found for one in ids], access)
        members = tuple(_Members(ids, tuple(one for one in ids if one in there)) for ids in found)
        return _Read(ground, members, seen)

    def _seen(
        self, groups: Sequence[Sequence[str]], around: Sequence[str], as_of: AsOf, newest: int, access: Access
    ) -> tuple[Seen, ...]:
        """What the person has seen, held against what others have said since: an outdated look is told before all else."""
        if as_of is None:
            return ()
        if isinstance(as_of, Look):
            seen = tuple(one for ids in groups for one in self._store.casework.last_looks(ids, access))
        elif not 0 <= as_of <= newest:
            raise BadInput(
                "as_of", "unknown", "The ledger has no line of this number; send the one that the case came with."
            )
        else:
            seen = (Seen({*around, *(one for ids in groups for one in ids)}, as_of),)
        self._store.casework.demand_as_seen(seen, access)
        return seen

    def _demand_free(self, ground: Component, one: Sequence[str], other: Sequence[str], access: Access) -> None:
        kept = acts.hindrance(ground, one, other, _by(access))
        if kept is not None:
            raise self._hindered(kept, access)

    def _write(
        self,
        act: Act,
        plan: acts.Plan,
        ground: Component,
        access: Access,
        note: str | None,
        withdraws: str | None = None,
        seen: tuple[Seen, ...] = (),
    ) -> Acted:
        if plan.hindrance is not None:
            raise self._hindered(plan.hindrance, access)
        # Who judges a pair or takes an act back says so in so many words; the others rest on the case as it was
        since = None if act in (Act.JUDGE, Act.UNDO) else ground.last
        decision = self._store.casework.decide(act, plan.lines, access, note, withdraws, since, seen)
        if not ground.whole:
            return Acted(decision, act, (), (), ground.last, withdraws, foreseen=False)
        touched = {end for line in plan.lines for end in (line.report_id, line.other_id)}
        there = self._store.visible(ground.report_ids, access)
        before, after = (
            _as_seen(clusters(ground.report_ids, lines), there)
            for lines in (ground.lines, [*ground.lines, *plan.lines])
        )
        was, now = _homes(before), _homes(after)
        changed = [
            Change(one, was[one], now[one]) for one in ground.report_ids if one in there and was[one] != now[one]
        ]
        touched |= {change.report_id for change in changed}
        cases = tuple(case for case in after if touched.intersection(case.report_ids))
        return Acted(decision, act, tuple(changed), cases, ground.last, withdraws)

    def _taken_back(self, decision: Decision, access: Access, *, named: bool) -> BadInput:
        sentence = f"This judgement was taken back before ({decision.withdrawn_by})."
        if not named:
            earlier = self._store.casework.last_decision(access, holding=True)
            which = "no other one of yours still holds" if earlier is None else f"the one that still holds is {earlier}"
            sentence = (
                f"Your last judgement ({decision.id}) was taken back before ({decision.withdrawn_by}). "
                f"An earlier one is taken back by its name: {which}."
            )
        return BadInput("decision", "withdrawn", sentence)

    def _hindered(self, line: Judgement, access: Access) -> BadInput:
        ids = (line.report_id, line.other_id)
        if self._store.visible(ids, access) != set(ids):
            sentence = "A judgement on reports that are not yours to see keeps these apart."
        else:
            day = f" on {line.made_at.astimezone(UTC):%Y-%m-%d}" if line.made_at else ""
            named = f" ({line.decision})" if line.decision else ""
            by = f"{line.by.removeprefix(PERSON)}{day}{named}"
            sentence = (
                f"Reports {ids[0]} and {ids[1]} were judged different by {by}; "
                "that must be taken back first, or the pair judged anew."
            )
        return BadInput("case", "kept_apart", sentence)


def may_undo(decision: Decision, access: Access) -> bool:
    """Whether this reader may take an act back: their own, and a supervisor any, that still holds."""
    own = decision.by == _by(access) or access.role is StaffRole.SUPERVISOR
    return own and decision.act is not Act.UNDO and decision.withdrawn_by is None


def _by(access: Access) -> str:
    return PERSON + access.principal


def _as_seen(cases: Sequence[Case], seen: Collection[str]) -> list[Case]:
    """Cases as far as they are readable, each under the id of its first report that is."""
    readable = [tuple(one for one in case.report_ids if one in seen) for case in cases]
    return [Case(ids[0], ids) for ids in readable if ids]


def _homes(cases: Sequence[Case]) -> dict[str, str | None]:
    return {one: case.id if len(case.report_ids) > 1 else None for case in cases for one in case.report_ids}
