"""The demonstration on real servers: a PostgreSQL and an Elasticsearch of its own, gone with it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from triage.cli.output import say, steps
from triage.errors import TriageError
from triage.model import StaffRole
from triage.pipeline import model_folder
from triage.search.elastic import Cluster, address_of
from triage.search.elastic.generations import Generations
from triage.servers import find_postgres
from triage.servers.elastic import Elastic, find_elastic
from triage.settings import Settings, get_settings
from triage.store import Store


@contextmanager
def on_servers(settings: Settings) -> Iterator[Settings]:
    """Settings on servers that end with the block, in a data folder that ends with it too; trained models are shared.

    Raises:
        NoServer: one of the two cannot be had here; the sentence says why.
    """
    with steps() as tell:
        model_folder(settings, tell)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="triage-demo-")))
        (folder / "models").symlink_to(settings.models_dir.resolve())
        key = _new_key(folder / "master.key")
        say(
            "正在启动 PostgreSQL 与 Elasticsearch（约半分钟，首次更久）· "
            "Starting PostgreSQL and Elasticsearch (half a minute, longer the first time) …"
        )
        database = find_postgres(os.environ, durable=True)
        stack.callback(database.close)
        search = find_elastic(os.environ)
        stack.callback(search.close)
        say(database.told)
        say(search.told)
        named = stack.enter_context(_named_database(database.url))
        indices = f"triage-demo-{secrets.token_hex(4)}"
        stack.callback(_without_indices, search, indices)
        told = {
            "TRIAGE_DATA_DIR": str(folder),
            "TRIAGE_MASTER_KEY_FILE": str(key),
            "TRIAGE_DATABASE_URL": named.render_as_string(hide_password=False),
            "TRIAGE_ELASTICSEARCH_URL": search.url,
            "TRIAGE_ELASTICSEARCH_INDEX": indices,
            **({"TRIAGE_ELASTICSEARCH_CA_FILE": str(search.ca_file)} if search.ca_file else {}),
        }
        stack.enter_context(_environment(told))
        with Store.open(get_settings()) as store:
            os.environ["TRIAGE_TOKEN"] = store.new_token(StaffRole.INVESTIGATOR, (get_settings().office_division,))
        get_settings.cache_clear()
        yield get_settings()


def _new_key(file: Path) -> Path:
    file.touch(mode=0o600)
    file.write_text(secrets.token_hex(32) + "\n", "ascii")
    return file


@contextmanager
def _named_database(server: URL) -> Iterator[URL]:
    """A database of its own on a server that others may use, gone with the block."""
    name = f"triage_demo_{secrets.token_hex(4)}"
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield server.set(database=name)
    finally:
        with suppress(psycopg.Error), psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _without_indices(search: Elastic, name: str) -> None:
    """Leaves no index behind on a server that goes on running."""
    with suppress(TriageError):
        Generations(Cluster(address_of(search.url, None, search.ca_file)), name, "").remove()


@contextmanager
def _environment(told: dict[str, str]) -> Iterator[None]:
    """These variables and no token until the block ends.

    By the environment, which the worker inherits: nobody else sees it, as all see the arguments of a process.
    """
    before = {variable: os.environ.get(variable) for variable in (*told, "TRIAGE_TOKEN")}
    os.environ.pop("TRIAGE_TOKEN", None)
    os.environ.update(told)
    get_settings.cache_clear()
    try:
        yield
    finally:
        _put_back(before)


def _put_back(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    get_settings.cache_clear()
