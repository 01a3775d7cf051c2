"""The benches of Elasticsearch measure against its bare client on the same server and leave nothing behind."""

from __future__ import annotations

import pytest

from tests.elastic_cluster import Indices
from triage.bench import cluster


@pytest.fixture(autouse=True)
def named(elasticsearch: Indices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_TEST_ELASTICSEARCH_URL", elasticsearch.server.url)
    if elasticsearch.server.ca_file is not None:
        monkeypatch.setenv("TRIAGE_TEST_ELASTICSEARCH_CA_FILE", str(elasticsearch.server.ca_file))


def benches(elasticsearch: Indices) -> list[str]:
    with elasticsearch.client() as client:
        return sorted(client.indices.get_alias(index="triage-bench-*", allow_no_indices=True))


def test_feeding_is_measured_beside_the_bulk_helper(elasticsearch: Indices) -> None:
    outcome = cluster.measure_feed(reports=300, rounds=1)
    assert outcome.value("to_bare_ratio") == pytest.approx(outcome.value("fed_per_s") / outcome.value("bare_per_s"))
    assert benches(elasticsearch) == []


def test_each_kind_of_question_is_measured_beside_the_same_searches(elasticsearch: Indices) -> None:
    outcome = cluster.measure_search(reports=100, rounds=1)
    for kind in ("word", "phrase", "filter", "word_of_one_city"):
        ratio = outcome.value(f"{kind}_p95") / outcome.value(f"{kind}_bare_p95")
        assert outcome.value(f"{kind}_p95_to_bare_ratio") == pytest.approx(ratio)
    assert benches(elasticsearch) == []
