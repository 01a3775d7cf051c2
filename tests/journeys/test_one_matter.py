"""One matter reaches the office from several people: joined, corroborated, taken apart by a person, and put back."""

from __future__ import annotations

from functools import partial

import pytest
from letters import ELSEWHERE, LETTER, NEIGHBOUR, send

from triage.cases import catching_up
from triage.cli.jobs import run_job
from triage.model import Access, Judgement, StaffRole, Verdict
from triage.pipeline import Pipeline, assemble
from triage.settings import Settings
from triage.store import WORKER, Store

REVIEWER = Access("somebody", StaffRole.REVIEWER, ("",))


def cases(store: Store) -> list[set[str]]:
    return [set(case.report_ids) for case in store.cases(WORKER)]


def points(store: Store, ids: list[str]) -> list[float]:
    found = store.corroborations(ids, WORKER)
    return [found[report_id] for report_id in ids]


def judged(one: str, other: str, verdict: Verdict) -> Judgement:
    return Judgement(one, other, verdict, 1.0, f"person:{REVIEWER.principal}", (), verdict is Verdict.SAME)


def test_two_voices_of_one_matter_raise_its_urgency(store: Store, pipeline: Pipeline) -> None:
    first, second, third = send(store, LETTER, NEIGHBOUR, ELSEWHERE)
    before = {}
    pipeline.process(10)
    before = {name: row.priority for name, row in store.rows([first, second, third], WORKER).items()}
    pipeline.work_until_empty(10)
    assert cases(store) == [{first, second}]
    assert points(store, [first, second, third]) == [1.0, 1.0, 0.0]
    after = {name: row.priority for name, row in store.rows([first, second, third], WORKER).items()}
    assert after[first].score == before[first].score + 1.0
    assert after[first].level.rank >= before[first].level.rank
    assert after[third] == before[third]


def test_a_report_that_comes_later_finds_the_stored_one(store: Store, settings: Settings, pipeline: Pipeline) -> None:
    (first,) = send(store, LETTER)
    pipeline.work_until_empty(10)
    pipeline.index.close()
    again = assemble(settings, store)
    (second,) = send(store, NEIGHBOUR)
    again.work_until_empty(10)
    assert cases(store) == [{first, second}]


def test_a_flood_of_copies_counts_once(store: Store, pipeline: Pipeline) -> None:
    ids = send(store, *(LETTER + "。" * number for number in range(12)))
    pipeline.work_until_empty(5)
    assert cases(store) == [set(ids)]
    assert set(points(store, ids)) == {0.0}
    (second,) = send(store, NEIGHBOUR)
    pipeline.work_until_empty(5)
    assert set(points(store, [*ids, second])) == {1.0}


def test_a_person_takes_a_case_apart_and_takes_that_back(store: Store, pipeline: Pipeline) -> None:
    first, second = send(store, LETTER, NEIGHBOUR)
    pipeline.work_until_empty(10)
    store.save_judgements([judged(first, second, Verdict.DIFFERENT)], REVIEWER)
    pipeline.work_until_empty(10)
    assert cases(store) == []
    assert points(store, [first, second]) == [0.0, 0.0]
    store.save_judgements([judged(first, second, Verdict.WITHDRAWN)], REVIEWER)
    pipeline.work_until_empty(10)
    assert cases(store) == [{first, second}]
    assert points(store, [first, second]) == [1.0, 1.0]


def test_no_name_stands_in_the_ledger(store: Store, pipeline: Pipeline) -> None:
    ids = send(store, LETTER, NEIGHBOUR)
    pipeline.work_until_empty(10)
    features = [feature for line in store.ledger(ids, WORKER) for feature in line.features]
    assert features
    assert all(feature.isascii() for feature in features)


def test_a_report_of_a_version_that_kept_no_facts_is_linked_to_new_ones_after_reconcile(
    store: Store, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = send(store, LETTER, ELSEWHERE, "请问今年的雨露计划什么时候可以申请，需要带哪些材料？")
    pipeline.work_until_empty(5)
    with store._database.write() as connection:
        connection.exec_driver_sql("DELETE FROM link_facts")
        connection.exec_driver_sql("DELETE FROM link_keys")
    monkeypatch.setattr(catching_up, "BATCH", 2)
    run = partial(run_job, store, pipeline.index, "reconcile", advance=lambda _: None)
    assert run({"repair": "no"}) == (
        "3 件缺串并所需的要素；未作改动 · 3 reports lacked what later ones are linked by; nothing was changed."
    )
    assert run({}) == "3 件缺串并所需的要素；已补齐 · 3 reports lacked what later ones are linked by; mended."
    assert run({}) == "索引与库一致 · Index and store agree."
    new = send(store, NEIGHBOUR)
    pipeline.work_until_empty(5)
    assert {old[0], new[0]} in cases(store)
