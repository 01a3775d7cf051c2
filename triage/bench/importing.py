"""How fast a file of reports is taken in, and how fast its reports are assessed, linked and indexed after that."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from triage.bench.figures import Figure, Outcome
from triage.bench.generator import Generator
from triage.bench.processes import apart, peak_megabytes, temporary_folder

ROWS = 2000
_MILLION = 1_000_000
_SECONDS, _SLOWEST = 600, 10
_SETTLED = 40_000
"""By half of so many rows the matters at hand and the mapped part of the database have their full size."""


def measure(*, rows: int = ROWS) -> Outcome:
    """Imports ``rows`` generated reports in a process of its own with one thread, then works until nothing waits.

    Raises:
        Unavailable: that process failed.
    """
    with temporary_folder(with_model=True) as folder:
        file = folder.parent / "reports.jsonl"
        write_rows(file, rows)
        told = apart("triage.bench.importing", str(file), folder=folder, seconds=_SECONDS + rows / _SLOWEST)
    figures = (
        Figure("rows", told["taken"], "rows"),
        Figure("imported_per_s", told["taken"] / told["importing"], "rows/s"),
        Figure("second_run_per_s", told["repeated"] / told["again"], "rows/s"),
        Figure("worked_per_s", told["taken"] / told["working"], "reports/s"),
        Figure("end_to_end_per_s", told["taken"] / (told["importing"] + told["working"]), "reports/s"),
        Figure("not_indexed", told["taken"] - told["indexed"], "reports", 0),
        Figure("added_by_second_run", told["added"], "rows", 0),
        Figure("peak_while_importing", told["peak_importing"], "MB"),
        Figure("peak_of_first_half", told["peak_half"], "MB"),
        Figure("peak_memory", told["peak"], "MB", 600),
        *([Figure("peak_memory_of_a_million", of_a_million(told), "MB", 1500)] if rows >= _SETTLED else []),
    )
    notes = (
        "one process, one thread; opening model and index is not counted",
        f"from {_SETTLED:,} rows on a million is told too: what the second half of the rows added, gone on with",
    )
    return Outcome("import", figures, notes=notes)


def of_a_million(told: Mapping[str, float]) -> float:
    """The peak in MB if memory went on growing as it did from the first half of the rows to the second."""
    grown = (told["peak"] - told["peak_half"]) / (told["taken"] / 2)
    return told["peak"] + grown * max(0.0, _MILLION - told["taken"])


def write_rows(file: Path, rows: int) -> None:
    """Invented reports in the form that `triage import` takes."""
    with file.open("w", encoding="utf-8") as lines:
        for report in Generator().reports(rows):
            row = {
                "id": f"row-{report.number}",
                "text": report.text,
                "channel": report.channel.value,
                "received": report.received_at.date().isoformat(),
                "place": report.division,
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def run(file: Path) -> dict[str, float]:
    """All that is measured, in this process and on the data folder of its settings."""
    from triage.cli.importing import import_file
    from triage.cli.workplace import opened_store
    from triage.model import Stage
    from triage.pipeline import assemble
    from triage.settings import get_settings
    from triage.store import WORKER

    settings = get_settings()
    with opened_store(settings) as store:
        pipeline = assemble(settings, store)
        began = time.perf_counter()
        first = import_file(store, settings, file, source="bench", columns={})
        imported, peak_importing = time.perf_counter(), peak_megabytes()
        halves = _Halves(first.taken)
        pipeline.work_until_empty(settings.worker_batch, halves.advance)
        worked = time.perf_counter()
        second = import_file(store, settings, file, source="bench", columns={})
        ended = time.perf_counter()
        pipeline.index.close()
        counts = store.counts(WORKER)
    return {
        "taken": first.taken,
        "repeated": second.repeated,
        "added": second.taken,
        "indexed": counts.get(Stage.INDEXED, 0) + counts.get(Stage.SEALED, 0),
        "importing": imported - began,
        "working": worked - imported,
        "again": ended - worked,
        "peak_importing": peak_importing,
        "peak_half": halves.peak,
        "peak": peak_megabytes(),
    }


class _Halves:
    """Notes the most memory that was held until half of the rows were worked."""

    def __init__(self, rows: int) -> None:
        self._left = rows / 2
        self.peak = peak_megabytes()

    def advance(self, done: int) -> None:
        """So many rows more."""
        if self._left > 0:
            self._left -= done
            self.peak = peak_megabytes()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]))) + "\n")
