"""Judging spans of texts: linear weights over hashed traits, kept as plain arrays.

Who proposes spans tells of each some *traits*, an array of one 64-bit key each (the character before, the class of the
word after). A *template* joins traits: ``left+shape`` is seen as one. Templates that bear one name before ``=`` share
their weights, as a bag does: ``near=word_1``, ``near=word_2``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.cues import named_key
from models.hashing import Keys

Floats = NDArray[np.float64]
Traits = Mapping[str, Keys]
_PARTS = ("persons", "places", "roles", "things")


def slots(traits: Traits, templates: Sequence[str], bits: int) -> NDArray[np.int64]:
    """The weights that each span calls for: templates by spans, each below two to the power of ``bits``.

    Raises:
        KeyError: a template asks for a trait that nobody told.
    """
    shift = np.uint64(64 - bits)
    out = np.empty((len(templates), len(next(iter(traits.values())))), np.int64)
    for row, template in zip(out, templates, strict=True):
        (name, factor), *rest = _factors(template)
        key = traits[name] * factor
        for name, factor in rest:
            key += traits[name] * factor
        # The high bits of a product depend on all bits of the trait
        np.right_shift(key, shift, out=row.view(np.uint64))
    return out


@lru_cache(maxsize=1024)
def _factors(template: str) -> tuple[tuple[str, np.uint64], ...]:
    """Each trait of a template with the odd number that keeps it apart from the same trait elsewhere."""
    name, _, parts = template.rpartition("=")
    return tuple(
        (part, np.uint64(named_key(f"span:{name or template}:{place}") | 1))
        for place, part in enumerate(parts.split("+"))
    )


@dataclass(frozen=True, slots=True)
class Scorer:
    """Weights (two to a power by answers) and a bias for each answer."""

    templates: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: Floats

    @property
    def bits(self) -> int:
        """How many bits of a key choose its weight."""
        return len(self.weights).bit_length() - 1

    @property
    def learned(self) -> bool:
        """Whether there was anything to learn from."""
        return bool(self.weights.any())

    def margins(self, traits: Traits) -> Floats:
        """How far on the side of yes each span is for each answer, spans by answers; 0 is the border."""
        chosen = slots(traits, self.templates, self.bits)
        if len(self.bias) == 1:  # several times as fast as taking rows of one
            return np.asarray(self.weights.ravel().take(chosen).sum(axis=0)[:, None] + self.bias)
        return np.asarray(self.weights.take(chosen, axis=0).sum(axis=0) + self.bias)


@dataclass(frozen=True, slots=True)
class SpanModel:
    """What was learned of names: whether a span names a person or a place, and what part a person has.

    ``persons`` and ``places`` have one answer, ``roles`` has one for each of ``parts``; ``things``, with one answer, tells whether a
    span is what it is proposed as, and is None in models that learned nothing of that.
    """

    persons: Scorer
    places: Scorer
    roles: Scorer
    parts: tuple[str, ...]
    things: Scorer | None = None

    def _scorers(self) -> dict[str, Scorer]:
        return {part: scorer for part in _PARTS if (scorer := getattr(self, part)) is not None}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names under which they are saved."""
        return {
            f"span_{part}_{name}": array
            for part, scorer in self._scorers().items()
            for name, array in (("weights", scorer.weights), ("bias", scorer.bias))
        }

    def told(self) -> dict[str, Any]:
        """What a manifest holds of it."""
        return {"parts": list(self.parts), **{part: list(one.templates) for part, one in self._scorers().items()}}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], told: Mapping[str, Any]) -> SpanModel:
        """The model that ``arrays`` and ``told`` were made of."""
        scorers = {
            part: Scorer(tuple(told[part]), arrays[f"span_{part}_weights"], arrays[f"span_{part}_bias"])
            for part in _PARTS
            if part in told
        }
        return cls(**scorers, parts=tuple(told["parts"]))
