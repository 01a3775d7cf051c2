"""The benches of Elasticsearch measure against its bare client on the same server and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from postgres_databases import Databases

from tests.elastic_cluster import Indices
from triage.bench import cluster, copying, processes, province, readings, reindexing
from triage.bench.processes import processor_seconds

pytestmark = pytest.mark.usefixtures("named")


@pytest.fixture
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


def test_reports_are_brought_to_the_index_on_both_servers_and_every_step_is_timed(
    postgres: Databases, data_dir: Path, monkeypatch: pytest.MonkeyPatch, elasticsearch: Indices
) -> None:
    address = postgres.server.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TRIAGE_TEST_DATABASE_URL", address)
    outcome = province.measure(reports=12, against=6)
    assert outcome.value("reports") == 12
    assert outcome.value("against") == 6
    assert outcome.value("not_indexed") == 0
    steps = ("assess", "link", "keep", "index")
    assert all(outcome.value(f"{step}_cpu") > 0 for step in steps)
    assert sum(outcome.value(f"{step}_wall") for step in steps) <= outcome.value("work_wall")
    assert outcome.value("wall_growth") > 0
    assert any("not seen" in note for note in outcome.notes), "a server that was named is no process of ours"
    assert benches(elasticsearch) == []


def test_copying_is_measured_beside_single_statements(postgres: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    address = postgres.server.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TRIAGE_TEST_DATABASE_URL", address)
    outcome = copying.measure(rows=600)
    assert outcome.value("rows") == 600
    assert outcome.value("added_by_second_run") == 0
    ratio = outcome.value("imported_per_s") / outcome.value("by_statements_per_s")
    assert outcome.value("to_statements_ratio") == pytest.approx(ratio)


def test_the_processor_time_of_a_process_counts_what_it_started() -> None:
    work = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))']); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", work], stdin=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while processor_seconds([process.pid]) < 0.1:
            assert time.monotonic() < until
            time.sleep(0.05)
    assert processor_seconds([]) == 0


def test_new_reports_come_in_beside_standing_ones_and_where_nothing_stands(
    postgres: Databases, data_dir: Path, monkeypatch: pytest.MonkeyPatch, elasticsearch: Indices
) -> None:
    monkeypatch.setenv("TRIAGE_TEST_DATABASE_URL", postgres.server.url.render_as_string(hide_password=False))
    monkeypatch.setattr(readings, "AUTHORED", 40)
    outcome = province.measure(reports=8, against=100, standing=300)
    assert outcome.value("standing") == 300
    assert outcome.value("reports") == outcome.value("against") == 8
    assert outcome.value("not_indexed") == 0
    assert outcome.value("cpu_growth") > 0
    assert outcome.value("link_cpu_growth") > 0
    assert outcome.value("standing_index") > 0
    assert any("not brought in" in note for note in outcome.notes), "nobody takes them for imported ones"
    assert benches(elasticsearch) == []


def test_an_index_is_written_anew_while_reports_arrive_and_people_search_and_none_is_missing(
    postgres: Databases, data_dir: Path, monkeypatch: pytest.MonkeyPatch, elasticsearch: Indices
) -> None:
    monkeypatch.setenv("TRIAGE_TEST_DATABASE_URL", postgres.server.url.render_as_string(hide_password=False))
    monkeypatch.setattr(readings, "AUTHORED", 40)
    # The tests that follow shall not step back too
    monkeypatch.setattr(processes, "_AUTOGROUP", data_dir / "nowhere" / "autogroup")
    # How fast, is no test: nobody steps back for the other tests, and questions are asked a few times
    monkeypatch.setattr(reindexing, "_NICE", "0")
    monkeypatch.setattr(reindexing, "_ROUNDS", 5)
    outcome = reindexing.measure(standing=300, posting=5.0, searching=5.0, alone=1.0)
    assert outcome.value("posted_per_s") > 0
    assert outcome.value("searched_per_s") > 0
    for nothing in ("posted_failed", "searched_failed", "searches_that_found_less"):
        assert outcome.value(nothing) == 0, nothing
    for nothing in ("acknowledged_but_not_kept", "missing_in_index", "surplus_in_index"):
        assert outcome.value(nothing) == 0, nothing
    assert benches(elasticsearch) == []
