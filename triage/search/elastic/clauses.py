"""Questions as queries of Elasticsearch, the clause of an access among them; no text of a user reaches a parser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from triage.model import Access
from triage.search.documents import PLACE_LENGTHS
from triage.search.elastic.mapping import KEYS, signed
from triage.search.nodes import AllOf, AnyOf, Filter, Named, Node, Not, Part, Range, facet_of, wanted
from triage.search.query import Order, SearchRequest
from triage.search.terms import Terms

Query = dict[str, Any]
EVERYTHING: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Clauses:
    """Makes queries with terms under one key."""

    terms: Terms

    def query(self, request: SearchRequest, access: Access, *, more: Sequence[Query] = ()) -> Query:
        """The query of a request under an access, and of what else must hold; nothing counts for more than another."""
        return self._all(request.nodes, [readable(access), *more])

    def ranking(self, request: SearchRequest, access: Access) -> Query:
        """As ``query``; the words and passages asked for count by how rare they are and how often they stand there."""
        asked = [part for part in wanted(request.parts) if isinstance(part, Part)]
        words = sorted({word for part in asked for form in part.forms for word in self.terms.words(form)})
        counted = [_term("words", word) for word in words]
        counted += [self._substring(form) for part in asked for form in part.forms]
        found = self.query(request, access)
        return {"bool": {"filter": [found], "should": counted}} if counted else found

    def similar(self, request: SearchRequest, access: Access, words: Sequence[str]) -> Query:
        """What meets a request and holds one of the words, which alone count, by rarity."""
        held = [self.word(word) for word in words]
        return {"bool": {"filter": [self.query(request, access)], "should": held, "minimum_should_match": 1}}

    def without_facets(self, request: SearchRequest, access: Access) -> Query:
        """The query of all that speaks of no facet alone."""
        return self._all([node for node in request.nodes if facet_of(node) is None], [readable(access)])

    def other_facets(self, request: SearchRequest, name: str) -> Query:
        """All that speaks of one facet alone, but of another than this."""
        return self._all([node for node in request.nodes if facet_of(node) not in (None, name)], [])

    def word(self, word: str) -> Query:
        """A segmented word."""
        return _term("words", self.terms.keyer.key("w" + word))

    def _all(self, nodes: Iterable[Node], more: Sequence[Query]) -> Query:
        """What all must hold, and what may not beside it: the engine counts how deep its clauses stand."""
        held, refused = [query for query in more if query != EVERYTHING], []
        for node in nodes:
            if isinstance(node, Not):
                inner = node.node.nodes if isinstance(node.node, AnyOf) else (node.node,)
                refused += [self._node(one) for one in inner]
            else:
                held.append(self._node(node))
        if refused:
            return {"bool": {"filter": held, "must_not": refused}}
        if len(held) > 1:
            return {"bool": {"filter": held}}
        return held[0] if held else EVERYTHING

    def _node(self, node: Node) -> Query:
        match node:
            case Part():
                made = _any([self._substring(form) for form in node.met_by])
            case Named(forms):
                made = _terms("accused", [self.terms.name(form) for form in forms])
            case Filter("place", values):
                made = _any([_term(f"place{len(value)}", value) for value in values])
            case Filter("id", values):
                made = {"ids": {"values": list(values)}}
            case Filter(field, values):
                made = _terms(field, values)
            case Range():
                made = _number(node)
            case Not():
                made = self._all([node], [])
            case AllOf(nodes):
                made = self._all(nodes, [])
            case AnyOf(nodes):
                made = _any([self._node(inner) for inner in nodes])
        return made

    def _substring(self, plain: str) -> Query:
        if len(plain) == 1:
            return _term("characters", self.terms.character(plain))
        bigrams = self.terms.bigrams(plain)
        if len(bigrams) == 1:
            return _term("bigrams", bigrams[0])
        # Every term is a hash: the analyzer has nothing to do but to cut at the spaces.
        return {"match_phrase": {"bigrams": {"query": " ".join(bigrams)}}} if bigrams else EVERYTHING


def readable(access: Access) -> Query:
    """The clause of ``access``: the one place in which row-level rights enter this index."""
    if not access.place_prefixes:
        return NOTHING
    places = EVERYTHING
    if "" not in access.place_prefixes:
        # A prefix of another length than those of divisions stands in no field and meets nothing
        lengths = {prefix: len(prefix) for prefix in access.place_prefixes}
        held = [
            _term(f"place{length if length in PLACE_LENGTHS else PLACE_LENGTHS[0]}", prefix)
            for prefix, length in lengths.items()
        ]
        places = _any(held)
    hidden = [("party", access.excluded_party_keys), ("case", access.excluded_cases)]
    barred = [_terms(field, values) for field, values in hidden if values]
    if access.excluded_reports:
        barred.append({"ids": {"values": list(access.excluded_reports)}})
    return {"bool": {"filter": [places], "must_not": barred}} if barred else places


def below(order: Order, key: int) -> Query:
    """What stands behind a key of an order, of which the largest comes first."""
    return {"range": {KEYS[order]: {"lt": signed(key)}}}


def numbers(first: int, end: int | None) -> Query:
    """Reports of these numbers, from the first on and before the end."""
    return _number(Range("seq", first, end))


def _number(node: Range) -> Query:
    field, low = ("fen", max(node.low or 0, 1)) if node.field == "amount" else (node.field, node.low or 0)
    if low > _LARGEST or (node.high is not None and node.high <= low):
        return NOTHING
    bounds = {"gte": low}
    if node.high is not None and node.high <= _LARGEST:
        bounds["lt"] = node.high
    return {"range": {field: bounds}}


def _term(field: str, value: str) -> Query:
    return {"term": {field: {"value": value}}}


def _terms(field: str, values: Sequence[str]) -> Query:
    return {"terms": {field: list(values)}}


def _any(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else NOTHING
