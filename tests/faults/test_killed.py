"""Ten times kill -9, of imports, services and workers: nothing acknowledged is lost, nothing comes twice."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from under_fire import CANARIES, Fire, Reporters, ended, everything_is_there_once, texts

from tests.waiting import until
from triage.intake import receipt_hash
from triage.servers.processes import free_port
from triage.settings import Settings
from triage.store import Store

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the worker of a service in /proc"),
]
ROWS = 2000
POSTS = 2500
BESIDE = 200


@pytest.fixture
def fire(data_dir: Path, tmp_path: Path) -> Fire:
    said = tmp_path / "said.log"
    said.touch()
    return Fire(data_dir, said)


def rows_file(path: Path, wanted: list[str]) -> Path:
    rows = [{"id": f"{number}", "text": text, "channel": "letter"} for number, text in enumerate(wanted)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_an_import_killed_five_times_brings_every_row_once(fire: Fire, tmp_path: Path) -> None:
    wanted = texts(ROWS, "行")
    file = rows_file(tmp_path / "letters.jsonl", wanted)
    for _ in range(3):
        had = fire.stages().total()
        with ended(fire.start("import", str(file), "--no-work")) as importing:
            until(lambda had=had: fire.stages().total() > had)
            fire.kill(importing)
    assert 0 < fire.stages().total() < ROWS, "the import was killed before its end"
    for _ in range(2):
        had = fire.stages()["indexed"]
        with ended(fire.start("import", str(file))) as importing:
            until(lambda had=had: fire.stages()["indexed"] > had)
            fire.kill(importing)
    assert 0 < fire.stages()["indexed"] < ROWS, "the worker was killed before its end"
    fire.run("import", str(file))
    fire.run("import", str(file))
    assert f"0 taken, {ROWS} already there, 0 refused" in fire.said.read_text("utf-8")
    everything_is_there_once(fire, wanted)
    fire.no_canary_on_disk()
    assert fire.kills == 5


def test_posting_through_five_kills_of_service_and_worker_loses_no_acknowledged_report(
    fire: Fire, tmp_path: Path
) -> None:
    port = free_port()
    numbered = list(enumerate(texts(POSTS, "投递")))
    people = Reporters(port, [(f"key-of-a-reporter-{number:05d}", text) for number, text in numbered])
    threads = people.begin(4)
    try:
        for worker_too in (True, True, False):
            serve_until_killed(fire, people, worker_too)
        beside = texts(BESIDE, "旁边的来信")
        with ended(fire.start("serve", TRIAGE_PORT=str(port))):
            fire.run("import", str(rows_file(tmp_path / "beside.jsonl", beside)), "--no-work")
            people.stop.set()
            for thread in threads:
                thread.join(20)
            again = dict(list(people.sent.items())[::50])
            assert {key: people.post(key, text) for key, text in again.items()} == {
                key: people.receipts[key] for key in again
            }
    finally:
        people.stop.set()
        for thread in threads:
            thread.join(20)
    fire.run("work", "--until-empty")
    assert people.troubled, "nobody noticed that the service was gone"
    every_receipt_is_known(fire, list(people.receipts.values()))
    everything_is_there_once(fire, [*people.sent.values(), *beside])
    fire.no_canary_on_disk()
    assert fire.kills == 5


def serve_until_killed(fire: Fire, people: Reporters, worker_too: bool) -> None:
    """A service that takes reports in, loses its worker once it has indexed some, goes on, and is then killed itself.

    Until its worker is there it is sent a hundred and no more, which all had to be read in the end.
    """
    with ended(fire.start("serve", TRIAGE_PORT=str(people.port))) as service:
        had, done = len(people.receipts), fire.stages()["indexed"]
        people.most = had + 100
        until(lambda: len(people.receipts) >= had + 40)
        if worker_too:
            until(lambda: fire.stages()["indexed"] > done)
            more_come_in(people, 10)
            fire.kill_worker_of(service)
            more_come_in(people, 40)
        people.most = None
        fire.kill(service)


def more_come_in(people: Reporters, number: int) -> None:
    people.most, before = None, len(people.receipts)
    until(lambda: len(people.receipts) >= before + number)


def every_receipt_is_known(fire: Fire, receipts: list[str]) -> None:
    assert len(set(receipts)) == len(receipts)
    with Store.open(Settings(data_dir=fire.folder)) as store:
        key = store.subkey("receipt")
        unknown = [code for code in receipts if store.status(receipt_hash(key, code.replace("-", ""))) is None]
    assert unknown == []


def test_refused_rows_are_told_without_their_text(fire: Fire, tmp_path: Path) -> None:
    file = tmp_path / "letters.jsonl"
    bad = [{"text": CANARIES[0], "channel": CANARIES[1]}, {"text": f"{CANARIES[1]}\0"}, {CANARIES[2]: CANARIES[3]}]
    rows = [*bad, {"text": "村里的路一直没有修好，问谁都说不知道。"}]
    file.write_text("\n".join([*(json.dumps(row, ensure_ascii=False) for row in rows), f'{{"{CANARIES[0]}']), "utf-8")
    process = fire.start("import", str(file), "--no-work")
    assert process.wait(60) in (0, 2)
    (refused,) = (fire.folder / "refused").iterdir()
    assert refused.stat().st_mode & 0o777 == 0o600
    reasons = [json.loads(line) for line in refused.read_text("utf-8").splitlines()]
    assert [row["row"] for row in reasons][:3] == [1, 2, 3]
    told = json.dumps([[row["field"], row["rule"], row["detail"]] for row in reasons], ensure_ascii=False)
    assert [word for word in CANARIES if word in told] == []
    # The rows themselves lie in that file, for the one who sent them to mend, and nowhere else.
    with pytest.raises(AssertionError, match="refused"):
        fire.no_canary_on_disk()
    refused.unlink()
    fire.no_canary_on_disk()
