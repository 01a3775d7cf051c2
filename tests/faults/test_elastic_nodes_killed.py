"""Three Elasticsearch nodes, of which one dies, first the elected master and then another: searching and feeding go on."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr
from under_fire import Fire, Reporters, call, ended, texts
from verdict import verdict

from tests.postgres_databases import do_without
from tests.waiting import until
from triage.model import StaffRole
from triage.servers import NoServer
from triage.servers.elastic_files import distribution, java_home
from triage.servers.elastic_nodes import LocalNodes
from triage.servers.processes import free_port
from triage.settings import Settings
from triage.store import Store

pytestmark = [pytest.mark.fault, pytest.mark.long]
REPORTS = 3000
AT_LEAST = 40


@pytest.fixture(scope="module")
def nodes() -> Iterator[LocalNodes]:
    java = java_home()
    if java is None:
        do_without(NoServer("No Elasticsearch nodes that could be killed here: there is no JDK of 21 or later."))
        raise AssertionError
    try:
        made = LocalNodes(distribution(), java, brief=True)
    except NoServer as error:
        do_without(error)
        raise
    sys.__stderr__ and sys.__stderr__.write(f"\n{made.told}\n")
    yield made
    made.close()


@dataclass
class Seeker:
    """Somebody who searches all the time; ``totals`` are the numbers of hits, ``away`` how often search said that it is away."""

    port: int
    token: str
    totals: list[int] = field(default_factory=list)
    away: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Searches until it is told to stop."""
        headers = {"Authorization": f"Bearer {self.token}"}
        while not self.stop.is_set():
            status, told, _ = call(self.port, "/v1/search", {"q": "金丝雀村"}, headers, seconds=60)
            if status == 503:
                assert told["code"] == "unavailable"
                self.away += 1
            else:
                assert status == 200, told
                self.totals.append(told["total"])
            time.sleep(0.05)

    def found_more(self) -> bool:
        """Whether the last answers found ever more: what came in lately is found."""
        return len(self.totals) > 1 and self.totals[-1] > self.totals[0]


def test_one_of_three_nodes_dies_the_elected_master_first_and_nobody_waits_for_it(
    nodes: LocalNodes, data_dir: Path, tmp_path: Path
) -> None:
    fire = Fire(data_dir, tmp_path / "said.log")
    fire.said.touch()
    told = {"TRIAGE_ELASTICSEARCH_URL": nodes.url, "TRIAGE_ELASTICSEARCH_CA_FILE": str(nodes.ca_file)}
    settings = Settings(data_dir=data_dir, elasticsearch_url=SecretStr(nodes.url), elasticsearch_ca_file=nodes.ca_file)
    with Store.open(settings) as store:
        token = store.new_token(StaffRole.INVESTIGATOR, ("",))
    port = free_port()
    people = Reporters(
        port, [(f"key-of-a-reporter-{number:05d}", one) for number, one in enumerate(texts(REPORTS, "节"))]
    )
    seeker = Seeker(port, token)
    with ended(fire.start("serve", TRIAGE_PORT=str(port), **told)):
        threads = people.begin(3)
        until(lambda: fire.stages()["indexed"] > 0)
        searching = threading.Thread(target=seeker.go_on)
        searching.start()
        try:
            until(seeker.found_more)
            people.troubled = 0
            master = nodes.master()
            one_dies(nodes, master, fire, seeker)
            nodes.nodes[master].start()
            nodes.wait_until_whole()
            now = nodes.master()
            assert now != master
            one_dies(nodes, next(name for name in nodes.nodes if name not in (master, now)), fire, seeker)
            assert nodes.master() == now, "the master had no reason to change"
        finally:
            seeker.stop.set()
            people.end(threads)
            searching.join(60)
    fire.run("work", "--until-empty", **told)
    assert people.troubled == 0, "intake has nothing to do with it"
    assert seeker.away <= 3, "the others answer for the one that is gone"
    met = verdict(settings, people.acknowledged)
    assert met.well, str(met)
    assert met.stored == len(people.receipts)
    fire.no_canary_on_disk()


def one_dies(nodes: LocalNodes, name: str, fire: Fire, seeker: Seeker) -> None:
    """A node dies under load, and without it reports are fed and found, those too that were found before."""
    fed, before = fire.stages()["indexed"], len(seeker.totals)
    nodes.nodes[name].kill()
    until(lambda: fire.stages()["indexed"] >= fed + AT_LEAST)
    until(lambda: len(seeker.totals) > before + 5 and seeker.totals[-1] >= fed + AT_LEAST)
    assert min(seeker.totals[before:]) >= fed, "what is indexed is found, whoever dies"
