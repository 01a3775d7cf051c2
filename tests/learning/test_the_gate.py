"""A new model comes into use only if it finds as many of the reports that are to be referred as the one before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_evaluating_a_reader import assess_with, assessment

from corpora.reports import LabelledReport
from models.category import CategoryModel
from models.registry import Registry
from models.saved import load as load_model
from triage.cli.promoting import demand_gate, print_gate
from triage.errors import BadInput
from triage.learning import load, register, train_model
from triage.learning.asking import Assess
from triage.learning.corpus import ReadTexts
from triage.learning.gate import FILE, Gate, Measured, Part, held_back_before, measure, read_gate
from triage.learning.promoting import in_use, promote, train_reviewed
from triage.learning.reviewed import Parted, is_aside, parted
from triage.learning.training import REVIEW_COUNTS
from triage.model import Channel, Level, Report, Review, Ruling, StaffRole, Stage
from triage.settings import get_settings
from triage.store import Priority, ReadRow

Rows = list[dict[str, Any]]
FileOf = Callable[[Iterable[dict[str, Any]]], Path]
NOW = datetime(2019, 11, 5, tzinfo=UTC)
SIZES = st.integers(0, 60)


@pytest.fixture
def authored(rows: Rows, file_of: FileOf) -> list[LabelledReport]:
    return load([file_of(rows)])


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def trained(
    authored: list[LabelledReport], registry: Registry, plain: ReadTexts
) -> Callable[[Parted], tuple[CategoryModel, Gate]]:
    """Trains on what people decided beside the authored rows, and measures it against what is in use."""

    def make(decided: Parted) -> tuple[CategoryModel, Gate]:
        def assess(model: CategoryModel) -> Assess:
            return assess_with(model, plain)

        return train_reviewed(
            authored,
            decided,
            in_use(registry),
            read=plain,
            make_assess=assess,  # type: ignore[arg-type]  # these readers are all fast ones
            open_assess=lambda folder: assess(load_model(folder)),
        )

    return make


def decided(text: str, *, refer: bool, code: str = "opaque_funds", number: int = 0) -> LabelledReport:
    return LabelledReport(text, id=f"d{number}", categories=(code,), refer=refer, urgent=False)


NOT_SHOWN = tuple(decided(f"名单从来没有公示过，问账目就说不知道，第{n}户。", refer=True, number=n) for n in range(12))
FEES = tuple(
    decided(f"收了红包才给盖章，办证要先交好处费，第{n}户。", refer=True, code="bribery", number=n) for n in range(12)
)


def all_referred(rows: list[LabelledReport]) -> list[LabelledReport]:
    return [replace(row, refer=row.categories != ("irrelevant",)) for row in rows]


def test_a_model_that_misses_more_is_refused_and_told_why(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
) -> None:
    before = register(train_model(all_referred(authored), read=plain), registry)
    model, gate = trained(Parted((), NOT_SHOWN))
    assert (gate.passed, gate.stops, gate.old, gate.new) == (False, ("fell_reviews",), before, model.version)
    (reviews, held) = gate.parts
    assert (reviews.lost, reviews.won, reviews.new.refer_recall) == (12, 0, 0.0)
    assert reviews.old is not None
    assert reviews.old.refer_recall == 1.0
    assert held.old == held.new
    assert promote(model, gate, registry, authored).outcome == "refused"
    assert registry.current() == before
    told = read_gate(registry.path(model.version))
    assert told is not None
    assert (told["outcome"], told["stops"], told["parts"]["reviews"]["few"]) == ("refused", ["fell_reviews"], True)
    assert 0 < told["parts"]["reviews"]["chance"] < 0.001


def no_room(_: Gate) -> None:
    """An audit log that cannot be written."""
    raise OSError("disk full")


def test_who_forces_it_must_say_why_and_the_reason_stays_beside_the_model(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
) -> None:
    before = register(train_model(all_referred(authored), read=plain), registry)
    model, gate = trained(Parted((), NOT_SHOWN))
    with pytest.raises(OSError, match="disk full"):
        promote(model, gate, registry, authored, force="口径已改", note=no_room)
    assert registry.current() == before
    noted: list[tuple[str, str | None]] = []
    promote(model, gate, registry, authored, force="口径已改", note=lambda one: noted.append((one.outcome, one.forced)))
    assert noted == [("forced", "口径已改")]
    assert registry.current() == model.version
    assert (read_gate(registry.path(model.version)) or {})["forced"] == "口径已改"
    assert registry.roll_back() == before


def test_training_a_forced_model_once_more_makes_it_none_that_passed(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
) -> None:
    register(train_model(all_referred(authored), read=plain), registry)
    promote(*trained(Parted((), NOT_SHOWN)), registry, authored, force="口径已改")
    model, again = trained(Parted((), NOT_SHOWN))
    assert (again.old, promote(model, again, registry, authored).outcome) == (again.new, "passed")
    told = read_gate(registry.path(model.version)) or {}
    assert (told["outcome"], told["forced"], told["stops"]) == ("forced", "口径已改", ["fell_reviews"])


def test_a_model_that_is_not_worse_comes_into_use_and_the_next_gate_knows_what_it_did(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = register(train_model(authored[:60], read=plain), registry)
    prepared: list[str | None] = []
    model, gate = trained(Parted(FEES[:4], FEES[4:]))
    promote(model, gate, registry, authored, prepare=lambda _: prepared.append(registry.current()))
    assert (gate.outcome, registry.current(), prepared) == ("passed", model.version, [before])
    assert model.about["reviewed"] == 4
    assert model.about["reports"] == len(authored) + 4
    trainings: list[int] = []

    def counted(*args: Any, **named: Any) -> CategoryModel:
        trainings.append(1)
        return train_model(*args, **named)

    monkeypatch.setattr("triage.learning.promoting.train_model", counted)
    again, second = trained(Parted(FEES[:5], FEES[5:]))
    assert len(trainings) == 2
    assert second.parts[1].old == gate.parts[1].new
    assert second.old == model.version
    assert again.version != model.version


def test_without_a_model_before_there_is_nothing_to_fall_from(
    authored: list[LabelledReport], registry: Registry, trained: Callable[[Parted], tuple[CategoryModel, Gate]]
) -> None:
    model, gate = trained(Parted((), ()))
    assert promote(model, gate, registry, authored).outcome == "passed"
    assert (gate.old, registry.current()) == (None, model.version)
    assert gate.told()["parts"]["reviews"]["rows"] == 0


def test_a_model_in_use_that_cannot_be_opened_leaves_the_gate_shut_for_what_misses_more(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
) -> None:
    version = register(train_model(authored, read=plain), registry)
    (registry.path(version) / "arrays.npz").write_bytes(b"cut")
    learned, aside = (tuple(replace(row, refer=told) for row in FEES) for told in (False, True))
    _, gate = trained(Parted(learned * 6, aside))
    assert gate.old is None
    assert gate.stops == ("fell_reviews",)
    assert None not in [part.old for part in gate.parts]


def test_a_model_that_proposes_nothing_does_not_take_the_place_of_one_that_did(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
) -> None:
    before = register(train_model(authored, read=plain), registry)
    authored[:] = [replace(row, refer=None) for row in authored]
    model, gate = trained(Parted((), ()))
    assert "refer" not in model.flags
    assert gate.stops == ("refer_unanswered",)
    assert promote(model, gate, registry, authored).outcome == "refused"
    assert registry.current() == before


def test_categories_that_the_new_model_does_not_know_are_told(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever leaves out ``--data`` trains on another scheme than that of the model in use."""
    register(train_model(authored, read=plain), registry)
    authored[:] = [row for row in authored if row.categories != ("irrelevant",)]
    _, gate = trained(Parted((), ()))
    assert gate.told()["unknown_categories"] == ["irrelevant"]
    print_gate(gate)
    assert "the new one does not know: irrelevant" in " ".join(capsys.readouterr().out.split())


