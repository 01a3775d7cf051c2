from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpora.reports import LabelledEntity, LabelledReport, Rationale
from models.category import CategoryModel
from models.reading import Reading
from models.registry import Registry
from triage.cases import LinkRules, PairJudge
from triage.learning import corpus, evaluate_held_back, evaluate_rows, links_in, load
from triage.learning.corpus import ReadTexts, default_readings, entry_of, rationales_of
from triage.learning.evaluating import Asked, Assess, asked_of
from triage.learning.figures import entity_figures, flag_figures, reason_figures
from triage.learning.grouping import group
from triage.model import Assessment, Entity, EntityKind, Kind, Language, Level, Rank, Reasons, Risk, Role, Weight
from triage.policy import load_policy
from triage.text.normalise import Normalised, normalise

Rows = list[dict[str, Any]]
FileOf = Callable[[Iterable[dict[str, Any]]], Path]


def assessment(
    categories: Sequence[str] = (), *, entities: Sequence[Entity] = (), refer: bool = False, p: float = 0.9
) -> Assessment:
    return Assessment(
        categories=tuple(categories),
        probabilities=dict.fromkeys(categories, p),
        refer=refer,
        refer_probability=p,
        urgent=False,
        urgent_probability=0.1,
        risk=Risk(Level.LOW, 0.0),
        language=Language.ZH,
        kind=Kind.ACCUSATION,
        accused_level=Rank.NONE,
        entities=tuple(entities),
        reasons={},
        reader="test",
        model="m",
    )


def assess_with(model: CategoryModel, read: ReadTexts) -> Assess:
    def assess(asked: Iterable[Asked]) -> Iterable[Assessment]:
        readings: list[Reading] = list(read((one.text, one.received_at.date(), one.turns) for one in asked))
        for scores in model.read(readings, reasons=False):
            yield assessment(scores.categories, refer=scores.flags.get("refer", False))

    return assess


def test_a_held_back_fifth_is_scored_beside_its_peers(rows: Rows, file_of: FileOf, plain: ReadTexts) -> None:
    figures = evaluate_held_back(load([file_of(rows)]), read=plain, make_assess=lambda model: assess_with(model, plain))
    assert figures["reports"] + figures["trained_on"] == 150
    assert figures["categories"]["macro_f1"] > 0.9
    assert set(figures["peers"]) == {"keyword_list", "tfidf_linear_svc", "tfidf_linear_svc_tuned"}
    assert figures["peers"]["tfidf_linear_svc"]["categories"]["macro_f1"] > 0.8
    assert figures["peers"]["tfidf_linear_svc_tuned"]["refer"]["recall"] > 0.8
    assert json.loads(json.dumps(figures)) == figures


def test_what_no_row_tells_is_not_scored() -> None:
    rows = [LabelledReport("一", categories=("a",)), LabelledReport("二")]
    figures = evaluate_rows(rows, lambda asked: [assessment(["a"]) for _ in asked])
    assert figures["categories"]["macro_f1"] == 1.0
    assert figures["categories"]["per_label"] == {"a": {"p": 1.0, "r": 1.0, "f1": 1.0, "support": 1}}
    assert figures["refer"] is figures["urgent"] is figures["entities"] is figures["cases"] is None
    assert figures["timing"]["reports_per_s"] > 0


def test_a_reason_is_right_where_the_weightiest_passage_shown_is_one_that_tells_the_category() -> None:
    text = "学校在镇上。收了补课费三百块。路也很远。"
    rows = [
        LabelledReport(text, categories=("bribery",), rationales=(Rationale("bribery", 6, 15),)),
        LabelledReport(text, categories=("bribery",), rationales=(Rationale("bribery", 6, 15),)),
        LabelledReport(text, categories=("bribery",)),
    ]
    right = Reasons(0.0, 0.0, (Weight(0, 3, 0.4), Weight(8, 11, 0.9), Weight(16, 18, -2.0)), 0.0)
    wrong = Reasons(0.0, 0.0, (Weight(0, 3, 0.9), Weight(8, 11, 0.4)), 0.0)
    made = [replace(assessment(["bribery"]), reasons={"bribery": reasons}) for reasons in (right, wrong, right)]
    assert reason_figures(rows, made) == {"told": 0.5, "chance": 0.45, "labels": 2}
    assert reason_figures(rows[2:], made[2:]) is None, "nobody marked a passage"


