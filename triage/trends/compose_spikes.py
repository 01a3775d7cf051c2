"""The sections on what stands out: spikes and slow rises by county and category, and the cases behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpora.taxonomy import load_taxonomy
from triage.store import Store
from triage.trends.compose_words import category_words, listed, place_words, reports_words
from triage.trends.counted import Counted
from triage.trends.document import Cell, Column, ColumnKind, Hidden, Number, Section, Table, Text, Words, same
from triage.trends.spikes import DRIFT_MONTHS, LEAST_PAST, RATE, TWO_YEARS, Verdicts, judge

_MOST_TOLD, _MOST_NAMED, _MOST_CASES = 20, 5, 5
_ALL_REPORTS = 1_000_000
_SIGNALS = ("falsified_exit", "staged_evaluation", "inflated_income", "rushed_exit")
_TITLE = Text("异常上升", "What stands out")
_AT_RATE = f"{RATE:.0%}"


@dataclass(frozen=True, slots=True)
class StandingOut:
    """A series that stands out: where, under which category, and what its past let expect."""

    county: str
    category: str
    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found; ``tested`` is None where nothing was judged, ``short`` where the past is too short for it.

    ``veiled`` stand out too, but their number may not be shown: for readers of reports alone, because whoever knows that a
    hidden number stands out knows that it is not small.
    """

    spikes: tuple[StandingOut, ...]
    drifts: tuple[StandingOut, ...]
    tested: int | None
    short: bool = False
    veiled: tuple[StandingOut, ...] = ()


def judged(counted: Counted) -> Judged:
    """Judges the counties of the place, if the month's number of any of them is shown.

    Whether a county without a shown number ever had a report is not told: it would be known to be empty or not.
    """
    series, known = counted.series, load_taxonomy()
    rows = [at for at, county in enumerate(series.counties) if county.startswith(counted.place)]
    columns = [at for at, code in enumerate(series.categories)
               if (one := known.get(code)) is None or one.misconduct]  # fmt: skip
    counties, codes = [series.counties[at] for at in rows], [series.categories[at] for at in columns]
    months = series.months
    if len(months) <= LEAST_PAST:
        return Judged((), (), None, short=True)
    if not codes or not any(counted.number(counted.month, county) for county in counties):
        return Judged((), (), None)
    counts = series.counts[np.ix_(rows, columns)].astype(float)
    verdicts = judge(counts, [county[:2] for county in counties], int(months[0][5:]), counted.threshold)
    if verdicts is None:
        return Judged((), (), None, short=True)
    spikes, drifts = (
        [_told(verdicts, counties[row], codes[column], row, column) for row, column in which]
        for which in (verdicts.spikes, verdicts.drifts)
    )
    return Judged(
        tuple(one for one in spikes if _is_shown(counted, one)),
        tuple(one for one in drifts if _is_shown(counted, one)),
        verdicts.tested,
        veiled=tuple(one for one in (*spikes, *drifts) if not _is_shown(counted, one)),
    )


def _is_shown(counted: Counted, one: StandingOut) -> bool:
    return counted.number(counted.month, one.county, one.category) is not None


def spike_section(counted: Counted, found: Judged) -> Section:
    """Spikes with the range that was expected, and slow rises; or that there are none."""
    tables = [
        _table(name, title, counted, which)
        for name, title, which in (
            ("spikes", Text("高于预期的县与类别", "Counties and categories above what was expected"), found.spikes),
            ("drifts", Text("缓慢上升的县与类别", "Counties and categories that rise slowly"), found.drifts),
        )
        if which
    ]
    notes = () if found.tested is None else (_method(found.tested),)
    return Section("spikes", _TITLE, tuple(sentences(counted, found)), tuple(tables), (), notes)


def sentences(counted: Counted, found: Judged, most: int = _MOST_TOLD) -> list[Text]:
    """What a leader reads of it: each county with spikes in words, at most so many, or that none is above what was expected."""
    if found.tested is None:
        return [_short_past() if found.short else _too_few()]
    counties = list(dict.fromkeys(one.county for one in found.spikes))
    told = [_spike(counted, [one for one in found.spikes if one.county == county]) for county in counties[:most]]
    more = len(counties) - len(told)
    if more:
        told.append(
            Text(
                f"另有{more}个县高于历史预期，此处未列。",
                f"{more} more {'county is' if more == 1 else 'counties are'} above what the past lets expect.",
            )
        )
    if not told:
        told = [
            Text(
                "在件数可以显示的县与类别中，没有明显高于历史预期的。",
                "No county and category whose number is shown is clearly above what its past lets expect.",
            )
        ]
    return [*told, *_rising(found.drifts, min(DRIFT_MONTHS, len(counted.series.months)))]


