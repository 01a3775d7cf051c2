"""`triage watch`: saved searches, how often they would have been met, and their alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.cli.output import AsJson, goes_on_at, print_json, say, table

if TYPE_CHECKING:
    from triage.model import Access
    from triage.search.watching import Alert, AlertPage, Watches

watch = typer.Typer(help="Saved searches that tell of new reports.", no_args_is_help=True)

Query = Annotated[str | None, typer.Argument(help='Words, "phrases", -not, as for `triage search`.')]
Category = Annotated[str | None, typer.Option(help="A category's code.")]
Place = Annotated[str | None, typer.Option(help="A division's code or name.")]
Month = Annotated[str | None, typer.Option(help="Month of receipt, like 2019-11.")]
Risk = Annotated[str | None, typer.Option(help="low, person, medium, high or grave.")]
Channel = Annotated[str | None, typer.Option(help="web, api, hotline, letter, visit, chat or transfer.")]
SearchId = Annotated[str, typer.Argument(metavar="ID", help="From `triage watch list`.")]

FIELDS = {"q": "词语 words", "category": "类别 category", "place": "地区 place", "month": "月份 month", "risk": "风险 risk",
          "channel": "渠道 channel"}  # fmt: skip
EVENTS = {"new": "新 new", "changed": "有变 changed"}


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(watch, name="watch")


@watch.command("estimate")
def estimate(
    query: Query = None,
    category: Category = None,
    place: Place = None,
    month: Month = None,
    risk: Risk = None,
    channel: Channel = None,
    as_json: AsJson = False,
) -> None:
    """Say how many hits a day a question would have had, saving nothing."""
    with _watches() as (watches, access):
        found = watches.estimate(_given(query, category, place, month, risk, channel), access)
    if as_json:
        print_json(found)
    else:
        say(found.told)


@watch.command("new")
def new(
    name: Annotated[str, typer.Argument(help="What you call it.")],
    query: Query = None,
    category: Category = None,
    place: Place = None,
    month: Month = None,
    risk: Risk = None,
    channel: Channel = None,
    as_json: AsJson = False,
) -> None:
    """Save a question: from now on each report that meets it raises one alert."""
    with _watches() as (watches, access):
        saved, found = watches.save(name, _given(query, category, place, month, risk, channel), access)
    if as_json:
        print_json({"search": saved, "estimate": found})
        return
    say(f"已保存 saved: {saved.id}  {saved.name}")
    say(found.told)


@watch.command("list")
def listed(as_json: AsJson = False) -> None:
    """List your saved searches with the number of their unseen alerts."""
    with _watches() as (watches, access):
        known = watches.mine(access)
    if as_json:
        print_json({"searches": known})
        return
    table(
        "已存检索 · Saved searches",
        ("编号 id", "名称 name", "条件 question", "未看 unseen", "暂停至 snoozed until"),
        [
            (
                one.id,
                one.name,
                _shown(one.question) + (f"（失效 finds nothing: {one.trouble}）" if one.trouble else ""),
                str(one.unseen),
                _day(one.snoozed_until) if one.snoozed_until else "",
            )
            for one in known
        ],
    )


@watch.command("alerts")
def alerts(
    seen_too: Annotated[bool, typer.Option("--all", help="Those already marked as seen too.")] = False,
    limit: Annotated[int, typer.Option(help="How many, the newest first; at most 200.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Goes on where a page ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show alerts, the newest first, with what made them fire; those of snoozed searches are only counted."""
    with _watches() as (watches, access):
        page = watches.alerts(access, seen_too=seen_too, limit=limit, cursor=cursor)
    if as_json:
        print_json(page)
    else:
        _print_alerts(page)


