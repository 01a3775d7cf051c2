"""What staff routes show, to whom, and that nobody else sees anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT
from fastapi import FastAPI
from starlette.testclient import TestClient

from triage.model import Judgement, StaffRole, Verdict, Way
from triage.pipeline import rebuild
from triage.store import WORKER, Store

OPEN = {
    ("POST", "/v1/reports"),
    ("POST", "/v1/transcripts"),
    ("POST", "/v1/status"),
    ("POST", "/v1/messages"),
    ("POST", "/v1/messages/new"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}
STAFF = [
    ("POST", "/v1/search"),
    ("GET", "/v1/reports/01J00000000000000000000000"),
    ("GET", "/v1/cases/01J00000000000000000000000"),
    ("GET", "/v1/referrals"),
    ("GET", "/v1/stuck"),
    ("POST", "/v1/referrals/01J00000000000000000000000/take"),
    ("POST", "/v1/referrals/01J00000000000000000000000/give-back"),
    ("GET", "/v1/sealed"),
    ("GET", "/v1/matters"),
    ("GET", "/v1/matters/clocks"),
    ("GET", "/v1/matters/01J00000000000000000000000"),
    ("POST", "/v1/matters/01J00000000000000000000000/steps"),
    ("POST", "/v1/matters/01J00000000000000000000000/repeats"),
    ("POST", "/v1/matters/01J00000000000000000000000/clearing"),
    ("POST", "/v1/matters/01J00000000000000000000000/clocks"),
    ("POST", "/v1/identities/requests"),
    ("GET", "/v1/identities/requests"),
    ("GET", "/v1/identities/requests/01J00000000000000000000000"),
    ("POST", "/v1/identities/requests/01J00000000000000000000000/decisions"),
    ("POST", "/v1/identities/requests/01J00000000000000000000000/withdraw"),
    ("POST", "/v1/identities/requests/01J00000000000000000000000/open"),
    ("GET", "/v1/messages/waiting"),
    ("GET", "/v1/reports/01J00000000000000000000000/messages"),
    ("POST", "/v1/reports/01J00000000000000000000000/messages"),
    ("POST", "/v1/searches"),
    ("GET", "/v1/searches"),
    ("POST", "/v1/searches/estimate"),
    ("DELETE", "/v1/searches/01J00000000000000000000000"),
    ("POST", "/v1/searches/01J00000000000000000000000/snooze"),
    ("DELETE", "/v1/searches/01J00000000000000000000000/snooze"),
    ("GET", "/v1/alerts"),
    ("POST", "/v1/alerts/seen"),
    ("GET", "/v1/suggestions"),
    ("POST", "/v1/judgements"),
    ("POST", "/v1/judgements/undo"),
    ("POST", "/v1/cases/01J00000000000000000000000/merge"),
    ("POST", "/v1/cases/01J00000000000000000000000/split"),
    ("POST", "/v1/cases/01J00000000000000000000000/move"),
    ("GET", "/v1/reviews/next"),
    ("GET", "/v1/reviews/waiting"),
    ("POST", "/v1/reports/01J00000000000000000000000/unmasked"),
    ("GET", "/v1/reports/01J00000000000000000000000/reviews"),
    ("POST", "/v1/reports/01J00000000000000000000000/reviews"),
    ("GET", "/v1/trends"),
    ("GET", "/v1/trends/schema"),
    ("GET", "/v1/trends/2019-11.html"),
]
Bearer = Callable[..., dict[str, str]]


def ask(client: TestClient, method: str, path: str, headers: dict[str, str] | None = None) -> Any:
    return client.request(method, path, headers=headers, json={} if method == "POST" else None)


@pytest.mark.parametrize(("method", "path"), STAFF)
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer triage_" + "x" * 43}, {"Authorization": "Basic eDp5"}],
)
def test_a_staff_route_without_a_valid_token_answers_401(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = ask(client, method, path, headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == "not_authenticated"


def test_every_route_is_either_open_on_purpose_or_asks_for_a_token(app: FastAPI) -> None:
    told = app.openapi()["paths"]
    parts = {"01J00000000000000000000000": "{id}", "2019-11.html": "{month}.{form}"}
    named = [
        (method, next((path.replace(*part) for part in parts.items() if part[0] in path), path))
        for method, path in STAFF
    ]
    known = OPEN | set(named)
    for path, methods in told.items():
        for method, route in methods.items():
            plain = re.sub(r"\{(report|case|search|referral|request)_id\}", "{id}", path)
            assert (method.upper(), plain) in known, "a new route needs its line in this test"
            assert bool(route.get("security")) is ((method.upper(), plain) not in OPEN)


def test_a_revoked_token_is_worth_nothing(client: TestClient, store: Store, bearer: Bearer) -> None:
    headers = bearer()
    assert client.get("/v1/referrals", headers=headers).status_code == 200
    store.revoke_token(store.staff.listed()[-1].id)
    assert client.get("/v1/referrals", headers=headers).status_code == 401


@pytest.mark.parametrize("role", [role for role in StaffRole if not role.reads_text])
def test_roles_that_read_no_text_are_told_so(client: TestClient, bearer: Bearer, role: StaffRole) -> None:
    headers = bearer(role)
    for method, path in STAFF[:4]:
        answer = ask(client, method, path, headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path


@pytest.mark.parametrize("role", [role for role in StaffRole if not role.reads_text])
def test_a_role_that_may_not_search_is_told_what_is_true_of_it(
    client: TestClient, bearer: Bearer, role: StaffRole
) -> None:
    headers = bearer(role)
    detail = client.post("/v1/search", json={"q": "低保"}, headers=headers).json()["detail"]
    assert detail == "这种角色不查看举报。 · This role reads no reports."
    sees_figures = client.get("/v1/trends?month=2019-11", headers=headers).status_code == 200
    assert sees_figures is (role is StaffRole.ANALYST)


def test_an_administrator_sees_what_is_stuck_and_a_reviewer_does_not(
    client: TestClient, store: Store, post: Callable[..., Any], bearer: Bearer
) -> None:
    post()
    store.fail([store.claim(1)[0].id], "ValueError")
    told = client.get("/v1/stuck", headers=bearer(StaffRole.ADMINISTRATOR))
    line = told.json()["stuck"][0]
    assert (line["tries"], line["code"], line["stage"]) == (1, "ValueError", "received")
    assert TEXT not in told.text
    assert client.get("/v1/stuck", headers=bearer(StaffRole.REVIEWER)).status_code == 403


def test_an_investigator_reads_the_report_with_its_reasons(
    client: TestClient, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    told = client.get(f"/v1/reports/{assessed()[0]}", headers=bearer()).json()
    assert told["text"] == TEXT
    assert (told["level"], told["refer"], told["place"]) == ("high", True, "513431")
    reading = told["assessment"]
    assert reading["entities"]["amount"] == [{"text": "三万五千元", "start": 18, "end": 23, "yuan": 35000}]
    assert reading["reasons"]["refer"]["spans"] == [{"start": 0, "end": 6, "weight": 1.5}]
    assert "party" not in told


def test_a_report_of_another_place_looks_like_one_that_is_not_there(
    client: TestClient, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    report_id, headers = assessed(division="513431")[0], bearer(StaffRole.INVESTIGATOR, "52")
    hidden = client.get(f"/v1/reports/{report_id}", headers=headers)
    absent = client.get("/v1/reports/01J00000000000000000000000", headers=headers)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert client.get(f"/v1/cases/{report_id}", headers=headers).status_code == 404
    assert client.get("/v1/referrals", headers=headers).json() == {"referrals": [], "total": 0, "cursor": None}


def test_a_sealed_report_is_nowhere_to_be_seen(
    client: TestClient, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    report_id, headers = assessed(way=Way.SEALED_UP)[0], bearer()
    assert client.get(f"/v1/reports/{report_id}", headers=headers).status_code == 404
    assert client.get("/v1/referrals", headers=headers).json() == {"referrals": [], "total": 0, "cursor": None}


def test_the_referral_queue_says_what_why_and_whom_it_is_on(
    client: TestClient, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    report_id = assessed()[0]
    (line,) = client.get("/v1/referrals", headers=bearer()).json()["referrals"]
    assert (line["report_id"], line["level"], line["accused_level"]) == (report_id, "high", "village")
    assert line["reasons"] == ["money_taken"]
    assert line["office"] is None


def test_a_case_shows_its_reports_and_why_they_are_one(
    client: TestClient, store: Store, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    first, second = assessed(TEXT, TEXT + "！")
    told = client.get(f"/v1/cases/{second}", headers=bearer()).json()
    assert told["reports_total"] == 2
    assert {report["id"] for report in told["reports"]} == {first, second}
    (link,) = told["links"]
    assert (link["verdict"], link["joined"]) == ("same", True)
    assert link["reasons"] == ["几乎相同的文字 · almost the same text", "同一姓名 · same name: 王守田"]
    assert link["codes"] == ["copy", "same_name:0:0"]


def test_a_reason_that_this_version_does_not_know_stays_among_the_codes(
    client: TestClient, store: Store, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    first, second = assessed(TEXT, TEXT + "！")
    store.save_judgements([Judgement(second, first, Verdict.UNSURE, 0.5, "link-2", ("unheard_of:1:1",))], WORKER)
    *_, link = client.get(f"/v1/cases/{second}", headers=bearer()).json()["links"]
    assert (link["reasons"], link["codes"]) == ([], ["unheard_of:1:1"])


def test_search_finds_what_was_indexed_with_the_passage(
    app: FastAPI, client: TestClient, store: Store, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    report_id = assessed()[0]
    rebuild(store, app.state.service.finder.index)
    told = client.post("/v1/search", json={"q": "危房改造款", "place": "昭觉县"}, headers=bearer()).json()
    assert told.keys() == {"total", "hits", "facets", "cursor", "sort", "notice", "also_searched_for", "groups"}
    assert told["total"] == 1
    (hit,) = told["hits"]
    about = {"id", "received_at", "channel", "categories", "risk", "place", "snippet", "case", "reports"}
    assert hit.keys() == about | {"similarity", "shared"}
    assert hit["id"] == report_id
    start, end = hit["snippet"]["spans"][0]
    assert hit["snippet"]["text"][start:end] == "危房改造款"
    assert told["facets"]["risk"] == {"high": 1}
    elsewhere = client.post("/v1/search", json={"q": "危房改造款"}, headers=bearer(StaffRole.INVESTIGATOR, "52"))
    assert (elsewhere.json()["total"], elsewhere.json()["hits"]) == (0, [])


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"category": "embezlement"}, "unknown"),
        ({"category": ""}, "unknown"),
        ({"place": ""}, "unknown"),
        ({"place": " "}, "unknown"),
        ({"month": "２０１９-11"}, "form"),
        ({"query": "危房改造款"}, "unknown_field"),
    ],
)
def test_a_slip_in_a_question_is_told_and_never_answered_with_everything_or_nothing(
    client: TestClient, bearer: Bearer, body: dict[str, str], rule: str
) -> None:
    answer = client.post("/v1/search", json=body, headers=bearer())
    assert (answer.status_code, answer.json()["rule"]) == (422, rule)
    assert "query" not in answer.text


def test_search_takes_the_query_language_and_tells_what_it_added(
    app: FastAPI, client: TestClient, store: Store, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    ids = assessed(TEXT, TEXT + "请查。")
    rebuild(store, app.state.service.finder.index)
    asked = {"q": "王首田", "group": "case"}
    told = client.post("/v1/search", json=asked, headers=bearer()).json()
    assert (told["total"], told["groups"]) == (2, 1)
    assert told["also_searched_for"] == {"王首田": ["accused:wangshoutian"]}
    (hit,) = told["hits"]
    assert (hit["case"], hit["reports"]) == (ids[0], 2)
    ((start, end),) = hit["snippet"]["spans"]
    assert hit["snippet"]["text"][start:end] == "王守田"
    narrowed = {"q": f"accused:wst 金额:>1万 地点:昭觉县 case:{ids[1]} -谢谢", "risk": "high"}
    assert client.post("/v1/search", json=narrowed, headers=bearer()).json()["total"] == 2
    assert client.post("/v1/search", json={"q": "金额:>4万"}, headers=bearer()).json()["total"] == 0


def test_similar_reports_are_shown_with_what_they_share_to_those_who_may_read_them(
    app: FastAPI, client: TestClient, store: Store, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    one, other, _ = assessed(TEXT, TEXT + "请查。", "谢谢扶贫队，路修好了。")
    rebuild(store, app.state.service.finder.index)
    told = client.post("/v1/search", json={"like": one}, headers=bearer()).json()
    assert [hit["id"] for hit in told["hits"]] == [other]
    assert told["hits"][0]["similarity"] > 0.7
    assert any("王守田" in shared for shared in told["hits"][0]["shared"])
    for fields in ({"other_cases": True}, {"q": "金额:>4万"}):
        assert client.post("/v1/search", json={"like": one, **fields}, headers=bearer()).json()["hits"] == []
    elsewhere = client.post("/v1/search", json={"like": one}, headers=bearer(StaffRole.INVESTIGATOR, "52"))
    assert elsewhere.status_code == 404
    for asked, field in (({"like": one, "sort": "time"}, "sort"), ({"other_cases": True}, "other_cases")):
        answer = client.post("/v1/search", json=asked, headers=bearer())
        assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, "combination")


def test_a_mistake_in_a_question_is_told_by_its_character(client: TestClient, bearer: Bearer) -> None:
    answer = client.post("/v1/search", json={"q": "低保 类别:王守田"}, headers=bearer())
    told = answer.json()
    assert (answer.status_code, told["field"], told["rule"]) == (422, "q", "unknown")
    assert "第 7 个字" in told["detail"]
    assert "Character 7" in told["detail"]
    assert "王守田" not in answer.text


def test_a_case_is_found_by_the_id_of_any_of_its_reports_and_a_report_alone_by_its_own(
    app: FastAPI, client: TestClient, store: Store, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    pair, (alone,) = assessed(TEXT, TEXT + "请查。"), assessed("谢谢扶贫队，路修好了。")
    rebuild(store, app.state.service.finder.index)

    def found(q: str, **headers: str) -> set[str]:
        answer = client.post("/v1/search", json={"q": q}, headers=headers or bearer())
        assert answer.status_code == 200, answer.text
        return {hit["id"] for hit in answer.json()["hits"]}

    assert found(f"case:{pair[0]}") == found(f"案件:{pair[1]}") == set(pair)
    assert found(f"case:{alone}") == {alone}
    assert found(f"-case:{alone}") == set(pair)
    assert found(f"case:{alone} OR case:{pair[1]}") == {alone, *pair}
    assert found(f"case:{alone} 危房") == set()
    elsewhere = bearer(StaffRole.INVESTIGATOR, "52")
    for q, headers in (
        ("case:nonsense", bearer()),
        (f"case:{alone.lower()}", bearer()),
        ("case:01J00000000000000000000000", bearer()),
        (f"case:{alone}", elsewhere),
        (f"case:{pair[1]}", elsewhere),
        ("case:\x00", bearer()),
    ):
        told = client.post("/v1/search", json={"q": q}, headers=headers).json()
        assert (told["field"], told["rule"]) == ("q", "unknown")
        assert "Character 6: There is no such case" in told["detail"]


def test_an_operator_needs_no_space_before_a_bracket_and_a_range_may_have_spaces(
    app: FastAPI, client: TestClient, store: Store, assessed: Callable[..., list[str]], bearer: Bearer
) -> None:
    assessed(TEXT, "低保名单从来没有公布过。")
    rebuild(store, app.state.service.finder.index)

    def total(q: str) -> int:
        return int(client.post("/v1/search", json={"q": q}, headers=bearer()).json()["total"])

    assert total("NOT(低保)") == total("NOT (低保)") == total("-低保") == 1
    assert total("received:2000 .. 2099") == total('received:"2000..2099"') == 2
