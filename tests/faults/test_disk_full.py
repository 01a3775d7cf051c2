"""The disk of the database is full: intake says so and when to come back, nothing acknowledged is lost, and room is enough to go on."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest
from small_disk import SmallDisk, small_disk
from typer.testing import CliRunner
from under_fire import Fire, Reporters, call, ended, texts
from verdict import verdict

from tests.contract.search_backends import TERMS
from tests.postgres_databases import do_without
from tests.waiting import until
from triage.chinese import both
from triage.cli.app import app
from triage.errors import IndexDown, TriageError, Unavailable
from triage.model import Stage
from triage.search import EmbeddedIndex
from triage.servers import LocalPostgres, NoServer, local_binaries
from triage.servers.processes import free_port
from triage.settings import Settings, get_settings
from triage.store import WORKER, Store

pytestmark = pytest.mark.fault
PEOPLE = 6
FULL = "The disk of the database is full; once there is room, try again."


def reporters(word: str) -> Reporters:
    numbered = enumerate(texts(4000, word))
    return Reporters(free_port(), [(f"key-of-a-reporter-{number:05d}", text) for number, text in numbered])


def status_is_told(people: Reporters) -> None:
    status, told, _ = call(people.port, "/v1/status", {"receipt": next(iter(people.receipts.values()))}, {})
    assert (status, told["state"]) in [(200, state) for state in ("received", "in_progress", "accepted")]


def refused(people: Reporters, times: int = 10) -> None:
    """Waits until nobody gets through: as many are turned away one after the other."""
    taken = -1
    while len(people.receipts) > taken:
        taken, had = len(people.receipts), people.refused
        until(partial(turned_away, people, had + times))


def turned_away(people: Reporters, times: int) -> bool:
    return people.refused >= times


def nothing_written_ahead(fire: Fire) -> None:
    """Empties the log of SQLite, or there were room in it for some hundred reports."""
    with closing(sqlite3.connect(fire.folder / "triage.db", timeout=20)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def goes_on(fire: Fire, people: Reporters, service: subprocess.Popen[bytes]) -> None:
    taken = len(people.receipts)
    until(lambda: len(people.receipts) >= taken + 40)
    assert service.poll() is None, fire.said.read_text("utf-8")[-2000:]


def test_a_full_disk_of_the_embedded_database_loses_nothing_acknowledged(small_models: Path, tmp_path: Path) -> None:
    with small_disk(96) as disk:
        fire = Fire(disk.folder / "data", tmp_path / "said.log")
        fire.said.touch()
        shutil.copytree(small_models, fire.folder / "models")
        people = reporters("盘")
        with ended(fire.start("serve", TRIAGE_PORT=str(people.port))) as service:
            people.most = 100
            threads = people.begin(PEOPLE)
            try:
                until(lambda: fire.stages()["indexed"] > 0)
                nothing_written_ahead(fire)
                disk.fill()
                people.most = None
                refused(people)
                status_is_told(people)
                done = fire.stages()["indexed"]
                disk.make_room()
                goes_on(fire, people, service)
                until(lambda: fire.stages()["indexed"] > done)
            finally:
                people.end(threads)
            until(lambda: fire.stages()["indexed"] == len(people.receipts), seconds=180)
        assert both(FULL) in people.said
        met = verdict(Settings(data_dir=fire.folder), people.acknowledged)
        assert met.well, str(met)
        assert met.stored == len(people.receipts)
        assert "process_failed" not in fire.said.read_text("utf-8")


def test_on_a_disk_that_is_full_from_the_start_commands_say_so_and_an_import_goes_on_with_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = texts(100, "满")
    file = tmp_path / "letters.jsonl"
    rows = [{"id": f"{number}", "text": text, "channel": "letter"} for number, text in enumerate(wanted)]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    with small_disk(8) as disk:
        monkeypatch.setenv("TRIAGE_DATA_DIR", str(disk.folder / "data"))
        get_settings.cache_clear()
        Store.open(get_settings()).close()
        disk.fill()
        with pytest.raises(Unavailable, match=FULL):
            told("import", str(file), "--no-work")
        found = {line["part"]: line for line in json.loads(told("doctor", "--json"))["findings"]}
        assert (found["disk"]["code"], found["database"]["sentence"]) == ("low", FULL)
        with pytest.raises(IndexDown, match="disk is full"):
            EmbeddedIndex(disk.folder / "index", TERMS)
        disk.make_room()
        assert "100 taken, 0 already there, 0 refused" in told("import", str(file), "--no-work")
        with Store.open(get_settings()) as store:
            assert store.counts(WORKER)[Stage.RECEIVED] == len(wanted)
    get_settings.cache_clear()


def told(*words: str) -> str:
    """What a command prints; an error of ours is raised as ``main`` would meet it."""
    result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, TriageError):
        raise result.exception
    return result.stdout


def test_a_full_disk_of_postgresql_loses_nothing_acknowledged(data_dir: Path, tmp_path: Path) -> None:
    binaries = local_binaries()
    if binaries is None:
        do_without(NoServer("No PostgreSQL whose disk could be filled here: the program `initdb` is missing."))
        raise AssertionError
    with small_disk(160) as disk:
        server = LocalPostgres(binaries, within=disk.folder)
        try:
            the_disk_of_a_server_fills(server, disk, Fire(data_dir, tmp_path / "said.log"))
        finally:
            server.close()


def the_disk_of_a_server_fills(server: LocalPostgres, disk: SmallDisk, fire: Fire) -> None:
    fire.said.touch()
    key = fire.folder / "master.key"
    key.write_text("5a" * 32, "ascii")
    key.chmod(0o600)
    address = server.url.render_as_string(hide_password=False)
    settings = Settings(data_dir=fire.folder, database_url=address)
    people = reporters("库")
    with ended(fire.start("serve", TRIAGE_PORT=str(people.port), TRIAGE_DATABASE_URL=address)) as service:
        people.most = 100
        threads = people.begin(PEOPLE)
        try:
            until(lambda: len(people.receipts) > 20)
            disk.fill()
            people.most = None
            refused(people)
            # What is written ahead needs a new file now, and the server ends for want of it
            with suppress(psycopg.OperationalError), psycopg.connect(plain(server), autocommit=True) as connection:
                connection.execute("SELECT pg_switch_wal()")
            refused(people)
            disk.make_room()
            server.kill()
            server.start()
            goes_on(fire, people, service)
        finally:
            people.end(threads)
    fire.run("work", "--until-empty", TRIAGE_DATABASE_URL=address)
    assert both(FULL) in people.said
    met = verdict(settings, people.acknowledged)
    assert met.well, str(met)
    assert met.stored == len(people.receipts)
    assert "process_failed" not in fire.said.read_text("utf-8")


def plain(server: LocalPostgres) -> str:
    return server.url.set(drivername="postgresql").render_as_string(hide_password=False)
