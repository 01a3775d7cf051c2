"""`triage matter`: matters in hand, step by step, and the clocks that run for them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.matter_telling import CLOCKS, PRESSING, line_row, state_words, tell, working
from triage.cli.output import AsJson, demand_one_of, goes_on_at, note_from, print_json, say, table, trouble_of

if TYPE_CHECKING:
    from triage.model import ClockAct
    from triage.store.matters import Step

matter = typer.Typer(
    help="Matters in hand: their steps, their clocks, what their reporters see; clearing the wrongly accused.",
    no_args_is_help=True,
)
ReportId = Annotated[str, typer.Argument(metavar="ID", help="The report's id.")]
Why = Annotated[
    Path, typer.Option("--note-from", help="File that says why, kept sealed for colleagues; - reads standard input.")
]
One = Annotated[str | None, typer.Option("--clock", help="One clock alone, such as clearing; without it all that run.")]

# What goes with a step
NewState = Annotated[
    str,
    typer.Argument(metavar="STATE", help="What is decided, such as accepted; `matter show` names what may come next."),
]
Reason = Annotated[str | None, typer.Option(help="Why it is not accepted: courts, other_body or no_substance.")]
Target = Annotated[
    str | None,
    typer.Option(
        "--to",
        help="Code of the body that the reporter is told to turn to, or of the office or body that it goes to (docs/handling.md).",
    ),
]
Approval = Annotated[
    str | None,
    typer.Option(help="The approval of an outcome, such as its number; a supervisor needs none. Kept sealed."),
]
Note = Annotated[
    Path | None,
    typer.Option("--note-from", help="File with a note for colleagues, kept sealed; - reads standard input."),
]
Seen = Annotated[
    int | None,
    typer.Option(help="The number that `matter show` told: refused if somebody else was faster. One report only."),
]


class Which(StrEnum):
    """How the clocks of listed matters press."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    RUNNING = "running"
    PAUSED = "paused"
    ESCALATED = "escalated"


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(matter, name="matter")


