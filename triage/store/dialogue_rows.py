"""What is told of the dialogue: messages, how many there are, and what waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from triage.store.records import ReadRow

NOTHING = "0"
"""What ``seen`` says where there was no message yet."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message: the office's by whom, the reporter's with the report that it is, as it came."""

    id: str
    ours: bool
    at: datetime
    text: str
    by: str | None = None
    row: ReadRow | None = None

    @property
    def added_id(self) -> str | None:
        """The id of the report that a reporter's message is."""
        return self.row.report.id if self.row is not None else None


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of the messages about a report, the oldest first, as far as they are readable: the newest, or those before them.

    ``fetched_on`` is the day in Shanghai on which the holder of the receipt first fetched the office's newest message; None:
    not yet. ``seen`` tells which messages there are on all pages, told back by whoever writes on what they saw: the id of the
    newest with their number, for what was added before it may be readable later; or ``NOTHING``. ``count`` is their number,
    ``cursor`` leads to the messages before these, None where there are none.
    """

    report_id: str
    messages: tuple[Message, ...]
    fetched_on: str | None
    seen: str = NOTHING
    count: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many messages there are about a report, and when the newest came; ``adds_to`` is the report that it adds to."""

    count: int = 0
    newest: datetime | None = None
    adds_to: str | None = None


NOTHING_SPOKEN = Spoken()
"""There is no message."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A report to which its reporter has added something that nobody has answered: how much, since when, the newest."""

    report_id: str
    since: datetime
    count: int
    newest_id: str


@dataclass(frozen=True, slots=True)
class UnansweredPage:
    """The reports that wait for an answer for longest; ``more``: others stand behind them."""

    lines: tuple[Unanswered, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A message as the holder of a receipt sees it; of their own words the time alone."""

    ours: bool
    at: datetime
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ToldPage:
    """The newest messages, or those before them, the oldest first; ``more``: others came before, to which ``cursor`` leads."""

    messages: tuple[Told, ...]
    more: bool
    cursor: str | None = None
