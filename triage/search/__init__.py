"""Finding reports: one protocol, engines behind it, and the same terms for all of them.

In go ``IndexDocument`` objects (what the outbox says has changed) and ``SearchRequest`` objects under an ``Access``;
out come pages of report numbers with exact facets and a cursor. Text never enters an engine: every token is a keyed
hash, made by the one function in ``terms``; highlights are computed on the text of the hits that are shown.
"""

from triage.search.cursors import CursorBox
from triage.search.documents import IndexDocument
from triage.search.embedded import EmbeddedIndex
from triage.search.highlights import Snippet, snippet
from triage.search.index import Page, SearchIndex
from triage.search.names import accused_in
from triage.search.query import Order, SearchRequest, parse
from triage.search.terms import Terms

__all__ = [
    "CursorBox",
    "EmbeddedIndex",
    "IndexDocument",
    "Order",
    "Page",
    "SearchIndex",
    "SearchRequest",
    "Snippet",
    "Terms",
    "accused_in",
    "parse",
    "snippet",
]
