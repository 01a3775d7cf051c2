"""The demonstration on real servers: it takes its settings from them, writes there, and leaves nothing behind."""

from __future__ import annotations

import os

import psycopg
import pytest
from postgres_databases import Databases

from tests.elastic_cluster import Indices
from tests.journeys.feeding import PETITION, fed, routed
from triage.cli.demo_cluster import on_servers
from triage.cli.workplace import opened_store, own_access
from triage.pipeline import open_finder
from triage.search.elastic import ElasticIndex
from triage.search.finding import Question
from triage.settings import Settings, get_settings


def test_it_keeps_and_finds_reports_on_servers_of_its_own_and_puts_the_settings_back(
    settings: Settings, postgres: Databases, elasticsearch: Indices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_TEST_DATABASE_URL", postgres.address("postgres"))
    for name, value in elasticsearch.environ(settings.data_dir).items():
        monkeypatch.setenv(name.replace("TRIAGE_", "TRIAGE_TEST_"), value)
    before = dict(os.environ)
    with on_servers(settings) as there:
        assert not there.sqlite
        assert there.data_dir != settings.data_dir
        with opened_store(there) as store:
            report_id = routed(store, PETITION)
            fed(store)
            finder = open_finder(there, store)
            assert isinstance(finder.index, ElasticIndex)
            answer = finder.find(Question(q="危房"), own_access(store, there))
            assert [hit.id for hit in answer.hits] == [report_id]
    assert dict(os.environ) == before
    assert get_settings().data_dir == settings.data_dir
    assert not there.data_dir.exists()
    with elasticsearch.client() as client:
        assert not client.indices.get_alias(index=f"{there.elasticsearch_index}-*", allow_no_indices=True)
    with psycopg.connect(postgres.plain_address("postgres")) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'triage_demo_%'").fetchall()
    assert left == []
