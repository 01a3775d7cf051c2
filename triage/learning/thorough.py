"""How far to trust the figures: what more data would give, what a split by row would hide, what noise costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from corpora.reports import LabelledReport
from models.split import Groups, held_back
from triage.learning.figures import Figures, category_figures, flag_figures, rounded
from triage.learning.noise import ways
from triage.model import Assessment

SHARES = (0.125, 0.25, 0.5)
"""Parts of the training texts that stand on the learning curve before the whole."""

Rows = Sequence[LabelledReport]
Places = NDArray[np.int64]
Read = Callable[[Rows], list[Assessment]]
"""Assessments of labelled reports by one trained reader."""
Learn = Callable[[Places], Read]
"""Trains a reader on some rows of the corpus, named by their places."""


def learning_curve(groups: Groups, before: Places, tested: Rows, learn: Learn) -> list[Figures]:
    """Figures on the same tested rows of readers trained on growing parts, voice by voice and case by case."""
    distinct = np.unique(groups[before])
    rank = np.empty(int(groups.max()) + 1, np.int64)
    rank[distinct] = np.random.default_rng(0).permutation(len(distinct))
    ranked = before[np.argsort(rank[groups[before]], kind="stable")]
    curve = []
    for share in SHARES:
        part = np.sort(ranked[: int(len(ranked) * share)])
        curve.append({"trained_on": len(part), **in_short(tested, learn(part)(tested))})
    return curve


def split_by_row(rows: Rows, share: float, seed: int, learn: Learn) -> Figures:
    """The figures that a split by row gives, which lets voices and cases stand on both sides."""
    before, back = held_back(np.arange(len(rows)), share, seed)
    tested = [rows[place] for place in back]
    return {"trained_on": len(before), **in_short(tested, learn(before)(tested))}


def robustness(tested: Rows, read: Read) -> Figures:
    """What each way of changing the tested texts costs in macro-F1, and what is left of ``refer``."""
    plain = in_short(tested, read(tested))
    made: Figures = {}
    for name, change in ways(tested).items():
        chance = Random(name)  # noqa: S311  # a run that can be repeated, no secret
        noisy = in_short(tested, read([change(row, chance) for row in tested]))
        told = plain["macro_f1"] is not None
        made[name] = {**noisy, "drop": rounded(plain["macro_f1"] - noisy["macro_f1"]) if told else None}
    return made


def in_short(rows: Rows, assessments: Sequence[Assessment]) -> Figures:
    """The few figures that are compared."""
    categories = category_figures(rows, [one.categories for one in assessments])
    refer = flag_figures([row.refer for row in rows], [one.refer for one in assessments])
    return {name: categories[name] for name in ("macro_f1", "micro_f1")} | {"refer": refer}
