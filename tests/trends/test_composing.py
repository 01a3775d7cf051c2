"""The composed report: the figures are those of the rows, what stands out is told, what may not be counted is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from month_samples import column, table, take_in
from sqlalchemy import func, select

from triage.errors import BadInput, NotAllowed
from triage.model import Access, StaffRole, Stage
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.tables import matters, reports
from triage.trends.composing import compose
from triage.trends.counted import shifted
from triage.trends.document import Document, Hidden, Missing, Number, Text, Words, figures_alone
from triage.trends.reports import close, own_place, report_of

COUNTY, SPIKED, CALM = "513431", 18, 24
NEIGHBOURS = ("513432", "513429", "513436")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


@pytest.fixture(scope="module")
def made_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A calm year of four counties with six reports a month each, and many reports of one category in one of them in the last month."""
    folder = tmp_path_factory.mktemp("year") / "data"
    with Store.open(Settings(data_dir=folder)) as store:
        for back in range(-11, 1):
            month = shifted("2019-11", back)
            for county in (COUNTY, *NEIGHBOURS):
                for code in ("bribery", "coercion", "formalism", "formalism", "coercion", "dereliction"):
                    take_in(store, month, county, (code,))
        for _ in range(SPIKED):
            take_in(store, "2019-11", COUNTY, ("falsified_exit", "bribery"), channel="letter")
    return folder


