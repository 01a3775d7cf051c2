"""The section on how far matters have come: steps, days, clocks, repeats; told of the office's whole area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from corpora.workdays import working_days
from triage.policy import Clock, Policy
from triage.store import Store
from triage.store.funnel import ACKNOWLEDGED, STEPS, Span
from triage.store.lists import month_bounds
from triage.text.dates import SHANGHAI
from triage.trends.compose_words import bars, listed, reports_words
from triage.trends.counted import Counted
from triage.trends.document import (
    Bars,
    Cell,
    Column,
    ColumnKind,
    Hidden,
    Missing,
    Number,
    Section,
    Table,
    Text,
    Value,
    Words,
)
from triage.trends.safety import ROOT, Safe, safe_parts

_STEP_WORDS = {
    "received": Text("收到", "Received"),
    "accepted": Text("受理", "Accepted"),
    "referred": Text("移送", "Referred"),
    "verified": Text("核查", "Verified"),
    "concluded": Text("办结", "Concluded"),
}
_CLOSED = frozenset({"concluded", "closed"})
_CHANGED = Text(
    "已结账月份的“收到”以结账时为准，各环节以现在为准，不能相比",
    "what closed months received is told as they were closed and the steps as they are now: they cannot be compared",
)
_TITLE = Text("办理进度", "How far matters have come")


@dataclass(frozen=True, slots=True)
class _Measured:
    """A time that is told: its name, the states that end it and begin it (receipt if None), and its clock."""

    name: str
    words: Text
    ends: frozenset[str]
    starts: frozenset[str] | None
    clock: str | None


_TIMES = (
    _Measured("acknowledge", Text("收到至首次答复或移送", "From receipt to the first decision"), ACKNOWLEDGED, None, "acceptance_notice"),
    _Measured("pass", Text("收到至转出", "From receipt to passing on"), frozenset({"passed_down", "passed_on"}), None, "passing_on"),
    _Measured("propose", Text("交办至处置", "From hand-over to disposal"),
              frozenset({"interview", "verification", "held", "closed"}), frozenset({"handed_over"}), "disposal_proposal"),
    _Measured("close", Text("收到至办结", "From receipt to the conclusion"), _CLOSED, None, None),
    _Measured("feedback", Text("办结至反馈", "From the conclusion to feedback"), frozenset({"feedback"}), _CLOSED, "feedback"),
)  # fmt: skip


def progress_section(store: Store, counted: Counted, policy: Policy) -> Section | None:
    """Steps of twelve months' reports, days and clocks of this month; None of a place inside it."""
    if not counted.whole or counted.number(counted.month, ROOT) is None:
        return None
    tables, sentences, missing = [], [], []
    funnel, pictures, left_out = _funnel(store, counted)
    missing += left_out
    if funnel is not None:
        tables.append(funnel)
    times, without = _times(store, counted, policy)
    missing += without
    if times is not None:
        tables.append(times)
    sentences += _repeats(counted)
    if missing:
        words = listed(missing)
        sentences.append(
            Text(f"办理日志中没有以下环节，故不列出，并非为零：{words.zh}。", f"The log of matters has nothing on: {words.en}. It is left out; it is not zero.")
        )  # fmt: skip
    return Section("progress", _TITLE, tuple(sentences), tuple(tables), pictures)


def _funnel(store: Store, counted: Counted) -> tuple[Table | None, tuple[Bars, ...], list[Text]]:
    """Steps reached by the end of the month, of the reports of twelve months."""
    months = [month for month in counted.line if counted.known(month)]
    begin, end = month_bounds(months[0])[0], month_bounds(counted.month)[1]
    monthly = [counted.number(month, ROOT) for month in months]
    found = store.funnel.reached(counted.access, counted.place, (begin, end), end)
    left_out = [_STEP_WORDS[step] for step in STEPS if step not in found]
    total = sum(number for number in monthly if number is not None)
    if None in monthly or not found:
        return None, (), left_out
    now = store.funnel.received(counted.access, counted.place, (begin, end))
    few = range(1, counted.threshold)
    reached: list[tuple[str, Value]] = [("received", Number(total))]
    for step, number in found.items():
        small = number < counted.threshold or abs(total - number) in few or now - number in few
        reached.append((step, Hidden() if small else Number(number)))
    title = Text(
        "近十二个月收到的举报到月底走到哪一步",
        "How far reports of the last twelve months had come by the end of the month",
    )
    columns = (
        Column("step", Text("环节", "Step"), ColumnKind.WORDS),
        Column("count", Text("件数", "Reports"), ColumnKind.COUNT),
        Column("share", Text("占收到", "Of those received"), ColumnKind.SHARE),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Words(_STEP_WORDS[step]), value, _share(value, total, comparable=now == total or step == "received"))
        for step, value in reached
    )
    table = Table("funnel", title, columns, rows)
    drawn = [(_STEP_WORDS[step], value, Hidden(), Hidden()) for step, value in reached]
    return table, bars(table, title, drawn), left_out


