"""How fast a file goes into PostgreSQL by COPY, beside the same file as it went before: 200 rows, a statement for each table.

Each way in a process and a database of its own on one server, in the same run; no report is read or indexed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection

from triage.bench import writing
from triage.bench.figures import Figure, Outcome
from triage.bench.importing import write_rows
from triage.bench.processes import apart, peak_megabytes, temporary_folder
from triage.store.many import insert_rows
from triage.store.together import Part

ROWS = 20_000
_SECONDS, _SLOWEST = 600, 200
_TEN_MILLIONS = 10_000_000
_HERE = "triage.bench.copying"


def measure(*, rows: int = ROWS) -> Outcome:
    """Imports ``rows`` generated rows twice in each way.

    Raises:
        NoServer: no server can be had.
        Unavailable: the process that imports failed.
    """
    with temporary_folder(with_model=False) as folder, ExitStack() as stack:
        server = stack.enter_context(writing.server(folder))
        file = folder.parent / "rows.jsonl"
        write_rows(file, rows)
        told = {
            way: apart(
                _HERE,
                str(file),
                way,
                folder=folder,
                seconds=_SECONDS + rows / _SLOWEST,
                more={"TRIAGE_DATABASE_URL": address},
            )
            for way, address in (("statements", server.peer), ("copy", server.store))
        }
    by_copy, before = told["copy"], told["statements"]
    figures = (
        Figure("rows", by_copy["taken"], "rows"),
        Figure("imported_per_s", rows / by_copy["first"], "rows/s"),
        Figure("by_statements_per_s", rows / before["first"], "rows/s"),
        Figure("to_statements_ratio", before["first"] / by_copy["first"], "of its rate"),
        Figure("cpu", by_copy["cpu"] / rows * 1e6, "us/row"),
        Figure("by_statements_cpu", before["cpu"] / rows * 1e6, "us/row"),
        Figure("second_run_per_s", rows / by_copy["again"], "rows/s"),
        Figure("added_by_second_run", by_copy["added"], "rows", 0),
        Figure("peak_memory", by_copy["peak"], "MB", 600),
        Figure("by_statements_peak_memory", before["peak"], "MB"),
        Figure("hours_for_ten_millions", _TEN_MILLIONS * by_copy["first"] / rows / 3600, "h"),
    )
    notes = (server.told, "one process; reading and indexing are not in it; ten millions are arithmetic from this file")
    return Outcome("copying", figures, notes=notes)


def run(file: Path, way: str) -> dict[str, float]:
    """One way, in this process."""
    from triage.cli import importing
    from triage.cli.workplace import opened_store
    from triage.settings import get_settings
    from triage.store import arrivals

    if way == "statements":
        importing.AT_ONCE_ON_SERVER = importing.AT_ONCE
        vars(arrivals)["write_together"] = _each_its_own
    settings = get_settings()
    with opened_store(settings) as store:
        cpu, began = time.process_time(), time.perf_counter()
        first = importing.import_file(store, settings, file, source="bench", columns={})
        cpu, imported = time.process_time() - cpu, time.perf_counter()
        second = importing.import_file(store, settings, file, source="bench", columns={})
        ended = time.perf_counter()
    return {
        "taken": first.taken,
        "added": second.taken,
        "first": imported - began,
        "again": ended - imported,
        "cpu": cpu,
        "peak": peak_megabytes(),
    }


def _each_its_own(connection: Connection, parts: Sequence[Part]) -> None:
    for table, rows in parts:
        insert_rows(connection, table, rows)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), sys.argv[2])) + "\n")