def test_a_model_that_came_into_use_meanwhile_is_not_replaced_unseen(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
) -> None:
    register(train_model(authored[:60], read=plain), registry)
    model, gate = trained(Parted(FEES[:4], FEES[4:]))
    assert gate.passed
    chosen = register(train_model(all_referred(authored), read=plain), registry)
    assert promote(model, gate, registry, authored).outcome == "refused"
    assert registry.current() == chosen
    assert (read_gate(registry.path(model.version)) or {})["stops"] == ["other_in_use"]
    assert promote(model, gate, registry, authored, force="口径已改").outcome == "forced"
    assert registry.current() == model.version


@pytest.mark.parametrize("left", [None, "{", "[]", "{}"])
def test_what_learned_from_reviews_and_was_never_measured_is_not_simply_chosen(
    authored: list[LabelledReport],
    registry: Registry,
    plain: ReadTexts,
    trained: Callable[[Parted], tuple[CategoryModel, Gate]],
    left: str | None,
) -> None:
    before = register(train_model(authored, read=plain), registry)
    model, gate = trained(Parted(FEES, ()))

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        promote(model, gate, registry, authored, prepare=killed)
    if left is not None:
        (registry.path(model.version) / FILE).write_text(left)
    with pytest.raises(BadInput, match="no report of the gate stands beside it"):
        demand_gate(registry, model.version, get_settings(), None)
    demand_gate(registry, before, get_settings(), None)


