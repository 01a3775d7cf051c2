"""Brings the rows of one file into the store in small transactions and writes down what was refused, with reasons."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.chinese import both
from triage.errors import BadInput, Unavailable
from triage.intake import Limits, Row, body_hash, new_code, plain_name, read_rows, receipt_hash, shown
from triage.plain import json_line
from triage.settings import Settings
from triage.store import Accepted, Arrival, Store

AT_ONCE = 200
"""Rows in one transaction: no more, so that reports coming in by the API are not kept waiting."""
AT_ONCE_ON_SERVER = 2000
"""The same on a server, where writers work side by side; more gained nothing when measured."""
CHARACTERS_AT_ONCE = 2_000_000
"""Of long letters fewer rows go together, so that memory stays as it is."""
NAME_BYTES = 120
"""Of a longer file name the file of its refused rows bears the beginning; with what follows every file system takes it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows; ``reasons`` counts the refused ones by field and rule."""

    file: str
    taken: int
    repeated: int
    refused: int
    reasons: Mapping[str, int]
    refused_file: str | None

    @property
    def sentence(self) -> str:
        """The same in words."""
        zh = f"收下 {self.taken} 件，已有 {self.repeated} 件，拒收 {self.refused} 件"
        told = f"{self.taken} taken, {self.repeated} already there, {self.refused} refused"
        if not self.refused:
            return f"{self.file}: {zh} · {told}."
        why = ", ".join(f"{reason} {count}" for reason, count in self.reasons.items())
        return f"{self.file}: {zh} · {told} ({why}); 见 they stand in {self.refused_file}."


def import_file(
    store: Store,
    settings: Settings,
    file: Path,
    *,
    source: str | None,
    columns: Mapping[str, str],
    receipts: Path | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Takes in one file.

    Raises:
        BadInput: nothing of the file can be read, or no receipts or refused rows can be written: nothing was taken then.
        Unavailable: they cannot be written any more; what came before was taken.
    """
    limits = Limits(text_chars=settings.max_text_chars)
    taking = _Taking(store, _place_for_refused(settings, file, receipts), receipts)
    # What a kill costs of a file of receipts is those of one transaction
    at_once = AT_ONCE if settings.sqlite or receipts is not None else AT_ONCE_ON_SERVER
    try:
        for row in read_rows(file, limits, source=source, columns=columns, max_bytes=settings.max_import_bytes):
            taking.add(row)
            if taking.pending >= at_once or taking.characters >= CHARACTERS_AT_ONCE:
                on_progress(taking.flush())
    except BadInput as error:
        if not taking.rows:
            raise
        # Damaged from here on: what was read of it is kept, and the place is told as a row that was refused
        taking.add(Row(taking.rows + 1, None, error, None))
    on_progress(taking.flush())
    refused, name = sum(taking.reasons.values()), plain_name(file.name)
    where, reasons = str(taking.refused_path) if refused else None, dict(taking.reasons.most_common())
    return Imported(name, taking.counts["taken"], taking.counts["repeated"], refused, reasons, where)


def _place_for_refused(settings: Settings, file: Path, receipts: Path | None) -> Path:
    """Where rows that are refused will stand; tried, with the file of receipts, before anything is taken.

    Raises:
        BadInput: one of the two cannot be written.
    """
    # Files of one name in two folders must not write over each other's refused rows.
    place = hashlib.blake2b(os.fsencode(file.resolve()), digest_size=4).hexdigest()
    refused_path = settings.refused_dir / f"{_beginning(plain_name(file.name))}-{place}.refused.jsonl"
    if receipts is not None:
        if receipts.exists() and file.exists() and receipts.samefile(file):
            raise BadInput("receipts", "same_file", "This is the file to be imported; name another one for receipts.")
        demand_writable(receipts)
    demand_writable(refused_path, "refused", "Refused rows")
    if not refused_path.stat().st_size:
        refused_path.unlink()
    return refused_path


