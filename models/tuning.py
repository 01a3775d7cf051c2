"""How an encoder is fine-tuned, and the texts as that sees them: tokens with their clauses, in batches of like length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.clauses import clause_starts
from models.encoder import Encoded
from models.linear import UNKNOWN, Targets
from models.pooling import Taught
from models.training import TrainingSet

Positions = NDArray[np.int64]

OUTSIDE = -1
"""Clause of a token that stands in none, as those that a tokeniser adds."""
_SORTED = 16
"""Batches that are sorted by length together: texts stay mixed, and little of a batch is filling."""


@dataclass(frozen=True, slots=True)
class TuningSpec:
    """How an encoder is fine-tuned.

    ``rate`` is that of the topmost layer, each one below learns by ``fade`` of that above it; words' own vectors stay
    as they are. Rates rise over the first tenth of the steps and fall to nothing at the last. ``tokens`` of a text
    are seen at most, ``size`` texts make a step. ``kept`` is the share of the texts that the encoder does not see, on which
    it is joined with the fast reader.
    """

    epochs: int = 3
    tokens: int = 256
    size: int = 16
    rate: float = 1.2e-4
    fade: float = 0.85
    head_rate: float = 2e-3
    decay: float = 0.01
    dropout: float = 0.1
    seed: int = 0
    kept: float = 0.15


@dataclass(frozen=True, slots=True)
class Tokens:
    """Ids of a text's tokens, and the number of each one's clause, from zero on without a gap.

    Clause ``i`` is clause ``kept[i]`` of the whole text, of which a part may have been left out.
    """

    ids: Positions
    clauses: Positions
    kept: Positions

    @property
    def count(self) -> int:
        """Clauses of the text."""
        return int(self.clauses.max(initial=OUTSIDE)) + 1


@dataclass(frozen=True, slots=True)
class Lessons:
    """What texts teach: ``targets`` (texts by labels), and what is ``taught`` beside them."""

    targets: Targets
    taught: Taught

    @staticmethod
    def of(data: TrainingSet) -> Lessons:
        """The lessons of a training set."""
        return Lessons(data.targets, data.taught)

    def of_batch(self, batch: Batch, tokens: Sequence[Tokens]) -> tuple[Targets, Targets, NDArray[np.float32]]:
        """Targets of a batch's texts and of its clauses (-1 where nobody told), and how much each text counts."""
        firsts = np.cumsum(self.taught.parts) - self.taught.parts
        places = [firsts[row] + tokens[row].kept for row in batch.rows.tolist()]
        counts = self.taught.counts / self.taught.counts.mean()
        told = self.targets[batch.rows]
        said = self.taught.told[np.concatenate(places)]
        said[told[batch.owners] == UNKNOWN] = UNKNOWN
        return told, said, counts[batch.rows].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some texts side by side: ``ids`` and ``mask`` are texts by tokens, filled with zeros at the end.

    ``clauses`` numbers the clauses of the whole batch, ``owners`` tells the text of each, ``rows`` which texts they are.
    """

    rows: Positions
    ids: Positions
    mask: NDArray[np.float32]
    clauses: Positions
    owners: Positions


def tokens_of(texts: Sequence[str], tokenizer: Path, most: int) -> list[Tokens]:
    """Texts cut into at most ``most`` tokens; of longer ones the first two thirds of that and the end are kept."""
    from tokenizers import Tokenizer

    cutter: Any = Tokenizer.from_file(str(tokenizer))
    cutter.no_padding()
    cutter.no_truncation()
    return [_cut(text, cutter.encode(text), most) for text in texts]


def batches(tokens: Sequence[Tokens], rows: Positions, size: int, chance: np.random.Generator) -> list[Batch]:
    """All of ``rows`` once, in an order drawn by ``chance``, ``size`` at a time."""
    drawn = chance.permutation(rows)
    stretch = size * _SORTED
    stretches = [
        sorted(drawn[begin : begin + stretch].tolist(), key=lambda row: len(tokens[row].ids))
        for begin in range(0, len(drawn), stretch)
    ]
    groups = [part[begin : begin + size] for part in stretches for begin in range(0, len(part), size)]
    return [_side_by_side(tokens, groups[place]) for place in chance.permutation(len(groups)).tolist()]


def _cut(text: str, encoded: Encoded, most: int) -> Tokens:
    ids = np.array(encoded.ids, np.int64)
    firsts = np.array(encoded.offsets, np.int64).reshape(-1, 2)[:, 0]
    clauses = np.searchsorted(clause_starts(text), firsts, "right") - 1
    clauses[np.array(encoded.special_tokens_mask) == 1] = OUTSIDE
    if len(ids) > most:
        end = most // 3
        ids, clauses = (np.concatenate((part[: most - end], part[-end:])) for part in (ids, clauses))
    own = clauses != OUTSIDE
    kept, clauses[own] = np.unique(clauses[own], return_inverse=True)
    return Tokens(ids, clauses, kept)


def _side_by_side(tokens: Sequence[Tokens], rows: list[int]) -> Batch:
    longest = max(len(tokens[row].ids) for row in rows)
    ids, clauses = np.zeros((len(rows), longest), np.int64), np.full((len(rows), longest), OUTSIDE, np.int64)
    mask = np.zeros(ids.shape, np.float32)
    known = 0
    for place, row in enumerate(rows):
        one, length = tokens[row], len(tokens[row].ids)
        ids[place, :length], mask[place, :length] = one.ids, 1
        clauses[place, :length] = np.where(one.clauses == OUTSIDE, OUTSIDE, one.clauses + known)
        known += one.count
    owners = np.repeat(np.arange(len(rows)), [tokens[row].count for row in rows])
    return Batch(np.array(rows, np.int64), ids, mask, clauses, owners)
