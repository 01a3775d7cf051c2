"""Store and index kept alike on either engine: what differs is found range by range and mended, whatever happened to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.elastic_cluster import Indices
from tests.journeys.feeding import PETITION, index_again, routed, worker
from tests.store.store_samples import outcome
from triage import indexing
from triage.cli.jobs import run_job
from triage.errors import NoIndex, Refused
from triage.indexing import Drift, document_of, drift_by_number, reconcile
from triage.model import Access, StaffRole, Stage, Way
from triage.pipeline import Pipeline
from triage.search import EmbeddedIndex, IndexDocument, Order, SearchIndex, SearchRequest
from triage.search.elastic import ElasticIndex
from triage.search.elastic.generations import Place
from triage.search.elastic.mapping import FORMAT, mappings
from triage.settings import Settings
from triage.store import WORKER, Store

READER = Access("reader", StaffRole.INVESTIGATOR, ("",))


def on_cluster(elasticsearch: Indices, folder: Path) -> Settings:
    return Settings(
        data_dir=folder / "data",
        elasticsearch_url=SecretStr(elasticsearch.server.url),
        elasticsearch_ca_file=elasticsearch.server.ca_file,
        elasticsearch_index=elasticsearch.name(folder),
    )


@pytest.fixture(params=["embedded", "elasticsearch"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "embedded":
        settings = Settings(data_dir=tmp_path / "data")
    else:
        settings = on_cluster(request.getfixturevalue("elasticsearch"), tmp_path)
    with Store.open(settings) as opened:
        yield opened


@pytest.fixture
def clustered(elasticsearch: Indices, tmp_path: Path) -> Iterator[Store]:
    with Store.open(on_cluster(elasticsearch, tmp_path)) as opened:
        yield opened


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges of few reports, so that there are many."""
    monkeypatch.setattr(indexing, "RANGE", 4)
    monkeypatch.setattr(indexing, "_NARROW", 4)
    monkeypatch.setattr(indexing, "_PAGE", 3)


def filled(store: Store, count: int) -> tuple[Pipeline, list[str]]:
    ids = [routed(store, f"{PETITION}第{number}封") for number in range(count)]
    made = worker(store)
    while made.feed():
        pass
    return made, ids


def found(made: Pipeline) -> set[int]:
    return set(made.index.ordered(SearchRequest(limit=200), READER, Order.TIME, None, 200).seqs)


def test_what_differs_in_any_range_is_found_told_and_mended(store: Store, few: None) -> None:
    made, ids = filled(store, 17)
    assert reconcile(store, made.index) == Drift(0, 0, 0)
    rows = store.rows(ids, WORKER)
    old = replace(document_of(rows[ids[12]], revision=100), version=5)
    surplus = replace(document_of(rows[ids[3]]), id="nobody", seq=900, revision=100)
    made.index.apply([old, surplus], {ids[1]: 100, ids[16]: 100})
    for _ in range(100):
        # The store has gone beyond the revisions that were made up above
        store.asides.send_again([ids[0]])
    while made.feed():
        pass
    assert reconcile(store, made.index, repair=False) == Drift(2, 1, 1)
    assert drift_by_number(store, made.index) == 1
    assert run_job(store, made.index, "reconcile", {}, lambda _: None) == (
        "索引缺 2 件，旧 1 件，多 1 件；已补齐 · 2 reports were missing in the index, 1 old, 1 too many; mended."
    )
    assert reconcile(store, made.index) == Drift(0, 0, 0)
    assert drift_by_number(store, made.index) == 0
    assert len(found(made)) == 17
    assert store.waiting() == 0
    made.index.close()


def test_a_worker_that_goes_on_fills_an_embedded_index_whose_folder_was_deleted_or_damaged(tmp_path: Path) -> None:
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        made, _ = filled(opened, 5)
        for damage in (shutil.rmtree, lambda folder: next(folder.glob("*/meta.json")).write_text("{")):
            damage(tmp_path / "data" / "index")
            late = routed(opened, PETITION)
            assert made.feed() == 1
            assert opened.row(late, WORKER).report.stage is Stage.INDEXED
            assert len(found(made)) == opened.counts(WORKER)[Stage.INDEXED]
            assert reconcile(opened, made.index) == Drift(0, 0, 0)
        made.index.close()


