"""Sections of plain counts: the months, categories, places, and the parts of the office's whole area."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpora.divisions import Divisions
from corpora.programmes import load_programmes
from corpora.taxonomy import load_taxonomy
from triage.model import Channel, Kind, Level, Rank
from triage.store.counted import BANDS_YUAN, NO_AMOUNT
from triage.trends.compose_words import (
    CODES,
    GROUPS,
    RANKS,
    REPORTS,
    amount_words,
    bars,
    by_size,
    category_words,
    compared_table,
    month_words,
    most_told,
    not_told,
    place_words,
    programme_words,
    reports_words,
    short_place,
)
from triage.trends.counted import Counted, steps_of
from triage.trends.document import (
    Cell,
    Column,
    ColumnKind,
    HeatMap,
    Lines,
    Number,
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
from triage.trends.safety import REST, ROOT

_LINES, _HEAT_ROWS, _HEAT_COLUMNS = 6, 12, 31
_Row = tuple[Text, Value, Value, Value]


def months_section(counted: Counted) -> Section:
    """All reports over twelve months, and beside the same month of the year before."""
    months = counted.line
    values = [counted.value(month, counted.place) for month in months]
    title = Text("近十二个月收到的举报", "Reports received over twelve months")
    columns = (
        Column("month", Text("月份", "Month"), ColumnKind.MONTH),
        Column("count", Text("件数", "Reports"), ColumnKind.COUNT),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Words(same(month)), value) for month, value in zip(months, values, strict=True)
    )
    table = Table("months", title, columns, rows)
    alt = Text("每月件数的折线；数字见表。", "A line of reports a month; the table has the figures.")
    line = Lines("lines_months", title, "months", _highest(months, values), alt, REPORTS,
                 tuple(map(same, months)), (Series(Text("举报", "Reports"), tuple(values)),))  # fmt: skip
    return Section("months", Text("总量", "All reports"), (_change(counted),), (table,), (line,))


def category_section(counted: Counted) -> Section:
    """Categories this month, the month before, the same month last year, and over twelve months."""
    known = load_taxonomy()
    codes = sorted({*known.codes, *counted.safe[counted.month].category})
    ranked = sorted(codes, key=lambda code: (by_size(counted.value(counted.month, counted.place, code)), code))
    rows = [(category_words(code), *_three(counted, counted.place, code)) for code in ranked]
    title = Text("按类别", "By category")
    overlap = Text("一件举报可计入多个类别。", "A report can count under several categories.")
    first = Column("category", Text("类别", "Category"), ColumnKind.WORDS)
    table = compared_table("by_category", title, first, rows, overlap)
    largest = [code for code in ranked[:_LINES] if counted.number(counted.month, counted.place, code)]
    tables, pictures = [table], list(bars(table, title, rows))
    if largest:
        lines_title = Text("主要类别近十二个月", "The largest categories over twelve months")
        columns = (Column("month", Text("月份", "Month"), ColumnKind.MONTH),
                   *(Column(code, category_words(code), ColumnKind.COUNT) for code in largest))  # fmt: skip
        cells: tuple[tuple[Cell, ...], ...] = tuple(
            (Words(same(month)), *(counted.value(month, counted.place, code) for code in largest))
            for month in counted.line
        )
        tables.append(Table("category_months", lines_title, columns, cells))
        series = tuple(
            Series(category_words(code), tuple(counted.value(month, counted.place, code) for month in counted.line))
            for code in largest
        )
        named = [(label, value) for label, value, *_ in rows]
        reading = most_told(named, Text("本月最多的是{}", "The most reports of this month are under {}"))
        alt = Text("主要类别每月件数的折线；数字见表。", "Lines of the largest categories; the table has the figures.")
        lines = Lines("lines_category", lines_title, "category_months", reading, alt, REPORTS,
                      tuple(map(same, counted.line)), series)  # fmt: skip
        return Section("category", title, _groups(counted), tuple(tables), (*pictures, lines))
    return Section("category", title, _groups(counted), tuple(tables), tuple(pictures))


def region_section(counted: Counted) -> Section:
    """The divisions inside the place: a table, a map of tiles, and categories against divisions."""
    inside, place = _divisions(counted), counted.place
    title = Text("按地区", "By region")
    ranked = sorted(inside, key=lambda code: (by_size(counted.value(counted.month, code)), code))
    rows = [(place_words(code), *_three(counted, code)) for code in ranked]
    first = Column("region", Text("地区", "Region"), ColumnKind.WORDS)
    table = compared_table("by_region", title, first, rows)
    whole = tuple(code for code in inside if not code.endswith(REST))
    if not rows or not whole:
        return Section("region", title, (), (table,))
    tiles = tuple(Tile(code, short_place(code), counted.value(counted.month, code)) for code in whole)
    named = [(place_words(code), counted.value(counted.month, code)) for code in ranked if code in set(whole)]
    words = Text("下级地区中，最多的是{}", "Of the divisions inside, the most reports come from {}")
    most = most_told(named, words, counted.value(counted.month, place))
    alt = Text("各地区件数的方格地图；数字见表。", "A map of tiles by reports; the table has the figures.")
    tile_map = TileMap(
        "map_region", Text("地区分布", "Where reports come from"), "by_region", most, alt, REPORTS, tiles
    )
    heat = _heat(counted, [code for code in ranked if code in set(whole)])
    tables = (table, heat[0]) if heat else (table,)
    pictures = (tile_map, heat[1]) if heat else (tile_map,)
    return Section("region", title, (), tables, pictures)


def part_sections(counted: Counted) -> list[Section]:
    """The office's whole area by channel, kind, risk, level of the accused, programme, amount and own or passed on."""
    if not counted.whole:
        return []
    return [_part(counted, *part) for part in _PARTS]


