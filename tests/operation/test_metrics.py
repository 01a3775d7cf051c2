"""Figures: each that is told is documented, each that is documented is told, and none is open to everybody."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from tests.store.store_samples import outcome
from triage.cli.pages import metrics_page
from triage.codes import ABOVE_OFFICE
from triage.errors import BadSetup, Unavailable
from triage.intake import submission
from triage.intake.submissions import Limits
from triage.model import Access, Channel, Route, StaffRole, Submission, Way
from triage.operation import Observer
from triage.operation.listener import Listener, listen
from triage.operation.metrics import API, CATALOGUE, WORKER, StoreCollector, Told, timed_search, timed_step
from triage.settings import Settings
from triage.store import Accepted, Arrival, Assessed, Store
from triage.store.packets import make_pair, read_recipient

ROOT = Path(__file__).resolve().parents[2]
Figures = dict[tuple[str, tuple[str, ...]], float]


def asked(port: int, path: str = "/metrics", token: str | None = None) -> tuple[int, str]:
    """Status and body of a question to a port of this machine."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # an address of this machine
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def figures(text: str) -> Figures:
    families = text_string_to_metric_families(text)
    return {
        (sample.name, tuple(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def families(text: str) -> set[str]:
    """Names as the list writes them: counters with their end."""
    kinds = {"counter": "_total", "info": "_info"}
    return {
        family.name + ("" if family.name.endswith(kinds.get(family.type, "")) else kinds.get(family.type, ""))
        for family in text_string_to_metric_families(text)
    }


@pytest.fixture
def quiet(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def store(quiet: Settings) -> Iterator[Store]:
    with Store.open(quiet) as opened:
        yield opened


@pytest.fixture
def api(store: Store, quiet: Settings) -> Iterator[int]:
    """The port on which an API process tells its figures."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(Observer(quiet, store, lambda: None)))
    registry.register(API)
    listener = Listener(registry, "127.0.0.1", 0, None)
    yield listener.port
    listener.close()


def put_in(store: Store, *texts: str) -> None:
    made = [submission({"text": text}, Limits(text_chars=1000), channel=Channel.API) for text in texts]
    store.receive([Arrival(one, f"{number:064x}", None, None, "anonymous") for number, one in enumerate(made)])


def test_every_figure_that_is_told_is_in_the_list(api: int) -> None:
    listed = {one.name: one for one in CATALOGUE}
    told = families(asked(api)[1])
    assert told <= set(listed)
    assert {listed[name].told for name in told} == {Told.API, Told.STORE, Told.EACH}
    # Without a model, an index or a comparison these are left out instead of being told wrong
    silent = {"triage_model_info", "triage_index_reports", "triage_index_drift"}
    assert {name for name, one in listed.items() if one.told is not Told.WORKER} - told == silent


def test_a_worker_tells_its_own_figures(quiet: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = min(taken.getsockname()[1], 65000)
    settings = quiet.model_copy(update={"metrics_port": port})
    first, second = (listen(WORKER, settings, worker=True) for _ in range(2))
    assert first is not None
    assert second is not None
    try:
        before = figures(asked(first.port)[1]).get(("triage_step_reports_total", ("assess",)), 0)
        with timed_step("assess", 12):
            pass
        status, text = asked(second.port)
        assert port < first.port < second.port
        assert status == 200
        assert figures(text)["triage_step_reports_total", ("assess",)] == before + 12
        assert families(text) == {one.name for one in CATALOGUE if one.told in {Told.WORKER, Told.EACH}}
    finally:
        first.close()
        second.close()


def test_the_queue_is_told_from_the_database_whoever_wrote(api: int, store: Store) -> None:
    assert figures(asked(api)[1])["triage_queue_reports", ()] == 0
    put_in(store, "村支书扣了补助款", "会计虚报人数")
    store.fail([report.id for report in store.claim(1)], "assess_error")
    seen = figures(asked(api)[1])
    assert seen["triage_reports_taken_total", ()] == 2
    assert seen["triage_queue_reports", ()] == 2
    assert seen["triage_queue_retrying", ()] == 1
    assert 0 < seen["triage_queue_oldest_seconds", ()] < 60
    assert seen["triage_database_up", ()] == 1
    assert seen["triage_workers", ()] == 0
    assert seen["triage_audit_unsealed_rows", ()] > 0
    store.seal_audit()
    assert figures(asked(api)[1])["triage_audit_unsealed_rows", ()] == 0


def test_sealed_reports_are_told_by_how_many_press_and_not_how_many_there_are(api: int, store: Store) -> None:
    def seal(received: datetime) -> None:
        made = Submission("省长收了两百万", Channel.LETTER, received)
        (taken,) = store.receive([Arrival(made, secrets.token_hex(32))])
        assert isinstance(taken, Accepted)
        way = Route(Way.SEALED_UP, "513431", None, False, (ABOVE_OFFICE,))
        store.save_assessed([Assessed(taken.report_id, None, way)])

    def pressing() -> tuple[float, float]:
        seen = figures(asked(api)[1])
        return seen["triage_sealed_due_soon", ()], seen["triage_sealed_overdue", ()]

    seal(datetime.now(UTC))
    assert pressing() == (0, 0)
    seal(datetime.now(UTC) - timedelta(days=60))
    assert pressing() == (0, 1)
    custodian = Access("somebody", StaffRole.CUSTODIAN, ("",))
    (late, _) = store.way_up.stubs(custodian)
    store.way_up.pass_up(late.report_id, read_recipient(make_pair()[1]), "513431", custodian, lambda _: None)
    assert pressing() == (0, 0)


def test_open_proposals_are_told_as_the_list_shows_them(api: int, store: Store) -> None:
    put_in(store, "村支书扣了补助款", "会计虚报人数")
    store.save_assessed([outcome(one.id) for one in store.claim(9)])
    me = Access("somebody", StaffRole.INVESTIGATOR, ("",))
    page = store.proposals.page(me)
    assert figures(asked(api)[1])["triage_referrals_proposed", ()] == page.total == 2
    store.proposals.take(page.rows[0].referral.id, me)
    seen = figures(asked(api)[1])
    assert (seen["triage_referrals_proposed", ()], seen["triage_referrals_undecided", ()]) == (1, 1)


def test_no_figure_holds_a_word_of_a_report(api: int, store: Store) -> None:
    put_in(store, "王守田把三万五千元扣下")
    text = asked(api)[1]
    assert text.isascii()
    assert "513431" not in text


def test_a_search_that_fails_is_counted_and_one_that_was_asked_wrongly_is_not(api: int) -> None:
    before = figures(asked(api)[1])
    with pytest.raises(Unavailable), timed_search():
        raise Unavailable("The index does not answer.")
    with pytest.raises(BadSetup), timed_search():
        raise BadSetup("Something.")
    with timed_search():
        pass
    after = figures(asked(api)[1])
    key = ("triage_search_failures_total", ("unavailable",))
    assert after[key] - before.get(key, 0) == 1
    assert after["triage_search_seconds_count", ()] - before["triage_search_seconds_count", ()] == 1


def test_a_database_that_does_not_answer_is_told_and_nothing_is_made_up(
    api: int, store: Store, quiet: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Store) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr("triage.operation.observer.figures_of", silent)
    status, text = asked(api)
    assert status == 200
    assert figures(text)["triage_database_up", ()] == 0
    assert "triage_queue_reports" not in text


def test_there_is_nothing_else_on_the_port(api: int) -> None:
    assert asked(api, "/") == (404, "")
    assert asked(api, "/healthz") == (404, "")


def test_a_port_that_others_can_reach_asks_for_a_token(quiet: Settings, tmp_path: Path) -> None:
    open_one = quiet.model_copy(update={"metrics_port": 9464, "metrics_host": "0.0.0.0"})  # noqa: S104
    with pytest.raises(BadSetup, match="TRIAGE_METRICS_TOKEN_FILE"):
        listen(API, open_one)
    file = tmp_path / "token"
    file.write_text("short\n", encoding="utf-8")
    with pytest.raises(BadSetup, match="at least 20"):
        listen(API, open_one.model_copy(update={"metrics_token_file": file}))
    listener = Listener(WORKER, "127.0.0.1", 0, "a" * 32)
    try:
        assert asked(listener.port) == (401, "")
        assert asked(listener.port, token="b" * 32) == (401, "")
        assert asked(listener.port, token="a" * 32)[0] == 200
    finally:
        listener.close()


def test_no_port_is_opened_unless_one_is_set_and_a_taken_one_is_told(quiet: Settings) -> None:
    assert listen(API, quiet) is None
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BadSetup, match="TRIAGE_METRICS_PORT"):
            listen(API, quiet.model_copy(update={"metrics_port": taken.getsockname()[1]}))


def test_the_page_of_figures_is_current() -> None:
    assert (ROOT / "docs" / "metrics.md").read_text("utf-8") == metrics_page(), "run `make docs`"
    assert all(f"`{one.name}`" in metrics_page() for one in CATALOGUE)


def test_the_chinese_page_tells_the_same_figures_with_their_kinds_and_labels() -> None:
    page = (ROOT / "docs" / "metrics.zh.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line[:3] == "| `"]
    told = {
        Told.API: "接口进程，自身",
        Told.WORKER: "工作进程，自身",
        Told.STORE: "接口进程，数据库",
        Told.EACH: "每个进程，自身",
    }
    labels = [", ".join(f"`{label}`" for label in one.labels) for one in CATALOGUE]
    assert [row[:4] for row in rows] == [
        [f"`{one.name}`", one.kind, told[one.told], label] for one, label in zip(CATALOGUE, labels, strict=True)
    ]


def test_the_command_line_answers_quickly_without_what_figures_and_logs_need() -> None:
    code = "import sys, triage.cli.app; print([name for name in ('prometheus_client', 'structlog') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.strip() == "[]"