def test_a_new_index_is_mended_before_it_is_read_and_only_where_it_differs_is_the_store_read_again(
    clustered: Store, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ids = filled(clustered, 17)
    late = routed(clustered, PETITION)
    row = clustered.rows([ids[9]], WORKER)[ids[9]]
    write = ElasticIndex.rebuild
    read: list[int] = []
    beyond: list[str] = []
    looked = indexing._kept

    def disturbed(
        self: ElasticIndex, documents: Iterable[IndexDocument], check: Callable[[SearchIndex], object]
    ) -> int:
        def badly() -> Iterator[IndexDocument]:
            for document in documents:
                if document.id == ids[9]:
                    yield replace(document_of(row), version=5)
                elif document.id not in (ids[2], late):
                    yield document
            # Beyond all that was written, and lost on its way
            beyond.extend(routed(clustered, f"{PETITION}{number}") for number in range(9))
            lines = {item.report_id: item.seq for item in clustered.outbox_batch(100)}
            clustered.outbox_done([lines[each] for each in beyond])

        return write(self, badly(), check)

    def noted(of: Store, first: int, end: int | None) -> dict[str, int]:
        read.append(first)
        return looked(of, first, end)

    monkeypatch.setattr(ElasticIndex, "rebuild", disturbed)
    monkeypatch.setattr(indexing, "_kept", noted)
    indexing.rebuild(clustered, made.index)
    assert reconcile(clustered, made.index, repair=False) == Drift(0, 0, 0)
    assert len(found(made)) == 17 + 9
    number = {each: row.report.seq for each, row in clustered.rows([*ids, late], WORKER).items()}
    assert set(read) == {*(number[each] // 4 * 4 for each in (ids[2], ids[9], late)), (number[late] // 4 + 1) * 4}
    while made.feed():
        pass
    assert len(found(made)) == 18 + 9
    made.index.close()


def test_what_waits_in_the_outbox_is_no_drift(store: Store, few: None) -> None:
    made, _ = filled(store, 5)
    routed(store, PETITION)
    assert reconcile(store, made.index, repair=False) == Drift(0, 0, 0)
    assert drift_by_number(store, made.index) == 0
    while made.feed():
        pass
    assert len(found(made)) == 6
    made.index.close()


def test_an_index_of_another_life_of_the_store_is_told_to_be_written_anew(clustered: Store, few: None) -> None:
    made, ids = filled(clustered, 3)
    # As after a restore: the index has seen revisions that the store is yet to reach
    row = clustered.rows(ids, WORKER)[ids[1]]
    made.index.apply([replace(document_of(row, revision=10**6), version=1)], [])
    assert reconcile(clustered, made.index) == Drift(0, 1, 0, left=1)
    assert run_job(clustered, made.index, "reconcile", {}, lambda _: None).endswith("run `triage reindex`.")
    assert run_job(clustered, made.index, "reindex", {}, lambda _: None) == "索引中有 3 件 · The index holds 3 reports."
    assert reconcile(clustered, made.index) == Drift(0, 0, 0)


def test_an_index_deleted_by_hand_is_an_error_until_the_worker_has_written_it_anew(
    clustered: Store, elasticsearch: Indices, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, ids = filled(clustered, 4)
    assert isinstance(made.index, ElasticIndex)
    with elasticsearch.client() as client:
        client.indices.delete(index=made.index.generations.by_place()[Place.READ])
    with pytest.raises(NoIndex):
        found(made)
    index_again(clustered, ids[0])
    assert made.feed() == 1
    assert len(found(made)) == 4
    with elasticsearch.client() as client:
        client.indices.delete(index=made.index.generations.by_place()[Place.READ])
    made._looked = -indexing.LOOK_SECONDS
    assert made.feed() == 0, "nothing has changed"
    assert len(found(made)) == 4, "and still the worker has seen that there is no index"


@pytest.mark.parametrize(
    ("villages", "why"),
    [({}, "strict_dynamic_mapping_exception"), ({"place12": {"type": "ip"}}, "document_parsing_exception")],
    ids=["a field is missing", "a field is of another kind"],
)
def test_a_report_that_the_index_refuses_is_stuck_with_a_code_and_read_and_found_again_once_it_is_taken(
    clustered: Store, elasticsearch: Indices, villages: dict[str, dict[str, str]], why: str
) -> None:
    made = worker(clustered)
    assert isinstance(made.index, ElasticIndex)
    # Somebody made the index by hand, and not for villages
    fields = {name: told for name, told in mappings("")["properties"].items() if name != "place12"}
    fields |= villages
    aliases = {made.index.generations.alias(Place.READ): {}}
    with elasticsearch.client() as client:
        by_hand = f"{made.index.generations.name}-v{FORMAT}-000001"
        client.indices.create(index=by_hand, mappings={"dynamic": "strict", "properties": fields}, aliases=aliases)
    village = routed(clustered, PETITION, division="513431103201")
    other = routed(clustered, PETITION)
    while made.feed():
        pass
    (line,) = clustered.stuck(WORKER)
    assert (line.report_id, line.stage) == (village, Stage.ASSESSED)
    assert line.code == f"index_refused:{why}"
    rows = clustered.rows([village, other], READER)
    assert found(made) == {rows[other].report.seq}, "it stops no other"
    assert rows[village].report.text == PETITION, "and is read as before"
    assert clustered.waiting() == 0
    assert "that the index refuses" in run_job(clustered, made.index, "reconcile", {}, lambda _: None)
    assert run_job(clustered, made.index, "reindex", {}, lambda _: None) == "索引中有 2 件 · The index holds 2 reports."
    assert reconcile(clustered, made.index).total == 0
    while made.feed():
        pass
    assert clustered.stuck(WORKER) == []


def test_a_reindex_can_be_gone_back_on_and_forgotten(clustered: Store) -> None:
    made, _ = filled(clustered, 3)
    with pytest.raises(Exception, match="No earlier index"):
        run_job(clustered, made.index, "reindex", {"act": "back"}, lambda _: None)
    assert (
        run_job(clustered, made.index, "reindex", {"act": "write"}, lambda _: None)
        == "索引中有 3 件 · The index holds 3 reports."
    )
    routed(clustered, PETITION)
    while made.feed():
        pass
    told = run_job(clustered, made.index, "reindex", {"act": "back"}, lambda _: None)
    assert told == "已改读原来的索引；索引与库一致 · The earlier index is read again. Index and store agree."
    assert len(found(made)) == 4
    assert (
        run_job(clustered, made.index, "reindex", {"act": "forget"}, lambda _: None)
        == "已删去的索引 · Indices taken away: 1."
    )


def test_the_embedded_index_keeps_no_earlier_one(tmp_path: Path) -> None:
    with Store.open(Settings(data_dir=tmp_path)) as store:
        made, _ = filled(store, 1)
        assert isinstance(made.index, EmbeddedIndex)
        with pytest.raises(Exception, match="No earlier index"):
            run_job(store, made.index, "reindex", {"act": "back"}, lambda _: None)
        made.index.close()


def test_a_refusal_says_how_many_and_why_and_nothing_else() -> None:
    assert Refused({"a": "x_exception", "b": "x_exception"}).sentence == (
        "The search index refuses 2 reports (x_exception)."
    )


class Refuses(EmbeddedIndex):
    """An index that takes nothing for now; ``meanwhile`` is what somebody does while it looks."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def apply(self, documents: Iterable[IndexDocument], removed: object) -> None:
        self.meanwhile()
        raise Refused({document.id: "mapping" for document in documents})


def test_what_is_said_of_a_report_while_the_index_refuses_it_is_not_lost(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with Store.open(settings) as opened:
        report_id = routed(opened, PETITION)
        index = Refuses(settings.index_dir, worker(opened).index._terms)
        index.meanwhile = lambda: opened.save_assessed([outcome(report_id, way=Way.SEALED_UP)])
        made = worker(opened, index)
        assert made.feed() == 1
        (left,) = opened.outbox_batch(10)
        assert (left.report_id, left.row) == (report_id, None), "it is still to be taken out of the index"
        assert opened.stuck(WORKER) == []
        assert opened.counts(WORKER)[Stage.SEALED] == 1
