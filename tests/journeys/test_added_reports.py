"""Whoever holds a receipt adds to the report: it is found, lies in the case of the first, and shares its fate."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from letters import ELSEWHERE, LETTER, NEIGHBOUR, send
from sqlalchemy import select
from two_offices import HEAD, PLAIN, Above, in_the_county, stubs
from two_offices import LETTER as ON_THE_HEAD
from two_offices import send as send_for_receipt

from triage.cases.catching_up import matter_of
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Access, Channel, Judgement, StaffRole, Stage, Verdict
from triage.pipeline import Pipeline, open_finder
from triage.search.finding import Question
from triage.settings import Settings
from triage.store import WORKER, Accepted, Arrival, Store
from triage.store.tables import reports

EVERYWHERE = Access("tester", StaffRole.INVESTIGATOR, ("",))
SHORT = "他还拿了五万。"
UNLIKE = "另外一件事：镇上卫生院的药比外面贵一倍。"
Run = Callable[..., Any]


def add(store: Store, first: str, text: str = SHORT) -> str:
    """What comes with the receipt of the first report."""
    made = replace(submission({"text": text}, Limits(), channel=Channel.WEB), adds_to=first)
    (answer,) = store.receive([Arrival(made, receipt_hash(store.subkey("receipt"), new_code()))])
    assert isinstance(answer, Accepted)
    return answer.report_id


def lines_of(store: Store, report_id: str) -> list[Judgement]:
    return [line for line in store.ledger([report_id], WORKER) if line.report_id == report_id]


def cases(store: Store) -> list[set[str]]:
    return [set(case.report_ids) for case in store.cases(WORKER)]


@pytest.mark.parametrize("text", [SHORT, UNLIKE, "It was in winter.", ELSEWHERE])
def test_it_joins_the_case_of_the_first_as_the_same_voice_however_short_late_or_unlike(
    store: Store, pipeline: Pipeline, text: str
) -> None:
    (first,) = send(store, LETTER)
    added = add(store, first, text)
    pipeline.work_until_empty(10)
    assert cases(store) == [{first, added}]
    told = next(line for line in lines_of(store, added) if line.other_id == first)
    assert (told.joined, "adds_to" in told.features) == (True, True)
    assert store.corroborations([first, added], WORKER) == {first: 0.0, added: 0.0}


def test_it_is_no_second_voice_beside_another(store: Store, pipeline: Pipeline) -> None:
    first, neighbour = send(store, LETTER, NEIGHBOUR)
    pipeline.work_until_empty(10)
    assert cases(store) == [{first, neighbour}]
    before = store.corroborations([first], WORKER)
    assert before[first] > 0
    added = add(store, first), add(store, first, "会计也在场，姓何。")
    pipeline.work_until_empty(10)
    assert cases(store) == [{first, neighbour, *added}]
    assert store.corroborations([first], WORKER) == before


def test_the_first_read_again_says_the_same_of_it(store: Store, pipeline: Pipeline) -> None:
    (first,) = send(store, LETTER)
    added = add(store, first)
    pipeline.work_until_empty(10)
    for one, other in ((first, added), (added, first)):
        row = store.row(one, WORKER)
        (line,) = pipeline.meet([matter_of(row.report, row.assessment)])[one].judgements
        assert (line.other_id, line.joined, "adds_to" in line.features) == (other, True, True)


def test_a_person_who_keeps_it_apart_is_obeyed(store: Store, pipeline: Pipeline) -> None:
    (first,) = send(store, LETTER)
    added = add(store, first, UNLIKE)
    pipeline.work_until_empty(10)
    store.save_judgements([Judgement(added, first, Verdict.DIFFERENT, 1.0, "person:tester")], EVERYWHERE)
    pipeline.work_until_empty(10)
    assert cases(store) == []
    row = store.row(added, WORKER)
    store.save_judgements(pipeline.meet([matter_of(row.report, row.assessment)])[added].judgements, WORKER)
    pipeline.work_until_empty(10)
    assert cases(store) == [], "the model joins the pair no more"


def test_an_investigator_finds_the_answer_where_the_first_is(
    store: Store, settings: Settings, pipeline: Pipeline, run: Run
) -> None:
    (first,) = send(store, LETTER)
    pipeline.work_until_empty(10)
    asked = json.loads(run("message", "send", first, "--text-from", "-", "--json", given="是哪一年的事？").stdout)
    assert (asked["report"], asked["fetched_on"]) == (first, None)
    added = add(store, first, "那是前年腊月，会计赵桂枝也在场。")
    pipeline.work_until_empty(10)
    (hit,) = open_finder(settings, store).find(Question(q="赵桂枝"), EVERYWHERE).hits
    assert hit.id == added
    assert store.row(added, WORKER).report.division == store.row(first, WORKER).report.division
    assert f"补充自 adds to {first}" in run("show", added).stdout
    assert "来往消息 messages 2" in run("show", first).stdout
    assert json.loads(run("show", added, "--json").stdout)["adds_to"] == first
    (line,) = json.loads(run("message", "waiting", "--json").stdout)["waiting"]
    assert (line["report"], line["newest"]) == (first, added)
    assert first in run("message", "waiting").stdout
    shown = run("message", "list", added).stdout
    for words in ("是哪一年的事？", "会计赵桂枝也在场", "尚未读取 · not fetched yet"):
        assert words in shown
    run("message", "send", added, "--text-from", "-", given="谢谢，我们去核实。")
    assert json.loads(run("message", "waiting", "--json").stdout) == {"waiting": [], "more": False}


def test_a_list_of_what_waits_that_ends_before_the_last_says_how_to_see_more(
    store: Store, pipeline: Pipeline, run: Run
) -> None:
    (first,) = send(store, LETTER)
    (second,) = send(store, PLAIN)
    pipeline.work_until_empty(10)
    for report_id in (first, second):
        add(store, report_id, "那是前年腊月，会计赵桂枝也在场。")
    pipeline.work_until_empty(10)
    assert "还有更多 · More: ask for a larger --limit" in run("message", "waiting", "--limit", "1").stdout
    cut = json.loads(run("message", "waiting", "--limit", "1", "--json").stdout)
    assert ([line["report"] for line in cut["waiting"]], cut["more"]) == ([first], True)
    assert "--limit" not in run("message", "waiting", "--limit", "2").stdout, "these are all"


def test_search_finds_it_for_nobody_who_may_not_see_the_first(
    store: Store, settings: Settings, pipeline: Pipeline
) -> None:
    (first,) = send(store, LETTER)
    added = add(store, first, ELSEWHERE)
    pipeline.work_until_empty(10)
    row = store.row(first, WORKER)
    assert row.report.division.startswith("513431")
    finder = open_finder(settings, store)
    question = Question(q="脱贫名单")
    (hit,) = finder.find(question, EVERYWHERE).hits
    assert hit.id == added
    in_gansu = Access("tester", StaffRole.INVESTIGATOR, ("62",))
    kept_away = Access("tester", StaffRole.INVESTIGATOR, ("",), row.party_keys[:1])
    for reader in (in_gansu, kept_away):
        assert finder.find(question, reader).total == 0
        assert store.visible([added], reader) == set()


class TestOnTheOwnHead:
    """What is added to a report on the head of the office."""

    @pytest.fixture
    def settings(self, on_each_database: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
        return in_the_county(monkeypatch)

    def test_it_is_sealed_goes_up_and_is_never_shown(
        self, store: Store, settings: Settings, run: Run, above: Above, tmp_path: Path
    ) -> None:
        send_for_receipt(store, ON_THE_HEAD)
        send_for_receipt(store, PLAIN)
        early = add(store, self._first(store))
        run("work", "--until-empty")
        late = add(store, self._first(store), "他老婆的账上也有五万。")
        run("work", "--until-empty")
        assert store.counts(WORKER)[Stage.SEALED] == 3
        assert store.visible([early, late], EVERYWHERE) == set()
        finder = open_finder(settings, store)
        assert finder.find(Question(q="五万"), EVERYWHERE).total == 0
        assert [row.report.text for row in store.export(EVERYWHERE)] == [PLAIN]
        assert store.dialogue.waiting(EVERYWHERE).lines == ()
        told = {stub["id"]: stub["reason"] for stub in stubs(run)}
        assert {told[early], told[late]} == {"accused_heads_office"}
        keys, out = above.keys(), tmp_path / "out"
        run("sealed", "pass-up", late, "--key-file", str(keys / "pass-up.pub"), "--out", str(out))
        with above.there():
            key = str(keys / "pass-up.key")
            came = run("sealed", "receive", str(out / f"{late}.sealed"), "--key-file", key, "--no-work")
        assert f"which adds to {self._first(store)}" in came.stdout
        assert HEAD not in came.stdout

    @staticmethod
    def _first(store: Store) -> str:
        with store._database.read() as connection:
            return str(connection.execute(select(reports.c.id).order_by(reports.c.seq)).scalars().first())
