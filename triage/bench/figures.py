"""What a bench says: figures with their targets, and where the time went."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. ``target`` is the most it should be, or the least where ``at_least``; None sets no target."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target was met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def line(self) -> str:
        """The figure in words."""
        told = f"{self.name:38} {shortened(self.value):>10} {self.unit:14}"
        if self.target is None:
            return told.rstrip()
        bound = "at least" if self.at_least else "at most"
        return f"{told} target {bound} {shortened(self.target)}: {'met' if self.met else 'not met'}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one bench; ``breakdown`` gives the parts' shares of the time, 0 to 1, ``notes`` what to know."""

    bench: str
    figures: tuple[Figure, ...]
    breakdown: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> float:
        """The value of a figure by its name.

        Raises:
            KeyError: there is no such figure.
        """
        return {figure.name: figure.value for figure in self.figures}[name]

    def as_dict(self) -> dict[str, object]:
        """The form of ``--json``."""
        return {
            "bench": self.bench,
            "figures": {
                figure.name: {
                    "value": figure.value,
                    "unit": figure.unit,
                    "target": figure.target,
                    "at_least": figure.at_least,
                    "met": figure.met,
                }
                for figure in self.figures
            },
            "breakdown": dict(self.breakdown),
            "notes": list(self.notes),
        }


def shortened(value: float) -> str:
    """A number with three or four digits that count."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("There is nothing to take a quantile of.")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]
