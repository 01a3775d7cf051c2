"""The embedded index: tantivy with keyed terms, ids and fast fields only. One process writes, many read and reload."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import tantivy

from triage.errors import Corrupt
from triage.model import Access
from triage.search.documents import PLACE_LENGTHS, IndexDocument
from triage.search.index import FACETS, MOST_RANKED, Found
from triage.search.query import Order, Part, SearchRequest
from triage.search.terms import Terms

FORMAT = 1
_HEAP = 64_000_000
_FRESH_SECONDS = 0.05
_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_KEYS = {Order.TIME: "time_key", Order.AMOUNT: "amount_key", Order.RISK: "risk_key"}
_MOST_BUCKETS = 65_000
_NEAR = 1024


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("seq", fast=True)
    builder.add_unsigned_field("version", stored=True)
    builder.add_text_field("characters", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("bigrams", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    for name in ("category", "month", "risk", "channel", *(f"place{length}" for length in PLACE_LENGTHS)):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("party", tokenizer_name="raw", index_option="basic")
    for name in _KEYS.values():
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


class EmbeddedIndex:
    """A tantivy index in a folder, behind the protocol ``SearchIndex``.

    Only the process that holds the worker's lock may call ``apply`` and ``rebuild``; the writer opens on the first call.
    """

    def __init__(self, folder: Path, terms: Terms) -> None:
        # Another format is another folder: it starts empty and the worker fills it, while the old one stays readable.
        place = folder / f"v{FORMAT}"
        place.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(place))
        self._index.config_reader("manual")
        self._terms = terms
        self._writer: tantivy.IndexWriter | None = None
        self._loaded_at = 0.0

    def apply(self, documents: Sequence[IndexDocument], removed: Sequence[str]) -> None:
        """As in the protocol: removal by the raw text key, then addition, then one commit."""
        with self._change() as writer:
            for report_id in {*removed, *(document.id for document in documents)}:
                writer.delete_documents_by_term("id", report_id)
            latest = {document.id: document for document in documents if document.id not in set(removed)}
            for document in latest.values():
                writer.add_document(tantivy.Document.from_dict(self._fields(document), self._schema))

    def rebuild(self, documents: Iterable[IndexDocument]) -> int:
        """As in the protocol: one commit at the end, so readers see the old index until then."""
        total = 0
        with self._change() as writer:
            writer.delete_all_documents()
            for document in documents:
                writer.add_document(tantivy.Document.from_dict(self._fields(document), self._schema))
                total += 1
        return total

    def close(self) -> None:
        """Ends the writer's threads and frees its lock."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def count(self, request: SearchRequest, access: Access) -> int:
        """As in the protocol."""
        return _count(self._searcher(), self._query(request, access))

    def ordered(self, request: SearchRequest, access: Access, order: Order, before: int | None, limit: int) -> Found:
        """As in the protocol."""
        name = _KEYS[order]
        query = self._query(request, access)
        if before is not None:
            below = tantivy.Query.range_query(
                self._schema, name, tantivy.FieldType.Unsigned, upper_bound=before, include_upper=False
            )
            query = tantivy.Query.boolean_query([(_MUST, query), (_MUST, below)])
        searcher = self._searcher()
        hits = searcher.search(query, limit=limit + 1, count=False, order_by_field=name).hits
        keys = [int(key) for key, _ in hits]
        seqs = _numbers(searcher, [address for _, address in hits[:limit]])
        return Found(seqs, keys[limit - 1] if len(hits) > limit else None)

    def ranked(self, request: SearchRequest, access: Access) -> tuple[int, ...]:
        """As in the protocol; equal scores are told apart by number, newest first."""
        searcher = self._searcher()
        query = self._query(request, access, rank=True)
        if request.order is Order.RISK:
            hits = searcher.search(query, limit=MOST_RANKED, count=False, order_by_field="risk_key").hits
            return _numbers(searcher, [address for _, address in hits])
        hits = searcher.search(query, limit=MOST_RANKED, count=False).hits
        seqs = _numbers(searcher, [address for _, address in hits])
        scores = [round(float(score), 4) for score, _ in hits]
        return tuple(seq for _, seq in sorted(zip(scores, seqs, strict=True), key=lambda pair: (-pair[0], -pair[1])))

    def facets(self, request: SearchRequest, access: Access) -> dict[str, dict[str, int]]:
        """As in the protocol: filters in use are each dropped in turn, the others share one pass."""
        searcher = self._searcher()
        place = f"place{_next_place(request.place)}"
        fields = {name: place if name == "place" else name for name in FACETS}
        free = [name for name in FACETS if name not in request.filters]
        counts = _terms(searcher, self._query(request, access), {name: fields[name] for name in free})
        for name in request.filters:
            query = self._query(request, access, without=name)
            counts |= _terms(searcher, query, {name: _same_place(request.place) if name == "place" else name})
        return {name: counts[name] for name in FACETS}

    def among(self, asked: Sequence[tuple[SearchRequest, Access]], ids: Sequence[str]) -> list[frozenset[str]]:
        """As in the protocol, in 0.1 ms a question; 0.4 ms where the reports lie far apart."""
        if not ids:
            return [frozenset() for _ in asked]
        searcher = self._searcher()
        these, most = tantivy.Query.term_set_query(self._schema, "id", list(ids)), len(ids)
        hits = searcher.search(these, limit=most, count=False).hits
        # Opening a stored document costs more than finding it: each is opened once for all questions.
        named = {_at(address): str(searcher.doc(address).get_first("id")) for _, address in hits}
        seqs = sorted(_numbers(searcher, [address for _, address in hits]))
        if seqs and seqs[-1] - seqs[0] < _NEAR:
            # New reports have neighbouring numbers: a range of them is found sooner than so many ids.
            these, most = self._between("seq", seqs[0], seqs[-1] + 1), seqs[-1] - seqs[0] + 1
        found = []
        for request, access in asked:
            query = tantivy.Query.boolean_query([(_MUST, self._query(request, access)), (_MUST, these)])
            places = [_at(address) for _, address in searcher.search(query, limit=most, count=False).hits]
            found.append(frozenset(named[place] for place in places if place in named))
        return found

    def received(self, request: SearchRequest, access: Access, first: datetime, end: datetime) -> int:
        """As in the protocol."""
        low, high = (max(0, int(moment.timestamp())) << 32 for moment in (first, end))
        between = self._between("time_key", low, high)
        query = tantivy.Query.boolean_query([(_MUST, self._query(request, access)), (_MUST, between)])
        return _count(self._searcher(), query)

    def versions(self) -> Iterator[tuple[str, int]]:
        """As in the protocol, by pages in the order of time."""
        searcher = self._searcher()
        everything, before = tantivy.Query.all_query(), None
        while True:
            query = everything
            if before is not None:
                query = tantivy.Query.range_query(
                    self._schema, "time_key", tantivy.FieldType.Unsigned, upper_bound=before, include_upper=False
                )
            hits = searcher.search(query, limit=5000, count=False, order_by_field="time_key").hits
            for _, address in hits:
                document = searcher.doc(address)
                yield str(document.get_first("id")), int(document.get_first("version") or 0)
            if len(hits) < 5000:
                return
            before = int(hits[-1][0])

    def dictionary(self, field: str) -> list[tuple[str, int]]:
        """Every term of a text field as the engine holds it, with how many reports have it: for looking at leaks."""
        return self._searcher().terms_with_prefix(field, "")

    @contextmanager
    def _change(self) -> Iterator[tantivy.IndexWriter]:
        """One commit for all that the block writes; what raises leaves nothing for the next commit to carry along."""
        writer = self._opened_writer()
        try:
            yield writer
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        self._loaded_at = 0.0

    def _opened_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        return self._writer

    def _searcher(self) -> tantivy.Searcher:
        # One page asks for count, facets and hits: they share a view unless this process has written in between.
        now = time.monotonic()
        if now - self._loaded_at > _FRESH_SECONDS:
            self._index.reload()
            self._loaded_at = now
        return self._index.searcher()

    def _fields(self, document: IndexDocument) -> dict[str, Any]:
        terms = self._terms.of(document.text)
        moment = max(0, int(document.received_at.timestamp()))
        yuan = min(document.amount_fen // 100, 2**31 - 1)
        risk = document.level.rank << 20 | min(max(int(document.score * 100), 0), 2**20 - 1)
        return {
            "id": document.id,
            "seq": document.seq,
            "version": document.version,
            "characters": " ".join(terms.characters),
            "bigrams": " ".join(terms.bigrams),
            "words": " ".join(terms.words),
            "category": list(document.categories),
            "month": document.month,
            "risk": document.level.value,
            "channel": document.channel.value,
            **{f"place{length}": code for length, code in document.places.items()},
            "party": list(document.party_keys),
            "time_key": moment << 32 | document.seq,
            "amount_key": yuan << 32 | document.seq,
            "risk_key": risk << 32 | document.seq,
        }

    def _query(self, request: SearchRequest, access: Access, *, rank: bool = False, without: str = "") -> tantivy.Query:
        clauses: list[tuple[tantivy.Occur, tantivy.Query]] = [(_MUST, self._readable(access))]
        for name, value in request.filters.items():
            if name != without:
                field = _same_place(request.place) if name == "place" else name
                clauses.append((_MUST, self._term(field, value)))
        for part in request.parts:
            forms = [self._substring(form) for form in part.forms]
            clauses.append((_NOT if part.minus else _MUST, _any(forms)))
            if rank and not part.minus:
                clauses += self._rank_clauses(part)
        return tantivy.Query.boolean_query(clauses)

    def _rank_clauses(self, part: Part) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        words = {word for form in part.forms for word in self._terms.words(form)}
        return [(_SHOULD, tantivy.Query.term_query(self._schema, "words", word, "freq")) for word in sorted(words)]

    def _substring(self, plain: str) -> tantivy.Query:
        if len(plain) == 1:
            return self._term("characters", self._terms.character(plain))
        bigrams = list(self._terms.bigrams(plain))
        if len(bigrams) == 1:
            return tantivy.Query.term_query(self._schema, "bigrams", bigrams[0], "freq")
        words: list[str | tuple[int, str]] = list(bigrams)
        return tantivy.Query.phrase_query(self._schema, "bigrams", words)

    def _readable(self, access: Access) -> tantivy.Query:
        """The clause of ``access``: the one place in which row-level rights enter this index."""
        if not access.place_prefixes:
            return tantivy.Query.empty_query()
        places: list[tantivy.Query] = []
        for prefix in access.place_prefixes:
            if prefix == "":
                places = [tantivy.Query.all_query()]
                break
            places.append(self._term(_same_place(prefix), prefix))
        readable = tantivy.Query.const_score_query(_any(places), 0.0)
        hidden = [(_NOT, self._term("party", key)) for key in access.excluded_party_keys]
        return tantivy.Query.boolean_query([(_MUST, readable), *hidden]) if hidden else readable

    def _between(self, field: str, first: int, end: int) -> tantivy.Query:
        number = tantivy.FieldType.Unsigned
        return tantivy.Query.range_query(self._schema, field, number, first, end, include_upper=False)

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value, "basic")


