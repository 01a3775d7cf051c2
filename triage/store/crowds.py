"""Link keys as the store keeps them, and who stands under them.

A key is a number of 64 bits made of its kind and value, a row is that number and the report's: with a hundred million
rows the table is a quarter of what text would take, and a walk under one key reads one page. Which keys a report has
stands beside it once more, so that they can be taken back without an index over all rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import JSON, BigInteger, Connection, Select, String, bindparam, cast, delete, func, select
from sqlalchemy.sql.expression import FromClause

from triage.errors import NotAllowed
from triage.model import Access, LinkKey, StaffRole
from triage.store.access import demand_text, readable
from triage.store.database import Database
from triage.store.tables import link_keys, report_keys, reports
from triage.store.together import Part

_BYTES = 8
Seqs = NDArray[np.int64]
"""Numbers of reports."""


def number_of(key: LinkKey) -> int:
    """The signed number of 64 bits that stands for a key."""
    digest = blake2b(f"{key.kind}\0{key.value}".encode(), digest_size=_BYTES).digest()
    return int.from_bytes(digest, signed=True)


def numbers_of(keys: Iterable[LinkKey]) -> list[int]:
    """The numbers of a report's keys, each once and sorted, as the tables take them."""
    return sorted({number_of(key) for key in keys})


def packed(numbers: Sequence[int]) -> bytes:
    """Numbers as ``report_keys`` keeps them: 8 bytes each, big-endian."""
    return np.array(numbers, dtype=">i8").tobytes()


def key_rows(made: Iterable[tuple[int, Sequence[LinkKey]]]) -> list[Part]:
    """Rows of ``report_keys`` and, sorted by key, of ``link_keys`` for reports that have none yet, given by their numbers."""
    lists = [(seq, numbers_of(keys)) for seq, keys in made if keys]
    rows = sorted((number, seq) for seq, told in lists for number in told)
    return [
        (report_keys, [{"report_seq": seq, "numbers": packed(told)} for seq, told in lists]),
        (link_keys, [{"number": number, "report_seq": seq} for number, seq in rows]),
    ]


def forget_keys(connection: Connection, seqs: Sequence[int]) -> None:
    """Takes back all keys of reports, given by their numbers."""
    standing = connection.execute(select(report_keys).where(report_keys.c.report_seq.in_(seqs))).all()
    for row in standing:
        numbers = np.frombuffer(row.numbers, dtype=">i8").tolist()
        gone = (link_keys.c.report_seq == row.report_seq, link_keys.c.number.in_(numbers))
        connection.execute(delete(link_keys).where(*gone))
    if standing:
        connection.execute(delete(report_keys).where(report_keys.c.report_seq.in_(seqs)))


def crowds(database: Database, keys: Sequence[LinkKey], access: Access, most: int) -> dict[LinkKey, Seqs]:
    """Under each key the numbers of the newest ``most`` reports, newest first; ``names`` says which may be read.

    Raises:
        NotAllowed: anybody but the worker: how many share a key with a report is nobody else's to ask.
    """
    if access.role is not StaffRole.WORKER:
        raise NotAllowed("Only the worker meets reports by their link keys.")
    with database.read() as connection:
        return _crowds(database, connection, keys, most)


def names(database: Database, seqs: Sequence[int], access: Access) -> dict[int, str]:
    """The ids of those of the reports, given by their numbers, that are readable."""
    demand_text(access)
    with database.read() as connection:
        return _names(database, connection, seqs, access)


def candidates(
    database: Database, keys: Sequence[LinkKey], access: Access, limit: int
) -> dict[LinkKey, tuple[str, ...]]:
    """Under each key the newest ``limit`` reports, as far as readable, oldest first; a crowded key costs no more than a
    thin one.
    """
    demand_text(access)
    with database.read() as connection:
        found = _crowds(database, connection, keys, limit)
        named = _names(database, connection, sorted({seq for seqs in found.values() for seq in seqs.tolist()}), access)
    told = {key: tuple(named[seq] for seq in reversed(seqs.tolist()) if seq in named) for key, seqs in found.items()}
    return {key: ids for key, ids in told.items() if ids}


def _crowds(database: Database, connection: Connection, keys: Sequence[LinkKey], most: int) -> dict[LinkKey, Seqs]:
    by_number = {number_of(key): key for key in keys}
    rows = connection.execute(_newest(database.sqlite, most), {"told": json.dumps(sorted(by_number))}).all()
    return {by_number[int(number)]: np.fromstring(seqs, dtype=np.int64, sep=",") for number, seqs in rows if seqs}


@lru_cache(maxsize=8)
def _newest(sqlite: bool, most: int) -> Select[int, str]:
    """A row for each key: its number, and the newest reports under it in one string.

    One parameter for thousands of keys, one row for up to ``most`` reports: no time goes into making rows.
    """
    wanted = listed(sqlite)
    newest = (
        select(link_keys.c.report_seq)
        .where(link_keys.c.number == cast(wanted.c.value, BigInteger))
        .order_by(link_keys.c.report_seq.desc())
        .limit(most)
        .correlate(wanted)
        .subquery()
    )
    together = func.aggregate_strings(cast(newest.c.report_seq, String), ",")
    return select(wanted.c.value, select(together).scalar_subquery()).select_from(wanted)


def _names(database: Database, connection: Connection, seqs: Sequence[int], access: Access) -> dict[int, str]:
    if not seqs:
        return {}
    return dict(connection.execute(_named(database.sqlite, access), {"told": json.dumps(seqs)}).all())


@lru_cache(maxsize=8)
def _named(sqlite: bool, access: Access) -> Select[int, str]:
    wanted = listed(sqlite)
    joined = select(reports.c.seq, reports.c.id).join(wanted, reports.c.seq == cast(wanted.c.value, BigInteger))
    return joined.where(readable(access))


def listed(sqlite: bool) -> FromClause:
    """The elements of the JSON list in the parameter ``told``, in a column ``value``: one parameter for any number."""
    told = bindparam("told", type_=String)
    elements = func.json_each(told) if sqlite else func.json_array_elements_text(cast(told, JSON))
    return elements.table_valued("value").alias("wanted")
