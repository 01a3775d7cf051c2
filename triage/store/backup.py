"""Backups: a consistent copy while others write, the key kept apart, a restore that checks.

An embedded store is copied as a file; a store on a server becomes an encrypted archive (see ``archive``), which can be
brought back into an empty database of either kind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from triage.errors import BadSetup, Corrupt, Unavailable, WrongKey
from triage.settings import Settings, sqlite_address
from triage.store.archive import check_archive, is_archive, read_archive, write_archive
from triage.store.carried import Standing, carry_access, carry_seals, standing_in
from triage.store.database import Database, sqlite_file
from triage.store.drafted import LOGS, drafted, forget_drafts
from triage.store.keys import read_key
from triage.store.locks import take_lock, take_worker_lock
from triage.store.revisions import go_ahead_in_file
from triage.store.setup import HEAD, demand_home, prepare, upgrade, version
from triage.store.sqlite_files import demand_whole, facts_in, fold_log, is_database, is_logged
from triage.store.vault import Vault

OF_THE_COPY = (
    "Tokens, recusals and seals are those of the copy: what was revoked or recused since has to be so once more, and what "
    "was sealed since lies open until it is read anew or decided on."
)
OF_BEFORE = (
    "Tokens, recusals and seals are those of the store that was replaced: what was revoked, recused or sealed stays so."
)


def backup(settings: Settings, out: Path) -> Path:
    """Writes a copy of the database to the file ``out``; the master key is not in it.

    Raises:
        BadSetup: no database is there yet, or the file exists already.
        WrongKey: a server's database was written with another key.
        Corrupt: the file is no database of SQLite, or the copy does not pass SQLite's own check.
    """
    source = sqlite_file(settings)
    if source is not None and not source.is_file():
        raise BadSetup("There is no database to back up yet.")
    if out.exists():
        raise BadSetup(f"{out.name} exists already; a backup never overwrites another file.")
    draft = out.with_name(out.name + ".part")
    with drafted(draft, "The backup"):
        if source is None:
            _archive(settings, draft)
        else:
            try:
                _copy(source, draft)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                raise Corrupt(
                    "The database file is damaged and cannot be copied; bring a copy back with `triage restore`."
                ) from None
        _flush(draft)
        if out.exists():
            raise BadSetup(
                f"{out.name} was written by somebody else meanwhile; a backup never overwrites another file."
            )
        draft.replace(out)
        _flush(out.parent)
    return out


def _archive(settings: Settings, draft: Path) -> None:
    database = Database(settings)
    try:
        if version(database) is None:
            raise BadSetup("There is no database to back up yet.")
        vault = prepare(database, settings, migrate=False)
        with draft.open("wb") as file:
            write_archive(database, vault, file)
        # Read to its end once: a backup that nobody could bring back is none.
        check_archive(draft, vault)
    finally:
        database.close()


def _copy(source: Path, draft: Path) -> None:
    with contextlib.closing(sqlite3.connect(source)) as live, contextlib.closing(sqlite3.connect(draft)) as copy:
        # In one step: a reader of the write-ahead log keeps no writer waiting.
        live.backup(copy)
        # One file that can be carried: no log beside it.
        copy.execute("PRAGMA journal_mode=DELETE").fetchone()
        demand_whole(copy)
        # A copy that would never be brought back is none
        demand_home(facts_in(copy))


def copy_key(settings: Settings, out: Path) -> Path:
    """Writes the master key to another place, where the backups do not lie.

    Raises:
        BadSetup: there is no key, the file exists, or it would lie beside a database or an archive.
    """
    if not settings.key_path.is_file():
        raise BadSetup("There is no master key file to copy.")
    read_key(settings.key_path)
    if out.exists():
        raise BadSetup(f"{out.name} exists already; a key never overwrites another file.")
    out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(map(_is_copy, out.parent.iterdir())):
        raise BadSetup(
            "A database or a backup lies in that folder. Keep the key where the backups are not, or they protect nothing."
        )
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(settings.key_path.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        _flush(out.parent)
    except OSError as error:
        # Half a key would pass for one
        out.unlink(missing_ok=True)
        raise Unavailable(
            f"The key could not be written ({error.strerror}); the copy of the database is whole."
        ) from None
    return out


def _is_copy(path: Path) -> bool:
    """Whether a file is a database or an archive; one that is another's, and cannot be looked into, is none of ours."""
    with contextlib.suppress(OSError):
        return path.is_file() and (is_database(path) or is_archive(path))
    return False


