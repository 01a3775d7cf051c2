"""Which figures of a debt are told: what is added to it and taken off it month by month, and what is owed at each end.

A month's figures below the threshold are hidden, zeros too. But what is owed at two ends and what came and went between
them are one sum: whoever has several reports could find a small figure in it. So what is owed is told only where the
months since it was last told leave every hidden figure of theirs that is not zero at least ``threshold`` possible
values, and of what was taken off no more than leaves such room. What ends by itself is told nowhere, and may be any number
as far as a reader knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """A month of a debt: what was added to it, what was taken off in each way, what was owed at its end."""

    added: int
    taken: tuple[int, ...]
    owed: int


@dataclass(frozen=True, slots=True)
class ToldFlow:
    """A month as it may be shown; None is hidden."""

    added: int | None
    taken: tuple[int | None, ...]
    owed: int | None


def told_flows(flows: Sequence[Flow], threshold: int) -> list[ToldFlow]:
    """Months of a debt as they may be shown, from the first in which anything was added; before it nothing was owed."""
    found: list[ToldFlow] = []
    since = _Since(0, threshold)
    for flow in flows:
        added = since.add(flow.added)
        taken = since.take(flow.taken)
        owed = flow.owed if flow.owed >= threshold and since.lets_tell(flow.owed) else None
        if owed is not None:
            since = _Since(owed, threshold)
        found.append(ToldFlow(added, taken, owed))
    return found


class _Since:
    """What a reader knows since what was owed was last told: so much is owed for all that is told, and so many figures
    are hidden; ``_quiet`` while all of these are zeros, which may be found out.
    """

    def __init__(self, owed: int, threshold: int) -> None:
        self._sure, self._threshold = owed, threshold
        self._room = max(threshold - 1, 0)
        self._added_hidden = self._taken_hidden = 0
        self._quiet = True

    def add(self, number: int) -> int | None:
        """What was added in a month, as it may be told."""
        if number < self._threshold:
            self._added_hidden += 1
            self._quiet &= number == 0
            return None
        self._sure += number
        return number

    def take(self, numbers: Sequence[int]) -> tuple[int | None, ...]:
        """What was taken off in a month in each way, as it may be told; the smallest are hidden until there is room."""
        told = [number if number >= self._threshold else None for number in numbers]
        while not self._bears(numbers, told):
            least = min((number, at) for at, number in enumerate(told) if number is not None)
            told[least[1]] = None
        self._sure -= _sum(told)
        self._taken_hidden += told.count(None)
        self._quiet = self._quiet and not _hidden(numbers, told)
        return tuple(told)

    def _bears(self, numbers: Sequence[int], told: Sequence[int | None]) -> bool:
        """Whether so much may be told to be taken off: what was there for sure, and what else may have been taken off."""
        left = self._sure - _sum(told)
        if left < 0:
            return _sum(told) == 0
        quiet = self._quiet and not _hidden(numbers, told)
        return bool(self._added_hidden) or quiet or left >= self._room or _sum(told) == 0

    def lets_tell(self, owed: int) -> bool:
        """Whether what is owed now may be told: the rest of the sum is of the hidden figures and of what ended by itself."""
        rest = owed - self._sure
        if self._quiet and rest == 0:
            return True
        if self._added_hidden or self._taken_hidden:
            return rest <= self._room * (self._added_hidden - 1)
        return -rest > self._room


def _sum(told: Sequence[int | None]) -> int:
    return sum(number or 0 for number in told)


def _hidden(numbers: Sequence[int], told: Sequence[int | None]) -> bool:
    """Whether anything that is not zero is hidden."""
    return any(number and shown is None for number, shown in zip(numbers, told, strict=True))
