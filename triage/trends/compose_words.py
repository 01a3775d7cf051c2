"""Words and small parts that the sections of the monthly report share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpora.divisions import Divisions
from corpora.programmes import load_programmes
from corpora.taxonomy import load_taxonomy
from triage.trends.document import (
    Bars,
    Cell,
    Column,
    ColumnKind,
    Hidden,
    Missing,
    Number,
    Series,
    Table,
    Text,
    Value,
    Words,
    same,
)
from triage.trends.places import named
from triage.trends.safety import REST

REPORTS = Text("件", "reports")
_MOST_ALIKE = 3
THIS, BEFORE, YEAR_BEFORE = (
    Text("本月", "This month"),
    Text("上月", "Month before"),
    Text("去年同月", "Same month last year"),
)
GROUPS = {
    "screening": Text("识别", "Screening"),
    "funds": Text("资金", "Funds"),
    "exits": Text("退出", "Exit"),
    "projects": Text("项目", "Projects"),
    "conduct": Text("作风", "Conduct"),
    "other": Text("其他", "Other"),
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def month_words(month: str) -> Text:
    """2019年11月, November 2019."""
    number = int(month[5:])
    return Text(f"{month[:4]}年{number}月", f"{_MONTHS[number - 1]} {month[:4]}")


def reports_words(number: int) -> str:
    """So many reports, in English: 1 report, 1,200 reports."""
    return f"{number:,} report{'' if number == 1 else 's'}"


def category_words(code: str) -> Text:
    """What a category is called; a code of an own scheme stands as it is."""
    known = load_taxonomy().get(code)
    return Text(known.zh, known.en) if known else same(code or "—")


def place_words(node: str) -> Text:
    """What a division is called; of a rest, that its reports are not located further."""
    if node.endswith(REST):
        return Text("未定到下级地区", "Not located further")
    return named(node) if node else Text("未定到地区", "No place known")


def short_place(code: str) -> Text:
    """The name of a division alone, without those above it."""
    known = Divisions.load().get(code)
    return Text(known.name, named(code).en.split(",")[0]) if known else same(code)


def listed(words: Iterable[Text]) -> Text:
    """Words one after the other, at least one."""
    found = list(words)
    english = [one.en for one in found]
    last = f"{', '.join(english[:-1])} and {english[-1]}" if len(english) > 1 else english[-1]
    return Text("、".join(one.zh for one in found), last)


def compared_table(
    name: str, title: Text, first: Column, rows: Sequence[tuple[Text, Value, Value, Value]], note: Text | None = None
) -> Table:
    """A table of this month, the month before and the same month of the year before."""
    columns = (
        first,
        Column("count", THIS, ColumnKind.COUNT),
        Column("before", BEFORE, ColumnKind.COUNT),
        Column("year_before", YEAR_BEFORE, ColumnKind.COUNT),
    )
    cells: tuple[tuple[Cell, ...], ...] = tuple((Words(label), *values) for label, *values in rows)
    return Table(name, title, columns, cells, note=note)


def bars(
    table: Table,
    title: Text,
    rows: Sequence[tuple[Text, Value, Value, Value]],
    whole: Value | None = None,
    most: int = 20,
) -> tuple[Bars, ...]:
    """Bars of this month and the month before; none where nothing is shown. ``whole`` is what the rows are parts of."""
    shown = rows[:most]
    if not any(isinstance(value, Number) and value.value for _, value, *_ in shown):
        return ()
    reading = most_told(
        [(label, value) for label, value, *_ in rows], Text("最多的是{}", "The most are under {}"), whole
    )
    alt = Text(f"{title.zh}的条形图；数字见表。", f"Bars: {title.en.lower()}; the table has the figures.")
    series = [Series(THIS, tuple(row[1] for row in shown))]
    if any(isinstance(row[2], Number) for row in shown):
        series.append(Series(BEFORE, tuple(row[2] for row in shown)))
    labels = tuple(row[0] for row in shown)
    return (Bars(f"bars_{table.name}"[:41], title, table.name, reading, alt, REPORTS, labels, tuple(series)),)


def most_told(named: Sequence[tuple[Text, Value]], words: Text, whole: Value | None = None) -> Text:
    """Which of several is the largest, by what is shown alone.

    Args:
        named: each with its name.
        words: the sentence with a gap for the names, without its stop.
        whole: what they are parts of, if they are; what it leaves for the hidden ones may be too little for any of them.
    """
    shown = [int(value.value) for _, value in named if isinstance(value, Number)]
    most, hidden = max(shown, default=0), any(isinstance(value, Hidden) for _, value in named)
    if not most:
        if hidden and shown:
            return Text("显示的数均为零，其余不予显示。", "Numbers that are shown are zero; others are hidden.")
        if hidden:
            return Text("各项件数均不予显示。", "No number is shown.")
        return Text("没有举报。", "There are no reports.") if shown else Text("尚无数据。", "There are no data yet.")
    names = _few([name for name, value in named if isinstance(value, Number) and value.value == most])
    zh, en = words.zh.format(names.zh), words.en.format(names.en)
    if hidden and not (isinstance(whole, Number) and whole.value - sum(shown) <= most):
        return Text(
            f"在显示的数中，{zh}；不予显示的可能更多。",
            f"{en}, as far as numbers are shown; a hidden one may be larger.",
        )
    return Text(f"{zh}。", f"{en}.")


def _few(names: Sequence[Text]) -> Text:
    """Names one after the other; of many the first three."""
    if len(names) <= _MOST_ALIKE:
        return listed(names)
    more, first = len(names) - _MOST_ALIKE, names[:_MOST_ALIKE]
    return Text("、".join(one.zh for one in first) + f"等{len(names)}项", ", ".join(one.en for one in first) + f" and {more} more")  # fmt: skip


def not_told(value: Hidden | Missing, few: int) -> Text:
    """That the number of a month is not shown, or cannot be had; a hidden one need not be small itself."""
    if isinstance(value, Missing):
        return Text(f"本月没有件数：{value.reason.zh}。", f"There is no number of this month: {value.reason.en}.")
    return Text(
        f"本月件数不予显示：少于{few}件，或会由它推出另一个过小的数。",
        f"The number of this month is not shown: it is below {few}, or would give another small one away.",
    )


def by_size(value: Value) -> tuple[int, float]:
    """For sorting: numbers first, the largest in front; then hidden ones, then those that cannot be had."""
    if isinstance(value, Number):
        return 0, -float(value.value)
    return (1, 0.0) if isinstance(value, Hidden) else (2, 0.0)


def programme_words(code: str) -> Text:
    """What a group of programmes is called."""
    return next((Text(one.zh, one.en) for one in load_programmes() if one.code == code), same(code))


def amount_words(band: str) -> Text:
    """What a band of amounts is called, by its least whole yuan."""
    return _BANDS.get(band, same(band))


_BANDS = {
    "-1": Text("未提金额", "No amount named"),
    "0": Text("不满1000元", "Below 1,000 yuan"),
    "1000": Text("1000元以上不满1万元", "1,000 to below 10,000 yuan"),
    "10000": Text("1万元以上不满3万元", "10,000 to below 30,000 yuan"),
    "30000": Text("3万元以上不满20万元", "30,000 to below 200,000 yuan"),
    "200000": Text("20万元以上不满300万元", "200,000 to below 3 million yuan"),
    "3000000": Text("300万元以上", "3 million yuan and more"),
}
CODES = {
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
    "own": Text("自办", "Own"),
    "down": Text("转下级", "Passed down"),
    "on": Text("转其他机关", "Passed on"),
}
RANKS = (
    Text("未点明", "None named"),
    Text("村级", "Village"),
    Text("乡镇级", "Township"),
    Text("县级", "County"),
    Text("地市级", "Prefecture"),
    Text("省级", "Province"),
    Text("中央", "Nation"),
)
