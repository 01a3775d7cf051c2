"""Whether a text accuses an office where it names it: linear weights over what stands around the name, as plain arrays.

The same words accuse (县纪委的小王把腊肉提走了) and do not (县纪委的小王来问过), and wrongs are told in more ways than any list
holds. So the runs of characters before and behind the name are weighed, by how near they stand: beside it, in its sentence, in
what comes before and after. For one mention all of it is a sum over features, and the office's own words count as little as any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.calibration import sigmoid
from models.cues import named_key
from models.hashing import Keys, Substrings, code_points, stir
from models.saved import read_arrays, read_manifest, write_saved

KIND = "accusations/1"
"""Raise the number when features change, so that what was learned before is learned anew."""
BITS = 18
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Slots = NDArray[np.int64]

_STOP = re.compile("[。!?\n;]|\\. ")
_WORD = re.compile("[a-z]+")
_RUNS = (1, 2, 3)
_LENGTH = 10.0
"""Of the vector of a mention: long and short surroundings count alike."""
_FAR = 0.5
"""What features outside the sentence count beside those within it."""
_EDGES = 4
_HEAD, _TAIL = 12, 25
"""A name within so many characters of the beginning or end of a letter is mostly an address."""


class Mention(NamedTuple):
    """A normalised text, and the characters of it that call an office."""

    text: str
    start: int
    end: int


class _Reach(NamedTuple):
    """How many characters are looked at: beside the name, before and behind it in its sentence, earlier and later."""

    beside: int
    before: int
    behind: int
    earlier: int
    later: int


_CHINESE, _ENGLISH = _Reach(8, 60, 80, 80, 150), _Reach(20, 160, 200, 80, 300)


def features(mention: Mention) -> tuple[Slots, Singles]:
    """The weights that a mention calls for, and how much each counts; together they have a fixed length."""
    blocks = list(_told(mention))
    slots = np.concatenate([keys for keys, _ in blocks]) >> np.uint64(64 - BITS)
    values = np.repeat(np.array([counts for _, counts in blocks], np.float32), [len(keys) for keys, _ in blocks])
    return slots.astype(np.int64), values * np.float32(_LENGTH / np.sqrt((values * values).sum()))


def _told(mention: Mention) -> Iterator[tuple[Keys, float]]:
    text, start, end = mention
    reach = _ENGLISH if text[end - 1].isascii() else _CHINESE
    first = max((stop.end() for stop in _STOP.finditer(text, 0, start)), default=0)
    stop = _STOP.search(text, end)
    last = stop.start() if stop else len(text)
    before, behind = text[max(first, start - reach.before) : start], text[end : min(last, end + reach.behind)]
    later = text[last : last + reach.later]
    yield _runs("l", before[-reach.beside :], _RUNS), 1.0
    yield _runs("r", behind[: reach.beside], _RUNS), 1.0
    yield _named({f"edge {before[-size:]}" for size in range(1, _EDGES + 1)}), 1.0
    yield _named({f"begin {behind[:size]}" for size in range(1, _EDGES + 1)}), 1.0
    for block, passage, counts in (
        ("L", before, 1.0),
        ("R", behind, 1.0),
        ("N", later, _FAR),
        ("P", text[max(0, first - reach.earlier) : first], _FAR),
    ):
        yield _runs(block, passage, _RUNS), counts
        yield _words(block, passage), counts
    yield _runs("A", f"{before}|{behind}{later}", _RUNS[1:]), _FAR
    flags = {"head": start < _HEAD, "tail": len(text) - end < _TAIL, "first": first == 0}
    yield _named([f"form {text[start:end]}", *(name for name, holds in flags.items() if holds)]), 1.0


def _runs(block: str, passage: str, orders: Sequence[int]) -> Keys:
    """Keys of the runs of characters of a passage, kept apart by where it stands."""
    held = Substrings(code_points(passage))
    found = [held.ngrams(order) for order in orders if order <= len(passage)]
    return stir(np.unique(np.concatenate(found)), named_key(f"block {block}")) if found else np.zeros(0, np.uint64)


def _words(block: str, passage: str) -> Keys:
    """Keys of English words and pairs of them."""
    words = _WORD.findall(passage)
    return _named({f"{block} {' '.join(pair)}" for pair in [*((word,) for word in words), *pairwise(words)]})


def _named(names: Iterable[str]) -> Keys:
    return stir(np.fromiter((named_key(f"accused: {name}") for name in names), np.uint64), 0)


@dataclass(frozen=True, slots=True)
class AccusationModel:
    """Weights of the features, calibrated.

    ``slope`` and ``offset`` make a probability of a logit; from ``threshold`` on an office is taken for accused. ``about`` is
    what the manifest tells of the training.
    """

    weights: Singles
    bias: float
    slope: float
    offset: float
    threshold: float
    about: Mapping[str, Any] = field(default_factory=dict)

    def probability(self, mention: Mention) -> float:
        """How likely somebody of the office that is called there, or the office itself, is accused."""
        slots, values = features(mention)
        logit = float(self.weights.take(slots) @ values) + self.bias
        return float(sigmoid(np.array(logit * self.slope + self.offset)))

    def accuses(self, text: str, start: int, end: int) -> bool:
        """Whether the office that the characters ``start`` to ``end`` of a normalised text call is taken for accused."""
        return self.probability(Mention(text, start, end)) >= self.threshold


def save_accusations(model: AccusationModel, folder: Path) -> None:
    """Write a model into ``folder``, which is made where needed."""
    told = {name: getattr(model, name) for name in ("bias", "slope", "offset", "threshold")}
    write_saved(folder, {"weights": model.weights}, {"reader": KIND, **told, "about": dict(model.about)})


def load_accusations(folder: Path) -> AccusationModel | None:
    """The model saved in ``folder``; None for one of another kind, as an earlier version wrote it.

    Raises:
        ModelMissing: there is none.
        ModelDamaged: a file is not the one that was saved.
        ModelUnsuitable: another version of this program wrote it.
    """
    manifest = read_manifest(folder)
    if manifest["reader"] != KIND:
        return None
    told = {name: float(manifest[name]) for name in ("bias", "slope", "offset", "threshold")}
    return AccusationModel(read_arrays(folder, manifest)["weights"], **told, about=manifest["about"])
