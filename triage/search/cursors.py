"""Pages and the encrypted cursors that lead from one to the next.

By time and by amount a cursor holds the last sort key, so pages neither repeat nor drop while reports arrive, and there
is no limit on depth. By relevance and risk the first 10,000 hits are frozen for ten minutes; when the list is at its
end or gone, paging goes on by time from the newest report and the page says so.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from triage.errors import BadInput
from triage.model import Access
from triage.search.index import MOST_RANKED, Page, SearchIndex
from triage.search.query import Order, SearchRequest

FROZEN_SECONDS = 600.0
MOST_FROZEN = 64
_RANKED = (Order.RELEVANCE, Order.RISK)


@dataclass
class CursorBox:
    """Seals cursors and keeps frozen lists; one for each process, safe for threads. ``key`` has 32 bytes."""

    key: bytes
    clock: Callable[[], float] = time.monotonic
    _lists: OrderedDict[str, tuple[float, tuple[int, ...]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def page(self, index: SearchIndex, request: SearchRequest, access: Access, cursor: str | None) -> Page:
        """One page of the answer to a request.

        Raises:
            BadInput: the cursor is none of ours, or belongs to another question or reader.
        """
        bound = sha256(f"{request.key}|{access!r}".encode()).digest()
        place = self._opened(cursor, bound) if cursor else {}
        total = index.count(request, access)
        facets = index.facets(request, access)
        if request.order in _RANKED and "time" not in place:
            return self._ranked_page(index, request, access, bound, place, total, facets)
        order = Order.TIME if "time" in place else request.order
        before = place.get("time", place.get("key"))
        start = before if isinstance(before, int) and before >= 0 else None
        found = index.ordered(request, access, order, start, request.limit)
        name = "time" if "time" in place else "key"
        following = None if found.next_key is None else self._sealed({name: found.next_key}, bound)
        notice = "continues_by_time" if "time" in place else None
        return Page(total, found.seqs, order, facets, following, notice)

    def _ranked_page(
        self,
        index: SearchIndex,
        request: SearchRequest,
        access: Access,
        bound: bytes,
        place: dict[str, int | str],
        total: int,
        facets: dict[str, dict[str, int]],
    ) -> Page:
        name, at = str(place.get("list", "")), int(place.get("at", 0))
        ranked = self._thawed(name) if name else index.ranked(request, access)
        if ranked is None:
            found = index.ordered(request, access, Order.TIME, None, request.limit)
            following = None if found.next_key is None else self._sealed({"time": found.next_key}, bound)
            return Page(total, found.seqs, Order.TIME, facets, following, "list_expired")
        seqs = ranked[at : at + request.limit]
        ends = at + request.limit >= len(ranked)
        if not ends:
            name = name or self._frozen(ranked)
            following = self._sealed({"list": name, "at": at + request.limit}, bound)
        else:
            following = self._sealed({"time": -1}, bound) if len(ranked) == MOST_RANKED < total else None
        return Page(total, seqs, request.order, facets, following)

    def _frozen(self, ranked: tuple[int, ...]) -> str:
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._lists[name] = (self._now() + FROZEN_SECONDS, ranked)
            while len(self._lists) > MOST_FROZEN:
                self._lists.popitem(last=False)
        return name

    def _thawed(self, name: str) -> tuple[int, ...] | None:
        with self._lock:
            until, ranked = self._lists.get(name, (0.0, ()))
        return ranked if until > self._now() else None

    def _now(self) -> float:
        return self.clock()

    def _sealed(self, place: dict[str, int | str], bound: bytes) -> str:
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self.key).encrypt(nonce, json.dumps(place).encode(), bound)
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def _opened(self, cursor: str, bound: bytes) -> dict[str, int | str]:
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            opened: dict[str, int | str] = json.loads(AESGCM(self.key).decrypt(raw[:12], raw[12:], bound))
        except (ValueError, InvalidTag):
            raise BadInput(
                "cursor", "unknown", "This cursor belongs to another question; start again without it."
            ) from None
        return opened
