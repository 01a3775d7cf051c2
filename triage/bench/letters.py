"""New schemes among invented letters: time and memory at a size of the month, and how many calm months have one.

Letters have everyday words by Zipf's law, half of them from one of some topics, so that words stand together as they do in
letters; a planted scheme has five words of its own, three of them in each of its letters.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence

from triage.bench.figures import Figure
from triage.trends.independent import Letter
from triage.trends.phrases import terms_of
from triage.trends.schemes import schemes_of

LETTERS = 10_000
_WORDS, _TOPICS, _TOPIC, _TOLD = 6000, 60, 80, 36
_SMALL, _BEFORE, _PLANTED = 150, 1500, 10


def scheme_figures(calm: int, count: int = LETTERS) -> tuple[Figure, ...]:
    """Seconds for a month of so many letters beside as many of before; shares of months with a scheme."""
    world = _World()
    month, past = world.letters(count), world.letters(count)
    began = time.perf_counter()
    schemes_of(month, past, 5)
    seconds = time.perf_counter() - began
    alarms = found = 0
    for _ in range(calm):
        now, before = world.letters(_SMALL), world.letters(_BEFORE)
        alarms += bool(schemes_of(now, before, 5).schemes)
        planted = schemes_of([*now, *world.scheme(_PLANTED)], before, 5).schemes
        found += any(("新1",) in one.terms or ("新2",) in one.terms for one in planted)
    return (
        Figure("schemes_of_10000_letters_s" if count == LETTERS else "schemes_s", seconds, "s", 20.0),
        Figure("calm_months_with_scheme", alarms / calm, "of months", 0.05),
        Figure(f"scheme_of_{_PLANTED}_in_{_SMALL}_found", found / calm, "of planted"),
    )


class _World:
    """Draws letters by chance, the same ones each time."""

    def __init__(self, seed: int = 2019) -> None:
        self._chance = random.Random(seed)
        self._words = [f"词{number}" for number in range(_WORDS)]
        self._zipf = [1 / (place + 10) for place in range(_WORDS)]
        self._topics = [self._chance.sample(self._words, _TOPIC) for _ in range(_TOPICS)]
        self._made = 0

    def letters(self, count: int) -> list[Letter]:
        """Letters without anything new."""
        return [self._letter(()) for _ in range(count)]

    def scheme(self, count: int) -> Iterator[Letter]:
        """Letters of a scheme."""
        for _ in range(count):
            yield self._letter(self._chance.sample([f"新{number}" for number in range(5)], 3))

    def _letter(self, more: Sequence[str]) -> Letter:
        chance, self._made = self._chance, self._made + 1
        topic = chance.choice(self._topics)
        told = [*chance.choices(self._words, self._zipf, k=_TOLD // 2), *chance.choices(topic, k=_TOLD // 2)]
        chance.shuffle(told)
        terms = dict.fromkeys(terms_of([tuple(told), tuple(more)]))
        return Letter(f"{self._made:08d}", self._made, "", "513431", "2019-11-10", (), tuple(terms))