def test_passages_of_a_transcript_are_found_in_what_the_caller_says(plain: ReadTexts) -> None:
    text = "坐席：请讲。\n来电人：他们收了我三百块钱。\n坐席：谁收的钱？"
    start = text.index("收了")
    turns = (("agent", "请讲。"), ("caller", "他们收了我三百块钱。"), ("agent", "谁收的钱？"))
    told = LabelledReport(
        text, categories=("bribery",), refer=True, turns=turns, rationales=(Rationale("bribery", start, start + 8),)
    )
    asked_back = text.index("谁收的钱")
    lost = replace(told, rationales=(Rationale("bribery", asked_back, asked_back + 4),))
    (reading,) = default_readings([entry_of(told)])
    rationales = rationales_of([told, lost], [reading, reading], ["bribery", "retaliation"], ["refer"])
    assert rationales is not None
    assert rationales.marked.tolist() == [[True, False, True], [False, False, False]], (
        "an operator's question tells nothing"
    )
    placed = {(column, reading.text[start:end].strip()) for _, column, start, end in rationales.passages.tolist()}
    assert placed == {(0, "收了我三百块钱。"), (2, "收了我三百块钱。")}


def test_passages_stand_where_they_were_marked_whether_a_character_was_read_as_one_or_as_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def noted(text: str) -> Normalised:
        made.append(text)
        return normalise(text)

    monkeypatch.setattr(corpus, "normalise", noted)
    texts = ["村支书收了我三百块錢，没有收據。", "㎡ 村支书收了我三百块錢，没有收據。"]
    rows = [
        LabelledReport(text, categories=("bribery",), rationales=(Rationale("bribery", at, at + 7),))
        for text in texts
        for at in [text.index("收了")]
    ]
    readings = list(default_readings(map(entry_of, rows)))
    rationales = rationales_of(rows, readings, ["bribery"], [])
    assert rationales is not None
    placed = [readings[place].text[start:end] for place, _, start, end in rationales.passages.tolist()]
    assert placed == ["收了我三百块钱"] * 2
    assert made == texts[1:], "what was read character by character is not read once more"


@pytest.mark.parametrize("written", ["㎏\u200b{}", "{}"], ids=["one more for one less", "apart"])
def test_passages_stand_where_they_were_marked_though_characters_are_left_out(written: str) -> None:
    told, wrong = "村支书收了我三百块钱,没有收据。", "收了我三百块钱"
    gap = "" if "\u200b" in written else " "
    text, passage = written.format(gap.join(told)), gap.join(wrong)
    at = text.index(passage)
    marks = (Rationale("bribery", at, at + len(passage)),)
    row = LabelledReport(text, categories=("bribery",), rationales=marks)
    readings = list(default_readings([entry_of(row)]))
    rationales = rationales_of([row], readings, ["bribery"], [])
    assert rationales is not None
    assert [readings[0].text[start:end] for _, _, start, end in rationales.passages.tolist()] == [wrong]


def test_a_referral_is_told_by_the_wrongs_that_are_referred() -> None:
    text = "反映多次没有人管。后来才听说是收了钱的。"
    told = LabelledReport(
        text,
        categories=("bribery", "dereliction"),
        refer=True,
        rationales=(Rationale("dereliction", 0, 9), Rationale("bribery", 9, 20)),
    )
    milder = LabelledReport(text, categories=("dereliction",), refer=True, rationales=(Rationale("dereliction", 0, 9),))
    rows = [told, milder, replace(milder, refer=False), replace(milder, refer=None)]
    readings = list(default_readings(map(entry_of, rows)))
    rationales = rationales_of(rows, readings, ["bribery", "dereliction"], ["refer"])
    assert rationales is not None
    assert rationales.marked.tolist() == [[True] * 3, [True] * 3, [True] * 3, [True, True, False]]
    refer = [(text, start, end) for text, column, start, end in rationales.passages.tolist() if column == 2]
    assert refer == [(0, 9, 20), (1, 0, 9)], "with nothing graver, what else is told"


