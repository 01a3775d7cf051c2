"""The monthly report: time and memory of one month beside a store of a given size, and how spikes and new schemes do on invented ones.

The store is filled with the rows that counting reads: reports over three years and some 2,800 counties by Zipf's law,
what is counted of their readings, priorities, routes, cases and a log of matters. Bodies are ciphertext of a usual
length; nothing is read, so that the figures alone are composed, as an analyst gets them. The month is composed in a process
of its own; rendering it to files is not part of it.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from corpora.divisions import Divisions, is_county
from corpora.programmes import load_programmes
from corpora.taxonomy import load_taxonomy
from triage.bench.figures import Figure, Outcome
from triage.bench.kept import filled
from triage.bench.processes import apart, peak_megabytes
from triage.model import Access, Channel, Kind, Level, StaffRole, Stage
from triage.settings import Settings
from triage.store import Store
from triage.store.counted import BANDS_YUAN, NO_AMOUNT
from triage.store.database import Database
from triage.store.figure_tables import figures
from triage.store.setup import prepare
from triage.store.tables import matters, priorities, reports, routes

MONTH = "2019-11"
_FIRST, _DAYS = datetime(2016, 12, 1, tzinfo=UTC), 1094
_CHUNK, _BODY = 5000, 1100
_LARGE = 1_000_000
_STATES = (("accepted", 9, 0.85), ("handed_over", 14, 0.6), ("verification", 30, 0.7), ("concluded", 70, 0.6))
_Rows = dict[Table, list[dict[str, Any]]]


def measure(*, reports: int = 100_000, months: int = 60, keep: Path | None = None) -> Outcome:
    """Time and memory of a month beside so many reports, and a rehearsal of spikes over so many months."""
    from triage.bench.letters import scheme_figures
    from triage.trends.rehearsal import RISES, rehearse

    with filled(keep, f"trends-{reports}", lambda folder: _fill(folder, reports)) as (folder, _):
        told = apart("triage.bench.trends", folder=folder, seconds=900)
    found = rehearse(months)
    large = reports >= _LARGE
    rises = [
        Figure(f"found_x{rise:g}_at_{of}", share, "of planted")
        for rise in RISES
        for level, of in enumerate(("4_to_8", "8_to_16"))
        for share in (found.power[rise, level],)
    ]
    thumb = [Figure(f"thumb_found_x{rise:g}_at_8_to_16", found.thumb_power[rise, 1], "of planted") for rise in RISES]
    return Outcome(
        "trends",
        (
            Figure("month_s", told["seconds"], "s", 20.0 if large else None),
            Figure("month_peak_mb", told["megabytes"], "MB", 600.0 if large else None),
            Figure("calm_months_with_alarm", found.calm_alarms, "of months", 0.05),
            Figure("calm_months_with_drift", found.drift_alarms, "of months", 0.05),
            Figure("false_among_alarms", found.false_share, "of alarms", 0.05),
            *rises,
            Figure("slow_rises_x3_found", found.drift_power, "of planted"),
            Figure("thumb_alarms_in_a_calm_month", found.thumb_alarms, "alarms"),
            Figure("thumb_false_among_alarms", found.thumb_false, "of alarms"),
            *thumb,
            *scheme_figures(months),
        ),
        notes=(f"{reports:,} reports over three years", f"{found.months} months rehearsed", "thumb: half as many again as last month"),
    )  # fmt: skip


def run() -> dict[str, float]:
    """Composes the month in the data folder in force."""
    from triage.settings import get_settings
    from triage.trends.composing import compose

    began = time.perf_counter()
    with Store.open(get_settings()) as store:
        compose(store, Access("bench", StaffRole.ANALYST, ("",)), MONTH, "")
    return {"seconds": time.perf_counter() - began, "megabytes": peak_megabytes()}


def _fill(folder: Path, count: int) -> dict[str, float]:
    began = time.perf_counter()
    database = Database(Settings(data_dir=folder))
    try:
        prepare(database, Settings(data_dir=folder), migrate=False)
        world = _World()
        for start in range(0, count, _CHUNK):
            made: _Rows = {table: [] for table in (reports, figures, priorities, routes, matters)}
            for number in range(start, min(start + _CHUNK, count)):
                world.add(made, number, count)
            with database.write() as connection:
                _write(connection, made)
    finally:
        database.close()
    return {"fill_s": time.perf_counter() - began}


def _write(connection: Connection, made: _Rows) -> None:
    for table, rows in made.items():
        if rows:
            connection.execute(insert(table), rows)


class _World:
    """Draws reports by chance, the same ones each time."""

    def __init__(self, seed: int = 2019) -> None:
        self._chance = random.Random(seed)
        counties = [one.code for one in Divisions.load() if is_county(one.code)]
        self._chance.shuffle(counties)
        self._counties, self._zipf = counties, [1 / (place + 20) ** 0.9 for place in range(len(counties))]
        self._codes = load_taxonomy().codes
        self._programmes = [one.code for one in load_programmes()]
        self._body = os.urandom(_BODY)

    def add(self, made: _Rows, number: int, count: int) -> None:
        """Adds all rows of a report."""
        chance, name = self._chance, f"{number:026d}"
        at = _FIRST + timedelta(days=_DAYS * number / count)
        (county,) = chance.choices(self._counties, self._zipf)
        division = county + (f"{chance.randrange(1, 12):03d}" if chance.random() < 0.6 else "")
        made[reports].append({
            "seq": number + 1, "id": name, "stage": Stage.INDEXED.value, "channel": chance.choice(tuple(Channel)).value,
            "received_at": at, "arrived_at": at, "division": division, "body": self._body, "wrapped_key": self._body[:60],
            "wrap": "text", "tries": 0, "not_before": at, "trouble": "", "assessment_id": name, "priority_id": name,
            "case_id": f"{chance.randrange(number // 3 + 1):026d}" if chance.random() < 0.2 else None,
        })  # fmt: skip
        made[figures].append({
            "assessment_id": name, "categories": json.dumps(chance.sample(self._codes, chance.choice((1, 1, 2, 3)))),
            "kind": chance.choice(tuple(Kind)).value, "accused_level": chance.choice((0, 0, 1, 1, 2, 3)),
            "programmes": " ".join(chance.sample(self._programmes, chance.choice((0, 0, 1, 2)))),
            "amount_band": chance.choice((NO_AMOUNT, NO_AMOUNT, *BANDS_YUAN)),
        })  # fmt: skip
        level = chance.choice(tuple(Level))
        made[priorities].append({
            "id": name, "report_id": name, "assessment_id": name, "level": level.value, "rank": level.rank, "score": 1.0,
            "refer": False, "urgent": False, "corroboration": 0.0, "policy": "", "made_at": at,
        })  # fmt: skip
        made[routes].append({
            "id": name, "report_id": name, "way": chance.choice(("own", "down", "down", "on")), "division": division,
            "refer": False, "reasons": [], "made_at": at,
        })  # fmt: skip
        made[matters] += self._log(name, at)

    def _log(self, name: str, at: datetime) -> Iterator[dict[str, Any]]:
        for state, days, share in _STATES:
            if self._chance.random() > share:
                return
            at += timedelta(days=days * (0.5 + self._chance.random()))
            yield {"report_id": name, "state": state, "by": "bench", "at": at}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run()) + "\n")
