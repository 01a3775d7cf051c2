"""How fast a new report is linked to those stored, at two sizes of the store in one run.

Both stores are filled with reports of an invented region (see ``world`` and ``filling``). Then new reports are linked one
by one as the worker does, each in both stores in turns, so that whatever else the machine does falls on both alike: link
keys, candidates, their facts, features, scores, judgements. Reading the text is `triage bench assess`. Keeping what was
found, with its flush, and deriving the case anew from the ledger are timed beside it. Every other new report tells, in
its own words, of an affair that a stored one tells of; where others are joined, the same official is accused in the same
village of something else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from triage.bench.figures import Figure, Outcome
from triage.bench.filling import fill
from triage.bench.kept import Took, filled
from triage.bench.meeting import settings_in, world_of, write_basis
from triage.bench.processes import apart
from triage.bench.readings import AUTHORED, read_authored
from triage.cases import Matter

REPORTS = 10_000
AGAINST = 1000
SAMPLE = 300


def measure(
    *, reports: int = REPORTS, against: int = AGAINST, sample: int = SAMPLE, keep: Path | None = None
) -> Outcome:
    """Fills stores of ``reports`` and ``against`` reports and links ``sample`` new ones in each.

    The stores are gone afterwards, or kept in folders of ``keep`` and only asked the next time.

    Raises:
        Unavailable: the process that links failed.
    """
    basis = partial(_basis, {})
    with ExitStack() as stack:
        folders = []
        for count in (reports, against):
            folder, took = stack.enter_context(filled(keep, f"cases-{count}", partial(_fill, count=count, basis=basis)))
            folders.append((folder, took))
        (large, took), (small, _) = folders
        told = apart("triage.bench.meeting", str(large), str(small), str(sample), seconds=3600)
        size = sum(path.stat().st_size for path in (large / "data").glob("triage.db*"))
    figures = _figures(told, took, size)
    parts = {name.removeprefix("part:"): share for name, share in told.items() if name.startswith("part:")}
    notes = (
        f"{sample} new reports, one by one; half of them tell of a stored affair",
        f"growth: beside {against:,} reports; least: of five tries, which other work on the machine disturbs less",
    )
    return Outcome("cases", figures, parts, notes)


def _figures(told: Mapping[str, float], took: Took, size: int) -> tuple[Figure, ...]:
    return (
        Figure("reports", told["reports"], "reports"),
        Figure("filled_per_s", took["reports"] / took["seconds"], "reports/s"),
        Figure("database_size", size / 1e6, "MB"),
        Figure("link_p50", told["link_p50"], "ms"),
        Figure("link_p95", told["link_p95"], "ms", 15),
        Figure("link_p99", told["link_p99"], "ms"),
        Figure("growth_p50", told["link_p50"] / told["small_link_p50"], "times"),
        Figure("growth_p95", told["link_p95"] / told["small_link_p95"], "times", 3),
        Figure("least_p50", told["least_p50"], "ms"),
        Figure("least_p95", told["least_p95"], "ms"),
        Figure("least_growth_p95", told["least_p95"] / told["small_least_p95"], "times"),
        Figure("keep_p95", told["keep_p95"], "ms"),
        Figure("renew_p95", told["renew_p95"], "ms"),
        Figure("candidates_mean", told["candidates"], "reports"),
        Figure("planted_met", told["met"], "of them"),
        Figure("planted_joined", told["joined"], "of them"),
        Figure("others_joined", told["wrong"], "of them"),
        Figure("peak_memory", told["peak"], "MB"),
    )


def _fill(folder: Path, *, count: int, basis: partial[list[Matter]]) -> dict[str, float]:
    write_basis(folder / "basis.json", basis())
    began = time.perf_counter()
    fill(settings_in(folder), world_of(folder / "basis.json", count), count, folder)
    return {"reports": count, "seconds": time.perf_counter() - began}


def _basis(known: dict[str, list[Matter]]) -> list[Matter]:
    """Matters of authored reports, read once for both stores."""
    if "basis" not in known:
        known["basis"], _ = read_authored(AUTHORED)
    return known["basis"]
