"""Monthly reports as files: in a folder that somebody names, and in the data folder when a month is over.

The clock of the worker writes last month's report once, from the first working day of a month on. It closes nothing:
that is for a person, who may wait for letters that are still on their way.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from corpora.workdays import is_working_day
from triage.errors import BadInput, TriageError
from triage.logs import get_logger
from triage.store import WORKER, Store
from triage.text.dates import SHANGHAI
from triage.trends.composing import now
from triage.trends.document import Missing, Number
from triage.trends.reports import files_told, month_before, told_of

log = get_logger(__name__)
_AGAIN = timedelta(hours=1)


def write_files(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Writes files into a folder, which is made if it is not there; their owner alone may read them.

    Raises:
        BadInput: the folder or a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / name, data) for name, data in files.items()]
    except OSError:
        raise BadInput("out", "unwritable", "This folder cannot be written to.") from None


def first_working_day(year: int, month: int) -> date:
    """The first day of a month on which offices work."""
    day = date(year, month, 1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def due_month(moment: datetime) -> str | None:
    """The month whose report is due at a moment: last month, from the first working day of this one on."""
    today = moment.astimezone(SHANGHAI).date()
    return month_before(today) if today >= first_working_day(today.year, today.month) else None


class MonthlyClock:
    """Writes last month's report into the data folder, once for each month; for the worker."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.settings.data_dir / "reports"
        self._done: str | None = None
        self._not_before: datetime | None = None
        self._thread: threading.Thread | None = None

    def tick(self, moment: datetime | None = None) -> threading.Thread | None:
        """Starts the work beside the worker's own if it is due; the thread that does it, else None."""
        at = moment or now()
        if self._thread is not None and self._thread.is_alive():
            return None
        month = due_month(at)
        if month is None or month == self._done or (self._not_before is not None and at < self._not_before):
            return None
        if (self._folder / month).exists():
            self._done = month
            return None
        self._not_before = at + _AGAIN
        self._thread = threading.Thread(target=self._make, args=[month], name="monthly-report", daemon=True)
        self._thread.start()
        return self._thread

    def _make(self, month: str) -> None:
        try:
            # Several workers may find it due: one of them makes it, and the others look for its folder later
            with self._store.crew.only_one("monthly report") as mine:
                if mine and not (self._folder / month).exists():
                    self._write(month)
        except (TriageError, OSError) as error:
            log.warning("monthly_report_failed", month=month, error=type(error).__name__)

    def _write(self, month: str) -> None:
        place = self._store.settings.office_division
        told = told_of(self._store, WORKER, month, place)
        total = told.document.total
        if isinstance(total, Missing) or (total == Number(0) and self._never_received(place)):
            # Before the first month with reports there is nothing to tell of; later a month without any is told as such.
            self._done = month
            return
        files = files_told(self._store, WORKER, told)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put_whole(files, self._folder / month)
        self._done = month
        log.info("monthly_report_written", month=month)

    def _never_received(self, place: str) -> bool:
        return self._store.monthly.first_month(replace(WORKER, place_prefixes=(place,))) is None


def _put_whole(files: Mapping[str, bytes], folder: Path) -> None:
    """All files or none: a folder that is there is complete."""
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        for name, data in files.items():
            _write(draft / name, data)
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _write(path: Path, data: bytes) -> Path:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(data)
    return path
