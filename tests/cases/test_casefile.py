"""What the reports of a case say together: title, people, places, sums, times, and the passages behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from case_samples import accused, marked, matter, place

from triage.cases import LinkKeyer
from triage.cases.nearby import Tie, leads
from triage.cases.parties import parties_of
from triage.cases.passages import passages
from triage.cases.portrait import portrait, yuan_en, yuan_zh
from triage.model import (
    Assessment,
    Channel,
    Entity,
    EntityKind,
    Judgement,
    Kind,
    Language,
    Level,
    Rank,
    Report,
    Risk,
    Role,
    Stage,
    Verdict,
)
from triage.store import Priority, ReadRow

LETTER = "昭觉县柳林村支书周大成2017年扣下三十二户的危房改造补助九万六千元，还说停我家的低保。"
SECOND = "柳林村周支书拿了危房改造的九万六，王桂花亲眼看见。"


def row(report_id: str, text: str, *entities: Entity, day: int = 5, categories: tuple[str, ...] = ()) -> ReadRow:
    """An opened report."""
    told = Assessment(
        categories, {}, False, 0.1, False, 0.1, Risk(Level.LOW, 0.0), Language.ZH, Kind.ACCUSATION, Rank.VILLAGE,
        tuple(sorted(entities, key=lambda one: one.start)), {}, "linear/1", "m1",
    )  # fmt: skip
    received = datetime(2019, 11, day, 17, tzinfo=UTC)
    report = Report(report_id, day, text, Channel.LETTER, received, Stage.INDEXED, division="513431")
    return ReadRow(report, told, Priority(Level.LOW, 0.0, False))


def letter(report_id: str = "a") -> ReadRow:
    return row(
        report_id,
        LETTER,
        place(LETTER, "昭觉县柳林村", "513431"),
        marked(LETTER, EntityKind.POSITION, "支书"),
        accused(LETTER, "周大成"),
        marked(LETTER, EntityKind.PERIOD, "2017年", first="2017-01", last="2017-12"),
        marked(LETTER, EntityKind.PROGRAMME, "危房改造补助"),
        marked(LETTER, EntityKind.PROGRAMME, "低保"),
        marked(LETTER, EntityKind.AMOUNT, "九万六千元", fen=9_600_000),
    )


def second(report_id: str = "b") -> ReadRow:
    return row(
        report_id,
        SECOND,
        place(SECOND, "柳林村"),
        accused(SECOND, "周支书"),
        marked(SECOND, EntityKind.PROGRAMME, "危房改造"),
        marked(SECOND, EntityKind.AMOUNT, "九万六", fen=9_600_000),
        marked(SECOND, EntityKind.PERSON, "王桂花", role=Role.WITNESS),
        day=9,
    )


def test_the_title_is_made_of_place_accused_programme_and_sum() -> None:
    title = portrait([letter(), second()]).title
    assert title.zh == "柳林村 支书周大成 危房改造补助 9.6万元"
    assert title.en == "柳林村, 支书周大成, 危房改造补助, 96,000 yuan"


def test_a_title_in_english_takes_names_in_latin_letters_where_a_report_has_them() -> None:
    text = "Wang Jianguo of Xingyuan village kept 10,000 yuan"
    english = row(
        "a",
        text,
        accused(text, "Wang Jianguo"),
        place(text, "Xingyuan village"),
        marked(text, EntityKind.AMOUNT, "10,000 yuan", fen=1_000_000),
        categories=("embezzlement",),
    )
    other = "兴源村主任王建国扣一万元"
    chinese = row(
        "b",
        other,
        place(other, "兴源村"),
        marked(other, EntityKind.POSITION, "主任"),
        accused(other, "王建国"),
        marked(other, EntityKind.AMOUNT, "一万元", fen=1_000_000),
        categories=("embezzlement",),
    )
    title = portrait([english, chinese]).title
    assert title.zh == "兴源村 主任王建国 贪污侵占 1万元"
    assert title.en == "Xingyuan village, Wang Jianguo (主任), Embezzlement, 10,000 yuan"


def test_a_title_of_little_says_little() -> None:
    assert portrait([row("a", "请问怎么报名？")]).title.zh == ""
    assert portrait([row("a", "村里的事", categories=("favoritism",))]).title.zh == "优亲厚友"
    assert portrait([row("a", "村里的事", categories=("our_own_code",))]).title.en == "our_own_code"


def test_a_person_under_several_names_is_one_party_with_one_role() -> None:
    official, witness = parties_of([letter(), second()])
    assert (official.names, official.posts) == (("周大成", "周支书"), ("支书",))
    assert (official.role, official.roles, official.report_ids) == (Role.ACCUSED, {Role.ACCUSED: 2}, ("a", "b"))
    assert (witness.names, witness.role, witness.report_ids) == (("王桂花",), Role.WITNESS, ("b",))


def test_a_surname_and_post_that_two_people_bear_is_drawn_together_with_neither() -> None:
    text = "周大成支书和周大山支书是兄弟。"
    both = row("c", text, accused(text, "周大成"), accused(text, "周大山"), marked(text, EntityKind.POSITION, "支书"))
    third = row(
        "d", "支书" + text, *(replace(one, start=one.start + 2, end=one.end + 2) for one in both.assessment.entities)
    )
    assert len(parties_of([both, third, second()])) >= 3


def test_reporters_are_no_parties() -> None:
    text = "此致 李秀芬"
    assert parties_of([row("a", text, marked(text, EntityKind.PERSON, "李秀芬", role=Role.REPORTER))]) == ()


def test_sums_and_places_say_how_many_reports_name_them() -> None:
    drawn = portrait([letter(), second()])
    assert [(one.fen, one.report_ids) for one in drawn.sums] == [(9_600_000, ("a", "b"))]
    (spot,) = drawn.places
    assert (set(spot.names), spot.code, spot.report_ids) == ({"昭觉县柳林村", "柳林村"}, "513431", ("a", "b"))


def test_the_timeline_puts_what_happened_before_the_day_a_report_came_in() -> None:
    told = portrait([second(), letter()]).timeline
    # 17:00 UTC is the next day in Shanghai
    assert [(one.first, one.text, one.channel) for one in told] == [
        ("2017-01", "2017年", None),
        ("2019-11-06", "", Channel.LETTER),
        ("2019-11-10", "", Channel.LETTER),
    ]


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (3_500_000, "3.5万元", "35,000 yuan"),
        (80_000, "800元", "800 yuan"),
        (12_345_678, "12.345678万元", "123,456.78 yuan"),
        (100_000_000_000, "100000万元", "1,000,000,000 yuan"),
    ],
)
def test_sums_are_written_as_people_write_them(fen: int, zh: str, en: str) -> None:
    assert (yuan_zh(fen), yuan_en(fen)) == (zh, en)


def test_passages_say_where_reports_agree_and_where_they_conflict() -> None:
    one, other = letter(), second()
    names = [entity.text for entity in one.assessment.entities]
    others = [entity.text for entity in other.assessment.entities]
    codes = (
        f"sum:{names.index('九万六千元')}:{others.index('九万六')}",
        f"other_given_name:{names.index('周大成')}:{others.index('周支书')}",
        "same_programme",
        "unheard_of:0:0",
        "same_name:99:99",
    )
    line = Judgement("a", "b", Verdict.SAME, 0.9, "links-1", codes, joined=True)
    word = Judgement("a", "b", Verdict.SAME, 1.0, "person:wu", (), joined=True)
    found = passages([line, word], {"a": one, "b": other})
    shown = [(LETTER[each.start : each.end], each.agrees, each.others) for each in found["a"]]
    assert shown == [("周大成", False, ("b",)), ("九万六千元", True, ("b",))]
    assert [SECOND[each.start : each.end] for each in found["b"]] == ["周支书", "九万六"]


def test_what_is_told_alike_is_found_though_the_ledger_keeps_no_place_of_it() -> None:
    line = Judgement("a", "c", Verdict.SAME, 0.9, "links-1", ("same_programme", "same_date"), joined=True)
    found = passages([line], {"a": letter(), "c": letter("c")})
    assert [LETTER[one.start : one.end] for one in found["a"]] == ["2017年", "危房改造补助", "低保"]


def test_leads_are_of_the_accused_and_the_programmes_and_never_of_witnesses_or_reporters() -> None:
    told = matter(
        "a", LETTER, *letter().assessment.entities, marked(LETTER, EntityKind.PERSON, "三十二", role=Role.WITNESS)
    )
    found = leads([told], LinkKeyer(b"k" * 32))
    assert {(one.tie, one.text) for one in found} >= {(Tie.OFFICIAL, "周大成"), (Tie.SCHEME, "低保")}
    assert all(one.text != "三十二" for one in found)
    assert [one.tie for one in found] == sorted((one.tie for one in found), key=list(Tie).index)
