"""A report on the head of a county office goes its way: sealed, listed as a stub, passed up, read at the office above."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from two_offices import (
    ABOVE_BOTH,
    HEAD,
    LETTER,
    PLAIN,
    REPORTER,
    SECRETS,
    Above,
    Run,
    in_the_county,
    send,
    stubs,
    told_to_the_reporter,
)

from triage.model import Access, Channel, ReporterState, StaffRole, Stage
from triage.pipeline import open_finder
from triage.search.finding import Question
from triage.settings import Settings, get_settings
from triage.store import WORKER, Store
from triage.trends.counted import count

EVERYWHERE = Access("tester", StaffRole.INVESTIGATOR, ("",))


@pytest.fixture
def settings(on_each_database: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return in_the_county(monkeypatch)


def test_a_report_on_the_own_head_reaches_the_office_above_and_nobody_else(
    store: Store, settings: Settings, run: Run, above: Above, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = send(store, LETTER, reporter=REPORTER)
    send(store, PLAIN)
    run("work", "--until-empty")
    assert store.counts(WORKER)[Stage.SEALED] == 1
    # Nobody finds it, counts it or has it on a list
    finder = open_finder(settings, store)
    assert finder.find(Question(q=HEAD), EVERYWHERE).total == 0
    assert finder.find(Question(q="危房改造"), EVERYWHERE).total == 1
    assert [row.report.text for row in store.export(EVERYWHERE)] == [PLAIN]
    month = f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m}"
    assert count(store, WORKER, month, "513431", 1).number(month, "513431") == 1
    # A stub is left, which tells when, where to and why
    (stub,) = stubs(run)
    assert (stub["reason"], stub["state"], stub["office_id"]) == (
        "accused_heads_office", "running", "5134-discipline",
    )  # fmt: skip
    assert (stub["division"], stub["left"], stub["unit"]) == ("513431", 5, "working_days")
    table = run("sealed", "list").stdout
    assert "本机关负责人" in table
    assert [word for word in SECRETS if word in table] == []
    # It goes up in a packet that tells nobody here a word
    keys = above.keys()
    passed = run(
        "sealed", "pass-up", stub["id"], "--key-file", str(keys / "pass-up.pub"), "--out", str(tmp_path / "out")
    )
    packet = tmp_path / "out" / f"{stub['id']}.sealed"
    assert packet.stat().st_mode & 0o777 == 0o600
    told = passed.stdout.encode() + packet.read_bytes() + caplog.text.encode()
    assert [word for word in SECRETS if word.encode() in told] == []
    assert stubs(run)[0]["state"] == "passed_up"
    assert told_to_the_reporter(store, receipt) is ReporterState.RECEIVED, "as of a report that stays open here"
    # There it is read as any other report, once
    receipts = tmp_path / "receipts.jsonl"
    with above.there():
        for _ in range(2):
            run("sealed", "receive", str(packet), "--key-file", str(keys / "pass-up.key"), "--receipts", str(receipts))
        (hit,) = json.loads(run("search", HEAD, "--json").stdout)["hits"]
        with Store.open(get_settings()) as there:
            (given,) = [json.loads(line) for line in receipts.read_text("utf-8").splitlines()]
            assert (given["report"], told_to_the_reporter(there, given["receipt"])) == (
                hit["id"],
                ReporterState.RECEIVED,
            )
            report = there.report(hit["id"], WORKER)
    assert (report.text, report.channel, report.division[:6]) == (LETTER, Channel.TRANSFER, "513431")
    assert told_to_the_reporter(store, receipt) is ReporterState.RECEIVED, (
        "the receipt goes on answering where it was given"
    )


def test_what_is_above_that_office_too_is_sealed_there_again_and_its_clock_begins_there(
    store: Store, run: Run, above: Above, tmp_path: Path
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=60)
    send(store, ABOVE_BOTH, long_ago)
    run("work", "--until-empty")
    (stub,) = stubs(run)
    assert (stub["reason"], stub["state"]) == ("accused_above_office", "overdue")
    keys = above.keys()
    out = tmp_path / "out"
    run("sealed", "pass-up", stub["id"], "--key-file", str(keys / "pass-up.pub"), "--out", str(out))
    with above.there():
        run("sealed", "receive", str(out / f"{stub['id']}.sealed"), "--key-file", str(keys / "pass-up.key"))
        (again,) = stubs(run)
        assert json.loads(run("search", "扶贫项目", "--json").stdout)["total"] == 0
    assert (again["received_at"], again["state"], again["left"]) == (stub["received_at"], "running", 5)
    assert again["office_id"] == "51-discipline"
