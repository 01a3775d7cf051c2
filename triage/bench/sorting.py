"""Link keys in their order before they are written: one by one, a million reports would touch each page of their table a
thousand times.

In: pairs of a key's number and a report's, in the order of the reports; out: the same by key. Memory does not grow with
their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PARTS = 32
_PAIR = np.dtype([("number", "<i8"), ("seq", "<i8")])
Pairs = NDArray[Any]
"""Records of ``number``, a signed key of 64 bits, and ``seq``, the number of a report that has it."""


def pairs_of(seqs: range, keys: Sequence[Sequence[int]]) -> Pairs:
    """The keys of reports, each with the number of its report."""
    counts = [len(told) for told in keys]
    made = np.empty(sum(counts), dtype=_PAIR)
    made["number"] = [number for told in keys for number in told]
    made["seq"] = np.repeat(np.arange(seqs.start, seqs.stop), counts)
    return made


class Sorter:
    """Sorts any number of pairs in files, one for each range of keys."""

    def __init__(self, folder: Path) -> None:
        self._files = [folder / f"keys-{part:02d}" for part in range(_PARTS)]
        for file in self._files:
            file.write_bytes(b"")

    def add(self, pairs: Pairs) -> None:
        """Takes pairs in any order of their keys."""
        parts = ((pairs["number"] >> 59) + _PARTS // 2).astype(np.intp)
        for part in range(_PARTS):
            with self._files[part].open("ab") as file:
                file.write(pairs[parts == part].tobytes())

    def parts(self) -> Iterator[Pairs]:
        """All pairs in their order, a part at a time; the files are gone afterwards."""
        for file in self._files:
            pairs = np.fromfile(file, dtype=_PAIR)
            file.unlink()
            # Pairs were added in the order of the reports, and those of one key stay in it
            yield pairs[np.argsort(pairs["number"], kind="stable")]
