"""The order in which processes that share a run take its tests: nobody waits long for what another one makes.

Each process begins with a part of the list of its own and takes over later what stands at the end of another's. So the
first begins with all that wants an Elasticsearch, which only it starts then, and first with what wants no trained reader;
the second begins with what wants one, and trains it. Whatever kills and waits comes early, and short tests come last: they
fill what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pytest

ELASTIC, TRAINED = "elasticsearch", "small_models"


def shared_order(items: Sequence[pytest.Item], processes: int) -> list[pytest.Item]:
    """The items, those of a file together and in their order."""
    files: defaultdict[object, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.path].append(item)
    searching: list[list[pytest.Item]] = []
    reading: list[list[pytest.Item]] = []
    others: list[pytest.Item] = []
    for file in files.values():
        if any(_wants(item, ELASTIC) for item in file):
            searching.append(file)
        elif any(_wants(item, TRAINED) for item in file):
            reading.append(file)
        else:
            others += file
    searching.sort(key=lambda file: any(_wants(item, TRAINED) for item in file))
    reading.sort(key=lambda file: not any(item.get_closest_marker("fault") for item in file))
    first = [item for file in searching for item in file]
    second = [item for file in reading for item in file]
    room = max(0, len(items) // processes - len(first))
    return [*first, *others[:room], *second, *others[room:]]


def _wants(item: pytest.Item, fixture: str) -> bool:
    if fixture in getattr(item, "fixturenames", ()):
        return True
    case = getattr(item, "callspec", None)
    return case is not None and fixture in case.params.values()
