"""Ids in parts that fit into one statement: engines limit how many values may be bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")
_IN = 500


def in_parts(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """The values in their order, 500 at a time; none for none."""
    return (values[start : start + _IN] for start in range(0, len(values), _IN))
