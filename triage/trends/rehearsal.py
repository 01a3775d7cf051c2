"""Spikes on invented counts: how often the method cries wolf, what it finds, and what the office's rule of thumb does.

Counties, categories and years are drawn by chance: rates that differ between provinces, counties and categories, a season
and a year with a campaign, months that differ more than chance. Rises of known size are planted in the last month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triage.trends.spikes import Counts, judge

RISES = (2.0, 3.0, 5.0)
_THRESHOLD = 5
_PLANTED = 8
_DRIFT = 3.0
_LEVELS = ((4.0, 8.0), (8.0, 16.0))
"""Usual numbers a month of the series in which rises are planted, from and to below."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came out.

    ``calm_alarms`` is the share of calm months with any alarm and ``thumb_alarms`` how many the rule of thumb raises in
    one; ``false_share`` the mean share of false ones among the alarms of months with rises. ``power`` holds for each
    rise, at usual numbers of 4 to 8 and 8 to 16, the share that is found; ``thumb_false`` is the rule's share of false
    ones in the same months, ``drift_alarms`` the share of calm months with a drift told and ``drift_power`` the share
    found of rises that lead to three times the usual number within a year.
    """

    months: int
    calm_alarms: float
    drift_alarms: float
    drift_power: float
    thumb_alarms: float
    false_share: float
    thumb_false: float
    power: dict[tuple[float, int], float]
    thumb_power: dict[tuple[float, int], float]


def rehearse(months: int, seed: int = 2019, counties: int = 60, categories: int = 24, past: int = 36) -> Rehearsed:
    """Judges so many calm months, and as many with planted rises."""
    chance = np.random.default_rng(seed)
    calm, drift, drift_found, thumb_calm = [], [], [], []
    false, thumb_false = [], []
    found: dict[tuple[float, int], list[float]] = {(rise, level): [] for rise in RISES for level in range(len(_LEVELS))}
    thumb_found = {key: list[float]() for key in found}
    for number in range(months):
        world = _World(chance, counties, categories, past)
        counts = world.draw()
        verdicts = judge(counts, world.provinces, 1, _THRESHOLD)
        if verdicts is None:
            raise ValueError("the past is too short")
        calm.append(float(bool(verdicts.spikes)))
        drift.append(float(bool(verdicts.drifts)))
        thumb_calm.append(float(len(rule_of_thumb(counts))))
        drift_found += world.found_of_drifts(counts)
        rise = RISES[number % len(RISES)]
        planted = world.plant(counts, rise)
        again = judge(counts, world.provinces, 1, _THRESHOLD)
        told = set(again.spikes) if again else set()
        thumb = rule_of_thumb(counts)
        false.append(_false_share(told, planted))
        thumb_false.append(_false_share(thumb, planted))
        for place, level in planted.items():
            found[rise, level].append(float(place in told))
            thumb_found[rise, level].append(float(place in thumb))
    return Rehearsed(
        months, _mean(calm), _mean(drift), _mean(drift_found), _mean(thumb_calm), _mean(false), _mean(thumb_false),
        {key: _mean(hits) for key, hits in found.items()}, {key: _mean(hits) for key, hits in thumb_found.items()},
    )  # fmt: skip


def rule_of_thumb(counts: Counts) -> set[tuple[int, int]]:
    """What offices look at today: half as many again as last month, of numbers that may be shown."""
    last, now = counts[:, :, -2], counts[:, :, -1]
    rows, columns = np.nonzero((now >= 1.5 * last) & (now >= _THRESHOLD))
    return {(int(row), int(column)) for row, column in zip(rows, columns, strict=True)}


class _World:
    """Invented series and their rates."""

    def __init__(self, chance: np.random.Generator, counties: int, categories: int, past: int) -> None:
        self._chance = chance
        provinces = chance.integers(0, 4, counties)
        self.provinces = [str(province) for province in provinces]
        level = chance.gamma(1.2, 1.5, (4, categories))[provinces]
        self._rates = level * chance.gamma(2.0, 0.5, (counties, 1)) * chance.gamma(5.0, 0.2, (counties, categories))
        season = 1 + 0.25 * np.sin(
            2 * np.pi * (np.arange(past + 1)[None] + chance.integers(0, 12, (categories, 1))) / 12
        )
        self._season = season
        self._spread = 0.08

    def draw(self) -> Counts:
        """Numbers of all months."""
        mean = self._rates[:, :, None] * self._season[None]
        size = 1 / self._spread
        return self._chance.poisson(self._chance.gamma(size, mean / size)).astype(float)

    def plant(self, counts: Counts, rise: float) -> dict[tuple[int, int], int]:
        """Draws the last month of a few series anew at a higher rate; where, and at what usual number."""
        planted: dict[tuple[int, int], int] = {}
        usual = self._rates * self._season[:, -1]
        for level, (least, most) in enumerate(_LEVELS):
            rows, columns = np.nonzero((usual >= least) & (usual < most))
            for one in self._chance.permutation(len(rows))[: _PLANTED // 2]:
                row, column = int(rows[one]), int(columns[one])
                size = 1 / self._spread
                rate = self._chance.gamma(size, rise * usual[row, column] / size)
                counts[row, column, -1] = self._chance.poisson(rate)
                planted[row, column] = level
        return planted

    def found_of_drifts(self, counts: Counts) -> list[float]:
        """Whether each of a few series that have been rising for a year, to three times the usual number, is told."""
        counts = counts.copy()
        rows, columns = np.nonzero((self._rates >= _LEVELS[0][0]) & (self._rates < _LEVELS[1][1]))
        chosen = self._chance.permutation(len(rows))[: _PLANTED // 2]
        rise = np.linspace(1.0, _DRIFT, 12)
        for one in chosen:
            row, column = int(rows[one]), int(columns[one])
            mean = self._rates[row, column] * self._season[column, -12:] * rise[-counts.shape[2] :]
            size = 1 / self._spread
            counts[row, column, -12:] = self._chance.poisson(self._chance.gamma(size, mean / size))
        verdicts = judge(counts, self.provinces, 1, _THRESHOLD)
        told = {*verdicts.drifts, *verdicts.spikes} if verdicts else set()
        return [float((int(rows[one]), int(columns[one])) in told) for one in chosen]


def _false_share(told: set[tuple[int, int]], planted: dict[tuple[int, int], int]) -> float:
    return len(told - planted.keys()) / len(told) if told else 0.0


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