@matter.command("list")
def listed(
    which: Annotated[Which | None, typer.Option("--clock", help="Only clocks that press in this way.")] = None,
    state: Annotated[str | None, typer.Option(help="Matters in this state instead, longest in it first.")] = None,
    danger: Annotated[
        bool, typer.Option("--danger", help="What tells of present danger or retaliation instead, newest first.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Goes on where a page ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List matters with a clock that runs, due first before others; or those in a state; or those in danger."""
    from triage.errors import BadInput
    from triage.model import MatterState
    from triage.store.matter_rows import Pressing

    if state is not None and which is not None:
        raise BadInput("state", "both", "Ask for a state or for a clock, not for both.")
    if danger and (state is not None or which is not None):
        raise BadInput("danger", "both", "Ask for what is in danger, or for a state, or for a clock.")
    demand_one_of("state", state, MatterState)
    with working() as (handler, access):
        if danger:
            page = handler.in_danger(access, limit=limit, cursor=cursor)
        elif state is not None:
            page = handler.in_state(MatterState(state), access, limit=limit, cursor=cursor)
        else:
            pressing = None if which in (None, Which.ESCALATED) else Pressing(which.value)
            escalated = which is Which.ESCALATED
            page = handler.pressing(access, pressing, escalated=escalated, limit=limit, cursor=cursor)
        if as_json:
            print_json({"matters": [handler.told(line) for line in page.lines], "cursor": page.cursor})
            return
        columns = ("编号 report", "收到 received", "风险 risk", "状态 state", "时限 clock", "期限 due", "剩余 left")
        table("办理中的举报 · Matters in hand", columns, [line_row(line, handler) for line in page.lines])
    if page.cursor:
        say(goes_on_at(page.cursor))
    elif state is None and which is None and not danger:
        say("没有时限的不在此列 · Without a clock, not listed here: --state received, registered, screened, accepted")


@matter.command("clocks")
def clocks(as_json: AsJson = False) -> None:
    """Count the clocks that run, by name and by how they press."""
    from triage.store.matter_rows import Pressing

    with working() as (handler, access):
        numbers = handler.numbers(access)
    if as_json:
        print_json(
            {"clocks": {name.value: {one.value: told[one] for one in Pressing} for name, told in numbers.items()}}
        )
        return
    rows = [(CLOCKS[name.value], *(str(told[one]) for one in Pressing)) for name, told in numbers.items()]
    table("时限 · Clocks", ("", *(PRESSING[one.value] for one in Pressing)), rows)


@matter.command("show")
def shown(report_id: ReportId, as_json: AsJson = False) -> None:
    """Show how far a matter has come, its clocks, and what may be decided next."""
    from triage.cli.showing import spoken_of

    with working() as (handler, access):
        tell(handler.matter(report_id, access), handler, as_json=as_json)
        if not as_json:
            for line in spoken_of(handler.store.dialogue.spoken(report_id, access), report_id):
                say(line)


@matter.command("step")
def step(
    state: NewState,
    report_ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Reports.")],
    reason: Reason = None,
    to: Target = None,
    approval: Approval = None,
    note: Note = None,
    seen: Seen = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Let it go to an office or body that the report accuses, or whose people.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take matters a step on: what is decided is logged, moves the clocks, and shows at the receipt what a reporter may see."""
    from triage.errors import BadInput
    from triage.model import MatterState, NotAccepted
    from triage.store.matters import Step

    demand_one_of("state", state, MatterState)
    demand_one_of("reason", reason, NotAccepted)
    if seen is not None and len(report_ids) > 1:
        raise BadInput("seen", "several", "--seen speaks of one report.")
    told = Step(MatterState(state), NotAccepted(reason) if reason else None, to, note_from(note), approval)
    done, failed = _decide_each(report_ids, told, seen, anyway=anyway, as_json=as_json)
    if as_json:
        print_json({"matters": done})
    if failed:
        raise typer.Exit(2)


@matter.command("repeats")
def repeats(report_id: ReportId, as_json: AsJson = False) -> None:
    """Keep the other reports of its case with it, those on which nobody has decided yet."""
    with working() as (handler, access):
        kept = handler.keep_repeats(report_id, access)
    if as_json:
        print_json({"kept": kept})
        return
    say(f"已并案 {len(kept)} 件 · {len(kept)} reports are kept with it.")


@matter.command("pause")
def pause(report_id: ReportId, note: Why, clock: One = None, as_json: AsJson = False) -> None:
    """Stop the clocks of a matter, saying why; no time goes by until they run on."""
    from triage.model import ClockAct

    _wind(report_id, ClockAct.PAUSE, note, clock, as_json=as_json)


@matter.command("resume")
def resume(report_id: ReportId, note: Why, clock: One = None, as_json: AsJson = False) -> None:
    """Let the clocks of a matter run on, saying why."""
    from triage.model import ClockAct

    _wind(report_id, ClockAct.RESUME, note, clock, as_json=as_json)


@matter.command("escalate")
def escalate(report_id: ReportId, note: Why, clock: One = None, as_json: AsJson = False) -> None:
    """Note that somebody above was told of a clock, and who."""
    from triage.model import ClockAct

    _wind(report_id, ClockAct.ESCALATE, note, clock, as_json=as_json)


def _decide_each(
    report_ids: list[str], told: Step, seen: int | None, *, anyway: bool, as_json: bool
) -> tuple[list[object], int]:
    """Takes each report the step: what became of it or why it was refused, as JSON, and how many were.

    Of several one that is refused stops none of the others; of one alone the trouble is raised.
    """
    from triage.chinese import both
    from triage.errors import TriageError

    done: list[object] = []
    failed = 0
    with working() as (handler, access):
        for report_id in dict.fromkeys(report_ids):
            try:
                found = handler.decide(report_id, told, access, seen, anyway=anyway)
            except TriageError as error:
                if len(report_ids) == 1:
                    raise
                failed += 1
                done.append({"id": report_id, **trouble_of(error, "report")})
                words = both(error.sentence)
            else:
                done.append(handler.told(found.line))
                words = state_words(found.line.state)
            if not as_json:
                say(f"{report_id}: {words}")
    return done, failed


def _wind(report_id: str, act: ClockAct, note: Path, clock: str | None, *, as_json: bool) -> None:
    from triage.model import ClockName

    demand_one_of("clock", clock, ClockName)
    name = ClockName(clock) if clock else None
    with working() as (handler, access):
        tell(handler.wind(report_id, act, access, note_from(note) or "", name), handler, as_json=as_json)
