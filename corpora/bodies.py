"""Bodies that reporters are told to turn to. In: ``bodies.toml``; out: `Body` rows, by code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Body:
    """A public body, its name in both languages; ``reason`` is why a report that it is to handle is not accepted here.

    ``called`` are the words by which letters tell of it and of who works there.
    """

    code: str
    reason: str
    zh: str
    en: str
    called: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_bodies() -> Mapping[str, Body]:
    """The packaged list, read once."""
    data = tomllib.loads(files("corpora").joinpath("bodies.toml").read_text("utf-8"))
    return {row["code"]: Body(**{**row, "called": tuple(row["called"])}) for row in data["body"]}
