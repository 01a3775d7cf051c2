"""How far counts by category are trusted: ranges by the model's evaluation, told only where enough was measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.registry import Registry
from models.saved import write_saved
from tests.trends.test_composing import COUNTY, take_in
from triage.model import Access, StaffRole
from triage.settings import Settings
from triage.store import Store
from triage.trends.compose_error import LEAST, estimate
from triage.trends.composing import compose
from triage.trends.document import Document, Missing, Number, Table, Words

EVERYWHERE = Access("tester", StaffRole.INVESTIGATOR, ("",))


def told(document: Document) -> str:
    return " ".join(sentence.zh for sentence in document.method.sentences)


def error_of(document: Document) -> Table | None:
    tables = [table for section in document.sections for table in section.tables]
    return next((table for table in tables if table.name == "category_error"), None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        for _ in range(40):
            take_in(opened, "2019-11", COUNTY, ("embezzlement",))
        for _ in range(12):
            take_in(opened, "2019-11", COUNTY, ("formalism",))
        yield opened


def test_a_model_without_an_evaluation_is_said_to_have_none(store: Store) -> None:
    document = compose(store, EVERYWHERE, "2019-11", "")
    assert error_of(document) is None
    assert "未附分类别的评测误差" in told(document)


def test_counts_of_a_measured_model_carry_the_range_of_its_errors(store: Store) -> None:
    registry = Registry(store.settings.models_dir)
    labels = {
        "embezzlement": {"right": 80, "wrong": 20, "missed": 20},
        "formalism": {"right": 3, "wrong": 1, "missed": 1},
    }
    write_saved(registry.path("v1"), {"none": np.zeros(1)}, {"about": {"labels": labels}})
    registry.use("v1")
    document = compose(store, EVERYWHERE, "2019-11", "")
    table = error_of(document)
    assert table is not None
    rows = {row[0].text.en: row[1:] for row in table.rows if isinstance(row[0], Words)}
    count, precision, recall, stands_for = rows[next(name for name in rows if "mbezzle" in name)]
    assert (count, precision, recall) == (Number(40), Number(0.8), Number(0.8))
    assert isinstance(stands_for, Number)
    assert stands_for.value == 40
    assert stands_for.low is not None
    assert stands_for.high is not None
    assert stands_for.low < 40 < stands_for.high
    assert all(isinstance(cell, Missing) for cell in rows[next(name for name in rows if "mbezzle" not in name)][1:])
    assert "见“类别件数的误差”一表" in told(document)
    empty = compose(store, EVERYWHERE, "2019-12", "")
    assert error_of(empty) is None
    assert "误差”一表" not in told(empty), "nobody is sent to a table that is not there"
    assert "本月没有列出可据以估计的类别件数" in told(empty)


@given(st.integers(1, 5000), st.integers(LEAST, 400), st.integers(0, 300), st.integers(0, 300))
def test_a_range_holds_its_middle_and_narrows_with_what_was_measured(
    count: int, right: int, wrong: int, missed: int
) -> None:
    once, often = estimate(count, right, wrong, missed), estimate(count, 9 * right, 9 * wrong, 9 * missed)
    assert once is not None
    assert often is not None
    assert once.low is not None
    assert once.high is not None
    assert once.low <= once.value <= once.high
    assert often.low is not None
    assert often.low >= once.low


def test_too_little_measured_gives_no_range() -> None:
    assert estimate(50, LEAST - 1, 0, 0) is None
    assert estimate(50, 0, 20, 20) is None
