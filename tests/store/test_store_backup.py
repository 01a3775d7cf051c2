"""Backups: whole, without the key, checked before they take the place of anything."""

from __future__ import annotations

import errno
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import TEXT, arrival, outcome, set_version, staff, with_text_keys, without_danger

from triage.errors import BadSetup, Busy, Corrupt, NotAuthenticated, NotFound, Unavailable, WrongKey
from triage.model import LinkKey, StaffRole, Stage, Way
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store, take_worker_lock
from triage.store import backup as backups
from triage.store.backup import OF_BEFORE, OF_THE_COPY, backup, copy_key, migrate, restore
from triage.store.database import Database
from triage.store.drafted import drafted
from triage.store.setup import upgrade


@pytest.fixture
def saved(settings: Settings, tmp_path: Path) -> Path:
    """A backup with one report that waits; the store is closed again."""
    with Store.open(settings) as store:
        store.receive([arrival(receipt="r1")])
        return backup(settings, tmp_path / "backups" / "one.db")


@pytest.mark.embedded
def test_backup_brings_back_what_was_there(settings: Settings, saved: Path) -> None:
    with Store.open(settings) as store:
        store.receive([arrival("later")])
    before = restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert [report.text for report in store.claim(10)] == [TEXT]
        assert store.status("r1") is not None
    assert before is not None
    assert before.exists()


@pytest.mark.embedded
def test_what_changes_after_a_restore_is_no_older_than_what_the_index_was_told_before(
    settings: Settings, saved: Path
) -> None:
    with Store.open(settings) as store:
        [report] = store.claim(10)
        told = [store.asides.send_again([report.id]) for _ in range(4)][-1]
    restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.asides.send_again([report.id])[report.id] > told[report.id]


