"""The query language on every engine: drawn questions find what looking at every report finds, and count the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.lexicons import synonyms
from corpora.taxonomy import load_taxonomy
from tests.contract.search_backends import EVERYWHERE, Backend, authored
from triage.model import Access, Channel, Level, StaffRole
from triage.search import IndexDocument, Order, SearchIndex, SearchRequest
from triage.search.language import read
from triage.search.nodes import FACETS
from triage.summaries import Lacking
from triage.text.dates import SHANGHAI
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter

HELD = authored(240)
PLAIN = {document.seq: normalise(document.text).text for document in HELD}
WORDS = ("低保", "危房", "村里", "补贴", "书记", "合作社", "the", "household", "回扣", "扶贫")
# What is written in Latin letters is looked for by its sound too; see the test of sounds and initials below.
NAMES = sorted({name for document in HELD for name in document.accused if name.isalpha() and not name.isascii()})
PLACES = sorted({document.division[:length] for document in HELD for length in (2, 4, 6) if document.division})
NAMED_PLACES = {"四川省": "51", "凉山州": "5134", "四川省凉山州昭觉县": "513431"}
CASES = sorted({document.case_id for document in HELD if document.case_id})
SUMS = (0.12, 500, 3500, 10000, 35000)
DAYS = sorted({document.received_at.astimezone(SHANGHAI).date() for document in HELD})

Meets = Callable[[IndexDocument, bool], bool]
"""Whether a report meets a piece of a question; the flag tells that it stands under a minus, where nothing is added."""


@dataclass(frozen=True)
class Drawn:
    """A piece of a question as it is written, with what it means; ``within`` are the conditions that it joins."""

    text: str
    meets: Meets
    facet: str | None = None
    places: tuple[str, ...] = ()
    within: tuple[Drawn, ...] = ()

    @property
    def conjuncts(self) -> tuple[Drawn, ...]:
        return self.within or (self,)


@st.composite
def words(draw: st.DrawFn) -> Drawn:
    word = draw(st.sampled_from(WORDS))
    forms = (word, *synonyms().get(word, ()))
    return Drawn(word, lambda one, exact: any(form in PLAIN[one.seq] for form in (forms[:1] if exact else forms)))


@st.composite
def phrases(draw: st.DrawFn) -> Drawn:
    document = draw(st.sampled_from(HELD))
    start = draw(st.integers(0, len(document.text) - 1))
    passage = document.text[start : start + draw(st.integers(1, 20))]
    passage = "".join(" " if character in '"“”＂' else character for character in passage)
    plain = normalise(passage).text
    return Drawn(f'"{passage}"', lambda one, _: plain in PLAIN[one.seq])


@st.composite
def people(draw: st.DrawFn) -> Drawn:
    name = normalise(draw(st.sampled_from(NAMES))).text
    start = draw(st.integers(0, len(name) - 1))
    part = name[start : start + draw(st.integers(1, 3))] if not name.isascii() else name
    named = draw(st.sampled_from(("accused:", "被举报人：")))
    return Drawn(f'{named}"{part}"', lambda one, _: any(part in normalise(name).text for name in one.accused))


@st.composite
def categories(draw: st.DrawFn) -> Drawn:
    row = draw(st.sampled_from(load_taxonomy().categories))
    written = draw(st.sampled_from((f"category:{row.code}", f"类别：{row.zh}", f'Category:"{row.en.upper()}"')))
    return Drawn(written, lambda one, _: row.code in one.categories, "category")


@st.composite
def places(draw: st.DrawFn) -> Drawn:
    written = draw(st.sampled_from((*PLACES, *NAMED_PLACES)))
    code = NAMED_PLACES.get(written, written)
    return Drawn(f"地点:{written}", lambda one, _: one.division.startswith(code), "place", (code,))


@st.composite
def risks(draw: st.DrawFn) -> Drawn:
    level = draw(st.sampled_from(list(Level)))
    sign = draw(st.sampled_from((">=", "<=", ">", "<", "")))
    ranks = {
        ">=": lambda rank: rank >= level.rank,
        "<=": lambda rank: rank <= level.rank,
        ">": lambda rank: rank > level.rank,
        "<": lambda rank: rank < level.rank,
        "": lambda rank: rank == level.rank,
    }
    return Drawn(f"risk:{sign}{level.value}", lambda one, _: bool(ranks[sign](one.level.rank)), "risk")


@st.composite
def sums(draw: st.DrawFn) -> Drawn:
    low, high = sorted(draw(st.lists(st.sampled_from(SUMS), min_size=2, max_size=2, unique=True)))
    fen, most = round(low * 100), round(high * 100)
    kinds: dict[str, Meets] = {
        f"amount:{low}..{high}": lambda one, _: fen <= one.amount_fen <= most,
        f"金额:>{low}元": lambda one, _: one.amount_fen > fen,
        f"amount:>={low}": lambda one, _: one.amount_fen >= fen,
        f"金额：<{high}": lambda one, _: 0 < one.amount_fen < most,
        f"amount:..{high}": lambda one, _: 0 < one.amount_fen <= most,
        f"amount:{low}": lambda one, _: one.amount_fen == fen,
    }
    written = draw(st.sampled_from(sorted(kinds)))
    return Drawn(written, kinds[written])


def day(one: IndexDocument) -> date:
    return one.received_at.astimezone(SHANGHAI).date()


@st.composite
def times(draw: st.DrawFn) -> Drawn:
    first, last = sorted((draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))))
    kinds: dict[str, Meets] = {
        f"received:{first}..{last}": lambda one, _: first <= day(one) <= last,
        f"收到:>{first}": lambda one, _: day(one) > first,
        f"received:<={last:%Y-%m}": lambda one, _: (day(one).year, day(one).month) <= (last.year, last.month),
        f"收到：{first.year}年": lambda one, _: day(one).year == first.year,
        f"received:{first:%Y-%m}": lambda one, _: (day(one).year, day(one).month) == (first.year, first.month),
    }
    written = draw(st.sampled_from(sorted(kinds)))
    return Drawn(written, kinds[written])


@st.composite
def others(draw: st.DrawFn) -> Drawn:
    channel, case = draw(st.sampled_from(list(Channel))), draw(st.sampled_from(CASES))
    month, lack = draw(st.sampled_from(HELD)).month, draw(st.sampled_from(list(Lacking)))
    return draw(
        st.sampled_from(
            (
                Drawn(f"channel:{channel.value}", lambda one, _: one.channel is channel, "channel"),
                Drawn(f"月份:{month}", lambda one, _: one.month == month, "month"),
                Drawn(f"case:{case}", lambda one, _: one.case_id == case),
                Drawn(f"lacks:{lack}", lambda one, _: lack in one.lacks),
                Drawn("摘要缺:任何", lambda one, _: bool(one.lacks)),
            )
        )
    )


def refused(inner: Drawn) -> Drawn:
    return Drawn(f"-{inner.text}", lambda one, _: not inner.meets(one, True), inner.facet, inner.places)


def all_of(units: Sequence[Drawn]) -> Drawn:
    if len(units) == 1:
        return units[0]
    within = tuple(conjunct for unit in units for conjunct in unit.conjuncts)
    text = " ".join(unit.text for unit in units)
    return Drawn(text, lambda one, exact: all(unit.meets(one, exact) for unit in units), *shared(units), within)


def any_of(branches: Sequence[Drawn]) -> Drawn:
    if len(branches) == 1:
        return branches[0]
    text = " OR ".join(branch.text for branch in branches)
    return Drawn(text, lambda one, exact: any(branch.meets(one, exact) for branch in branches), *shared(branches))


def shared(pieces: Sequence[Drawn]) -> tuple[str | None, tuple[str, ...]]:
    facets = {piece.facet for piece in pieces}
    return (facets.pop() if len(facets) == 1 else None), tuple(code for piece in pieces for code in piece.places)


def bracketed(inner: Drawn) -> Drawn:
    return Drawn(f"({inner.text})", inner.meets, inner.facet, inner.places, inner.within)


leaves = st.one_of(words(), phrases(), people(), categories(), places(), risks(), sums(), times(), others())


def composed(units: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    branches = st.lists(units, min_size=1, max_size=3).map(all_of)
    return st.lists(branches, min_size=1, max_size=2).map(any_of)


questions = composed(
    st.recursive(leaves, lambda inner: st.one_of(inner.map(refused), composed(inner).map(bracketed)), max_leaves=5)
)
accesses = st.builds(
    Access,
    principal=st.just("tester"),
    role=st.just(StaffRole.INVESTIGATOR),
    place_prefixes=st.sampled_from([("",), ("",), (), ("51",), ("5134", "62")]),
    excluded_party_keys=st.sampled_from([(), ("party-a",)]),
    excluded_cases=st.sampled_from([(), ("case-1",), ("case-1", "case-2")]),
)


@pytest.fixture(scope="module")
def index(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = backend(tmp_path_factory.mktemp("index"))
    made.apply(HELD[:100], [])
    made.apply(HELD[100:], [])
    yield made
    made.close()


def request_of(text: str, **fields: object) -> SearchRequest:
    asked = read(text, split=default_segmenter().cut, synonyms=lambda word: synonyms().get(word, ()))
    return SearchRequest(asked.nodes, **fields)  # type: ignore[arg-type]


def found(index: SearchIndex, request: SearchRequest, access: Access = EVERYWHERE) -> list[int]:
    """All report numbers of a request."""
    seqs: list[int] = []
    before = None
    while True:
        page = index.ordered(request, access, Order.TIME, before, 100)
        seqs += page.seqs
        before = page.next_key
        if before is None:
            return sorted(seqs)


def readable(document: IndexDocument, access: Access) -> bool:
    inside = any(document.division.startswith(prefix) for prefix in access.place_prefixes)
    hidden = set(document.party_keys) & set(access.excluded_party_keys) or document.case_id in access.excluded_cases
    return inside and not hidden


def values(document: IndexDocument, facet: str, length: int) -> tuple[str, ...]:
    if facet == "category":
        return document.categories
    if facet == "place":
        return (document.division[:length],) if len(document.division) >= length else ()
    return ({"month": document.month, "risk": document.level.value, "channel": document.channel.value}[facet],)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions, accesses)
def test_a_question_finds_and_counts_what_looking_at_every_report_does(
    index: SearchIndex, drawn: Drawn, access: Access
) -> None:
    request = request_of(drawn.text)
    seen = [document for document in HELD if readable(document, access)]
    met = [document for document in seen if drawn.meets(document, False)]
    assert found(index, request, access) == [document.seq for document in met]
    assert index.count(request, access) == len(met)
    of_places = [code for conjunct in drawn.conjuncts if conjunct.facet == "place" for code in conjunct.places]
    length = max(map(len, of_places), default=2)
    counted = index.facets(request, access)
    for facet in FACETS:
        free = [conjunct for conjunct in drawn.conjuncts if conjunct.facet != facet]
        left = [document for document in seen if all(conjunct.meets(document, False) for conjunct in free)]
        expected = Counter(value for document in left for value in values(document, facet, length))
        assert counted[facet] == dict(expected), facet


@pytest.mark.parametrize(
    ("written", "everything"),
    [
        ("received:>2107", False),
        ("received:2106..2200", False),
        ("received:<2107", True),
        ("received:<9000", True),
        ("received:1969..9000", True),
        ("-received:>2107", True),
    ],
)
def test_a_time_beyond_what_an_engine_can_count_bounds_nothing(
    index: SearchIndex, written: str, everything: bool
) -> None:
    assert found(index, request_of(written)) == ([document.seq for document in HELD] if everything else [])


ACCUSED = ("王建国", "Wang Jianguo", "李大明", "单晓红书记", "陈刚", "老曾", "吕伟", "Lyu Wei")


@pytest.fixture(scope="module")
def people_index(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = backend(tmp_path_factory.mktemp("index"))
    moment = datetime(2019, 3, 1, tzinfo=SHANGHAI)
    facts = ("钱的事", moment, "2019-03", Channel.API, (), "", Level.LOW, 0.0)
    made.apply([IndexDocument(f"r{n}", n, 1, *facts, accused=(who,)) for n, who in enumerate(ACCUSED)], [])
    yield made
    made.close()


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("王建国", {"王建国", "Wang Jianguo"}),
        ("王健国", {"王建国", "Wang Jianguo"}),
        ("汪建国", {"王建国", "Wang Jianguo"}),
        ("王建過", {"王建国", "Wang Jianguo"}),
        ('"王建国"', {"王建国"}),
        ('"王健国"', set()),
        ("wangjianguo", {"王建国", "Wang Jianguo"}),
        ("WangJianguo", {"王建国", "Wang Jianguo"}),
        ('"wang jianguo"', {"王建国", "Wang Jianguo"}),
        ('"wang jian guo"', {"王建国", "Wang Jianguo"}),
        ('"Jianguo Wang"', {"王建国", "Wang Jianguo"}),
        ("wanjianguo", {"王建国", "Wang Jianguo"}),
        ("wjg", {"王建国", "Wang Jianguo"}),
        ("建国", {"王建国", "Wang Jianguo"}),
        ("jianguo", {"王建国", "Wang Jianguo"}),
        ("王", {"王建国"}),
        ("shanxiaohong", {"单晓红书记"}),
        ("danxiaohong", {"单晓红书记"}),
        ("山小红", {"单晓红书记"}),
        ("sxh", {"单晓红书记"}),
        ("书记", {"单晓红书记"}),
        ("chengang", {"陈刚"}),
        ('"chen gang"', {"陈刚"}),
        ("zeng", {"老曾"}),
        ("zhaosi", set()),
        *(
            (written, {"吕伟", "Lyu Wei"})
            for written in ("lvwei", "lyuwei", "lüwei", "luwei", '"Lv Wei"', "吕伟", "lw")
        ),
    ],
)
def test_the_accused_are_found_by_characters_sound_and_initials(
    people_index: SearchIndex, written: str, who: set[str]
) -> None:
    seqs = found(people_index, request_of(f"accused:{written}"))
    assert {ACCUSED[seq] for seq in seqs} == who


def test_a_name_alone_still_finds_every_report_that_holds_it(index: SearchIndex) -> None:
    for name in NAMES[:40]:
        request = request_of(name)
        holding = {seq for seq, plain in PLAIN.items() if normalise(name).text in plain}
        assert holding <= set(found(index, request))
