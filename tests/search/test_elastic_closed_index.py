"""An index on Elasticsearch that somebody closed: nothing is refused for good, and what waits goes in once it is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.search_backends import EVERYWHERE, TERMS, documents
from tests.elastic_cluster import Indices
from triage.errors import IndexDown
from triage.search import SearchRequest
from triage.search.elastic import ElasticIndex
from triage.search.elastic.generations import Place


@pytest.fixture
def index(elasticsearch: Indices, tmp_path: Path) -> ElasticIndex:
    return elasticsearch.make(tmp_path, TERMS)


def test_a_closed_index_does_not_answer_and_refuses_no_report(elasticsearch: Indices, index: ElasticIndex) -> None:
    held = documents(5)
    index.apply(held[:3], [])
    (name,) = (one.index for one in index.generations.all())
    elasticsearch.client().indices.close(index=name)
    acts: tuple[Callable[[], object], ...] = (
        lambda: index.count(SearchRequest(), EVERYWHERE),
        lambda: index.facets(SearchRequest(), EVERYWHERE),
        lambda: list(index.versions()),
        lambda: index.among([(SearchRequest(), EVERYWHERE)], [held[0].id]),
        lambda: index.apply(held[3:], []),
        lambda: index.apply(held[3:4], []),
        lambda: index.apply([], {held[0].id: 9}),
    )
    for act in acts:
        with pytest.raises(IndexDown, match="closed"):
            act()
    assert not index.new(), "what is closed holds all that was written"
    elasticsearch.client().indices.open(index=name)
    index.apply(held[3:], [])
    assert index.count(SearchRequest(), EVERYWHERE) == 5


def test_a_kept_index_that_somebody_closed_is_left_and_keeps_nothing_from_going_in(
    elasticsearch: Indices, index: ElasticIndex
) -> None:
    held = documents(5)
    index.apply(held[:3], [])
    index.rebuild(held[:3])
    kept = index.generations.by_place()[Place.OLD]
    elasticsearch.client().indices.close(index=kept)
    index.apply(held[3:], [])
    assert index.count(SearchRequest(), EVERYWHERE) == 5
    assert Place.OLD not in index.generations.by_place(), "nobody may go back to what does not hear of changes"
