"""Invented letters as the search for schemes gets them: everyday words, and in some of them those of a scheme."""

from __future__ import annotations

import random
from collections.abc import Sequence

from triage.trends.independent import Letter
from triage.trends.phrases import terms_of

EVERYDAY = tuple(f"词{one}{other}" for one in "甲乙丙丁戊己庚辛" for other in "子丑寅卯辰巳午未申酉戌亥")
SCHEME = ("押金", "手环", "诊所", "扫脸")
COUNTIES = ("511921", "513431", "522301", "533421", "621102")


def letter(
    name: str, words: Sequence[str] = (), *, case: str = "", county: str = "", day: str = "2019-11-10", seed: str = ""
) -> Letter:
    """A letter of twenty everyday words, drawn by its name (or by a seed), with others among them."""
    chance = random.Random(seed or name)
    told = chance.sample(EVERYDAY, 20)
    for word in words:
        told.insert(chance.randrange(len(told)), word)
    terms = tuple(dict.fromkeys(terms_of([tuple(told)])))
    return Letter(name, 0, case, county, day, ("extortion",), terms)


def calm(count: int, since: str) -> list[Letter]:
    """Letters without anything new."""
    return [letter(f"{since}-{number:05}", day=f"{since}-10") for number in range(count)]


def scheme(count: int, **more: str) -> list[Letter]:
    """Letters that tell of the scheme, each with three of its four words, from one county after the other."""
    return [
        letter(
            f"scheme-{number:03}",
            [word for at, word in enumerate(SCHEME) if at != number % 4],
            county=COUNTIES[number % 5],
            day=f"2019-11-{3 + number % 20:02}",
            **more,
        )
        for number in range(count)
    ]
