"""`triage review`: people say whether the model read rightly, and are asked first where it may have missed something."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, note_from, print_json, private_file, say, table
from triage.cli.unmasking import Reason, Unmasked, reason_of
from triage.plain import json_line

if TYPE_CHECKING:
    from triage.review import Agreement, Rate, Said
    from triage.store.records import Drawn, ReadRow
    from triage.store.seen import Seen

review = typer.Typer(help="Decide on what the model read, and see how far it agrees with people.", no_args_is_help=True)

ReportId = Annotated[str, typer.Argument(metavar="ID", help="The report's id.")]
Note = Annotated[Path | None, typer.Option(help="File with a note, kept sealed; - reads standard input.")]
SeenBefore = Annotated[
    str | None,
    typer.Option(
        "--seen",
        metavar="ID",
        help="What you looked at, as `next` and `show` tell it: refused where another reading or decision stands now.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(review, name="review")


@review.command("next")
def following(as_json: AsJson = False) -> None:
    """Show the next report to decide on, with what was read and why: of the review set, then what was rejected."""
    from triage.cli.showing import STRATA, describe
    from triage.cli.workplace import opened_store, own_access
    from triage.jsonl import report_of
    from triage.settings import get_settings
    from triage.shown import shown
    from triage.store.seen import Seen

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        drawn = store.reviews.waiting(access, 1)
        row = store.row(drawn[0].report_id, access) if drawn else None
    if as_json:
        print_json({"next": None if row is None else {**_drawn(drawn[0], row), "report": report_of(shown(row))}})
        return
    if row is None:
        say("待复核的都已处理 · No report waits for a decision.")
        return
    say(f"抽取原因 · drawn because: {STRATA.get(drawn[0].stratum, drawn[0].stratum)}")
    for line in describe(shown(row)):
        say(line)
    say("")
    name = f"{row.report.id} --seen {Seen.of(row)}"
    for words in (f"confirm {name}", f"reject {name}", f"correct {name} --category CODE --refer --no-urgent"):
        say(f"triage review {words}")


@review.command("list")
def listed(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, in the order to ask in.")] = 20,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="Only those whose reading was rejected and that nobody corrected.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the reports that wait for a decision: those of the review set, then those whose reading was rejected."""
    from triage.cli.showing import LEVELS, STRATA, labels
    from triage.cli.workplace import opened_store, own_access
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        drawn = store.reviews.rejected(access, limit) if rejected else store.reviews.waiting(access, limit)
        more = not rejected and len(drawn) == limit and bool(store.reviews.rejected(access, 1))
        rows = store.rows([one.report_id for one in drawn], access, "list")
    shown = [(one, rows[one.report_id]) for one in drawn if one.report_id in rows]
    if as_json:
        print_json({"waiting": [_waiting(one, row) for one, row in shown]})
        return
    table(
        "待复核 · Reports to decide on",
        ("编号 report", "收到 received", "风险 risk", "类别 categories", "移送概率 refer", "抽取原因 drawn because"),
        [
            (
                one.report_id,
                row.report.received_at.date().isoformat(),
                LEVELS[row.priority.level.value],
                labels(row.assessment.categories) or "—",
                f"{row.assessment.refer_probability:.2f}",
                STRATA.get(one.stratum, one.stratum),
            )
            for one, row in shown
        ],
    )
    if more:
        say("  另有已否定的待更正 · Rejected ones wait for a correction too: triage review list --rejected")


def _drawn(one: Drawn, row: ReadRow) -> dict[str, object]:
    """Why a report waits for a decision, and what is seen of it now, as JSON."""
    from triage.store.seen import Seen

    return {"stratum": one.stratum, "share": one.share, "seen": str(Seen.of(row))}


def _waiting(one: Drawn, row: ReadRow) -> dict[str, object]:
    """A report that waits for a decision, as JSON."""
    return {
        "id": one.report_id,
        **_drawn(one, row),
        "received_at": row.report.received_at,
        "level": row.priority.level,
        "categories": row.assessment.categories,
        "refer_probability": row.assessment.refer_probability,
    }


@review.command("confirm")
def confirm(report_id: ReportId, seen: SeenBefore = None, note: Note = None, as_json: AsJson = False) -> None:
    """Say that the reading is right: its categories, refer and urgent hold from now on."""
    from triage.model import Ruling
    from triage.review import Said

    _decide(report_id, Said(Ruling.CONFIRM, note=note_from(note, "note"), seen=_seen(seen)), as_json)


