"""Words by which categories may be noticed. In: ``cues.toml``; out: a mapping of category code to words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType


@lru_cache(maxsize=1)
def load_cues() -> Mapping[str, tuple[str, ...]]:
    """Words of each category code, in the order of the file, as they stand in normalised (case-folded) text."""
    table = tomllib.loads(files("corpora").joinpath("cues.toml").read_text("utf-8"))
    return MappingProxyType({code: tuple(dict.fromkeys(words)) for code, words in table.items()})