def test_the_accurate_reader_that_a_person_chose_is_not_replaced(registry: Registry, tmp_path: Path) -> None:
    folder = registry.path("accurate-1")
    from models.saved import write_saved

    write_saved(folder, {"a": np.zeros(1)}, {"reader": "accurate", "about": {}})
    registry.use("accurate-1")
    with pytest.raises(BadInput, match="accurate reader is in use"):
        in_use(registry)


def test_nothing_of_a_decided_report_can_be_read_out_of_the_saved_model(
    authored: list[LabelledReport], registry: Registry, plain: ReadTexts, trained: Callable[[Parted], Any]
) -> None:
    canaries = ("金丝雀", "黄莺儿", "13911112222")
    learned = tuple(
        decided(f"黄莺儿在金丝雀村收了红包才给盖章，电话13911112222，第{n}户。", refer=True, code="bribery", number=n)
        for n in range(8)
    )
    model, gate = trained(Parted(learned, ()))
    promote(model, gate, registry, authored)
    folder = registry.path(model.version)
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert [one for one in canaries if one.encode() in data or one.encode("utf-16-le") in data] == [], path.name
    with np.load(folder / "arrays.npz") as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"f", "u", "i"}
    assert "d0" not in (folder / FILE).read_text()


def test_decided_rows_count_more_and_leave_the_corpus_s_name_alone(
    authored: list[LabelledReport], plain: ReadTexts
) -> None:
    alone, beside = train_model(authored, read=plain), train_model(authored, read=plain, reviewed=FEES)
    assert alone.about["corpus"] == beside.about["corpus"]
    assert "reviewed" not in alone.about
    assert train_model(authored, read=plain, reviewed=()).version == alone.version
    assert beside.held_out is not None
    assert beside.held_out.told(authored[0].text)
    assert not any(beside.held_out.told(row.text) for row in FEES)
    once = train_model([*authored, *FEES], read=plain)
    assert REVIEW_COUNTS != 1.0
    assert not np.allclose(once.weights, beside.weights)


# Which decided reports are learned from


def stored(report_id: str, text: str, case: str | None = None, decision: Ruling = Ruling.CONFIRM) -> ReadRow:
    report = Report(report_id, 1, text, Channel.WEB, NOW, Stage.INDEXED)
    review = Review(
        "r", report_id, "a", "fast", "m", decision, ("bribery",), True, False, (), "routine", 0.05, "b",
        StaffRole.REVIEWER, NOW,
    )  # fmt: skip
    return ReadRow(report, assessment(["bribery"]), Priority(Level.HIGH, 1.0, True), case_id=case, review=review)


