"""What is read of the embedded engine: hits, numbers, counts and facets of a query."""

from __future__ import annotations

from typing import Any

import tantivy

from triage.errors import Corrupt
from triage.search.embedded_writer import Searcher
from triage.search.index import MOST_RANKED, MOST_VALUES

MOST_BUCKETS = 65_000
_LOOK = 3
_Scored = tuple[Any, tantivy.DocAddress]


def scored(searcher: Searcher, query: tantivy.Query, most: int) -> list[tuple[int, tantivy.DocAddress]]:
    """The first ``most`` hits with their numbers, by score, equal ones by number, newest first."""
    hits = _best(searcher, query, most, min(_LOOK * most, MOST_RANKED))
    addresses = [address for _, address in hits]
    found = zip(map(_score, hits), numbers_of(searcher, addresses), addresses, strict=True)
    return [(seq, address) for _, seq, address in sorted(found, key=lambda one: (-one[0], -one[1]))[:most]]


def _best(searcher: Searcher, query: tantivy.Query, most: int, looked_at: int) -> list[_Scored]:
    """The first ``most`` hits, and behind them all that score as the last of these: the newest of them are to stand there,
    and the engine takes any.
    """
    hits: list[_Scored] = searcher.search(query, limit=looked_at, count=False).hits
    if len(hits) <= most:
        return hits
    last, end = _score(hits[most - 1]), most
    while end < len(hits) and _score(hits[end]) == last:
        end += 1
    if end == looked_at < MOST_RANKED:
        return _best(searcher, query, most, MOST_RANKED)
    return hits[:end]


def _score(hit: _Scored) -> float:
    """The score of a hit, without the places in which one machine differs from another."""
    return round(float(hit[0]), 4)


def case_of(searcher: Searcher, address: tantivy.DocAddress) -> str:
    """The case of a hit; empty: it belongs to none."""
    return str(searcher.doc(address).get_first("case") or "")


def place_of(address: tantivy.DocAddress) -> tuple[int, int]:
    """Where a hit lies, to be compared."""
    return address.segment_ord, address.doc


def count_of(searcher: Searcher, query: tantivy.Query) -> int:
    """How many documents meet a query."""
    return int(searcher.search(query, limit=1, count=True).count)  # type: ignore[attr-defined]  # missing in its stub


def numbers_of(searcher: Searcher, addresses: list[tantivy.DocAddress]) -> tuple[int, ...]:
    """The numbers of the reports that lie there."""
    if not addresses:
        return ()
    return tuple(int(number or 0) for number in searcher.fast_field_values("seq", addresses))


def terms_of(searcher: Searcher, query: tantivy.Query, fields: dict[str, str]) -> dict[str, dict[str, int]]:
    """Exact counts of the values of fast fields; a count that the engine calls inexact is an error, never shown."""
    if not fields:
        return {}
    size = {"size": MOST_VALUES, "segment_size": MOST_BUCKETS}
    wanted = {name: {"terms": {"field": field, **size}} for name, field in fields.items()}
    answer = searcher.aggregate(query, wanted)
    counts: dict[str, dict[str, int]] = {}
    for name in fields:
        if answer[name].get("doc_count_error_upper_bound") or answer[name].get("sum_other_doc_count"):
            raise Corrupt("The index could not count a facet exactly.")
        counts[name] = {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
    return counts
