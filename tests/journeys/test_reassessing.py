"""Another model is in use: old reports are read again by it in idle moments, and nothing that people have before them is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from other_models import another
from postgres_databases import Databases
from sqlalchemy import func, select

from models.category import CategoryModel
from models.registry import Registry
from triage.intake import new_code, receipt_hash
from triage.learning.in_use import open_model
from triage.learning.reassessing import MOST_AT_ONCE, Pace, Reassessing
from triage.model import Access, Channel, Ruling, StaffRole, Stage, Submission
from triage.pipeline import Pipeline, assemble
from triage.referral import keys_of_name
from triage.review import Said
from triage.review.decisions import KEPT
from triage.reviewing import open_panel
from triage.settings import Settings, get_settings
from triage.store import WORKER, Accepted, Arrival, ReadRow, Store
from triage.store.arrivals import _lane
from triage.store.seen import Seen
from triage.store.tables import assessments, judgements
from triage.text.terms import TermKeyer

EVERYWHERE = Access("tester", StaffRole.INVESTIGATOR, ("",))
GRAVE = "四川省凉山州昭觉县{}林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，谁去告就打谁，还说要取消他家的低保。"
PLAIN = "我们{}号村的公益岗位工资拖了三个月没有发，问乡里说没有钱。"
SILENT, BACK = "linear-00000000000c", "linear-00000000000d"


@pytest.fixture
def settings(on_each_database: Settings) -> Settings:
    return on_each_database


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def send(store: Store, *texts: str, source: str = "") -> list[str]:
    key = store.subkey("receipt")
    at = datetime(2019, 11, 20, 4, 0, tzinfo=UTC)
    arrivals = [
        Arrival(
            Submission(text, Channel.LETTER, at, source=source or None, row=str(place) if source else None),
            receipt_hash(key, new_code()),
        )
        for place, text in enumerate(texts)
    ]
    return [answer.report_id for answer in store.receive(arrivals) if isinstance(answer, Accepted)]


def silent(model: CategoryModel) -> CategoryModel:
    """A model that finds no category and refers nothing."""
    return replace(model, offset=model.offset - 50.0)


def use(pipeline: Pipeline, settings: Settings, version: str, change: Callable[..., Any] = lambda model: model) -> None:
    registry = Registry(settings.models_dir)
    if version not in registry.versions():
        another(settings.models_dir, version, change)
    registry.use(version)
    pipeline.take_up(open_model(settings, registry.path(version)))


def idle(reassessing: Reassessing, clock: Clock, turns: int = 1000) -> int:
    """Idle turns until nothing is to be read again; how many reports were."""
    total = nothing = 0
    for _ in range(turns):
        clock.now += 60.0
        done = reassessing.turn()
        total += done
        nothing = 0 if done else nothing + 1
        while reassessing._pipeline.feed():
            pass
        if nothing > 2:
            break
    return total


def rows(store: Store, ids: list[str]) -> dict[str, ReadRow]:
    return store.rows(ids, EVERYWHERE)


def count(store: Store, table: Any) -> int:
    with store._database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_all_are_read_again_and_neither_level_nor_proposal_nor_case_is_lost_by_a_model_that_sees_nothing(
    store: Store, settings: Settings, pipeline: Pipeline
) -> None:
    ids = send(store, *(GRAVE.format(name) for name in "柳杨"), *(PLAIN.format(number) for number in range(10)))
    twins = send(store, GRAVE.format("柳") + "请派人来。")
    pipeline.work_until_empty(16)
    before, proposed = rows(store, ids), {row.referral.id for row in store.referrals(EVERYWHERE)}
    cases = store.cases_of([*ids, *twins], WORKER, most=5)
    assert proposed
    assert cases
    judged = count(store, judgements)
    use(pipeline, settings, SILENT, silent)
    clock = Clock()
    reassessing = Reassessing(pipeline, 600, clock)
    assert idle(reassessing, clock) == len(ids) + len(twins)
    reassessing.close()
    after = rows(store, ids)
    for report_id, row in after.items():
        assert row.assessment.model == SILENT
        assert row.assessment.categories == ()
        assert row.priority.level.rank >= before[report_id].priority.level.rank
        assert row.priority.score >= before[report_id].priority.score
        assert row.priority.refer >= before[report_id].priority.refer
        assert row.priority.urgent >= before[report_id].priority.urgent
        assert row.report.division == before[report_id].report.division or not before[report_id].priority.refer
    assert {row.referral.id for row in store.referrals(EVERYWHERE)} >= proposed
    assert store.cases_of([*ids, *twins], WORKER, most=5) == cases
    assert count(store, judgements) == judged, "the mentions are the same, and so is what they say of pairs"
    assert count(store, assessments) == 2 * (len(ids) + len(twins))
    assert store.counts(WORKER)[Stage.INDEXED] == len(ids) + len(twins)
    assert store.waiting() == 0


def test_it_goes_on_where_it_stopped_and_reads_nothing_twice(
    store: Store, settings: Settings, pipeline: Pipeline
) -> None:
    ids = send(store, *(PLAIN.format(number) for number in range(30)))
    pipeline.work_until_empty(32)
    use(pipeline, settings, BACK)
    clock = Clock()
    first = Reassessing(pipeline, 240, clock)
    assert idle(first, clock, turns=3) == 12
    first.close()
    second = Reassessing(pipeline, 240, clock)
    assert idle(second, clock) == 18
    assert idle(second, clock) == 0
    assert count(store, assessments) == 2 * len(ids)
    second.close()


def test_new_reports_come_first(store: Store, settings: Settings, pipeline: Pipeline) -> None:
    send(store, *(PLAIN.format(number) for number in range(5)))
    pipeline.work_until_empty(32)
    use(pipeline, settings, BACK)
    clock = Clock()
    reassessing = Reassessing(pipeline, 600, clock)
    send(store, PLAIN.format(100))
    assert reassessing.turn() == 0
    pipeline.process(16)
    assert reassessing.turn() == 0, "what is read is on its way to the index"
    while pipeline.feed():
        pass
    assert reassessing.turn() == 5
    reassessing.close()


def test_every_sender_has_a_turn_before_a_flood_has_its_second(
    store: Store, settings: Settings, pipeline: Pipeline
) -> None:
    lanes: dict[int, str] = {}
    for name in (f"第{number}县" for number in range(100)):
        sent = Arrival(Submission("", Channel.LETTER, datetime.now(UTC), source=name, row="0"), "")
        lanes.setdefault(_lane(store._vault, sent), name)
    flood, *others = list(lanes.values())[:4]
    few = {name: send(store, PLAIN.format(name), source=name) for name in others}
    send(store, *(PLAIN.format(number) for number in range(40)), source=flood)
    pipeline.work_until_empty(64)
    use(pipeline, settings, BACK)
    clock = Clock()
    reassessing = Reassessing(pipeline, 240, clock)
    idle(reassessing, clock, turns=3)
    reassessing.close()
    assert {store.assessment(report_id, WORKER).model for [report_id] in few.values()} == {BACK}


def test_what_a_person_decided_stays_as_the_person_saw_it(store: Store, settings: Settings, pipeline: Pipeline) -> None:
    [decided, other] = send(store, GRAVE.format("柳"), PLAIN.format(1))
    pipeline.work_until_empty(16)
    said = Said(Ruling.CORRECT, ("embezzlement",), refer=False, urgent=False)
    open_panel(settings, store).review(decided, said, EVERYWHERE)
    while pipeline.feed():
        pass
    before = store.row(decided, EVERYWHERE)
    use(pipeline, settings, SILENT, silent)
    clock = Clock()
    reassessing = Reassessing(pipeline, 600, clock)
    assert idle(reassessing, clock) == 1
    reassessing.close()
    assert store.row(decided, EVERYWHERE) == before
    assert store.assessment(other, WORKER).model == SILENT


def test_whom_somebody_is_kept_from_is_found_by_its_letters_when_reports_are_read_again_and_asked_once_a_portion(
    store: Store, settings: Settings, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.referral.conflicts.party_keys", lambda *_: ())
    told, *others = send(store, "柳林村钱多宝也知道这个事。", *(PLAIN.format(number) for number in range(5)))
    pipeline.work_until_empty(16)
    token = store.new_token(StaffRole.SUPERVISOR)
    keys = keys_of_name("钱多宝", TermKeyer(store.subkey("link")).key)
    store.staff.recuse(store.staff.listed()[-1].id, keys, names=dict.fromkeys(keys, "钱多宝"))
    assert told in store.rows([told], store.authenticate(token)), "no reader marked the name"
    use(pipeline, settings, SILENT, silent)
    asked, known = [], store.staff.kept_from
    monkeypatch.setattr(store.staff, "kept_from", lambda: asked.append(1) or known())
    clock = Clock()
    reassessing = Reassessing(pipeline, 60 * MOST_AT_ONCE, clock)
    assert reassessing.turn() == 1 + len(others) <= MOST_AT_ONCE
    reassessing.close()
    assert len(asked) == 1
    assert set(store.rows([told, *others], store.authenticate(token))) == set(others)


def test_what_a_colleague_gave_a_report_outlives_a_rejection_and_another_model(
    store: Store, settings: Settings, pipeline: Pipeline
) -> None:
    """One corrects a report up, another rejects the machine's reading: no model takes away what the first one gave."""
    (report,) = send(store, PLAIN.format(1))
    pipeline.work_until_empty(16)
    panel = open_panel(settings, store)
    panel.review(report, Said(Ruling.CORRECT, ("embezzlement",), True, True), EVERYWHERE)
    before = rows(store, [report])[report].priority
    colleague = Access("colleague", StaffRole.INVESTIGATOR, ("",))
    panel.review(report, Said(Ruling.REJECT, seen=Seen.of(rows(store, [report])[report])), colleague)
    pipeline.work_until_empty(16)
    clock = Clock()
    use(pipeline, settings, SILENT, silent)
    reassessing = Reassessing(pipeline, 600, clock)
    assert idle(reassessing, clock) == 1
    reassessing.close()
    row = rows(store, [report])[report]
    assert (row.review, row.assessment.model) == (None, SILENT)
    assert (row.priority.level, row.priority.refer, row.priority.urgent) == (before.level, True, True)
    assert (row.assessment.risk.level, row.assessment.urgent) == (before.level, True)
    assert KEPT in {point.code for point in row.assessment.risk.floor}


