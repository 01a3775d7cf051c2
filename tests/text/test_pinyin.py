from __future__ import annotations

import pytest

from tests.counted_steps import most_bytes
from triage.text.pinyin import folded, name_sound, sound, split_name, surname_sound, syllables


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


@pytest.mark.parametrize(
    ("latin", "name"),
    [
        ("Lü Wei", "吕伟"),
        ("Lv Wei", "吕伟"),
        ("Lyu Wei", "吕伟"),
        ("LYU WEI", "吕伟"),
        ("Lǚ Wěi", "吕伟"),
        ("Lu\u0308 Wei", "吕伟"),
        ("Lv An", "吕安"),
        ("Wang Lvping", "王绿萍"),
        ("Nvwa", "女娲"),
        ("Nyuwa", "女娲"),
        ("Lvliang", "吕梁"),
        ("Lüeyang", "略阳"),
        ("Lveyang", "略阳"),
        ("Jin Yu", "金玉"),
        ("Chen Yue", "陈月"),
    ],
)
def test_however_the_vowel_of_lv_is_written_a_name_sounds_as_the_chinese_one(latin: str, name: str) -> None:
    assert folded(latin) == sound(latin) == name_sound(name)


@pytest.mark.parametrize("word", ["Calvin", "Twelve", "Salvador", "Lyudmila", "Jinyu", "Anyuan", "Linyue", "Vivian"])
def test_v_and_yu_elsewhere_stay_what_they_are(word: str) -> None:
    assert folded(word) == word.lower().replace("ng", "n")


def test_letters_without_end_are_parted_into_syllables_in_little_memory() -> None:
    def taken(count: int) -> int:
        return most_bytes(lambda: syllables("luo" * count))

    assert syllables("luo" * 500) == ("luo",) * 500
    assert taken(4000) < 8 * taken(1000)


def test_what_is_kept_of_chinese_names_sounds_as_it_always_did() -> None:
    assert (name_sound("吕伟"), name_sound("女娲"), name_sound("略阳")) == ("luwei", "nuwa", "lueyan")


def test_a_name_is_split_after_its_surname() -> None:
    assert split_name("欧阳明") == ("欧阳", "明")
    assert split_name("谯兴全") == ("谯", "兴全")