def test_what_is_urgent_is_told_by_its_own_passages_and_makes_no_referral() -> None:
    text = "反映多次没有人管。墙一天比一天斜，今晚就怕要塌。"
    wrong, danger = Rationale("dereliction", 0, 9), Rationale("urgent", 9, 24)
    falling = LabelledReport(text, categories=("dereliction",), refer=True, urgent=True, rationales=(wrong, danger))
    asking = LabelledReport(text, categories=("service_request",), refer=False, urgent=True, rationales=(danger,))
    calm = replace(asking, urgent=False, rationales=())
    unmarked = replace(asking, rationales=())
    rows = [falling, asking, calm, unmarked]
    readings = list(default_readings(map(entry_of, rows)))
    rationales = rationales_of(rows, readings, ["dereliction"], ["refer", "urgent"])
    assert rationales is not None
    assert rationales.marked.tolist() == [[True] * 3, [True] * 3, [True] * 3, [True, True, False]]
    assert rationales.passages.tolist() == [[0, 0, 0, 9], [0, 2, 9, 24], [0, 1, 0, 9], [1, 2, 9, 24]]


def test_a_label_that_a_row_bears_without_passages_stays_untold() -> None:
    text = "反映多次没有人管。后来才听说是收了钱的。"
    part = LabelledReport(text, categories=("bribery", "dereliction"), rationales=(Rationale("bribery", 9, 20),))
    other = LabelledReport(text, categories=("dereliction",), rationales=(Rationale("dereliction", 0, 9),))
    asking = LabelledReport(text, categories=("service_request",), rationales=())
    rows = [part, other, asking, LabelledReport(text, rationales=())]
    readings = list(default_readings(map(entry_of, rows)))
    rationales = rationales_of(rows, readings, ["bribery", "dereliction", "service_request"], [])
    assert rationales is not None
    assert rationales.marked.tolist() == [
        [True, False, False],
        [True, True, False],
        [True, True, False],
        [False, False, False],
    ], "what nobody marks anywhere is unknown, and so is all of a row without labels"


def test_a_report_is_received_on_its_own_day_in_shanghai() -> None:
    asked = asked_of(LabelledReport("一", received=date(2018, 5, 12), turns=(("caller", "喂"),)))
    assert asked.received_at.isoformat() == "2018-05-12T04:00:00+00:00"
    assert asked.turns[0].text == "喂"


def test_flags_are_scored_over_the_rows_that_answer() -> None:
    figures = flag_figures([True, False, None, True], [True, True, True, False])
    assert figures == {"precision": 0.5, "recall": 0.5, "support": 2, "rows": 3}
    assert flag_figures([None], [True]) is None


def test_entities_are_compared_as_sets_of_strings_and_then_by_value() -> None:
    true = LabelledReport(
        "王德海领走3万5",
        entities=(
            LabelledEntity("person", "王德海", role="accused"),
            LabelledEntity("amount", "3万5", yuan=35000),
            LabelledEntity("period", "去年", first="2017-01", last="2017-12"),
            LabelledEntity("place", "昭觉县", code="513431"),
        ),
    )
    found = assessment(
        entities=[
            Entity(EntityKind.PERSON, "王德海", 0, 3, role=Role.VICTIM),
            Entity(EntityKind.PERSON, "王德海", 20, 23, role=Role.VICTIM),
            Entity(EntityKind.AMOUNT, "3万5", 5, 8, fen=3_500_000),
            Entity(EntityKind.PERIOD, "去年", 9, 11, first="2016-01", last="2016-12"),
            Entity(EntityKind.CONTACT, "138", 12, 15),
        ]
    )
    figures = entity_figures([true], [found])
    assert figures is not None
    assert figures["person"] == {"p": 1.0, "r": 1.0, "f1": 1.0, "support": 1}
    assert figures["contact"]["p"] == 0.0
    assert figures["place"]["r"] == 0.0
    assert figures["accused_f1"] == 0.0
    assert (figures["yuan_right"], figures["dates_right"], figures["code_right"]) == (1.0, 0.0, None)


