"""An invented report of one month: every kind of cell, column and picture stands in it once at least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from triage.trends.document import (
    Bars,
    Cell,
    Column,
    ColumnKind,
    Document,
    HeatMap,
    Hidden,
    Lines,
    Missing,
    Number,
    Place,
    Provenance,
    Section,
    Series,
    Table,
    Text,
    Tile,
    TileMap,
    Value,
    Words,
    same,
)

HIDDEN = Hidden()
UNKNOWN = Missing(Text("当月无记录", "no record of that month"))
REPORTS = Text("件", "reports")
MONTHS = [*(f"2018-{number:02}" for number in (11, 12)), *(f"2019-{number:02}" for number in range(1, 12))]
CATEGORIES = (
    (Text("贪污侵占", "Embezzlement"), (31, 24)),
    (Text("吃拿卡要", "Extortion of favours"), (18, 20)),
    (Text("数字脱贫", "Falsified exit from poverty"), (12, 6)),
    (Text("优亲厚友", "Favouring relatives"), (None, 7)),
    (Text("资金不公开", "Funds not disclosed"), (None, None)),
)
DIVISIONS = (
    ("5101", Text("成都市", "Chengdu"), 14), ("5103", Text("自贡市", "Zigong"), None),
    ("5104", Text("攀枝花市", "Panzhihua"), None), ("5113", Text("南充市", "Nanchong"), 9),
    ("5119", Text("巴中市", "Bazhong"), 8), ("5132", Text("阿坝藏族羌族自治州", "Aba"), 7),
    ("5134", Text("凉山彝族自治州", "Liangshan"), 41),
)  # fmt: skip


def words(text: Text | str) -> Words:
    return Words(same(text) if isinstance(text, str) else text)


def value(given: float | None) -> Value:
    return HIDDEN if given is None else Number(given)


def column(name: str, zh: str, en: str, kind: ColumnKind, decimals: int = 0) -> Column:
    return Column(name, Text(zh, en), kind, decimals=decimals)


def table(name: str, title: Text, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], **more: object) -> Table:
    return replace(Table(name, title, tuple(columns), tuple(tuple(row) for row in rows)), **more)


def counts() -> Section:
    kinds = [
        column("category", "类别", "Category", ColumnKind.WORDS),
        column("count", "本月", "This month", ColumnKind.COUNT),
        column("before", "上月", "Month before", ColumnKind.COUNT),
        column("share", "占比", "Share", ColumnKind.SHARE, 1),
        column("amount", "涉及金额", "Sums told", ColumnKind.MONEY),
    ]
    rows = [
        [
            words(name),
            value(now),
            value(before),
            Number(now / 88, now / 88 - 0.03, now / 88 + 0.03) if now else HIDDEN,
            Number(now * 1_234_500) if now else UNKNOWN,
        ]
        for name, (now, before) in CATEGORIES
    ]
    by_category = table(
        "by_category",
        Text("按类别", "By category"),
        kinds,
        rows,
        note=Text("一件可计入多个类别。", "A report can count under several categories."),
    )
    bars = Bars(
        "bars_category",
        Text("各类别件数，本月与上月", "Reports by category, this month and the month before"),
        "by_category",
        Text("贪污侵占最多，较上月多七件。", "Embezzlement leads, seven more than the month before."),
        Text("按类别的条形图，五类，其中两类不予显示。", "Bars for five categories, two of them hidden."),
        REPORTS,
        tuple(name for name, _ in CATEGORIES),
        tuple(
            Series(title, tuple(value(pair[at]) for _, pair in CATEGORIES))
            for at, title in enumerate((Text("本月", "This month"), Text("上月", "Month before")))
        ),
    )
    sentences = (Text("本月收到举报88件，上月74件。", "88 reports came in, 74 the month before."),)
    return Section("counts", Text("数量", "Counts"), sentences, (by_category,), (bars,))


def months() -> Section:
    seen: list[Value] = [Number(40 + 3 * at, 33 + 3 * at, 47 + 3 * at) for at in range(len(MONTHS))]
    seen[4], seen[7], seen[12] = UNKNOWN, HIDDEN, Number(88, 70, 104)
    other: list[Value] = [Number(30 - at) for at in range(len(MONTHS))]
    by_month = table(
        "by_month",
        Text("按月", "By month"),
        [
            column("month", "月份", "Month", ColumnKind.MONTH),
            column("count", "件数", "Reports", ColumnKind.COUNT),
            column("letters", "来信", "Letters", ColumnKind.COUNT),
            column("days", "办结用时", "Time to close", ColumnKind.DAYS, 1),
        ],
        [
            [words(month), seen[at], other[at], UNKNOWN if at > 9 else Number(30.5 + at)]
            for at, month in enumerate(MONTHS)
        ],
    )
    lines = Lines(
        "lines_month",
        Text("十三个月走势", "Thirteen months"),
        "by_month",
        Text("十一月高于预期区间的中线。", "November lies above the middle of what was expected."),
        Text("两条折线，三月与六月处断开。", "Two lines with gaps in March and June."),
        REPORTS,
        tuple(same(month) for month in MONTHS),
        (Series(Text("全部", "All"), tuple(seen)), Series(Text("来信", "Letters"), tuple(other))),
    )
    return Section("months", Text("走势", "Over time"), (), (by_month,), (lines,))


def places() -> Section:
    by_place = table(
        "by_place",
        Text("按地区", "By region"),
        [
            column("code", "代码", "Code", ColumnKind.CODE),
            column("place", "地区", "Region", ColumnKind.WORDS),
            column("count", "件数", "Reports", ColumnKind.COUNT),
            column("rate", "每十万人", "Per 100,000 people", ColumnKind.NUMBER, 2),
        ],
        [
            *([words(code), words(name), value(n), Number(n / 7) if n else HIDDEN] for code, name, n in DIVISIONS),
            [words("51"), words(Text("合计", "Total")), Number(88), UNKNOWN],
        ],
        total=True,
    )
    grid = table(
        "place_by_category",
        Text("地区与类别", "Region and category"),
        [
            column("place", "地区", "Region", ColumnKind.WORDS),
            *(column(f"c{at}", name.zh, name.en, ColumnKind.COUNT) for at, (name, _) in enumerate(CATEGORIES)),
        ],
        [[words(name), *(cell_of(at, n) for at in range(5))] for _, name, n in DIVISIONS],
    )
    tiles = TileMap(
        "map_place",
        Text("各市州件数", "Reports by prefecture"),
        "by_place",
        Text("凉山州近半。", "Close to half of them come from Liangshan."),
        Text("七个市州的方格图。", "A grid of seven prefectures."),
        REPORTS,
        tuple(Tile(code, name, value(n)) for code, name, n in DIVISIONS),
    )
    heat = HeatMap(
        "heat_place",
        Text("地区与类别的热图", "Heat map of region and category"),
        "place_by_category",
        Text("凉山州各类别都高。", "Liangshan is high in every category."),
        Text("七行五列的热图。", "A heat map of seven rows and five columns."),
        REPORTS,
        tuple(name for _, name, _ in DIVISIONS),
        tuple(name for name, _ in CATEGORIES),
        tuple(tuple(cell_of(at, n) for at in range(5)) for _, _, n in DIVISIONS),
    )
    return Section("places", Text("地区", "Regions"), (), (by_place, grid), (tiles, heat))


def cell_of(at: int, number: int | None) -> Value:
    return HIDDEN if number is None or number // (at + 1) < 5 else Number(number // (at + 1))


def document() -> Document:
    """The report; its figures do not mean anything."""
    method = Section(
        "method",
        Text("方法说明", "Method"),
        (Text("按收到月份（上海时间）计数。", "Counted by month of receipt in Shanghai."),),
        notes=(Text("小于5的数不予显示。", "Counts below 5 are hidden."),),
    )
    return Document(
        month="2019-11",
        place=Place("51", Text("四川省", "Sichuan")),
        title=Text("四川省2019年11月举报情况月报", "Sichuan: reports in November 2019"),
        total=Number(88),
        headline=(
            Text("本月收到88件，较上月多14件。", "88 reports came in, 14 more than the month before."),
            Text("=凉山州贪污侵占明显上升。", "=Embezzlement rose clearly in Liangshan."),
        ),
        sections=(counts(), months(), places()),
        method=method,
        provenance=Provenance("2019-12-02T01:00:00Z", "linear-20191101", "2019.1", "3", 5),
    )
