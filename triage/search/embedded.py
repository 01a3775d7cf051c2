"""The embedded index: tantivy with keyed terms, ids and fast fields only. One process writes, many read and reload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import tantivy

from triage.errors import NoIndex, Refused
from triage.model import Access
from triage.search.clauses import KEYS, Clauses, schema
from triage.search.documents import IndexDocument
from triage.search.embedded_hits import MOST_BUCKETS, case_of, count_of, numbers_of, place_of, scored, terms_of
from triage.search.embedded_writer import Folder, Searcher, written
from triage.search.index import MOST_RANKED, Found, Groups, Head, SearchIndex, at_a_level
from triage.search.nodes import FACETS, Filter, Range
from triage.search.prints import Print, print_of
from triage.search.query import Order, SearchRequest
from triage.search.terms import Terms

FORMAT = 3
_NEAR = 1024
_UNFIT = "value_out_of_range"
_RARE = 1_000
"""Words of so many reports are counted by looking at each, in some microseconds; of others a few more make no difference."""
_ONE_EACH = ("channel", "risk")


class EmbeddedIndex:
    """A tantivy index in a folder, behind the protocol ``SearchIndex``.

    Only the process that holds the worker's lock may call ``apply`` and ``rebuild``; the writer opens on the first call.
    """

    def __init__(self, folder: Path, terms: Terms) -> None:
        # Another format is another folder: it starts empty and the worker fills it.
        self._schema = schema()
        self._folder = Folder(folder / f"v{FORMAT}", self._schema)
        self._terms = terms
        self._clauses = Clauses(self._schema, terms)

    def apply(self, documents: Sequence[IndexDocument], removed: Mapping[str, int] | Sequence[str]) -> None:
        """As in the protocol: removal by the raw text key, then addition, then one commit."""
        refused: dict[str, str] = {}
        gone = set(removed)
        latest = {document.id: document for document in documents if document.id not in gone}
        made = dict(self._fitting(latest.values(), refused))
        with self._change() as writer:
            for report_id in {*gone, *made}:
                written(writer.delete_documents_by_term, "id", report_id)
            for fitting in made.values():
                written(writer.add_document, fitting)
        if refused:
            raise Refused(refused)

    def rebuild(
        self,
        documents: Iterable[IndexDocument],
        check: Callable[[SearchIndex], object] = lambda _: None,  # noqa: ARG002  # the commit is the whole of it
    ) -> int:
        """As in the protocol: one commit at the end, so readers see the old index until then, if it can be read."""
        total, refused = 0, dict[str, str]()
        self._folder.make_whole()
        with self._change() as writer:
            written(writer.delete_all_documents)
            for _, fitting in self._fitting(documents, refused):
                written(writer.add_document, fitting)
                total += 1
        if refused:
            raise Refused(refused)
        return total

    def new(self) -> bool:
        """As in the protocol: it is there from the beginning, and empty after a change of format; or it is lost or damaged."""
        try:
            return not self._searcher().num_docs
        except NoIndex:
            return True

    def make_whole(self) -> None:
        """Puts an empty index in the place of one that is lost or damaged, for whoever has nothing to write into it."""
        self._folder.make_whole()

    def answers(self) -> bool:
        """As in the protocol: it is a part of this process."""
        return True

    def takes_writes(self) -> bool:
        """As in the protocol: it has no state of its own beside that of the disk."""
        return True

    def go_back(self) -> bool:
        """As in the protocol: nothing is kept."""
        return False

    def forget(self) -> int:
        """As in the protocol: nothing is kept."""
        return 0

    def close(self) -> None:
        """Ends the writer's threads and frees its lock."""
        self._folder.close()

    def count(self, request: SearchRequest, access: Access) -> int:
        """As in the protocol."""
        return count_of(self._searcher(), self._clauses.query(request, access))

    def ordered(self, request: SearchRequest, access: Access, order: Order, before: int | None, limit: int) -> Found:
        """As in the protocol."""
        query = self._clauses.query(request, access)
        if before is not None:
            query = self._clauses.within(query, self._clauses.between(KEYS[order], None, before))
        searcher = self._searcher()
        hits = searcher.search(query, limit=limit + 1, count=False, order_by_field=KEYS[order]).hits
        keys = tuple(int(key) for key, _ in hits[:limit])
        addresses = [address for _, address in hits[:limit]]
        cases = tuple(case_of(searcher, address) for address in addresses) if request.group else ()
        return Found(numbers_of(searcher, addresses), keys[-1] if len(hits) > limit else None, keys, cases)

    def ranked(self, request: SearchRequest, access: Access, most: int = MOST_RANKED) -> tuple[int, ...]:
        """As in the protocol; equal scores are told apart by number, newest first."""
        return tuple(seq for seq, _ in self._ranked(self._searcher(), request, access, most))

    def ranked_heads(
        self, request: SearchRequest, access: Access, most: int = MOST_RANKED
    ) -> tuple[tuple[int, str], ...]:
        """As in the protocol."""
        searcher = self._searcher()
        ranked = self._ranked(searcher, request, access, most)
        numbers = searcher.fast_field_values("case_number", [address for _, address in ranked]) if ranked else []
        met: set[int] = set()
        heads: list[tuple[int, str]] = []
        for (seq, address), number in zip(ranked, numbers, strict=True):
            if not number or number not in met:
                met.add(int(number or 0))
                heads.append((seq, case_of(searcher, address) if number else ""))
        return tuple(heads)

    def heads(self, request: SearchRequest, access: Access, order: Order, cases: Sequence[str]) -> dict[str, Head]:
        """As in the protocol: one small query for each case."""
        searcher = self._searcher()
        query = self._clauses.query(request, access)
        found: dict[str, Head] = {}
        for case in cases:
            of_case = self._clauses.both(query, Filter("case", (case,)))
            result = searcher.search(of_case, limit=1, count=True, order_by_field=KEYS[order])
            if result.hits:
                (seq,) = numbers_of(searcher, [result.hits[0][1]])
                found[case] = Head(seq, int(result.count))  # type: ignore[attr-defined]  # missing in its stub
        return found

    def groups(self, request: SearchRequest, access: Access) -> Groups:
        """As in the protocol."""
        wanted = {
            "cases": {"terms": {"field": "case", "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS}},
            "newest": {"max": {"field": "seq"}},
        }
        searcher, query = self._searcher(), self._clauses.query(request, access)
        answer = searcher.aggregate(query, wanted)
        buckets = answer["cases"]["buckets"]
        newest = int(answer["newest"]["value"] or 0)
        if answer["cases"].get("sum_other_doc_count") or answer["cases"].get("doc_count_error_upper_bound"):
            return Groups(None, newest)
        single = count_of(searcher, query) - sum(bucket["doc_count"] for bucket in buckets)
        return Groups(len(buckets) + single, newest)

    def similar(self, request: SearchRequest, access: Access, words: Sequence[str], limit: int) -> tuple[int, ...]:
        """As in the protocol."""
        if not words:
            return ()
        searcher = self._searcher()
        query = self._clauses.similar(self._clauses.query(request, access), words)
        return numbers_of(searcher, [address for _, address in searcher.search(query, limit=limit, count=False).hits])

    def frequencies(self, words: Iterable[str]) -> tuple[dict[str, int], int]:
        """As in the protocol."""
        searcher = self._searcher()
        return {word: self._frequency(searcher, word) for word in set(words)}, searcher.num_docs

    def _frequency(self, searcher: Searcher, word: str) -> int:
        """In how many reports a word stands. The engine itself counts what was written anew or taken out since as well: a word
        of one report alone would count as one of several.
        """
        written_down = searcher.doc_freq("words", self._terms.keyer.key("w" + word))
        if written_down <= _RARE:
            return count_of(searcher, self._clauses.word(word))
        return min(written_down, searcher.num_docs)

    def facets(self, request: SearchRequest, access: Access) -> dict[str, dict[str, int]]:
        """As in the protocol: filters in use are each dropped in turn, the others share one pass."""
        return at_a_level(request, lambda length: self._facets(request, access, length))

    def _facets(self, request: SearchRequest, access: Access, length: int) -> dict[str, dict[str, int]]:
        searcher = self._searcher()
        fields = {name: f"place{length}" if name == "place" else name for name in FACETS}
        filtered = request.filtered
        free = {name: field for name, field in fields.items() if name not in filtered}
        counts = terms_of(searcher, self._clauses.query(request, access), free)
        for name in filtered:
            query = self._clauses.query(request, access, without=name)
            counts |= terms_of(searcher, query, {name: fields[name]})
        return {name: counts[name] for name in FACETS}

    def counted(self, request: SearchRequest, access: Access) -> tuple[int, dict[str, dict[str, int]]]:
        """As in the protocol: every report has one channel and one level, so a facet of them counts the reports too."""
        facets = self.facets(request, access)
        told = [facets[name] for name in _ONE_EACH if name not in request.filtered]
        return sum(told[0].values()) if told else self.count(request, access), facets

    def among(self, asked: Sequence[tuple[SearchRequest, Access]], ids: Sequence[str]) -> list[frozenset[str]]:
        """As in the protocol, in 0.1 ms a question; 0.4 ms where the reports lie far apart."""
        if not ids:
            return [frozenset() for _ in asked]
        searcher = self._searcher()
        these, most = self._clauses.named(ids), len(ids)
        hits = searcher.search(these, limit=most, count=False).hits
        # Opening a stored document costs more than finding it: each is opened once for all questions.
        named = {place_of(address): str(searcher.doc(address).get_first("id")) for _, address in hits}
        seqs = sorted(numbers_of(searcher, [address for _, address in hits]))
        if seqs and seqs[-1] - seqs[0] < _NEAR:
            # New reports have neighbouring numbers: a range of them is found sooner than so many ids.
            these, most = self._clauses.between("seq", seqs[0], seqs[-1] + 1), seqs[-1] - seqs[0] + 1
        found = []
        for request, access in asked:
            query = self._clauses.within(self._clauses.query(request, access), these)
            places = [place_of(address) for _, address in searcher.search(query, limit=most, count=False).hits]
            found.append(frozenset(named[place] for place in places if place in named))
        return found

    def received(self, request: SearchRequest, access: Access, first: datetime, end: datetime) -> int:
        """As in the protocol."""
        low, high = (max(0, int(moment.timestamp())) for moment in (first, end))
        query = self._clauses.both(self._clauses.query(request, access), Range("received", low, high))
        return count_of(self._searcher(), query)

    def versions(self, first: int = 0, end: int | None = None) -> Iterator[tuple[str, int]]:
        """As in the protocol, by pages in the order of time."""
        searcher = self._searcher()
        numbered, before = self._clauses.between("seq", first, end), None
        while True:
            query = numbered
            if before is not None:
                query = self._clauses.within(numbered, self._clauses.between("time_key", None, before))
            hits = searcher.search(query, limit=5000, count=False, order_by_field="time_key").hits
            for _, address in hits:
                document = searcher.doc(address)
                yield str(document.get_first("id")), int(document.get_first("version") or 0)
            if len(hits) < 5000:
                return
            before = int(hits[-1][0])

    def print_of(self, first: int, end: int | None) -> Print:
        """As in the protocol: versions are no column here, so each is read."""
        return print_of(version for _, version in self.versions(first, end))

    def dictionary(self, field: str) -> list[tuple[str, int]]:
        """Every term of a text field as the engine holds it, with how many reports have it: for looking at leaks."""
        return self._searcher().terms_with_prefix(field, "")

    @contextmanager
    def _change(self) -> Iterator[tantivy.IndexWriter]:
        """One commit for all that the block writes; what raises leaves nothing for the next commit to carry along."""
        writer = self._folder.writer()
        try:
            yield writer
            written(writer.commit)
        except BaseException:
            self._folder.undo()
            raise
        self._folder.committed()

    def _searcher(self) -> Searcher:
        return self._folder.searcher()

    def _fitting(
        self, documents: Iterable[IndexDocument], refused: dict[str, str]
    ) -> Iterator[tuple[str, tantivy.Document]]:
        """What the engine can hold, by its id; what it cannot is named in ``refused`` and keeps nothing else from going in."""
        for document in documents:
            try:
                fitting = tantivy.Document.from_dict(self._fields(document), self._schema)
            except (ValueError, OverflowError):
                refused[document.id] = _UNFIT
            else:
                yield document.id, fitting

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
            "lacks": list(document.lacks),
            "party": list(document.party_keys),
            "accused": " ".join(self._terms.names(document.accused)),
            **({"case": document.case_id, "case_number": _case_number(document.case_id)} if document.case_id else {}),
            "fen": max(0, document.amount_fen),
            "time_key": moment << 32 | document.seq,
            "amount_key": yuan << 32 | document.seq,
            "risk_key": risk << 32 | document.seq,
        }

    def _ranked(
        self, searcher: Searcher, request: SearchRequest, access: Access, most: int
    ) -> list[tuple[int, tantivy.DocAddress]]:
        query = self._clauses.query(request, access, rank=True)
        if request.order is Order.RISK:
            hits = searcher.search(query, limit=most, count=False, order_by_field=KEYS[Order.RISK]).hits
            addresses = [address for _, address in hits]
            return list(zip(numbers_of(searcher, addresses), addresses, strict=True))
        return scored(searcher, query, most)


def _case_number(case_id: str) -> int:
    """A number for a case, never 0: two cases of one answer have the same by a chance of 1 in 10 to the 11."""
    return int.from_bytes(blake2b(case_id.encode(), digest_size=7).digest()) + 1
