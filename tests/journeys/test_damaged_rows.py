"""A bad disk or somebody at the database spoils one row: every other report goes its way, and people are told of that one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from letters import ELSEWHERE, LETTER, NEIGHBOUR, send
from other_models import another

from tests.store.store_samples import flip
from triage.cli.worker import IndexWriter, _Shift
from triage.errors import BadSetup
from triage.learning.in_use import open_model
from triage.model import Access, StaffRole, Stage
from triage.operation import Observer
from triage.pipeline import Pipeline, assemble
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.figures import figures_of

EVERYWHERE = Access("tester", StaffRole.INVESTIGATOR, ("",))
SILENT = "linear-00000000000c"


def stages(store: Store) -> dict[Stage, int]:
    return {stage: number for stage, number in store.counts(WORKER).items() if number}


def test_a_damaged_mate_keeps_no_later_report_from_being_read(store: Store, pipeline: Pipeline) -> None:
    first, second = send(store, LETTER, LETTER + "我们等着。")
    pipeline.work_until_empty(10)
    flip(store, first)
    third, other = send(store, NEIGHBOUR, ELSEWHERE)
    pipeline.work_until_empty(10)
    assert stages(store) == {Stage.INDEXED: 3, Stage.DEAD: 1}
    assert [(one.report_id, one.code) for one in store.stuck(WORKER)] == [(first, "corrupt")]
    assert set(store.rows([first, second, third, other], WORKER)) == {second, third, other}
    assert store.waiting() == 0


def test_a_new_report_is_linked_to_one_whose_facts_do_not_open(store: Store, pipeline: Pipeline) -> None:
    (first,) = send(store, LETTER)
    pipeline.work_until_empty(10)
    flip(store, first, "link_facts")
    # As after a restart: nothing is at hand from before
    pipeline.index.close()
    again = assemble(store.settings, store)
    second, other = send(store, NEIGHBOUR, ELSEWHERE)
    again.work_until_empty(10)
    assert [set(case.report_ids) for case in store.cases(WORKER)] == [{first, second}]
    assert stages(store) == {Stage.INDEXED: 3}
    assert store.stuck(WORKER) == []
    assert set(store.link_facts([first, second, other], WORKER)) == {first, second, other}
    again.index.close()


def test_facts_that_a_person_met_damaged_are_made_anew_by_the_worker(store: Store, pipeline: Pipeline) -> None:
    (first,) = send(store, LETTER)
    pipeline.work_until_empty(10)
    flip(store, first, "link_facts")
    assert store.link_facts([first], WORKER) == {}
    assert store.waiting() == 1
    pipeline.work_until_empty(10)
    assert set(store.link_facts([first], WORKER)) == {first}
    assert (store.waiting(), stages(store)) == (0, {Stage.INDEXED: 1})


def test_a_reading_that_was_damaged_is_found_again_after_a_retry(store: Store, pipeline: Pipeline) -> None:
    (first,) = send(store, LETTER)
    pipeline.work_until_empty(10)
    flip(store, first)
    assert list(store.export(WORKER)) == []
    pipeline.work_until_empty(10)
    assert store.retry() == 1
    pipeline.work_until_empty(10)
    assert [row.report.text for row in store.export(WORKER)] == [LETTER]
    assert (store.stuck(WORKER), stages(store)) == ([], {Stage.INDEXED: 1})


def test_a_retry_under_a_model_that_sees_nothing_takes_no_report_off_a_desk(
    store: Store, pipeline: Pipeline, settings: Settings
) -> None:
    first, second = send(store, LETTER, LETTER + "我们等着。")
    pipeline.work_until_empty(10)
    before, proposed = store.rows([first, second], WORKER), store.referrals(EVERYWHERE)
    assert before[first].priority.refer
    flip(store, first)
    assert set(store.rows([first, second], WORKER)) == {second}
    pipeline.work_until_empty(10)
    folder = another(settings.models_dir, SILENT, lambda model: replace(model, offset=model.offset - 50.0))
    pipeline.take_up(open_model(settings, folder))
    assert store.retry() == 1
    pipeline.work_until_empty(10)
    after = store.row(first, WORKER)
    assert (after.assessment.model, after.assessment.categories) == (SILENT, ())
    assert after.priority.level.rank >= before[first].priority.level.rank
    assert after.priority.score >= before[first].priority.score
    assert after.priority.refer
    assert after.report.division == before[first].report.division
    assert {row.referral.id for row in store.referrals(EVERYWHERE)} == {row.referral.id for row in proposed}


def test_search_and_export_show_the_others_and_the_doctor_names_the_damaged_one_by_its_number(
    run: Callable[..., Any], settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "letters.jsonl"
    texts = [LETTER, LETTER + "我们等着。", ELSEWHERE]
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    run("import", str(file))
    with Store.open(settings) as store:
        damaged = next(iter(store.export(WORKER))).report.id
        flip(store, damaged)
    hits = json.loads(run("search", "周大成", "--json").stdout)["hits"]
    assert len(hits) == 1
    assert hits[0]["id"] != damaged
    run("work", "--until-empty")
    assert len(run("export").stdout.splitlines()) == 2
    assert json.loads(run("search", "周大成", "--json").stdout)["total"] == 1
    found = {line["part"]: line for line in json.loads(run("doctor", "--json", ends=1).stdout)["findings"]}
    assert found["stuck"]["code"] == "dead"
    assert f"{damaged} corrupt" in found["stuck"]["sentence"]
    assert "周大成" not in json.dumps(found, ensure_ascii=False)
    assert found["drift"]["code"] == "none"


class Stumbles:
    """A pipeline whose feeding fails in a way that nobody foresaw."""

    def __init__(self, pipeline: Pipeline, ends: threading.Event) -> None:
        self._pipeline, self._ends = pipeline, ends
        self.store, self.index, self.rounds = pipeline.store, pipeline.index, 0

    def feed(self) -> int:
        raise BadSetup("Something in the index's folder is not as it should be.")

    def process(self, limit: int) -> int:
        done = self._pipeline.process(limit)
        self.rounds += 1
        if self.rounds > 1:
            self._ends.set()
        return done


def test_a_worker_that_cannot_feed_the_index_goes_on_reading_and_says_so(
    store: Store, pipeline: Pipeline, settings: Settings
) -> None:
    send(store, LETTER, ELSEWHERE)
    ends = threading.Event()
    writer, bell = IndexWriter(store, settings), store.crew.bell()
    assert writer.mine()
    shift: Any = _Shift(store, settings, Stumbles(pipeline, ends), writer, bell, ends)  # type: ignore[arg-type]
    shift.go_on()
    assert stages(store) == {Stage.ASSESSED: 2}
    with Store.open(settings) as other:
        state = Observer(settings, other, lambda: None).worker(figures_of(other))
    assert (state.code, state.figures["failing"]) == ("hindered", "feed:BadSetup")
    assert (store.waiting(), store.stuck(WORKER)) == (2, []), "no report is blamed for it"
    bell.close()
    writer.close()
