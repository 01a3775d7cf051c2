"""Keeping somebody from reports that were read before: those that tell a name which no reader marked are found by its letters.

In: the names of a recusal with their keys. Reports get these keys as if they had been read so, and the index hears of it.
Reports that come later are looked through when they are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.model import Access, StaffRole
from triage.referral import keys_told
from triage.reviewing import titled_text
from triage.search import Order, SearchIndex, SearchRequest
from triage.search.nodes import Part
from triage.store import WORKER, Store
from triage.text.normalise import normalise

_EVERYWHERE = Access("worker", StaffRole.WORKER, ("",))
_AT_ONCE = 200


def mark_read_reports(store: Store, index: SearchIndex, kept_from: Mapping[str, tuple[str, ...]]) -> int:
    """Gives the keys of these people, by name, to reports that tell the name; to how many that had them not.

    Raises:
        IndexDown: the index does not answer.
    """
    marked = 0
    for name, keys in kept_from.items():
        request = SearchRequest(parts=(Part((normalise(name).text.strip(),), quoted=True),), limit=_AT_ONCE)
        before: int | None = None
        while True:
            found = index.ordered(request, _EVERYWHERE, Order.TIME, before, _AT_ONCE)
            rows = store.rows_by_seq(found.seqs, WORKER)
            told = [row.report.id for row in rows if keys_told({name: keys}, titled_text(row.report))]
            marked += store.staff.add_parties(told, keys)
            before = found.next_key
            if before is None:
                break
    return marked
