"""Which counties report more of a category than their own past lets expect, and which have been rising slowly.

Model. The reports of a series (county × category) in a month are negative binomial around rate × season. A series is
thin, so its rate is shrunk to that of its province: the rate has a gamma distribution around the province's mean, whose
width is learnt from all series of the category (empirical Bayes); the past of the series makes a posterior of it. The
spread within a series is learnt from all of them as well. From this follows the distribution of the month's number,
and with it the expected range that is printed and the chance of so many reports or more.

False alarms. Over all series that could have been tested (counties with any report × categories) the false discovery
rate is held at the stated rate by Benjamini and Hochberg (1995). The chances are those of whole numbers and thus never
too small (super-uniform), and labels of one report make neighbouring series rise together, not against each other
(positive dependence), under which the procedure holds (Benjamini and Yekutieli 2001); their own stricter procedure is not
needed. A number that may not be shown is not tested: its chance counts as 1.

Season. With at least two years of past, each month of the year has a factor of its category, shrunk to 1; with less
there is none, for a year alone cannot tell a season from a change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtr

Counts = NDArray[np.float64]
RATE = 0.05
"""False discovery rate of what is told as a spike or a drift."""
LEAST_PAST, MOST_PAST = 6, 36
RANGE = 0.95
TWO_YEARS = 24
_SEASON_WEIGHT = 40.0
_SPREAD_WEIGHT, _LEAST_SPREAD = 200.0, 0.01
_UNKNOWN_SEASON = 0.04
_PROVINCE_WEIGHT = 6.0
_SHAPES = (0.3, 50.0)
DRIFT_MONTHS, _DRIFT_REPORTS = 12, 40
_OTHERS_WEIGHT = 50.0
# The normal distribution promises a little too much in its tail: slow rises are held at half the rate
_DRIFT_CARE = 0.5


@dataclass(frozen=True, slots=True)
class Expected:
    """What the past lets expect of each series: a negative binomial by mean and size, and the chance of its number or more."""

    mean: Counts
    size: Counts
    chance: Counts

    def range(self, row: int, column: int) -> tuple[int, int]:
        """The ends of what is expected of a series in 95 of 100 months."""
        size, mean = float(self.size[row, column]), float(self.mean[row, column])
        share, tail = size / (size + mean), (1 - RANGE) / 2
        low = 0
        while betainc(size, low + 1, share) < tail:
            low += 1
        high = low
        while betainc(size, high + 1, share) < 1 - tail:
            high += 1
        return low, high


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Which series stand out: numbers of rows (county) and columns (category), the strangest first."""

    expected: Expected
    spikes: tuple[tuple[int, int], ...]
    drifts: tuple[tuple[int, int], ...]
    tested: int
    drifts_tested: int


def judge(
    counts: Counts, provinces: Sequence[str], first_month: int, threshold: int, rate: float = RATE
) -> Verdicts | None:
    """Judges the last month of all series.

    Args:
        counts: county × category × month, the last month being the one judged.
        provinces: the province of each county.
        first_month: month of the year (1 to 12) of the oldest month.
        threshold: numbers below it are not tested.
        rate: the false discovery rate.

    Returns:
        None where the past is shorter than six months.
    """
    counts = counts[:, :, -(MOST_PAST + 1) :] if counts.shape[2] > MOST_PAST + 1 else counts
    months = counts.shape[2]
    if months - 1 < LEAST_PAST:
        return None
    past, now = counts[:, :, :-1], counts[:, :, -1]
    start = (first_month - 1) % 12
    seasons = _seasons(past, start)
    spread = _spread(past, seasons, start)
    found = expect(past, now, provinces, seasons, start, spread)
    chance = np.where(now >= threshold, found.chance, 1.0)
    spikes = _discovered(chance, rate, chance.size)
    drift, tested = _drifts(counts, seasons, start, threshold, spread)
    rising = [place for place in _discovered(drift, rate * _DRIFT_CARE, tested) if place not in set(spikes)]
    return Verdicts(found, tuple(spikes), tuple(rising), chance.size, tested)


def expect(
    past: Counts, now: Counts, provinces: Sequence[str], seasons: Counts, start: int, spread: Counts
) -> Expected:
    """The distribution of the month after ``past``, and where ``now`` stands in it.

    Args:
        past: county × category × month.
        now: county × category.
        provinces: the province of each county.
        seasons: category × month of the year, factors around 1.
        start: month of the year, from 0, of the oldest month.
        spread: of each category, how much more than chance months differ within a series.
    """
    months = past.shape[2]
    season = seasons[:, (start + np.arange(months)) % 12]
    weight = np.broadcast_to(season.sum(axis=1), past.shape[:2])
    told = past.sum(axis=2)
    around = _province_means(told, weight, provinces)
    shape = _shapes(told, weight, around)
    posterior = shape + told
    rate = posterior / (shape / around + weight)
    ahead = seasons[:, (start + months) % 12]
    mean = rate * ahead
    variance = mean + mean**2 * (spread + (1 + spread) / posterior)
    return _distribution(mean, variance, now)


def _distribution(mean: Counts, variance: Counts, now: Counts) -> Expected:
    """A negative binomial of this mean and variance."""
    size = mean**2 / np.maximum(variance - mean, 1e-12)
    # As many or more: an incomplete beta function, which holds for sizes that are no whole numbers too
    chance = betainc(np.maximum(now, 1.0), size, mean / (size + mean))
    return Expected(mean, size, np.where(now > 0, chance, 1.0))