@pytest.mark.embedded
def test_a_file_that_is_no_database_is_told_and_leaves_no_half_copy(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.mkdir(exist_ok=True)
    (settings.data_dir / "triage.db").write_text("hello")
    with pytest.raises(Corrupt, match="cannot be copied"):
        backup(settings, tmp_path / "backups" / "one.db")
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.embedded
def test_backup_is_one_file_for_its_owner_without_the_key(settings: Settings, saved: Path) -> None:
    assert list(saved.parent.iterdir()) == [saved]
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    key = settings.key_path.read_bytes().strip()
    assert key not in saved.read_bytes()
    assert bytes.fromhex(key.decode()) not in saved.read_bytes()


@pytest.mark.embedded
def test_backup_is_consistent_while_others_write(store: Store, settings: Settings, tmp_path: Path) -> None:
    store.receive([arrival() for _ in range(50)])
    with store._database.write():
        out = backup(settings, tmp_path / "during.db")
    store.receive([arrival()])
    with sqlite3.connect(out) as copy:
        assert copy.execute("SELECT count(*) FROM reports").fetchone() == (50,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


@pytest.mark.embedded
def test_backup_overwrites_nothing(settings: Settings, saved: Path) -> None:
    with pytest.raises(BadSetup, match="exists already"):
        backup(settings, saved)


@pytest.mark.embedded
def test_restore_on_a_new_machine_needs_the_key_first(settings: Settings, saved: Path, tmp_path: Path) -> None:
    new = Settings(data_dir=tmp_path / "new")
    with pytest.raises(WrongKey, match="Put it in its place first"):
        restore(new, saved)
    new.data_dir.mkdir()
    copy_key(settings, new.key_path)
    assert restore(new, saved) is None
    with Store.open(new) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_restore_does_not_replace_unasked(settings: Settings, saved: Path) -> None:
    with pytest.raises(BadSetup, match="there already"):
        restore(settings, saved)


@pytest.mark.embedded
def test_backup_of_another_key_is_refused_and_the_database_stays(settings: Settings, saved: Path) -> None:
    settings.key_path.rename(settings.key_path.with_suffix(".kept"))
    settings.key_path.write_text("cd" * 32)
    with pytest.raises(WrongKey):
        restore(settings, saved, replace=True)
    settings.key_path.with_suffix(".kept").rename(settings.key_path)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_damaged_backup_is_refused_and_the_database_stays(settings: Settings, saved: Path) -> None:
    data = bytearray(saved.read_bytes())
    data[4096 : len(data) // 2] = bytes(len(data) // 2 - 4096)
    saved.write_bytes(bytes(data))
    with pytest.raises(Corrupt):
        restore(settings, saved, replace=True)
    saved.write_text("no database")
    with pytest.raises(BadSetup, match="no backup"):
        restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_restore_waits_for_no_one_who_uses_the_database(settings: Settings, saved: Path) -> None:
    with take_worker_lock(settings.data_dir), pytest.raises(Busy):
        restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        store.claim(1)
        with pytest.raises(Busy):
            restore(settings, saved, replace=True)
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_damaged_database_can_be_replaced(settings: Settings, saved: Path) -> None:
    (settings.data_dir / "triage.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_damaged_database_is_told_as_such(settings: Settings, saved: Path) -> None:
    page = 4096
    with (settings.data_dir / "triage.db").open("r+b") as file:
        file.seek(page)
        file.write(b"\xff" * page * 200)
    with pytest.raises(Corrupt), Store.open(settings) as store:
        store.counts(WORKER)


@pytest.mark.embedded
def test_key_is_not_copied_beside_a_database(settings: Settings, saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match="where the backups are not"):
        copy_key(settings, saved.parent / "master.key")
    out = copy_key(settings, tmp_path / "safe" / "master.key")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(BadSetup, match="exists already"):
        copy_key(settings, out)


@pytest.mark.embedded
def test_migrate_of_the_present_version_copies_nothing(settings: Settings, saved: Path) -> None:
    assert migrate(settings) is None
    assert {path.name for path in settings.data_dir.glob("*.db")} == {"triage.db"}


def test_a_store_of_the_first_version_gains_what_later_ones_keep(settings: Settings, store: Store) -> None:
    store.close()
    for path in settings.data_dir.glob("triage.db*"):
        path.unlink()
    database = Database(settings)
    if not database.sqlite:
        with database.write() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    upgrade(database, "0001")
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO link_keys VALUES ('old', 'near', 1, 'r')")
    database.close()
    migrate(settings)
    with Store.open(settings) as mended, mended._database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM link_keys").scalar_one() == 0
        assert mended.link_facts(["r"], WORKER) == {}
        assert mended.saved.watched() == []


@pytest.mark.embedded
def test_link_keys_written_as_text_still_meet_their_reports(settings: Settings, saved: Path) -> None:
    with Store.open(settings) as store:
        [accepted] = store.receive([arrival()])
        assert isinstance(accepted, Accepted)
        store.save_assessed([outcome(accepted.report_id, link_keys=())])
        seq = store.row(accepted.report_id, WORKER).report.seq
        with store._database.write() as connection:
            with_text_keys(connection, "0005")
            rows = [("a1", "near", seq, accepted.report_id), ("a1", "name", seq, accepted.report_id)]
            connection.exec_driver_sql("INSERT INTO link_keys VALUES (?, ?, ?, ?)", rows)
    migrate(settings)
    near, name = LinkKey("near", "a1"), LinkKey("name", "a1")
    with Store.open(settings) as store:
        assert store.candidates([near, name, LinkKey("sum", "a1")], WORKER) == {
            near: (accepted.report_id,),
            name: (accepted.report_id,),
        }
        store.save_assessed([outcome(accepted.report_id, way=Way.SEALED_UP)])
        assert store.candidates([near, name], WORKER) == {}


@pytest.mark.embedded
def test_migrate_copies_first(settings: Settings, saved: Path) -> None:
    with Store.open(settings) as store, store._database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'before'")
    with pytest.raises(BadSetup):
        migrate(settings)
    [copy] = [path for path in settings.data_dir.glob("*.db") if path.name != "triage.db"]
    assert copy.name.startswith("triage-before-")


@pytest.mark.embedded
def test_a_log_that_was_left_behind_is_not_played_into_what_is_brought_back(settings: Settings, saved: Path) -> None:
    target = settings.data_dir / "triage.db"
    log = target.with_name("triage.db-wal")
    with Store.open(settings) as store:
        store.receive([arrival("later")])
        left = log.read_bytes()
    target.rename(settings.data_dir / "damaged.db")
    log.write_bytes(left)
    assert restore(settings, saved) is None
    with Store.open(settings) as store:
        assert [report.text for report in store.claim(10)] == [TEXT]
    [kept] = settings.data_dir.glob("triage.db.before-*-wal")
    assert kept.read_bytes() == left, "nothing of what was there is thrown away"


@pytest.mark.embedded
def test_a_backup_of_a_newer_program_is_refused_and_the_database_stays(settings: Settings, saved: Path) -> None:
    with closing(sqlite3.connect(saved)) as copy, copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
    with Store.open(settings) as store:
        store.receive([arrival("later")])
    with pytest.raises(BadSetup, match="newer program"):
        restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 2
    assert not list(settings.data_dir.glob("triage.db.*")), "no draft is left"


@pytest.mark.embedded
def test_a_backup_of_an_earlier_version_comes_back_as_one_of_this(settings: Settings, tmp_path: Path) -> None:
    old = Settings(data_dir=tmp_path / "old")
    with Store.open(old) as store:
        store.receive([arrival(receipt="r1")])
        with store._database.write() as connection:
            with_text_keys(connection, "0005")
    copy = backup(old, tmp_path / "backups" / "old.db")
    settings.key_path.parent.mkdir(parents=True, exist_ok=True)
    settings.key_path.write_bytes(old.key_path.read_bytes())
    restore(settings, copy)
    with Store.open(settings) as store:
        assert store.status("r1") is not None
    assert [path.name for path in settings.data_dir.glob("triage.db*")] == ["triage.db"]


@pytest.mark.embedded
def test_a_full_disk_leaves_a_sentence_and_nothing_half_written(
    settings: Settings, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("triage.store.backup._flush", full)
    out = tmp_path / "full" / "two.db"
    with pytest.raises(Unavailable, match=r"The backup could not be written \(No space left on device\)"):
        backup(settings, out)
    assert list(out.parent.iterdir()) == []
    with pytest.raises(Unavailable, match="The store could not be written"):
        restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_the_copy_of_an_embedded_store_is_not_brought_back_to_a_server(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match="embedded"):
        restore(Settings(data_dir=tmp_path, database_url="postgresql://a@127.0.0.1/b"), saved)


def test_export_streams_everything_readable(store: Store, route: Callable[..., str]) -> None:
    ids = [route() for _ in range(3)]
    assert [row.report.id for row in store.export(staff())] == ids


@pytest.mark.embedded
def test_a_token_that_was_revoked_or_renewed_since_the_backup_stays_so(settings: Settings, tmp_path: Path) -> None:
    with Store.open(settings) as store:
        revoked, renewed, kept = (store.new_token(StaffRole.INVESTIGATOR, [""], 30) for _ in range(3))
        ids = {token: store.staff.id_of(token) or "" for token in (revoked, renewed, kept)}
        store.staff.recuse(ids[kept], ["a" * 64], names={"a" * 64: "王守田"})
        copy = backup(settings, tmp_path / "backups" / "early.db")
        store.revoke_token(ids[revoked])
        secret = store.staff.renew(ids[renewed], 30)
        store.staff.recuse(ids[kept], ["a" * 64], end=True)
        store.staff.recuse(ids[kept], ["b" * 64], names={"b" * 64: "李茂才"})
        later = store.new_token(StaffRole.INVESTIGATOR, [""], 30)
    told: list[str] = []
    restore(settings, copy, replace=True, tell=told.append)
    assert told == [OF_BEFORE]
    with Store.open(settings) as store:
        for token in (revoked, renewed):
            with pytest.raises(NotAuthenticated):
                store.authenticate(token)
        for token in (secret, later):
            store.authenticate(token)
        assert store.authenticate(kept).excluded_party_keys == ("b" * 64,)
        assert [names for names in (info.kept_from for info in store.staff.listed()) if names] == [("李茂才",)]


@pytest.mark.embedded
def test_where_the_replaced_database_cannot_be_read_the_tokens_of_the_copy_are_told_as_such(
    settings: Settings, tmp_path: Path
) -> None:
    with Store.open(settings) as store:
        token = store.new_token(StaffRole.INVESTIGATOR, [""], 30)
        copy = backup(settings, tmp_path / "backups" / "early.db")
        store.revoke_token(store.staff.id_of(token) or "")
    (settings.data_dir / "triage.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    told: list[str] = []
    restore(settings, copy, replace=True, tell=told.append)
    assert told == [OF_THE_COPY]
    with Store.open(settings) as store:
        store.authenticate(token)


@pytest.mark.embedded
def test_what_stands_in_the_log_beside_a_raw_copy_is_brought_back_too(settings: Settings, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    with Store.open(settings) as store:
        store.receive([arrival(receipt="r1")])
        for name in ("triage.db", "triage.db-wal"):
            (raw / name).write_bytes((settings.data_dir / name).read_bytes())
    new = Settings(data_dir=tmp_path / "new")
    copy_key(settings, new.key_path)
    told: list[str] = []
    restore(new, raw / "triage.db", tell=told.append)
    assert "The log beside this copy was taken along; it held what was not in the file yet." in told
    with Store.open(new) as store:
        assert store.status("r1") is not None
    assert not list(new.data_dir.glob("*.restoring*"))


@pytest.mark.embedded
def test_a_log_that_lies_beside_a_backup_by_chance_is_not_played_into_it(
    settings: Settings, saved: Path, tmp_path: Path
) -> None:
    with Store.open(settings) as store:
        store.receive([arrival("later")])
        saved.with_name("one.db-wal").write_bytes((settings.data_dir / "triage.db-wal").read_bytes())
    restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert [report.text for report in store.claim(10)] == [TEXT]


@pytest.mark.embedded
def test_a_restore_that_breaks_off_leaves_a_store_in_its_place(
    settings: Settings, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(settings) as store:
        store.receive([arrival("later")])
    set_aside = backups._set_aside

    def then_the_power_fails(target: Path) -> None:
        set_aside(target)
        raise KeyboardInterrupt

    monkeypatch.setattr(backups, "_set_aside", then_the_power_fails)
    with pytest.raises(KeyboardInterrupt):
        restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 2
    monkeypatch.undo()
    restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_a_database_that_was_moved_away_is_neither_copied_nor_brought_back(
    settings: Settings, saved: Path, tmp_path: Path
) -> None:
    for file in (settings.data_dir / "triage.db", saved):
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("INSERT INTO store_facts (name, value) VALUES ('moved', 'yes')")
    with pytest.raises(BadSetup, match="was moved to another"):
        backup(settings, tmp_path / "moved" / "two.db")
    assert list((tmp_path / "moved").iterdir()) == []
    with closing(sqlite3.connect(settings.data_dir / "triage.db")) as connection, connection:
        connection.execute("DELETE FROM store_facts WHERE name = 'moved'")
    with pytest.raises(BadSetup, match="was moved to another"):
        restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER)[Stage.RECEIVED] == 1


@pytest.mark.embedded
def test_two_backups_to_one_name_at_once_do_not_spoil_each_other(
    settings: Settings, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, flush = tmp_path / "two.db", backups._flush

    def another_begins(path: Path) -> None:
        if path.name.endswith(".part"):
            with pytest.raises(Busy, match=r"Another process writes two\.db\.part"):
                backup(settings, out)
        flush(path)

    monkeypatch.setattr(backups, "_flush", another_begins)
    backup(settings, out)
    with closing(sqlite3.connect(out)) as copy:
        assert copy.execute("SELECT count(*) FROM reports").fetchone() == (1,)
    assert not out.with_name("two.db.part").exists()


@pytest.mark.embedded
def test_what_a_killed_backup_left_is_written_over_and_a_link_in_its_place_is_not_followed(
    settings: Settings, saved: Path, tmp_path: Path
) -> None:
    (tmp_path / "two.db.part").write_bytes(b"left " * 100_000)
    assert backup(settings, tmp_path / "two.db").stat().st_mode & 0o777 == 0o600
    (tmp_path / "elsewhere").write_text("kept", encoding="utf-8")
    (tmp_path / "three.db.part").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unavailable):
        backup(settings, tmp_path / "three.db")
    assert (tmp_path / "elsewhere").read_text("utf-8") == "kept"


@pytest.mark.embedded
def test_a_migration_takes_away_the_half_copies_of_killed_ones_and_leaves_one_that_is_being_written(
    settings: Settings, saved: Path
) -> None:
    with Store.open(settings) as store, store._database.write() as connection:
        without_danger(connection)
        set_version(connection, "0017")
    left, written, other = (
        settings.data_dir / name
        for name in ("triage-before-0017-1.db.part", "triage-before-0017-2.db.part", "mine.db.part")
    )
    for path in (left, left.with_name(f"{left.name}-journal"), other):
        path.write_bytes(b"half")
    with drafted(written, "The backup"):
        copy = migrate(settings)
        assert written.exists()
    assert copy is not None
    assert {path.name for path in settings.data_dir.glob("*.part*")} == {other.name}
    assert copy.is_file()


@pytest.mark.embedded
def test_a_key_that_finds_no_room_leaves_no_half_of_it(
    settings: Settings, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backups, "_flush", full)
    with pytest.raises(Unavailable, match="The key could not be written"):
        copy_key(settings, tmp_path / "safe" / "master.key")
    assert list((tmp_path / "safe").iterdir()) == []


@pytest.mark.embedded
def test_the_log_of_a_restore_that_was_killed_is_not_played_into_the_next_one(settings: Settings, saved: Path) -> None:
    with Store.open(settings) as store:
        store.receive([arrival("later")])
        left = (settings.data_dir / "triage.db-wal").read_bytes()
    (settings.data_dir / "triage.db.restoring-wal").write_bytes(left)
    restore(settings, saved, replace=True)
    with Store.open(settings) as store:
        assert [report.text for report in store.claim(10)] == [TEXT]


@pytest.mark.embedded
def test_a_report_that_was_sealed_since_the_backup_stays_sealed(settings: Settings, tmp_path: Path) -> None:
    with Store.open(settings) as store:
        taken = store.receive([arrival(), arrival("read"), arrival("open")])
        ids = [one.report_id for one in taken if isinstance(one, Accepted)]
        store.save_assessed([outcome(ids[1]), outcome(ids[2])])
        copy = backup(settings, tmp_path / "backups" / "early.db")
        store.save_assessed([outcome(one, way=Way.SEALED_UP) for one in ids[:2]])
        sealed = store.way_up.stubs(staff(role=StaffRole.CUSTODIAN))
    restore(settings, copy, replace=True)
    with Store.open(settings) as store:
        assert store.counts(WORKER) == {**store.counts(WORKER), Stage.SEALED: 2, Stage.ASSESSED: 1, Stage.RECEIVED: 0}
        assert [row.report.id for row in store.export(staff())] == [ids[2]]
        with pytest.raises(NotFound):
            store.row(ids[1], staff())
        assert store.way_up.stubs(staff(role=StaffRole.CUSTODIAN)) == sealed
    assert settings.data_dir.joinpath("triage.db").stat().st_mode & 0o777 == 0o600
