from __future__ import annotations

import pytest

from triage.text.pinyin import folded, name_sound, sound, split_name, surname_sound


@pytest.mark.parametrize(
    ("one", "other"), [("王建国", "王健国"), ("陈志强", "陈自强"), ("李大明", "李大民"), ("侯平", "候平")]
)
def test_common_slips_sound_alike(one: str, other: str) -> None:
    assert name_sound(one) == name_sound(other)


@pytest.mark.parametrize(
    ("surname", "latin"),
    [("单", "shan"), ("仇", "qiu"), ("曾", "zeng"), ("朴", "piao"), ("区", "ou"), ("尉迟", "yuchi")],
)
def test_surnames_have_their_own_reading(surname: str, latin: str) -> None:
    assert surname_sound(surname) == folded(latin)


def test_a_name_in_latin_letters_sounds_as_the_chinese_one() -> None:
    assert folded("Wang Xiaodong") == name_sound("王晓东")
    assert sound("Xingyuan") == sound("兴源")


def test_a_name_is_split_after_its_surname() -> None:
    assert split_name("欧阳明") == ("欧阳", "明")
    assert split_name("谯兴全") == ("谯", "兴全")
