"""What the fast reader makes of authored reports: the matters that a ``World`` is made of, and the whole readings.

They are read once, by whoever starts a bench, and kept in a folder for the processes that fill stores with them.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from triage.bench.meeting import world_of, write_basis
from triage.bench.world import World
from triage.cases import Matter
from triage.model import Assessment
from triage.store.forms import assessment_bytes, read_assessment

AUTHORED = 1200
_MATTERS, _READINGS = "matters.json", "readings.txt"


def read_authored(most: int) -> tuple[list[Matter], list[Assessment]]:
    """Matters and readings of about ``most`` authored reports, evenly from the whole corpus."""
    from triage.learning.asking import asked_of
    from triage.learning.corpus import load
    from triage.learning.linking import Seen, matter_of
    from triage.pipeline import open_assessor
    from triage.settings import get_settings

    rows = load()
    rows = rows[:: max(1, len(rows) // most)]
    readings = list(open_assessor(get_settings()).pipe(map(asked_of, rows)))
    pairs = zip(rows, readings, strict=True)
    return [matter_of(str(place), row, Seen.of(told)) for place, (row, told) in enumerate(pairs)], readings


def keep(folder: Path, matters: Sequence[Matter], readings: Sequence[Assessment]) -> None:
    """Writes them down in a folder."""
    write_basis(folder / _MATTERS, matters)
    lines = [base64.b64encode(assessment_bytes(reading)).decode() for reading in readings]
    (folder / _READINGS).write_text("\n".join(lines), encoding="ascii")


def kept(folder: Path, total: int) -> tuple[World, list[Assessment]]:
    """The world of ``total`` reports and the readings that ``keep`` wrote down."""
    lines = (folder / _READINGS).read_text("ascii").splitlines()
    return world_of(folder / _MATTERS, total), [read_assessment(base64.b64decode(line)) for line in lines]
