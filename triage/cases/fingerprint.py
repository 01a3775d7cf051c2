"""MinHash fingerprints of texts.

Two texts share a band of the fingerprint with probability 1 - (1 - j^3)^20, where j is the Jaccard similarity of their
character 5-grams: 0.93 at j = 0.5, 0.99 at 0.6, practically 1 from 0.8 on (A. Broder, On the resemblance and
containment of documents, 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.text.characters import points_of
from triage.text.normalise import normalise

SHINGLE = 5
BANDS = 20
ROWS = 3
_GENERATOR = np.random.default_rng(20180212)
_FACTORS = _GENERATOR.integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _GENERATOR.integers(0, 2**63, size=BANDS * ROWS, dtype=np.uint64)
_POWERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 1], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The MinHash rows of a text (BANDS × ROWS values of 32 bits, flat) and how many distinct 5-grams it has."""

    rows: NDArray[np.uint32]
    size: int

    @classmethod
    def of(cls, text: str) -> Fingerprint:
        """Fingerprint of a text, blind to case, width, traditional characters, spaces and punctuation."""
        letters = "".join(filter(str.isalnum, normalise(text).text))
        points = points_of(letters).astype(np.uint64)
        if len(points) < SHINGLE:
            points = np.concatenate([points, np.zeros(SHINGLE - len(points), dtype=np.uint64)])
        windows = np.lib.stride_tricks.sliding_window_view(points, SHINGLE)
        hashes = (windows * _POWERS).sum(axis=1, dtype=np.uint64)
        hashes ^= hashes >> np.uint64(29)
        shingles = np.unique(hashes * np.uint64(0xBF58476D1CE4E5B9))
        mixed = shingles[:, None] * _FACTORS + _OFFSETS
        return cls((mixed >> np.uint64(32)).min(axis=0).astype(np.uint32), len(shingles))

    def bands(self) -> list[bytes]:
        """The bands, each of which two near-identical texts are likely to share."""
        return [part.tobytes() for part in self.rows.reshape(BANDS, ROWS)]

    def similarity(self, other: Fingerprint) -> float:
        """The Jaccard similarity of the two sets of 5-grams, estimated (standard error at most 0.065)."""
        return int(np.count_nonzero(self.rows == other.rows)) / len(self.rows)
