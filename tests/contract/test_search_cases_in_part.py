"""Readers who see a part of a case search by it, and group by it, under the id of a report that they may read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.contract.search_backends import Backend
from tests.store.store_samples import arrival, outcome, staff
from triage.errors import BadInput
from triage.indexing import document_of
from triage.model import Access, Case, StaffRole
from triage.search import CursorBox, SearchIndex
from triage.search.finding import Answer, Finder, Question
from triage.search.watching import Watches
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store
from triage.text.segment import default_segmenter

TEXT = "石桥村的低保名单从来没有公布过，问了会计{}也不说。"
HERE = staff("51")
ORDERS = ("time", "amount", "risk", "relevance")


@dataclass(frozen=True)
class Desk:
    """A store and an index of the same reports."""

    store: Store
    finder: Finder

    def report(self, division: str = "513431", number: int = 0) -> str:
        (answer,) = self.store.receive([arrival(TEXT.format(number))])
        assert isinstance(answer, Accepted)
        self.store.save_assessed([outcome(answer.report_id, division=division)])
        return answer.report_id

    def case(self, *divisions: str) -> list[str]:
        ids = [self.report(division, number) for number, division in enumerate(divisions)]
        self.store.save_cases([Case(ids[0], tuple(ids))])
        return ids

    def added(self, first: str, number: int) -> str:
        (answer,) = self.store.receive([arrival(TEXT.format(number), adds_to=first)])
        assert isinstance(answer, Accepted)
        self.store.save_assessed([outcome(answer.report_id)])
        return answer.report_id

    def recused(self, party: str) -> Access:
        """The access of somebody who must not meet a party, as a token gives it at this moment."""
        secret = self.store.new_token(StaffRole.INVESTIGATOR)
        access = self.store.authenticate(secret)
        self.store.staff.recuse(access.principal, [party])
        return self.store.authenticate(secret)

    def index(self) -> None:
        self.finder.index.apply([document_of(row) for row in self.store.index_rows(WORKER)], [])

    def ask(self, access: Access = HERE, **question: object) -> Answer:
        return self.finder.find(Question(**question), access)  # type: ignore[arg-type]

    def pages(self, access: Access = HERE, **question: object) -> Iterator[Answer]:
        cursor = None
        while True:
            answer = self.ask(access, cursor=cursor, **question)
            yield answer
            cursor = answer.cursor
            if cursor is None:
                return


@pytest.fixture
def desk(backend: Backend, tmp_path: Path) -> Iterator[Desk]:
    index: SearchIndex = backend(tmp_path / "index")
    with Store.open(Settings(data_dir=tmp_path / "plain")) as store:
        yield Desk(store, Finder(store, index, CursorBox(b"c" * 32), default_segmenter()))
    index.close()


def found(answer: Answer) -> dict[str, str | None]:
    return {hit.id: hit.case for hit in answer.hits}


def test_a_case_is_found_by_the_name_that_its_reader_knows_and_by_no_hidden_one(desk: Desk) -> None:
    hidden, first, second = desk.case("520100", "513431", "513431")
    alone, companion = desk.case("513431", "520100")
    desk.index()
    for name in (first, second):
        assert found(desk.ask(q=f"case:{name}")) == {first: first, second: first}
    assert found(desk.ask(q=f"-case:{second}")) == {alone: None}
    assert found(desk.ask(q=f"case:{alone}")) == {alone: None}
    told = set()
    for name in (hidden, companion, "0" * 26):
        with pytest.raises(BadInput) as refused:
            desk.ask(q=f"case:{name}")
        told.add((refused.value.field, refused.value.rule, refused.value.detail))
    assert len(told) == 1
    everywhere = desk.ask(staff(), q=f"case:{hidden} OR case:{companion}")
    assert found(everywhere) == {**dict.fromkeys((hidden, first, second), hidden), alone: alone, companion: alone}


@pytest.mark.parametrize("sort", ORDERS)
def test_grouped_pages_show_each_case_once_under_a_name_that_opens_it(desk: Desk, sort: str) -> None:
    cases = [desk.case("520100", *["513431"] * size) for size in (1, 3, 2, 1, 4, 2, 3)]
    desk.index()
    told = list(desk.pages(q="低保", sort=sort, group="case", limit=2))
    hits = [hit for answer in told for hit in answer.hits]
    assert sorted(hit.reports for hit in hits) == sorted(len(ids) - 1 for ids in cases)
    assert {hit.case for hit in hits} == {ids[1] if len(ids) > 2 else None for ids in cases}
    assert {answer.groups for answer in told} == {len(cases)}
    for hit in hits:
        assert desk.ask(q=f"case:{hit.case or hit.id}").total == hit.reports


def test_similar_reports_of_other_cases_leave_out_the_readable_part_of_the_own_one(desk: Desk) -> None:
    hidden, first, second = desk.case("520100", "513431", "513431")
    others = desk.case("513431", "513431")
    desk.index()
    assert found(desk.ask(like=first, other_cases=True)) == dict.fromkeys(others, others[0])
    assert found(desk.ask(like=first)) == {second: first, **dict.fromkeys(others, others[0])}
    assert hidden not in repr(desk.ask(like=first))


def test_a_saved_search_for_a_case_goes_by_the_name_that_its_owner_knows(desk: Desk) -> None:
    hidden, first, second = desk.case("520100", "513431", "513431")
    desk.index()
    watches = Watches(desk.finder)
    listed, told = watches.save("my case", {"q": f"案件:{first}"}, HERE)
    assert (listed.question, listed.trouble, told.total) == ({"q": f"案件:{first}"}, "", 2)
    with pytest.raises(BadInput):
        watches.save("theirs", {"q": f"case:{hidden}"}, HERE)
    assert [one.trouble for one in watches.mine(HERE)] == [""]
    # Whoever may read less from now on learns no more of it than of a case that is nobody's
    (less,) = watches.mine(replace(HERE, place_prefixes=("52",)))
    assert "There is no such case" in less.trouble
    assert second not in repr(less)


@pytest.mark.parametrize("seed", range(3))
def test_no_page_holds_the_id_of_a_report_that_is_not_readable(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    places = ("513431", "513432", "520100", "621124")
    ids = [one for _ in range(6) for one in desk.case(*chance.choices(places, k=chance.randint(1, 5)))]
    desk.index()
    for _ in range(6):
        access = staff(*chance.sample(("51", "513431", "52", "62"), chance.randint(1, 2)))
        seen = desk.store.visible(ids, access)
        answers = [one for sort in ORDERS for one in desk.pages(access, sort=sort, group="case", limit=3)]
        answers += desk.pages(access, limit=4)
        answers += [desk.ask(access, like=one) for one in sorted(seen)[:3]]
        assert not [one for one in ids if one not in seen and one in repr(answers)]
        names = {hit.case or hit.id for answer in answers for hit in answer.hits}
        assert all(desk.ask(access, q=f"case:{name}").total >= 1 for name in names)


@pytest.mark.parametrize("together", [False, True], ids=["alone", "with another"])
def test_what_was_added_and_split_off_is_in_no_total_of_whoever_may_not_see_its_first_report(
    desk: Desk, together: bool
) -> None:
    first, other, plain = desk.report(number=1), desk.report(number=2), desk.report(number=3)
    (named,) = (answer.report_id for answer in desk.store.receive([arrival(TEXT.format(4))]))  # type: ignore[union-attr]
    desk.store.save_assessed([outcome(named, party_keys=("cousin",))])
    added = desk.added(first, 5)
    desk.store.save_cases([Case(first, (first, named, added)), Case(plain, (plain,))])
    # Somebody splits it off: it tells of something else
    parts = [Case(added, (added, other))] if together else [Case(added, (added,))]
    desk.store.save_cases([Case(first, (first, named)), *parts])
    desk.index()
    access = desk.recused("cousin")
    assert desk.store.visible([first, named, added, other, plain], access) == {other, plain}
    answer = desk.ask(access, q="低保")
    assert {hit.id for hit in answer.hits} == {other, plain}
    assert answer.total == 2
    assert {name: sum(values.values()) for name, values in answer.facets.items()}["risk"] == 2
    grouped = desk.ask(access, q="低保", group="case")
    assert (grouped.total, grouped.groups, [hit.reports for hit in grouped.hits]) == (2, 2, [1, 1])
    assert {hit.case for hit in grouped.hits} == {None}, "one that nobody may see makes no case for them"
    for name in (first, named, added):
        assert name not in repr((answer, grouped))
    everybody = desk.ask(staff(), q="低保")
    assert everybody.total == 5
