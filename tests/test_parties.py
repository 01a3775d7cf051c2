"""A report's persons are told each once: whoever is named in full, by a title and familiarly is one party."""

from __future__ import annotations

from datetime import date

from triage.assess.entities import find_entities
from triage.model import Entity, EntityKind, Rank, Role
from triage.parties import parties_in
from triage.text.normalise import normalise


def person(text: str, start: int, role: Role | None = Role.ACCUSED, rank: Rank = Rank.NONE) -> Entity:
    return Entity(EntityKind.PERSON, text, start, start + len(text), role, rank=rank)


def test_a_full_name_a_title_and_a_familiar_name_are_one_party() -> None:
    found = [
        person("王建国", 0, rank=Rank.VILLAGE),
        person("王书记", 20, None),
        person("老王", 30, Role.VICTIM),
        person("李四", 40, Role.VICTIM),
    ]
    parties = parties_in(found)
    assert [(one.name, one.role, one.rank) for one in parties] == [
        ("王建国", Role.ACCUSED, Rank.VILLAGE),
        ("李四", Role.VICTIM, Rank.NONE),
    ]
    assert [one.text for one in parties[0].mentions] == ["王建国", "王书记", "老王"]


def test_a_surname_that_two_share_stands_for_itself() -> None:
    found = [person("王建国", 0), person("王小兵", 10), person("王书记", 20)]
    assert [one.name for one in parties_in(found)] == ["王建国", "王小兵", "王书记"]


def test_other_entities_are_no_parties() -> None:
    assert parties_in([Entity(EntityKind.PLACE, "三河村", 0, 3)]) == []


def test_every_person_of_a_text_is_in_just_one_party() -> None:
    text = normalise(
        "昭觉县三河村村支书王建国收了三千元。王书记说不给就停低保。老王的弟弟王小兵也在场。反映人：李秀英"
    ).text
    entities = find_entities(text, date(2019, 5, 1))
    parties = parties_in(entities)
    mentions = [one for party in parties for one in party.mentions]
    assert sorted(mentions, key=lambda one: one.start) == [one for one in entities if one.kind is EntityKind.PERSON]
    assert [(one.name, one.role) for one in parties][-1] == ("李秀英", Role.REPORTER)
