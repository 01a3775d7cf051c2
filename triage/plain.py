"""Values as JSON knows them, for whoever prints or writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path

# What a terminal takes for an order, what turns the direction of writing, and what some take for the end of a line
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def json_line(value: object, default: Callable[[object], object] | None = None) -> str:
    """A value as one line of JSON, without a character in it that nobody sees and that steers what shows it.

    A letter may hold orders for the terminal of whoever reads it. They are written as JSON's own escapes: a
    program that parses the line gets the letter as it came.
    """
    line = json.dumps(plain(value), ensure_ascii=False, default=default)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def plain(value: object) -> object:
    """A value as JSON knows it: dataclasses as objects, enums by value, times in ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(plain(key)): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value
