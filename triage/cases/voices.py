"""How many independent voices a case has: copies of one letter, and letters of one sender, are one voice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage.model import Case, Judgement

COPY, SAME_SENDER, QUOTES, ADDS, APART = "copy", "same_sender", "quotes_receipt", "adds_to", "apart"
"""Codes of judgements that say more than whether to join: one voice, and not even over a third report."""
_ONE_VOICE = frozenset({COPY, SAME_SENDER, QUOTES, ADDS})


def voices(cases: Sequence[Case], ledger: Iterable[Judgement]) -> list[int]:
    """The number of voices in each of the cases, as the judgements on their reports tell.

    A thousand copies of a petition weigh as one report, so that nobody raises a risk by sending more of them. A copy is
    compared with a few of those before it: copies of one that is in another case, or in none, are one voice all the same.
    """
    heard: dict[str, str] = {}

    def first(report_id: str) -> str:
        while (before := heard.setdefault(report_id, report_id)) != report_id:
            heard[report_id] = heard[before]
            report_id = heard[before]
        return report_id

    for line in ledger:
        if not _ONE_VOICE.isdisjoint(line.features):
            heard[first(line.report_id)] = first(line.other_id)
    return [len({first(report_id) for report_id in case.report_ids}) for case in cases]
