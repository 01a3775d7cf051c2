"""The second look: labels that hang on others and on what was marked are told better; little data change little."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration import platt
from models.metrics import average_precision
from models.reading import Mark, Reading
from models.second_look import SecondLook, fit_second_look, presence


def world(count: int) -> tuple[list[Reading], np.ndarray, np.ndarray]:
    """Texts of two labels and a flag that holds where money was taken by a named person; first looks are unsure of it."""
    chance = np.random.default_rng(3)
    money, road, named = (chance.random(count) < 0.5 for _ in range(3))
    refer = money & named
    readings = [Reading("x", ["x"], (Mark("person:accused", 0, 1),) if name else ()) for name in named]
    targets = np.stack((money, road, refer), axis=1).astype(np.int8)
    first = (2.0 * targets - 1.0) * np.array([2.0, 2.0, 0.4]) + chance.normal(size=(count, 3))
    return readings, first, targets


def looked(count: int) -> tuple[SecondLook, np.ndarray, np.ndarray, np.ndarray, list[Reading]]:
    readings, first, targets = world(count)
    fitted = [platt(first[:, column], targets[:, column] == 1) for column in range(3)]
    calibration = (np.array([slope for slope, _ in fitted]), np.array([offset for _, offset in fitted]))
    look, held_out = fit_second_look(
        readings, first, targets, calibration, np.array_split(np.arange(count), 4), workers=1
    )
    return look, held_out, first, targets, readings


def test_a_flag_that_hangs_on_other_labels_and_marks_is_ranked_better_on_texts_held_out() -> None:
    _, held_out, first, targets, _ = looked(1200)
    refer = targets[:, 2] == 1
    assert average_precision(held_out[:, 2], refer) > average_precision(first[:, 2], refer) + 0.15


def test_a_label_that_hangs_on_nothing_else_is_told_as_before() -> None:
    look, held_out, first, targets, _ = looked(1200)
    road = targets[:, 1] == 1
    assert average_precision(held_out[:, 1], road) == pytest.approx(average_precision(first[:, 1], road), abs=0.01)
    assert look.own[1] > 0


def test_what_was_fitted_gives_the_logits_that_it_adds_up_to() -> None:
    look, _, first, _, readings = looked(300)
    added = look.added(first, readings)
    assert look.logits(first, added) == pytest.approx(first * look.own + added + look.bias)
    named = presence(readings, look.codes)
    assert look.codes == ("person:accused",)
    assert named[:, 0].tolist() == [float(bool(reading.marks)) for reading in readings]


def test_of_few_texts_little_is_learned_beyond_the_first_look() -> None:
    look, _, _, _, _ = looked(24)
    assert np.abs(look.labels).max() < 0.6
    assert look.codes == ()
