"""How a matter is told on the command line: words for its states, clocks and acts, and one matter whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from triage.cli.output import print_json, say

if TYPE_CHECKING:
    from datetime import datetime

    from triage.handling import Handler
    from triage.model import Access
    from triage.store.matter_rows import Clearing, ClearingRow, ClockRow, Matter, MatterLine, StepRow

STATES = {
    "received": "已收到", "registered": "已登记", "screened": "已筛查", "accepted": "已受理", "not_accepted": "不予受理",
    "passed_down": "已转下级", "passed_up": "已上报", "passed_on": "已转送", "kept_as_repeat": "重复件并案", "handed_over": "已交办",
    "interview": "谈话函询", "verification": "初步核实", "held": "暂存待查", "closed": "予以了结", "case_filed": "已立案",
    "concluded": "已办结", "feedback": "已反馈", "archived": "已归档", "reopened": "重新办理",
}  # fmt: skip
CLOCKS = {
    "acceptance_notice": "受理告知 acceptance notice",
    "passing_on": "转办 passing on",
    "disposal_proposal": "处置意见 disposal proposal",
    "feedback": "反馈 feedback",
    "clearing": "澄清正名 clearing",
}
PRESSING = {
    "overdue": "已逾期 OVERDUE",
    "due_soon": "即将到期 due soon",
    "running": "计时中 running",
    "paused": "已暂停 paused",
}
CLEARING = {
    "ordered": "待澄清 ordered",
    "suspended": "已中止，须重新决定 suspended: to be ordered anew",
    "done": "已澄清 done",
    "dropped": "已撤回 dropped",
}
CLEARING_ACTS = {"order": "决定澄清 ordered", "done": "已澄清 done", "drop": "撤回 dropped"}
FORMS = {
    "in_writing": "书面 in writing",
    "in_person": "当面 in person",
    "meeting": "会议 at a meeting",
    "notice": "公告 by notice",
}
ACTS = {"pause": "暂停 paused", "resume": "恢复 runs on", "escalate": "已上报督办 escalated"}


@contextmanager
def working() -> Iterator[tuple[Handler, Access]]:
    """The store at hand and the access of whoever types."""
    from triage.cli.workplace import at_work
    from triage.handling import Handler

    with at_work() as (store, access):
        yield Handler.of(store), access


def tell(found: Matter, handler: Handler, *, as_json: bool) -> None:
    """Tells one matter whole."""
    from triage.model import MatterState

    if as_json:
        print_json({"matter": whole_of(found, handler)})
        return
    line = found.line
    say(
        f"{line.report_id}  {state_words(line.state)}  {'实名 real name' if line.real_name else '匿名，或没有联系方式 anonymous, or without a contact'}"
    )
    for row in found.steps:
        say(f"  {row.at:%Y-%m-%d %H:%M} UTC  {state_words(row.state)}  {row.by}{_beside(row)}")
    for clock in found.clocks:
        say(f"  {_clock_words(clock, handler)}")
    for act in found.acts:
        say(f"  {act.at:%Y-%m-%d %H:%M} UTC  {CLOCKS[act.name]}: {ACTS[act.act]}  {act.by}  {act.note or ''}".rstrip())
    if found.clearing is not None:
        for told in _clearing_lines(found.clearing):
            say(f"  {told}")
    if MatterState.FEEDBACK in found.next:
        say(_to_answer(line))
    if found.next:
        say("可作决定 · What may come next: " + ", ".join(f"{one} {STATES[one]}" for one in found.next))
    if found.next_clearing:
        may = ", ".join(f"{one} {CLEARING_ACTS[one].split()[0]}" for one in found.next_clearing)
        say(f"澄清正名，可作 · Clearing, what may come next (triage matter clear): {may}")
    say(f"据此决定时请带上 · decide on this with --seen {line.seen}")


def _to_answer(line: MatterLine) -> str:
    """How the reporter of a matter is answered, now that it has an outcome."""
    words = f"答复举报人 · To answer the reporter: triage message send {line.report_id}"
    return words + (
        f"; 姓名和联系方式 name and contact: triage identity ask {line.report_id}" if line.real_name else ""
    )


def state_words(state: str) -> str:
    """A state in words, with its code."""
    return f"{STATES.get(state, '')} {state}".strip()


def _beside(row: StepRow) -> str:
    from corpora.bodies import load_bodies

    body = load_bodies().get(row.to or "")
    told = (row.reason, body.zh if body else row.to, row.approval, row.note)
    return "".join(f"  {one}" for one in told if one)


def _clearing_lines(clearing: Clearing) -> Iterator[str]:
    yield f"澄清正名 clearing: {CLEARING[clearing.state]}"
    for act in clearing.acts:
        yield f"{act.at:%Y-%m-%d %H:%M} UTC  {CLEARING_ACTS[act.act]}  {act.by}{_beside_clearing(act)}"


def _beside_clearing(act: ClearingRow) -> str:
    told = (act.whom, FORMS[act.form] if act.form else None, act.approval, act.note)
    return "".join(f"  {one}" for one in told if one)


def _clock_words(clock: ClockRow, handler: Handler) -> str:
    reading = handler.reading(clock)
    if clock.ended_at is not None:
        return f"{CLOCKS[clock.name]}: 已结束 ended {_day(clock.ended_at)}"
    told = f"{CLOCKS[clock.name]}: {PRESSING[reading.state.value]}, 期限 due {reading.due}"
    return told + (f", 已督办 escalated {_day(clock.escalated_at)}" if clock.escalated_at else "")


def _day(moment: datetime) -> str:
    from triage.text.dates import SHANGHAI

    return moment.astimezone(SHANGHAI).date().isoformat()


def line_row(line: MatterLine, handler: Handler) -> tuple[str, ...]:
    """A matter as a row of a table."""
    from triage.cli.showing import LEVELS

    state = state_words(line.state) + (" 补充件 added" if line.adds_to else "")
    first = (line.report_id, _day(line.received_at), LEVELS[line.level.value], state)
    if line.clock is None:
        return (*first, "—", "—", "—")
    reading = handler.reading(line.clock)
    unit = "工作日" if handler.unit(line.clock.name) == "working_days" else "天"
    how = CLOCKS[line.clock.name] + (" 督办 !" if line.clock.escalated_at else "")
    return (*first, how, reading.due.isoformat(), f"{reading.left} {unit} {PRESSING[reading.state.value].split()[0]}")


def whole_of(found: Matter, handler: Handler) -> dict[str, object]:
    """One matter whole, as JSON has it."""
    return {
        **handler.told(found.line),
        "steps": found.steps,
        "clocks": [handler.told_clock(one) for one in found.clocks],
        "acts": found.acts,
        "next": found.next,
        "clearing": found.clearing,
        "next_clearing": found.next_clearing,
    }