def restore(
    settings: Settings, copy: Path, *, replace: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Path | None:
    """Puts a backup in place of the database; where one was, it is kept beside and its path returned.

    Tokens, recusals and seals stay as they stand in the database that is replaced, if it can be read: what was revoked
    stays so. ``tell`` hears whose hold, and what else came along. The search index does not belong to the backup:
    run ``triage reindex`` afterwards.

    Raises:
        BadSetup: no backup, one of a newer program, or a database is there and ``replace`` is not set.
        WrongKey: the backup was written with another master key, or the key file is missing.
        Corrupt: the backup is damaged.
        Busy: a worker or another process uses the database.
    """
    if not copy.is_file() or not (is_database(copy) or is_archive(copy)):
        raise BadSetup("This file is no backup of the database.")
    if is_archive(copy):
        _unpack(settings, copy, replace=replace)
        tell(OF_THE_COPY)
        return None
    target = _database_file(settings)
    if target.exists() and not replace:
        raise BadSetup("A database is there already; say so if the backup shall take its place.")
    if not settings.key_path.is_file():
        raise WrongKey("The master key file is missing. Put it in its place first; a backup never holds it.")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    worker = take_worker_lock(settings.data_dir)
    setup = take_lock(settings.data_dir / "setup.lock", wait=10)
    try:
        draft = target.with_name(target.name + ".restoring")
        with drafted(draft, "The store"):
            _make_ready(copy, draft, target, settings, tell)
            before = _set_aside(target)
            draft.replace(target)
            _flush(target.parent)
        return before
    finally:
        setup.release()
        worker.release()


def _make_ready(copy: Path, draft: Path, target: Path, settings: Settings, tell: Callable[[str], None]) -> None:
    """Makes a draft of a backup that may take the target's place at once; nobody uses the target from then on."""
    if _copied(copy, draft):
        tell("The log beside this copy was taken along; it held what was not in the file yet.")
    vault = Vault(read_key(settings.key_path))
    _check_backup(draft, vault)
    if target.exists():
        fold_log(target)
    standing = standing_in(target, vault.fingerprint())
    _bring_up(draft, settings, vault, standing)
    tell(OF_THE_COPY if standing is None else OF_BEFORE)
    _flush(draft)


def _copied(copy: Path, draft: Path) -> bool:
    """Copies a backup; whether a log went along, as beside a file that somebody copied from a running system.

    A file that ``backup`` wrote has none, and one that lies there by chance is not played into it.
    """
    shutil.copyfile(copy, draft)
    log, beside = (path.with_name(path.name + "-wal") for path in (copy, draft))
    if not is_logged(copy) or not log.is_file() or not log.stat().st_size:
        return False
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(log, beside)
    return True


def _unpack(settings: Settings, archive: Path, *, replace: bool) -> None:
    """Brings an archive into the database of the settings, which has to be empty."""
    if replace:
        raise BadSetup("An archive takes no other store's place: name an empty database in TRIAGE_DATABASE_URL.")
    if not settings.key_path.is_file():
        raise WrongKey("The master key file is missing. Put it in its place first; a backup never holds it.")
    database = Database(settings)
    try:
        # Before anything is made in an empty database: the wrong archive must leave it empty
        check_archive(archive, Vault(read_key(settings.key_path)))
        read_archive(database, prepare(database, settings, migrate=True), archive)
    finally:
        database.close()


def migrate(settings: Settings) -> Path | None:
    """Brings the database to this version; SQLite is copied first, and the copy's path returned.

    Raises:
        BadSetup: the database is newer than this program.
        WrongKey: the key does not fit.
    """
    database = Database(settings)
    try:
        found = version(database) if not settings.sqlite or _database_file(settings).is_file() else None
        copy = None
        if found not in {None, HEAD} and settings.sqlite:
            source = _database_file(settings)
            # Of one that was killed: this copy has another name, and is not written over it
            forget_drafts(source.parent, f"{source.stem}-before-")
            copy = backup(settings, source.with_name(f"{source.stem}-before-{HEAD}-{_stamp()}.db"))
        prepare(database, settings, migrate=True)
        return copy
    finally:
        database.close()


def _database_file(settings: Settings) -> Path:
    file = sqlite_file(settings)
    if file is None:
        raise BadSetup(
            "This is the copy of an embedded database: unset TRIAGE_DATABASE_URL to bring it back, then `triage migrate-store`."
        )
    return file


def _check_backup(path: Path, vault: Vault) -> None:
    """Looks whether a copy is whole and ours, and makes it ready to go on."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            demand_whole(connection)
            facts = facts_in(connection)
        except (sqlite3.DatabaseError, Corrupt):
            raise Corrupt("The backup is damaged, or is no database of this program.") from None
    if facts.get("key_fingerprint") != vault.fingerprint():
        raise WrongKey("The backup was written with another master key. Put that key file in its place first.")
    demand_home(facts)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        go_ahead_in_file(connection)


def _bring_up(path: Path, settings: Settings, vault: Vault, standing: Standing | None) -> None:
    """Brings a copy that an earlier version wrote to this one, and to what stands, before it takes anything's place."""
    database = Database(settings.model_copy(update={"database_url": sqlite_address(path)}))
    try:
        upgrade(database, vault=vault)
        if standing is not None:
            carry_access(standing, path)
            carry_seals(standing, database, vault)
    finally:
        database.close()
    with contextlib.closing(sqlite3.connect(path)) as alone:
        # One file again: what was brought up stands in a log beside it
        alone.execute("PRAGMA journal_mode=DELETE").fetchone()


def _set_aside(target: Path) -> Path | None:
    """Keeps a database beside, with what belongs to it. A log that was left alone would be played into the next one.

    The file stays in its place too until the next one takes it: where the power fails between, there is a store, and none
    is begun anew in its place.
    """
    before = target.with_name(f"{target.name}.before-{_stamp()}")
    kept = target.exists()
    if kept:
        try:
            before.hardlink_to(target)
        except OSError:
            # A file system without such links, as of a stick
            target.replace(before)
    for suffix in LOGS:
        log = target.with_name(target.name + suffix)
        if log.exists():
            log.replace(before.with_name(before.name + suffix))
    return before if kept else None


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