def _part(
    counted: Counted, name: str, title: Text, words: Callable[[str], Text], known: Sequence[str], ranked: bool
) -> Section:
    now, before, year = (
        counted.parts(month, name, known) for month in (counted.month, counted.before, counted.year_before)
    )
    order = sorted(known, key=lambda value: (by_size(now[value]), value)) if ranked else known
    rows: list[_Row] = [(words(value), now[value], before[value], year[value]) for value in order]
    heading = Text(f"按{title.zh}", f"By {title.en.lower()}")
    note = Text("一件举报可提到多个项目。", "A report can name several programmes.") if name == "programme" else None
    table = compared_table(f"by_{name}", heading, Column(name, title, ColumnKind.WORDS), rows, note)
    whole = None if name == "programme" else counted.value(counted.month, ROOT)
    return Section(name, heading, (), (table,), bars(table, heading, rows, whole))


def _code_words(code: str) -> Text:
    return CODES.get(code, same(code))


_PARTS: tuple[tuple[str, Text, Callable[[str], Text], tuple[str, ...], bool], ...] = (
    ("channel", Text("渠道", "Channel"), _code_words, tuple(Channel), True),
    ("kind", Text("性质", "Kind"), _code_words, tuple(Kind), True),
    ("risk", Text("风险", "Risk"), _code_words, tuple(level.value for level in reversed(Level)), False),
    ("accused_level", Text("被反映人级别", "Level of the accused"), lambda rank: RANKS[int(rank)],
     tuple(str(int(rank)) for rank in Rank), False),
    ("programme", Text("项目资金", "Programme"), programme_words, tuple(one.code for one in load_programmes()), True),
    ("amount", Text("涉及金额", "Amount"), amount_words, tuple(map(str, (NO_AMOUNT, *BANDS_YUAN))), False),
    ("way", Text("自办与转办", "Own and passed on"), _code_words, ("own", "down", "on"), False),
)  # fmt: skip


def _three(counted: Counted, node: str, category: str | None = None) -> tuple[Value, Value, Value]:
    now, before, year = (
        counted.value(month, node, category) for month in (counted.month, counted.before, counted.year_before)
    )
    return now, before, year


def _divisions(counted: Counted) -> list[str]:
    """All divisions right inside the place, those without reports too, and the rest that is located no further."""
    place = counted.place
    level = steps_of(place)
    known = [one.code for one in Divisions.load() if steps_of(one.code)[:-1] == level and one.code != place]
    children = {
        child
        for month in (counted.month, counted.before, counted.year_before)
        if month in counted.safe
        for child in counted.safe[month].total.tree.children.get(place, ())
    }
    return sorted({*known, *children})


