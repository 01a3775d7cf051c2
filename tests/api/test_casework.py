"""What staff do with cases over the API, and what a case shows when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT
from starlette.testclient import TestClient

from triage.model import Judgement, StaffRole, Verdict
from triage.policy import load_policy
from triage.renewal import Renewal
from triage.store import WORKER, Store

Bearer = Callable[..., dict[str, str]]
Assessed = Callable[..., list[str]]


def work(store: Store) -> None:
    """The worker's next steps on cases."""
    renewal = Renewal(store, load_policy(None))
    while items := store.outbox_batch(100):
        renewal.renew(items)
        store.outbox_done([item.seq for item in items])


def suggest(store: Store, one: str, other: str) -> None:
    line = Judgement(one, other, Verdict.UNSURE, 0.4, "link-1", ("same_name:0:0", "other_village"))
    store.save_judgements([line], WORKER)
    work(store)


def test_a_suggested_link_is_listed_with_its_reasons_and_confirmed(
    client: TestClient, store: Store, assessed: Assessed, bearer: Bearer
) -> None:
    (first,), (second,) = assessed(TEXT), assessed(TEXT + "!")
    suggest(store, second, first)
    headers = bearer()
    (link,) = client.get("/v1/suggestions", headers=headers).json()["suggestions"]
    assert (link["report"], link["other"], link["probability"], link["level"]) == (second, first, 0.4, "high")
    assert link["reasons"] == ["同一姓名 · same name: 王守田", "村不同 · other village"]
    assert client.get(f"/v1/cases/{first}", headers=headers).json()["suggestions"] == [link]
    body = {"report": second, "other": first, "verdict": "same", "note": "同一个人"}
    told = client.post("/v1/judgements", json=body, headers=headers).json()
    assert told["changed"] == [
        {"report": first, "before": None, "after": first},
        {"report": second, "before": None, "after": first},
    ]
    assert "worker's next step" in told["follows"]
    work(store)
    case = client.get(f"/v1/cases/{second}", headers=headers).json()
    assert (case["id"], case["reports_total"], case["suggestions"]) == (first, 2, [])
    (decision,) = case["decisions"]
    assert (decision["act"], decision["note"], decision["may_undo"]) == ("judge", "同一个人", True)
    assert client.get("/v1/suggestions", headers=headers).json()["suggestions"] == []


def test_a_case_is_split_merged_moved_and_each_taken_back(
    client: TestClient, store: Store, assessed: Assessed, bearer: Bearer
) -> None:
    a, b, c = assessed(TEXT, TEXT + "!", TEXT + "?")
    work(store)
    headers = bearer()

    def post(path: str, body: dict[str, Any]) -> Any:
        answer = client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        work(store)
        return answer.json()

    told = split = post(f"/v1/cases/{a}/split", {"reports": [c]})
    assert told["changed"] == [{"report": c, "before": a, "after": None}]
    assert told["cases"] == [{"id": a, "reports": [a, b]}, {"id": c, "reports": [c]}]
    moved = post(f"/v1/cases/{a}/move", {"report": b, "to": c})
    assert moved["cases"][1] == {"id": b, "reports": [b, c]}
    merged = post(f"/v1/cases/{a}/merge", {"other": b})
    assert merged["cases"] == [{"id": a, "reports": [a, b, c]}]
    assert post("/v1/judgements/undo", {})["withdraws"] == merged["decision"]
    again = client.post("/v1/judgements/undo", json={}, headers=headers)
    assert (again.status_code, again.json()["rule"]) == (422, "withdrawn")
    assert moved["decision"] in again.json()["detail"]
    assert [one["id"] for one in client.get(f"/v1/cases/{a}", headers=headers).json()["reports"]] == [a]
    for act, wanted in ((moved, [a, b]), (split, [a, b, c])):
        post("/v1/judgements/undo", {"decision": act["decision"]})
        assert [one["id"] for one in client.get(f"/v1/cases/{a}", headers=headers).json()["reports"]] == wanted
    case = client.get(f"/v1/cases/{a}", headers=headers).json()
    assert [one["act"] for one in case["decisions"]] == ["split", "move", "merge", "undo", "undo", "undo"]
    assert [one["may_undo"] for one in case["decisions"]] == [False] * 6
    by_people = [link for link in case["links"] if link["by"].startswith("person:")]
    assert all(link["made_at"] and link["decision"] for link in by_people)
    assert {link["verdict"] for link in by_people} == {"same", "different", "withdrawn"}


