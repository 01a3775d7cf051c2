"""A year of sample reports, December 2018 to November 2019, for `triage demo`: with a planted spike and a log of matters.

The texts are those of the packaged corpus, labels left out; of each, only the year in which it was received is moved, so
that its month stays. What is planted: in one county as many reports of one category come in in the last month as
otherwise in a year. Their texts name no place, so that the place told with them counts. And letters of fishermen, of many
counties and cases, come in in the last month alone, so that it has something new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triage.settings import Settings
    from triage.store import Store
    from triage.store.records import ReadRow

MONTHS = (*(f"2019-{month:02}" for month in range(1, 12)),)
LAST_MONTH = "2019-11"
PLANTED_COUNTY, PLANTED_CATEGORY = "513431", "falsified_exit"
_PLANTED_NAME = "四川省凉山彝族自治州昭觉县"
# Where letters that name no place are said to come from, so that some counties have numbers that may be shown
_TOLD = tuple(f"四川省凉山彝族自治州{county}" for county in ("美姑县", "布拖县", "越西县", "喜德县", "盐源县"))
_NEW_WORDS = ("渔民", "渔船", "上岸", "转产", "码头")
_A_MONTH, _PLANTED, _USUAL = 60, 16, 1
_KEPT = ("id", "text", "channel", "turns")
_END = datetime(2019, 12, 1, tzinfo=UTC)
_Row = dict[str, Any]


def year_lines() -> list[str]:
    """The sample reports as JSON lines, spread evenly over the corpus within each month."""
    rows = _corpus()
    planted = [row for row in rows if _is_plantable(row)][: _PLANTED + 11 * _USUAL]
    new = [row for row in rows if _is_new(row)]
    made = [_moved(row, month, _PLANTED_NAME) for row, month in zip(planted, _planted_months(), strict=True)]
    made += [_moved(row, LAST_MONTH) for row in new]
    taken = {row["id"] for row in (*planted, *new)}
    for month in ("2018-12", *MONTHS):
        fit = [row for row in rows if row["received"][5:7] == month[5:] and row["id"] not in taken]
        step = max(1, len(fit) // _A_MONTH)
        chosen = fit[::step][:_A_MONTH]
        made += [_moved(row, month, _told(row, number)) for number, row in enumerate(chosen)]
    return [json.dumps(row, ensure_ascii=False) for row in made]


def bring_log(store: Store) -> int:
    """Writes the log of the samples' matters, once: how far each had come by the end of the year; how many steps."""
    from triage.store import WORKER

    year = (datetime(2018, 11, 30, tzinfo=UTC), _END)
    if store.funnel.reached(WORKER, "", year, _END):
        return 0
    steps: list[tuple[str, str, datetime]] = []
    seq = 0
    while rows := store.index_rows(WORKER, after_seq=seq, limit=500, act="count"):
        seq = rows[-1].report.seq
        for row in rows:
            if year[0] <= row.report.received_at < _END:
                steps += [step for step in _way(row) if step[2] < _END]
    return store.funnel.bring(steps, "samples", WORKER)


def write_report(store: Store, settings: Settings) -> tuple[Sequence[str], str]:
    """Writes the report of the last month into the data folder: its headline in both languages, and where it lies."""
    from triage.cli.workplace import own_access
    from triage.trends.keeping import write_files
    from triage.trends.reports import files_told, told_of

    access = own_access(store, settings)
    place = access.place_prefixes[0]
    told = told_of(store, access, LAST_MONTH, place)
    folder = settings.data_dir / "demo-report"
    written = write_files(files_told(store, access, told), folder)
    page = next(path for path in written if path.suffix == ".html")
    return [f"{one.zh}\n  {one.en}" for one in told.document.headline], str(page)


def _corpus() -> list[_Row]:
    rows: list[_Row] = []
    for file in sorted(files("corpora").joinpath("reports").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".jsonl"):
            rows += [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row for row in rows if row.get("received")]


def _is_plantable(row: _Row) -> bool:
    single = row.get("case") is None and row.get("language") == "zh"
    return single and PLANTED_CATEGORY in row["categories"] and not row.get("entities", {}).get("place")


def _is_new(row: _Row) -> bool:
    single = row.get("case") is None and row["categories"] != ["service_request"]
    return single and sum(word in row["text"] for word in _NEW_WORDS) > 1


def _told(row: _Row, number: int) -> str | None:
    """The place that a sender told with a letter that names none; letters like the planted ones stay without."""
    if row.get("entities", {}).get("place") or PLANTED_CATEGORY in row["categories"]:
        return None
    return _TOLD[number % len(_TOLD)]


def _planted_months() -> Iterator[str]:
    yield from [LAST_MONTH] * _PLANTED
    for month in ("2018-12", *MONTHS[:-1]):
        yield from [month] * _USUAL


def _moved(row: _Row, month: str, place: str | None = None) -> _Row:
    day = min(int(row["received"][8:10]), 28)
    made = {key: row[key] for key in _KEPT if key in row} | {"received": f"{month}-{day:02}"}
    return made | {"place": place} if place else made


def _way(row: ReadRow) -> Iterator[tuple[str, str, datetime]]:
    """An invented way of a matter, always the same for the same report."""
    chance = blake2b(f"{row.report.seq}".encode(), digest_size=8).digest()
    at = row.report.received_at + timedelta(days=1 + chance[0] % 16)
    if chance[1] < 30:
        yield row.report.id, "not_accepted", at
        return
    yield row.report.id, "accepted", at
    if not row.priority.refer or chance[2] < 40:
        return
    at += timedelta(days=2 + chance[3] % 12)
    yield row.report.id, "handed_over", at
    at += timedelta(days=8 + chance[4] % 40)
    yield row.report.id, "verification", at
    if chance[5] < 60:
        return
    at += timedelta(days=20 + chance[6] % 60)
    yield row.report.id, "concluded", at
    at += timedelta(days=3 + chance[7] % 24)
    yield row.report.id, "feedback", at
