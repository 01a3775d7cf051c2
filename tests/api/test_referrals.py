"""The referral queue over the API: pages with their number, and what became of a proposal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from api_samples import TEXT
from starlette.testclient import TestClient

from triage.model import StaffRole
from triage.store import Store

Bearer = Callable[..., dict[str, str]]
Assessed = Callable[..., list[str]]


def queue(client: TestClient, headers: dict[str, str], query: str = "") -> Any:
    answer = client.get("/v1/referrals" + query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_pages_go_on_where_they_ended_and_tell_how_many_there_are(
    client: TestClient, assessed: Assessed, bearer: Bearer
) -> None:
    headers = bearer()
    ids = assessed(*(f"{TEXT}{number}" for number in range(5)))
    first = queue(client, headers, "?limit=3")
    second = queue(client, headers, f"?limit=3&cursor={first['cursor']}")
    assert [one["report_id"] for one in first["referrals"] + second["referrals"]] == ids
    assert (first["total"], second["total"], second["cursor"]) == (5, 5, None)


def test_what_is_taken_over_leaves_the_open_list_and_comes_back_when_it_is_given_back(
    client: TestClient, store: Store, assessed: Assessed, bearer: Bearer
) -> None:
    mine, other = bearer(), bearer()
    me = store.staff.listed()[-2].id
    (report_id,) = assessed()
    (line,) = queue(client, mine)["referrals"]
    assert (line["state"], line["taken_by"], line["taken_at"], line["decision"]) == ("proposed", None, None, None)
    for name in (line["id"], report_id):
        taken = client.post(f"/v1/referrals/{name}/take", headers=mine).json()
        assert (taken["id"], taken["state"], taken["taken_by"]) == (line["id"], "taken", me)
    assert queue(client, other) == {"referrals": [], "total": 0, "cursor": None}
    assert queue(client, other, "?state=taken")["referrals"] == [taken]
    again = client.post(f"/v1/referrals/{report_id}/take", headers=other)
    assert (again.status_code, again.json()["code"]) == (409, "changed")
    assert client.post(f"/v1/referrals/{report_id}/give-back", headers=other).status_code == 403
    assert client.post(f"/v1/referrals/{line['id']}/give-back", headers=mine).json() == line
    assert queue(client, other)["referrals"] == [line]


def test_who_may_not_see_or_take_a_proposal_is_told_so(client: TestClient, assessed: Assessed, bearer: Bearer) -> None:
    (report_id,) = assessed()
    elsewhere, reviewer = bearer(StaffRole.INVESTIGATOR, "52"), bearer(StaffRole.REVIEWER)
    hidden = client.post(f"/v1/referrals/{report_id}/take", headers=elsewhere)
    absent = client.post("/v1/referrals/01J00000000000000000000000/take", headers=elsewhere)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert client.post(f"/v1/referrals/{report_id}/take", headers=reviewer).status_code == 403


@pytest.mark.parametrize(
    ("query", "field"), [("?cursor=x", "cursor"), ("?state=withdrawn", "state"), ("?limit=1001", "limit")]
)
def test_a_slip_in_the_address_of_the_queue_is_named(
    client: TestClient, bearer: Bearer, query: str, field: str
) -> None:
    answer = client.get("/v1/referrals" + query, headers=bearer())
    assert (answer.status_code, answer.json()["field"]) == (422, field)
