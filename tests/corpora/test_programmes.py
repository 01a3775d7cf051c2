"""Programmes under the groups that the monthly documents count by."""

from __future__ import annotations

from collections import Counter

import pytest

from corpora.lexicons import programmes, synonyms
from corpora.programmes import load_programmes, programme_code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("农低保", "minimum_allowance"),
        ("危房补助", "housing"),
        ("特困救助", "five_guarantees"),
        ("重度残疾人护理补贴", "disability"),
        ("新农合", "medical"),
        ("产业扶贫贷款", "credit"),
        ("救济粮", "relief"),
        ("Dibao", "minimum_allowance"),
        ("old-age allowance", "pension"),
        ("茅草房改造", "housing"),
        ("公益性岗", "jobs"),
        ("失业保险", "jobs"),
        ("移民后扶资金", "relocation"),
        ("水库移民后期扶持", "relocation"),
        ("后期扶持资金", "relocation"),
        ("一事一议财政奖补", "works"),
        ("村道硬化", "works"),
        ("养羊奖补", "industry"),
        ("贫困村光伏电站", "industry"),
        ("两项补贴", "disability"),
        ("玉米补贴", "farming"),
        ("拆迁补偿款", "land"),
        ("没有听说过的项目", "other"),
    ],
)
def test_a_programme_is_counted_under_its_group(name: str, code: str) -> None:
    assert programme_code(name) == code


def test_few_known_programmes_are_left_over_and_no_group_is_empty() -> None:
    counted = Counter(map(programme_code, programmes()))
    assert counted.keys() == {programme.code for programme in load_programmes()}
    assert counted["other"] < 0.08 * counted.total()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("危房改造", "危改款"),
        ("危改资金", "危房改造补助"),
        ("低保", "农村低保金"),
        ("公岗", "公益岗位补贴"),
        ("小额信贷", "扶贫小额贷"),
        ("产业奖补", "产业奖补资金"),
        ("厕改", "厕所革命"),
    ],
)
def test_a_programme_and_its_money_are_told_alike(one: str, other: str) -> None:
    assert other in synonyms()[one]
    assert one in synonyms()[other]


def test_words_of_one_group_have_one_name_in_links() -> None:
    for word, others in synonyms().items():
        assert {min(other, *synonyms()[other]) for other in others} == {min(word, *others)}