def _at(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])


def _same_place(prefix: str | None) -> str:
    length = len(prefix or "")
    return f"place{length if length in PLACE_LENGTHS else 2}"


def _next_place(prefix: str | None) -> int:
    """The level whose values a facet of places shows: provinces, or the parts of the place that is asked for."""
    return next((length for length in PLACE_LENGTHS if length > len(prefix or "")), PLACE_LENGTHS[-1])


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    return int(searcher.search(query, limit=1, count=True).count)  # type: ignore[attr-defined]  # missing in its stub


def _numbers(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> tuple[int, ...]:
    if not addresses:
        return ()
    return tuple(int(number or 0) for number in searcher.fast_field_values("seq", addresses))


def _terms(searcher: tantivy.Searcher, query: tantivy.Query, fields: dict[str, str]) -> dict[str, dict[str, int]]:
    """Exact counts of the values of fast fields; a count that the engine calls inexact is an error, never shown."""
    if not fields:
        return {}
    size = {"size": _MOST_BUCKETS, "segment_size": _MOST_BUCKETS}
    wanted = {name: {"terms": {"field": field, **size}} for name, field in fields.items()}
    answer = searcher.aggregate(query, wanted)
    counts: dict[str, dict[str, int]] = {}
    for name in fields:
        if answer[name].get("doc_count_error_upper_bound") or answer[name].get("sum_other_doc_count"):
            raise Corrupt("The index could not count a facet exactly.")
        counts[name] = {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
    return counts
