"""One hit for each case: walks an order and keeps the first match of every case, whatever the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from triage.model import Access
from triage.search.index import Head, SearchIndex
from triage.search.nodes import Filter, Not, Range
from triage.search.query import Order, SearchRequest

_MOST_WALKED = 200


@dataclass(frozen=True, slots=True)
class Heads:
    """Numbers of the first matches of cases, how many matches each stands for, and the key to go on behind."""

    seqs: tuple[int, ...]
    sizes: dict[int, int]
    next_key: int | None


def up_to(request: SearchRequest, newest: int) -> SearchRequest:
    """The request over the reports that were there when its first page was made: a report that arrives later must
    not become the first of a case behind the reader's back.
    """
    return replace(request, parts=(*request.parts, Range("seq", None, newest + 1)))


def heads_behind(index: SearchIndex, request: SearchRequest, access: Access, order: Order, before: int | None) -> Heads:
    """The next first matches of cases by time or amount, at most a page of them.

    A match that is not the first of its case tells that this case was shown before; its other matches are passed over
    in one step, so that a case of thousands costs no more than a small one.
    """
    shown: list[int] = []
    sizes: dict[int, int] = {}
    passed: set[str] = set()
    while True:
        rest = (
            replace(request, parts=(*request.parts, Not(Filter("case", tuple(sorted(passed)))))) if passed else request
        )
        found = index.ordered(rest, access, order, before, min(_MOST_WALKED, 2 * request.limit))
        cases = sorted({case for case in found.cases if case})
        heads = index.heads(request, access, order, cases)
        for number, (seq, case) in enumerate(zip(found.seqs, found.cases, strict=True)):
            if not _is_first(seq, case, heads):
                continue
            shown.append(seq)
            sizes[seq] = heads[case].reports if case else 1
            if len(shown) == request.limit:
                more = found.next_key is not None or number + 1 < len(found.seqs)
                return Heads(tuple(shown), sizes, found.keys[number] if more else None)
        passed.update(cases)
        before = found.next_key
        if before is None:
            return Heads(tuple(shown), sizes, None)


def sizes_of(index: SearchIndex, request: SearchRequest, access: Access, cases: Mapping[int, str]) -> dict[int, int]:
    """How many matches each of these first matches, told with its case, stands for."""
    found = index.heads(request, access, Order.TIME, sorted({case for case in cases.values() if case}))
    return {seq: found[case].reports if case in found else 1 for seq, case in cases.items()}


def _is_first(seq: int, case: str, heads: Mapping[str, Head]) -> bool:
    return not case or (case in heads and heads[case].seq == seq)
