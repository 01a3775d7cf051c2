"""Keeping somebody from reports that were read before: those that tell a name which no reader marked are found by its letters.

In: the names of a recusal with their keys. Reports get these keys as if they had been read so, and the index hears of it.
Those that the index has not heard of yet are looked through as well. Reports that come later are looked through when they
are read, and once more where a name was told meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from triage.model import Access, Report, StaffRole
from triage.referral import keys_told
from triage.referral.words import titled_text
from triage.search import Order, SearchIndex, SearchRequest
from triage.search.nodes import Part
from triage.store import WORKER, Store
from triage.store.parts import in_parts
from triage.text.names import phrases_of

_EVERYWHERE = Access("worker", StaffRole.WORKER, ("",))
_AT_ONCE = 200


def mark_read_reports(store: Store, index: SearchIndex, kept_from: Mapping[str, tuple[str, ...]]) -> int:
    """Gives the keys of these people, by name, to reports that tell the name; to how many that had them not.

    Raises:
        IndexDown: the index does not answer.
    """
    marked = 0
    # First: what the index hears of in between stands in it by then
    for part in in_parts(store.staff.unheard()):
        marked += _mark(store, kept_from, (row.report for row in store.rows(part, WORKER, "search").values()))
    for name, keys in kept_from.items():
        request = SearchRequest(parts=(Part(phrases_of(name), quoted=True),), limit=_AT_ONCE)
        before: int | None = None
        while True:
            found = index.ordered(request, _EVERYWHERE, Order.TIME, before, _AT_ONCE)
            rows = store.rows_by_seq(found.seqs, WORKER)
            marked += _mark(store, {name: keys}, (row.report for row in rows))
            before = found.next_key
            if before is None:
                break
    return marked


def mark_since(store: Store, before: Mapping[str, tuple[str, ...]], reports: Sequence[Report]) -> int:
    """As ``mark_read_reports``, of reports that were read while somebody was kept from one more person; to how many.

    Whoever told a name then has not met them, and who read them looked for those that were known ``before``.
    """
    now = store.staff.kept_from()
    return _mark(store, {name: keys for name, keys in now.items() if before.get(name) != keys}, reports)


def _mark(store: Store, kept_from: Mapping[str, tuple[str, ...]], reports: Iterable[Report]) -> int:
    told: dict[tuple[str, ...], list[str]] = {}
    for report in reports:
        if keys := keys_told(kept_from, titled_text(report)):
            told.setdefault(keys, []).append(report.id)
    return sum(store.staff.add_parties(ids, keys) for keys, ids in told.items())
