"""Whoever is kept from reports on somebody meets none that names him, whoever says the name and whether a reader marked it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from triage.codes import HEADS_OFFICE
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Access, Rank, Route, StaffRole, Stage, Way
from triage.pipeline import Pipeline, open_finder
from triage.referral import Desk
from triage.referral.conflicts import keys_of_name
from triage.search.finding import Question
from triage.store import WORKER, Accepted, Arrival, Assessed, Store
from triage.text.terms import TermKeyer

SAID = "我们村的低保款到现在也没有发下来，请你们来问一问。"


def call(*others: dict[str, str], title: str | None = None, label: str = "来电人") -> dict[str, Any]:
    return {"turns": [{"speaker": "caller", "text": SAID, "label": label}, *others], "title": title}


NAMED = {
    "the agent names him": call({"speaker": "agent", "text": "您反映的是村支书王守田吗？"}),
    "an announcement names him": call({"speaker": "other", "text": "三河村支书王守田来电登记"}),
    "the title names him": call(title="反映三河村支书王守田不发低保款"),
    "a label names him": call(label="村支书王守田的邻居"),
    "lines with labels that came as a text": {
        "text": f"坐席：您好，请讲。\n来电人：{SAID}\n坐席：您反映的是村支书王守田吗？\n来电人：是的。\n"
    },
}
NOT_NAMED = call({"speaker": "agent", "text": "您反映的是村支书周大成吗？"})


def take_in(store: Store, pipeline: Pipeline, fields: dict[str, Any]) -> str:
    report_id = wait(store, fields)
    pipeline.work_until_empty(10)
    return report_id


def wait(store: Store, fields: dict[str, Any]) -> str:
    """A report that is taken in and not read yet."""
    limits = Limits(now=datetime(2019, 11, 20, 4, 0, tzinfo=UTC))
    arrival = Arrival(submission(fields, limits), receipt_hash(store.subkey("receipt"), new_code()))
    (answer,) = store.receive([arrival])
    assert isinstance(answer, Accepted)
    return answer.report_id


def kept_from(store: Store, name: str) -> Access:
    token = store.new_token(StaffRole.SUPERVISOR)
    keys = keys_of_name(name, TermKeyer(store.subkey("link")).key)
    store.staff.recuse(store.staff.listed()[-1].id, keys, names=dict.fromkeys(keys, name))
    return store.authenticate(token)


@pytest.mark.parametrize("fields", NAMED.values(), ids=NAMED)
def test_a_transcript_in_which_anybody_names_somebody_is_not_shown_to_who_is_kept_from_him(
    store: Store, pipeline: Pipeline, fields: dict[str, Any]
) -> None:
    hidden, plain = take_in(store, pipeline, fields), take_in(store, pipeline, NOT_NAMED)
    reader = kept_from(store, "王守田")
    assert list(store.rows([hidden, plain], reader)) == [plain]
    answer = open_finder(store.settings, store).find(Question("低保款"), reader)
    assert (answer.total, [hit.id for hit in answer.hits]) == (1, [plain])


@pytest.mark.parametrize("title", ["举报昭觉县纪委书记收受贿赂", "举报凉山州州长贪污扶贫款"])
def test_a_call_whose_title_alone_accuses_the_own_head_or_somebody_above_is_sealed(
    store: Store, pipeline: Pipeline, title: str
) -> None:
    pipeline.desk = Desk("513431", Rank.COUNTY)
    said = {"speaker": "caller", "text": "他收了包工头五万块钱，我亲眼看到的。"}
    take_in(store, pipeline, {"turns": [said], "title": title, "place": "513431"})
    assert store.counts(WORKER)[Stage.SEALED] == 1


def test_what_the_agent_says_accuses_nobody_still(store: Store, pipeline: Pipeline) -> None:
    report_id = take_in(store, pipeline, NAMED["the agent names him"])
    row = store.row(report_id, kept_from(store, "周大成"))
    assert "王守田" not in {entity.text for entity in row.assessment.entities}


UNMARKED = "补充一句：柳林村钱多宝也知道这个事，别的没有了。"


@pytest.fixture
def unmarked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader marks a name, and none is read out of how it is written: what is found is found by its letters alone."""
    monkeypatch.setattr("triage.referral.conflicts.party_keys", lambda *_: ())


