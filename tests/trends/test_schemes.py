"""New schemes: what several cases of a month tell alike and those before had not is one; one case and copies are none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scheme_letters import COUNTIES, SCHEME, calm, letter, scheme

from tests.packaged_reports import packaged_reports
from triage.trends.independent import Letter, voices
from triage.trends.phrases import terms_of
from triage.trends.plain_words import words_of
from triage.trends.schemes import Scheme, schemes_of

NOW, BEFORE = calm(80, "2019-11"), calm(700, "2019-05")


def told(now: Sequence[Letter], before: Sequence[Letter] = BEFORE) -> tuple[Scheme, ...]:
    return schemes_of(now, before, 5).schemes


def test_a_scheme_told_in_five_counties_is_found_with_its_words_its_cases_and_its_first_day() -> None:
    (found,) = told([*NOW, *scheme(9)])
    assert {word for term in found.terms for word in term} == set(SCHEME)
    assert (len(found.letters), len(found.voices)) == (9, 9)
    assert {one.county for one in found.letters} == set(COUNTIES)
    assert (found.before, found.first) == (0, "2019-11-03")


def test_a_calm_month_has_no_scheme() -> None:
    assert told(NOW) == ()


def test_two_new_schemes_of_a_month_are_told_apart() -> None:
    other = [letter(f"other-{number}", ["树苗", "发票", "亲家"]) for number in range(8)]
    assert [{word for term in one.terms for word in term} for one in told([*NOW, *scheme(9), *other])] == [
        set(SCHEME),
        {"树苗", "发票", "亲家"},
    ]


def test_the_same_words_within_one_case_are_no_scheme() -> None:
    assert told([*NOW, *scheme(12, case="01A")]) == ()


def test_two_cases_are_no_scheme_however_many_letters_they_have() -> None:
    both = [replace(one, case="01A" if number % 2 else "01B") for number, one in enumerate(scheme(20))]
    assert told([*NOW, *both]) == ()


def test_copies_of_one_text_are_no_scheme_though_each_comes_from_elsewhere() -> None:
    assert told([*NOW, *scheme(40, seed="one text")]) == ()
    (found,) = told([*NOW, *scheme(9), *(replace(one, report=f"x{one.report}") for one in scheme(30, seed="one text"))])
    assert (len(found.letters), len(found.voices)) == (39, 10)


def test_what_the_months_before_told_as_often_is_no_scheme_and_a_first_letter_of_then_is_its_first_day() -> None:
    often = [replace(one, report=f"b{one.report}", day="2019-04-02") for one in scheme(60)]
    assert told([*NOW, *scheme(6)], [*BEFORE, *often]) == ()
    (found,) = told([*NOW, *scheme(14)], [*BEFORE, often[0]])
    assert (found.before, found.first) == (1, "2019-04-02")


def test_a_pair_of_words_that_always_stand_together_is_a_phrase_and_no_scheme() -> None:
    assert (
        told([*NOW, *(replace(letter(f"p{at}"), terms=tuple(terms_of([("光伏", "租金")]))) for at in range(12))]) == ()
    )


def test_without_letters_there_is_no_scheme() -> None:
    assert told([]) == told([], []) == told(scheme(9), []) == ()


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_the_order_of_letters_does_not_matter(seed: int) -> None:
    now = [*NOW, *scheme(9), *(replace(one, report=f"x{one.report}") for one in scheme(2, case="01A"))]
    chance, mixed, before = random.Random(seed), list(now), list(BEFORE)
    chance.shuffle(mixed)
    chance.shuffle(before)
    assert schemes_of(mixed, before, 5) == schemes_of(now, BEFORE, 5)
    assert schemes_of(mixed, before, 5).schemes


@pytest.mark.parametrize("start", range(3))
def test_letters_drawn_from_the_same_samples_have_no_scheme(start: int) -> None:
    rows = [row for row in packaged_reports() if row.language == "zh"][start:3000:3]
    read = [
        Letter(row.id, 0, row.case or "", "", "2019-11-10", (), tuple(dict.fromkeys(terms_of(words_of(row.text, [])))))
        for row in rows
    ]
    assert told(read[::9], [one for at, one in enumerate(read) if at % 9]) == ()


def test_letters_of_one_case_and_copies_have_one_voice_and_others_their_own() -> None:
    mine = [letter("a", case="01A"), letter("b", case="01A"), letter("c"), letter("d", seed="c"), letter("e")]
    assert [[one.report for one in group] for group in voices(reversed(mine))] == [["a", "b"], ["c", "d"], ["e"]]
