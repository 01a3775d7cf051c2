"""Assessing: pure, the same alone and in a batch, faithful to the text as it came, and kept without names."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from corpora.reports import LabelledReport
from tests.counted_steps import steps
from tests.packaged_reports import packaged_reports
from triage.assess import Assessor, blank_pipeline
from triage.assess.components import assessment_in
from triage.assess.findings import findings_of
from triage.assess.judging import accused_level
from triage.model import Assessment, Channel, Entity, EntityKind, Language, Level, Rank, Role, Speaker, Submission, Turn
from triage.policy import load_policy
from triage.text.dates import SHANGHAI

DAY = date(2018, 5, 12)
MOMENT = datetime(2018, 5, 12, 4, 0, tzinfo=UTC)
ROWS = packaged_reports()[::31]


@contextmanager
def added(assessor: Assessor, name: str, **place: Any) -> Iterator[None]:
    """Takes a component into the pipeline for a while."""
    assessor.nlp.add_pipe(name, **place)
    try:
        yield
    finally:
        assessor.nlp.remove_pipe(name)


@pytest.fixture(scope="module")
def read(assessor: Assessor) -> list[tuple[LabelledReport, Assessment]]:
    """Every row with what is made of it, each read alone."""
    return [(row, assessor.assess(row.text, received=row.received or DAY)) for row in ROWS]


def test_a_text_alone_and_in_a_batch_is_assessed_alike(assessor: Assessor) -> None:
    texts = [row.text for row in ROWS[:40]]
    reports = [Submission(text, Channel.LETTER, MOMENT) for text in texts]
    together = list(assessor.pipe(reports))
    for text, assessment in zip(texts, together, strict=True):
        alone = assessor.assess(text, received=DAY)
        assert dataclasses.replace(alone, reasons={}, probabilities={}) == dataclasses.replace(
            assessment, reasons={}, probabilities={}
        )
        assert alone.probabilities == pytest.approx(assessment.probabilities)
        for label, reasons in alone.reasons.items():
            assert reasons.logit == pytest.approx(assessment.reasons[label].logit)


def test_every_reason_adds_up_to_the_logit_and_every_span_lies_in_the_text(
    assessor: Assessor, read: list[tuple[LabelledReport, Assessment]]
) -> None:
    model = assessor.nlp.get_pipe("triage_categories").model
    for row, assessment in read:
        for label, reasons in assessment.reasons.items():
            column = model.labels.index(label)
            told = assessment.probabilities.get(label)
            told = told if told is not None else getattr(assessment, f"{label}_probability")
            logit = reasons.logit * model.slope[column] + model.offset[column]
            assert math.isclose(1 / (1 + math.exp(-logit)), told, abs_tol=1e-6)
            assert all(0 <= span.start < span.end <= len(row.text) for span in reasons.spans)
        asked = set() if assessment.language is Language.OTHER else {*assessment.categories, "refer", "urgent"}
        assert set(assessment.reasons) == asked, row.id


def test_entities_are_exact_substrings_in_order(read: list[tuple[LabelledReport, Assessment]]) -> None:
    for row, assessment in read:
        found = assessment.entities
        assert [entity.start for entity in found] == sorted(entity.start for entity in found)
        for entity in found:
            assert row.text[entity.start : entity.end] == entity.text, row.id


@settings(max_examples=120)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=200))
def test_no_text_makes_it_stumble(assessor: Assessor, text: str) -> None:
    assessment = assessor.assess(text, received=DAY)
    assert all(text[entity.start : entity.end] == entity.text for entity in assessment.entities)
    if assessment.language is Language.OTHER:
        assert assessment.categories == ()
        assert assessment.risk.level.rank >= Level.PERSON.rank


@settings(max_examples=200)
@given(st.sampled_from(ROWS), st.integers(1, 400))
def test_a_text_cut_anywhere_keeps_its_entities_inside(assessor: Assessor, row: LabelledReport, length: int) -> None:
    text = row.text[:length]
    for entity in assessor.assess(text, received=DAY).entities:
        assert text[entity.start : entity.end] == entity.text
        assert entity.text


def test_a_place_at_the_very_end_of_a_text_ends_with_it(assessor: Assessor) -> None:
    (place,) = assessor.assess("我觉得不够,所以我来说。石渠县温波", received=DAY).entities
    assert place.text == "石渠县温波"


def test_only_the_caller_s_words_count(assessor: Assessor) -> None:
    turns = (
        Turn(Speaker.AGENT, "您好，是不是有人贪污了低保，村支书马三收了您三万元？", "坐席"),
        Turn(Speaker.CALLER, "我想问问残疾证怎么办，要什么材料", "来电人"),
    )
    text = "".join(f"{turn.label}：{turn.text}\n" for turn in turns)
    for given_turns in (turns, ()):
        assessment = assessor.assess(text, received=DAY, turns=given_turns)
        assert [entity.text for entity in assessment.entities if entity.kind in ("person", "amount")] == []
        assert all(span.start >= text.index("来电人") for why in assessment.reasons.values() for span in why.spans)
        assert assessment.risk.level in (Level.LOW, Level.PERSON, Level.MEDIUM)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("村支书把低保给了他弟弟", Language.ZH),
        ("村支書把低保給了他弟弟，我們村裡沒有人敢說話", Language.ZH_HANT),
        ("The village head gave the allowance to his brother.", Language.EN),
        ("བོད་ཡིག་གི་སྙན་ཞུ་འདི་ལ་གཟིགས་རོགས།", Language.OTHER),
        ("ئۇيغۇرچە ئەرز خەت", Language.OTHER),
    ],
)
def test_the_language_is_told_and_unknown_scripts_go_to_a_person(
    assessor: Assessor, text: str, language: Language
) -> None:
    assessment = assessor.assess(text, received=DAY)
    assert assessment.language is language
    if language is Language.OTHER:
        assert assessment.risk.level is Level.PERSON


def test_a_floor_is_never_lowered_by_the_score(read: list[tuple[LabelledReport, Assessment]]) -> None:
    rules = {rule.code: rule.level for rule in load_policy(None).floors}
    for risk in (assessment.risk for _, assessment in read):
        assert all(risk.level.rank >= rules[point.code].rank for point in risk.floor)
        assert math.isclose(risk.score, sum(point.points for point in risk.points), abs_tol=1e-3)


def test_relative_dates_follow_the_day_of_receipt_in_shanghai(assessor: Assessor) -> None:
    late = datetime(2018, 12, 31, 20, 0, tzinfo=UTC)
    assert late.astimezone(SHANGHAI).year == 2019
    (assessment,) = assessor.pipe([Submission("去年村里扣了我家三千元危房款", Channel.LETTER, late)])
    (period,) = [entity for entity in assessment.entities if entity.kind == "period"]
    assert (period.first, period.last) == ("2018-01", "2018-12")


def test_the_pipeline_is_saved_and_loaded_by_spacy_and_gives_the_same(assessor: Assessor, tmp_path: Path) -> None:
    assessor.nlp.to_disk(tmp_path / "saved")
    again = Assessor(spacy.load(tmp_path / "saved"))
    for row in ROWS[:10]:
        assert again.assess(row.text, received=DAY) == assessor.assess(row.text, received=DAY)


def test_a_component_of_somebody_else_sees_docs_and_changes_no_assessment(assessor: Assessor) -> None:
    reports = [Submission(row.text, Channel.LETTER, MOMENT) for row in ROWS[:20]]
    without = list(assessor.pipe(reports))
    seen: list[str] = []

    @Pipeline.component("keep_texts")
    def keep_texts(doc: Doc) -> Doc:
        seen.append("".join(token.text for token in doc))
        return doc

    with added(assessor, "keep_texts", before="triage_entities"):
        assert list(assessor.pipe(reports)) == without
    assert seen == [report.text for report in reports]


def test_what_is_saved_holds_no_name_of_a_report(assessor: Assessor, tmp_path: Path) -> None:
    canary = "尉迟霜降"
    report = Submission(f"村支书{canary}扣了三万元", Channel.LETTER, MOMENT)
    list(assessor.pipe([report]))
    with added(assessor, "merge_entities", last=True):
        list(assessor.pipe([report]))
    assessor.nlp.to_disk(tmp_path / "saved")
    strings = json.loads((tmp_path / "saved" / "vocab" / "strings.json").read_text("utf-8"))
    assert not [string for string in strings if canary in string or canary[:2] == string or canary[2:] == string]


@pytest.mark.parametrize(
    "text", ["①养羊㎡……三千元", "ﬁnal letter, 3,000 yuan", "\n\n低保\r\n名单\t", "😀村支书王大山😀"]
)
def test_tokens_cover_the_text_as_it_came(text: str) -> None:
    nlp = blank_pipeline()
    doc = nlp.make_doc(text)
    assert doc.text == text
    assert findings_of(doc).text == text


def test_spacys_own_pipe_gives_what_the_assessor_gives(assessor: Assessor) -> None:
    texts = ["村支书王建国把低保给了自己侄子。", "请问残疾证怎么办理？", "The secretary kept our relief money."]
    piped = [assessment_in(findings_of(doc)) for doc in assessor.nlp.pipe(texts)]
    assert piped == list(assessor.pipe(Submission(text, Channel.LETTER, MOMENT) for text in texts))


@pytest.mark.parametrize(
    "word",
    [
        "主任",
        "村长",
        "大王村",
        "、张村",
        "余家沟",
        "王书记",
        "主任王海、",
        "主任，他又收了钱。",
        "3万元",
        "2018年",
        "低保",
        "张某",
        "姓王的",
        "恳请王书记",
        "县扶贫办",
        "电话号码",
        "13800000000，",
        "昭觉县",
        "您好",
        "。",
        "\n",
        "Mr Wang ",
        "姓名：王海，职务：主任，",
        "主任王海，",
        "被举报人：王海，男，",
        "The village head ",
    ],
)
def test_a_letter_that_says_a_word_four_times_as_often_takes_about_four_times_as_many_steps(
    assessor: Assessor, word: str
) -> None:
    def taken(length: int) -> int:
        return steps(lambda: assessor.assess((word * length)[:length], received=DAY))

    taken(500)  # tables are read once
    assert taken(2000) < 5 * taken(500)


def test_the_level_of_who_acts_counts_whatever_role_was_read_into_the_name() -> None:
    text = "四川省省长刘某某收了老板两百万，刘某某还好吗。"
    post = Entity(EntityKind.POSITION, "省长", 3, 5, rank=Rank.PROVINCE)
    name = Entity(EntityKind.PERSON, "刘某某", 5, 8, role=Role.VICTIM)
    assert accused_level((post, name), text) is Rank.PROVINCE
    praised = "四川省省长刘某某来村里看望了我们。"
    assert accused_level((post, name), praised) is Rank.NONE
