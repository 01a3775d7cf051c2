"""Boosted trees as plain arrays: fitted by scikit-learn, asked by NumPy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from models.linear import one_thread_each

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

_NAMES = ("roots", "feature", "threshold", "left", "value")


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees one behind the other.

    ``roots`` are the nodes at which trees begin. At a node whoever has at most ``threshold`` of ``feature`` goes on to the node
    ``left``, else to the one behind that; a leaf, which nobody exceeds, goes on to itself, and its ``value`` is what its
    tree adds to ``baseline``. No leaf lies deeper than ``depth``.
    """

    roots: Numbers
    feature: Numbers
    threshold: Floats
    left: Numbers
    value: Floats
    baseline: float
    depth: int

    def logits(self, values: Floats) -> Floats:
        """What all trees say together of each row of ``values`` (a column for each feature)."""
        told, width = np.ascontiguousarray(values).ravel(), values.shape[1]
        row = np.repeat(np.arange(len(values)) * width, len(self.roots))
        node = np.tile(self.roots, len(values))
        # ``take`` of flat arrays: indexing of two dimensions costs twice as much
        for _ in range(self.depth):
            higher = told.take(row + self.feature.take(node)) > self.threshold.take(node)
            node = self.left.take(node) + higher
        found: Floats = self.value.take(node).reshape(len(values), -1).sum(axis=1) + self.baseline
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that they are saved under."""
        return {name: getattr(self, name) for name in _NAMES}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], baseline: float, depth: int) -> Self:
        """What ``arrays`` gave."""
        return cls(**{name: arrays[name] for name in _NAMES}, baseline=baseline, depth=depth)


def fitted(
    machine: HistGradientBoostingClassifier, values: Floats, yes: NDArray[np.bool_], counts: Floats | None = None
) -> Trees:
    """The trees that a machine with a bound on their depth makes of examples.

    Args:
        machine: how to boost.
        values: a row for each example, a column for each feature; no value is missing.
        yes: what is true of each row.
        counts: how many examples each row counts for; one where left out.
    """
    # OpenMP takes a limit of each thread by itself, whatever stands around it
    with one_thread_each():
        machine.fit(values, yes, sample_weight=counts)
    return _taken_from(machine)


def _taken_from(machine: HistGradientBoostingClassifier) -> Trees:
    """The nodes of a fitted machine. It has no public name for them; a test holds them against its own answers."""
    trees = [stage[0].nodes for stage in machine._predictors]
    nodes = np.concatenate(trees)
    firsts = np.cumsum([0, *map(len, trees)][:-1])
    first = np.repeat(firsts, list(map(len, trees)))
    left, right = (nodes[side].astype(np.int64) + first for side in ("left", "right"))
    leaf = nodes["is_leaf"].astype(bool)
    order = _side_by_side(firsts.tolist(), left, right, leaf)
    nodes, left, leaf = nodes[order], left[order], leaf[order]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Trees(
        np.arange(len(trees), dtype=np.intp),
        np.where(leaf, 0, nodes["feature_idx"]).astype(np.intp),
        np.where(leaf, np.inf, nodes["num_threshold"]),
        np.where(leaf, np.arange(len(order)), place[np.where(leaf, 0, left)]).astype(np.intp),
        np.where(leaf, nodes["value"], 0.0).astype(np.float64),
        float(np.ravel(machine._baseline_prediction)[0]),
        machine.max_depth,
    )


def _side_by_side(roots: list[int], left: Numbers, right: Numbers, leaf: NDArray[np.bool_]) -> Numbers:
    """All nodes in an order in which both ways on from a node lie side by side."""
    order = list(roots)
    for node in order:
        if not leaf[node]:
            order += (int(left[node]), int(right[node]))
    return np.array(order, dtype=np.intp)
