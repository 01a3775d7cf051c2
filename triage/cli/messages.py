"""`triage message`: what the office writes to whoever holds a receipt, and what they have added."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, note_from, print_json, say, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.store.dialogue_rows import Thread

message = typer.Typer(
    help="Messages to whoever holds a receipt, and what they have added (docs/dialogue.md).", no_args_is_help=True
)
ReportId = Annotated[str, typer.Argument(metavar="ID", help="The report's id, or that of one that was added to it.")]


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(message, name="message")


@message.command("send")
def send(
    report_id: ReportId,
    text: Annotated[
        Path,
        typer.Option("--text-from", help="File with what the reporter is to read; - reads standard input."),
    ],
    seen: Annotated[
        str | None, typer.Option(help="What `message list` told: refused if something was written or added since.")
    ] = None,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Send it although it names somebody whom the report accuses, or who wrote it."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write to whoever holds the receipt: a question, or how it ended. No facts of the case, no receipt, no name."""
    from triage import dialogue
    from triage.cli.workplace import at_work

    with at_work() as (store, access):
        told = note_from(text, "text-from") or ""
        thread = dialogue.send(store, report_id, told, access, seen, anyway=anyway)
    _tell(thread, as_json=as_json)


@message.command("list")
def listed(
    report_id: ReportId,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="Where the page before ended: shows older messages.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the newest messages about a report, and whether the office's newest was fetched."""
    from triage import dialogue
    from triage.cli.workplace import at_work

    with at_work() as (store, access):
        thread = dialogue.thread(store, report_id, access, limit, cursor)
    _tell(thread, as_json=as_json)


@message.command("waiting")
def waiting(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 100, as_json: AsJson = False
) -> None:
    """List reports to which something was added that nobody has answered, longest waiting first."""
    from triage.cli.workplace import at_work
    from triage.dialogue import told_unanswered

    with at_work() as (store, access):
        page = store.dialogue.waiting(access, limit)
    if as_json:
        print_json({"waiting": [told_unanswered(line) for line in page.lines], "more": page.more})
        return
    columns = ("编号 report", "等候自 since (UTC)", "补充 added", "最新一件 newest")
    rows = [(line.report_id, f"{line.since:%Y-%m-%d %H:%M}", str(line.count), line.newest_id) for line in page.lines]
    table("待答复 · Waiting for an answer", columns, rows)
    if rows:
        say("查看并答复 · Read and answer: triage message list ID, triage message send ID --text-from FILE")
    if page.more:
        say("还有更多 · More: ask for a larger --limit (at most 1000).")


def _tell(thread: Thread, *, as_json: bool) -> None:
    from triage.dialogue import told_thread

    if as_json:
        print_json(told_thread(thread))
        return
    for line in _lines(thread):
        say(line)


def _lines(thread: Thread) -> Iterator[str]:
    some = f"，此处 {len(thread.messages)} 条 shown here" if len(thread.messages) < thread.count else ""
    yield f"{thread.report_id}  {thread.count} 条 messages{some}"
    for one in thread.messages:
        who = f"本机关 office {one.by or ''}".rstrip() if one.ours else f"举报人 reporter {one.added_id}"
        yield f"{one.at:%Y-%m-%d %H:%M} UTC  {who}"
        yield "  " + one.text.replace("\n", "\n  ")
    if any(one.ours for one in thread.messages):
        yield (
            f"已于 {thread.fetched_on} 读取 · fetched on {thread.fetched_on}"
            if thread.fetched_on
            else "尚未读取 · not fetched yet"
        )
    if thread.cursor:
        yield f"更早的 · Older ones: triage message list {thread.report_id} --cursor {thread.cursor}"
    yield f"write on this with --seen {thread.seen}"