@pytest.fixture
def year(made_year: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of that year: to take its reports in takes seconds."""
    shutil.copytree(made_year, tmp_path / "data")
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


def test_the_figures_are_those_of_a_direct_count(year: Store) -> None:
    document = compose(year, WORKER, "2019-11", "")
    with year._database.read() as connection:
        first, last = datetime(2019, 11, 1, tzinfo=UTC), datetime(2019, 12, 1, tzinfo=UTC)
        within = (reports.c.received_at >= first, reports.c.received_at < last)
        direct = connection.execute(select(func.count()).select_from(reports).where(*within)).scalar_one()
        by_channel = select(reports.c.channel, func.count()).where(*within).group_by(reports.c.channel)
        channels = {channel: number for channel, number in connection.execute(by_channel)}  # noqa: C416
    assert document.total == Number(direct) == Number(CALM + SPIKED)
    shown = column(table(document, "by_channel"))
    assert shown["来信"] == channels["letter"] == SPIKED
    assert shown["网站"] == channels["web"] == CALM
    categories = column(table(document, "by_category"))
    assert categories["虚假脱贫"] == SPIKED
    assert categories["吃拿卡要"] == SPIKED + 4
    assert column(table(document, "months"))["2019-10"] == CALM


def test_what_stands_out_is_told_in_words_with_what_was_expected_and_the_cases_behind(year: Store) -> None:
    document = compose(year, WORKER, "2019-11", "")
    told = next(text for text in document.headline if "昭觉县" in text.zh)
    assert f"“虚假脱贫”{SPIKED}件（预期少于5件）" in told.zh
    assert "Zhaojue" in told.en
    spikes = table(document, "spikes")
    assert {spikes.key_of(row) for row in spikes.rows} == {("四川省凉山彝族自治州昭觉县", "虚假脱贫")}
    # Three reports elsewhere hide the number of the other category here: it is told to those who may read them
    behind = next(section for section in document.sections if section.name == "spike_cases")
    assert behind.sentences[0].zh == "件数不予显示、但同样异常：四川省凉山彝族自治州昭觉县“吃拿卡要”。"
    assert {row[1].text.zh for row in behind.tables[0].rows if isinstance(row[1], Words)} == {"虚假脱贫", "吃拿卡要"}
    assert all(not section.readers_only for section in figures_alone(document).sections)


def test_counties_with_signals_of_falsified_exits_are_listed_for_the_spot(year: Store) -> None:
    listed = table(compose(year, WORKER, "2019-11", ""), "spot_check")
    assert column(listed, 2) == {"四川省凉山彝族自治州昭觉县": SPIKED}
    assert column(listed, 3) == {"四川省凉山彝族自治州昭觉县": 0.75}
    calm = compose(year, WORKER, "2019-10", "")
    assert "spot_check" not in {section.name for section in calm.sections}


def test_a_calm_month_says_so_and_a_short_past_too(year: Store) -> None:
    calm = compose(year, WORKER, "2019-10", "")
    assert any("没有明显高于历史预期" in text.zh for text in calm.headline)
    early = compose(year, WORKER, "2019-02", "")
    assert any("不足6个月" in text.zh for text in early.headline)


def test_a_place_without_a_county_to_judge_is_not_said_to_have_no_past(year: Store) -> None:
    for place in ("5106", "530629"):
        told = [text for text in compose(year, WORKER, "2019-11", place).headline if "不判断哪里异常" in text.zh]
        assert len(told) == 1
        assert "months of past" not in told[0].en
    spikes = next(part for part in compose(year, WORKER, "2019-11", "5106").sections if part.name == "spikes")
    assert not spikes.notes


def readings(document: Document) -> dict[str, Text]:
    return {picture.name: picture.reading for part in document.sections for picture in part.pictures}


def test_no_division_and_no_month_is_called_the_largest_where_a_hidden_one_may_be(year: Store) -> None:
    document = compose(year, WORKER, "2019-11", "")
    assert readings(document)["map_region"].en == "Of the divisions inside, the most reports come from Sichuan."
    assert readings(document)["lines_months"].en == "The most came in November 2019: 42."
    empty = readings(compose(year, WORKER, "2019-11", "5106"))
    assert empty["map_region"].en == "No number is shown."
    for _ in range(60):
        take_in(year, "2019-10", "", ("coercion",))
    small = readings(compose(year, WORKER, "2019-10", ""))["map_region"]
    assert "Not located" not in small.en
    assert "Sichuan" in small.en


def test_a_hidden_number_is_not_said_to_be_small(year: Store) -> None:
    hidden = compose(year, WORKER, "2019-11", "5106")
    assert hidden.total == Hidden()
    assert hidden.headline[0].en.endswith("it is below 5, or would give another small one away.")
    assert "少于5件，或" in hidden.headline[0].zh


def test_what_was_before_the_first_report_is_missing_and_not_zero(year: Store) -> None:
    document = compose(year, WORKER, "2019-11", "")
    assert all(isinstance(row[3], Missing) for row in table(document, "by_category").rows)


def test_a_month_before_intake_began_has_no_number_and_is_not_closed(year: Store) -> None:
    document = compose(year, WORKER, "2018-05", "")
    assert isinstance(document.total, Missing)
    assert document.headline[0].en == "There is no number of this month: no data yet."
    cells = [cell for part in document.sections for made in part.tables for row in made.rows for cell in row]
    assert not [cell for cell in cells if isinstance(cell, Number | Hidden)]
    with pytest.raises(BadInput) as caught:
        close(year, WORKER, "2018-05", "")
    assert (caught.value.field, caught.value.rule) == ("month", "no_data")
    assert year.closed.newest("2018-05", "", WORKER) is None


def test_a_month_that_has_not_begun_is_refused_and_one_that_has_is_not(year: Store) -> None:
    def clock() -> datetime:
        return datetime(2019, 11, 30, 16, 30, tzinfo=UTC)

    assert compose(year, WORKER, "2019-12", "", clock).total == Number(0)
    for month in ("2020-01", "2031-01"):
        with pytest.raises(BadInput) as caught:
            compose(year, WORKER, month, "", clock)
        assert (caught.value.field, caught.value.rule) == ("month", "not_begun")


def test_a_month_without_reports_amid_others_is_zero_in_every_part(year: Store) -> None:
    document = compose(year, WORKER, "2019-12", "")
    assert document.total == Number(0)
    assert set(column(table(document, "by_channel")).values()) == {0}
    assert column(table(document, "by_channel"), 2)["来信"] == SPIKED


def test_a_letter_of_years_ago_makes_no_past(year: Store) -> None:
    take_in(year, "2016-09", COUNTY, ("coercion",))
    document = compose(year, WORKER, "2019-02", "")
    assert any("不足6个月" in text.zh for text in document.headline)
    assert isinstance(column(table(document, "months"))["2018-11"], Missing)
    assert isinstance(compose(year, WORKER, "2018-11", "").total, Missing)
    grown = compose(year, WORKER, "2019-11", "")
    assert grown.total == Number(CALM + SPIKED)
    assert any("昭觉县" in text.zh for text in grown.headline)


def test_a_step_without_data_is_left_out_with_a_sentence(year: Store) -> None:
    document = compose(year, WORKER, "2019-11", "")
    progress = next(section for section in document.sections if section.name == "progress")
    assert not progress.tables
    assert any("受理、移送、核查、办结" in text.zh and "并非为零" in text.zh for text in progress.sentences)
    with year._database.read() as connection:
        names = connection.execute(select(reports.c.id).order_by(reports.c.seq)).scalars().all()
    november = datetime(2019, 11, 20, tzinfo=UTC)
    year.funnel.bring([(name, "accepted", november) for name in names[-10:]], "test", WORKER)
    document = compose(year, WORKER, "2019-11", "")
    assert column(table(document, "funnel"))["受理"] == 10
    assert column(table(document, "times"), 2)["收到至首次答复或移送"] == 10
    assert table(document, "times").rows[0][4] == Number(1.0)
    assert "核查" not in column(table(document, "funnel"))


def said(document: Document, part: str) -> str:
    return " ".join(one.en for section in document.sections if section.name == part for one in section.sentences)


def test_a_step_that_others_have_reached_is_hidden_and_the_log_is_not_said_to_lack_it(year: Store) -> None:
    with year._database.read() as connection:
        names = connection.execute(select(reports.c.id).order_by(reports.c.seq)).scalars().all()
    year.funnel.bring([(name, "accepted", datetime(2019, 9, 20, tzinfo=UTC)) for name in names[:60]], "test", WORKER)
    later = [(name, "concluded", datetime(2019, 10, 20, tzinfo=UTC)) for name in names[:7]]
    year.funnel.bring(later, "test", WORKER)
    document = compose(year, WORKER, "2020-11", "")
    assert document.total == Number(0)
    told = said(document, "progress")
    assert "Referred, Verified, From receipt to passing on" in told
    assert not {"Accepted", "Concluded", "the conclusion,"} & set(told.split(": ")[1].split(", "))
    assert column(table(document, "times"))["收到至办结"] == Hidden()


def test_a_quiet_month_still_tells_what_ended_in_it(year: Store) -> None:
    with year._database.read() as connection:
        names = connection.execute(select(reports.c.id).order_by(reports.c.seq)).scalars().all()[-9:]
    year.funnel.bring([(name, "concluded", datetime(2019, 12, 20, tzinfo=UTC)) for name in names], "test", WORKER)
    document = compose(year, WORKER, "2019-12", "")
    assert document.total == Number(0)
    assert column(table(document, "times"))["收到至办结"] == 9


@pytest.mark.usefixtures("no_files")
def test_no_step_is_a_share_of_fewer_reports_than_it_was_counted_in(year: Store) -> None:
    def clock() -> datetime:
        return datetime(2020, 1, 2, tzinfo=UTC)

    close(year, WORKER, "2019-10", "", clock)
    for _ in range(15):
        take_in(year, "2019-10", COUNTY, ("bribery",))
    with year._database.read() as connection:
        names = connection.execute(select(reports.c.id)).scalars().all()
    year.funnel.bring([(name, "accepted", datetime(2019, 11, 20, tzinfo=UTC)) for name in names], "test", WORKER)
    funnel = table(compose(year, WORKER, "2019-11", "", clock), "funnel")
    assert column(funnel, 1) == {"收到": 12 * CALM + SPIKED, "受理": 12 * CALM + SPIKED + 15}
    received, accepted = (row[2] for row in funnel.rows)
    assert received == Number(1.0)
    assert isinstance(accepted, Missing)


def test_what_is_closed_is_answered_and_what_is_filed_as_a_case_is_not_concluded(year: Store) -> None:
    with year._database.read() as connection:
        names = connection.execute(select(reports.c.id).order_by(reports.c.seq)).scalars().all()[-20:]
    steps = [("accepted", 12), ("handed_over", 13), ("verification", 14)]
    brought = [(name, state, datetime(2019, 11, day, tzinfo=UTC)) for name in names for state, day in steps]
    for name in names[:8]:
        brought += [
            (name, state, datetime(2019, 11, day, tzinfo=UTC)) for state, day in (("closed", 18), ("feedback", 21))
        ]
    brought += [(name, "case_filed", datetime(2019, 11, 19, tzinfo=UTC)) for name in names[8:]]
    year.funnel.bring(brought, "test", WORKER)
    document = compose(year, WORKER, "2019-11", "")
    assert column(table(document, "funnel"))["办结"] == 8
    times = table(document, "times")
    assert column(times)["办结至反馈"] == column(times)["收到至办结"] == 8
    assert column(times, 2)["办结至反馈"] == 3
    assert "2026" in (times.note.en if times.note else "")


def test_sealed_and_conflicted_reports_are_in_no_figure(year: Store) -> None:
    for _ in range(7):
        take_in(year, "2019-11", COUNTY, ("embezzlement",), stage=Stage.SEALED.value)
        take_in(year, "2019-11", COUNTY, ("embezzlement",), party="p1")
    conflicted = Access("somebody", StaffRole.INVESTIGATOR, ("",), ("p1",))
    assert column(table(compose(year, conflicted, "2019-11", ""), "by_category"))["贪污侵占"] == Hidden()
    assert compose(year, conflicted, "2019-11", "").total == Number(CALM + SPIKED)
    assert column(table(compose(year, WORKER, "2019-11", ""), "by_category"))["贪污侵占"] == 7


def test_a_place_inside_the_area_tells_of_categories_but_not_of_channels(year: Store) -> None:
    take_in(year, "2019-11", "530629", ("bribery",))
    inside = compose(year, WORKER, "2019-11", "5134")
    names = {one.name for section in inside.sections for one in section.tables}
    assert "by_category" in names
    assert "by_channel" not in names
    assert any("全部范围" in text.zh for text in inside.method.sentences)


def test_a_place_tells_the_same_to_its_own_staff_as_to_those_of_the_office(year: Store) -> None:
    def clock() -> datetime:
        return datetime(2019, 12, 2, tzinfo=UTC)

    for _ in range(3):
        take_in(year, "2019-11", "511921", ("bribery",))
    for _ in range(23):
        take_in(year, "2019-11", "511923", ("coercion",))
    for place in ("5119", "5134", "511923"):
        own = Access("somebody", StaffRole.ANALYST, (place,))
        of_office = figures_alone(compose(year, WORKER, "2019-11", place, clock))
        assert compose(year, own, "2019-11", place, clock) == of_office
        with pytest.raises(NotAllowed):
            compose(year, own, "2019-11", "51", clock)


@pytest.mark.usefixtures("no_files")
def test_a_city_that_closes_its_month_tells_no_more_than_its_province_shows(year: Store) -> None:
    """The attack: what a province leaves of its total beside the number of a city in the city's own closed report."""
    for _ in range(2):
        take_in(year, "2019-11", "5133", ("coercion",))
    for _ in range(10):
        take_in(year, "2019-11", "511923", ("coercion",))
    province = column(table(compose(year, WORKER, "2019-11", "51"), "by_region"))
    assert province["四川省甘孜藏族自治州"] == province["四川省巴中市"] == Hidden()
    city = Access("somebody", StaffRole.SUPERVISOR, ("5119",))
    closed, made = close(year, city, "2019-11", "5119")
    assert made
    assert closed.total == Hidden()


@pytest.fixture
def sichuan(tmp_path: Path) -> Iterator[Store]:
    """The desk of Sichuan with two months of reports, one of them from elsewhere."""
    with Store.open(Settings(data_dir=tmp_path / "desk", office_division="51")) as opened:
        for month in ("2019-10", "2019-11"):
            for county in (COUNTY,) * 9 + ("511923",) * 8:
                take_in(opened, month, county, ("bribery",))
        take_in(opened, "2019-11", "500236", ("bribery",))
        yield opened


@pytest.mark.usefixtures("no_files")
def test_an_office_counts_its_own_area_and_nothing_that_could_be_subtracted_from_it(sichuan: Store) -> None:
    analyst = Access("somebody", StaffRole.ANALYST, ("",))
    assert own_place(sichuan, analyst) == "51"
    document = report_of(sichuan, analyst, "2019-11", own_place(sichuan, analyst))
    assert document.total == Number(17)
    assert column(table(document, "by_channel"))["网站"] == 17
    for place in ("", "50", "500236"):
        with pytest.raises(BadInput) as caught:
            report_of(sichuan, analyst, "2019-11", place)
        assert (caught.value.field, caught.value.rule) == ("place", "outside")
        with pytest.raises(BadInput):
            close(sichuan, replace(analyst, role=StaffRole.SUPERVISOR), "2019-11", place)


def test_whoever_names_no_place_gets_the_smaller_of_office_and_token(sichuan: Store, year: Store) -> None:
    def asked(store: Store, *places: str) -> str:
        return own_place(store, Access("somebody", StaffRole.ANALYST, places))

    assert asked(sichuan, "5119") == "5119"
    assert asked(sichuan, "51") == "51"
    assert asked(year, "") == ""
    assert asked(year, "51") == "51"


def test_the_same_figures_make_the_same_document(year: Store) -> None:
    def clock() -> datetime:
        return datetime(2019, 12, 2, tzinfo=UTC)

    assert compose(year, WORKER, "2019-11", "", clock) == compose(year, WORKER, "2019-11", "", clock)


def test_an_empty_month_is_told_as_zero(store: Store) -> None:
    document = compose(store, WORKER, "2019-11", "")
    assert document.total == Number(0)
    assert [type(row[0]) for row in table(document, "months").rows] == [Words] * 12
    with store._database.read() as connection:
        assert connection.execute(select(func.count()).select_from(matters)).scalar_one() == 0


@pytest.mark.usefixtures("no_files")
def test_later_reports_tell_of_a_month_as_it_was_closed_first(year: Store) -> None:
    """The attack: the report of the next month beside the closed one, after a single report came late."""

    def clock() -> datetime:
        return datetime(2020, 1, 2, tzinfo=UTC)

    closed, made = close(year, WORKER, "2019-11", "", clock)
    assert made
    for _ in range(6):
        take_in(year, "2019-12", COUNTY, ("coercion",))
    take_in(year, "2019-11", COUNTY, ("falsified_exit",), channel="letter")
    take_in(year, "2019-10", COUNTY, ("formalism",))
    document = compose(year, WORKER, "2019-12", "", clock)
    for name in ("by_category", "by_channel", "by_kind", "by_programme", "by_region"):
        assert column(table(document, name), 2) == column(table(closed, name), 1), name
    months = column(table(closed, "months"))
    assert {month: number for month, number in column(table(document, "months")).items() if month in months} == {
        month: number for month, number in months.items() if month != "2018-12"
    }
    assert close(year, WORKER, "2019-11", "", clock) == (closed, False)


@pytest.mark.usefixtures("no_files")
def test_a_month_that_is_closed_after_a_later_one_stays_as_the_later_one_told_of_it(year: Store) -> None:
    def clock() -> datetime:
        return datetime(2020, 1, 2, tzinfo=UTC)

    later, _ = close(year, WORKER, "2019-11", "", clock)
    take_in(year, "2019-10", COUNTY, ("formalism",))
    earlier, _ = close(year, WORKER, "2019-10", "", clock)
    for name in ("by_category", "by_channel"):
        assert column(table(earlier, name), 1) == column(table(later, name), 2), name


@pytest.mark.usefixtures("no_files")
def test_repeats_that_came_late_are_no_share_of_a_month_that_a_later_report_told_of(year: Store) -> None:
    def clock() -> datetime:
        return datetime(2020, 1, 2, tzinfo=UTC)

    close(year, WORKER, "2019-11", "", clock)
    late = [take_in(year, "2019-10", COUNTY, ("bribery",)) for _ in range(CALM + 6)]
    with year._database.write() as connection:
        connection.execute(reports.update().where(reports.c.id.in_(late)).values(case_id=late[0]))
    document = compose(year, WORKER, "2019-10", "", clock)
    assert document.total == Number(CALM)
    assert "%" not in said(document, "progress")


@pytest.mark.usefixtures("no_files")
def test_whoever_must_not_meet_a_party_gets_nothing_from_closed_figures(year: Store) -> None:
    for _ in range(6):
        take_in(year, "2019-10", COUNTY, ("embezzlement",), party="p1")
    close(year, WORKER, "2019-10", "")
    conflicted = Access("somebody", StaffRole.INVESTIGATOR, ("",), ("p1",))
    assert column(table(compose(year, conflicted, "2019-11", ""), "by_category"), 2)["贪污侵占"] == Hidden()


def grouped(store: Store, *labels: tuple[tuple[str, ...], int]) -> str:
    """What the part on categories says of groups, of a month with so many reports of these labels."""
    for codes, number in labels:
        for _ in range(number):
            take_in(store, "2019-11", COUNTY, codes)
    (part,) = (one for one in compose(store, WORKER, "2019-11", "").sections if one.name == "category")
    return " ".join(sentence.en for sentence in part.sentences)


def test_a_group_of_categories_is_told_where_neither_its_rest_nor_its_overlap_is_small(store: Store) -> None:
    labels = ((("service_request",), 15), (("irrelevant",), 13), (("bribery",), 7))
    assert "28" in grouped(store, *labels)


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(((("service_request",), 15), (("irrelevant",), 13), (("bribery",), 2)), id="two are not of it"),
        pytest.param(
            ((("service_request",), 15), (("irrelevant",), 13), (("service_request", "irrelevant"), 1), (("bribery",), 9)),
            id="one is of both",
        ),
    ],
)  # fmt: skip
def test_a_group_that_would_tell_of_few_reports_is_not_told(
    store: Store, labels: tuple[tuple[tuple[str, ...], int], ...]
) -> None:
    assert grouped(store, *labels) == ""
