"""Brings the rows of one file into the store in small transactions and writes down what was refused, with reasons."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.cli.output import plain
from triage.intake import Limits, Row, new_code, read_rows, receipt_hash, shown
from triage.settings import Settings
from triage.store import Accepted, Arrival, Store

AT_ONCE = 200
"""Rows in one transaction: no more, so that reports coming in by the API are not kept waiting."""


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
        told = f"{self.file}: {self.taken} taken, {self.repeated} already there, {self.refused} refused"
        if not self.refused:
            return told + "."
        why = ", ".join(f"{reason} {count}" for reason, count in self.reasons.items())
        return f"{told} ({why}); they stand in {self.refused_file}."


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
        BadInput: the file as a whole cannot be read.
    """
    limits = Limits(text_chars=settings.max_text_chars)
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    refused: list[Row] = []
    key = store.subkey("receipt")
    waiting: list[tuple[str, Arrival]] = []
    refused_path = settings.refused_dir / f"{file.stem}.refused.jsonl"

    def flush() -> None:
        answers = store.receive([arrival for _, arrival in waiting])
        fresh = []
        for (code, _), answer in zip(waiting, answers, strict=True):
            if isinstance(answer, Accepted):
                counts["repeated" if answer.repeated else "taken"] += 1
                if not answer.repeated:
                    fresh.append({"report": answer.report_id, "receipt": shown(code)})
        if receipts is not None and fresh:
            _append(receipts, fresh)
        if refused:
            _append(refused_path, [_refusal(row) for row in refused])
            refused.clear()
        on_progress(len(waiting))
        waiting.clear()

    rows = read_rows(file, limits, source=source, columns=columns, max_bytes=settings.max_import_bytes)
    refused_path.unlink(missing_ok=True)
    for row in rows:
        if row.error is not None:
            reasons[f"{row.error.field}:{row.error.rule}"] += 1
            refused.append(row)
        elif row.submission is not None:
            code = new_code()
            waiting.append((code, Arrival(row.submission, receipt_hash(key, code), principal="import")))
        if len(waiting) + len(refused) >= AT_ONCE:
            flush()
    flush()
    total = sum(reasons.values())
    where = str(refused_path) if total else None
    return Imported(file.name, counts["taken"], counts["repeated"], total, dict(reasons.most_common()), where)


def _refusal(row: Row) -> dict[str, object]:
    error = row.error
    told = {"field": error.field, "rule": error.rule, "detail": error.detail} if error else {}
    return {"row": row.number, **told, "given": row.given}


def _append(path: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        for row in rows:
            file.write(json.dumps(plain(row), ensure_ascii=False, default=str) + "\n")
