"""The archive of a store on a server: every table at one moment, encrypted under a subkey of the master key.

    TRIAGE BACKUP 1\\n  {"schema", "key", "salt", "made_at"}\\n  chunk …  last chunk

A chunk is its length (four bytes, big-endian) and AES-256-GCM over deflated JSON. Its nonce is its number, and whether
it is the last one is authenticated with the header, so that none can be changed, left out, doubled or cut away. The key of each
archive is derived from the subkey and its salt. The last chunk is the manifest: how many rows each table has. Texts are sealed
twice, because they already are in their tables; what the archive adds is that ids, codes and times are not in clear either.

Workers and their claims are left out: whoever restores has others.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import JSON, Column, Connection, Table, delete, func, insert, select, text

from triage.errors import BadSetup, Corrupt, WrongKey
from triage.store.columns import EPOCH, UtcDateTime, metadata, to_micros
from triage.store.database import Database
from triage.store.partitions import make_room
from triage.store.revisions import go_ahead
from triage.store.setup import HEAD
from triage.store.tables import audit
from triage.store.vault import Vault
from triage.store.worker_tables import claims, workers

MAGIC = b"TRIAGE BACKUP 1\n"
_ROWS = 500
_MOST_CHUNK = 1 << 30
_LEFT_OUT = {workers.name, claims.name}


@dataclass(frozen=True, slots=True)
class Header:
    """What an archive tells in clear."""

    schema: str
    key: str
    salt: str
    made_at: str

    def line(self) -> bytes:
        """As it stands in the file."""
        told = {"schema": self.schema, "key": self.key, "salt": self.salt, "made_at": self.made_at}
        return json.dumps(told).encode() + b"\n"


def is_archive(path: Path) -> bool:
    """Whether a file begins like an archive."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def write_archive(database: Database, vault: Vault, file: IO[bytes]) -> dict[str, int]:
    """Writes every table as it is at one moment, while others go on writing; rows by table.

    Raises:
        Unavailable, Busy: the database does not answer.
    """
    salt = os.urandom(16)
    header = Header(HEAD, vault.fingerprint(), salt.hex(), datetime.now(UTC).isoformat())
    seal, number, rows = AESGCM(_key(vault, salt)), 0, {table.name: 0 for table in _tables()}
    file.write(MAGIC + header.line())
    # One transaction: readers see one moment of the whole database.
    with database.read() as connection:
        for table in _tables():
            for part in _parts_of(connection, table):
                rows[table.name] += len(part)
                _put(file, seal, header, number, {"table": table.name, "rows": part}, last=False)
                number += 1
    _put(file, seal, header, number, {"manifest": rows}, last=True)
    return rows


def check_archive(path: Path, vault: Vault) -> dict[str, int]:
    """Reads an archive to its end without keeping anything; rows by table.

    Raises:
        BadSetup: another version of this program wrote it.
        WrongKey: it was written with another master key.
        Corrupt: it was changed or cut.
    """
    found = {table.name: 0 for table in _tables()}
    manifest: Mapping[str, int] | None = None
    for chunk in _chunks(path, vault):
        if "manifest" in chunk:
            manifest = chunk["manifest"]
        else:
            found[chunk["table"]] += len(chunk["rows"])
    if manifest != found:
        raise Corrupt("The backup does not hold what its manifest tells.")
    return found


def read_archive(database: Database, vault: Vault, path: Path) -> dict[str, int]:
    """Puts the rows of an archive into a database without reports, in one transaction; rows by table.

    Raises:
        BadSetup: the database is not empty, or another version of this program wrote the archive.
        WrongKey, Corrupt: as ``check_archive``, which is done before anything is written.
    """
    told = check_archive(path, vault)
    tables = {table.name: table for table in _tables()}
    with database.write() as connection:
        if not database.sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        _empty(connection)
        for chunk in _chunks(path, vault):
            if "rows" in chunk:
                table = tables[chunk["table"]]
                columns = list(table.columns)
                rows = [
                    {column.name: _from_json(column, value) for column, value in zip(columns, row, strict=True)}
                    for row in chunk["rows"]
                ]
                if table is audit:
                    make_room(connection, (at for row in rows if isinstance(at := row["at"], datetime)))
                connection.execute(insert(table), rows)
        for table in tables.values():
            _go_on_counting(connection, table)
        go_ahead(connection)
    return told


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]