def _heat(counted: Counted, places: Sequence[str]) -> tuple[Table, HeatMap] | None:
    """Categories against divisions: the largest of both."""
    shown = [code for code in places if counted.number(counted.month, code)][:_HEAT_COLUMNS]
    codes = sorted(counted.safe[counted.month].category,
                   key=lambda code: (by_size(counted.value(counted.month, counted.place, code)), code))[:_HEAT_ROWS]  # fmt: skip
    if not shown or not codes:
        return None
    title = Text("类别与地区", "Categories and regions")
    values = tuple(tuple(counted.value(counted.month, place, code) for place in shown) for code in codes)
    columns = (Column("category", Text("类别", "Category"), ColumnKind.WORDS),
               *(Column(f"p{place}", short_place(place), ColumnKind.COUNT) for place in shown))  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Words(category_words(code)), *row) for code, row in zip(codes, values, strict=True)
    )
    table = Table("category_region", title, columns, rows)
    reading = Text("颜色越深，件数越多；空格为不予显示。", "The darker, the more reports; gaps are not shown.")
    alt = Text("类别与地区的热力图；数字见表。", "A heat map of categories and regions; the table has the figures.")
    picture = HeatMap("heat_category_region", title, "category_region", reading, alt, REPORTS,
                      tuple(map(category_words, codes)), tuple(map(short_place, shown)), values)  # fmt: skip
    return table, picture


def _groups(counted: Counted) -> tuple[Text, ...]:
    """Groups of categories whose members are all shown, told in one sentence; for the office's whole area."""
    if not counted.whole or counted.safe[counted.month].total.value(ROOT) is None:
        return ()
    taxonomy = load_taxonomy()
    group_of = {category.code: category.group for category in taxonomy.categories}
    sums: dict[str, int] = {}
    for (_, codes), number in counted.cells[counted.month].labels.items():
        for group in {group_of.get(code, "") for code in _split(codes)} - {""}:
            sums[group] = sums.get(group, 0) + number
    members = {group: [code for code, of in group_of.items() if of == group] for group in sums}
    told = {group: number for group, number in sums.items() if _may_be_told(counted, number, members[group])}
    if not told:
        return ()
    ordered = sorted(told.items(), key=lambda one: (-one[1], one[0]))
    words = [(GROUPS.get(group, same(group)), number) for group, number in ordered]
    return (
        Text(
            "按大类（一件只计一次）：" + "，".join(f"{name.zh}{number}件" for name, number in words) + "。",
            "By group, each report once: " + ", ".join(f"{name.en} {number:,}" for name, number in words) + ".",
        ),
    )


def _may_be_told(counted: Counted, number: int, members: Sequence[str]) -> bool:
    """Whether a group, its rest of all reports and what several of its members share tell of no few reports."""
    shown = [counted.number(counted.month, counted.place, code) for code in members]
    known = [count for count in shown if count is not None]
    total = counted.number(counted.month, counted.place)
    if total is None or len(known) < len(shown) or number < counted.threshold:
        return False
    return not {total - number, sum(known) - number} & set(range(1, counted.threshold))


def _split(codes: str) -> list[str]:
    return [part.strip('" ') for part in codes.strip("[]").split(",")]


def _change(counted: Counted) -> Text:
    """This month beside the month before and the same month last year, as far as both may be shown."""
    value = counted.value(counted.month, counted.place)
    if not isinstance(value, Number):
        return not_told(value, counted.threshold)
    now = int(value.value)
    parts = []
    for month, zh, en in (
        (counted.before, "上月", "in the month before"),
        (counted.year_before, "去年同月", "in the same month last year"),
    ):
        then = counted.number(month, counted.place)
        if then is not None:
            parts.append(_beside(now - then, zh, en))
    words = month_words(counted.month)
    tail = Text("，".join(zh for zh, _ in parts), ", ".join(en for _, en in parts))
    return Text(
        f"{words.zh}收到{now}件" + (f"，{tail.zh}。" if parts else "。"),
        f"{reports_words(now)} came in {words.en}" + (f": {tail.en}." if parts else "."),
    )


def _beside(more: int, zh: str, en: str) -> tuple[str, str]:
    """How much more or less than in another month."""
    if not more:
        return f"与{zh}持平", f"as many as {en}"
    return (
        f"比{zh}{'多' if more > 0 else '少'}{abs(more)}件",
        f"{abs(more):,} {'more' if more > 0 else 'fewer'} than {en}",
    )


def _highest(months: Sequence[str], values: Sequence[Value]) -> Text:
    shown = [value.value for value in values if isinstance(value, Number)]
    words = Text("最多的是{}" + f"，{max(shown, default=0)}件", "The most came in {}" + f": {max(shown, default=0):,}")
    return most_told([(month_words(month), value) for month, value in zip(months, values, strict=True)], words)
