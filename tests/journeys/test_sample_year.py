"""The year of samples that the demo brings: even months, and one county that stands out in the last."""

from __future__ import annotations

import json
from collections import Counter

from triage.cli.sample_year import LAST_MONTH, year_lines


def test_the_year_of_samples_is_even_but_for_what_is_planted() -> None:
    rows = [json.loads(line) for line in year_lines()]
    months = Counter(row["received"][:7] for row in rows)
    assert len(months) == 12
    assert max(months.values()) == months[LAST_MONTH]
    assert max(months.values()) < 2 * min(months.values())
    planted = Counter(row["received"][:7] for row in rows if "昭觉县" in row.get("place", ""))
    assert planted[LAST_MONTH] == 16
    assert all(number == 1 for month, number in planted.items() if month != LAST_MONTH)
    fishermen = Counter(row["received"][:7] for row in rows if "渔民" in row["text"] and "上岸" in row["text"])
    assert fishermen[LAST_MONTH] > sum(fishermen.values()) / 2
    assert len({row["id"] for row in rows}) == len(rows)
    assert not any("categories" in row for row in rows)
