"""What a case is shown to lie near of: officials of the same name, and those whose name only sounds alike, as what they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from store_samples import assessment, outcome, staff

from triage.casefile import open_case
from triage.cases import LinkKeyer, to_bytes
from triage.cases.catching_up import matter_of
from triage.model import Entity, EntityKind, Rank, Role
from triage.store import Store

Keep = Callable[..., str]


@pytest.fixture
def keep(store: Store, take: Callable[..., str]) -> Keep:
    """Keeps a report on people (name, role), with all that links it, as the worker does."""

    def kept(text: str, *people: tuple[str, Role]) -> str:
        report_id = take(text)
        (report,) = (one for one in store.claim(9) if one.id == report_id)
        mentions = [
            Entity(EntityKind.PERSON, name, text.index(name), text.index(name) + len(name), role=role)
            for name, role in people
        ]
        village = Entity(EntityKind.PLACE, "昭觉县柳林村", 0, 6, code="513431")
        read = assessment(entities=(village, *mentions), accused_level=Rank.VILLAGE)
        matter = matter_of(report, read)
        keys = LinkKeyer(store.subkey("link")).keys(matter)
        store.save_assessed([outcome(report_id, assessment=read, link_keys=keys, link_facts=to_bytes(matter))])
        return report_id

    return kept


def near(store: Store, report_id: str) -> dict[str, str]:
    return {one.report: one.reason for one in open_case(store, report_id, staff()).near}


def test_an_official_of_the_same_name_comes_first_and_one_who_sounds_alike_is_said_to(store: Store, keep: Keep) -> None:
    own = keep("昭觉县柳林村会计陈刚扣了低保。", ("陈刚", Role.ACCUSED))
    alike = keep("昭觉县柳林村会计程刚修路不给钱。", ("程刚", Role.ACCUSED))
    other = keep("昭觉县柳林村文书陈钢拿了树苗款。", ("陈钢", Role.ACCUSED))
    same = keep("昭觉县柳林村陈刚占了水塘。", ("陈刚", Role.ACCUSED))
    found = near(store, own)
    assert list(found) == [same, alike, other]
    assert found[same] == "同一被反映人姓名 · an official of the same name: 陈刚"
    assert found[alike] == "同音姓名 · names that sound alike: 陈刚 / 程刚"
    assert found[other] == "同音姓名 · names that sound alike: 陈刚 / 陈钢"


def test_of_two_people_whom_both_matters_name_the_one_of_the_same_characters_is_told(store: Store, keep: Keep) -> None:
    own = keep("昭觉县柳林村陈刚和李有田扣了低保。", ("陈刚", Role.ACCUSED), ("李有田", Role.ACCUSED))
    other = keep("昭觉县柳林村程刚和李有田占了水塘。", ("程刚", Role.ACCUSED), ("李有田", Role.ACCUSED))
    assert near(store, own) == {other: "同一被反映人姓名 · an official of the same name: 李有田"}


def test_a_case_that_writes_a_name_in_two_ways_meets_either_as_the_same(store: Store, keep: Keep) -> None:
    own = keep("昭觉县柳林村陈刚（也写程刚）扣了低保。", ("陈刚", Role.ACCUSED), ("程刚", Role.ACCUSED))
    other = keep("昭觉县柳林村程刚占了水塘。", ("程刚", Role.ACCUSED))
    assert near(store, own) == {other: "同一被反映人姓名 · an official of the same name: 程刚"}


def test_a_surname_that_only_sounds_alike_is_not_called_the_same(store: Store, keep: Keep) -> None:
    own = keep("昭觉县柳林村陈书记扣了低保。", ("陈书记", Role.ACCUSED))
    alike = keep("昭觉县柳林村程书记占了水塘。", ("程书记", Role.ACCUSED))
    same = keep("昭觉县柳林村陈支书拿了树苗款。", ("陈支书", Role.ACCUSED))
    found = near(store, own)
    assert list(found) == [same, alike]
    assert found[same] == "同地同姓同职务 · an official of the same surname and post in the place: 陈书记"
    assert found[alike].endswith("with a surname that sounds alike: 陈书记 / 程书记")


def test_a_name_in_traditional_characters_is_the_same_name(store: Store, keep: Keep) -> None:
    own = keep("昭觉县柳林村陈刚扣了低保。", ("陈刚", Role.ACCUSED))
    other = keep("昭觉县柳林村陳剛占了水塘。", ("陳剛", Role.ACCUSED))
    assert near(store, own) == {other: "同一被反映人姓名 · an official of the same name: 陈刚"}


def test_a_sender_who_bears_the_name_makes_no_similar_case(store: Store, keep: Keep) -> None:
    own = keep("昭觉县柳林村陈刚扣了低保。", ("陈刚", Role.ACCUSED))
    keep("昭觉县柳林村水塘被占，陈刚敬上。", ("陈刚", Role.REPORTER))
    assert near(store, own) == {}