def _seasons(past: Counts, start: int) -> Counts:
    """Factors of each category and month of the year; all 1 with less than two years."""
    categories, months = past.shape[1], past.shape[2]
    if months < TWO_YEARS:
        return np.ones((categories, 12))
    told = past.sum(axis=0)
    # Years differ in level: each month is measured against the year around it
    level = np.stack([np.convolve(np.pad(row, 6, mode="edge"), np.ones(13) / 13, mode="valid") for row in told])
    place = (start + np.arange(months)) % 12
    seen = np.stack([told[:, place == month].sum(axis=1) for month in range(12)], axis=1)
    usual = np.stack([level[:, place == month].sum(axis=1) for month in range(12)], axis=1)
    factors = (seen + _SEASON_WEIGHT) / (usual + _SEASON_WEIGHT)
    return np.asarray(factors / factors.mean(axis=1, keepdims=True))


def _province_means(told: Counts, weight: Counts, provinces: Sequence[str]) -> Counts:
    """The mean rate of each series' province, itself shrunk to that of all."""
    names, number = np.unique(np.asarray(provinces), return_inverse=True)
    everywhere = (told.sum(axis=0) + 0.5) / (weight.sum(axis=0) + 0.5)
    sums, weights = np.zeros((len(names), told.shape[1])), np.zeros((len(names), told.shape[1]))
    np.add.at(sums, number, told)
    np.add.at(weights, number, weight)
    usual = weight.mean(axis=0) * _PROVINCE_WEIGHT
    return np.asarray(((sums + usual * everywhere) / (weights + usual))[number])


def _shapes(told: Counts, weight: Counts, around: Counts) -> Counts:
    """The shape of the gamma distribution of rates around their province's mean, one for each category.

    Moments: what the squared distances exceed chance by is the spread of the rates.
    """
    usual = around * weight
    beyond = ((told - usual) ** 2 - usual).sum(axis=0)
    shape = (usual**2).sum(axis=0) / np.maximum(beyond, 1e-9)
    return np.asarray(np.clip(shape, *_SHAPES))


def _spread(past: Counts, seasons: Counts, start: int) -> Counts:
    """How much more than chance months differ within a series, by category: the variance is mean + spread × mean².

    Categories without much to tell are drawn to the spread of all. Where the past is too short to know the season, what
    seasons usually add is added.
    """
    months = past.shape[2]
    season = seasons[:, (start + np.arange(months)) % 12]
    told, weight = past.sum(axis=2), season.sum(axis=1)
    usual = (told / weight)[:, :, None] * season[None]
    beyond = ((past - usual) ** 2 * months / (months - 1) - usual).sum(axis=(0, 2))
    square = (usual**2).sum(axis=(0, 2))
    everywhere = max(beyond.sum() / max(square.sum(), 1e-9), 0.0)
    own = (beyond + everywhere * _SPREAD_WEIGHT) / (square + _SPREAD_WEIGHT)
    return np.asarray(np.maximum(own, _LEAST_SPREAD) + (_UNKNOWN_SEASON if months < TWO_YEARS else 0.0))


def _discovered(chance: Counts, rate: float, tested: int) -> list[tuple[int, int]]:
    """Places of what is discovered at a false discovery rate, the smallest chance first (Benjamini and Hochberg)."""
    flat = chance.ravel()
    order = np.argsort(flat, kind="stable")[:tested]
    within = np.nonzero(flat[order] <= rate * (np.arange(len(order)) + 1) / max(tested, 1))[0]
    chosen = order[: within[-1] + 1] if len(within) else order[:0]
    return [(int(row), int(column)) for row, column in zip(*np.unravel_index(chosen, chance.shape), strict=True)]


def _drifts(counts: Counts, seasons: Counts, start: int, threshold: int, spread: Counts) -> tuple[Counts, int]:
    """The chance of so steep a rise over the last twelve months, and how many series were tested.

    A score test of a trend in the rate: given how many reports came, their months are weighed against those of the same
    category in all other counties, so that what rises everywhere, with the season or without, is no drift of one. Series
    with fewer than 40 reports in these months are not tested: the normal distribution would not hold.
    """
    months = min(DRIFT_MONTHS, counts.shape[2])
    last = counts[:, :, -months:]
    place = (start + counts.shape[2] - months + np.arange(months)) % 12
    season = seasons[:, place] / seasons[:, place].sum(axis=1, keepdims=True)
    others = last.sum(axis=0)[None] - last + _OTHERS_WEIGHT * season[None]
    share = others / others.sum(axis=2, keepdims=True)
    time = np.arange(months, dtype=float)
    told = last.sum(axis=2)
    middle = share @ time
    usual = told[:, :, None] * share
    weighed = (time - middle[:, :, None]) ** 2
    # The others are known from a finite number of reports too
    known = 1 + told / np.maximum(others.sum(axis=2), 1.0)
    variance = ((usual + spread[None, :, None] * usual**2) * weighed).sum(axis=2) * known
    score = (last @ time - told * middle) / np.sqrt(np.maximum(variance, 1e-9))
    tested = told >= _DRIFT_REPORTS
    return np.where(tested & (last[:, :, -1] >= threshold), ndtr(-score), 1.0), int(tested.sum())