def _short_past() -> Text:
    return Text(
        f"历史数据不足{LEAST_PAST}个月，尚不能判断哪里异常。",
        f"There are fewer than {LEAST_PAST} months of past: what stands out cannot be told yet.",
    )


def _too_few() -> Text:
    return Text(
        "本月各县的件数过少或不予显示，不判断哪里异常。",
        "Each county's number of this month is too small or is not shown: what stands out is not judged.",
    )


def _rising(drifts: Sequence[StandingOut], months: int) -> list[Text]:
    """Slow rises over so many months in one sentence."""
    if not drifts:
        return []
    names, more = _names(drifts[:_MOST_NAMED]), len(drifts) - _MOST_NAMED
    zh, en = (f"，另有{more}处", f", and {more} more") if more > 0 else ("", "")
    past = Text("十二", "twelve") if months == DRIFT_MONTHS else same(str(months))
    return [Text(f"近{past.zh}个月缓慢上升：{names.zh}{zh}。", f"Rising slowly over {past.en} months: {names.en}{en}.")]


def _names(found: Sequence[StandingOut]) -> Text:
    return listed(
        Text(
            f"{place_words(one.county).zh}“{category_words(one.category).zh}”",
            f"{category_words(one.category).en} in {place_words(one.county).en}",
        )
        for one in found
    )


def behind_section(store: Store, counted: Counted, found: Judged) -> Section | None:
    """The cases behind the spikes: for those who read reports; None for others."""
    if not counted.access.role.reads_text:
        return None
    rows: list[tuple[Cell, ...]] = []
    # Once closed it is read by whoever reads the place: no case bears the id of a report of elsewhere
    access = replace(counted.access, place_prefixes=(counted.place,))
    everything = (*found.spikes, *found.drifts, *found.veiled)
    for one in everything[:_MOST_TOLD]:
        reports = store.monthly.behind(access, counted.month, one.county, one.category, _ALL_REPORTS)
        cases = Counter(case or report for report, case in reports)
        for case, _ in sorted(cases.items(), key=lambda item: (-item[1], item[0]))[:_MOST_CASES]:
            rows.append((Words(place_words(one.county)), Words(category_words(one.category)), Words(same(case))))
    if not rows:
        return None
    columns = (
        Column("county", Text("县", "County"), ColumnKind.WORDS),
        Column("category", Text("类别", "Category"), ColumnKind.WORDS),
        Column("case", Text("案件或举报编号", "Case or report"), ColumnKind.CODE),
    )
    title = Text("异常背后的案件", "The cases behind what stands out")
    table = Table("spike_cases", title, columns, tuple(rows), key=3)
    note = Text(
        "用 triage show 编号 或网页查看；只列每处最大的五件。",
        "Look at them with `triage show`; of each, the five largest cases alone are listed.",
    )
    notes = (note, *_left_out(len(everything)))
    return Section("spike_cases", title, _veiled(found.veiled), (table,), (), notes, readers_only=True)


def _veiled(found: Sequence[StandingOut]) -> tuple[Text, ...]:
    """What stands out although its number may not be shown."""
    if not found:
        return ()
    names, more = _names(found[:_MOST_TOLD]), len(found) - _MOST_TOLD
    zh, en = (f"，另有{more}处", f", and {more} more") if more > 0 else ("", "")
    return (Text(f"件数不予显示、但同样异常：{names.zh}{zh}。", f"Standing out too, with numbers that are not shown: {names.en}{en}."),)  # fmt: skip


def _left_out(number: int) -> tuple[Text, ...]:
    """That a list ends before all are told; nothing where it does not."""
    more = number - _MOST_TOLD
    if more <= 0:
        return ()
    return (
        Text(f"只列前{_MOST_TOLD}处，另有{more}处。", f"The first {_MOST_TOLD} are listed; there are {more} more."),
    )


