"""Reports that a bench fills in stand as if they had been brought in: store and index agree, and cases are at rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from postgres_databases import Databases
from sqlalchemy import func, select

from tests.elastic_cluster import Indices
from tests.journeys.feeding import index_again
from tests.store.store_samples import arrival
from triage.bench.filling import id_of
from triage.bench.newcomers import write_newcomers
from triage.bench.standing import fill
from triage.bench.standing_rows import Affairs
from triage.bench.world import World
from triage.cases import Fingerprint, LinkKeyer, Matter, from_bytes
from triage.cases.grams import grams_of
from triage.errors import BadSetup
from triage.handling import Handler
from triage.indexing import reconcile
from triage.model import Assessment, Entity, EntityKind, Kind, Language, Level, Rank, Risk, Role, Stage
from triage.pipeline import open_index
from triage.policy import load_policy
from triage.renewal import Renewal
from triage.search import SearchRequest
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store
from triage.store.tables import link_keys, priorities

TEXTS = (
    "柳林村的低保名单三年没有公示过",
    "村支书把危房改造款给了自己的哥哥，请领导派人来看一看",
    "我家五口人没有评上贫困户",
)
COUNT = 600
WORLD = World([Matter("", Fingerprint.of(text), grams_of(text)[0]) for text in TEXTS], COUNT)


def reading(refer: bool, *entities: Entity, category: str = "housing") -> Assessment:
    risk = Risk(Level.HIGH if refer else Level.LOW, 60.0 if refer else 5.0)
    return Assessment(
        (category,), {category: 0.8}, refer, 0.9, False, 0.1, risk, Language.ZH, Kind.ACCUSATION, Rank.VILLAGE,
        entities, {}, "fast", "model", "taxonomy", "policy",
    )  # fmt: skip


READINGS = (
    reading(False),
    reading(True, Entity(EntityKind.PERSON, "周大成", 3, 6, Role.ACCUSED), Entity(EntityKind.AMOUNT, "三千元", 8, 11, fen=300_000)),
    reading(False, category="retaliation"),
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(postgres: Databases, elasticsearch: Indices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("standing")
    with postgres.fresh() as name:
        named = {key.removeprefix("TRIAGE_").lower(): value for key, value in elasticsearch.environ(folder).items()}
        plain = postgres.settings(folder / "data", name)
        settings = Settings(data_dir=plain.data_dir, database_url=plain.database_url, **named)  # type: ignore[arg-type]
        fill(settings, WORLD, READINGS, COUNT, folder)
        yield settings


@pytest.fixture
def store(filled: Settings) -> Iterator[Store]:
    with Store.open(filled) as opened:
        yield opened


def test_store_and_index_hold_the_same_reports_and_none_of_them_waits(store: Store) -> None:
    with closing(open_index(store.settings, store)) as index:
        assert reconcile(store, index, repair=False).total == 0
        assert index.count(SearchRequest(), WORKER) == store.counts(WORKER)[Stage.INDEXED] == COUNT
    assert store.claim(1) == []
    assert store.outbox_batch(1) == []


def test_every_report_is_met_under_its_keys_by_what_is_known_of_it(store: Store) -> None:
    keyer = LinkKeyer(store.subkey("link"))
    for number in (0, 250, COUNT - 1):
        told = WORLD.report(number, id_of(number))
        facts = from_bytes(told.id, store.link_facts([told.id], WORKER)[told.id])
        assert facts is not None
        assert (facts.people, facts.places, facts.sums) == (told.people, told.places, told.sums)
        met = store.candidates(keyer.keys(told), WORKER, limit=COUNT)
        assert all(told.id in ids for ids in met.values())
        assert len(met) == len(keyer.keys(told))
    with store._database.read() as connection:
        assert connection.execute(select(func.count()).select_from(link_keys)).scalar_one() > 20 * COUNT


def test_a_case_that_is_looked_at_again_stays_as_it_is(store: Store) -> None:
    affairs = Affairs(WORLD, COUNT)
    again = [number for number in range(COUNT) if affairs.told[number] != number]
    assert len(again) > COUNT / 10
    assert {store.cases_of([id_of(one)], WORKER, most=1)[id_of(one)].id for one in again[:20]} == {
        id_of(int(affairs.told[one])) for one in again[:20]
    }
    for number in again:
        index_again(store, id_of(number))
    items = store.outbox_batch(COUNT)
    with store._database.read() as connection:
        before = connection.execute(select(func.count()).select_from(priorities)).scalar_one()
    renewal = Renewal(store, load_policy(store.settings.data_dir))
    renewal.renew(items)
    store.outbox_done([item.seq for item in items])
    with store._database.read() as connection:
        assert connection.execute(select(func.count()).select_from(priorities)).scalar_one() == before == COUNT
    assert store.outbox_batch(1) == []


def test_the_list_of_danger_has_those_whose_readings_tell_of_it(store: Store) -> None:
    page = Handler(store, load_policy(store.settings.data_dir).clocks).in_danger(WORKER, limit=COUNT)
    assert [line.report_id for line in page.lines] == [id_of(number) for number in range(COUNT) if number % 3 == 2][
        ::-1
    ]


def test_a_new_report_gets_a_number_of_its_own(store: Store) -> None:
    (answer,) = store.receive([arrival()])
    assert isinstance(answer, Accepted)
    (taken,) = store.claim(1)
    assert taken.seq > COUNT


def test_new_reports_say_what_the_region_lets_them_tell(tmp_path: Path) -> None:
    file = tmp_path / "new.jsonl"
    write_newcomers(file, WORLD, 500, 100)
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == 100
    for number, row in enumerate(rows, start=500):
        told = WORLD.report(number, id_of(number))
        assert all(person.name in row["text"] for person in told.people)
        assert all(f"{place.village}村" in row["text"] for place in told.places)
        assert row["received"] == told.received.isoformat()


def test_an_embedded_store_is_never_filled(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=None, elasticsearch_url=None)
    with pytest.raises(BadSetup, match="PostgreSQL"):
        fill(settings, WORLD, READINGS, 1, tmp_path)
    assert not settings.data_dir.exists()
