"""Sample offices that take referrals. In: ``offices.toml``; out: `OfficeRow` rows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

# The levels' numbers are those of ``triage.model.Rank``, which stands above this floor
LEVELS = {"village": 1, "township": 2, "county": 3, "prefecture": 4, "province": 5, "nation": 6}


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office: ``division`` is the code of its place ("" for the whole country), ``level`` 1 village to 6 nation."""

    id: str
    name: str
    division: str
    level: int
    kind: str


@lru_cache(maxsize=1)
def load_offices() -> tuple[OfficeRow, ...]:
    """The packaged sample, read once."""
    data = tomllib.loads(files("corpora").joinpath("offices.toml").read_text("utf-8"))
    return tuple(
        OfficeRow(row["id"], row["name"], row["division"], LEVELS[row["level"]], row["kind"]) for row in data["office"]
    )
