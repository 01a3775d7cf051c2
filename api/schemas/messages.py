"""Messages between the office and whoever holds a receipt, as either side sends and reads them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from api.schemas.reports import Reachable
from api.schemas.status import StatusIn
from triage.dialogue import told_thread, told_unanswered
from triage.store.dialogue_rows import Thread, ToldPage, UnansweredPage


class ReceiptIn(StatusIn):
    """Who holds a receipt reads what was written to them; with a ``cursor`` what came before the page that told it."""

    cursor: str | None = Field(
        None,
        max_length=300,
        description="上一页给出的 cursor，用来看更早的 · the cursor of the page before, for older ones",
    )


class ToldOut(BaseModel):
    """A message as the holder of a receipt reads it: of their own words the time alone."""

    sender: Literal["office", "you"] = Field(alias="from", description="谁写的 · who wrote it")
    at: Moment
    text: str | None = Field(None, description="内容，只限本机关写的 · the office's words")


class ToldsOut(BaseModel):
    """The newest messages about a report, or with a cursor those before, the oldest of them first.

    ``more``: others came before them, to which ``cursor`` leads.
    """

    messages: list[ToldOut]
    more: bool
    cursor: str | None = None


class AddIn(Reachable):
    """What the holder of a receipt adds, or answers."""

    receipt: str = Field(description="回执码 · receipt")
    text: str = Field(description="补充的内容，或者答复 · what is added or answered")


class AddedOut(BaseModel):
    """The answer to what is written and flushed; the receipt stays the one that there is."""

    received_at: Moment


class MessageIn(BaseModel):
    """What the office writes to whoever holds the receipt."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="给举报人的话，最多 2,000 字 · what the reporter is to read")
    seen: str | None = Field(None, description="所见消息 · what was told as seen when the messages were looked at")
    anyway: bool = Field(
        False, description="仍然发送，即使写有被举报人或举报人姓名 · also where it names somebody accused, or who wrote"
    )


class MessageOut(BaseModel):
    """A message as staff see it; the reporter's is the ``report`` of that id."""

    id: str
    sender: Literal["office", "reporter"] = Field(alias="from")
    at: Moment
    by: str | None
    report: str | None
    text: str


class ThreadOut(BaseModel):
    """The newest messages about a report, or with a cursor those before. ``fetched_on`` is the day on which the office's
    newest was fetched; null: not yet. ``count`` is how many there are in all.
    """

    report: str
    messages: list[MessageOut]
    fetched_on: str | None
    seen: str
    count: int
    cursor: str | None


class UnansweredOut(BaseModel):
    """A report to which something was added that nobody has answered."""

    report: str
    since: Moment
    count: int
    newest: str


class WaitingOut(BaseModel):
    """Reports that wait for an answer, the one that waits for longest first; ``more``: others stand behind them."""

    waiting: list[UnansweredOut]
    more: bool


READ: dict[str, Any] = {
    "zh": {"summary": "查看消息", "value": {"receipt": "7K3M-9QXT-2V5B-HD8RC"}},
    "en": {"summary": "As it was read out", "value": {"receipt": "7k3m 9qxt 2v5b hd8rc"}},
}
ADD: dict[str, Any] = {
    "zh": {
        "summary": "补充",
        "value": {"receipt": "7K3M-9QXT-2V5B-HD8RC", "text": "又想起来，是前年腊月的事，会计也在场。"},
    },
    "en": {"summary": "An answer", "value": {"receipt": "7k3m 9qxt 2v5b hd8rc", "text": "It was in December 2018."}},
}
MESSAGE: dict[str, Any] = {
    "zh": {"summary": "提问", "value": {"text": "请问这件事是哪一年、哪个月发生的？"}},
    "en": {"summary": "A question", "value": {"text": "In which year and month was that?", "seen": "0"}},
}


def told_out(told: ToldPage) -> ToldsOut:
    """What the holder of a receipt reads."""
    found = [
        ToldOut(**{"from": "office" if one.ours else "you", "at": one.at, "text": one.text}) for one in told.messages
    ]
    return ToldsOut(messages=found, more=told.more, cursor=told.cursor)


def thread_out(thread: Thread) -> ThreadOut:
    """What staff read."""
    return ThreadOut.model_validate(told_thread(thread))


def waiting_out(page: UnansweredPage) -> WaitingOut:
    """What waits for an answer."""
    lines = [UnansweredOut.model_validate(told_unanswered(line)) for line in page.lines]
    return WaitingOut(waiting=lines, more=page.more)
