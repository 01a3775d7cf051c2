from __future__ import annotations

from importlib.resources import files

import pytest

from corpora import lexicons
from corpora.divisions import Divisions
from corpora.offices import load_offices
from triage.model import Rank


def test_posts_stand_on_known_levels() -> None:
    assert {level.upper() for level in lexicons.posts().values()} <= set(Rank.__members__)
    assert lexicons.posts()["村支书"] == "village"


def test_misspelt_programme_is_known() -> None:
    assert {"低保", "低宝"} <= set(lexicons.programmes())


def test_register_is_no_programme() -> None:
    assert "建档立卡" not in lexicons.programmes()


def test_synonyms_hold_both_ways() -> None:
    synonyms = lexicons.synonyms()
    for word, others in synonyms.items():
        for other in others:
            assert word in synonyms[other]


def test_user_words_stand_once_and_hold_no_spaces() -> None:
    words = lexicons.segment_words()
    assert len(words) == len(set(words))
    assert not [word for word in words if any(character.isspace() for character in word)]


def test_compound_surnames_are_apart_from_single_ones() -> None:
    assert "王" in lexicons.surnames()
    assert {len(name) for name in lexicons.compound_surnames()} == {2}


LISTS = [entry.name for entry in files("corpora.lexicons").iterdir() if entry.name.endswith((".txt", ".tsv"))]


def lines(name: str) -> list[str]:
    text = files("corpora.lexicons").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_says_what_it_is_for(name: str) -> None:
    assert files("corpora.lexicons").joinpath(name).read_text("utf-8").startswith("#")


# These begin with a rank, under which several lines stand
@pytest.mark.parametrize("name", sorted({*LISTS} - {"character_pairs.tsv", "english_words.tsv"}))
def test_no_word_stands_twice_in_a_list(name: str) -> None:
    words = [line.split("\t")[0].strip() for line in lines(name)]
    assert sorted(words) == sorted(set(words))


def test_a_body_that_needs_a_name_is_one_that_is_looked_for() -> None:
    looked_for = {*lexicons.organisation_suffixes(), *lexicons.word_set("body_endings")}
    assert lexicons.word_set("bodies_with_name") <= looked_for
    assert lexicons.word_set("bodies_with_level") <= looked_for


def test_a_body_needs_a_name_or_a_level_and_not_both() -> None:
    assert lexicons.word_set("bodies_with_name").isdisjoint(lexicons.word_set("bodies_with_level"))


def test_sample_offices_stand_on_real_divisions() -> None:
    for office in load_offices():
        assert Rank(office.level) > Rank.NONE
        assert not office.division or Divisions.load().get(office.division) is not None
