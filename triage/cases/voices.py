"""How many independent voices a case has: copies of one letter, and letters of one sender, are one voice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage.model import Case, Judgement

COPY, SAME_SENDER, APART = "copy", "same_sender", "apart"
"""Codes of judgements that say more than whether to join: one voice, and not even over a third report."""


def voices(cases: Sequence[Case], ledger: Iterable[Judgement]) -> list[int]:
    """The number of voices in each of the cases, as the judgements on pairs of their reports tell.

    A thousand copies of a petition weigh as one report, so that nobody raises a risk by sending more of them.
    """
    home = {report_id: place for place, case in enumerate(cases) for report_id in case.report_ids}
    heard = {report_id: report_id for report_id in home}

    def first(report_id: str) -> str:
        while heard[report_id] != report_id:
            heard[report_id] = heard[heard[report_id]]
            report_id = heard[report_id]
        return report_id

    for line in ledger:
        one_voice = COPY in line.features or SAME_SENDER in line.features
        if one_voice and home.get(line.report_id, -1) == home.get(line.other_id, -2):
            heard[first(line.report_id)] = first(line.other_id)
    return [sum(heard[report_id] == report_id for report_id in case.report_ids) for case in cases]
