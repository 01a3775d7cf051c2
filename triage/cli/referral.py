"""`triage refer`: the queue of reports proposed to discipline investigators."""

from __future__ import annotations

from typing import Annotated

import typer

from triage.cli.output import AsJson, print_json, say, table

refer = typer.Typer(help="Reports proposed to discipline investigators.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(refer, name="refer")


@refer.command("list")
def listed(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, gravest first.")] = 50, as_json: AsJson = False
) -> None:
    """List proposals, gravest first."""
    from triage.cli.showing import LEVELS, RANKS, labels, why
    from triage.cli.workplace import opened_store, own_access
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        rows = store.referrals(own_access(store, settings), limit=limit)
        names = {office.id: office.name for office in store.offices()}
    if as_json:
        print_json({"referrals": rows})
        return
    table(
        "建议移送 · Proposed to discipline investigators",
        ("编号 report", "风险 risk", "收到 received", "类别 categories", "被反映人 accused", "承办 office", "理由 why"),
        [
            (
                row.referral.report_id,
                LEVELS[row.referral.level.value] + (" 紧急!" if row.urgent else ""),
                row.received_at.date().isoformat(),
                labels(row.categories),
                RANKS[row.referral.accused_level.name.lower()],
                names.get(row.referral.office_id or "", "—"),
                why(row.referral.reasons),
            )
            for row in rows
        ],
    )


@refer.command("show")
def shown(
    report_id: Annotated[str, typer.Argument(metavar="ID", help="The report's or the proposal's id.")],
    as_json: AsJson = False,
) -> None:
    """Show one proposal with the report and the reasons, or what became of it."""
    from triage.cli.showing import describe
    from triage.cli.workplace import opened_store, own_access
    from triage.jsonl import report_of
    from triage.policy import load_policy
    from triage.review import as_held
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        found = store.referral(report_id, access)
        row = as_held(store.row(found.referral.report_id, access), load_policy(settings.data_dir))
        names = {office.id: office.name for office in store.offices()}
    if as_json:
        print_json({"referral": found, "report": report_of(row)})
        return
    proposal = found.referral
    say(
        f"Proposed {proposal.proposed_at:%Y-%m-%d} to {names.get(proposal.office_id or '', 'no known office')}: {', '.join(proposal.reasons)}"
    )
    if proposal.state != "proposed":
        why_not = "a person decided so" if proposal.state == "withdrawn" else "a later reading took its place"
        say(f"已不再建议移送 · It is no longer proposed: {why_not}.")
    for line in describe(row):
        say(line)