@pytest.fixture(scope="module")
def judge(small_models: Path) -> PairJudge:
    registry = Registry(small_models)
    return PairJudge(links_in(registry.path(registry.current() or "")), LinkRules.of(load_policy(None).links))


def test_what_no_row_tells_is_no_nought(judge: PairJudge) -> None:
    rows = [LabelledReport("路灯坏了"), LabelledReport("会计不公布账目", entities=(LabelledEntity("person", "会计"),))]
    found = [
        assessment(),
        assessment(["opaque_funds"], entities=[Entity(EntityKind.PERSON, "会计", 0, 2, role=Role.ACCUSED)]),
    ]
    figures = evaluate_rows(rows, lambda _: found, lambda: judge)
    assert figures["categories"] == {"macro_f1": None, "micro_f1": None, "per_label": {}, "ece": None}
    assert figures["entities"]["person"]["f1"] == 1.0
    # Who is accused is told where any person has a role, and where no person is marked at all
    assert figures["entities"]["accused_f1"] is None
    told = evaluate_rows([LabelledReport("路灯坏了", entities=())], lambda _: found[1:], lambda: judge)
    assert told["entities"]["accused_f1"] == 0.0


def test_copies_of_a_letter_are_found_to_be_one_case(judge: PairJudge) -> None:
    letter = "村里的账目三年没有公布过，问会计他说丢了，问支书他让我去问会计，来来回回跑了八趟也没有一个说法。"
    rows = [LabelledReport(letter, case="c"), LabelledReport("路灯坏了"), LabelledReport(letter + "求复查", case="c")]
    found = group(rows, [assessment() for _ in rows], judge)
    assert found.cases[0] == found.cases[2] != found.cases[1]
    assert found.candidates[2] == frozenset({0})
    figures = evaluate_rows(rows, lambda asked: [assessment() for _ in asked], lambda: judge)
    assert figures["cases"]["bcubed_f1"] == pytest.approx(1.0)
    assert figures["cases"]["candidate_recall"] == 1.0


def test_letters_of_which_nobody_looked_what_belongs_together_are_scored_in_no_case(judge: PairJudge) -> None:
    letter = "村里的账目三年没有公布过，问会计他说丢了，问支书他让我去问会计，来来回回跑了八趟也没有一个说法。"
    told = [LabelledReport(letter + end, case="c") for end in ("", "求复查")]
    rows = [*told, LabelledReport(letter + "盼复", id="w60-001")]
    figures = evaluate_rows(rows, lambda asked: [assessment() for _ in asked], lambda: judge)
    assert figures["cases"]["pairwise_p"] == pytest.approx(1.0)


def test_a_thorough_evaluation_tells_what_more_data_a_split_by_row_and_noise_change(
    rows: Rows, file_of: FileOf, plain: ReadTexts
) -> None:
    figures = evaluate_held_back(
        load([file_of(rows)]), read=plain, make_assess=lambda model: assess_with(model, plain), thorough=True
    )
    curve = figures["learning_curve"]
    assert [point["trained_on"] for point in curve] == sorted(point["trained_on"] for point in curve)
    assert len(curve) == 4
    assert curve[-1]["macro_f1"] == figures["categories"]["macro_f1"]
    assert figures["split_by_row"]["macro_f1"] > 0.8
    assert set(figures["robustness"]) == {"other_names", "misheard", "mistyped", "no_punctuation", "traditional"}
    assert figures["robustness"]["no_punctuation"]["drop"] < 0.2
