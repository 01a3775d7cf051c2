"""Splitting rows so that no voice and no case stands on both sides."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Groups = NDArray[np.int64]


def joined_groups(keys: Sequence[Iterable[Hashable]]) -> Groups:
    """A group number for each row; rows that share any key, however indirectly, share their group."""
    parent = list(range(len(keys)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[Hashable, int] = {}
    for place, own in enumerate(keys):
        for key in own:
            parent[root(place)] = root(first.setdefault(key, place))
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(root(place), len(numbers)) for place in range(len(keys))], dtype=np.int64)


def grouped_folds(groups: Groups, count: int, seed: int = 0) -> list[NDArray[np.int64]]:
    """``count`` folds of row numbers of about equal size, no group on two of them.

    Groups are shuffled by ``seed`` and then placed largest first into the emptiest fold; fewer groups than
    ``count`` give fewer folds.
    """
    numbers, sizes = np.unique(groups, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(numbers))
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled = np.zeros(min(count, len(numbers)), dtype=np.int64)
    fold_of = np.zeros(len(numbers), dtype=np.int64)
    for place in order:
        fold = int(filled.argmin())
        fold_of[place] = fold
        filled[fold] += sizes[place]
    belongs = fold_of[np.searchsorted(numbers, groups)]
    return [np.flatnonzero(belongs == fold) for fold in range(len(filled))]


def held_back(groups: Groups, share: float, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to train on and at most about ``share`` of the rows to hold back, no group on both sides.

    Groups are taken in an order drawn by ``seed``; one that would lead beyond the share is passed over.
    """
    numbers, sizes = np.unique(groups, return_counts=True)
    wanted = share * len(groups)
    taken: list[int] = []
    filled = 0
    for place in np.random.default_rng(seed).permutation(len(numbers)):
        if filled + sizes[place] <= 1.05 * wanted:
            taken.append(int(numbers[place]))
            filled += int(sizes[place])
    back = np.isin(groups, taken)
    return np.flatnonzero(~back), np.flatnonzero(back)
