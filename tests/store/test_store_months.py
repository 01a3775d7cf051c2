"""The audit log of a server lies in months: every row in its own, old ones too, and the chain over them stays whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from postgres_databases import Databases
from sqlalchemy import Connection, insert, select, text
from store_samples import arrival, set_version, without_months

from tests.waiting import until
from triage.errors import Busy, Corrupt
from triage.logs import EVENTS
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.archive import read_archive
from triage.store.audit import read_entry, write_entries
from triage.store.backup import backup
from triage.store.moving import move
from triage.store.partitions import AHEAD, AuditMonths
from triage.store.tables import audit

LONG_AGO = datetime(2024, 2, 29, 16, 0, tzinfo=UTC)
"""The first moment of March 2024 in the office."""


@pytest.fixture
def settings(postgres: Databases, tmp_path: Path) -> Iterator[Settings]:
    with postgres.fresh() as name:
        yield postgres.settings(tmp_path / "data", name)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings) as opened:
        yield opened


def months(store: Store) -> set[str]:
    of = "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'audit'::regclass"
    with store._database.read() as connection:
        return set(connection.execute(text(of)).scalars())


def where(store: Store) -> dict[int, str]:
    """The table in which each row stands, by its number."""
    with store._database.read() as connection:
        return dict(connection.execute(text("SELECT seq, tableoid::regclass::text FROM audit ORDER BY seq")).all())


def named(*moments: datetime) -> list[str]:
    return [f"audit_{moment + timedelta(hours=8):%Y_%m}" for moment in moments]


def written_at(connection: Connection, *moments: datetime) -> None:
    rows = [
        {"at": at, "principal": "w", "role": "", "act": "a", "subjects": "", "purpose": "", "detail": ""}
        for at in moments
    ]
    connection.execute(insert(audit), rows)


def test_a_new_store_has_this_month_and_those_that_come(store: Store) -> None:
    this = datetime.now(UTC) + timedelta(hours=8)
    assert {"audit_other", f"audit_{this:%Y_%m}"} < months(store)
    assert len(months(store)) == AHEAD + 2
    store.receive([arrival()])
    assert set(where(store).values()) == {f"audit_{this:%Y_%m}"}


def test_what_was_written_before_moves_into_its_months_and_the_chain_stays_whole(settings: Settings) -> None:
    with Store.open(settings) as store, store._database.write() as connection:
        without_months(connection)
        set_version(connection, "0009")
        written_at(connection, LONG_AGO - timedelta(microseconds=1), LONG_AGO, LONG_AGO + timedelta(days=40))
    with pytest.MonkeyPatch.context() as patched:
        # A store of the version before seals what it has
        patched.setattr("triage.store.setup.HEAD", "0009")
        with Store.open(settings) as before:
            assert before.seal_audit() == 3
            head = before.verify_audit().head
    with Store.open(settings, migrate=True) as store:
        assert where(store) == {1: "audit_2024_02", 2: "audit_2024_03", 3: "audit_2024_04"}
        assert store.verify_audit().head == head
        store.receive([arrival()])
        assert store.seal_audit() == 1
        assert list(where(store)) == [1, 2, 3, 4], "numbers go on"
        with store._database.write() as connection:
            connection.execute(text("UPDATE audit SET principal = 'x' WHERE seq = 2"))
        with pytest.raises(Corrupt):
            store.verify_audit()


def test_the_clock_makes_months_ahead_and_only_once(store: Store) -> None:
    made = store.audit_months.keep_ahead(datetime(2031, 11, 20, tzinfo=UTC))
    assert made == ["audit_2031_11", "audit_2031_12", "audit_2032_01"]
    assert store.audit_months.keep_ahead(datetime(2031, 11, 30, 15, 59, tzinfo=UTC)) == []
    assert store.audit_months.keep_ahead(datetime(2031, 11, 30, 16, 0, tzinfo=UTC)) == ["audit_2032_02"]


def test_a_row_whose_month_has_no_part_yet_is_taken_and_moves_when_it_is_made(store: Store) -> None:
    with store._database.write() as connection:
        written_at(connection, datetime(2033, 5, 1, tzinfo=UTC), datetime(2033, 8, 1, tzinfo=UTC))
    assert set(where(store).values()) == {"audit_other"}
    store.seal_audit()
    before = store.verify_audit()
    store.audit_months.keep_ahead(datetime(2033, 4, 10, tzinfo=UTC))
    assert list(where(store).values()) == ["audit_2033_05", "audit_other"]
    assert store.verify_audit() == before


def test_nobody_who_writes_waits_for_a_new_month_and_no_row_is_lost(store: Store) -> None:
    ends = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        while not ends.is_set():
            with store._database.write() as connection:
                write_entries(connection, [read_entry(WORKER, "claim")])
                written_at(connection, datetime(2034, 1, 1, tzinfo=UTC))
            written += 2

    with store._database.write() as connection:
        connection.execute(text("DROP TABLE " + named(datetime.now(UTC))[0]))
    writing = threading.Thread(target=write)
    writing.start()
    try:
        until(lambda: written)
        store.audit_months.keep_ahead(datetime.now(UTC))
        for month in range(1, 13):
            store.audit_months.keep_ahead(datetime(2033, month, 5, tzinfo=UTC))
    finally:
        ends.set()
        writing.join(30)
    assert set(where(store).values()) <= {*named(datetime.now(UTC)), "audit_2034_01"}
    assert len(where(store)) == written > 0
    store.seal_audit()
    assert store.verify_audit().sealed == written


def test_a_month_that_cannot_be_made_now_is_told_and_stops_no_worker(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("triage.store.partitions._LOCK_SECONDS", 1)
    with store._database.write() as connection:
        connection.execute(text("DROP TABLE " + named(datetime.now(UTC))[0]))
    reading, opened = threading.Event(), threading.Event()

    def read() -> None:
        with store._database.read() as connection:
            connection.execute(select(audit)).all()
            opened.set()
            reading.wait(10)

    reader = threading.Thread(target=read)
    reader.start()
    assert opened.wait(10)
    with pytest.raises(Busy):
        store.audit_months.keep_ahead(datetime.now(UTC))
    store.audit_months.tick()
    reading.set()
    reader.join(30)
    assert "audit_months_not_made" in caplog.text
    assert "audit_months_not_made" in EVENTS
    store.audit_months.tick()
    assert named(datetime.now(UTC))[0] not in months(store), "it is tried again an hour later, not at every turn"
    AuditMonths(store._database).tick()
    assert named(datetime.now(UTC))[0] in months(store)


def test_a_moved_or_restored_log_lies_in_its_months(postgres: Databases, tmp_path: Path, store: Store) -> None:
    with store._database.write() as connection:
        written_at(connection, LONG_AGO, LONG_AGO + timedelta(days=400))
    store.seal_audit()
    archive = backup(store.settings, tmp_path / "backups" / "one.triage")
    with postgres.fresh(empty=True) as name:
        other = postgres.settings(tmp_path / "other", name)
        with Store.open(other) as restored:
            read_archive(restored._database, restored._vault, archive)
            assert where(restored) == {1: "audit_2024_03", 2: "audit_2025_04"}
            assert restored.verify_audit().sealed == 2
    embedded = Settings(data_dir=store.settings.data_dir, database_url=f"sqlite:///{tmp_path}/one.db")
    store._database.close()
    move(store.settings, embedded)
    with postgres.fresh(empty=True) as name:
        back = store.settings.model_copy(update={"database_url": postgres.address(name)})
        move(embedded, back)
        with Store.open(back) as moved:
            assert {"audit_2024_03", "audit_2025_04"} < set(where(moved).values())
            assert "audit_other" not in where(moved).values()
            assert moved.verify_audit().sealed >= 2


def test_an_embedded_log_is_one_table(tmp_path: Path) -> None:
    with Store.open(Settings(data_dir=tmp_path / "embedded")) as store:
        assert store.audit_months.keep_ahead(datetime.now(UTC)) == []
        with store._database.read() as connection:
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE name LIKE 'audit%'")).scalars().all()
    assert set(found) == {"audit", "audit_seals"}
