"""What a summary of a call lacks stands in the answer that shows the report, covered like its text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.letters_of_reporters import LETTER, SECRETS, reading
from triage.model import Assessment, Level, Point, Risk, Route, StaffRole, Way
from triage.pipeline import rebuild
from triage.store import Assessed, Priority, Store

Bearer = Callable[..., dict[str, str]]
SAID = LETTER.replace("\n", " ")
WRITTEN = "来电人反映危房改造款发放问题。"


def of_call(text: str) -> Assessment:
    """A reading of the call that also finds a threat."""
    at = text.index("再告就取消")
    threat = Point("danger:threat", 2.0, ((at, at + 5),))
    made = reading(text.replace("\n", " "))
    return replace(made, risk=Risk(Level.HIGH, 6.5, (), (threat,)))


@pytest.fixture
def kept(client: TestClient, store: Store) -> Callable[..., str]:
    """Takes a call in, reads it and gives its id."""

    def made(written: str | None, key: str = "party") -> str:
        turns = [{"speaker": "agent", "text": "请讲。"}, {"speaker": "caller", "text": SAID}]
        sent = client.post("/v1/transcripts", json={"turns": turns, "summary": written})
        assert sent.status_code == 202, sent.text
        (report,) = store.claim(1)
        way, high = Route(Way.OWN, "513431", None, True, ("money_taken",)), Priority(Level.HIGH, 6.5, True)
        store.save_assessed([Assessed(report.id, of_call(report.text), way, high, (), (), (key,))])
        return report.id

    return made


def test_a_report_tells_what_its_summary_lacks_in_the_callers_words(
    client: TestClient, bearer: Bearer, kept: Callable[..., str]
) -> None:
    answer = client.get(f"/v1/reports/{kept(WRITTEN)}", headers=bearer()).json()
    lacks = answer["summary_lacks"]
    assert [one["kind"] for one in lacks] == ["accused", "money", "place", "danger"]
    assert [one["told"] for one in lacks[:2]] == ["王守田", "三万五千元"]
    assert (lacks[3]["code"], lacks[3]["zh"]) == ("danger:threat", "工单摘要未见危险（提到危险：威胁）")
    assert lacks[0]["en"] == "the summary does not have who is accused"
    for one in lacks:
        assert answer["text"][one["start"] : one["end"]] == one["told"]
        assert answer["text"][one["passage_start"] : one["passage_end"]] == one["passage"]
    assert (answer["turns"][0]["label"], answer["turns"][0]["text"]) == ("工单摘要", WRITTEN)


def test_who_wrote_is_covered_in_the_passages_until_the_report_is_shown_as_it_came(
    client: TestClient, bearer: Bearer, kept: Callable[..., str]
) -> None:
    report, headers = kept(WRITTEN), bearer()
    covered = client.get(f"/v1/reports/{report}", headers=headers).json()["summary_lacks"]
    assert not [secret for secret in SECRETS if secret in json.dumps(covered, ensure_ascii=False)]
    assert any("●" in one["passage"] for one in covered)
    came = client.post(f"/v1/reports/{report}/unmasked", json={"reason": "verify"}, headers=headers).json()
    assert any("三组12号" in one["passage"] for one in came["summary_lacks"])
    assert [one["kind"] for one in came["summary_lacks"]] == [one["kind"] for one in covered]


@pytest.mark.parametrize("written", [None, "柳林村村支书王守田扣下三万五千元中的危房改造款，并威胁来电人。"])
def test_where_nothing_is_missed_the_list_is_empty(
    client: TestClient, bearer: Bearer, kept: Callable[..., str], written: str | None
) -> None:
    assert client.get(f"/v1/reports/{kept(written)}", headers=bearer()).json()["summary_lacks"] == []


def test_whoever_is_kept_from_the_accused_or_reads_another_place_learns_nothing_of_it(
    client: TestClient, store: Store, bearer: Bearer, kept: Callable[..., str]
) -> None:
    report = kept(WRITTEN, "a-key")
    away = bearer(StaffRole.INVESTIGATOR, "62")
    recused = bearer()
    store.staff.recuse(store.staff.listed()[-1].id, ["a-key"])
    answers: list[Any] = [client.get(f"/v1/reports/{report}", headers=who) for who in (away, recused)]
    unknown = client.get("/v1/reports/01J00000000000000000000000", headers=away)
    assert [answer.status_code for answer in answers] == [404, 404]
    assert {answer.json()["detail"] for answer in answers} == {unknown.json()["detail"]}


def test_a_search_finds_the_calls_whose_summary_lacks_something(
    client: TestClient, store: Store, bearer: Bearer, kept: Callable[..., str]
) -> None:
    lost, _ = kept(WRITTEN), kept(None)
    rebuild(store, client.app.state.service.finder.index)  # type: ignore[attr-defined]
    for question in ("摘要缺:任何", "lacks:accused", "摘要缺:金额 渠道:热线"):
        found = client.post("/v1/search", json={"q": question}, headers=bearer()).json()
        assert [hit["id"] for hit in found["hits"]] == [lost], question
    none = client.post("/v1/search", json={"q": "-摘要缺:任何"}, headers=bearer()).json()
    assert lost not in [hit["id"] for hit in none["hits"]]


def test_a_sealed_call_is_compared_nowhere(client: TestClient, store: Store, bearer: Bearer) -> None:
    turns = [{"speaker": "agent", "text": "请讲。"}, {"speaker": "caller", "text": SAID}]
    assert client.post("/v1/transcripts", json={"turns": turns, "summary": WRITTEN}).status_code == 202
    (report,) = store.claim(1)
    store.save_assessed([Assessed(report.id, None, Route(Way.SEALED_UP, "513431", None, True, ("above_level",)))])
    rebuild(store, client.app.state.service.finder.index)  # type: ignore[attr-defined]
    assert client.get(f"/v1/reports/{report.id}", headers=bearer()).status_code == 404
    assert client.post("/v1/search", json={"q": "摘要缺:任何"}, headers=bearer()).json()["total"] == 0