def spot_check_section(counted: Counted) -> Section | None:
    """Counties where reports of falsified exits and staged evaluations weigh most, for whoever looks on the spot.

    Numbers are those that may be shown; the share is of all reports of the county in the month.
    """
    counties = [county for county in counted.series.counties if county.startswith(counted.place)]
    found: list[tuple[float, str, str, int]] = []
    for county in counties:
        total = counted.number(counted.month, county)
        for code in _SIGNALS:
            number = counted.number(counted.month, county, code)
            if total and number:
                found.append((number / total, county, code, number))
    if not found:
        return None
    columns = (
        Column("county", Text("县", "County"), ColumnKind.WORDS),
        Column("category", Text("类别", "Category"), ColumnKind.WORDS),
        Column("count", Text("本月", "This month"), ColumnKind.COUNT),
        Column("share", Text("占该县举报", "Of the county's reports"), ColumnKind.SHARE),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Words(place_words(county)), Words(category_words(code)), Number(number), Number(round(share, 3)))
        for share, county, code, number in sorted(found, key=lambda one: (-one[0], *one[1:]))[:_MOST_TOLD]
    )
    title = Text("建议抽查的县", "Counties to look at on the spot")
    notes = (Text("举报只是线索，不等于事实。", "Reports are hints, not facts."), *_left_out(len(found)))
    return Section("spot_check", title, (), (Table("spot_check", title, columns, rows, key=2),), (), notes)


def _told(verdicts: Verdicts, county: str, code: str, row: int, column: int) -> StandingOut:
    low, high = verdicts.expected.range(row, column)
    return StandingOut(county, code, float(verdicts.expected.mean[row, column]), low, high)


def _spike(counted: Counted, found: Sequence[StandingOut]) -> Text:
    """A county's spikes in one sentence, the strangest first."""
    parts = []
    for one in found:
        number, category = counted.number(counted.month, one.county, one.category) or 0, category_words(one.category)
        usual = _usual(one, counted.threshold)
        parts.append(
            (f"“{category.zh}”{number}件（{usual.zh}）", f"{reports_words(number)} under {category.en} ({usual.en})")
        )
    place = place_words(found[0].county)
    seasons = len(counted.series.months) > TWO_YEARS
    past = Text("历史与季节", "its own past and the season") if seasons else Text("历史", "its own past")
    return Text(
        f"{place.zh}本月明显高于{past.zh}的预期：{'，'.join(zh for zh, _ in parts)}。",
        f"{place.en} stands out against {past.en}: {', '.join(en for _, en in parts)}.",
    )


def _usual(one: StandingOut, threshold: int) -> Text:
    """What was expected. Of less than the threshold no more is told: it would tell of the hidden numbers of the past."""
    if one.high < threshold:
        return Text(f"预期少于{threshold}件", f"fewer than {threshold} expected")
    if one.low == one.high:
        return Text(f"预期{one.low}件", f"{one.low} expected")
    return Text(f"预期{one.low}至{one.high}件", f"{one.low} to {one.high} expected")


def _table(name: str, title: Text, counted: Counted, found: tuple[StandingOut, ...]) -> Table:
    columns = (
        Column("county", Text("县", "County"), ColumnKind.WORDS),
        Column("category", Text("类别", "Category"), ColumnKind.WORDS),
        Column("count", Text("本月", "This month"), ColumnKind.COUNT),
        Column("expected", Text("预期（95%区间）", "Expected (95 % range)"), ColumnKind.NUMBER),
        Column("before", Text("上月", "Month before"), ColumnKind.COUNT),
    )
    few = counted.threshold
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Words(place_words(one.county)),
            Words(category_words(one.category)),
            counted.value(counted.month, one.county, one.category),
            Hidden() if one.high < few else Number(round(one.mean), one.low, one.high),
            counted.value(counted.before, one.county, one.category),
        )
        for one in found[:_MOST_TOLD]
    )
    notes = [*_left_out(len(found))]
    if any(isinstance(row[3], Hidden) for row in rows):
        notes.append(Text(f"预期不予显示的，少于{few}件。", f"Where the expectation is hidden, fewer than {few} were expected."))  # fmt: skip
    note = Text("".join(one.zh for one in notes), " ".join(one.en for one in notes)) if notes else None
    return Table(name, title, columns, rows, key=2, note=note)


def _method(tested: int) -> Text:
    return Text(
        f"共检验{tested}个县与类别的序列，错误发现率控制在{_AT_RATE}（Benjamini–Hochberg）；历史不足两年时不计季节。",
        f"{tested:,} series of a county and a category were tested; the false discovery rate is held at {_AT_RATE} "
        "(Benjamini and Hochberg). With less than two years of past there is no season.",
    )
