from __future__ import annotations

import pytest

from triage.cases.compared import Compared
from triage.cases.pairs import may_join


def alike(*facts: str) -> Compared:
    """Two long letters of one place with many rare words in common, and these facts besides."""
    pair = Compared()
    pair.measure("words_here", 1.0)
    pair.measure("facts_here", 1.0)
    pair.measure("no_common_script", 1.0)  # length and likeness of the wording do not count then
    for code in ("same_village", *facts):
        pair.tell(code)
    return pair


def test_letters_about_the_works_of_one_town_do_not_join_by_place_and_words_alone() -> None:
    assert not may_join(alike())


@pytest.mark.parametrize("fact", ["same_name", "contact"])
def test_the_same_official_or_contact_besides_joins_them(fact: str) -> None:
    assert may_join(alike(fact))


def test_two_words_of_their_own_join_letters_of_one_village_where_the_model_is_sure() -> None:
    pair = alike()
    pair.measure("words_here", 1.2)
    assert may_join(pair, likely=0.85)
    assert not may_join(pair, likely=0.6)


def test_two_words_of_their_own_join_no_letters_of_one_county() -> None:
    pair = alike()
    pair.measure("same_village", 0.0)
    pair.tell("same_county")
    pair.measure("words_here", 1.2)
    assert not may_join(pair, likely=0.95)
