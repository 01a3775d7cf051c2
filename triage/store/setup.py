"""Bringing the database to the version of this program: an empty one at once, an older one only when asked."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select, text

from triage.errors import BadSetup, Busy, WrongKey
from triage.settings import Settings
from triage.store.database import Collision, Database, sqlite_file
from triage.store.keys import load_or_make_master
from triage.store.locks import take_lock, turn
from triage.store.private_files import close_to_others
from triage.store.tables import store_facts
from triage.store.vault import Vault

HEAD = "0018"
_FINGERPRINT = "key_fingerprint"
MOVED = "moved"
"""The fact that a store has been moved: what is written here from then on would be lost to everybody."""
MOVING = "moving"
"""The fact that a store is on its way into this database and not all there."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_OLDER = "The database has another version than this program; run `triage migrate`."
_NEWER = "The database was written by a newer program; use that one."
_IN_TURN = "Another process is making or migrating the tables of this database; wait until it is done, then try again."
_IN_USE = "Somebody uses the database; stop API and workers on every machine, then run `triage migrate` again."


def version(database: Database) -> str | None:
    """The schema's version; None for an empty database."""
    with database.read() as connection:
        return _version(connection)


def prepare(database: Database, settings: Settings, *, migrate: bool) -> Vault:
    """Tables and key of a store, made where it is empty; two processes that start together make them once.

    Raises:
        BadSetup: the schema is older (and ``migrate`` is not set) or newer than this program.
        WrongKey: the key is missing, or is not the one that this store was written with.
        Busy: another process is at it for longer than a lock is waited for, or somebody uses what is to be migrated.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The data folder may have been there, open to everybody; whose it is and what else lies in it is not ours to say
    for folder in (settings.index_dir, settings.refused_dir):
        close_to_others(folder, 0o700)
    with ExitStack() as held:
        held.enter_context(take_lock(settings.data_dir / "setup.lock", wait=60))
        try:
            held.enter_context(turn(database, "setup"))
        except Collision:
            raise Busy(_IN_TURN) from None
        file = sqlite_file(settings)
        if file is not None:
            _own_file(file)
        found = version(database)
        vault = Vault(load_or_make_master(settings, store_is_empty=found is None))
        if found is not None:
            _check_key(database, vault)
        if found != HEAD:
            if found is not None and not migrate:
                raise BadSetup(_NEWER if found > HEAD else _OLDER)
            try:
                upgrade(database, vault=vault)
            except Collision:
                raise Busy(_IN_USE) from None
        if found is None:
            with database.write() as connection:
                fact = {"name": _FINGERPRINT, "value": vault.fingerprint()}
                connection.execute(insert(store_facts), [fact])
        return vault


def upgrade(database: Database, to: str = "head", vault: Vault | None = None) -> None:
    """Runs the migrations that are missing up to a version, in one transaction; with a vault they open what they must read.

    Raises:
        BadSetup: the database is newer than this program.
    """
    # Alembic takes a quarter of a second to import, which an ordinary start need not pay.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with database.write() as connection:
        if not database.sqlite:
            # A large table takes its time
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        config.attributes["connection"] = connection
        config.attributes["vault"] = vault
        try:
            command.upgrade(config, to)
        except CommandError:
            raise BadSetup(_NEWER) from None


def fingerprint(connection: Connection) -> str | None:
    """The fingerprint of the key that a store was written with."""
    statement = select(store_facts.c.value).where(store_facts.c.name == _FINGERPRINT)
    return connection.execute(statement).scalar_one_or_none()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def _check_key(database: Database, vault: Vault) -> None:
    with database.read() as connection:
        written_with = fingerprint(connection)
        facts = set(connection.execute(select(store_facts.c.name)).scalars())
    demand_home(facts)
    # A crash between the tables and this line leaves a store without reports and without a fingerprint.
    if written_with is None:
        with database.write() as connection:
            connection.execute(insert(store_facts), [{"name": _FINGERPRINT, "value": vault.fingerprint()}])
    elif written_with != vault.fingerprint():
        raise WrongKey("The master key is not the one this database was written with. Put the right file in its place.")


def demand_home(facts: Collection[str]) -> None:
    """Stops where a store is not at home in a database, by the names of its facts.

    Raises:
        BadSetup: it is on its way into it, or was moved out of it.
    """
    if MOVING in facts:
        raise BadSetup("A move into this database has not come to its end; run `triage migrate-store` again.")
    if MOVED in facts:
        raise BadSetup("This database was moved to another; set TRIAGE_DATABASE_URL to that one.")


def _own_file(path: Path) -> None:
    """The database file is readable by its owner alone; SQLite gives its log files the same rights."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        close_to_others(path.with_name(name), 0o600)
