"""Composes the report of a month: the one place where counts become a document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from corpora.taxonomy import load_taxonomy
from models.errors import ModelError
from models.registry import Registry
from triage.model import Access
from triage.policy import load_policy
from triage.store import Store
from triage.trends.counting import month_figures
from triage.trends.document import (
    Bars,
    Cell,
    Column,
    ColumnKind,
    Document,
    Hidden,
    Number,
    Place,
    Provenance,
    Section,
    Series,
    Table,
    Text,
    Value,
    Words,
    same,
)
from triage.trends.figures import Table as Counts
from triage.trends.places import named, place_of, within

Clock = Callable[[], datetime]
_REPORTS = Text("件", "reports")
_BY = {
    "category": Text("类别", "Category"),
    "county": Text("区县", "County"),
    "channel": Text("渠道", "Channel"),
    "risk": Text("风险", "Risk"),
    "kind": Text("性质", "Kind"),
}
_SHOWN = 20


def compose(store: Store, access: Access, month: str, place: str, clock: Clock = lambda: datetime.now(UTC)) -> Document:
    """The report of a month and a place (a division's code; empty for the whole country), as counted now.

    Only what ``access`` may see and what lies in the place is counted; small cells are hidden.

    Raises:
        BadInput: the month is not written like 2019-11, or there is no such place.
        NotAllowed: a role that sees no figures.
    """
    where = place_of(place)
    policy = load_policy(store.settings.data_dir)
    threshold = policy.figures.suppress_below
    figures = month_figures(store, within(access, where.code), month, threshold)
    total = Hidden() if figures.total is None else Number(figures.total)
    return Document(
        month=month,
        place=where,
        title=_title(month, where),
        total=total,
        headline=(_headline(total, threshold),),
        sections=tuple(_section(table) for table in figures.tables),
        method=_method(threshold),
        provenance=Provenance(
            counted_at=clock().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            model=model_in_use(store),
            taxonomy=load_taxonomy().version,
            policy=policy.version,
            threshold=threshold,
        ),
    )


def model_in_use(store: Store) -> str:
    """The version of the model that reads at present; a dash where none is trained yet."""
    try:
        return Registry(store.settings.models_dir).current() or "—"
    except ModelError:
        return "—"


def _title(month: str, place: Place) -> Text:
    year, number = month.split("-")
    names = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")  # fmt: skip
    return Text(
        f"{place.name.zh}{year}年{int(number)}月举报情况月报",
        f"{place.name.en}: reports in {names[int(number) - 1]} {year}",
    )


def _headline(total: Value, threshold: int) -> Text:
    if isinstance(total, Number):
        return Text(f"本月收到举报{total.value}件。", f"Reports received in this month: {total.value:,}.")
    return Text(f"本月收到的举报少于{threshold}件。", f"Fewer than {threshold} reports were received in this month.")


def _section(counts: Counts) -> Section:
    title = _BY[counts.name]
    cells = [(_label(counts.name, cell.value), _value(cell.count)) for cell in counts.cells]
    columns = (
        Column(counts.name, title, ColumnKind.WORDS),
        Column("count", Text("件数", "Reports"), ColumnKind.COUNT),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple((Words(label), value) for label, value in cells)
    heading = Text(f"按{title.zh}", f"By {title.en.lower()}")
    overlap = Text("一件举报可计入多个类别。", "A report can count under several categories.")
    table = Table(f"by_{counts.name}", heading, columns, rows, note=None if counts.partition else overlap)
    return Section(counts.name, heading, (), (table,), _bars(table, heading, cells[:_SHOWN]))


def _bars(table: Table, title: Text, cells: list[tuple[Text, Value]]) -> tuple[Bars, ...]:
    first = next((label for label, value in cells if isinstance(value, Number)), None)
    if first is None:
        return ()
    return (
        Bars(
            f"bars_{table.name}",
            title,
            table.name,
            Text(f"最多的是{first.zh}。", f"Most are under {first.en}."),
            Text(f"{title.zh}的条形图；数字见表。", f"Bars of reports {title.en.lower()}; the table has the figures."),
            _REPORTS,
            tuple(label for label, _ in cells),
            (Series(Text("本月", "This month"), tuple(value for _, value in cells)),),
        ),
    )


def _value(count: int | None) -> Value:
    return Hidden() if count is None else Number(count)


def _label(by: str, value: str) -> Text:
    if by == "category":
        known = load_taxonomy().get(value)
        return Text(known.zh, known.en) if known else same(value or "—")
    if by == "county":
        return named(value) if value else Text("未定到地区", "No place known")
    return _CODES.get(value, same(value or "—"))


def _method(threshold: int) -> Section:
    return Section(
        "method",
        Text("方法说明", "Method"),
        (
            Text("按收到时间（上海时间）归月，密封件从不计入。", "Months go by the time of receipt in Shanghai; sealed reports are never counted."),
            Text(
                f"小于{threshold}的数不予显示；可由合计推出它的另一个数也不显示。",
                f"Counts below {threshold} are hidden, and so is another one that would give them away by subtraction.",
            ),
            Text("类别、性质与风险由模型提出，人员复核的以复核为准。", "Categories, kinds and risk are the model's, or a person's where one has reviewed them."),
        ),
    )  # fmt: skip


_CODES = {
    "web": Text("网站", "Web"),
    "api": Text("接口", "API"),
    "hotline": Text("热线", "Hotline"),
    "letter": Text("来信", "Letter"),
    "visit": Text("来访", "Visit"),
    "chat": Text("在线咨询", "Chat"),
    "transfer": Text("转来", "Transfer"),
    "low": Text("低", "Low"),
    "person": Text("须人工看", "For a person to read"),
    "medium": Text("中", "Medium"),
    "high": Text("高", "High"),
    "grave": Text("重大", "Grave"),
    "accusation": Text("检举控告", "Accusation"),
    "appeal": Text("申诉", "Appeal"),
    "criticism": Text("批评建议", "Criticism or suggestion"),
    "out_of_scope": Text("业务范围外", "Out of scope"),
    "without_substance": Text("无实质内容", "Without substance"),
}
