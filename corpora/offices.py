"""Sample offices to which reports can be sent. Goes in: ``offices.toml``; comes out: rows in their order."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office: ``division`` is the code of its area (empty: the country), ``level`` 3 county to 6 nation."""

    id: str
    name: str
    division: str
    level: int
    kind: str


def load_offices() -> tuple[OfficeRow, ...]:
    """The packaged sample offices."""
    data = tomllib.loads(files("corpora").joinpath("offices.toml").read_text("utf-8"))
    return tuple(OfficeRow(**row) for row in data["office"])
