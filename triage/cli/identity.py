"""`triage identity`: who a reporter is, asked for, decided on by custodians, and opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.cli.output import AsJson, demand_one_of, note_from, print_json, say, table

if TYPE_CHECKING:
    from triage.custody import CustodyDesk
    from triage.model import Access
    from triage.store.custody_rows import IdentityRequest, RequestLine

identity = typer.Typer(help="Who a reporter is: ask, let custodians decide, open.", no_args_is_help=True)
RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="The request's id, from `triage identity list`.")]
REASONS = {
    "feedback": "反馈 feedback",
    "question": "询问 question",
    "protection": "保护 protection",
    "verification": "核实身份 verification",
    "other": "其他 other",
}
STATES = {
    "waiting": "待保管人员决定 waiting",
    "approved": "已批准 approved",
    "refused": "已拒绝 refused",
    "withdrawn": "已撤回 withdrawn",
    "lapsed": "已失效 lapsed",
}
ACTS = {"approve": "批准 approved", "refuse": "拒绝 refused", "withdraw": "撤回 withdrawn", "open": "开启 opened"}
NEXT = {
    "waiting": "待保管人员 · Custodians decide: triage identity approve {request}, or refuse",
    "approved": "申请人可开启 · Whoever asked may open it: triage identity open {request}",
    "lapsed": "可重新申请 · It may be asked for anew: triage identity ask",
}
"""By state the next step, where there is one."""


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(identity, name="identity")


@contextmanager
def _working() -> Iterator[tuple[CustodyDesk, Access]]:
    from triage.cli.workplace import at_work
    from triage.custody import CustodyDesk

    with at_work() as (store, access):
        yield CustodyDesk.of(store), access


@identity.command("ask")
def ask(
    report_id: Annotated[str, typer.Argument(metavar="ID", help="The report's id.")],
    reason: Annotated[str, typer.Option(help="feedback, question, protection, verification or other.")],
    note: Annotated[
        Path,
        typer.Option("--note-from", help="File that tells custodians why, kept sealed; - reads standard input."),
    ],
    as_json: AsJson = False,
) -> None:
    """Ask who the reporter of a report is; custodians see report id, risk, reason and note, and nothing of the text."""
    from triage.model import IdentityReason

    demand_one_of("reason", reason, IdentityReason)
    with _working() as (desk, access):
        asked = desk.ask(report_id, IdentityReason(reason), note_from(note) or "", access)
        _tell(asked, desk, as_json=as_json)
        holding, needed = desk.custodians(), asked.line.standing.needed
    if holding < needed and not as_json:
        say(
            f"保管人员凭证仅 {holding} 个有效，需 {needed} 人批准 · Only {holding} custodians hold a token and {needed} have to "
            "approve: whoever looks after this system makes more with `triage token new --role custodian`."
        )


@identity.command("list")
def listed(
    everything: Annotated[
        bool, typer.Option("--all", help="For custodians: also what is decided, lapsed or withdrawn, newest first.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List requests: for custodians those that wait for them, oldest first; for others their own, newest first."""
    with _working() as (desk, access):
        page = desk.requests(access, everything=everything, limit=limit)
        if as_json:
            print_json({"requests": [desk.told(line) for line in page.lines], "more": page.more})
            return
        columns = (
            "申请 request",
            "举报 report",
            "风险 risk",
            "理由 reason",
            "批准 approvals",
            "状态 state",
            "期限 until",
        )
        rows = [_row(line, desk) for line in page.lines]
        table("举报人身份申请 · Requests for who a reporter is", columns, rows, whole=2)
    if page.more:
        say("还有更多 · More: ask for a larger --limit (at most 500).")


@identity.command("show")
def shown(request_id: RequestId, as_json: AsJson = False) -> None:
    """Show a request: why it was made, who has decided on it, how often it was opened."""
    with _working() as (desk, access):
        _tell(desk.request(request_id, access), desk, as_json=as_json)


@identity.command("approve")
def approve(
    request_id: RequestId,
    note: Annotated[
        Path | None, typer.Option("--note-from", help="File with a note, kept sealed; - reads standard input.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Approve a request, as a custodian; of high risk, urgent or unread reports a second one has to as well."""
    from triage.model import IdentityAct

    with _working() as (desk, access):
        _tell(desk.decide(request_id, IdentityAct.APPROVE, access, note_from(note)), desk, as_json=as_json)


@identity.command("refuse")
def refuse(
    request_id: RequestId,
    note: Annotated[Path, typer.Option("--note-from", help="File that says why, kept sealed; - reads standard input.")],
    as_json: AsJson = False,
) -> None:
    """Refuse a request, as a custodian, saying why; one refusal ends it."""
    from triage.model import IdentityAct

    with _working() as (desk, access):
        _tell(desk.decide(request_id, IdentityAct.REFUSE, access, note_from(note)), desk, as_json=as_json)


@identity.command("withdraw")
def withdraw(request_id: RequestId, as_json: AsJson = False) -> None:
    """Take an own request back."""
    with _working() as (desk, access):
        _tell(desk.withdraw(request_id, access), desk, as_json=as_json)


@identity.command("open")
def opened(request_id: RequestId, as_json: AsJson = False) -> None:
    """Print name and contact of the reporter, for whoever asked once it is approved; each time is in the audit log."""
    from triage.custody import told_identity

    with _working() as (desk, access):
        found = desk.open(request_id, access)
    if as_json:
        print_json({"identity": told_identity(found)})
        return
    say(f"姓名 name: {found.name or '—'}")
    say(f"联系方式 contact: {found.contact or '—'}")
    say("本次开启已记入审计日志，请勿抄录传阅 · This opening is in the audit log; do not pass it on.")


def _tell(found: IdentityRequest, desk: CustodyDesk, *, as_json: bool) -> None:
    if as_json:
        print_json({"request": desk.told_whole(found)})
        return
    told = desk.told(found.line)
    say(f"{told['id']}  {STATES[told['state']]}  {told['approvals']}/{told['needed']}  {_until(told)}".rstrip())
    say(f"举报 report {told['report']}  {_risk(found.line)}  {REASONS[told['reason']]}")
    say(f"  {found.line.asked_at:%Y-%m-%d %H:%M} UTC  申请 asked  {told['by']}  {found.note}")
    for one in found.acts:
        say(f"  {one.at:%Y-%m-%d %H:%M} UTC  {ACTS[one.act]}  {one.by}  {one.note or ''}".rstrip())
    if found.line.look_twice:
        say(
            "补充件已密封，可能涉及申请人，请慎重 · Something added to it lies sealed and may accuse whoever asks: look twice."
        )
    if (step := NEXT.get(told["state"])) is not None:
        say(step.format(request=told["id"]))


def _row(line: RequestLine, desk: CustodyDesk) -> tuple[str, ...]:
    told = desk.told(line)
    approvals = f"{told['approvals']}/{told['needed']}"
    return (line.id, line.report_id, _risk(line), REASONS[line.reason], approvals, STATES[told["state"]], _until(told))


def _risk(line: RequestLine) -> str:
    from triage.cli.showing import LEVELS

    return LEVELS[line.level.value] + (" 紧急 urgent" if line.urgent else "")


def _until(told: dict[str, Any]) -> str:
    if told["opens_until"] is not None:
        return f"{told['opens_until']:%Y-%m-%d %H:%M} UTC"
    return str(told["answer_by"] or "—")
