"""How fast reports go into an index on Elasticsearch and are found there, beside the bare client on the same server.

The server is the one named in ``TRIAGE_TEST_ELASTICSEARCH_URL``, else one that is started for the bench on this machine,
which then shares its cores. Indices are taken away afterwards.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from statistics import median
from typing import Any

from elasticsearch import Elasticsearch, helpers

from triage.bench.figures import Figure, Outcome, quantile
from triage.bench.generator import Generator
from triage.bench.search import documents, in_turns, questions
from triage.search import CursorBox, IndexDocument, Terms
from triage.search.elastic import Cluster, ElasticIndex, address_of
from triage.search.elastic.mapping import fields, mappings, settings
from triage.servers.elastic import Elastic, find_elastic
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

FED = 10_000
_COMMIT = 256
_KEY = bytes(32)
_LEAST_RATIO = 0.7
_MOST_RATIO = 1.3


class Watched(Cluster):
    """A cluster that remembers what it was asked."""

    asked: list[tuple[str | None, Mapping[str, Any]]]

    def search(self, index: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        """As a cluster does, and remembered."""
        self.asked.append((index, body))
        return super().search(index, body)


@contextmanager
def clients(server: Elastic) -> Iterator[tuple[Watched, Elasticsearch]]:
    """Ours and the bare client of a server."""
    cluster = Watched(address_of(server.url, None, server.ca_file))
    cluster.asked = []
    options = {"ca_certs": str(server.ca_file)} if server.ca_file else {}
    with closing(cluster), Elasticsearch(server.url, **options) as bare:  # type: ignore[arg-type]  # one option of many
        yield cluster, bare


@contextmanager
def _server() -> Iterator[tuple[Watched, Elasticsearch, str]]:
    """A server with ours and the bare client, and what it is in a line."""
    with closing(find_elastic(os.environ)) as server, clients(server) as (cluster, bare):
        yield cluster, bare, server.told


def measure_feed(*, reports: int = FED, rounds: int = 3) -> Outcome:
    """Feeds ``reports`` generated reports as the outbox does, 256 at a time and each readable at once, and the same
    documents, ready made, by the client's own ``streaming_bulk``; in turns, ``rounds`` times.
    """
    terms = Terms(TermKeyer(_KEY), default_segmenter())
    held = list(documents(Generator(), reports))
    made = [(document.id, fields(document, terms)) for document in held]
    fed, bare_fed = [], []
    with _server() as (cluster, bare, told):
        for number in range(rounds):
            name = f"triage-bench-{os.getpid()}-{number}"
            bare_fed.append(_seconds(partial(_bare_fed, bare, f"{name}-bare", made)))
            index = ElasticIndex(cluster, terms, name)
            index.rebuild(())
            fed.append(_seconds(partial(_fed, index, held)))
            _drop(bare, f"{name}-bare", *(one.index for one in index.generations.all()))
    rates, bare_rates = [reports / one for one in fed], [reports / one for one in bare_fed]
    return Outcome(
        "feed",
        (
            Figure("fed_per_s", median(rates), "reports/s"),
            Figure("bare_per_s", median(bare_rates), "reports/s"),
            Figure("to_bare_ratio", median(rates) / median(bare_rates), "of its speed", _LEAST_RATIO, at_least=True),
        ),
        notes=(told, f"{reports} reports, the median of {rounds} rounds"),
    )


def measure_search(*, reports: int, rounds: int) -> Outcome:
    """Asks each kind of question for its first page, and sends the very same searches by the bare client."""
    terms = Terms(TermKeyer(_KEY), default_segmenter())
    generator = Generator()
    figures: list[Figure] = [Figure("reports", reports, "reports")]
    with _server() as (cluster, bare, told):
        index = ElasticIndex(cluster, terms, f"triage-bench-{os.getpid()}")
        took = _seconds(partial(index.rebuild, documents(generator, reports)))
        figures.append(Figure("indexed_per_s", reports / took, "reports/s"))
        try:
            figures += compared(index, cluster, bare, generator, rounds)
        finally:
            _drop(bare, *(one.index for one in index.generations.all()))
    return Outcome("search", tuple(figures), notes=(told, f"{rounds} rounds of each question"))


def compared(
    index: ElasticIndex, cluster: Watched, bare: Elasticsearch, generator: Generator, rounds: int
) -> list[Figure]:
    """What the first page of each kind of question takes, ours beside the bare client with the same searches.

    Args:
        index: asks through ``cluster``; its reports are of the generator's words.
        cluster: ours.
        bare: theirs.
        generator: makes the questions.
        rounds: how often each is asked, in turns, after one that is not counted.
    """
    figures: list[Figure] = []
    for name, access, asked in questions(generator):
        ours = [partial(CursorBox(_KEY).page, index, request, access, None) for request in asked]
        figures += _compared(name, ours, cluster, bare, rounds)
    return figures


def _compared(
    name: str, ours: Sequence[Callable[[], object]], cluster: Watched, bare: Elasticsearch, rounds: int
) -> list[Figure]:
    """p50 and p95 of a page, and how many times the p95 of the same searches by the bare client that is."""
    theirs: list[Callable[[], object]] = []
    for ask in ours:
        cluster.asked.clear()
        ask()
        theirs.append(partial(_bare_asked, bare, list(cluster.asked)))
    pages, alone = in_turns(ours, theirs, rounds)
    p95, bare_p95 = quantile(pages, 0.95), quantile(alone, 0.95)
    return [
        Figure(f"{name}_p50", quantile(pages, 0.50) * 1e3, "ms"),
        Figure(f"{name}_p95", p95 * 1e3, "ms"),
        Figure(f"{name}_bare_p95", bare_p95 * 1e3, "ms"),
        Figure(f"{name}_p95_to_bare_ratio", p95 / bare_p95, "times its time", _MOST_RATIO),
    ]


def _bare_asked(bare: Elasticsearch, asked: list[tuple[str | None, Mapping[str, Any]]]) -> None:
    for index, body in asked:
        bare.search(index=index, body={"_source": False, **body})


def _fed(index: ElasticIndex, held: list[IndexDocument]) -> None:
    waiting = iter(held)
    while batch := list(islice(waiting, _COMMIT)):
        index.apply(batch, [])


def _bare_fed(bare: Elasticsearch, name: str, made: list[tuple[str, dict[str, Any]]]) -> None:
    bare.indices.create(index=name, mappings=mappings(""), settings=settings(1))
    actions = ({"_index": name, "_id": each, "_source": told} for each, told in made)
    for _ in helpers.streaming_bulk(bare, actions):
        pass
    bare.indices.refresh(index=name)


def _drop(bare: Elasticsearch, *names: str) -> None:
    for name in names:
        bare.indices.delete(index=name, ignore_unavailable=True)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