def test_another_persons_word_is_named_in_the_answer(
    client: TestClient, store: Store, assessed: Assessed, bearer: Bearer
) -> None:
    (first,), (second,) = assessed(TEXT), assessed(TEXT + "!")
    body = {"report": first, "other": second, "verdict": "different"}
    word = client.post("/v1/judgements", json=body, headers=bearer()).json()["decision"]
    refused = client.post(f"/v1/cases/{first}/merge", json={"other": second}, headers=bearer())
    assert (refused.status_code, refused.json()["rule"]) == (422, "kept_apart")
    assert word in refused.json()["detail"]
    mine = client.post("/v1/judgements/undo", json={"decision": word}, headers=bearer())
    assert mine.status_code == 403
    chief = client.post("/v1/judgements/undo", json={"decision": word}, headers=bearer(StaffRole.SUPERVISOR))
    assert chief.status_code == 200


@pytest.mark.parametrize("act", ["merge", "split", "move", "judge"])
def test_an_act_on_a_case_that_somebody_else_changed_since_it_was_read_is_refused(
    client: TestClient, store: Store, assessed: Assessed, bearer: Bearer, act: str
) -> None:
    a, b = assessed(TEXT, TEXT + "!")
    (c,), (d,) = assessed(TEXT + "?"), assessed(TEXT + "。")
    work(store)
    mine, other = bearer(), bearer()

    def answered(as_of: int) -> Any:
        path, body = {
            "merge": (f"/v1/cases/{d}/merge", {"other": a}),
            "split": (f"/v1/cases/{a}/split", {"reports": [b]}),
            "move": (f"/v1/cases/{a}/move", {"report": a, "to": d}),
            "judge": ("/v1/judgements", {"report": a, "other": d, "verdict": "same"}),
        }[act]
        return client.post(path, json={**body, "as_of": as_of}, headers=mine)

    as_of = client.get(f"/v1/cases/{a}", headers=mine).json()["as_of"]
    assert client.get("/v1/suggestions", headers=mine).json()["as_of"] == as_of
    merged = client.post(f"/v1/cases/{a}/merge", json={"other": c, "as_of": as_of}, headers=other)
    assert merged.status_code == 200
    work(store)
    refused = answered(as_of)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed")
    assert "look at the case again" in refused.json()["detail"]
    case = client.get(f"/v1/cases/{a}", headers=mine).json()
    assert [one["by"] for one in case["decisions"]] == [case["decisions"][0]["by"]]
    told = answered(case["as_of"])
    assert told.status_code == 200
    assert told.json()["as_of"] >= case["as_of"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/judgements", {"report": "x", "other": "y", "verdict": "perhaps"}, "verdict"),
        ("/v1/judgements", {"report": "x", "verdict": "same"}, "other"),
        ("/v1/judgements", {"report": "x", "other": "y", "verdict": "same", "reason": "z"}, "reason"),
        ("/v1/judgements/undo", {}, "decision"),
        ("/v1/cases/{id}/split", {"reports": []}, "reports"),
        ("/v1/cases/{id}/merge", {"other": "{id}", "note": ""}, "note"),
        ("/v1/cases/{id}/move", {"report": "{id}", "to": "{id}"}, "to"),
        ("/v1/cases/{id}/merge", {"other": "{id}", "as_of": -1}, "as_of"),
        ("/v1/cases/{id}/merge", {"other": "{id}", "as_of": 10**12}, "as_of"),
    ],
)
def test_a_slip_is_named(
    client: TestClient, assessed: Assessed, bearer: Bearer, path: str, body: dict[str, Any], field: str
) -> None:
    (report_id,) = assessed(TEXT)
    sent = {name: report_id if value == "{id}" else value for name, value in body.items()}
    answer = client.post(path.replace("{id}", report_id), json=sent, headers=bearer())
    assert (answer.status_code, answer.json()["field"]) == (422, field if field != "reason" else "body")


