"""`triage sealed`: reports above the own level or on its head, their clocks, and the way up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, print_json, say, table, trouble_of

if TYPE_CHECKING:
    from triage.cli.passing import PassedUp, TakenIn
    from triage.model import Access
    from triage.referral.sealed import SealedLine
    from triage.store import Store
    from triage.store.packets import Opener

sealed = typer.Typer(help="Reports that have to go up: list, pass up, take in.", no_args_is_help=True)
WHY = {
    "accused_above_office": "高于本级 above own level",
    "accused_heads_office": "本机关负责人 own head",
    "accused_in_office": "本机关及其人员 own office",
}
STATES = {
    "running": "计时中 running",
    "due_soon": "即将到期 due soon",
    "overdue": "已逾期 OVERDUE",
    "passed_up": "已上报 passed up",
}


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(sealed, name="sealed")


@sealed.command("list")
def listed(as_json: AsJson = False) -> None:
    """List sealed reports as stubs: where each has to go, why, and how long there is; what goes at once first.

    Under TRIAGE_TOKEN, which must be a custodian's (a supervisor's shows those above the own level, and makes no packet), else as the host.
    """
    from triage.cli.passing import way_up_access
    from triage.cli.workplace import opened_store
    from triage.operation.pressing import sealed_now
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        lines, above = sealed_now(store, way_up_access(store, settings))
    if as_json:
        print_json({"sealed": lines})
        return
    columns = ("编号 report", "收到 received", "原因 why", "期限 due", "剩余 left", "状态 state")
    table("封存举报 · Sealed reports", columns, [_row(line) for line in lines])
    say(f"报往 · They go up to: {above.name if above else 'an office above that is not among the known offices'}")


def _row(line: SealedLine) -> tuple[str, ...]:
    from triage.text.dates import SHANGHAI

    def day(moment: object) -> str:
        return f"{moment:%Y-%m-%d}"

    state = "立即上报 AT ONCE" if line.at_once and line.passed_up_at is None else STATES[line.state.value]
    if line.passed_up_at is not None:
        state += f" {day(line.passed_up_at.astimezone(SHANGHAI))}" + (f" ×{line.packets}" if line.packets > 1 else "")
    left = "—" if line.left is None else f"{line.left} {'工作日' if line.unit == 'working_days' else '天'}"
    received, why = day(line.received_at.astimezone(SHANGHAI)), WHY.get(line.reason, line.reason)
    return line.id, received, why, day(line.due), left, state


@sealed.command("pass-up")
def pass_up(
    report_ids: Annotated[list[str], typer.Argument(metavar="ID…", help="From `triage sealed list`.")],
    key_file: Annotated[Path, typer.Option("--key-file", help="Public key of the office above (its pass-up.pub).")],
    out: Annotated[Path, typer.Option(help="Folder for the packets, one file for each report.")],
    as_json: AsJson = False,
) -> None:
    """Write packets that the office above alone can open, and note that the reports went up; for custodians.

    A packet that was lost is made again in the same way, in another folder.
    """
    from triage.cli import passing
    from triage.cli.workplace import opened_store
    from triage.errors import TriageError
    from triage.settings import get_settings
    from triage.store.packets import read_recipient

    settings, recipient = get_settings(), read_recipient(passing.read_key_file(key_file))
    told: list[dict[str, object]] = []
    with opened_store(settings) as store:
        access = passing.way_up_access(store, settings)
        for report_id in dict.fromkeys(report_ids):
            try:
                told.append(_object(passing.pass_up(store, report_id, recipient, out, access)))
            except TriageError as error:
                told.append({"report": report_id, **trouble_of(error, "report")})
    gone = [line for line in told if "rule" not in line]
    if as_json:
        print_json({"packets": told})
    else:
        for line in told:
            say(f"{line['report']}: {_what(line) or line['file']}")
            if line in gone:
                say(f"  密件 packet {_grouped(line['digest'])}")
        if gone:
            key = _grouped(recipient.fingerprint)
            say(f"封存所用公钥，请向上级核对 · Sealed to the key {key}: ask the office above whether it is theirs.")
    if len(gone) < len(told):
        raise typer.Exit(2)


@sealed.command("make-key")
def make_key(
    out: Annotated[Path, typer.Option(help="Folder for the pair; a key that is there is never overwritten.")],
    as_json: AsJson = False,
) -> None:
    """Make the pair of keys of an office that takes packets in: pass-up.key stays, pass-up.pub goes to those below."""
    from triage.cli.passing import PRIVATE, PUBLIC, write_pair

    fingerprint = write_pair(out)
    if as_json:
        print_json({"private": str(out / PRIVATE), "public": str(out / PUBLIC), "key": fingerprint})
        return
    say(
        f"私钥留在本机关，另存一份于保险柜 · {out / PRIVATE}: keep it here, and a copy in a safe; without it no packet can be opened."
    )
    say(
        f"公钥交给下级，并在电话中念下列数字核对 · {out / PUBLIC}: give it to the offices below, and read them these figures by telephone:"
    )
    say(_grouped(fingerprint))


@sealed.command("receive")
def receive(
    packets: Annotated[list[Path], typer.Argument(metavar="PACKET…", help="Files that an office below has made.")],
    key_file: Annotated[Path, typer.Option("--key-file", help="Private key of the own office (its pass-up.key).")],
    receipts: Annotated[Path | None, typer.Option(help="Write receipts of new reports to this file (0600).")] = None,
    work: Annotated[bool, typer.Option("--work/--no-work", help="Assess and index at once if no worker runs.")] = True,
    as_json: AsJson = False,
) -> None:
    """Take packets from offices below in as reports of this one; the same packet again adds nothing."""
    from triage.cli.importing import demand_writable
    from triage.cli.passing import read_key_file, way_up_access
    from triage.cli.workplace import opened_store
    from triage.settings import get_settings
    from triage.store.packets import read_opener

    settings, opener = get_settings(), read_opener(read_key_file(key_file))
    if receipts is not None:
        demand_writable(receipts)
    with opened_store(settings) as store:
        access = way_up_access(store, settings)
        told = [_received(store, file, opener, access, receipts) for file in packets]
        if as_json:
            print_json({"packets": told})
        else:
            for line in told:
                say(f"{line['file']}: {_what(line) or _came(line)}")
        if work:
            from triage.cli.running import work_here_or_wait

            work_here_or_wait(store, settings)
    if any("rule" in line for line in told):
        raise typer.Exit(2)


def _received(store: Store, file: Path, opener: Opener, access: Access, receipts: Path | None) -> dict[str, object]:
    """Takes one packet in, and tells what became of it."""
    from triage.cli.importing import append_private
    from triage.cli.passing import take_in
    from triage.errors import BadInput

    try:
        one = take_in(store, file, opener, access)
    except BadInput as error:
        return {"file": file.name, **trouble_of(error, "report")}
    if receipts is not None and one.receipt is not None:
        append_private(receipts, [{"report": one.report, "receipt": one.receipt}])
    told = _object(one)
    # A receipt is shown to the reporter, and to nobody else
    del told["receipt"]
    return told


def _object(one: PassedUp | TakenIn) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(one)


def _what(line: dict[str, object]) -> str:
    """What is wrong, in words; empty where nothing is."""
    return f"{line['field']}: {line['detail']} [{line['rule']}]" if "rule" in line else ""


def _came(line: dict[str, object]) -> str:
    came = "was here already" if line["repeated"] else "taken in"
    sender = line["sender"] or "an office without a division"
    first = f", which adds to {line['adds_to']}" if line["adds_to"] else ""
    return f"{came} as {line['report']}, from {sender}, there {line['sent_as']}{first}\n  packet {_grouped(line['digest'])}"


def _grouped(digits: object) -> str:
    """The first 32 digits, as people read them to each other."""
    told = str(digits)[:32]
    return " ".join(told[at : at + 4] for at in range(0, len(told), 4))
