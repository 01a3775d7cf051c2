"""What an index holds of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.model import Channel, Level

PLACE_LENGTHS = (2, 4, 6, 9, 12)
"""Digits of a division code at province, prefecture, county, township and village."""


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One report for an index; ``text`` is only taken apart into keyed terms and never kept.

    ``seq`` is the report's number in the store, ``version`` rises with each change, ``amount_fen`` is the largest sum
    named, ``score`` the risk score, ``month`` the month of receipt in Asia/Shanghai as 2019-11. ``accused`` are the names
    of accused people as they stand in the text; they too become keyed terms alone. ``lacks`` are kinds of what a caller
    tells and the operator's summary of the call lacks. ``revision`` is the line of the outbox
    that this was made for: an engine that several processes write keeps what has the later one.
    """

    id: str
    seq: int
    version: int
    text: str
    received_at: datetime
    month: str
    channel: Channel
    categories: tuple[str, ...]
    division: str
    level: Level
    score: float
    amount_fen: int = 0
    party_keys: tuple[str, ...] = ()
    case_id: str | None = None
    accused: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    revision: int = 0

    @property
    def places(self) -> dict[int, str]:
        """The division code cut to each level that it reaches."""
        return {length: self.division[:length] for length in PLACE_LENGTHS if len(self.division) >= length}
