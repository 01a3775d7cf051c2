"""Spikes: few false alarms, real rises found, thin series judged by their province, seasons not mistaken for rises."""

from __future__ import annotations

import numpy as np
import pytest

from triage.trends.rehearsal import rehearse, rule_of_thumb
from triage.trends.spikes import RATE, judge

PROVINCES = ("51",) * 20 + ("52",) * 20


def calm(months: int = 25, mean: float = 4.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(mean, (40, 6, months)).astype(float)


def test_a_rehearsal_keeps_the_stated_rate_and_finds_what_is_large() -> None:
    found = rehearse(40, seed=7, past=24)
    assert found.calm_alarms <= RATE
    assert found.drift_alarms <= RATE
    assert found.false_share <= RATE
    assert found.power[5.0, 1] >= 0.7
    assert found.power[5.0, 1] > found.power[3.0, 1] > found.power[2.0, 1]
    # The rule of thumb finds them too, among dozens of false alarms in every month
    assert found.thumb_alarms > 20
    assert found.thumb_false > 0.8


def test_a_planted_spike_is_told_with_the_range_that_was_expected() -> None:
    counts = calm()
    counts[3, 2, -1] = 25
    verdicts = judge(counts, PROVINCES, 11, 5)
    assert verdicts is not None
    assert verdicts.spikes == ((3, 2),)
    assert verdicts.tested == 240
    low, high = verdicts.expected.range(3, 2)
    assert low <= 4 <= high < 25


def test_a_calm_month_has_none() -> None:
    verdicts = judge(calm(), PROVINCES, 11, 5)
    assert verdicts is not None
    assert verdicts.spikes == () == verdicts.drifts


def test_a_county_without_a_past_is_judged_by_its_province() -> None:
    counts = calm()
    counts[20:, :, :] = np.random.default_rng(2).poisson(0.05, (20, 6, 25))
    counts[0, 0, :-1] = 0
    counts[25, 0, :-1] = 0
    counts[[0, 25], 0, -1] = 7
    verdicts = judge(counts, PROVINCES, 11, 5)
    assert verdicts is not None
    assert (25, 0) in verdicts.spikes
    # Both have no past of their own: more is expected where the province has more
    assert verdicts.expected.mean[0, 0] > verdicts.expected.mean[30, 0]


def test_what_rises_every_november_is_no_spike() -> None:
    chance = np.random.default_rng(3)
    season = np.ones(37)
    season[[0, 12, 24, 36]] = 4.0
    counts = chance.poisson(5.0 * season, (40, 6, 37)).astype(float)
    verdicts = judge(counts, PROVINCES, 11, 5)
    assert verdicts is not None
    assert verdicts.spikes == ()
    assert verdicts.expected.mean.mean() == pytest.approx(20, rel=0.2)


def test_a_slow_rise_is_told_as_a_drift() -> None:
    counts = calm(37, mean=6.0)
    counts[7, 1, -12:] = [6, 8, 9, 10, 12, 13, 15, 16, 18, 19, 20, 22]
    verdicts = judge(counts, PROVINCES, 11, 5)
    assert verdicts is not None
    assert (7, 1) in {*verdicts.drifts, *verdicts.spikes}


def test_numbers_that_may_not_be_shown_are_not_told() -> None:
    counts = np.zeros((40, 6, 25))
    counts[5, 5, -1] = 4
    verdicts = judge(counts, PROVINCES, 11, 5)
    assert verdicts is not None
    assert verdicts.spikes == ()


def test_half_a_year_is_needed() -> None:
    assert judge(calm(6), PROVINCES, 11, 5) is None
    assert judge(calm(7), PROVINCES, 11, 5) is not None


def test_the_rule_of_thumb_looks_at_last_month_alone() -> None:
    counts = np.zeros((1, 2, 3))
    counts[0, 0], counts[0, 1] = (9, 4, 6), (9, 6, 8)
    assert rule_of_thumb(counts) == {(0, 0)}
