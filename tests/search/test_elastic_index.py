"""What the index on Elasticsearch does beyond the contract: late writes lose, what it refuses stops nothing, leaks find nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.search_backends import EVERYWHERE, SENTENCES, TERMS, BruteForce, documents
from tests.elastic_cluster import Indices
from triage.errors import BadSetup, IndexDown, NoIndex, Refused, WrongKey
from triage.search import IndexDocument, Order, SearchRequest, Terms, parse
from triage.search.elastic import Address, Cluster, ElasticIndex, address_of
from triage.search.nodes import Node, Part
from triage.servers.elastic import LocalElastic
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

HELD = documents(30)
ALL = SearchRequest(limit=200)


@pytest.fixture
def index(elasticsearch: Indices, tmp_path: Path) -> ElasticIndex:
    return elasticsearch.make(tmp_path, TERMS)


def seqs(index: ElasticIndex, *parts: Node) -> set[int]:
    return set(index.ordered(replace(ALL, parts=parts), EVERYWHERE, Order.TIME, None, 200).seqs)


def said(document: IndexDocument, text: str, revision: int) -> IndexDocument:
    return replace(document, text=text, revision=revision, version=document.version + revision)


def test_a_write_that_comes_late_or_twice_never_takes_the_place_of_a_newer_one(index: ElasticIndex) -> None:
    first = HELD[0]
    index.apply([said(first, "后来的话", 7)], [])
    for late in (said(first, "从前的话", 5), said(first, "后来的话", 7)):
        index.apply([late], [])
    assert seqs(index, Part(("后来",))) == {first.seq}
    assert seqs(index, Part(("从前",))) == set()


def test_what_was_taken_out_comes_back_by_a_newer_write_alone(index: ElasticIndex) -> None:
    first = HELD[0]
    index.apply([said(first, "一句话", 3)], [])
    index.apply([], {first.id: 9})
    index.apply([said(first, "一句话", 8)], [])
    assert seqs(index) == set()
    index.apply([said(first, "一句话", 10)], [])
    assert seqs(index) == {first.seq}
    index.apply([], {first.id: 4})
    assert seqs(index) == {first.seq}, "a removal that comes late takes nothing out"


@pytest.mark.parametrize(
    "spoilt",
    [replace(HELD[3], version=2**70), replace(HELD[3], case_id="长" * 20_000), replace(HELD[3], id="i" * 600)],
    ids=["a number too large", "a code too long", "an id for which the whole request is refused"],
)
def test_a_report_that_cannot_go_in_is_named_with_a_code_and_stops_no_other(
    index: ElasticIndex, spoilt: IndexDocument
) -> None:
    with pytest.raises(Refused) as caught:
        index.apply([*HELD[:3], spoilt, *HELD[4:]], [])
    assert list(caught.value.reasons) == [spoilt.id]
    (reason,) = caught.value.reasons.values()
    assert reason.isascii()
    assert reason.replace("_", "").isalpha(), "a code, and nothing of what the report says"
    assert seqs(index) == {document.seq for document in HELD} - {spoilt.seq}


def test_without_an_index_a_search_is_an_error_and_a_write_makes_none(elasticsearch: Indices, tmp_path: Path) -> None:
    index = ElasticIndex(elasticsearch.cluster, TERMS, elasticsearch.name(tmp_path / "none"))
    asks: list[Callable[[], object]] = [
        lambda: index.count(ALL, EVERYWHERE),
        lambda: index.facets(ALL, EVERYWHERE),
        lambda: index.among([(ALL, EVERYWHERE)], ["r00001"]),
        lambda: list(index.versions()),
        lambda: index.apply(HELD, []),
        lambda: index.apply([], {"r00001": 1}),
    ]
    for ask in asks:
        with pytest.raises(NoIndex):
            ask()
    assert index.generations.all() == []


def test_an_index_under_another_key_is_an_error_and_not_an_empty_answer(
    elasticsearch: Indices, index: ElasticIndex
) -> None:
    index.apply(HELD, [])
    other = Terms(TermKeyer(b"terms key of somebody else"), default_segmenter())
    stranger = ElasticIndex(elasticsearch.cluster, other, index.generations.name)
    with pytest.raises(WrongKey):
        stranger.new()
    with pytest.raises(WrongKey):
        stranger.count(ALL, EVERYWHERE)


@pytest.mark.parametrize(("form", "times"), [("(村 OR 户 {})", 10), ("-(元 OR 村 {})", 5)])
def test_the_deepest_question_that_can_be_asked_is_answered(index: ElasticIndex, form: str, times: int) -> None:
    index.apply(HELD, [])
    q = "低保"
    for _ in range(times):
        q = form.format(q)
    request = replace(ALL, parts=parse(q, split=default_segmenter().cut), order=Order.RELEVANCE)
    assert set(index.ranked(request, EVERYWHERE)) == {
        document.seq for document in BruteForce(HELD).matches(request, EVERYWHERE)
    }


def test_a_document_gives_nothing_back_but_codes_and_numbers(elasticsearch: Indices, index: ElasticIndex) -> None:
    index.apply(HELD, [])
    with elasticsearch.client() as client:
        (generation,) = index.generations.all()
        held = client.get(index=generation.index, id=HELD[0].id).body
        assert "_source" not in held
        found = client.search(index=generation.index, size=100, fields=["*"]).body
    told = str(found)
    assert not any(piece in told for text in SENTENCES for piece in text.split() if len(piece) > 4)
    assert not any(name in told for document in HELD for name in document.accused)


def test_a_wrong_password_and_an_unknown_authority_are_told_by_the_setting_to_look_at(
    elasticsearch: Indices, tmp_path: Path
) -> None:
    right = address_of(elasticsearch.server.url, None, elasticsearch.server.ca_file)
    for address, hint in (
        (replace(right, password="wrong"), "TRIAGE_ELASTICSEARCH_PASSWORD_FILE"),
        (replace(right, ca_file=None), "TRIAGE_ELASTICSEARCH_CA_FILE"),
    ):
        index = ElasticIndex(Cluster(address), TERMS, "triage-x")
        with pytest.raises(IndexDown, match=hint):
            index.count(ALL, EVERYWHERE)
        index.close()


def test_an_index_of_another_name_answers_nobody_of_ours(elasticsearch: Indices) -> None:
    if not isinstance(elasticsearch.server, LocalElastic):
        pytest.skip("the rights on a server that somebody named are not ours to know")
    with pytest.raises(IndexDown, match="403"):
        ElasticIndex(elasticsearch.cluster, TERMS, "somebody-elses").generations.begin()


def test_an_address_holds_nodes_a_user_and_where_the_password_lies(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss\n")
    nodes = "https://desk@one.example:9201, https://two.example"
    assert address_of(nodes, secret) == Address(
        ("https://one.example:9201", "https://two.example:9200"), "desk", "p@ss"
    )
    assert address_of("http://a:b%40c@localhost") == Address(("http://localhost:9200",), "a", "b@c")
    assert "p@ss" not in repr(address_of(nodes, secret))


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://desk:secret@far.example:9200", "https://"),
        ("ftp://desk:secret@far.example", "is written like"),
        ("https://desk:secret@far.example:port", "no number"),
        ("https://", "is written like"),
    ],
)
def test_an_address_that_breaks_a_rule_is_told_without_its_password(url: str, hint: str) -> None:
    with pytest.raises(BadSetup, match=hint) as caught:
        address_of(url)
    assert "TRIAGE_ELASTICSEARCH_URL" in caught.value.sentence
    assert "secret" not in caught.value.sentence


def test_files_that_are_not_there_are_told_by_their_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match="TRIAGE_ELASTICSEARCH_PASSWORD_FILE"):
        address_of("https://desk@one.example", tmp_path / "none")
    with pytest.raises(BadSetup, match="TRIAGE_ELASTICSEARCH_CA_FILE"):
        address_of("https://desk@one.example", None, tmp_path / "none")
    empty = tmp_path / "empty.crt"
    empty.touch()
    cluster = Cluster(address_of("https://one.example", None, empty))
    with pytest.raises(BadSetup, match="TRIAGE_ELASTICSEARCH_CA_FILE"):
        cluster.answers()


def test_nobody_at_the_address_is_told_within_the_time_that_a_probe_has() -> None:
    cluster = Cluster(address_of("http://127.0.0.1:9"))
    assert not cluster.answers()
    with pytest.raises(IndexDown, match="does not answer"):
        ElasticIndex(cluster, TERMS).count(ALL, EVERYWHERE)
