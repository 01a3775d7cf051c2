"""The monthly report through the API: who gets what, and that a closed month is the same each time."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import docx
import openpyxl
import pytest
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from triage.model import Access, StaffRole
from triage.store import Store
from triage.store.tables import recusals, reports
from triage.trends.document import Tongue
from triage.trends.document_form import read_document
from triage.trends.rendering import Form
from triage.trends.reports import close

Bearer = Callable[..., dict[str, str]]
Assessed = Callable[..., list[str]]
PLACED = "/v1/trends?month=2019-11&place=51"


@pytest.fixture
def came_in_november(store: Store, assessed: Assessed) -> Callable[[str, int], None]:
    """So many reports of November 2019 from Sichuan, whenever they come."""

    def came(what: str, number: int) -> None:
        assessed(*(f"第{one}封{what}：三河村支书王守田把补助款扣下了。" for one in range(number)))
        with store._database.write() as connection:
            connection.execute(update(reports).values(received_at=datetime(2019, 11, 5, 2, tzinfo=UTC)))

    return came


@pytest.fixture
def november(came_in_november: Callable[[str, int], None]) -> None:
    came_in_november("信", 7)


def closer(store: Store, *places: str) -> Access:
    return store.authenticate(store.new_token(StaffRole.SUPERVISOR, places or ("",)))


def test_the_document_is_told_in_both_languages(client: TestClient, november: None, bearer: Bearer) -> None:
    answer = client.get(PLACED, headers=bearer(StaffRole.ANALYST))
    assert answer.status_code == 200, answer.text
    told = read_document(answer.content)
    assert (told.title.zh, told.title.en) == ("四川省2019年11月举报情况月报", "Sichuan: reports in November 2019")
    assert answer.json()["total"] == {"number": 7}
    assert client.get("/v1/trends/schema", headers=bearer()).json()["title"] == "Monthly report"


@pytest.mark.parametrize(
    ("form", "kind"), [("html", "text/html"), ("docx", "word"), ("xlsx", "sheet"), ("json", "json")]
)
def test_each_form_is_a_file_to_be_saved(
    client: TestClient, november: None, bearer: Bearer, form: str, kind: str
) -> None:
    answer = client.get(f"/v1/trends/2019-11.{form}?place=51&language=en", headers=bearer())
    assert answer.status_code == 200, answer.text
    assert kind in answer.headers["content-type"]
    language = "" if form == "json" else "_en"
    assert answer.headers["content-disposition"] == f'attachment; filename="triage_2019-11_51{language}.{form}"'
    if form == "docx":
        assert docx.Document(io.BytesIO(answer.content)).paragraphs[0].text == "Sichuan: reports in November 2019"
    elif form == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "Contents"
    else:
        assert "Sichuan: reports in November 2019" in answer.text


def test_a_closed_month_is_the_same_bytes_and_what_comes_later_makes_a_revision(
    client: TestClient, store: Store, november: None, bearer: Bearer, came_in_november: Callable[[str, int], None]
) -> None:
    assert close(store, closer(store), "2019-11", "51")[1]
    forms = [f"{form}?place=51&language={tongue}" for form in Form for tongue in Tongue]
    before = {one: client.get(f"/v1/trends/2019-11.{one}", headers=bearer()).content for one in forms}
    assert "已结账" in before["html?place=51&language=zh"].decode()
    came_in_november("迟到的信", 4)
    assert not close(store, closer(store), "2019-11", "51")[1]
    came_in_november("更迟的信", 1)
    reader = bearer()
    assert {one: client.get(f"/v1/trends/2019-11.{one}", headers=reader).content for one in forms} == before
    revised, made = close(store, closer(store), "2019-11", "51")
    assert (made, revised.revision) == (True, 2)
    now = client.get(PLACED, headers=reader).json()
    assert (now["revision"], now["total"]) == (2, {"number": 12})
    rows = [[cell["words"]["en"] for cell in row] for row in now["changes"]["tables"][0]["rows"]]
    assert ["Total", "Total", "Reports", "7", "12"] in rows
    page = client.get("/v1/trends/2019-11.html?place=51", headers=reader).text
    assert "已结账，第2版（修订）" in page
    assert "变动的数字" in page
    first = {one: client.get(f"/v1/trends/2019-11.{one}&revision=1", headers=reader).content for one in forms}
    assert first == before
    for none in (3, 2**31, 2**63, 10**30):
        assert client.get(f"{PLACED}&revision={none}", headers=reader).status_code == 404


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.WORKER])
def test_who_gets_the_report(client: TestClient, store: Store, bearer: Bearer, role: StaffRole) -> None:
    allowed = role in {StaffRole.ANALYST, StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR}
    for path in (PLACED, "/v1/trends/2019-11.json?place=51"):
        assert client.get(path, headers=bearer(role)).status_code == (200 if allowed else 403)


def test_nobody_without_a_token_and_no_place_of_others(client: TestClient, bearer: Bearer) -> None:
    for path in (PLACED, "/v1/trends/2019-11.html", "/v1/trends/schema"):
        assert client.get(path).status_code == 401
    assert client.get(PLACED, headers=bearer(StaffRole.SUPERVISOR, "62")).status_code == 403
    assert client.get("/v1/trends?month=2019-11&place=", headers=bearer(StaffRole.SUPERVISOR, "51")).status_code == 403
    own = client.get("/v1/trends?month=2019-11", headers=bearer(StaffRole.SUPERVISOR, "5134")).json()
    assert own["place"]["code"] == "5134"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/trends?month=2019-13", "month"),
        ("/v1/trends/2019-1.html", "month"),
        ("/v1/trends?month=２０１９-11", "month"),
        ("/v1/trends/２０１９-11.html", "month"),
        ("/v1/trends?month=2019-11&place=火星", "place"),
        ("/v1/trends/2019-11.pdf", "form"),
        ("/v1/trends/2019-11.html?language=fr", "language"),
        ("/v1/trends?month=2019-11&revision=0", "revision"),
    ],
)
def test_a_slip_is_named(client: TestClient, bearer: Bearer, path: str, field: str) -> None:
    answer = client.get(path, headers=bearer())
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_whoever_must_not_meet_a_party_gets_a_count_without_its_reports(
    client: TestClient, store: Store, november: None
) -> None:
    close(store, closer(store), "2019-11", "51")
    token = store.new_token(StaffRole.SUPERVISOR)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(PLACED, headers=headers).json()["revision"] == 1
    row = {"staff_id": store.authenticate(token).principal, "party_key": "party", "made_at": datetime.now(UTC)}
    with store._database.write() as connection:
        connection.execute(insert(recusals), [row])
    told = client.get(PLACED, headers=headers).json()
    assert (told["revision"], told["total"]) == (0, {"number": 0})
    assert client.get(f"{PLACED}&revision=1", headers=headers).status_code == 404
