"""An Elasticsearch of our own: its user reaches our indices alone, encrypted, and what it is made of is found or told."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from elasticsearch import AuthorizationException, Elasticsearch
from elasticsearch import ConnectionError as NotConnected

from tests.elastic_cluster import Indices
from triage.servers import NoServer, elastic_files
from triage.servers.elastic import LocalElastic, find_elastic


@pytest.fixture
def local(elasticsearch: Indices) -> LocalElastic:
    if not isinstance(elasticsearch.server, LocalElastic):
        pytest.skip("the server in use was not started here")
    return elasticsearch.server


def test_our_user_may_not_touch_an_index_of_somebody_else(local: LocalElastic) -> None:
    with (
        Elasticsearch(local.url, ca_certs=str(local.ca_file)) as client,
        pytest.raises(AuthorizationException, match="unauthorized"),
    ):
        client.indices.create(index="somebody-elses")


def test_whoever_does_not_trust_its_authority_is_not_connected(local: LocalElastic) -> None:
    with (
        Elasticsearch(local.url, ssl_context=ssl.create_default_context(), max_retries=0) as client,
        pytest.raises(NotConnected),
    ):
        client.cluster.health()


def test_its_files_are_nobody_elses(local: LocalElastic) -> None:
    assert local.ca_file is not None
    folder = local.ca_file.parent
    assert folder.stat().st_mode & 0o077 == 0
    assert x509.load_pem_x509_certificate(local.ca_file.read_bytes()).issuer.rfc4514_string() == (
        "CN=triage local authority"
    )


def test_a_named_server_that_does_not_answer_is_no_server() -> None:
    with pytest.raises(NoServer, match="does not answer"):
        find_elastic({"TRIAGE_TEST_ELASTICSEARCH_URL": "http://127.0.0.1:9"})


def test_the_newest_java_is_taken_by_its_number_and_an_old_one_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic_files, "_JVMS", tmp_path)
    for name, version in (("old", "17.0.15"), ("a", "21.0.2"), ("b", "9.0.4")):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "java").touch()
        (tmp_path / name / "release").write_text(f'JAVA_RUNTIME="x"\nJAVA_VERSION="{version}"\n')
    assert elastic_files.java_home() == tmp_path / "a"
    (tmp_path / "a" / "release").unlink()
    assert elastic_files.java_home() is None


def test_without_maven_the_build_cannot_be_had_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoServer, match="Maven"):
        elastic_files.distribution(tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())