IDS = [f"01J{number:023d}" for number in range(200)]
ASIDE = [one for one in IDS if is_aside(one)]
LEARNED = [one for one in IDS if not is_aside(one)]


def test_about_a_fifth_is_kept_aside_by_the_id_alone() -> None:
    assert 20 <= len(ASIDE) <= 60
    assert [one for one in IDS if is_aside(one)] == ASIDE


def test_what_belongs_to_a_report_kept_aside_is_not_learned_from() -> None:
    rows = [
        stored(ASIDE[0], "一封信", case="c1"),
        stored(LEARNED[0], "同案的另一封信", case="c1"),
        stored(LEARNED[1], "一封信 "),
        stored(LEARNED[2], "无关的信", case="c2"),
        stored(LEARNED[3], "被否定的", decision=Ruling.REJECT),
    ]
    found = parted(rows)
    assert [row.id for row in found.aside] == [ASIDE[0]]
    assert [row.id for row in found.learned] == [LEARNED[2]]


def test_a_report_that_stands_in_the_corpus_measures_nothing() -> None:
    known = [LabelledReport("一封信", categories=("bribery",))]
    assert parted([stored(ASIDE[0], "一封信")], known) == Parted((), ())


@settings(max_examples=40)
@given(
    ids=st.lists(st.sampled_from(IDS), unique=True),
    cases=st.lists(st.sampled_from(["c1", "c2", None]), min_size=200, max_size=200),
)
def test_no_case_stands_on_both_sides(ids: list[str], cases: list[str | None]) -> None:
    found = parted([stored(one, one, case) for one, case in zip(ids, cases, strict=False)])
    assert {row.id for row in found.aside} == {one for one in ids if is_aside(one)}
    assert not {row.id for row in found.aside} & {row.id for row in found.learned}
    assert not {row.case for row in found.aside if row.case} & {row.case for row in found.learned if row.case}


# The arithmetic


def measured(referable: int, missed: Iterable[int]) -> Measured:
    gone = tuple(sorted(missed))
    return Measured(referable, referable, gone, referable - len(gone), referable - len(gone), 0, 0, None)


@settings(max_examples=60)
@given(old=st.sets(st.integers(0, 59)), new=st.sets(st.integers(0, 59)))
def test_the_gate_closes_exactly_when_fewer_are_found(old: set[int], new: set[int]) -> None:
    part = Part("reviews", measured(60, old), measured(60, new))
    gate = Gate("a", "b", (part, Part("authored", None, measured(5, [1, 2]))))
    assert gate.passed is (len(new) <= len(old))
    assert part.lost - part.won == len(new) - len(old)
    assert part.chance is None or 0 < part.chance <= 1
    assert json.loads(json.dumps(gate.told()))["outcome"] == gate.outcome


def test_what_no_row_tells_is_not_counted() -> None:
    rows = [
        LabelledReport("一", refer=True, urgent=True),
        LabelledReport("二"),
        LabelledReport("三", refer=False, categories=("a",)),
    ]
    found = measure(rows, lambda asked: [assessment(["a"], refer=True) for _ in asked])
    assert (found.rows, found.referable, found.raised, found.right, found.missed) == (3, 1, 2, 1, ())
    assert (found.refer_recall, found.refer_precision, found.urgent_recall, found.macro_f1) == (1.0, 0.5, 0.0, 1.0)
    nothing = measure([], lambda _: [])
    assert (nothing.refer_recall, nothing.refer_precision, nothing.macro_f1) == (None, None, None)


@pytest.mark.parametrize("content", ["{", "[]", '{"held_back": {"corpus": "x"}}'])
def test_a_report_of_the_gate_that_cannot_be_read_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    assert held_back_before(tmp_path, "x") is None
