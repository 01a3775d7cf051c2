"""The index on a cluster behind the protocol ``SearchIndex``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from triage.errors import Busy, IndexDown, NoIndex, Refused, Unavailable
from triage.model import Access
from triage.search.documents import IndexDocument
from triage.search.elastic.clauses import EVERYTHING, Clauses, Query, below, numbers
from triage.search.elastic.connection import Cluster, exact, kind_of, of_status, whole
from triage.search.elastic.generations import Generations, Place
from triage.search.elastic.mapping import KEYS, fields, number_in, unsigned
from triage.search.elastic.writing import MANY_AT_ONCE, added, dropped, taken_out, write
from triage.search.index import MOST_RANKED, MOST_VALUES, Found, Groups, Head, SearchIndex, at_a_level
from triage.search.nodes import FACETS, Filter, Range
from triage.search.prints import Print
from triage.search.query import Order, SearchRequest
from triage.search.terms import Terms

NAME = "triage-reports"
_MOST_BUCKETS = 65_000
_MOST_QUESTIONS = 200
_MOST_WORDS = 1_000
_PAGE = 5_000
_MOST_MOVES = 5


class ElasticIndex:
    """An index of reports on a cluster; ``name`` begins the names of its indices. Any number of processes may write: each
    document carries the store's revision, and one that comes late never takes the place of a newer one. ``place`` binds a draft.
    """

    def __init__(
        self, cluster: Cluster, terms: Terms, name: str = NAME, *, shards: int = 1, place: Place = Place.READ
    ) -> None:
        self._cluster = cluster
        self._terms = terms
        self._clauses = Clauses(terms)
        self._place = place
        self.generations = Generations(cluster, name, terms.keyer.key("whose terms"), shards)
        self._ours = False
        self._at = self.generations.alias(place)

    def apply(self, documents: Sequence[IndexDocument], removed: Mapping[str, int] | Sequence[str]) -> None:
        """As in the protocol: into the index that is read, and into those that are being written or kept beside it."""
        gone = removed if isinstance(removed, Mapping) else dict.fromkeys(removed, 0)
        latest = {document.id: document for document in documents if document.id not in gone}
        made: dict[str, dict[str, Any]] = {}
        for left in reversed(range(_MOST_MOVES)):
            try:
                refused = self._sent(made, latest, gone)
                break
            except NoIndex:
                # An index changed its place meanwhile: writing all of it again, where it belongs now, is harmless.
                if not left:
                    raise
        if refused:
            raise Refused(refused)

    def rebuild(
        self, documents: Iterable[IndexDocument], check: Callable[[SearchIndex], object] = lambda _: None
    ) -> int:
        """As in the protocol: into a next index that takes what changes meanwhile, is checked and then read instead.

        Whoever is killed on the way, or finds engine or store busy or gone, leaves a next index, and the next call goes on
        with it; whatever else goes wrong takes it away. Documents that cannot go in are left out, and told when all others are read.
        """
        went_on = self.generations.begin()
        draft = ElasticIndex(
            self._cluster, self._terms, self.generations.name, shards=self.generations.shards, place=Place.NEXT
        )
        try:
            total, refused = draft._filled(documents, went_on)
            check(draft)
            self.generations.swap()
        except (Busy, Unavailable):
            raise
        except Exception:
            self.generations.abandon()
            raise
        if refused:
            raise Refused(refused)
        return total

    def answers(self) -> bool:
        """As in the protocol."""
        return self._cluster.answers()

    def takes_writes(self) -> bool:
        """As in the protocol."""
        return not self.generations.closed()

    def go_back(self) -> bool:
        """As in the protocol; both go on taking what changes."""
        return self.generations.go_back()

    def forget(self) -> int:
        """As in the protocol."""
        return self.generations.forget()

    def close(self) -> None:
        """Closes the connections; the next call opens them again."""
        self._cluster.close()

    def count(self, request: SearchRequest, access: Access) -> int:
        """As in the protocol."""
        return self._count(self._clauses.query(request, access))

    def ordered(self, request: SearchRequest, access: Access, order: Order, before: int | None, limit: int) -> Found:
        """As in the protocol."""
        behind = [] if before is None else [below(order, before)]
        query = self._clauses.query(request, access, more=behind)
        hits = self._hits(query, limit + 1, [KEYS[order]], ["case"] if request.group else [])
        keys = tuple(unsigned(hit["sort"][0]) for hit in hits[:limit])
        cases = tuple(_case(hit) for hit in hits[:limit]) if request.group else ()
        return Found(tuple(map(number_in, keys)), keys[-1] if len(hits) > limit else None, keys, cases)

    def ranked(self, request: SearchRequest, access: Access, most: int = MOST_RANKED) -> tuple[int, ...]:
        """As in the protocol."""
        return tuple(seq for seq, _ in self._ranked(request, access, most))

    def ranked_heads(
        self, request: SearchRequest, access: Access, most: int = MOST_RANKED
    ) -> tuple[tuple[int, str], ...]:
        """As in the protocol."""
        met: set[str] = set()
        heads: list[tuple[int, str]] = []
        for seq, case in self._ranked(request, access, most, ["case"]):
            if not case or case not in met:
                met.add(case)
                heads.append((seq, case))
        return tuple(heads)

    def heads(self, request: SearchRequest, access: Access, order: Order, cases: Sequence[str]) -> dict[str, Head]:
        """As in the protocol, in one question."""
        if not cases:
            return {}
        asked = SearchRequest((*request.nodes, Filter("case", tuple(cases))))
        first = {"top_hits": {"size": 1, "_source": False, "sort": [{KEYS[order]: "desc"}]}}
        of_cases = {"terms": {"field": "case", "size": len(set(cases))}, "aggs": {"first": first}}
        answer = self._counted(self._clauses.query(asked, access), {"cases": of_cases})
        found = {}
        for bucket in exact(answer["cases"]):
            (hit,) = bucket["first"]["hits"]["hits"]
            found[bucket["key"]] = Head(number_in(unsigned(hit["sort"][0])), bucket["doc_count"])
        return found

    def groups(self, request: SearchRequest, access: Access) -> Groups:
        """As in the protocol."""
        wanted = {
            "cases": {"terms": {"field": "case", "size": _MOST_BUCKETS}},
            "single": {"missing": {"field": "case"}},
            "newest": {"max": {"field": "seq"}},
        }
        answer = self._counted(self._clauses.query(request, access), wanted)
        newest = int(answer["newest"]["value"] or 0)
        if answer["cases"]["sum_other_doc_count"]:
            return Groups(None, newest)
        return Groups(len(exact(answer["cases"])) + answer["single"]["doc_count"], newest)

    def similar(self, request: SearchRequest, access: Access, words: Sequence[str], limit: int) -> tuple[int, ...]:
        """As in the protocol."""
        hits = self._hits(self._clauses.similar(request, access, words), limit, ["_score", "seq"]) if words else []
        return tuple(int(hit["sort"][1]) for hit in hits)

    def frequencies(self, words: Iterable[str]) -> tuple[dict[str, int], int]:
        """As in the protocol."""
        counts: dict[str, int] = {}
        each = sorted(set(words))
        for at in range(0, len(each), _MOST_WORDS):
            some = each[at : at + _MOST_WORDS]
            filters = {str(number): self._clauses.word(word) for number, word in enumerate(some)}
            told = self._counted(EVERYTHING, {"words": {"filters": {"filters": filters}}})["words"]["buckets"]
            counts |= {word: told[str(number)]["doc_count"] for number, word in enumerate(some)}
        return counts, self._count(EVERYTHING)

    def facets(self, request: SearchRequest, access: Access) -> dict[str, dict[str, int]]:
        """As in the protocol."""
        return self.counted(request, access)[1]

    def counted(self, request: SearchRequest, access: Access) -> tuple[int, dict[str, dict[str, int]]]:
        """As in the protocol, in one question: each facet counts what the filters of the others leave."""
        return at_a_level(request, lambda length: self._facets(request, access, length))

    def _facets(self, request: SearchRequest, access: Access, length: int) -> tuple[int, dict[str, dict[str, int]]]:
        wanted: dict[str, Any] = {"all": {"filter": self._clauses.other_facets(request, "")}}
        for name in FACETS:
            terms = {"field": f"place{length}" if name == "place" else name, "size": MOST_VALUES}
            wanted[name] = {"filter": self._clauses.other_facets(request, name), "aggs": {"values": {"terms": terms}}}
        answer = self._counted(self._clauses.without_facets(request, access), wanted)
        counts = {name: {one["key"]: one["doc_count"] for one in exact(answer[name]["values"])} for name in FACETS}
        return int(answer["all"]["doc_count"]), counts

    def among(self, asked: Sequence[tuple[SearchRequest, Access]], ids: Sequence[str]) -> list[frozenset[str]]:
        """As in the protocol, many questions in one call."""
        these = [{"ids": {"values": list(ids)}}]
        questions = [self._clauses.query(request, access, more=these) for request, access in asked]
        if not ids or not questions:
            return [frozenset() for _ in asked]
        found: list[frozenset[str]] = []
        for at in range(0, len(questions), _MOST_QUESTIONS):
            found += self._answers(questions[at : at + _MOST_QUESTIONS], len(ids))
        return found

    def received(self, request: SearchRequest, access: Access, first: datetime, end: datetime) -> int:
        """As in the protocol."""
        low, high = (max(0, int(moment.timestamp())) for moment in (first, end))
        return self._count(self._clauses.query(SearchRequest((*request.nodes, Range("received", low, high))), access))

    def versions(self, first: int = 0, end: int | None = None) -> Iterator[tuple[str, int]]:
        """As in the protocol, by pages of one point in time."""
        if self._place is not Place.READ:
            self.generations.refresh(self._place)
        body = {"query": numbers(first, end), "size": _PAGE, "sort": [{"seq": "asc"}], "docvalue_fields": ["version"]}
        for hit in self._cluster.pages(self._at, body):
            yield hit["_id"], int(hit["fields"]["version"][0])

    def print_of(self, first: int, end: int | None) -> Print:
        """As in the protocol: the engine counts and adds up."""
        wanted = {"sum": {"sum": {"field": "print"}}}
        body = {"query": numbers(first, end), "size": 0, "aggs": wanted, "track_total_hits": True}
        answer = self._cluster.search(self._at, body)
        return Print(answer["hits"]["total"]["value"], int(answer["aggregations"]["sum"]["value"]))

    def new(self) -> bool:
        """As in the protocol.

        Raises:
            WrongKey: there is one under another key.
        """
        if Place.READ not in self.generations.by_place():
            return True
        self.generations.check()
        return False

    def _sent(
        self, made: dict[str, dict[str, Any]], documents: Mapping[str, IndexDocument], gone: Mapping[str, int]
    ) -> dict[str, str]:
        """Sends changes to every index that takes them, and lets readers see them; what is refused for good.

        ``made`` keeps the fields of documents, which are the same in each index.
        """
        refused: dict[str, str] = {}
        written = self.generations.written(self._place)
        for place, (index, seen) in written.items():
            alias = self.generations.alias(place)
            gone_here = (taken_out(index, each, revision) for each, revision in gone.items())
            try:
                told = write(self._cluster, chain(self._additions(alias, made, documents), gone_here))
            except IndexDown:
                if place is not Place.OLD:
                    raise
                self.generations.leave_kept(index)
                continue
            # What the kept one does not take is no loss to anybody who searches
            refused |= {} if place is Place.OLD else told
            if seen:
                self.generations.refresh(place)
        if self.generations.written(self._place) != written:
            raise NoIndex("The indices changed places meanwhile.")
        return refused

    def _additions(
        self, alias: str, made: dict[str, dict[str, Any]], documents: Mapping[str, IndexDocument]
    ) -> Iterator[dict[str, Any]]:
        for each, document in documents.items():
            if each not in made:
                made[each] = fields(document, self._terms)
            yield added(alias, each, document.revision, made[each])

    def _filled(self, documents: Iterable[IndexDocument], went_on: bool) -> tuple[int, dict[str, str]]:
        """Fills the next index with what it does not hold yet, and takes out what is in none of the documents."""
        held = dict(self.versions()) if went_on else {}
        seen: set[str] = set()

        def actions() -> Iterator[dict[str, Any]]:
            for document in documents:
                seen.add(document.id)
                if held.pop(document.id, None) != document.version:
                    yield added(self._at, document.id, document.revision, fields(document, self._terms))

        refused = write(self._cluster, actions(), MANY_AT_ONCE)
        if surplus := held.keys() - seen:
            index, _ = self.generations.written(self._place)[self._place]
            write(self._cluster, [dropped(index, each) for each in sorted(surplus)])
        self.generations.refresh(self._place)
        return len(seen) - len(refused), refused

    def _count(self, query: Query) -> int:
        if not self._ours:
            # Every page of an answer is counted: whoever reads comes by here first
            self.generations.check()
            self._ours = True
        answer = self._cluster.search(self._at, {"query": query, "size": 0, "track_total_hits": True})
        return int(answer["hits"]["total"]["value"])

    def _counted(self, query: Query, wanted: Mapping[str, Any]) -> dict[str, Any]:
        body = {"query": query, "size": 0, "aggs": wanted, "track_total_hits": False}
        return dict(self._cluster.search(self._at, body)["aggregations"])

    def _hits(self, query: Query, size: int, sort: Sequence[str], columns: Sequence[str] = ()) -> list[dict[str, Any]]:
        """The hits with the largest of what they are sorted by, and columns; the engine opens no document for that."""
        body = {
            "query": query,
            "size": size,
            "sort": [{field: "desc"} for field in sort],
            "track_total_hits": False,
            "stored_fields": "_none_",
            "docvalue_fields": list(columns),
        }
        return list(self._cluster.search(self._at, body)["hits"]["hits"])

    def _ranked(
        self, request: SearchRequest, access: Access, most: int, columns: Sequence[str] = ()
    ) -> list[tuple[int, str]]:
        by_risk = request.order is Order.RISK
        query = self._clauses.query(request, access) if by_risk else self._clauses.ranking(request, access)
        hits = self._hits(query, most, [KEYS[Order.RISK] if by_risk else "_score", "seq"], columns)
        return [(int(hit["sort"][1]), _case(hit)) for hit in hits]

    def _answers(self, questions: Sequence[Query], most: int) -> list[frozenset[str]]:
        searches: list[dict[str, Any]] = []
        for query in questions:
            body = {"query": query, "size": most, "_source": False, "track_total_hits": False}
            searches += [{"index": self._at, "allow_partial_search_results": False}, body]
        found = []
        for answer in self._cluster.call(lambda client: client.msearch(searches=searches))["responses"]:
            if "error" in answer:
                raise of_status(int(answer["status"]), kind_of(answer), missing=answer["status"] == 404)
            found.append(frozenset(hit["_id"] for hit in whole(answer)["hits"]["hits"]))
        return found


def _case(hit: Mapping[str, Any]) -> str:
    return str(hit.get("fields", {}).get("case", [""])[0])
