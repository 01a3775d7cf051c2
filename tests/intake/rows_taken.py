"""Rows of files as intake takes them, at one moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from triage.intake import Limits, Row, read_rows
from triage.model import Submission

LIMITS = Limits(now=datetime(2020, 6, 1, 4, 0, tzinfo=UTC))


def rows_in(path: Path, content: str, **more: Any) -> list[Row]:
    """What is read of a file of this content."""
    path.write_text(content, encoding="utf-8")
    return list(read_rows(path, LIMITS, **more))


def only(rows: list[Row]) -> Submission:
    """The one report of a file that has one row, which was taken."""
    (row,) = rows
    assert row.error is None
    assert row.submission is not None
    return row.submission
