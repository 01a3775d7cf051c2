"""The figures of a month as plain lines, JSON and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from triage.trends.figures import MonthFigures

HIDDEN = "<"


def lines(figures: MonthFigures) -> Iterator[str]:
    """The figures in words, for a terminal."""
    total = f"fewer than {figures.threshold}" if figures.total is None else str(figures.total)
    yield f"Reports received in {figures.month}: {total}"
    for table in figures.tables:
        yield ""
        yield f"by {table.name}" + ("" if table.partition else " (a report can count several times)")
        for cell in table.cells:
            count = f"{HIDDEN} hidden" if cell.count is None else str(cell.count)
            yield f"  {count:>8}  {cell.label}"


def write(figures: MonthFigures, folder: Path) -> tuple[Path, ...]:
    """Writes ``MONTH.json`` and ``MONTH.csv`` and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    as_json, as_csv = folder / f"{figures.month}.json", folder / f"{figures.month}.csv"
    as_json.write_text(
        json.dumps(asdict(figures), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    # The byte order mark lets Excel and WPS read the Chinese labels.
    with as_csv.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["month", "table", "value", "label", "count"])
        rows.writerow([figures.month, "total", "", "", HIDDEN if figures.total is None else figures.total])
        for table in figures.tables:
            for cell in table.cells:
                count = HIDDEN if cell.count is None else cell.count
                rows.writerow([figures.month, table.name, _safe(cell.value), _safe(cell.label), count])
    return as_json, as_csv


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell[:1] in "=+-@\t\r" else cell
