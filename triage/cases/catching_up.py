"""Makes keys and facts for reports that were assessed without them, so that new reports are linked to them too.

In: the store; out: how many lacked them. Nothing is judged anew: the next report of the matter meets them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from triage.cases.keys import LinkKeyer
from triage.cases.matter import Matter, to_bytes
from triage.cases.wrongs import probabilities_of
from triage.model import Assessment, Report
from triage.store import WORKER, Comparable, ReadRow, Store
from triage.text.dates import SHANGHAI

BATCH = 200


def catch_up(store: Store, *, repair: bool = True) -> int:
    """Goes through the readable reports without facts, ``BATCH`` in each transaction, and returns how many there were.

    Without ``repair`` they are counted and nothing is changed.
    """
    keyer = LinkKeyer(store.subkey("link"))
    lacking = last = 0
    while numbers := store.without_facts(WORKER, after_seq=last, limit=BATCH):
        last, lacking = numbers[-1], lacking + len(numbers)
        if repair:
            store.save_facts([comparable(row, keyer) for row in store.rows_by_seq(numbers, WORKER, act="link")])
    return lacking


def matter_of(report: Report, assessment: Assessment, quotes: Sequence[str] = ()) -> Matter:
    """What linking needs to know of an assessed report; ``quotes`` are the ids of those whose receipts its text tells.

    One with whose receipt it came is the report that it adds to.
    """
    received = report.received_at.astimezone(SHANGHAI).date()
    told = probabilities_of(assessment)
    made = Matter.of(report.id, report.text, assessment.entities, received, report.turns, told)
    if report.adds_to is not None:
        return replace(made, quotes=tuple(dict.fromkeys((report.adds_to, *quotes))), adds_to=report.adds_to)
    return replace(made, quotes=tuple(quotes)) if quotes else made


def comparable(row: ReadRow, keyer: LinkKeyer) -> Comparable:
    """Keys and facts of an assessed report, made from its text and reading."""
    matter = matter_of(row.report, row.assessment)
    return Comparable(matter.id, keyer.keys(matter), to_bytes(matter))
