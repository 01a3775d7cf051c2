from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calibration import platt, sigmoid
from models.decision import (
    DecisionRule,
    best_f1_threshold,
    recall_threshold,
    smoothed_thresholds,
    standing_alone,
)
from models.split import grouped_folds, held_back, joined_groups


def test_rows_that_share_a_voice_or_a_case_however_indirectly_stay_together() -> None:
    groups = joined_groups([["v1", "c1"], ["v2", "c1"], ["v2"], ["v3"], []]).tolist()
    assert groups[0] == groups[1] == groups[2]
    assert len({groups[0], groups[3], groups[4]}) == 3


@given(st.lists(st.integers(0, 12), min_size=2, max_size=80), st.integers(0, 5))
def test_no_group_stands_on_both_sides(numbers: list[int], seed: int) -> None:
    groups = np.array(numbers, dtype=np.int64)
    for fold in grouped_folds(groups, 5, seed):
        assert not set(groups[fold]) & set(np.delete(groups, fold))
    before, back = held_back(groups, 0.2, seed)
    assert not set(groups[before]) & set(groups[back])
    assert sorted([*before, *back]) == list(range(len(groups)))


def test_another_seed_holds_back_other_rows() -> None:
    groups = np.arange(100, dtype=np.int64)
    backs = {tuple(held_back(groups, 0.2, seed)[1].tolist()) for seed in range(4)}
    assert len(backs) == 4
    assert all(len(back) == 21 or len(back) == 20 for back in backs)


def test_the_threshold_of_best_f1_parts_yes_from_no() -> None:
    assert best_f1_threshold(np.array([0.9, 0.8, 0.3]), np.array([True, True, False])) == pytest.approx(0.55)
    assert best_f1_threshold(np.array([0.2]), np.array([False])) == 0.5


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.sampled_from([0.9, 0.98]))
def test_the_recall_asked_for_is_reached(rows: list[tuple[float, bool]], recall: float) -> None:
    p, truth = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    if truth.any():
        assert (p[truth] >= recall_threshold(p, truth, recall)).mean() >= recall - 1e-9


def test_a_label_seen_rarely_is_decided_almost_as_all_labels_are() -> None:
    assert smoothed_thresholds([0.9, 0.9], [0, 20], 0.3, 20.0) == pytest.approx([0.3, 0.6])


def test_a_label_that_stands_alone_never_stands_beside_another() -> None:
    rule = DecisionRule((0.5, 0.5, 0.5), (False, False, True))
    chosen = rule.decide(np.array([[0.9, 0.6, 0.7], [0.6, 0.1, 0.9], [0.1, 0.1, 0.1]]))
    assert chosen.tolist() == [[True, True, False], [False, False, True], [False, False, False]]


def test_labels_that_stand_alone_are_learned_from_the_data() -> None:
    misconduct = [[True, True, False]] * 8 + [[True, False, False]] * 8
    assert standing_alone(np.array(misconduct + [[False, False, True]] * 8)) == (False, False, True)


def test_a_scheme_with_one_label_for_each_text_always_gets_one() -> None:
    rule = DecisionRule((0.5, 0.5), (False, False), exclusive=True)
    assert rule.decide(np.array([[0.2, 0.1]])).tolist() == [[True, False]]


def test_calibrated_probabilities_meet_the_frequencies() -> None:
    chance = np.random.default_rng(3)
    logits = chance.normal(size=4000)
    truth = chance.random(4000) < sigmoid(2.0 * logits - 1.0)
    slope, offset = platt(logits, truth)
    assert slope == pytest.approx(2.0, abs=0.25)
    assert offset == pytest.approx(-1.0, abs=0.2)


def test_a_label_that_learned_nothing_gets_its_base_rate() -> None:
    logits = np.linspace(-1, 1, 100)
    slope, offset = platt(logits, np.arange(100) < 20)
    assert slope == 0.0
    assert sigmoid(np.array([offset]))[0] == pytest.approx(21 / 102, abs=0.01)
