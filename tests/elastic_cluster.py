"""An Elasticsearch for a whole run of the tests, and on it indices of its own for every folder that a test has."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from triage.search import Terms
from triage.search.elastic import Cluster, ElasticIndex, address_of
from triage.search.elastic.generations import Place
from triage.servers import NoServer
from triage.servers.elastic import Elastic, LocalElastic, find_elastic

REQUIRE = "TRIAGE_REQUIRE_SERVICES"


class Indices:
    """Indices on a server, named after the folder that an embedded index would lie in."""

    def __init__(self, server: Elastic) -> None:
        self.server = server
        self.prefix = f"triage-test-{os.getpid()}"
        self.cluster = Cluster(address_of(server.url, None, server.ca_file))

    def name(self, folder: Path) -> str:
        """What the names of the indices of a folder begin with."""
        return f"{self.prefix}-{blake2b(str(folder).encode(), digest_size=8).hexdigest()}"

    def make(self, folder: Path, terms: Terms) -> ElasticIndex:
        """The index of a folder: empty, or what another one of this folder wrote."""
        index = ElasticIndex(self.cluster, terms, self.name(folder))
        if index.new():
            index.rebuild(())
        return index

    def environ(self, folder: Path) -> dict[str, str]:
        """Settings of an installation on this server."""
        settings = {"TRIAGE_ELASTICSEARCH_URL": self.server.url, "TRIAGE_ELASTICSEARCH_INDEX": self.name(folder)}
        if self.server.ca_file is not None:
            settings["TRIAGE_ELASTICSEARCH_CA_FILE"] = str(self.server.ca_file)
        return settings

    def client(self) -> Elasticsearch:
        """A bare client that may do more than we may, where the server was started here."""
        url = self.server.url_for("admin") if isinstance(self.server, LocalElastic) else self.server.url
        return Elasticsearch(url, ca_certs=str(self.server.ca_file) if self.server.ca_file else None)

    def forget(self) -> None:
        """Leaves nothing behind on a server that goes on running, and little on one that does not."""

        def act(client: Elasticsearch) -> None:
            # Names alone: a server that somebody gave may take no pattern, and ours should not depend on that.
            for name in client.indices.get_alias(index=f"{self.prefix}-*", allow_no_indices=True):
                client.indices.delete(index=name)

        self.cluster.call(act, writes=True)


def dictionary(index: ElasticIndex, field: str) -> list[tuple[str, int]]:
    """Every term of a text field with how many reports have it, as anybody with rights on the index reads it."""
    alias = index.generations.alias(Place.READ)

    def act(client: Elasticsearch) -> list[tuple[str, int]]:
        held = client.indices.get_mapping(index=alias).body
        (mapping,) = [one["mappings"]["properties"][field] for one in held.values()]
        client.indices.put_mapping(index=alias, properties={field: {**mapping, "fielddata": True}})
        counted = client.search(index=alias, size=0, aggs={"terms": {"terms": {"field": field, "size": 60_000}}})
        return [(bucket["key"], bucket["doc_count"]) for bucket in counted["aggregations"]["terms"]["buckets"]]

    return index.generations.cluster.call(act)


def started() -> Iterator[Indices]:
    """The server of this run, told on the terminal; without one a test is skipped, or fails where it has to be there."""
    try:
        server = find_elastic(os.environ, brief=True)
    except NoServer as error:
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(f"{error.sentence} ({REQUIRE}=1 wants it.)")
        pytest.skip(error.sentence)
    if sys.__stderr__:
        sys.__stderr__.write(f"\n{server.told}\n")
    try:
        indices = Indices(server)
        yield indices
        indices.forget()
        indices.cluster.close()
    finally:
        server.close()
