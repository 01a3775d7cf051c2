"""Questions as queries of the embedded engine, the clause of an access among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tantivy

from triage.model import Access
from triage.search.documents import PLACE_LENGTHS
from triage.search.nodes import AllOf, AnyOf, Filter, Named, Node, Not, Part, Range, wanted
from triage.search.query import Order, SearchRequest
from triage.search.terms import Terms

KEYS = {Order.TIME: "time_key", Order.AMOUNT: "amount_key", Order.RISK: "risk_key"}
"""The field that holds the unique key of each order."""
_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_LARGEST = 2**64 - 1
_KEY_BITS = 32
_Clause = tuple[tantivy.Occur, tantivy.Query]


def schema() -> tantivy.Schema:
    """The fields of a document; a change here is another format of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("seq", fast=True)
    builder.add_unsigned_field("version", stored=True)
    builder.add_text_field("characters", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("bigrams", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("lacks", tokenizer_name="raw", index_option="basic")
    for name in ("category", "month", "risk", "channel", *(f"place{length}" for length in PLACE_LENGTHS)):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("party", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("accused", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("case", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    # Strings cannot be read back as a column, and ten thousand hits are told apart by case at once
    builder.add_unsigned_field("case_number", fast=True)
    builder.add_unsigned_field("fen", fast=True)
    for name in KEYS.values():
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


@dataclass(frozen=True, slots=True)
class Clauses:
    """Makes queries over one schema with terms under one key."""

    schema: tantivy.Schema
    terms: Terms

    def query(self, request: SearchRequest, access: Access, *, rank: bool = False, without: str = "") -> tantivy.Query:
        """The query of a request under an access; ``without`` leaves out the filters of one facet."""
        clauses = [self._clause(node) for node in request.under(without)]
        if not _reads_all(access) or all(occur is _NOT for occur, _ in clauses):
            clauses.append((_MUST, self._readable(access)))
        if rank:
            clauses += [clause for part in wanted(request.parts) for clause in self._rank_clauses(part)]
        # A bare term is counted without looking at its reports, and a tree of one branch is walked more slowly than it
        return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)

    def both(self, query: tantivy.Query, node: Node) -> tantivy.Query:
        """What meets a query and a node."""
        return tantivy.Query.boolean_query([(_MUST, query), self._clause(node)])

    def within(self, query: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
        """What meets both queries."""
        return tantivy.Query.boolean_query([(_MUST, query), (_MUST, other)])

    def named(self, ids: Sequence[str]) -> tantivy.Query:
        """The reports of these ids."""
        return tantivy.Query.term_set_query(self.schema, "id", list(ids))

    def similar(self, query: tantivy.Query, words: Sequence[str]) -> tantivy.Query:
        """What meets a query, which then counts for nothing, and holds one of the words, which count by rarity."""
        terms = [self.word(word) for word in words]
        return tantivy.Query.boolean_query([(_MUST, tantivy.Query.const_score_query(query, 0.0)), (_MUST, _any(terms))])

    def word(self, word: str) -> tantivy.Query:
        """A segmented word."""
        return self._word(self.terms.keyer.key("w" + word))

    def _clause(self, node: Node) -> _Clause:
        return (_NOT, self._node(node.node)) if isinstance(node, Not) else (_MUST, self._node(node))

    def _node(self, node: Node) -> tantivy.Query:
        match node:
            case Part():
                return _any([self._substring(form) for form in node.met_by])
            case Named():
                return _any([self._term("accused", self.terms.name(form)) for form in node.forms])
            case Filter() | Range():
                return tantivy.Query.const_score_query(self._fact(node), 0.0)
            case AnyOf():
                return _any([self._node(inner) for inner in node.nodes])
            case AllOf(nodes):
                clauses = [self._clause(inner) for inner in nodes]
            case Not():
                clauses = [self._clause(node)]
        if all(occur is _NOT for occur, _ in clauses):
            # What is only told by what it is not needs something that it is
            clauses.append((_MUST, tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)))
        return tantivy.Query.boolean_query(clauses)

    def _fact(self, node: Filter | Range) -> tantivy.Query:
        if isinstance(node, Filter):
            field = node.field
            values = [(f"place{len(value)}" if field == "place" else field, value) for value in node.values]
            return _any([self._term(name, value) for name, value in values])
        if node.field == "received":
            low, high = (None if end is None else end << _KEY_BITS for end in (node.low, node.high))
            return self.between(KEYS[Order.TIME], low, high)
        if node.field == "amount":
            return self.between("fen", max(node.low or 0, 1), node.high)
        return self.between(node.field, node.low, node.high)

    def between(self, field: str, low: int | None, high: int | None) -> tantivy.Query:
        """A number from ``low`` on and below ``high``; one that the field cannot hold bounds nothing, or meets nothing."""
        if high is not None and high > _LARGEST:
            high = None
        if (high is not None and high <= (low or 0)) or (low or 0) > _LARGEST:
            return tantivy.Query.empty_query()
        return tantivy.Query.range_query(
            self.schema,
            field,
            tantivy.FieldType.Unsigned,
            lower_bound=low or 0,
            upper_bound=_LARGEST if high is None else high,
            include_upper=high is None,
        )

    def _rank_clauses(self, part: Part | Named) -> list[_Clause]:
        if isinstance(part, Named):
            return []
        words = {word for form in part.forms for word in self.terms.words(form)}
        return [(_SHOULD, self._word(word)) for word in sorted(words)]

    def _word(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self.schema, "words", term, "freq")

    def _substring(self, plain: str) -> tantivy.Query:
        if len(plain) == 1:
            return self._term("characters", self.terms.character(plain))
        bigrams = list(self.terms.bigrams(plain))
        if len(bigrams) == 1:
            return tantivy.Query.term_query(self.schema, "bigrams", bigrams[0], "freq")
        words: list[str | tuple[int, str]] = list(bigrams)
        return tantivy.Query.phrase_query(self.schema, "bigrams", words)

    def _readable(self, access: Access) -> tantivy.Query:
        """The clause of ``access``: the one place in which row-level rights enter this index."""
        if not access.place_prefixes:
            return tantivy.Query.empty_query()
        places: list[tantivy.Query] = []
        for prefix in access.place_prefixes:
            if prefix == "":
                places = [tantivy.Query.all_query()]
                break
            length = len(prefix)
            places.append(self._term(f"place{length if length in PLACE_LENGTHS else PLACE_LENGTHS[0]}", prefix))
        readable = tantivy.Query.const_score_query(_any(places), 0.0)
        hidden = [(_NOT, self._term("party", key)) for key in access.excluded_party_keys]
        hidden += [(_NOT, self._term("case", name)) for name in access.excluded_cases]
        if access.excluded_reports:
            hidden.append((_NOT, self.named(access.excluded_reports)))
        return tantivy.Query.boolean_query([(_MUST, readable), *hidden]) if hidden else readable

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self.schema, field, value, "basic")


def _reads_all(access: Access) -> bool:
    """Whether the clause of an access would meet every report: then whatever else is asked need not be met with it."""
    hidden = access.excluded_party_keys or access.excluded_cases or access.excluded_reports
    return "" in access.place_prefixes and not hidden


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])
