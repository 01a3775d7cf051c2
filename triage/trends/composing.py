"""Composes the report of a month: the one place where counts become a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from corpora.divisions import Divisions
from corpora.taxonomy import load_taxonomy
from models.errors import ModelError
from models.registry import Registry
from triage.errors import BadInput
from triage.model import Access
from triage.policy import Policy, load_policy
from triage.store import Store
from triage.store.monthly import COUNTY
from triage.text.dates import SHANGHAI
from triage.trends.compose_clearing import clearing_section
from triage.trends.compose_emerging import emerging_section, typical_section
from triage.trends.compose_error import error_table, tallies_of
from triage.trends.compose_progress import progress_section
from triage.trends.compose_schemes import schemes_section
from triage.trends.compose_spikes import Judged, behind_section, judged, sentences, spike_section, spot_check_section
from triage.trends.compose_tables import category_section, months_section, part_sections, region_section
from triage.trends.compose_words import month_words, not_told
from triage.trends.counted import Counted, checked_month, count
from triage.trends.document import Document, Number, Place, Provenance, Section, Table, Text, Value
from triage.trends.opening import letters_read
from triage.trends.places import place_of
from triage.trends.safety import ROOT
from triage.trends.spikes import RATE

Clock = Callable[[], datetime]
_MEASURED = Text(
    "类别件数出自模型，其准确率、查全率和由此估计的件数见“类别件数的误差”一表。",
    "Counts by category are the model's; its precision and recall, and what the counts stand for by them, are in the table of errors.",
)
_UNMEASURED = Text(
    "所用模型未附分类别的评测误差，故各类别件数没有误差区间；读数时请留意。",
    "The model in use carries no evaluation figures by category, so that counts by category have no error range: read them with care.",
)
_NOT_SHOWN = Text(
    "所用模型附有分类别的评测误差，但本月没有列出可据以估计的类别件数。",
    "The model in use carries evaluation figures by category, but no count by category is shown that they would speak of.",
)
_LEAST_SHARE = 1000
_MOST_TOLD = 5
_STEP = 5


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def compose(store: Store, access: Access, month: str, place: str, clock: Clock = now) -> Document:
    """The report of a month and a place (a division's code; empty for the whole country), as counted now.

    Only what ``access`` may see and what lies in the place is counted; small cells are hidden.

    Raises:
        BadInput: the month is not written like 2019-11 or has not begun, or there is no such place.
        NotAllowed: a role that sees no figures.
    """
    return compose_to_close(store, access, month, place, clock)[0]


def compose_to_close(
    store: Store, access: Access, month: str, place: str, clock: Clock = now
) -> tuple[Document, bytes]:
    """As ``compose``, with the figures that are kept when the month is closed."""
    if checked_month(month) > clock().astimezone(SHANGHAI).strftime("%Y-%m"):
        raise BadInput("month", "not_begun", "This month has not begun; there is nothing to count yet.")
    where = place_of(place)
    policy = load_policy(store.settings.data_dir)
    counted = count(store, access, month, where.code, policy.figures.suppress_below)
    found = judged(counted)
    tallies = tallies_of(store)
    error = error_table(counted, tallies)
    read = letters_read(store, counted)
    sections = [
        months_section(counted),
        spike_section(counted, found),
        behind_section(store, counted, found),
        spot_check_section(counted),
        emerging_section(counted, read),
        schemes_section(store, counted, read),
        typical_section(store, counted),
        _with_error(category_section(counted), error),
        region_section(counted),
        *part_sections(counted),
        progress_section(store, counted, policy),
        clearing_section(store, counted, policy, clock()),
    ]
    total = counted.value(month, where.code)
    document = Document(
        month=month,
        place=where,
        title=_title(month, where),
        total=total,
        headline=_headline(counted, total, found),
        sections=tuple(section for section in sections if section is not None),
        method=_method(counted, _UNMEASURED if not tallies else _NOT_SHOWN if error is None else _MEASURED),
        provenance=_provenance(store, policy, clock),
    )
    return document, counted.kept()


def _provenance(store: Store, policy: Policy, clock: Clock) -> Provenance:
    return Provenance(
        counted_at=clock().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        model=model_in_use(store),
        taxonomy=load_taxonomy().version,
        policy=policy.version,
        threshold=policy.figures.suppress_below,
    )


def model_in_use(store: Store) -> str:
    """The version of the model that reads at present; a dash where none is trained yet."""
    try:
        return Registry(store.settings.models_dir).current() or "—"
    except ModelError:
        return "—"


def _title(month: str, place: Place) -> Text:
    words = month_words(month)
    return Text(f"{place.name.zh}{words.zh}举报情况月报", f"{place.name.en}: reports in {words.en}")


def _headline(counted: Counted, total: Value, found: Judged) -> tuple[Text, ...]:
    if isinstance(total, Number):
        before = counted.number(counted.before, counted.place)
        zh, en = ("", "") if before is None else (f"，上月{before}件", f"; in the month before: {before:,}")
        first = Text(f"本月收到举报{total.value}件{zh}。", f"Reports received in this month: {total.value:,}{en}.")
    else:
        first = not_told(total, counted.threshold)
    return (first, *sentences(counted, found, _MOST_TOLD), *_poor_share(counted))


def _poor_share(counted: Counted) -> tuple[Text, ...]:
    """The share of the 832 counties, rounded so far that no county can be reckoned from it; of large areas alone."""
    cells = counted.cells[counted.month].total
    known = Divisions.load()
    total = sum(number for division, number in cells.items() if len(division) >= COUNTY)
    if not counted.whole or total < _LEAST_SHARE or counted.safe[counted.month].total.value(ROOT) is None:
        return ()
    poor = sum(
        number for division, number in cells.items()
        if len(division) >= COUNTY and (county := known.get(division[:COUNTY])) is not None and county.poor
    )  # fmt: skip
    share = _STEP * round(100 * poor / total / _STEP)
    return (
        Text(f"到县的举报中约{share}%来自832个原国家级贫困县。", f"About {share} % of the reports with a known county come from the 832 former national poor counties."),
    )  # fmt: skip


def _with_error(section: Section, error: Table | None) -> Section:
    return section if error is None else replace(section, tables=(*section.tables, error))


def _method(counted: Counted, errors: Text) -> Section:
    few = counted.threshold
    told = [
        Text("按收到时间（上海时间）归月，密封件和读者须回避的举报从不计入。",
             "Months go by the time of receipt in Shanghai; sealed reports and those that the reader must not meet are never counted."),
        Text(f"小于{few}的数不予显示；凡能由合计或差数把它推到少于{few}种可能的，再隐去旁边最小的数。规则只看当月，故本月、下月和下级地区的月报隐去的相同。",
             f"Counts below {few} are hidden. Where sums and differences would leave a hidden number fewer than {few} possible values, the smallest beside it is hidden too. "
             "The rule looks at one month alone, so that this report, later ones and those of the places inside hide the same."),
        Text("以前各月的数，以本地区最先结账且列有该月的月报为准，不因迟到的举报而变。",
             "Earlier months stand as in the first closed report of this place that told of them, whatever came in later."),
        Text("类别、性质、级别、项目、金额与风险由模型读出，人员复核过类别的以复核为准。",
             "Categories, kinds, levels, programmes, amounts and risk are read by the model; categories that a person has reviewed are the person's."),
        errors,
        Text(f"异常：每个县与类别按自身历史和季节、向所在省收缩的负二项分布判断，错误发现率{RATE:.0%}（Benjamini–Hochberg；检验量是整数，概率只会偏大；标签重叠带来的是正相依）。"
             "以模拟检验：triage bench trends。",
             f"What stands out: each county and category is judged by a negative binomial distribution of its own past and season, drawn to its province; false discovery rate {RATE:.0%} "
             "(Benjamini and Hochberg: chances of whole numbers are never too small, and labels that overlap depend positively). Rehearsed by `triage bench trends`."),
    ]  # fmt: skip
    if not counted.whole:
        told.append(
            Text("按渠道、性质、风险等的分解只在本单位全部范围的月报中列出：逐地列出会互相推出不予显示的数。",
                 "Channels, kinds, risk and the like are told in the report of the office's whole area alone: told place by place they would give one another away.")
        )  # fmt: skip
    unread = sum(counted.cells[counted.month].unread.values())
    if unread:
        told.append(
            Text("部分举报的项目与金额尚未读出，相应各表未计入；运行 triage reconcile 后补齐。",
                 "Programmes and amounts of some reports are not read yet and are missing in these tables; `triage reconcile` adds them.")
        )  # fmt: skip
    return Section("method", Text("方法说明", "Method"), tuple(told))
