"""A report as it is shown: text, title, turns and entities covered alike, and nothing else told of what is covered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.letters_of_reporters import LETTER, SECRETS, TITLE, entity, reading
from triage.model import Channel, EntityKind, Level, Report, Role, Speaker, Stage, Turn
from triage.shown import Cover, as_it_came, for_portrait, shown, shown_entities, shown_text
from triage.store import Priority, ReadRow
from triage.text.masking import MASK


def row(text: str = LETTER, **report: object) -> ReadRow:
    came = datetime(2019, 11, 5, tzinfo=UTC)
    fields = {"title": TITLE, **report}
    made = Report("01", 1, text, Channel.LETTER, came, Stage.INDEXED, **fields)  # type: ignore[arg-type]
    return ReadRow(made, reading(text), Priority(Level.HIGH, 6.5, True), machine=reading(text))


def test_every_word_of_a_shown_report_is_covered_as_its_place_in_the_text_is() -> None:
    told = shown(row())
    assert [one for one in SECRETS if one in str(told)] == []
    assert told.row.assessment == told.row.machine
    for one in told.row.assessment.entities:
        assert told.row.report.text[one.start : one.end] == one.text
    assert as_it_came(row()) == replace(told, row=row(), masked=False)
    assert (shown_text(row()), shown_entities(row())) == (told.row.report.text, told.row.assessment.entities)


def test_a_value_goes_where_all_of_what_it_was_read_from_is_covered() -> None:
    text = "我家住三组12号，电话13812345678。"
    period = entity(EntityKind.PERIOD, "13812345678", 0, text, first="1381-01", last="1381-02")
    made = replace(row(), report=replace(row().report, text=text), assessment=replace(reading(), entities=(period,)))
    (one,) = shown(made).row.assessment.entities
    assert (one.text, one.first, one.last) == (MASK * 11, None, None)


def test_a_report_with_nothing_to_cover_is_shown_as_it_is() -> None:
    plain = replace(row(), report=replace(row().report, text="村支书扣了钱。", title=None))
    plain = replace(plain, assessment=replace(plain.assessment, entities=()))
    assert (shown(plain).row, shown(plain).masked, shown(plain).covered) == (plain, True, 0)


def test_turns_that_do_not_make_up_the_text_are_covered_by_themselves() -> None:
    turns = (Turn(Speaker.AGENT, "您好", "欧阳青禾接"), Turn(Speaker.CALLER, "我叫欧阳青禾，13812345678", "来电人"))
    made = shown(row(turns=turns)).row.report.turns
    assert [(turn.label, turn.text) for turn in made] == [("●●●●接", "您好"), ("来电人", "我叫●●●●，●●●●●●●●●●●")]


def test_in_a_picture_of_the_case_a_home_is_its_village_and_the_writer_no_party() -> None:
    drawn = for_portrait(shown(row()).row)
    assert "柳林村" in [one.text for one in drawn.assessment.entities]
    covered = [one for one in drawn.assessment.entities if MASK in one.text and one.kind is EntityKind.PERSON]
    assert {one.role for one in covered} == {Role.REPORTER}


def test_shared_words_are_covered_however_the_index_writes_them() -> None:
    text = "我叫黃元龍，村支書王守田扣了錢。"
    made = replace(row(), report=replace(row().report, text=text), assessment=replace(reading(), entities=()))
    assert Cover.of(made).words(("黄元龙", "王守田", "不在")) == ("●●●", "王守田", "不在")
