"""Groups of programmes as typed rows. Goes in: ``programmes.toml``; comes out: a code for a programme's name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Programme:
    """A group of programmes; ``signs`` are what its names hold, in lower case."""

    code: str
    zh: str
    en: str
    signs: tuple[str, ...]


@lru_cache(maxsize=1)
def load_programmes() -> tuple[Programme, ...]:
    """The packaged groups in their order, ``other`` last."""
    data = tomllib.loads(files("corpora").joinpath("programmes.toml").read_text("utf-8"))
    return tuple(
        Programme(row["code"], row["zh"], row["en"], tuple(sign.lower() for sign in row["signs"]))
        for row in data["programme"]
    )


@lru_cache(maxsize=4096)
def programme_code(name: str) -> str:
    """The group of a programme's name; ``other`` where no sign of any group stands in it."""
    said = name.lower()
    for programme in load_programmes():
        if any(sign in said for sign in programme.signs):
            return programme.code
    return OTHER
