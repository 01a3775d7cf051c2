"""What readers that had not seen a text make of it, kept for every text that a reader learned from.

Whoever learns from a reader's answers needs them as they are on texts to come: of those that it learned from a reader is
surer than of any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]


def numbers_of(texts: Iterable[str]) -> Numbers:
    """Numbers by which texts are known again; of equal texts the same."""
    digests = (blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
    return np.array([int.from_bytes(digest) for digest in digests], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Calibrated probabilities (texts by labels) of the texts with these numbers, which are sorted."""

    texts: Numbers
    probabilities: NDArray[np.float16]

    @classmethod
    def of(cls, texts: Numbers, probabilities: NDArray[np.float64]) -> Self:
        """Of equal texts the first."""
        sorted_texts, places = np.unique(texts, return_index=True)
        return cls(sorted_texts, probabilities[places].astype(np.float16))

    def told(self, text: str) -> list[float] | None:
        """The probabilities of a text, one for each label; None of one that was not learned from."""
        number = numbers_of([text])[0]
        place = int(np.searchsorted(self.texts, number))
        if place == len(self.texts) or self.texts[place] != number:
            return None
        found: list[float] = self.probabilities[place].tolist()
        return found

    def only(self, texts: Numbers) -> Self:
        """What is kept of these texts alone."""
        kept = np.isin(self.texts, texts)
        return replace(self, texts=self.texts[kept], probabilities=self.probabilities[kept])

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by the names that they are saved under."""
        return {"held_out_texts": self.texts, "held_out": self.probabilities}
