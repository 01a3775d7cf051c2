"""What some work takes, in lines of this program and in bytes: it grows with a text and does not depend on the machine."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_OURS = tuple(str(ROOT / package) for package in ("triage", "models", "corpora"))


def steps(work: Callable[[], object]) -> int:
    """Lines run and functions entered in the packages of this program; what happens inside C is not counted."""
    taken = 0

    def line(_frame: FrameType, _event: str, _told: Any) -> Any:
        nonlocal taken
        taken += 1
        return line

    def entered(frame: FrameType, event: str, told: Any) -> Any:
        return line(frame, event, told) if frame.f_code.co_filename.startswith(_OURS) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        work()
    finally:
        sys.settrace(before)
    return taken


def most_bytes(work: Callable[[], object]) -> int:
    """The most memory that was held at one time while the work went on."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
