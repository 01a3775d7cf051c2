"""What people judged of pairs of reports, as pairs that the link estimator learns from (see ``link_gate``).

Each pair comes with what is known of both reports and with the verdict that holds, the last one by a person that was not
taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.cases import Matter, from_bytes
from triage.model import Access, Verdict
from triage.store import Store
from triage.store.reviews import PERSON
from triage.store.standing import standing


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """Two reports of which a person said that they tell of one matter, or of two."""

    one: Matter
    other: Matter
    same: bool


def judged_pairs(store: Store, access: Access) -> Iterator[JudgedPair]:
    """The pairs on which a person's word holds, of reports that this access may read; noted in the audit log.

    Pairs of which a person was not sure are left out, and those of reports that were kept without facts for linking.

    Raises:
        NotAllowed: a role that does not decide.
    """
    ids = store.reviews.judged(access)
    held = {
        pair: line.verdict
        for pair, line in standing(store.ledger(ids, access)).items()
        if line.by.startswith(PERSON) and line.verdict in {Verdict.SAME, Verdict.DIFFERENT}
    }
    wanted = sorted({report_id for pair in held for report_id in pair})
    facts = store.link_facts(wanted, access)
    matters = {one: matter for one, data in facts.items() if (matter := from_bytes(one, data)) is not None}
    for (one, other), verdict in sorted(held.items()):
        if one in matters and other in matters:
            yield JudgedPair(matters[one], matters[other], verdict is Verdict.SAME)
