from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metrics import (
    Tally,
    average_precision,
    candidate_recall,
    cluster_figures,
    expected_calibration_error,
    label_tallies,
    macro_f1,
    micro_f1,
)


def test_macro_f1_counts_only_labels_that_somebody_told() -> None:
    tallies = label_tallies([{"a"}, {"a", "c"}, set()], [{"a"}, {"b"}, {"b"}])
    assert tallies["a"] == Tally(right=1, wrong=1, missed=0)
    assert tallies["c"].support == 0
    assert macro_f1(tallies) == pytest.approx((2 / 3 + 0) / 2)
    assert micro_f1(tallies) == pytest.approx(2 * 1 / (2 + 2 + 2))


def test_a_model_that_says_what_happens_has_no_calibration_error() -> None:
    truth = np.tile([True, False, False, False], 50)
    assert expected_calibration_error(np.full(200, 0.25), truth) == pytest.approx(0, abs=0.05)
    assert expected_calibration_error(np.full(200, 0.9), truth) == pytest.approx(0.65, abs=0.05)


def test_pairs_below_five_in_a_hundred_do_not_count_for_calibration() -> None:
    assert expected_calibration_error(np.full(100, 0.04), np.ones(100, np.bool_)) == 0.0


def test_ties_in_ranking_count_against_the_model() -> None:
    assert average_precision(np.array([0.5, 0.5]), np.array([True, False])) == 0.5
    assert average_precision(np.array([0.9, 0.5]), np.array([True, False])) == 1.0


def test_bcubed_and_pairs_agree_with_figures_worked_out_by_hand() -> None:
    figures = cluster_figures(["x", "x", "x", "y"], ["a", "a", "b", "b"])
    assert figures.bcubed_p == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert figures.bcubed_r == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert figures.pairwise_p == pytest.approx(1 / 3)
    assert figures.pairwise_f1 == pytest.approx(2 * 1 / (2 + 2 + 1))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_a_perfect_grouping_scores_one(groups: list[int]) -> None:
    figures = cluster_figures([f"case {group}" for group in groups], groups)
    assert (figures.bcubed_p, figures.bcubed_r, figures.bcubed_f1) == (1.0, 1.0, 1.0)


def test_a_pair_is_met_if_either_report_met_the_other() -> None:
    candidates = [frozenset[int](), frozenset({0}), frozenset[int](), frozenset[int]()]
    assert candidate_recall(candidates, ["a", "a", "a", "b"]) == pytest.approx(1 / 3)
    assert candidate_recall(candidates, ["a", "b", "c", "d"]) == 1.0