def test_roles_that_do_not_judge_are_told_so(client: TestClient, assessed: Assessed, bearer: Bearer) -> None:
    (first,), (second,) = assessed(TEXT), assessed(TEXT + "!")
    body = {"report": first, "other": second, "verdict": "same"}
    answer = client.post("/v1/judgements", json=body, headers=bearer(StaffRole.INTAKE))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_nothing_of_a_case_of_another_place_is_told(client: TestClient, assessed: Assessed, bearer: Bearer) -> None:
    (first,), (second,) = assessed(TEXT), assessed(TEXT + "!")
    stranger, unknown = bearer(StaffRole.INVESTIGATOR, "52"), "01J00000000000000000000000"
    for path, body in (
        ("/v1/judgements", {"report": "{id}", "other": second, "verdict": "same"}),
        ("/v1/cases/{id}/merge", {"other": second}),
        ("/v1/cases/{id}/split", {"reports": ["{id}"]}),
    ):
        hidden, absent = (
            client.post(
                path.replace("{id}", one),
                json={name: one if value == "{id}" else value for name, value in body.items()},
                headers=stranger,
            )
            for one in (first, unknown)
        )
        assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content) == (404, absent.content)


def test_a_case_says_what_its_reports_say_together(client: TestClient, assessed: Assessed, bearer: Bearer) -> None:
    first, second = assessed(TEXT, TEXT + "！")
    case = client.get(f"/v1/cases/{first}", headers=bearer()).json()
    assert case["title"] == {"zh": "王守田 贪污侵占 3.5万元", "en": "王守田, Embezzlement, 35,000 yuan"}
    (party,) = case["parties"]
    assert (party["names"], party["role"], party["roles"]) == (["王守田"], "accused", {"accused": 2})
    assert case["sums"] == [{"yuan": 35000, "reports": [first, second]}]
    assert [one["channel"] for one in case["timeline"]] == ["api", "api"]
    (passage,) = case["reports"][0]["passages"]
    assert TEXT[passage["start"] : passage["end"]] == "王守田"
    assert (passage["zh"], passage["agrees"], passage["others"]) == ("同一姓名", True, [second])


def test_a_case_tells_each_reader_what_is_new_to_them(
    client: TestClient, store: Store, assessed: Assessed, bearer: Bearer
) -> None:
    a, b = assessed(TEXT, TEXT + "!")
    (c,) = assessed(TEXT + "?")
    work(store)
    mine, other = bearer(), bearer()
    assert client.get(f"/v1/cases/{a}", headers=mine).json()["changes"]["since"] is None
    merged = client.post(f"/v1/cases/{a}/merge", json={"other": c}, headers=other).json()["decision"]
    work(store)
    changes = client.get(f"/v1/cases/{a}", headers=mine).json()["changes"]
    assert (changes["joined"], changes["left"], changes["decisions"]) == ([c], [], [merged])
    assert client.get(f"/v1/cases/{a}", headers=other).json()["changes"]["since"] is None
    split = client.post(f"/v1/cases/{a}/split", json={"reports": [b]}, headers=mine).json()["decision"]
    work(store)
    changes = client.get(f"/v1/cases/{a}", headers=mine).json()["changes"]
    assert (changes["joined"], changes["left"], changes["decisions"]) == ([], [b], [])
    assert client.get(f"/v1/cases/{a}", headers=other).json()["changes"]["decisions"] == [split]
    assert client.get(f"/v1/cases/{a}", headers=mine).json()["changes"]["left"] == []
