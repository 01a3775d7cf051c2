"""kill -9 of API, worker, PostgreSQL and Elasticsearch in random order under load; somebody deletes the index between.

Short in an ordinary run. ``make faults`` makes it 100 kills and 20,000 reports and prints each kill; the variables
``TRIAGE_TEST_KILLS``, ``TRIAGE_TEST_REPORTS`` and ``TRIAGE_TEST_SEED`` say otherwise.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from under_fire import Fire, Reporters, children, ended, texts
from verdict import verdict

from tests.elastic_cluster import Indices
from tests.postgres_databases import do_without
from tests.waiting import until
from triage.errors import TriageError
from triage.search.elastic.generations import Generations, Place
from triage.servers import LocalPostgres, NoServer, local_binaries
from triage.servers.elastic import LocalElastic
from triage.servers.processes import free_port
from triage.settings import Settings
from triage.store import Store

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the workers of a command in /proc"),
]
KILLS = int(os.environ.get("TRIAGE_TEST_KILLS", "5"))
REPORTS = int(os.environ.get("TRIAGE_TEST_REPORTS", "400"))
SEED = int(os.environ.get("TRIAGE_TEST_SEED", "20191101"))
PEOPLE = 8
PATIENCE = 300.0
VICTIMS = ("api", "worker", "postgresql", "elasticsearch")
_LEFT = "SELECT (SELECT count(*) FROM reports WHERE stage <> 'indexed') + (SELECT count(*) FROM outbox)"
DELETED = "the index, deleted by hand"


@dataclass(kw_only=True)
class Province(Fire):
    """An installation on servers of its own, every part of which can be killed and comes back."""

    server: LocalPostgres
    elastic: LocalElastic
    settings: Settings
    told: dict[str, str]
    port: int
    chance: random.Random
    stack: ExitStack
    at: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def begin(self, part: str) -> None:
        """Starts the API or the crew of workers."""
        words = ("serve", "--no-worker") if part == "api" else ("work", "--processes", "2")
        self.at[part] = self.stack.enter_context(ended(self.start(*words, TRIAGE_PORT=str(self.port), **self.told)))

    def strike(self, victim: str) -> None:
        """Kills a part and lets it come back; what comes back slowly is not waited for."""
        if victim == DELETED:
            self.delete_index()
            return
        if victim == "api":
            self.at["api"].kill()
            self.at["api"].wait()
            self.begin("api")
        elif victim == "worker":
            crew = self.at["worker"].pid
            until(lambda: len(children(crew)) == 2)
            # Its crew starts another
            os.kill(self.chance.choice(children(crew)), signal.SIGKILL)
        elif victim == "postgresql":
            self.server.kill()
            self.server.start()
        else:
            self.elastic.await_answer()
            self.elastic.kill()
            self.elastic.launch()
        self.kills += 1

    def delete_index(self) -> None:
        """As somebody does who thinks that it is an old one."""
        self.elastic.await_answer()
        with Store.open(self.settings) as store:
            index = open_elastic(self.settings, store)

            def act(client: object) -> None:
                client.indices.delete(index=index.by_place()[Place.READ])  # type: ignore[attr-defined]

            end = time.monotonic() + PATIENCE
            while True:
                try:
                    index.cluster.call(act, writes=True)
                    return
                except (TriageError, KeyError):
                    # Not there yet, or not yet back since it was killed
                    assert time.monotonic() < end
                    time.sleep(0.2)


def open_elastic(settings: Settings, store: Store) -> Generations:
    from triage.pipeline import open_index
    from triage.search.elastic import ElasticIndex

    index = open_index(settings, store)
    assert isinstance(index, ElasticIndex)
    return index.generations


@pytest.fixture
def province(data_dir: Path, tmp_path: Path, elasticsearch: Indices) -> Iterator[Province]:
    binaries = local_binaries()
    if binaries is None or not isinstance(elasticsearch.server, LocalElastic):
        do_without(NoServer("No PostgreSQL or no Elasticsearch here that were ours to kill."))
        raise AssertionError
    said = tmp_path / "said.log"
    said.touch()
    key = data_dir / "master.key"
    key.write_text("5a" * 32, "ascii")
    key.chmod(0o600)
    server = LocalPostgres(binaries)
    try:
        told = {"TRIAGE_DATABASE_URL": server.url.render_as_string(hide_password=False), "TRIAGE_WORKER_LEASE": "3"}
        told |= elasticsearch.environ(tmp_path)
        settings = Settings(
            data_dir=data_dir,
            database_url=told["TRIAGE_DATABASE_URL"],
            elasticsearch_url=SecretStr(told["TRIAGE_ELASTICSEARCH_URL"]),
            elasticsearch_ca_file=elasticsearch.server.ca_file,
            elasticsearch_index=told["TRIAGE_ELASTICSEARCH_INDEX"],
        )
        Store.open(settings).close()
        with ExitStack() as stack:
            chance, port = random.Random(SEED), free_port()
            made = Province(
                data_dir,
                said,
                server=server,
                elastic=elasticsearch.server,
                settings=settings,
                told=told,
                port=port,
                chance=chance,
                stack=stack,
            )
            yield made
    finally:
        elasticsearch.server.await_answer()
        server.close()


def order(chance: random.Random) -> list[str]:
    """Who is killed when: everybody as often as the others, and somewhere between somebody deletes the index."""
    deck = [VICTIMS[number % len(VICTIMS)] for number in range(KILLS)]
    chance.shuffle(deck)
    deck.insert(chance.randrange(1, len(deck)), DELETED)
    return deck


def test_whatever_is_killed_nothing_acknowledged_is_lost_or_there_twice_and_the_index_agrees(
    province: Province,
) -> None:
    numbered = enumerate(texts(REPORTS, "围"))
    people = Reporters(province.port, [(f"key-of-a-reporter-{number:07d}", text) for number, text in numbered])
    deck = order(province.chance)
    share = REPORTS / (len(deck) + 1)
    province.begin("api")
    province.begin("worker")
    began, people.most = time.monotonic(), int(share)
    threads = people.begin(PEOPLE)
    try:
        for number, victim in enumerate(deck, 1):
            until(lambda number=number: len(people.receipts) >= int(share * (number - 0.5)), seconds=PATIENCE)
            until(lambda: asked(province, "SELECT count(*) FROM assessments") > 0, seconds=PATIENCE)
            tell(f"{time.monotonic() - began:7.1f} s  {len(people.receipts):>6,} acknowledged  kill -9: {victim}")
            people.most = int(share * (number + 1))
            province.strike(victim)
        people.most = None
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "somebody never got an answer"
    finally:
        people.end(threads)
    province.elastic.await_answer()
    until(lambda: asked(province, _LEFT) == 0, seconds=PATIENCE + REPORTS / 20)
    province.at["worker"].send_signal(signal.SIGTERM)
    assert province.at["worker"].wait(90) == 0
    met = verdict(province.settings, people.acknowledged)
    tell(
        f"{province.kills} kills in {time.monotonic() - began:.0f} s, {people.troubled} tries without a receipt\n{met}"
    )
    assert met.well, str(met)
    assert met.stored == len(people.receipts) == REPORTS
    assert province.kills == KILLS
    assert people.troubled, "nobody noticed that the service was gone"
    province.no_canary_on_disk()


def tell(words: str) -> None:
    """For who watches a long run (`make faults`)."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def asked(province: Province, question: str) -> int:
    """A number that the database knows."""
    address = province.server.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as look:
        ((number,),) = look.execute(question).fetchall()
    return int(number)
