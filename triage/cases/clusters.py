"""Derives cases from the ledger of judgements: same joins, different keeps apart, a person outranks the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from triage.cases.voices import APART
from triage.model import Case, Judgement, Verdict
from triage.store.standing import by_person, joins, standing


def clusters(report_ids: Sequence[str], ledger: Iterable[Judgement]) -> tuple[Case, ...]:
    """Groups reports by the judgements that hold (see ``standing``), whatever their order.

    First people's joins, then the model's, the most likely first. A join is left out where it would put a pair that
    is judged ``different`` into one case; what a model judged different does not stop a person. A case bears the id of
    its first report in ``report_ids``.
    """
    groups = _Groups(report_ids)
    holds = standing(ledger)
    for people in (True, False):
        for pair, line in holds.items():
            if keeps_apart(line) and by_person(line) is people:
                groups.keep_apart(*pair)
        wanted = [(pair, line) for pair, line in holds.items() if joins(line) and by_person(line) is people]
        for pair, _ in sorted(wanted, key=lambda entry: (-entry[1].score, entry[0])):
            groups.join(*pair)
    return groups.cases()


def keeps_apart(line: Judgement) -> bool:
    """Different, or a suggestion of the model in which facts of weight conflict."""
    return line.verdict is Verdict.DIFFERENT or (APART in line.features and not by_person(line))


class _Groups:
    """Reports in groups that only grow, and pairs that must not meet in one."""

    def __init__(self, report_ids: Sequence[str]) -> None:
        self._order = {report_id: place for place, report_id in enumerate(report_ids)}
        self._home = {report_id: report_id for report_id in report_ids}
        self._members = {report_id: [report_id] for report_id in report_ids}
        self._apart: defaultdict[str, set[str]] = defaultdict(set)

    def keep_apart(self, one: str, other: str) -> None:
        """From now on no join brings the two together."""
        self._apart[one].add(other)
        self._apart[other].add(one)

    def join(self, one: str, other: str) -> None:
        """Makes one group of two unless that would bring a pair together that must not meet."""
        if one not in self._home or other not in self._home or self._home[one] == self._home[other]:
            return
        small, large = sorted((self._home[one], self._home[other]), key=lambda root: (len(self._members[root]), root))
        if any(self._apart[report_id].intersection(self._members[large]) for report_id in self._members[small]):
            return
        for report_id in self._members[small]:
            self._home[report_id] = large
        self._members[large] += self._members.pop(small)

    def cases(self) -> tuple[Case, ...]:
        """The groups, in the order of their first reports."""
        groups = [tuple(sorted(group, key=self._order.__getitem__)) for group in self._members.values()]
        return tuple(Case(group[0], group) for group in sorted(groups, key=lambda group: self._order[group[0]]))