class _Taking:
    """Rows on their way into the store, a transaction at a time."""

    def __init__(self, store: Store, refused_path: Path, receipts: Path | None) -> None:
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.refused_path = refused_path
        self._store = store
        self._receipts = receipts
        self._key = store.subkey("receipt")
        self._waiting: list[tuple[str, Arrival, Row]] = []
        self._refused: list[tuple[Row, BadInput]] = []
        self.characters = 0
        self.rows = 0
        """The number of the last row."""

    @property
    def pending(self) -> int:
        """Rows that the next flush writes."""
        return len(self._waiting) + len(self._refused)

    def add(self, row: Row) -> None:
        """Puts a row with its like."""
        self.rows = row.number
        if row.submission is not None:
            code, said = new_code(), body_hash(self._key, row.submission).hex()
            arrival = Arrival(row.submission, receipt_hash(self._key, code), body_hash=said, principal="import")
            self._waiting.append((code, arrival, row))
            self.characters += len(row.submission.text)
        elif row.error is not None:
            self._refuse(row, row.error)

    def _refuse(self, row: Row, error: BadInput) -> None:
        """Keeps a row for the file of refused ones; the first makes the file of an earlier run go."""
        if not self.reasons:
            self.refused_path.unlink(missing_ok=True)
        self.reasons[f"{error.field}:{error.rule}"] += 1
        self._refused.append((row, error))

    def flush(self) -> int:
        """Writes what is pending and returns how many rows it was."""
        done = self.pending
        fresh = []
        answers = self._store.receive([arrival for _, arrival, _ in self._waiting])
        for (code, _, row), answer in zip(self._waiting, answers, strict=True):
            if not isinstance(answer, Accepted):
                self._refuse(row, answer)
                continue
            self.counts["repeated" if answer.repeated else "taken"] += 1
            if not answer.repeated:
                fresh.append({"report": answer.report_id, "receipt": shown(code)})
        if self._receipts is not None and fresh:
            _append("Receipts of reports that were just taken", self._receipts, fresh)
        if self._refused:
            # In the order of the file, however many rows go together
            self._refused.sort(key=lambda refused: refused[0].number)
            _append("Refused rows", self.refused_path, [_refusal(row, error) for row, error in self._refused])
        self._waiting.clear()
        self._refused.clear()
        self.characters = 0
        return done


def _refusal(row: Row, error: BadInput) -> dict[str, object]:
    return {
        "row": row.number,
        "field": error.field,
        "rule": error.rule,
        "detail": both(error.detail),
        "given": row.given,
    }


def demand_writable(path: Path, field: str = "receipts", what: str = "Receipts") -> None:
    """See before anything is taken that rows can be written to a file: receipts, shown once, cannot be made again.

    Raises:
        BadInput: they cannot; names this field.
    """
    try:
        append_private(path, [])
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise BadInput(
            field, "unwritable", f"{what} cannot be written to this file ({why}): {path}; nothing was taken."
        ) from None


def append_private(path: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> None:
    """Adds lines to a file for its owner alone, flushed. One that others could read is theirs no longer.

    Raises:
        OSError: it cannot be written, belongs to somebody else, or is a link or no file at all.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A link leads to where somebody else chose, and a pipe that nobody reads would be waited for
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no file on a disk")
        os.fchmod(handle, 0o600)
        for row in rows:
            file.write(json_line(row, default=str) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _append(what: str, path: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> None:
    try:
        append_private(path, rows)
    except OSError as error:
        raise Unavailable(
            f"{what} cannot be written any more ({error.strerror}): {path}. What came before was taken; "
            "run the import again when there is room, nothing is taken twice."
        ) from None


def _beginning(name: str) -> str:
    """The name, or of a long one as many whole characters as go into ``NAME_BYTES``."""
    return name.encode("utf-8", "backslashreplace")[:NAME_BYTES].decode("utf-8", "ignore")
