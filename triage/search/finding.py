"""Answers a question as people ask it: the page of an index, opened under the reader's access, with highlights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from corpora.divisions import Divisions
from corpora.lexicons import synonyms
from corpora.taxonomy import load_taxonomy
from triage.errors import BadInput, NotAllowed
from triage.model import Access, Channel, Level
from triage.search.cursors import CursorBox
from triage.search.highlights import Snippet, snippet
from triage.search.index import SearchIndex
from triage.search.query import Order, Question, SearchRequest, checked, parse
from triage.store import Store
from triage.text.segment import Segmenter

__all__ = ["Answer", "Finder", "Hit", "Question", "place_code"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One report of an answer."""

    id: str
    received_at: datetime
    channel: Channel
    categories: tuple[str, ...]
    risk: Level
    place: str
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of hits; ``sort`` is the order it has, ``notice`` a code where that is not the one asked for."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    cursor: str | None
    sort: Order
    notice: str | None = None


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
        """
        if not access.role.reads_text:
            raise NotAllowed("This role sees figures only.")
        request = self._request(question, access)
        page = self.cursors.page(self.index, request, access, question.cursor)
        rows = self.store.rows_by_seq(page.seqs, access, act="search")
        hits = tuple(
            Hit(
                row.report.id,
                row.report.received_at,
                row.report.channel,
                row.assessment.categories,
                row.priority.level,
                row.report.division,
                snippet(row.report.text, request.parts),
            )
            for row in rows
        )
        return Answer(page.total, hits, page.facets, page.cursor, page.order, page.notice)

    def request(self, question: Question, access: Access) -> SearchRequest:
        """What a question asks of an index, for whoever needs no pages. Raises ``BadInput``."""
        return self._request(question, access)

    def _request(self, question: Question, access: Access) -> SearchRequest:
        if question.category and not self._known(question.category, access):
            raise BadInput("category", "unknown", "There is no category of this code.")
        parts = parse(question.q, split=self._words, synonyms=lambda word: synonyms().get(word, ()))
        place = place_code(question.place) if question.place else None
        return checked(question, parts, place)

    def _known(self, category: str, access: Access) -> bool:
        """Whether this is a code of ours or, in an office's own scheme, one that a report bears."""
        ours = load_taxonomy().get(category) is not None
        return ours or self.index.count(SearchRequest(category=category), access) > 0

    def _words(self, plain: str) -> list[str]:
        """The words of a bare part of a query; a word of spaces or punctuation alone asks for nothing beside others."""
        words = self.segmenter.cut(plain)
        return [word for word in words if word[0].isalnum()] or [plain]


def place_code(given: str) -> str:
    """The division code of a code or a name.

    Raises:
        BadInput: no division has this name, or several have.
    """
    if given.isascii() and given.isdigit():
        return given
    division = Divisions.load().resolve(given)
    if division is None:
        raise BadInput(
            "place", "unknown", "No division has this name, or several have; give its code or the county too."
        )
    return division.code
