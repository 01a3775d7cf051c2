"""A store on a server is brought back from its archive as it was: the drill, and what is refused."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_databases import Databases
from sqlalchemy import select
from store_samples import arrival, staff
from test_store_canary import FOUND, full_life

from triage.errors import BadSetup, Corrupt, TriageError, WrongKey
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store
from triage.store.archive import MAGIC, check_archive
from triage.store.backup import backup, copy_key, restore
from triage.store.columns import metadata
from triage.store.keys import read_key
from triage.store.vault import Vault
from triage.store.worker_tables import claims, workers

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def nothing(postgres: Databases, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a database on the server without a table."""
    with postgres.fresh(empty=True) as name:
        yield postgres.settings(tmp_path / "other", name)


@pytest.fixture
def live(postgres: Databases, tmp_path: Path) -> Iterator[Settings]:
    """A server's store in which everything has happened once."""
    with postgres.fresh() as name:
        settings = postgres.settings(tmp_path / "live", name)
        with Store.open(settings) as store:
            full_life(store)
            store.new_token(staff().role)
            store.receive([arrival(f"第{number}封信", receipt=f"more{number}") for number in range(600)])
            store.seal_audit()
        yield settings


@pytest.fixture
def archive(live: Settings, tmp_path: Path) -> Path:
    return backup(live, tmp_path / "backups" / "one.triage")


def rows_of(store: Store) -> Rows:
    """All rows of all tables that are kept, in order of their keys."""
    with store._database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
            if table not in {workers, claims}
        }


def vault(settings: Settings) -> Vault:
    return Vault(read_key(settings.key_path))


def test_the_drill_brings_back_every_row_into_an_empty_server_and_work_goes_on(
    live: Settings, archive: Path, nothing: Settings
) -> None:
    restore(nothing, archive)
    with Store.open(live) as before, Store.open(nothing) as after:
        assert rows_of(after) == rows_of(before)
        assert after.verify_audit() == before.verify_audit()
        assert after.counts(WORKER) == before.counts(WORKER)
        assert after.status("more7") is not None
        last = after.last_seq()
        (answer,) = after.receive([arrival("danach", receipt="later")])
        assert isinstance(answer, Accepted)
        assert after.last_seq() == last + 1
        after.seal_audit()
        after.verify_audit()


def test_an_archive_of_a_server_can_be_brought_back_into_an_embedded_store(
    live: Settings, archive: Path, tmp_path: Path
) -> None:
    embedded = Settings(data_dir=tmp_path / "embedded", master_key_file=live.key_path)
    restore(embedded, archive)
    with Store.open(live) as before, Store.open(embedded) as after:
        assert rows_of(after) == rows_of(before)
        after.verify_audit()


def test_an_archive_is_one_file_for_its_owner_in_which_nothing_can_be_read(live: Settings, archive: Path) -> None:
    assert list(archive.parent.iterdir()) == [archive]
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    content = archive.read_bytes()
    with Store.open(live) as store:
        report_id = store.claim(1)[0].id
    # Other than in the database, not even an id stands in clear.
    assert not [
        word
        for word in [*FOUND, report_id.encode(), bytes.fromhex(live.key_path.read_text("ascii").strip())]
        if word in content
    ]


@pytest.mark.parametrize("kind", ["server", "embedded"])
def test_what_changes_after_a_restore_is_no_older_than_what_the_index_was_told_before(
    live: Settings, archive: Path, nothing: Settings, tmp_path: Path, kind: str
) -> None:
    embedded = Settings(data_dir=tmp_path / "embedded", master_key_file=live.key_path)
    target = nothing if kind == "server" else embedded
    restore(target, archive)
    with Store.open(live) as before, Store.open(target) as after:
        ids = [str(row[1]) for row in rows_of(before)["reports"]][:3]
        told = [before.asides.send_again(ids) for _ in range(4)][-1]
        again = after.asides.send_again(ids)
    assert min(again.values()) > max(told.values())


def test_the_key_is_not_copied_beside_an_archive(live: Settings, archive: Path) -> None:
    with pytest.raises(BadSetup, match="where the backups are not"):
        copy_key(live, archive.parent / "master.key")
    assert list(archive.parent.iterdir()) == [archive]


def test_an_archive_shows_one_moment_though_others_write(live: Settings, tmp_path: Path) -> None:
    with Store.open(live) as store:
        before = len(rows_of(store)["reports"])
        with store._database.write() as connection:
            connection.execute(metadata.tables["outbox"].insert(), [{"report_id": "0" * 26}])
            out = backup(live, tmp_path / "during.triage")
        told = check_archive(out, vault(live))
        assert told["reports"] == before
        assert told["outbox"] == len(rows_of(store)["outbox"]) - 1


def test_no_changed_cut_lengthened_or_shuffled_archive_is_taken(archive: Path, nothing: Settings) -> None:
    content = archive.read_bytes()
    head = content.index(b"\n", len(MAGIC)) + 1
    length = int.from_bytes(content[head : head + 4]) + 4
    first, rest = content[head : head + length], content[head + length :]
    spread = range(head, len(content), len(content) // 12)
    wrong = {
        "changed": [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in spread],
        "cut": [content[:-1], content[: head + length], content[:head], content[: len(MAGIC)]],
        "lengthened": [content + b"\0"],
        "doubled": [content[:head] + first + first + rest],
        "left out": [content[:head] + rest],
    }
    for contents in wrong.values():
        for one in contents:
            archive.write_bytes(one)
            with pytest.raises(Corrupt):
                restore(nothing, archive)
    # Nothing was made in the empty database meanwhile
    archive.write_bytes(content)
    restore(nothing, archive)


def test_another_key_another_version_and_a_database_with_reports_are_refused(
    live: Settings, archive: Path, nothing: Settings, tmp_path: Path
) -> None:
    with pytest.raises(BadSetup, match="empty one"):
        restore(live, archive)
    with pytest.raises(BadSetup, match="empty database"):
        restore(live, archive, replace=True)
    key = tmp_path / "other.key"
    key.write_text("8" * 64, encoding="ascii")
    with pytest.raises(WrongKey):
        restore(nothing.model_copy(update={"master_key_file": key}), archive)
    content = archive.read_bytes()
    archive.write_bytes(content.replace(b'"schema": "', b'"schema": "9', 1))
    with pytest.raises(TriageError):
        restore(nothing, archive)
    archive.write_bytes(b"SQLite? no")
    with pytest.raises(BadSetup, match="no backup"):
        restore(nothing, archive)


def test_a_backup_of_nothing_is_told(nothing: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match="no database"):
        backup(nothing, tmp_path / "none.triage")
