"""`triage refer`: the queue of reports proposed to discipline investigators."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, goes_on_at, print_json, say, table

if TYPE_CHECKING:
    from triage.store import ReferralRow

ReferralId = Annotated[str, typer.Argument(metavar="ID", help="The proposal's id, or its report's.")]

refer = typer.Typer(help="Reports proposed to discipline investigators.", no_args_is_help=True)


class Listed(StrEnum):
    """Which proposals are listed."""

    PROPOSED = "proposed"
    TAKEN = "taken"


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(refer, name="refer")


@refer.command("list")
def listed(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, gravest first.")] = 50,
    state: Annotated[
        Listed, typer.Option(help="Open proposals, or those that somebody has taken over.")
    ] = Listed.PROPOSED,
    cursor: Annotated[str | None, typer.Option(help="Goes on where a page ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List proposals, gravest first."""
    from triage.cli.workplace import opened_store, own_access
    from triage.model import ReferralState
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        page = store.proposals.page(access, state=ReferralState(state.value), limit=limit, cursor=cursor)
        names = {office.id: office.name for office in store.offices()}
    if as_json:
        print_json({"referrals": page.rows, "total": page.total, "cursor": page.cursor})
        return
    taken = state is Listed.TAKEN
    table(
        "已承办 · Taken over" if taken else "建议移送 · Proposed to discipline investigators",
        ("编号 report", "风险 risk", "收到 received", "类别 categories", "被反映人 accused", "承办 office",
         "承办人 taken by" if taken else "理由 why"),
        [_line(row, names, taken) for row in page.rows],
    )  # fmt: skip
    say(f"共 {page.total} 件，本页 {len(page.rows)} 件 · {len(page.rows)} of {page.total}")
    if page.cursor:
        say(goes_on_at(page.cursor))


def _line(row: ReferralRow, offices: dict[str, str], taken: bool) -> tuple[str, ...]:
    """A proposal as a line of the table."""
    from triage.cli.showing import LEVELS, RANKS, labels, why

    proposal = row.referral
    return (
        proposal.report_id,
        LEVELS[proposal.level.value] + (" 紧急!" if row.urgent else ""),
        row.received_at.date().isoformat(),
        labels(row.categories),
        RANKS[proposal.accused_level.name.lower()],
        offices.get(proposal.office_id or "", "—"),
        f"{proposal.taken_by} {proposal.taken_at:%Y-%m-%d}" if taken else why(proposal.reasons),
    )


@refer.command("take")
def take(referral_id: ReferralId, as_json: AsJson = False) -> None:
    """Take a proposal over: it leaves the open list and stands under --state taken."""
    row = _done(referral_id, give_back=False)
    if as_json:
        print_json({"referral": row})
    else:
        say(f"已承办 · You have taken over the proposal on {row.referral.report_id}.")


@refer.command("give-back")
def give_back(referral_id: ReferralId, as_json: AsJson = False) -> None:
    """Give a proposal back that you have taken over; a supervisor does it for others too."""
    row = _done(referral_id, give_back=True)
    if as_json:
        print_json({"referral": row})
    elif row.referral.state == "withdrawn":
        say("已退回并撤回 · Given back, and withdrawn: a person has decided since that it is not to be referred.")
    else:
        say(f"已退回 · The proposal on {row.referral.report_id} is open again.")


def _done(referral_id: str, *, give_back: bool) -> ReferralRow:
    from triage.cli.workplace import opened_store, own_access
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        act = store.proposals.give_back if give_back else store.proposals.take
        return act(referral_id, access)


@refer.command("show")
def shown(
    report_id: Annotated[str, typer.Argument(metavar="ID", help="The report's or the proposal's id.")],
    as_json: AsJson = False,
) -> None:
    """Show one proposal with the report and the reasons, or what became of it."""
    from triage.cli.showing import LEVELS, describe
    from triage.cli.workplace import opened_store, own_access
    from triage.jsonl import report_of
    from triage.policy import load_policy
    from triage.review import as_held
    from triage.settings import get_settings
    from triage.shown import shown as covered

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        found = store.referral(report_id, access)
        told = covered(as_held(store.row(found.referral.report_id, access), load_policy(settings.data_dir)))
        names = {office.id: office.name for office in store.offices()}
    if as_json:
        print_json({"referral": found, "report": report_of(told)})
        return
    proposal = found.referral
    say(
        f"建议移送 · Proposed {proposal.proposed_at:%Y-%m-%d} to {names.get(proposal.office_id or '', 'no known office')}: {', '.join(proposal.reasons)}"
    )
    now = told.row.priority.level
    if proposal.level.rank > now.rank:
        say(
            f"提出时{LEVELS[proposal.level.value]}，现{LEVELS[now.value]} · The report is less grave by now than it was."
        )
    if proposal.state in {"withdrawn", "replaced"}:
        why_not = "a person decided so" if proposal.state == "withdrawn" else "a later reading took its place"
        say(f"已不再建议移送 · It is no longer proposed: {why_not}.")
    if proposal.taken_at is not None:
        say(f"已承办 · Taken over {proposal.taken_at:%Y-%m-%d} by {proposal.taken_by}.")
    for line in describe(told):
        say(line)