@watch.command("seen")
def seen(
    alert_ids: Annotated[list[str] | None, typer.Argument(metavar="ALERT…", help="From `triage watch alerts`.")] = None,
    up_to: Annotated[str | None, typer.Option(help="This alert and the older ones that were shown with it.")] = None,
    down_to: Annotated[
        str | None, typer.Option(help="The oldest alert of the page; without it all older ones too.")
    ] = None,
    shown_at: Annotated[
        str | None, typer.Option(help="When the page was made: what was held back then is not marked.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Mark alerts as seen."""
    from triage.search.snoozing import moment_of

    with _watches() as (watches, access):
        marked = watches.see(
            access, alert_ids, up_to, down_to=down_to, shown_at=moment_of(shown_at) if shown_at else None
        )
    if as_json:
        print_json({"seen": marked})
    else:
        say(f"已标为已看 {marked} 条 · {marked} alerts marked as seen.")


@watch.command("snooze")
def snooze(
    search_id: SearchId,
    until: Annotated[
        str | None,
        typer.Option(help="Day on which it wakes at 00:00 in Shanghai, like 2019-11-30; at most 90 days on."),
    ] = None,
    days: Annotated[int | None, typer.Option(help="In place of a day: after so many days, 1 to 90.")] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the alerts of a saved search back for a while; they are counted and shown later."""
    with _watches() as (watches, access):
        end = watches.snooze(search_id, access, until=until, days=days)
    if as_json:
        print_json({"id": search_id, "snoozed_until": end})
    else:
        say(
            f"暂停提醒至 {_day(end)}，其间的提醒留存 · Snoozed until {_day(end)} in Asia/Shanghai; its alerts are kept until then."
        )


@watch.command("wake")
def wake(search_id: SearchId, as_json: AsJson = False) -> None:
    """End a snooze at once."""
    with _watches() as (watches, access):
        watches.finder.store.saved.snooze(search_id, None, access)
    if as_json:
        print_json({"id": search_id, "snoozed_until": None})
    else:
        say("已恢复提醒，其间留存的已列入 · It is awake; what it held back stands among the alerts.")


@watch.command("remove")
def remove(search_id: SearchId, as_json: AsJson = False) -> None:
    """Remove a saved search with its alerts."""
    with _watches() as (watches, access):
        gone = watches.finder.store.saved.remove(search_id, access)
    if as_json:
        print_json({"removed": search_id, "alerts": gone})
    else:
        say(f"已删去，连同 {gone} 条提醒 · Removed, with {gone} alerts.")


@contextmanager
def _watches() -> Iterator[tuple[Watches, Access]]:
    from triage.cli.workplace import opened_store, own_access
    from triage.pipeline import open_finder
    from triage.search.watching import Watches
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        yield Watches(open_finder(settings, store)), access


def _given(*values: str | None) -> dict[str, str]:
    return {field: value for field, value in zip(FIELDS, values, strict=True) if value is not None}


def _print_alerts(page: AlertPage) -> None:
    if not page.alerts:
        say("没有新提醒 · No new alerts.")
    for one in page.alerts:
        for line in _lines(one):
            say(line)
    for held in page.held:
        say(f"暂停中 snoozed until {_day(held.until)}: {held.search}, 未看 unseen {held.alerts}")
    if page.alerts:
        newest, oldest = page.alerts[0].id, page.alerts[-1].id
        told = f"--up-to {newest} --down-to {oldest} --shown-at {page.shown_at.isoformat()}"
        say(f"本页标为已看 mark this page: triage watch seen {told}")
    if page.cursor:
        say(goes_on_at(page.cursor))


def _lines(one: Alert) -> Iterator[str]:
    from triage.cli.showing import LEVELS, labels

    seen_mark = "" if one.seen_at is None else "  已看 seen"
    yield f"{one.id}  {EVENTS.get(one.event, one.event)}  {one.search}{seen_mark}"
    received = _day(one.received_at)
    yield f"    {one.report_id}  收到 received {received}  {LEVELS[one.risk.value]}  {labels(one.categories)}"
    why = [f"{FIELDS['q']}: {'、'.join(one.why.words)}"] if one.why.words else []
    why += [_shown(one.why.filters)] if one.why.filters else []
    gone = "" if one.why.still else "（现已不符 no longer so）"
    yield f"    为何 why: {'；'.join(why) or '—'}{gone}"
    yield f"    原文 passage: {_marked(one)}"


def _marked(one: Alert) -> str:
    """The passage with what met the words in brackets."""
    text, at, parts = one.why.snippet.text, 0, []
    for start, end in one.why.snippet.spans:
        parts += [text[at:start], f"【{text[start:end]}】"]
        at = end
    return "".join([*parts, text[at:]]).replace("\n", " ")


def _shown(question: Mapping[str, Any]) -> str:
    from triage.cli.showing import LEVELS, label

    said: dict[str, Callable[[str], str]] = {"risk": lambda value: LEVELS.get(value, value), "category": label}
    return "；".join(
        f"{FIELDS.get(field, field)}: {said[field](str(value)) if field in said else value}"
        for field, value in question.items()
    )


def _day(moment: datetime) -> str:
    from triage.text.dates import SHANGHAI

    return str(moment.astimezone(SHANGHAI).date())
