from __future__ import annotations

import pytest

from corpora.taxonomy import load_taxonomy, read_taxonomy

ROW = """
version = "1"
[[category]]
code = "a"
group = "g"
zh = "甲"
en = "A"
definition_zh = "一"
definition_en = "one"
severity = 3
starred = false
misconduct = true
"""


def test_scheme_has_its_24_labels_and_four_stars() -> None:
    taxonomy = load_taxonomy()
    assert len(taxonomy.codes) == 24
    assert [category.code for category in taxonomy.categories if category.starred] == [
        "quota_setting",
        "favoritism",
        "embezzlement",
        "falsified_exit",
    ]


def test_labels_without_allegation_have_no_severity() -> None:
    quiet = [category for category in load_taxonomy().categories if not category.misconduct]
    assert {category.code for category in quiet} == {"service_request", "irrelevant"}
    assert all(category.severity == 0 for category in quiet)


def test_every_label_is_named_and_defined_in_two_languages() -> None:
    for category in load_taxonomy().categories:
        assert category.zh
        assert category.en
        assert not category.definition_zh.isascii()
        assert category.definition_en.endswith(".")


def test_unknown_code_of_an_own_scheme_is_no_error() -> None:
    assert load_taxonomy().get("noise_at_night") is None


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("severity = 3", "severity = 6", "severity must be 0 to 5"),
        ("severity = 3", 'severity = "3"', "severity must be of type int"),
        ("starred = false", "", "starred"),
        ('group = "g"', 'group = "g"\ncolour = "red"', "colour"),
    ],
)
def test_bad_row_is_told_by_number_and_key(old: str, new: str, named: str) -> None:
    with pytest.raises(ValueError, match=named) as error:
        read_taxonomy(ROW.replace(old, new))
    assert "category 1" in str(error.value)


def test_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        read_taxonomy(ROW + ROW[ROW.index("[[") :])
