"""Answers a question as people ask it: the page of an index, opened under the reader's access, with highlights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from corpora.lexicons import synonyms
from corpora.taxonomy import load_taxonomy
from triage.errors import BadInput, NoIndex, NotAllowed
from triage.model import Access, Channel, Level
from triage.search.apart import also_apart
from triage.search.cursors import CursorBox
from triage.search.documents import PLACE_LENGTHS
from triage.search.fields import Lookups, named_place, without_zeros
from triage.search.highlights import Snippet, snippet
from triage.search.index import SearchIndex
from triage.search.language import Asked, read
from triage.search.names import accused_in, forms_of
from triage.search.nodes import AnyOf, Filter, Named, Node, Not, Part, wanted
from triage.search.query import Order, Question, SearchRequest, checked
from triage.search.similar import LEAST, MOST_COMPARED, Likeness, Weigher, compare, words_of
from triage.shown import Cover
from triage.store import WORKER, ReadRow, Store
from triage.text.normalise import normalise
from triage.text.segment import Segmenter

__all__ = ["Answer", "Finder", "Hit", "Question", "place_code"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One report of an answer.

    ``reports`` tells for how many found reports of its case it stands, where hits are grouped. ``similarity`` (0 to 1)
    and ``shared``, rare words and passages that both texts hold, are told of a report that is like another one.
    """

    id: str
    received_at: datetime
    channel: Channel
    categories: tuple[str, ...]
    risk: Level
    place: str
    snippet: Snippet
    case: str | None = None
    reports: int = 1
    similarity: float | None = None
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of hits; ``sort`` is the order it has, ``notice`` a code where that is not the one asked for.

    ``total`` counts reports; ``groups`` counts cases and single reports where hits are grouped. ``also_searched_for``
    tells for each word what was looked for beside it.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    cursor: str | None
    sort: Order
    notice: str | None = None
    also_searched_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: int | None = None