def _parts_of(connection: Connection, table: Table) -> Iterator[list[list[Any]]]:
    columns = list(table.columns)
    statement = select(table).execution_options(yield_per=_ROWS)
    for part in connection.execute(statement).partitions(_ROWS):
        yield [[_to_json(column, value) for column, value in zip(columns, row, strict=True)] for row in part]


def _to_json(column: Column[Any], value: object) -> object:
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(value, datetime):
        return to_micros(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _from_json(column: Column[Any], value: Any) -> object:  # noqa: ANN401  # whatever a column holds
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(column.type, UtcDateTime):
        return EPOCH + (datetime.resolution * value)
    return base64.b64decode(value) if column.type.python_type is bytes else value


def _empty(connection: Connection) -> None:
    """Takes away the few rows that a first start writes.

    Raises:
        BadSetup: there are reports or an audit log.
    """
    for name in ("reports", "audit"):
        if connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one():
            raise BadSetup("The database holds reports or an audit log; a backup is brought back into an empty one.")
    for table in _tables():
        connection.execute(delete(table))


def _go_on_counting(connection: Connection, table: Table) -> None:
    """On PostgreSQL the next row gets the number after the last one that was brought back."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar_one_or_none()
    last = connection.execute(select(func.max(column))).scalar_one_or_none()
    if sequence is not None and last is not None:
        connection.execute(select(func.setval(sequence, last)))


def _key(vault: Vault, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, b"triage/v1/archive").derive(vault.subkey("backup"))


def _put(file: IO[bytes], seal: AESGCM, header: Header, number: int, content: object, *, last: bool) -> None:
    plain = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 1)
    sealed = seal.encrypt(number.to_bytes(12), plain, _bound(header, last=last))
    file.write(len(sealed).to_bytes(4) + sealed)


def _bound(header: Header, *, last: bool) -> bytes:
    return header.line() + (b"last" if last else b"more")


def _chunks(path: Path, vault: Vault) -> Iterator[dict[str, Any]]:
    """The chunks of an archive, each checked before it is given."""
    with path.open("rb") as file:
        header = _header(file)
        if header.key != vault.fingerprint():
            raise WrongKey("The backup was written with another master key. Put that key file in its place first.")
        if header.schema != HEAD:
            raise BadSetup(
                f"The backup has schema {header.schema}, this program {HEAD}: restore it with the version that wrote it."
            )
        seal, number, last = AESGCM(_key(vault, bytes.fromhex(header.salt))), 0, False
        while not last:
            length = int.from_bytes(file.read(4))
            sealed = file.read(length) if 0 < length < _MOST_CHUNK else b""
            if not sealed or len(sealed) != length:
                raise Corrupt("The backup is damaged: it ends too early.")
            chunk, last = _opened(seal, header, number, sealed)
            number += 1
            yield chunk
        if file.read(1):
            raise Corrupt("The backup is damaged: something was added to it.")


def _opened(seal: AESGCM, header: Header, number: int, sealed: bytes) -> tuple[dict[str, Any], bool]:
    for last in (False, True):
        try:
            plain = seal.decrypt(number.to_bytes(12), sealed, _bound(header, last=last))
        except InvalidTag:
            continue
        return json.loads(zlib.decompress(plain)), last
    raise Corrupt("The backup is damaged: a part of it was changed.")


def _header(file: IO[bytes]) -> Header:
    if file.read(len(MAGIC)) != MAGIC:
        raise BadSetup("This file is no backup of the database.")
    try:
        header = Header(**json.loads(file.readline(4096)))
        bytes.fromhex(header.salt)
    except (ValueError, TypeError):
        raise Corrupt("The backup is damaged: its head cannot be read.") from None
    return header
