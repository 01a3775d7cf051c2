"""The section on new schemes: told to readers with covered passages, with small numbers hidden, never of what they may not see."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from tests.packaged_reports import packaged_reports
from triage.model import (
    Access,
    Assessment,
    Channel,
    Kind,
    Language,
    Level,
    Point,
    Rank,
    Risk,
    Route,
    StaffRole,
    Submission,
    Way,
)
from triage.settings import Settings
from triage.store import WORKER, Accepted, Arrival, Assessed, Priority, Store
from triage.store.tables import reports
from triage.trends.compose_words import category_words
from triage.trends.composing import compose
from triage.trends.counted import shifted
from triage.trends.document import Document, Hidden, Number, Section, Tongue, Words
from triage.trends.rendering import files_of

MONTH, A_MONTH = "2019-11", 24
COUNTIES = ("511921", "513431", "522301", "533421", "621102")
READER = Access("i", StaffRole.INVESTIGATOR, ("",))
TOLD = (
    "诊所的人说要先交押金才发手表，王守田收的。",
    "交押金，戴手表，诊所才给药，联系13900000000。",
    "没戴手表不给看，诊所讲押金3500元不退。",
    "押金三百，手表一个，都是诊所卖的。",
)


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Eight calm months of sample letters."""
    rows = [row for row in packaged_reports() if row.language == "zh" and row.case is None and len(row.text) > 120]
    with Store.open(Settings(data_dir=tmp_path_factory.mktemp("schemes") / "data")) as opened:
        take_in(opened, [(shifted(MONTH, -(at // A_MONTH)), row.text, COUNTIES[at % 5])
                         for at, row in enumerate(rows[3 : 3 + 8 * A_MONTH])])  # fmt: skip
        yield opened


def take_in(store: Store, letters: Sequence[tuple[str, str, str]], party: str = "") -> list[str]:
    """Letters by month, text and county, read and routed."""
    arrivals = []
    for month, text, _ in letters:
        at = datetime(int(month[:4]), int(month[5:]), 10, 4, tzinfo=UTC)
        arrivals.append(Arrival(Submission(text, Channel.WEB, at), secrets.token_hex(16)))
    answers = store.receive(arrivals)
    reading = Assessment(
        ("embezzlement",), {"embezzlement": 0.9}, True, 0.9, False, 0.1,
        Risk(Level.HIGH, 6.0, (Point("money_taken", 3.0),), ()), Language.ZH, Kind.ACCUSATION, Rank.VILLAGE,
        (), {}, "linear/1", "m1", "t1", "p1",
    )  # fmt: skip
    names = [answer.report_id for answer in answers if isinstance(answer, Accepted)]
    store.save_assessed([
        Assessed(name, reading, Route(Way.OWN, county, None, True, ()), Priority(Level.HIGH, 6.0, True), (),
                 party_keys=(party,) if party else ())
        for name, (_, _, county) in zip(names, letters, strict=True)
    ])  # fmt: skip
    return names


def plant(store: Store, number: int, party: str = "", counties: Sequence[str] = COUNTIES) -> list[str]:
    """Letters of the scheme, each with words of its own beside those of the scheme."""
    rows = [row.text for row in packaged_reports() if row.language == "zh" and row.case is None and len(row.text) > 120]
    letters = [(MONTH, TOLD[at % 4] + rows[-1 - at], counties[at % len(counties)]) for at in range(number)]
    return take_in(store, letters, party)


def part(store: Store, access: Access = READER, place: str = "") -> Section:
    return next(one for one in compose(store, access, MONTH, place).sections if one.name == "schemes")


def words(section: Section, table: int, column: int) -> list[str]:
    return [cell.text.zh for row in section.tables[table].rows if isinstance(cell := row[column], Words)]


def test_a_scheme_of_five_counties_is_told_with_its_cases_its_day_and_covered_passages(store: Store) -> None:
    plant(store, 9)
    told = part(store)
    assert told.readers_only
    zh, en = told.sentences[0].zh, told.sentences[0].en
    for word in ("押金", "手表", "诊所"):
        assert word in zh
    assert "5个县的9件举报" in zh
    assert "9起" in zh
    assert "2019-11-10" in zh
    assert category_words("embezzlement").zh in zh
    assert "9 reports from 5 counties" in en
    passages = words(told, 1, 1)
    assert passages
    for passage in passages:
        assert sum(word in passage for word in ("押金", "手表", "诊所")) >= 2
        assert not any(secret in passage for secret in ("守田", "139", "3500"))


def test_it_stands_in_all_four_files_and_both_languages(store: Store) -> None:
    plant(store, 9)
    files = files_of(compose(store, READER, MONTH, ""), (Tongue.ZH, Tongue.EN))
    pages = {name: data.decode() for name, data in files.items() if name.endswith((".html", ".json"))}
    assert len(files) == 7
    assert all("手表" in page for page in pages.values())
    assert any("New schemes" in page for page in pages.values())


def test_the_same_letters_of_one_case_are_no_scheme_and_the_month_is_told_to_be_calm(store: Store) -> None:
    names = plant(store, 9)
    with store._database.write() as connection:
        connection.execute(reports.update().where(reports.c.id.in_(names)).values(case_id=names[0]))
    told = part(store)
    assert not told.tables
    assert told.sentences[0].zh == "本月没有发现多起案件共有的新手法。"


def test_a_scheme_of_few_cases_is_told_without_a_figure_and_names_no_county(store: Store) -> None:
    rows = [row.text for row in packaged_reports() if row.language == "zh" and row.case is None and len(row.text) > 120]
    take_in(store, [("2019-06", text, "513431") for text in rows[1000:1200]])
    plant(store, 4)
    told = part(store)
    (row,) = told.tables[0].rows
    assert [cell for cell in row if isinstance(cell, Number | Hidden)] == [Hidden()] * 4
    assert words(told, 0, 4) == ["—"]
    assert "4" not in told.sentences[0].zh.partition("首见")[0]


def test_a_county_is_named_where_enough_letters_of_the_scheme_are_from_there(store: Store) -> None:
    plant(store, 9, counties=("513431",) * 5 + ("522301", "533421"))
    assert words(part(store), 0, 4) == ["四川省凉山彝族自治州昭觉县"]


def test_analysts_get_no_scheme(store: Store) -> None:
    plant(store, 9)
    document: Document = compose(store, Access("a", StaffRole.ANALYST, ("",)), MONTH, "")
    assert not [one for one in document.sections if one.name == "schemes"]


def test_letters_that_a_reader_must_not_meet_and_sealed_ones_make_no_scheme(store: Store) -> None:
    names = plant(store, 9, party="k1")
    assert not part(store, Access("i", StaffRole.INVESTIGATOR, ("",), ("k1",))).tables
    assert part(store).tables
    with store._database.write() as connection:
        connection.execute(reports.update().where(reports.c.id.in_(names)).values(stage="sealed"))
    assert not part(store, WORKER).tables


def test_letters_of_other_places_make_no_scheme(store: Store) -> None:
    plant(store, 9)
    assert not part(store, Access("i", StaffRole.INVESTIGATOR, ("53",)), "53").tables


def test_a_short_past_is_told_in_a_sentence(store: Store) -> None:
    told = next(one for one in compose(store, READER, "2019-07", "").sections if one.name == "schemes")
    assert not told.tables
    assert "不足6个月" in told.sentences[0].zh