def test_a_text_that_breaks_the_reader_keeps_no_other_from_being_read(
    store: Store,
    settings: Settings,
    pipeline: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ids = send(store, *(PLAIN.format(number) for number in range(4)))
    pipeline.work_until_empty(16)
    use(pipeline, settings, BACK)
    read = pipeline.assessor.pipe

    def breaks(reports: Any) -> Any:
        if any(report.id == ids[2] for report in reports):
            raise ValueError("no")
        return read(reports)

    monkeypatch.setattr(pipeline.assessor, "pipe", breaks)
    clock = Clock()
    reassessing = Reassessing(pipeline, 600, clock)
    idle(reassessing, clock)
    reassessing.close()
    models = {one: store.assessment(one, WORKER).model for one in ids}
    assert [models[one] == BACK for one in ids] == [True, True, False, True]
    assert "reassessment_failed" in caplog.text


def test_the_command_and_the_doctor_tell_how_many_wait(
    store: Store, settings: Settings, pipeline: Pipeline, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(store, *(PLAIN.format(number) for number in range(3)))
    pipeline.work_until_empty(16)
    assert json.loads(run("reassess", "--json").stdout)["waiting"] == 0
    use(pipeline, settings, BACK)
    told = json.loads(run("reassess", "--json").stdout)
    assert (told["waiting"], told["per_minute"]) == (3, settings.reassess_per_minute)
    assert [(one["in_use"], one["reports"]) for one in told["read_by"]] == [(False, 3)]
    assert "3 reports wait" in run("reassess").stdout
    lines = {one["part"]: one for one in json.loads(run("doctor", "--json").stdout)["findings"]}
    assert "3 reports wait to be read again" in lines["model"]["sentence"]
    assert lines["model"]["well"]
    monkeypatch.setenv("TRIAGE_REASSESS_PER_MINUTE", "0")
    get_settings.cache_clear()
    assert "TRIAGE_REASSESS_PER_MINUTE is 0" in run("reassess").stdout


def test_of_several_workers_one_alone_keeps_the_pace(data_dir: Path, postgres: Databases) -> None:
    with postgres.fresh() as name, ExitStack() as opened:
        settings = postgres.settings(data_dir, name)
        pipelines = [assemble(settings, opened.enter_context(Store.open(settings))) for _ in range(2)]
        send(pipelines[0].store, *(PLAIN.format(number) for number in range(6)))
        pipelines[0].work_until_empty(16)
        for pipeline in pipelines:
            use(pipeline, settings, BACK)
        one, other = (Reassessing(pipeline, 120, Clock()) for pipeline in pipelines)
        assert one.turn() == 2
        while pipelines[0].feed():
            pass
        assert other.turn() == 0, "somebody else does it"
        one.close()
        assert other.turn() == 2, "and it goes on when that one ends"
        other.close()


@given(per_minute=st.integers(1, 60_000), waits=st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_has_more_than_was_said(per_minute: int, waits: list[float]) -> None:
    clock = Clock()
    pace, done = Pace(per_minute, clock), []
    assert 1 <= pace.portion <= MOST_AT_ONCE
    for wait in waits:
        clock.now += wait
        if pace.due():
            pace.begin()
            done.append(clock.now)
    for begin in done:
        assert pace.portion * len([at for at in done if begin <= at < begin + 60.0]) <= per_minute


def test_nothing_is_read_again_where_the_setting_is_nought() -> None:
    pace = Pace(0, Clock())
    assert not pace.due()
