"""Programmes under the groups that the monthly documents count by."""

from __future__ import annotations

from collections import Counter

import pytest

from corpora.lexicons import programmes
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
        ("没有听说过的项目", "other"),
    ],
)
def test_a_programme_is_counted_under_its_group(name: str, code: str) -> None:
    assert programme_code(name) == code


def test_few_known_programmes_are_left_over_and_no_group_is_empty() -> None:
    counted = Counter(map(programme_code, programmes()))
    assert counted.keys() == {programme.code for programme in load_programmes()}
    assert counted["other"] < 0.08 * counted.total()
