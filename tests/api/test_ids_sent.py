"""Ids that cannot be any: a person who sends one hears what they would hear of an id that nothing has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres_databases import Databases
from starlette.testclient import TestClient
from test_staff import STAFF

from triage.model import StaffRole
from triage.settings import get_settings

Bearer = Callable[..., dict[str, str]]
NOBODYS = "01J00000000000000000000000"
WITH_ID = [(method, path) for method, path in STAFF if NOBODYS in path]
BODIES = {
    "reviews": {"decision": "confirm"},
    "merge": {"other": NOBODYS},
    "split": {"reports": [NOBODYS]},
    "move": {"report": NOBODYS, "to": NOBODYS},
    "steps": {"state": "accepted", "seen": 1},
    "clearing": {"act": "drop", "seen": 1, "note": "证据有变"},
    "clocks": {"act": "pause", "note": "等待鉴定"},
    "snooze": {"days": 3},
    "decisions": {"decision": "approve"},
    "messages": {"text": "请问是哪一年？"},
    "unmasked": {"reason": "verify"},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def data_dir(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    if request.param == "sqlite":
        yield tmp_path / "data"
    else:
        databases: Databases = request.getfixturevalue("postgres")
        with databases.fresh() as name:
            databases.settings(tmp_path / "data", name)
            monkeypatch.setenv("TRIAGE_DATABASE_URL", databases.address(name))
            get_settings.cache_clear()
            yield tmp_path / "data"
    get_settings.cache_clear()


@pytest.mark.parametrize("odd", ["%00", "%00" * 26, "x", "01J0000000000000000000000%00", "%F0%9F%98%80"])
def test_an_id_in_an_address_that_cannot_be_one_is_met_like_one_that_nothing_has(
    client: TestClient, bearer: Bearer, odd: str
) -> None:
    for role in (StaffRole.INVESTIGATOR, StaffRole.REVIEWER, StaffRole.CUSTODIAN):
        headers = bearer(role)
        for method, path in WITH_ID:
            json = BODIES.get(path.rsplit("/", 1)[-1], {}) if method == "POST" else None
            unknown = client.request(method, path, headers=headers, json=json)
            answer = client.request(method, path.replace(NOBODYS, odd), headers=headers, json=json)
            assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content), (method, path)
            assert answer.status_code in (403, 404), (method, path, answer.text)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/judgements", {"report": "\0", "other": NOBODYS, "verdict": "same"}),
        ("/v1/judgements", {"report": NOBODYS, "other": "\0", "verdict": "same"}),
        ("/v1/judgements/undo", {"decision": "\0"}),
        (f"/v1/cases/{NOBODYS}/merge", {"other": "\0"}),
        (f"/v1/cases/{NOBODYS}/split", {"reports": ["\0"]}),
        (f"/v1/cases/{NOBODYS}/move", {"report": "\0", "to": "\0"}),
        ("/v1/alerts/seen", {"ids": ["\0"]}),
        ("/v1/alerts/seen", {"up_to": "\0"}),
        ("/v1/identities/requests", {"report": "\0", "reason": "feedback", "note": "须答复"}),
    ],
)
def test_so_is_one_in_a_body(client: TestClient, bearer: Bearer, path: str, told: dict[str, Any]) -> None:
    answer = client.post(path, headers=bearer(), json=told)
    assert answer.status_code == 404, answer.text
