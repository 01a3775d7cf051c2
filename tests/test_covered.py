"""What of a report is covered: who wrote it and how they are reached, and never the accused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.letters_of_reporters import LETTER, OPEN, SECRETS, TITLE, entity, reading
from triage.covered import covered_beside, covered_in
from triage.model import Entity, EntityKind, Role
from triage.text.masking import MASK, mask

PERSON, CONTACT = EntityKind.PERSON, EntityKind.CONTACT


def shown(text: str, *entities: Entity) -> str:
    return mask(text, covered_in(text, entities).places)


def test_a_letter_keeps_what_is_told_and_not_who_tells_it() -> None:
    text = shown(LETTER, *reading().entities)
    assert len(text) == len(LETTER)
    assert [one for one in SECRETS if one in text] == []
    assert [one for one in OPEN if one not in text] == []


def test_a_letter_that_nobody_has_read_has_its_contacts_own_words_and_signature_covered() -> None:
    text = shown(LETTER)
    assert [one for one in SECRETS if one in text] == []
    assert OPEN[1] not in text, "whose card it is nobody has read: when in doubt it is covered"
    assert "王守田" in text
    assert "何开亮" in text


def test_a_character_that_nobody_sees_uncovers_no_contact() -> None:
    text = "我叫何\u200b小\u200b满，电话138\u200b0013\u200b8000，村主任王守田扣了钱。"
    told = shown(text)
    assert "138" not in told
    assert "8000" not in told
    assert "满" not in told
    assert "王守田" in told


def test_a_title_is_covered_by_what_the_letter_tells() -> None:
    known = covered_in(LETTER, reading().entities)
    assert mask(TITLE, covered_beside(TITLE, known)) == "●●●●反映危房款"
    assert mask("举报王守田", covered_beside("举报王守田", known)) == "举报王守田"


def test_the_accused_wins_where_a_name_is_both() -> None:
    text = "我叫王守田，王守田扣了钱。"
    both = (entity(PERSON, "王守田", 0, text, role=Role.REPORTER), entity(PERSON, "王守田", 1, text, role=Role.ACCUSED))
    assert shown(text, *both) == text


def test_an_accused_whose_name_holds_the_reporters_stays_whole() -> None:
    text = "我叫李四。村支书李四海扣了钱，李四海是会计的舅子。"
    accused = [entity(PERSON, "李四海", nth, text, role=Role.ACCUSED) for nth in (0, 1)]
    told = entity(PERSON, "李四", 0, text, role=Role.REPORTER)
    assert shown(text, told, *accused) == "我叫●●。村支书李四海扣了钱，李四海是会计的舅子。"


def test_a_reporter_is_covered_under_what_they_are_called_besides() -> None:
    text = "反映人李桂兰。村长说，李大娘你别闹，桂兰你回去。李书记不管。"
    people = (
        entity(PERSON, "李桂兰", 0, text, role=Role.REPORTER),
        entity(PERSON, "李大娘", 0, text, role=Role.VICTIM),
        entity(PERSON, "李书记", 0, text, role=Role.ACCUSED),
    )
    assert shown(text, *people) == "反映人●●●。村长说，●●●你别闹，●●你回去。李书记不管。"


def test_whoever_is_called_so_may_be_another_where_two_bear_the_surname() -> None:
    text = "我叫李桂兰。李建国家的李大娘也没有低保。"
    people = (
        entity(PERSON, "李桂兰", 0, text, role=Role.REPORTER),
        entity(PERSON, "李建国", 0, text, role=Role.VICTIM),
        entity(PERSON, "李大娘", 0, text, role=Role.VICTIM),
    )
    assert shown(text, *people) == "我叫●●●。李建国家的李大娘也没有低保。"


def test_a_surname_told_makes_nobody_of_an_accused_who_bears_it() -> None:
    text = "坐席：您贵姓？\n来电人：我姓姚。支书姚根旺把钱扣了。\n坐席：姚女士，请讲。\n"
    people = (entity(PERSON, "姚", 0, text, role=Role.REPORTER), entity(PERSON, "姚根旺", 0, text, role=Role.VICTIM))
    assert shown(text, *people) == "坐席：您贵姓？\n来电人：我姓●。支书姚根旺把钱扣了。\n坐席：●女士，请讲。\n"


def test_who_is_plainly_another_is_none_though_a_reader_took_them_for_the_reporter() -> None:
    text = "坐席：会计叫什么名字？\n来电人：吕东海。\n"
    assert shown(text, entity(PERSON, "吕东海", 0, text, role=Role.REPORTER)) == text


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("把钱打到王守田的卡上6222021234567890123。", True),
        ("王守田电话13800001111。", True),
        ("王守田让我拿身份证513431196801011234去领。", False),
        ("王守田不管，联系电话13800001111。", False),
        ("王守田贪污。请打13800001111。", False),
    ],
)
def test_a_contact_stays_where_it_plainly_is_the_accuseds(text: str, stays: bool) -> None:
    number = next(one for one in ("6222021234567890123", "13800001111", "513431196801011234") if one in text)
    told = shown(text, entity(PERSON, "王守田", 0, text, role=Role.ACCUSED), entity(CONTACT, number, 0, text))
    assert (number in told) is stays


def test_an_english_letter_is_covered_alike() -> None:
    text = (
        "My name is Qiao Laifu. I live at No. 12, Sanhe village. Mr Qiao, said Wang Dehai, go home.\nYours,\nQiao Laifu"
    )
    accused = entity(PERSON, "Wang Dehai", 0, text, role=Role.ACCUSED)
    told = shown(text, entity(PERSON, "Qiao Laifu", 0, text, role=Role.REPORTER), accused)
    assert "Qiao" not in told
    assert "Laifu" not in told
    assert "12" not in told
    assert "Wang Dehai" in told
    assert "Sanhe village" in told


NAMES = ("李桂兰", "王守田", "欧阳青禾", "何开亮", "李书记", "Qiao Laifu", "王守")
WORDS = (
    "我叫",
    "举报人：",
    "村支书",
    "电话13812345678",
    "，",
    "。\n",
    "卡上6222021234567890123",
    "住三组12号",
    "扣了钱",
    "Yours,\n",
    *NAMES,
)


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.data())
def test_whatever_is_marked_covering_keeps_lines_and_length_and_never_hides_an_accused(
    words: list[str], data: st.DataObject
) -> None:
    text, entities = "", []
    for word in words:
        if word in NAMES:
            role = data.draw(st.sampled_from([None, *Role]))
            entities.append(Entity(PERSON, word, len(text), len(text) + len(word), role=role))
        text += word
    covered = covered_in(text, entities)
    told = mask(text, covered.places)
    assert len(told) == len(text)
    assert [at for at, one in enumerate(told) if one == "\n"] == [at for at, one in enumerate(text) if one == "\n"]
    for start, end in covered.places:
        assert set(told[start:end]) <= {MASK, "\n"}
    for one in entities:
        if one.role is Role.ACCUSED:
            assert told[one.start : one.end] == one.text


@given(st.text(max_size=200))
def test_any_text_at_all_is_covered_without_a_stumble(text: str) -> None:
    assert len(shown(text)) == len(text)
    covered_beside(text, covered_in(text))
