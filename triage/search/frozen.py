"""Ranked lists of hits that keep their order for ten minutes, so that a reader can page through them.

They stand in the memory of one process. What bounds them is their size, and whoever holds the most gives way first: a
colleague who asks often costs nobody else the list that they are reading.
"""

from __future__ import annotations

import secrets
import threading
from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from sys import getsizeof

FROZEN_SECONDS = 600.0
MOST_BYTES = 64 * 2**20
"""About eight hundred lists of ten thousand hits."""
_BESIDE = 600


@dataclass(frozen=True, slots=True)
class Ranked:
    """Report numbers in order and, grouped, the case that each stands for, empty for none.

    Of a list that is not ``whole`` only the beginning has been looked up.
    """

    seqs: Sequence[int]
    cases: tuple[str, ...] = ()
    whole: bool = True

    @classmethod
    def of(cls, seqs: Iterable[int], cases: Iterable[str] = (), *, whole: bool = True) -> Ranked:
        """A list with its numbers packed, eight bytes each."""
        return cls(array("Q", seqs), tuple(cases), whole)

    def followed_by(self, later: Ranked) -> Ranked:
        """This list as it stands, and behind it what a later and longer one has beside it; never a report or a case twice."""
        seqs, cases = set(self.seqs), set(self.cases) - {""}
        named = later.cases or ("",) * len(later.seqs)
        new = [at for at, seq in enumerate(later.seqs) if seq not in seqs and named[at] not in cases]
        behind = (named[at] for at in new) if later.cases or self.cases else ()
        return Ranked.of([*self.seqs, *(later.seqs[at] for at in new)], (*self.cases, *behind), whole=later.whole)

    @property
    def size(self) -> int:
        """Bytes that it takes, its name and its place in the books among them."""
        return _BESIDE + getsizeof(self.seqs) + getsizeof(self.cases) + sum(map(getsizeof, self.cases))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A list with the second at which it ends and the bytes that it takes."""

    ends: float
    size: int
    ranked: Ranked


@dataclass
class FrozenLists:
    """Keeps lists for whoever asked, up to ``most_bytes`` together; safe for threads. ``clock`` counts seconds."""

    clock: Callable[[], float]
    most_bytes: int = MOST_BYTES
    _of: dict[str, OrderedDict[str, _Kept]] = field(default_factory=dict)
    _sizes: Counter[str] = field(default_factory=Counter)
    _whose: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, ranked: Ranked, principal: str) -> str:
        """Keeps a list for ten minutes, or until it must give way; its name."""
        name, kept = secrets.token_urlsafe(9), _Kept(self.clock() + FROZEN_SECONDS, ranked.size, ranked)
        with self._lock:
            self._of.setdefault(principal, OrderedDict())[name] = kept
            self._sizes[principal] += kept.size
            self._whose[name] = principal
            self._make_room()
        return name

    def kept(self, name: str) -> Ranked | None:
        """The list of a name; None if it is gone."""
        with self._lock:
            kept = self._of[self._whose[name]][name] if name in self._whose else None
        return kept.ranked if kept and kept.ends > self.clock() else None

    def _make_room(self) -> None:
        """Drops what has ended, then the oldest lists of whoever holds the most."""
        now = self.clock()
        for principal, lists in list(self._of.items()):
            while lists and next(iter(lists.values())).ends <= now:
                self._drop(principal)
        while self._sizes.total() > self.most_bytes:
            self._drop(self._sizes.most_common(1)[0][0])

    def _drop(self, principal: str) -> None:
        name, kept = self._of[principal].popitem(last=False)
        del self._whose[name]
        self._sizes[principal] -= kept.size
        if not self._of[principal]:
            del self._of[principal], self._sizes[principal]
