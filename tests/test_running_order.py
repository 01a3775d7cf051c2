"""A run that two processes share: each begins with what takes long, and no test is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.running_order import shared_order


@dataclass(frozen=True)
class Item:
    """What the order asks of a test."""

    path: Path
    fixturenames: tuple[str, ...] = ()
    callspec: Any = None
    marks: frozenset[str] = field(default_factory=frozenset)

    def get_closest_marker(self, name: str) -> bool:
        return name in self.marks


def of(file: str, *wants: str, engine: str | None = None, fault: bool = False) -> Item:
    case = SimpleNamespace(params={"backend": engine}) if engine else None
    return Item(Path(file), wants, case, frozenset({"fault"} if fault else ()))


def names(items: list[Item], processes: int) -> list[str]:
    return [item.path.name for item in shared_order(cast("list[pytest.Item]", items), processes)]


SHORT = [of(f"short{number}") for number in range(8)]


def test_the_first_begins_with_elasticsearch_and_the_second_with_what_is_read() -> None:
    long = [
        of("both", "elasticsearch", "small_models"),
        of("reads", "small_models"),
        of("either", engine="elasticsearch"),
    ]
    order = names([*long, *SHORT[:7]], 2)
    assert order[:5] == ["either", "both", "short0", "short1", "short2"]
    assert order[5:] == ["reads", "short3", "short4", "short5", "short6"]


def test_faults_come_before_other_tests_that_read_and_a_file_stays_together() -> None:
    reading = [
        of("reads", "small_models"),
        of("reads"),
        of("killed", fault=True),
        of("killed", "small_models", fault=True),
    ]
    assert names([*reading, *SHORT[:4]], 2)[4:] == ["killed", "killed", "reads", "reads"]


@pytest.mark.parametrize("processes", [2, 3, 20])
def test_every_test_runs_once(processes: int) -> None:
    items = [*SHORT, *(of("searches", "elasticsearch") for _ in range(9)), of("reads", "small_models")]
    assert sorted(names(items, processes)) == sorted(item.path.name for item in items)
