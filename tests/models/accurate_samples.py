"""A stand-in for the encoder: vectors made from characters by hand, so that the arithmetic is tested without it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.clauses import clause_starts
from models.encoder import MODEL, TOKENIZER, Clauses, Encoder

WIDTH = 64


class CharacterEncoder(Encoder):
    """Counts the characters of each clause in 64 drawers; needs no package and no real file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> None:
        """There is nothing to open."""

    def clauses(self, texts: Sequence[str]) -> list[Clauses]:
        return [self._count(text) for text in texts]

    @staticmethod
    def _count(text: str) -> Clauses:
        starts = clause_starts(text)
        vectors = np.zeros((len(starts), WIDTH), np.float32)
        for place, character in enumerate(text):
            vectors[np.searchsorted(starts, place, "right") - 1, ord(character) * 7 % WIDTH] += 1
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return Clauses(tuple(starts), vectors / lengths)


def stand_in(folder: Path) -> CharacterEncoder:
    """A stand-in with files that can be copied and checked."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, TOKENIZER):
        (folder / name).write_text(f"stands for {name}", encoding="utf-8")
    return CharacterEncoder(folder)
