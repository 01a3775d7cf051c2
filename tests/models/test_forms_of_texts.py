"""What a word tells may depend on the form of the text: in letters 收费 is about roads, in board messages about schools."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.category import CategoryModel
from models.features import FeatureSpec
from models.form_training import LEAST_TEXTS
from models.forms import LENIENCE
from models.reading import Mark, Reading
from models.saved import load, save
from models.training import TrainingSet, TrainingSpec, train

LETTER, BOARD = ("老乡", "晓得", "讲"), ("相关", "部门", "严重")
SPEC = TrainingSpec(features=(FeatureSpec(),), folds=3)


def text(form: tuple[str, ...], told: str, chance: random.Random) -> Reading:
    words = chance.choices((*form, "我们", "一直", "，"), k=14)
    words += ["。", told, "。"]  # by itself, so that no pair of words tells both
    return Reading("".join(words), words, (Mark("channel:web", 0, 0),))


@pytest.fixture(scope="module")
def two_forms() -> TrainingSet:
    chance = random.Random(3)
    readings, targets, forms = [], [], []
    for place in range(1200):
        board, word = int(place % 3 == 0), ("收费", "罚款")[place // 3 % 2]
        fees, roads = (word == "收费") == bool(board), (word == "罚款") == bool(board)
        readings.append(text(BOARD if board else LETTER, word, chance))
        targets.append([fees, roads, fees])
        forms.append(board)
    groups = np.arange(1200, dtype=np.int64)
    targeted = np.array(targets, dtype=np.int8)
    return TrainingSet(readings, ("fees", "roads"), ("refer",), targeted, groups, forms=np.array(forms, dtype=np.int8))


@pytest.fixture(scope="module")
def reader(two_forms: TrainingSet) -> CategoryModel:
    return train(two_forms, SPEC, {"version": "two forms"})


def test_a_word_is_read_by_the_form_of_its_text(reader: CategoryModel, two_forms: TrainingSet) -> None:
    chance = random.Random(5)
    asked = [text(form, word, chance) for form in (LETTER, BOARD) for word in ("收费", "罚款")]
    true = [("roads",), ("fees",), ("fees",), ("roads",)]
    assert [scores.categories for scores in reader.read(asked)] == true
    without = train(replace(two_forms, forms=None), SPEC, {})
    assert [scores.categories for scores in without.read(asked)] != true


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from([*LETTER, *BOARD, "收费", "罚款", "，", "\n"]), max_size=30), min_size=1))
def test_reasons_add_up_to_the_logit_in_either_form_and_between(reader: CategoryModel, batch: list[list[str]]) -> None:
    readings = [Reading("".join(words), words, (Mark("channel:web", 0, 0),)) for words in batch]
    for reading, scores in zip(readings, reader.read(readings), strict=True):
        for label in reader.labels:
            explanation = scores.reasons.get(label) or reader.explain(reading, label)
            assert explanation.logit == pytest.approx(scores.logits[label], abs=1e-9)
        assert reader.read([reading])[0].logits == scores.logits


def test_a_reader_of_two_forms_is_kept_and_read_alike(
    reader: CategoryModel, two_forms: TrainingSet, tmp_path: Path
) -> None:
    save(reader, tmp_path)
    assert load(tmp_path).read(two_forms.readings[:20]) == reader.read(two_forms.readings[:20])


def test_few_texts_of_a_form_and_forms_that_nobody_told_change_nothing(two_forms: TrainingSet) -> None:
    few = two_forms.part(np.arange(3 * LEAST_TEXTS - 3))
    assert few.forms is not None
    assert train(few, SPEC, {}).form is None
    untold = replace(few, forms=np.full(len(few.readings), -1, np.int8))
    assert train(untold, SPEC, {}).form is None


def test_thresholds_are_lower_for_the_form_that_is_read_worse(reader: CategoryModel) -> None:
    chance = random.Random(9)
    asked = [text(LETTER, "收费", chance), text(BOARD, "收费", chance)]
    times = np.array([scores.lenience for scores in reader.read(asked)])
    assert times.tolist() == pytest.approx([1.0, LENIENCE], abs=0.02)
    rule = replace(reader.rule, thresholds=(0.5, 0.5), alone=(False, False), exclusive=False)
    assert rule.decide(np.array([[0.45, 0.3], [0.45, 0.3]]), times).tolist() == [[False, False], [True, False]]


def test_a_flag_is_raised_earlier_in_a_text_of_the_form_that_is_read_worse(reader: CategoryModel) -> None:
    chance = random.Random(9)
    for form, raised in ((LETTER, False), (BOARD, True)):
        asked = text(form, "收费", chance)
        (scores,) = reader.read([asked])
        just_above = replace(reader, flag_thresholds=(scores.flag_probabilities["refer"] / 0.9,))
        assert just_above.read([asked])[0].flags["refer"] is raised


def test_progress_ends_when_all_separators_are_fitted(two_forms: TrainingSet) -> None:
    told: list[tuple[int, int]] = []
    train(two_forms, SPEC, {}, lambda _what, done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
