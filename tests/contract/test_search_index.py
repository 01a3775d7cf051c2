"""One contract for every search engine: what must be found is found, nothing else is, and counts are exact."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.search_backends import ACCUSED, CATEGORIES, EVERYWHERE, SENTENCES, Backend, BruteForce, documents
from tests.elastic_cluster import dictionary
from triage.errors import BadInput
from triage.model import Access, Channel, Level, StaffRole
from triage.search import CursorBox, EmbeddedIndex, IndexDocument, Order, SearchIndex, SearchRequest, parse
from triage.search.elastic import ElasticIndex
from triage.search.names import forms_of
from triage.search.nodes import AnyOf, Filter, Not, Part
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter

HELD = documents(220)
BRUTE = BruteForce(HELD)


@pytest.fixture(scope="module")
def index(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = backend(tmp_path_factory.mktemp("index"))
    made.apply(HELD[:100], [])
    made.apply(HELD[90:], [])
    yield made
    made.close()


def everything(index: SearchIndex, request: SearchRequest, access: Access = EVERYWHERE) -> list[int]:
    """All report numbers of a request, page after page."""
    seqs: list[int] = []
    before = None
    while True:
        found = index.ordered(request, access, Order.TIME, before, 50)
        seqs += found.seqs
        before = found.next_key
        if before is None:
            return seqs


@st.composite
def substrings(draw: st.DrawFn) -> tuple[int, str]:
    document = draw(st.sampled_from(HELD))
    start = draw(st.integers(0, len(document.text) - 1))
    return document.seq, document.text[start : start + draw(st.integers(1, 30))]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(substrings())
def test_every_substring_of_a_report_finds_it_and_all_others_that_hold_it(
    index: SearchIndex, drawn: tuple[int, str]
) -> None:
    seq, string = drawn
    request = SearchRequest(parts=(Part((normalise(string).text,), quoted=True),))
    found = everything(index, request)
    assert seq in found
    assert sorted(found) == sorted(document.seq for document in BRUTE.matches(request, EVERYWHERE))
    assert index.count(request, EVERYWHERE) == len(found)


requests = st.builds(
    SearchRequest,
    parts=st.sampled_from(
        [
            (),
            (Part(("低保",)),),
            (
                Part(
                    ("低保", "危房"),
                ),
            ),
            (Part(("村",)), Not(Part(("元",)))),
            (Part(("3,5",)),),
            (AnyOf((Filter("case", ("r00007",)), Filter("id", ("r00007",)))),),
            (Not(Filter("id", ("r00007", "r00011"))),),
        ]
    ),
    category=st.sampled_from([None, *CATEGORIES]),
    place=st.sampled_from([None, "51", "5134", "513431", "513431103", "62", "99"]),
    month=st.sampled_from([None, "2019-10", "2019-11", "2031-01"]),
    risk=st.sampled_from([None, Level.HIGH, Level.PERSON]),
    channel=st.sampled_from([None, Channel.HOTLINE]),
)
accesses = st.builds(
    Access,
    principal=st.just("tester"),
    role=st.just(StaffRole.INVESTIGATOR),
    place_prefixes=st.sampled_from([("",), (), ("51",), ("513431", "62"), ("5227",)]),
    excluded_party_keys=st.sampled_from([(), ("party-a",), ("party-a", "party-b")]),
    excluded_cases=st.sampled_from([(), ("case-1",), ("case-1", "case-2")]),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests, accesses)
def test_filters_rights_and_facets_agree_with_looking_at_every_report(
    index: SearchIndex, request_: SearchRequest, access: Access
) -> None:
    wanted = sorted(document.seq for document in BRUTE.matches(request_, access))
    assert sorted(everything(index, request_, access)) == wanted
    expected = BRUTE.facets(request_, access)
    assert index.facets(request_, access) == expected
    assert index.counted(request_, access) == (len(wanted), expected)


def test_the_level_above_is_counted_where_there_are_too_many_places_of_the_one_asked_for(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backend(tmp_path)
    villages = [f"513431{township:03d}{village:03d}" for township in (1, 2, 3) for village in range(10)]
    reports = documents(len(villages))
    made.apply(
        [replace(one, division=village, month="2019-10") for one, village in zip(reports, villages, strict=True)], []
    )
    of_one = SearchRequest(place=villages[0], order=Order.TIME)
    assert made.counted(of_one, EVERYWHERE) == (1, made.facets(of_one, EVERYWHERE))
    assert set(made.facets(of_one, EVERYWHERE)["place"]) == set(villages)
    for module in ("embedded_hits", "elastic.index"):
        monkeypatch.setattr(f"triage.search.{module}.MOST_VALUES", 20)
    townships = {"513431001": 10, "513431002": 10, "513431003": 10}
    assert made.facets(of_one, EVERYWHERE)["place"] == townships
    assert made.counted(of_one, EVERYWHERE) == (1, made.facets(of_one, EVERYWHERE))
    assert made.counted(SearchRequest(), EVERYWHERE)[1]["place"] == {"51": 30}
    made.close()


def test_words_of_a_report_that_was_written_again_and_again_count_once(backend: Backend, tmp_path: Path) -> None:
    made = backend(tmp_path)
    first, second, third = documents(3)
    own, both = "甘蔗渣厂占了水渠", "村会计冒领危房补助"
    alike = [replace(first, text=own + both), replace(second, text=both), replace(third, text="谢谢")]
    made.apply(alike, [])
    words = {word for one in alike for word in default_segmenter().cut(one.text) if word[0].isalnum()}
    counts, reports = made.frequencies(words)
    for revision in range(1, 5):
        made.apply([replace(alike[0], revision=revision)], [])
    assert made.frequencies(words) == (counts, reports)
    assert max(counts.values()) == 2
    made.apply([], {second.id: 9})
    assert max(made.frequencies(words)[0].values()) == 1
    made.close()


def test_pages_by_time_neither_repeat_nor_drop_while_reports_arrive(index: SearchIndex) -> None:
    request = SearchRequest(parts=(Part(("低保",)),), order=Order.TIME, limit=7)
    box = CursorBox(b"c" * 32)
    before = everything(index, request)
    extra = documents(300, seed=11)[len(HELD) :]
    seen: list[int] = []
    cursor, page_number = None, 0
    try:
        while True:
            page = box.page(index, request, EVERYWHERE, cursor)
            seen += page.seqs
            cursor, page_number = page.cursor, page_number + 1
            if cursor is None:
                break
            if page_number <= 10:
                index.apply(extra[page_number * 5 : page_number * 5 + 5], [])
        assert len(seen) == len(set(seen))
        assert set(before) <= set(seen)
    finally:
        index.apply([], [document.id for document in extra])


def test_pages_by_risk_hold_a_frozen_order_and_say_when_it_is_gone(index: SearchIndex) -> None:
    now = [0.0]
    box = CursorBox(b"c" * 32, clock=lambda: now[0])
    request = SearchRequest(order=Order.RISK, limit=50)
    first = box.page(index, request, EVERYWHERE, None)
    held = {document.seq: document for document in HELD}
    ranks = [(held[seq].level.rank, held[seq].score) for seq in first.seqs]
    assert ranks == sorted(ranks, reverse=True)
    second = box.page(index, request, EVERYWHERE, first.cursor)
    assert not set(first.seqs) & set(second.seqs)
    assert second.notice is None
    now[0] = 601.0
    late = box.page(index, request, EVERYWHERE, second.cursor)
    assert (late.order, late.notice) == (Order.TIME, "list_expired")


def test_a_cursor_serves_only_its_own_question_and_reader(index: SearchIndex) -> None:
    box = CursorBox(b"c" * 32)
    request = SearchRequest(limit=5)
    cursor = box.page(index, request, EVERYWHERE, None).cursor
    other = Access("somebody else", StaffRole.INVESTIGATOR, ("",))
    for wrong_request, wrong_access in ((SearchRequest(category="bribery", limit=5), EVERYWHERE), (request, other)):
        with pytest.raises(BadInput) as caught:
            box.page(index, wrong_request, wrong_access, cursor)
        assert caught.value.field == "cursor"


def test_by_relevance_the_report_that_speaks_most_of_the_word_comes_first(index: SearchIndex) -> None:
    request = SearchRequest(parts=parse("低保", split=default_segmenter().cut), order=Order.RELEVANCE)
    ranked = index.ranked(request, EVERYWHERE)
    assert set(ranked) == {document.seq for document in BRUTE.matches(request, EVERYWHERE)}


def test_writing_twice_removing_and_rebuilding_leave_what_was_asked_for(backend: Backend, tmp_path: Path) -> None:
    index = backend(tmp_path)
    index.apply(HELD[:20], [])
    index.apply(HELD[:20], ["r00001"])
    index.apply([], ["r00001", "r09999"])
    assert dict(index.versions()) == {document.id: document.version for document in HELD[1:20]}
    assert index.rebuild(iter(HELD[5:9])) == 4
    assert sorted(everything(index, SearchRequest())) == [6, 7, 8, 9]
    index.close()


def test_what_one_process_writes_another_finds_with_its_next_question(backend: Backend, tmp_path: Path) -> None:
    writing, asking = backend(tmp_path), backend(tmp_path)
    for last in range(1, 20):
        writing.apply(HELD[last - 1 : last], [])
        assert len(everything(asking, SearchRequest())) == last
    writing.close()
    asking.close()


def test_a_stolen_index_holds_no_word_of_a_report(backend: Backend, tmp_path: Path) -> None:
    index = backend(tmp_path)
    index.apply(HELD, [])
    for field in ("characters", "bigrams", "words", "accused"):
        terms = {term for term, _ in stored_terms(index, field)}
        assert terms
        assert all(len(term) == 16 and term.isascii() for term in terms)
        assert not terms & {piece for text in SENTENCES for piece in text.split()}
        assert not terms & {form for name in ACCUSED for form in forms_of(name)}
    index.close()


def stored_terms(index: SearchIndex, field: str) -> list[tuple[str, int]]:
    """The dictionary of an engine as whoever holds it can read it."""
    assert isinstance(index, EmbeddedIndex | ElasticIndex)
    return index.dictionary(field) if isinstance(index, EmbeddedIndex) else dictionary(index, field)


def test_queries_say_what_is_wrong_with_them() -> None:
    cut = default_segmenter().cut
    for text, rule in (('"低保', "quote"), ("“低保", "quote"), ("长" * 501, "too_long")):
        with pytest.raises(BadInput) as caught:
            parse(text, split=cut)
        assert (caught.value.field, caught.value.rule) == ("q", rule)


def test_a_query_is_words_phrases_and_exclusions_and_synonyms_stay_out_of_quotes() -> None:
    synonyms = {"低保": ("最低生活保障",)}
    parts = parse('低保 "低保" -谢谢 ', split=default_segmenter().cut, synonyms=lambda word: synonyms.get(word, ()))
    assert parts == (
        Part(("低保", "最低生活保障")),
        Part(("低保",), quoted=True),
        Not(Part(("谢谢",))),
    )


def test_a_seeded_shuffle_of_writes_gives_the_same_index(backend: Backend, tmp_path: Path) -> None:
    shuffled = HELD[:60]
    random.Random(3).shuffle(shuffled)
    index = backend(tmp_path)
    for start in range(0, 60, 7):
        index.apply(shuffled[start : start + 7], [])
    assert sorted(everything(index, SearchRequest())) == list(range(1, 61))
    index.close()


def test_a_rebuild_that_breaks_off_leaves_the_index_as_it_was(backend: Backend, tmp_path: Path) -> None:
    index = backend(tmp_path)
    index.apply(HELD[:20], [])

    def broken() -> Iterator[IndexDocument]:
        yield HELD[30]
        raise ValueError("broken off")

    with pytest.raises(ValueError, match="broken off"):
        index.rebuild(broken())
    index.apply(HELD[20:21], [])
    assert sorted(everything(index, SearchRequest())) == [document.seq for document in HELD[:21]]
    index.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(requests, accesses), max_size=4),
    st.lists(st.sampled_from([*(document.id for document in HELD), "r09999"]), unique=True, max_size=130),
)
def test_many_questions_asked_about_few_reports_each_find_theirs_among_them(
    index: SearchIndex, asked: list[tuple[SearchRequest, Access]], ids: list[str]
) -> None:
    wanted = [{document.id for document in BRUTE.matches(*one)} & set(ids) for one in asked]
    assert index.among(asked, ids) == wanted


def test_reports_whose_numbers_lie_far_apart_are_found_among_few_as_well(backend: Backend, tmp_path: Path) -> None:
    held = [replace(document, seq=document.seq * 1_000) for document in HELD[:40]]
    index, brute = backend(tmp_path), BruteForce(held)
    index.apply(held, [])
    ids = [document.id for document in held[::3]]
    for part in (Part(("低保",)), Not(Part(("低保",)))):
        request = SearchRequest(parts=(part,))
        wanted = {document.id for document in brute.matches(request, EVERYWHERE)} & set(ids)
        assert wanted
        assert index.among([(request, EVERYWHERE)], ids) == [wanted]
    index.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests, accesses, st.integers(0, 2000), st.integers(0, 2000))
def test_matches_of_a_stretch_of_time_are_counted_from_its_first_second_to_before_its_last(
    index: SearchIndex, request_: SearchRequest, access: Access, hours: int, more: int
) -> None:
    first = min(document.received_at for document in HELD) + timedelta(hours=hours)
    end = first + timedelta(hours=more)
    wanted = [document for document in BRUTE.matches(request_, access) if first <= document.received_at < end]
    assert index.received(request_, access, first, end) == len(wanted)
