"""Derives cases from the ledger of judgements: same joins, different keeps apart, a person outranks the model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from triage.model import Case, Judgement, Verdict


def clusters(report_ids: Sequence[str], ledger: Iterable[Judgement]) -> tuple[Case, ...]:
    """Groups reports by the judgements that hold, in the order in which they were made.

    Of several judgements on one pair the last by a person holds, else the last by a model. Pairs are joined strongest
    first; a join that would put a pair judged ``different`` into one case is left out. A case bears the id of its first
    report in ``report_ids``.
    """
    holds: dict[tuple[str, str], Judgement] = {}
    for line in ledger:
        first, second = sorted((line.report_id, line.other_id))
        before = holds.get((first, second))
        if before is None or _by_person(line) or not _by_person(before):
            holds[first, second] = line
    apart: defaultdict[str, set[str]] = defaultdict(set)
    for (a, b), line in holds.items():
        if line.verdict is Verdict.DIFFERENT:
            apart[a].add(b)
            apart[b].add(a)
    home = {report_id: report_id for report_id in report_ids}
    members = {report_id: [report_id] for report_id in report_ids}
    joins = [(pair, line) for pair, line in holds.items() if line.verdict is Verdict.SAME and line.joined]
    joins.sort(key=lambda entry: (not _by_person(entry[1]), -entry[1].score, entry[0]))
    for (a, b), _ in joins:
        if a not in home or b not in home or home[a] == home[b]:
            continue
        small, large = sorted((home[a], home[b]), key=lambda root: (len(members[root]), root))
        if any(apart[report_id].intersection(members[large]) for report_id in members[small]):
            continue
        for report_id in members[small]:
            home[report_id] = large
        members[large] += members.pop(small)
    order = {report_id: position for position, report_id in enumerate(report_ids)}
    groups = [tuple(sorted(group, key=order.__getitem__)) for group in members.values()]
    return tuple(Case(group[0], group) for group in sorted(groups, key=lambda group: order[group[0]]))


def _by_person(line: Judgement) -> bool:
    return line.by.startswith("person:")