@pytest.mark.usefixtures("unmarked")
def test_a_name_that_no_reader_marked_is_found_for_whoever_is_kept_from_him_by_then(
    store: Store, pipeline: Pipeline
) -> None:
    reader, other = kept_from(store, "钱多宝"), kept_from(store, "钱多")
    told = take_in(store, pipeline, {"text": UNMARKED})
    assert store.rows([told], reader) == {}
    assert list(store.rows([told], other)) == [told], "the name of another person begins with the same characters"


def test_a_notice_that_covers_a_character_of_the_name_is_kept_from_him_too(store: Store, pipeline: Pipeline) -> None:
    reader, *others = (kept_from(store, name) for name in ("王守田", "王守成", "王田", "李守田"))
    told = take_in(store, pipeline, {"text": "三河村村支书王某田截留低保款两万元，已立案审查，请将办理结果回复。"})
    assert store.rows([told], reader) == {}
    assert all(list(store.rows([told], other)) == [told] for other in others)


@pytest.mark.usefixtures("unmarked")
def test_so_is_one_in_reports_that_were_read_before(store: Store, pipeline: Pipeline, run: Callable[..., Any]) -> None:
    told, plain = take_in(store, pipeline, {"text": UNMARKED}), take_in(store, pipeline, NOT_NAMED)
    token = store.new_token(StaffRole.SUPERVISOR)
    run("token", "recuse", store.staff.listed()[-1].id, "钱多宝")
    run("token", "recuse", store.staff.listed()[-1].id, "钱多宝")
    pipeline.work_until_empty(10)
    reader = store.authenticate(token)
    assert list(store.rows([told, plain], reader)) == [plain]
    assert open_finder(store.settings, store).find(Question(), reader).total == 1
    assert open_finder(store.settings, store).find(Question(), WORKER).total == 2


@pytest.mark.usefixtures("unmarked")
@pytest.mark.parametrize("name", ["钱多宝书记", "钱 多 宝", "錢多寶", "钱多\u200b宝"])
@pytest.mark.parametrize("written", ["钱多宝", "钱 多 宝", "Qian Duobao", "duobao qian", "qianduobao"])
def test_however_the_name_is_told_and_written(
    store: Store, pipeline: Pipeline, run: Callable[..., Any], name: str, written: str
) -> None:
    told = take_in(store, pipeline, {"text": UNMARKED.replace("钱多宝", written)})
    token = store.new_token(StaffRole.SUPERVISOR)
    run("token", "recuse", store.staff.listed()[-1].id, name)
    assert store.rows([told], store.authenticate(token)) == {}


@pytest.mark.usefixtures("unmarked")
def test_so_is_one_in_a_report_that_the_index_has_not_heard_of_yet(
    store: Store, pipeline: Pipeline, run: Callable[..., Any]
) -> None:
    told = wait(store, {"text": UNMARKED})
    pipeline.process(10)
    token = store.new_token(StaffRole.SUPERVISOR)
    run("token", "recuse", store.staff.listed()[-1].id, "钱多宝")
    pipeline.work_until_empty(10)
    assert store.rows([told], store.authenticate(token)) == {}


@pytest.mark.usefixtures("unmarked")
def test_so_is_one_in_a_report_that_was_being_read_when_the_name_was_told(
    store: Store, pipeline: Pipeline, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told, token, save = wait(store, {"text": UNMARKED}), store.new_token(StaffRole.SUPERVISOR), store.save_assessed

    def told_meanwhile(*given: Any) -> list[str]:
        run("token", "recuse", store.staff.listed()[-1].id, "钱多宝")
        return save(*given)

    monkeypatch.setattr(store, "save_assessed", told_meanwhile)
    pipeline.work_until_empty(10)
    assert store.rows([told], store.authenticate(token)) == {}


def test_a_report_that_was_sealed_meanwhile_is_given_no_key(store: Store, pipeline: Pipeline) -> None:
    told = take_in(store, pipeline, {"text": UNMARKED})
    store.save_assessed([Assessed(told, None, Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,)))])
    assert store.counts(WORKER)[Stage.SEALED] == 1
    assert store.staff.add_parties([told], ["key"]) == 0