def _share(value: Value, total: int, *, comparable: bool) -> Value:
    """A step's share of what was received, where closed months hold no more and no fewer than when they were told."""
    if not isinstance(value, Number) or not total:
        return Hidden()
    return Number(round(value.value / total, 4)) if comparable else Missing(_CHANGED)


def _times(store: Store, counted: Counted, policy: Policy) -> tuple[Table | None, list[Text]]:
    """Days of what ended in the month, and how much of it was within its clock."""
    rows: list[tuple[Cell, ...]] = []
    missing: list[Text] = []
    for one in _TIMES:
        within = month_bounds(counted.month)
        spans = store.funnel.spans(counted.access, counted.place, one.ends, within, one.starts)
        clock: Clock | None = getattr(policy.clocks, one.clock) if one.clock else None
        days, kept = _measured(list(spans), clock)
        if not days and not _kept(store, counted, one, within[1]):
            missing.append(one.words)
        else:
            rows.append((Words(one.words), *_cells(days, kept, clock, counted.threshold)))
    columns = (
        Column("time", Text("时限", "Time"), ColumnKind.WORDS),
        Column("count", Text("本月件数", "Ended this month"), ColumnKind.COUNT),
        Column("median", Text("中位数", "Median"), ColumnKind.DAYS),
        Column("slowest", Text("九成不超过", "Nine in ten within"), ColumnKind.DAYS),
        Column("kept", Text("按时", "In time"), ColumnKind.SHARE),
        Column("limit", Text("规定时限", "Limit"), ColumnKind.WORDS),
    )
    note = Text(
        "工作日按国务院办公厅公布的日历（2013至2026年）；匿名与实名不作区分，身份库不为统计而打开。",
        "Working days by the calendar of the State Council (2013 to 2026). Anonymous and real-name reports are taken together: the vault of identities is not opened for figures.",
    )
    table = Table(
        "times",
        Text("本月办结环节的用时（日历日）", "Days that steps of this month took"),
        columns,
        tuple(rows),
        note=note,
    )
    return (table if rows else None), missing


def _kept(store: Store, counted: Counted, one: _Measured, until: datetime) -> bool:
    """Whether the log has ever told of both ends of a time: if so, none of this month is a small number as any other."""
    ends = (states for states in (one.starts, one.ends) if states is not None)
    return all(store.funnel.kept(counted.access, counted.place, states, until) for states in ends)


def _measured(spans: Sequence[Span], clock: Clock | None) -> tuple[list[int], int]:
    """Calendar days of each span, and how many kept to the clock."""
    days, kept = [], 0
    for span in spans:
        days.append(max((_day(span.end) - _day(span.start)).days, 0))
        if clock is not None and days_taken(span, clock.unit) <= clock.limit:
            kept += 1
    return days, kept


def days_taken(span: Span, unit: str) -> int:
    """How long a span took in the unit of a clock; of months every one that has begun."""
    start, end = _day(span.start), _day(span.end)
    if unit == "working_days":
        return working_days(start, end)
    if unit == "months":
        return (end.year - start.year) * 12 + end.month - start.month + (end.day > start.day)
    return (end - start).days


def _cells(days: Sequence[int], kept: int, clock: Clock | None, threshold: int) -> tuple[Cell, ...]:
    number = len(days)
    limit = Words(limit_words(clock))
    if number < threshold:
        return Hidden(), Hidden(), Hidden(), Hidden(), limit
    late = number - kept
    small = kept in range(1, threshold) or late in range(1, threshold)
    share: Cell = Hidden() if small else Number(round(kept / number, 3))
    if clock is None:
        share = Missing(Text("没有规定时限", "there is no limit"))
    return (
        Number(number), Number(int(np.percentile(days, 50, method="inverted_cdf"))),
        Number(int(np.percentile(days, 90, method="inverted_cdf"))), share, limit,
    )  # fmt: skip


def limit_words(clock: Clock | None) -> Text:
    """How long a clock gives, in words."""
    if clock is None:
        return Text("无", "none")
    unit = {
        "working_days": Text("个工作日", "working day"),
        "days": Text("天", "day"),
        "months": Text("个月", "month"),
    }[clock.unit]
    return Text(f"{clock.limit}{unit.zh}", f"{clock.limit} {unit.en}{'' if clock.limit == 1 else 's'}")


def _repeats(counted: Counted) -> list[Text]:
    cells = counted.cells[counted.month]
    total, again = sum(cells.total.values()), sum(cells.repeats.values())
    shown: Safe = safe_parts({"again": again, "first": total - again}, counted.threshold)
    if shown.value("again") is None or not total:
        return []
    share = round(100 * again / total)
    return [
        Text(
            f"本月有{again}件（{share}%）是同一件事的重复举报。",
            f"{reports_words(again)} of this month ({share} %) {'tells' if again == 1 else 'tell'} of a matter that was reported before.",
        )
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
