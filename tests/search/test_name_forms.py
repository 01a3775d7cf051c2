"""Names of accused people meet by characters, pinyin, initials and common slips, whatever title stands beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.lexicons import readings, surnames
from triage.search.names import asked_forms, forms_of, name_in, spelled
from triage.text.pinyin import syllables

SURNAMES = sorted(name for name in surnames() if name in readings())
GIVEN = sorted(readings())[:3000]
names = st.builds(
    lambda surname, given: surname + "".join(given),
    st.sampled_from(SURNAMES),
    st.lists(st.sampled_from(GIVEN), min_size=1, max_size=2),
)


def meets(written: str, name: str) -> bool:
    return not forms_of(name).isdisjoint(asked_forms(written))


@given(names)
def test_every_name_is_found_as_written_and_as_it_is_spelled(name: str) -> None:
    latin = spelled(name)
    assert meets(name, name)
    assert meets(latin, name)
    assert meets(latin.upper(), name)
    assert all(meets(character, name) for character in name)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("王书记", "王"),
        ("毕副镇长", "bi"),
        ("老王", "wang"),
        ("馬成龍", "马成龙"),
        ("欧阳明", "ouyangming"),
        ("欧阳明", "oym"),
        ("Mr Meng", "meng"),
        ("艾力·买买提", "艾力买买提"),
        ("Zhang Wei", "章伟"),
        ("Secretary Li Daming", "lidaming"),
        ("Secretary Li Daming", "ldm"),
        ("吕伟", "lvwei"),
        ("吕伟", "lv wei"),
        ("吕伟", "lyuwei"),
        ("吕伟", "LÜ WEI"),
        ("吕伟", "lǚ wěi"),
        ("吕伟", "Wei Lyu"),
        ("吕伟", "luwei"),
        ("吕书记", "lv"),
        ("吕伟", "Lyu"),
        ("女娲", "nvwa"),
        ("女娲", "nüwa"),
        ("Lyu Wei", "吕伟"),
        ("Secretary Lv Wei", "lüwei"),
        ("Lü Wei", "lyu wei"),
        ("Lyu Weiping", "lwp"),
        ("Jin Yu", "金玉"),
        ("王建国", "王建国书记"),
        ("王健国", "村支书王建国"),
        ("王建国", "王建国同志"),
        ("王建国", "Secretary Wang Jianguo"),
        ("Wang Jianguo", "王建国主任"),
        ("覃治安主任", "qin zhian"),
        ("覃治安主任", "秦治安"),
        ("王主任", "wang"),
        ("王国强", "Guo Qiang Wang"),
        ("Deputy County Magistrate Chen Guoqiang", "chen guoqiang"),
        ("Deputy County Magistrate Chen", "chen"),
        ("王长贵", "wang changgui"),
        ("王长贵", "wcg"),
        ("王长贵", "changgui"),
        ("刘朝阳", "Liu Zhaoyang"),
        ("刘朝阳", "Liu Chaoyang"),
        ("买买提·艾山", "maimaiti"),
        ("买买提·艾山", "Aishan"),
    ],
)
def test_titles_scripts_and_orders_do_not_matter(name: str, written: str) -> None:
    assert meets(written, name)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("李大明", "王大明"),
        ("王建国", "wjx"),
        ("王建国", "王建军"),
        ("王建军", "王建国书记"),
        ("李建国", "Secretary Wang Jianguo"),
        ("王长贵", "zhangchanggui"),
        ("王建国", "书记"),
        ("李刚", "李"),
        ("李伟", "lvwei"),
        ("吕伟", "lvweihua"),
        ("Calvin", "caluin"),
        ("金玉", "jinnu"),
        ("林月", "linue"),
    ],
)
def test_other_people_are_not_found(name: str, written: str) -> None:
    assert meets(written, name) is (written in name)


def test_pinyin_is_cut_into_the_fewest_syllables() -> None:
    assert syllables("wangjianguo") == ("wang", "jian", "guo")
    assert syllables("xian") == ("xian",)
    assert syllables("wjg") == ()


@pytest.mark.parametrize("written", ["lvwei", "lyuwei", "lüwei"])
def test_letters_that_spell_a_name_with_that_vowel_are_taken_for_it(written: str) -> None:
    assert name_in((written,)) == written


@pytest.mark.parametrize(
    "words", [("高速",), ("silver",), ("solve",), ("envy",), ("的",), ("fund",), ("the",), ("低保", "金"), ("王",)]
)
def test_what_is_no_name_is_not_taken_for_one(words: tuple[str, ...]) -> None:
    assert name_in(words) is None