@review.command("correct")
def correct(
    report_id: ReportId,
    category: Annotated[
        list[str] | None, typer.Option(help="A category's code; repeated for each: the full set.")
    ] = None,
    refer: Annotated[
        bool | None, typer.Option("--refer/--no-refer", help="Whether investigators should get it.")
    ] = None,
    urgent: Annotated[
        bool | None, typer.Option("--urgent/--no-urgent", help="Whether somebody or something is in danger.")
    ] = None,
    seen: SeenBefore = None,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """Say what the reading should have been: the full set of categories, refer and urgent."""
    from triage.model import Ruling
    from triage.review import Said

    categories = None if category is None else tuple(category)
    _decide(report_id, Said(Ruling.CORRECT, categories, refer, urgent, note_from(note, "note"), _seen(seen)), as_json)


@review.command("reject")
def reject(report_id: ReportId, seen: SeenBefore = None, note: Note = None, as_json: AsJson = False) -> None:
    """Say that the reading is of no use; the report keeps its level and has no category until somebody corrects it."""
    from triage.model import Ruling
    from triage.review import Said

    _decide(report_id, Said(Ruling.REJECT, note=note_from(note, "note"), seen=_seen(seen)), as_json)


def _seen(word: str | None) -> Seen:
    """Who does not say what they looked at supersedes nobody else's decision."""
    from triage.store.seen import Seen

    return Seen.read(word or "")


def _decide(report_id: str, said: Said, as_json: bool) -> None:
    from triage.cli.showing import decided, labels
    from triage.cli.workplace import opened_store, own_access
    from triage.jsonl import review_of
    from triage.reviewing import open_panel
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        made = open_panel(settings, store).review(report_id, said, own_access(store, settings))
    if as_json:
        print_json(review_of(made))
        return
    for line in decided(made):
        say(line)
    flags = (
        ""
        if made.refer is None
        else f"  refer {'yes' if made.refer else 'no'}  urgent {'yes' if made.urgent else 'no'}"
    )
    say(f"现为 now: {labels(made.categories) or '—'}{flags}")
    say(
        "随后并入案件与索引 · The running worker brings it to its case and the index; "
        "`triage work --until-empty` does where none runs."
    )


@review.command("export")
def export(
    out: Annotated[Path | None, typer.Option(help="File to write (0600); standard output if left out.")] = None,
    unmasked: Unmasked = False,
    reason: Reason = None,
) -> None:
    """Write decided reports as labelled JSONL, as training and evaluation take them; holds their text, covered.

    A supervisor may unmask them.
    """

    from triage.cli.workplace import opened_store, own_access
    from triage.learning.reviewed import exported
    from triage.settings import get_settings
    from triage.shown import as_it_came, shown

    why = reason_of(unmasked, reason)
    settings = get_settings()
    told = shown if why is None else as_it_came
    with opened_store(settings) as store:
        access = own_access(store, settings)
        found = store.reviews.decided(access, "review export") if why is None else store.unmasking.decided(access, why)
        rows = (exported(told(row)) for row in found)
        if out is None:
            for row in rows:
                sys.stdout.write(json_line(row) + "\n")
            return
        with private_file(out) as file:
            for row in rows:
                file.write(json_line(row) + "\n")


@review.command("figures")
def figures(as_json: AsJson = False) -> None:
    """Estimate for all reports how far the model agrees with people, from the drawn ones they decided on."""
    from triage.cli.workplace import opened_store, own_access
    from triage.review import agreement
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        found = agreement(store.reviews.answered(access), store.reviews.strata(access))
    if as_json:
        print_json(found)
        return
    _print_figures(found)


def _print_figures(found: Agreement) -> None:
    from triage.cli.showing import STRATA

    rates = (
        ("移送召回 refer recall", found.refer_recall),
        ("移送精度 refer precision", found.refer_precision),
        ("紧急召回 urgent recall", found.urgent_recall),
        ("紧急精度 urgent precision", found.urgent_precision),
        ("类别全同 same categories", found.same_categories),
    )
    table(
        f"人机一致 · Agreement with people, estimated for all reports ({found.decided} decided, {found.chosen} of them chosen)",
        ("", "估计 estimate", "95 %", "份数 reports"),
        [(name, *_shown(rate)) for name, rate in rates],
    )
    table(
        "抽样层 · Strata",
        ("层 stratum", "概率 share", "总数 reports", "抽中 drawn", "已决 decided", "确认 confirmed"),
        [
            (
                STRATA.get(one.stratum, one.stratum),
                "" if one.share is None else f"{one.share:g}",
                *map(str, (one.reports, one.drawn, one.decided, one.confirmed)),
            )
            for one in found.strata
        ],
    )


def _shown(rate: Rate) -> tuple[str, str, str]:
    if rate.share is None:
        return "—", "—", "0"
    return f"{rate.share:.3f}", f"{rate.low:.3f}–{rate.high:.3f}", f"{rate.rows}{' 少 few' if rate.is_weak else ''}"
