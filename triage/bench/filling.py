"""Fills a store with invented reports of a ``World`` as if each had been taken in, read, linked and indexed.

Written are the rows that linking reads: ``reports`` with their cases as they truly are, the ledger's joins, ``link_facts``, ``link_keys``
and ``report_keys``, sealed and keyed by the store's own vault; a body is one short sentence. Nothing is assessed, so
assessments, priorities and routes are missing. Keys are sorted before they are written: one by one, a million reports
would touch each page of their table a thousand times. Memory does not grow with the number of reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from triage.bench.sorting import Pairs, Sorter, pairs_of
from triage.bench.world import World
from triage.cases import LinkKeyer, to_bytes
from triage.model import Channel, Stage, Submission, Verdict
from triage.settings import Settings
from triage.store.crowds import numbers_of, packed
from triage.store.database import Database
from triage.store.forms import body_bytes
from triage.store.setup import prepare
from triage.store.tables import cases, judgements, link_facts, report_keys, reports
from triage.store.vault import Vault

_CHUNK = 2000
_ROWS = 100_000
_NOW = datetime(2020, 1, 1, tzinfo=UTC)
_BODY = body_bytes(Submission("此处本来是一封群众来信的正文。", Channel.WEB, _NOW))
_ROW = "INSERT INTO link_keys (number, report_seq) VALUES (?, ?)"


def fill(settings: Settings, world: World, count: int, scratch: Path) -> None:
    """Fills an empty store with the first ``count`` reports of a world; ``scratch`` is a folder for sorting."""
    database = Database(settings)
    try:
        vault = prepare(database, settings, migrate=False)
        writer, sorter = _Writer(vault, world), Sorter(scratch)
        for start in range(0, count, _CHUNK):
            with database.write() as connection:
                sorter.add(writer.write(connection, range(start, min(start + _CHUNK, count))))
        for pairs in sorter.parts():
            for start in range(0, len(pairs), _ROWS):
                with database.write() as connection:
                    connection.exec_driver_sql(_ROW, pairs[start : start + _ROWS].tolist())
    finally:
        database.close()


def id_of(number: int) -> str:
    """The id of an invented report, in the order of their numbers."""
    return f"{number:026d}"


def seq_of(number: int) -> int:
    """The number of an invented report in the store."""
    return number + 1


class _Writer:
    """Writes reports chunk by chunk, all but their keys."""

    def __init__(self, vault: Vault, world: World) -> None:
        self._vault, self._world = vault, world
        self._keyer = LinkKeyer(vault.subkey("link"))

    def write(self, connection: Connection, numbers: range) -> Pairs:
        """Writes these reports and gives back their keys, each with the number of its report."""
        rows, facts, lists, lines = [], [], [], []
        keys: list[list[int]] = []
        first: dict[int, str] = {}
        for number in numbers:
            affair = self._world.told_by(number)
            matter = self._world.report(number, id_of(number), affair)
            if affair != number:
                first[affair] = id_of(affair)
                lines.append(join_row(number, affair))
            keys.append(numbers_of(self._keyer.keys(matter)))
            data_key = self._vault.new_data_key()
            rows.append(self._row(number, matter.places[0].code if matter.places else "", affair, data_key))
            sealed = self._vault.seal(data_key, to_bytes(matter), "link_facts", matter.id, "sealed")
            facts.append({"report_id": matter.id, "sealed": sealed})
            lists.append({"report_seq": seq_of(number), "numbers": packed(keys[-1])})
        for table, made in ((reports, rows), (link_facts, facts), (report_keys, lists)):
            connection.execute(insert(table), made)
        if first:
            _open_cases(connection, first)
            connection.execute(insert(judgements), lines)
        return pairs_of(range(seq_of(numbers.start), seq_of(numbers.stop)), keys)

    def _row(self, number: int, division: str, affair: int, data_key: bytes) -> dict[str, Any]:
        name = id_of(number)
        return {
            "seq": seq_of(number),
            "id": name,
            "stage": Stage.INDEXED.value,
            "channel": Channel.WEB.value,
            "received_at": _NOW,
            "arrived_at": _NOW,
            "division": division,
            "body": self._vault.seal(data_key, _BODY, "reports", name, "body"),
            "wrapped_key": self._vault.wrap(data_key, "text", name),
            "wrap": "text",
            "tries": 0,
            "not_before": _NOW,
            "trouble": "",
            "case_id": None if affair == number else id_of(affair),
        }


def _open_cases(connection: Connection, first: dict[int, str]) -> None:
    """Makes cases of affairs that were told again, and puts their first reports into them."""
    moved = update(reports).where(reports.c.seq == bindparam("of")).values(case_id=bindparam("to"))
    connection.execute(moved, [{"of": seq_of(number), "to": name} for number, name in first.items()])
    rows = [{"id": name, "changed_at": _NOW} for name in first.values()]
    connection.execute(insert(cases).prefix_with("OR IGNORE"), rows)


def join_row(number: int, affair: int, made_at: datetime = _NOW, features: Sequence[str] = ()) -> dict[str, Any]:
    """The line of the ledger by which a report stands in the case of the first that tells of its affair."""
    return {
        "report_id": id_of(number),
        "other_id": id_of(affair),
        "verdict": Verdict.SAME.value,
        "score": 0.9,
        "by": "bench",
        "features": list(features),
        "joined": True,
        "made_at": made_at,
    }
