"""Of all who stand under the keys of a report those who share most with it, by arithmetic over whole crowds.

In: numbers of reports by key, as the store tells them; out: the few whose names are worth asking for. ``meet`` looks at
those more closely; a margin of several times its limit leaves it the same choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.cases.candidates import Near, worth
from triage.model import LinkKey

Seqs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Foremost:
    """The numbers of the chosen reports, ``of`` which key each stands, and how many stand under each key in all."""

    seqs: Seqs
    keys: tuple[LinkKey, ...]
    places: NDArray[np.intp]
    counts: tuple[int, ...]

    def named(self, names: Mapping[int, str]) -> Near:
        """The same by name, oldest first under each key; who has no name counts as one of the others."""
        under: defaultdict[LinkKey, list[str]] = defaultdict(list)
        for place, seq in zip(self.places[::-1].tolist(), self.seqs[::-1].tolist(), strict=True):
            if seq in names:
                under[self.keys[place]].append(names[seq])
        others = {key: count - len(under.get(key, ())) for key, count in zip(self.keys, self.counts, strict=True)}
        return Near(under, others)


def foremost(keys: Sequence[LinkKey], crowds: Mapping[LinkKey, Seqs], most: int) -> Foremost:
    """The ``most`` reports under these keys that share most; of equals the older ones, as ``meet`` has it."""
    known = tuple(key for key in keys if key in crowds)
    if not known:
        return Foremost(np.empty(0, dtype=np.int64), (), np.empty(0, dtype=np.intp), ())
    counts = tuple(len(crowds[key]) for key in known)
    seqs = np.concatenate([crowds[key] for key in known])
    places = np.repeat(np.arange(len(known)), counts)
    worths = np.array([worth(key.kind, count) for key, count in zip(known, counts, strict=True)])
    distinct, inverse = np.unique(seqs, return_inverse=True)
    if len(distinct) > most:
        shared = np.bincount(inverse, worths[places])
        chosen = np.zeros(len(distinct), dtype=bool)
        chosen[np.lexsort((distinct, -shared))[:most]] = True
        kept = chosen[inverse]
        seqs, places = seqs[kept], places[kept]
    return Foremost(seqs, known, places, counts)
