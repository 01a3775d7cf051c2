"""New phrases: what a month's letters have and those before had not is told, a copied letter and a name are not."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from tests.packaged_reports import packaged_reports
from triage.trends.phrases import Letters, new_phrases, terms_of
from triage.trends.plain_words import harmless, masked, words_of

USUAL = ("低保", "名额", "村民", "会议", "公示", "干部", "贫困户", "补助", "房子", "道路")


def letters(count: int, seed: int, planted: int = 0, copies: int = 0) -> Letters:
    chance, made = random.Random(seed), Letters()
    for number in range(count):
        words = tuple(chance.sample(USUAL, 5))
        made.add(f"{seed}-{number}", terms_of([words, ("光伏", "租金")] if number < planted else [words]))
    for _ in range(copies):
        made.add("copied", terms_of([("送礼", "名单")]))
    return made


def test_a_phrase_that_nobody_used_before_is_told_once_as_a_pair() -> None:
    (told,) = new_phrases(letters(60, 1, planted=14), letters(300, 2), 5, 10)
    assert told.words == ("光伏", "租金")
    assert (told.now, told.before) == (14, 0)


@pytest.mark.parametrize(("planted", "copies"), [(4, 0), (0, 40)])
def test_too_few_matters_or_copies_of_one_make_no_phrase(planted: int, copies: int) -> None:
    assert new_phrases(letters(60, 1, planted, copies), letters(300, 2), 5, 10) == []


def test_without_letters_nothing_is_new() -> None:
    assert new_phrases(Letters(), letters(3, 1), 5, 10) == new_phrases(letters(9, 1), Letters(), 5, 10) == []


def test_letters_drawn_from_the_same_samples_have_hardly_a_new_phrase() -> None:
    rows = [row for row in packaged_reports() if row.language == "zh"][:3000:2]
    random.Random(3).shuffle(rows)
    now, before = Letters(), Letters()
    for at, row in enumerate(rows):
        (now if at < 300 else before).add(row.case or row.id, terms_of(words_of(row.text, [])))
    assert len(new_phrases(now, before, 5, 10)) <= 2


def parts_of(name: str) -> set[str]:
    return {name[start:end] for start, end in combinations(range(len(name) + 1), 2)}


def test_names_of_the_samples_are_covered_even_if_the_reader_finds_none() -> None:
    left, all_told = set(), 0
    for row in packaged_reports():
        secret = [one for one in row.entities or () if one.kind in ("contact", "person")]
        covered = masked(row.text, []) if secret else ""
        for one in secret:
            if one.kind == "contact":
                assert one.text not in covered
            if one.kind == "person" and len(one.text) > 1 and harmless().isdisjoint(parts_of(one.text)):
                all_told += 1
                left |= {one.text} if one.text in covered else set()
    assert all_told > 5000
    assert not left


def test_numbers_places_and_called_names_are_covered_and_the_matter_can_be_read() -> None:
    text = "四川省凉山州昭觉县三河村支书王守田冒领低保3500元，老周和李建国看见了，电话13900000000。"
    covered = masked(text, [])
    for secret in ("昭觉", "三河", "王守田", "守田", "3500", "老周", "建国", "139"):
        assert secret not in covered
    assert "冒领低保" in covered
    assert len(covered) == len(text)