@dataclass(frozen=True)
class Finder:
    """Search for people: engine, store and cursors of one process."""

    store: Store
    index: SearchIndex
    cursors: CursorBox
    segmenter: Segmenter

    def find(self, question: Question, access: Access) -> Answer:
        """One page of the answer.

        Args:
            question: what is asked.
            access: who asks; what they may not see is neither shown nor counted.

        Raises:
            BadInput: a field breaks a rule.
            NotAllowed: the role reads no text.
            NoIndex: it holds nothing, though the store holds reports that belong into it.
            NoIndex: the index holds nothing, though the store holds reports that belong into it.
            NotFound: the report to which others are to be similar is not there, or not visible.
        """
        if not access.role.reads_text:
            raise NotAllowed("This role reads no reports.")
        asked = self._read(question.q, access)
        request = self._request(question, asked, access)
        if question.like is not None:
            return self._similar(question.like, request, asked, access, other_cases=question.other_cases)
        page = self.cursors.page(self.index, request, access, question.cursor)
        if not page.total and self.index.new() and self.store.index_rows(WORKER, after_seq=0, limit=1):
            raise NoIndex(
                "The search index is not there and finds nothing: a worker writes it anew, or `triage reindex`."
            )
        rows = self.store.rows_by_seq(page.seqs, access, act="search")
        hits = tuple(_hit(row, request, reports=page.sizes.get(row.report.seq, 1)) for row in rows)
        return Answer(page.total, hits, page.facets, page.cursor, page.order, page.notice, asked.also, page.groups)

    def _similar(self, like: str, request: SearchRequest, asked: Asked, access: Access, *, other_cases: bool) -> Answer:
        """Reports whose text is like that of another one, the most similar first; no facets."""
        own = self.store.row(like, access)
        if other_cases and (home := self.store.casework.homes([like], access).get(like)) is not None:
            request = replace(request, parts=(*request.parts, Not(Filter("case", (home,)))))
        words = words_of(own.report.text, self.segmenter)
        known = Weigher(*self.index.frequencies(words))
        seqs = self.index.similar(request, access, known.rarest(words), MOST_COMPARED + 1)
        others = [seq for seq in seqs if seq != own.report.seq][:MOST_COMPARED]
        rows = self.store.rows_by_seq(others, access, act="similar")
        every = words.union(*(words_of(row.report.text, self.segmenter) for row in rows))
        weigher = Weigher(*self.index.frequencies(every))
        met = [(compare(own.report.text, row.report.text, weigher, self.segmenter), row) for row in rows]
        cover = Cover.of(own)
        met = sorted((one for one in met if one[0].similarity >= LEAST), key=lambda one: -one[0].similarity)
        hits = tuple(_hit(row, request, likeness=likeness, like=cover) for likeness, row in met)
        return Answer(len(hits), hits[: request.limit], {}, None, Order.RELEVANCE, None, asked.also)

    def _read(self, q: str | None, access: Access) -> Asked:
        lookups = Lookups(lambda code: self._borne(code, access), lambda given: self._case(given, access))
        asked = read(q, split=self._words, synonyms=lambda word: synonyms().get(word, ()), lookups=lookups)
        return replace(asked, nodes=also_apart(asked.nodes))

    def request(self, question: Question, access: Access) -> SearchRequest:
        """What a question asks of an index, for whoever needs no pages. Raises ``BadInput``."""
        return self._request(question, self._read(question.q, access), access)

    def _request(self, question: Question, asked: Asked, access: Access) -> SearchRequest:
        code = question.category
        if code is not None and load_taxonomy().get(code) is None and not self._borne(code, access):
            raise BadInput("category", "unknown", "There is no category of this code.")
        place = place_code(question.place) if question.place is not None else None
        return checked(question, asked.nodes, place)

    def _borne(self, code: str, access: Access) -> bool:
        """Whether a report bears this code of an office's own scheme."""
        return self.index.count(SearchRequest(category=code), access) > 0

    def _case(self, given: str, access: Access) -> Node | None:
        """What finds the case of a readable report; one that stands alone is all there is of it."""
        homes = self.store.casework.homes([given], access) if given.isascii() and given.isalnum() else {}
        if given not in homes:
            return None
        # Readers meet a case under the id of a report that they may read; an index has the one that it is kept under
        if (home := homes[given]) is not None:
            return Filter("case", (home,))
        return AnyOf((Filter("case", (given,)), Filter("id", (given,))))

    def _words(self, plain: str) -> list[str]:
        """The words of a bare part of a query; a word of spaces or punctuation alone asks for nothing beside others."""
        words = self.segmenter.cut(plain)
        return [word for word in words if word[0].isalnum()] or [plain]


def _hit(
    row: ReadRow,
    request: SearchRequest,
    *,
    reports: int = 1,
    likeness: Likeness | None = None,
    like: Cover | None = None,
) -> Hit:
    shared, cover = (*likeness.passages, *likeness.words) if likeness else (), Cover.of(row)
    parts = (*request.parts, Part(tuple(normalise(one).text for one in shared))) if shared else request.parts
    return Hit(
        row.report.id,
        row.report.received_at,
        row.report.channel,
        row.assessment.categories,
        row.priority.level,
        row.report.division,
        snippet(row.report.text, parts, met_names(row, request), covered=cover.text),
        row.case_id,
        reports,
        likeness.similarity if likeness else None,
        # A word that is covered in either of two reports is covered where both are said to hold it
        cover.words(like.words(shared) if like else shared) if shared else (),
    )


def met_names(row: ReadRow, request: SearchRequest) -> set[str]:
    """The accused of a report whom the question names, as the report writes them."""
    asked = {form for part in wanted(request.parts) if isinstance(part, Named) for form in part.forms}
    names = accused_in(row.assessment.entities) if asked else ()
    return {name for name in names if not asked.isdisjoint(forms_of(name))}


def place_code(given: str) -> str:
    """The division code of a code or a name.

    Raises:
        BadInput: no division has this name, or several have.
    """
    if given.isascii() and given.isdigit():
        return without_zeros(given) if len(given) in PLACE_LENGTHS else given
    division = named_place(given)
    if division is None:
        raise BadInput(
            "place", "unknown", "No division has this name, or several have; give its code or the county too."
        )
    return division.code
