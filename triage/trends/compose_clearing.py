"""The section on clearing the wrongly accused: ordered, done, taken back, still owed; told of the office's whole area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from triage.model import ClearingAct
from triage.policy import Clock, Policy
from triage.store import Store
from triage.store.funnel import Span
from triage.store.lists import month_bounds
from triage.store.matter_rows import ClockRow
from triage.text.dates import SHANGHAI
from triage.trends.compose_progress import days_taken, limit_words
from triage.trends.counted import Counted, shifted
from triage.trends.document import Column, ColumnKind, Hidden, Number, Section, Table, Text, Value, Words
from triage.trends.owed import Flow, ToldFlow, told_flows
from triage.trends.safety import ROOT

_TITLE = Text("澄清正名", "Clearing the wrongly accused")
_MOMENT = timedelta(microseconds=1)
_ROWS = (
    Text("本月决定澄清", "Ordered this month"),
    Text("本月已澄清", "Done this month"),
    Text("本月撤回决定", "Taken back this month"),
    Text("月底尚待澄清", "Still owed at the end of the month"),
    Text("其中超过期限", "Of these past their time"),
)
_NOTE = Text(
    "按决定计，一项决定可为数人澄清；因重新办理而中止的和已封存的举报不计为尚待澄清，当月未结束的算到统计之时。尚待澄清的数，只在与各月增减相减也推不出隐去的数时列出。",
    "By orders, of which one may be for several people. What was suspended by an objection is owed no more, nor is what was sealed; a month that is not over "
    "is told up to the moment of counting. What is owed is told only where it gives no hidden figure away when it is subtracted from that of other months.",
)


def clearing_section(store: Store, counted: Counted, policy: Policy, now: datetime) -> Section | None:
    """What this month did for who was wrongly accused; None of a place inside the area, or where nobody ever ordered it."""
    if not counted.whole or counted.number(counted.month, ROOT) is None:
        return None
    end = min(month_bounds(counted.month)[1], now)
    acts, clocks = store.funnel.clearing(counted.access, counted.place, end)
    if not acts:
        return None
    flows = _flows(acts, clocks, counted.month)
    told, limit = told_flows(flows, counted.threshold)[-1], policy.clocks.clearing
    late = sum(_is_late(one, limit, end) for one in _open(clocks, end))
    overdue = _overdue(told, flows[-1].owed, late, counted.threshold)
    cells = (*map(_value, (told.added, *told.taken, told.owed)), overdue)
    columns = (
        Column("what", Text("事项", "What"), ColumnKind.WORDS),
        Column("count", Text("件数", "Orders"), ColumnKind.COUNT),
    )
    rows = tuple((Words(words), cell) for words, cell in zip(_ROWS, cells, strict=True))
    made = Table("clearings", _TITLE, columns, rows)
    return Section("clearings", _TITLE, _sentences(told, overdue, limit), (made,), notes=(_NOTE,))


def _flows(acts: Sequence[tuple[ClearingAct, datetime]], clocks: Sequence[ClockRow], last: str) -> list[Flow]:
    """Each month from the first with an order to the last."""
    done = Counter((_month(at), act) for act, at in acts)
    month, found = min(month for month, _ in done), []
    while month <= last:
        taken = (done[month, ClearingAct.DONE], done[month, ClearingAct.DROP])
        owed = len(_open(clocks, month_bounds(month)[1]))
        found.append(Flow(done[month, ClearingAct.ORDER], taken, owed))
        month = shifted(month, 1)
    return found


def _open(clocks: Sequence[ClockRow], end: datetime) -> list[ClockRow]:
    """Orders that were neither carried out nor taken back nor suspended before a moment."""
    return [one for one in clocks if one.since < end and (one.ended_at is None or one.ended_at >= end)]


def _is_late(clock: ClockRow, limit: Clock, end: datetime) -> bool:
    """Whether the time of an order was over on the day before a moment; none goes by while its clock is paused."""
    if clock.paused_at is not None and clock.paused_at < end:
        return False
    return days_taken(Span("", clock.counts_from, max(clock.counts_from, end - _MOMENT)), limit.unit) > limit.limit


def _overdue(told: ToldFlow, owed: int, late: int, threshold: int) -> Value:
    """As many as are late, where neither these nor the others of what is owed are few."""
    if told.owed is None or late < threshold or owed - late in range(1, threshold):
        return Hidden()
    return Number(late)


def _sentences(told: ToldFlow, overdue: Value, limit: Clock) -> tuple[Text, ...]:
    if told.owed is None:
        return ()
    words = limit_words(limit)
    if not isinstance(overdue, Number):
        return (
            Text(
                f"月底尚有{told.owed}件澄清的决定没有办完。",
                f"At the end of the month {told.owed:,} orders to clear somebody were not carried out yet.",
            ),
        )
    return (
        Text(
            f"月底尚有{told.owed}件澄清的决定没有办完，其中{overdue.value}件超过{words.zh}的期限。",
            f"At the end of the month {told.owed:,} orders to clear somebody were not carried out yet, {overdue.value:,} of them past their time of {words.en}.",
        ),
    )


def _value(number: int | None) -> Value:
    return Hidden() if number is None else Number(number)


def _month(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m")
