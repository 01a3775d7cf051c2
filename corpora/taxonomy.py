"""The category scheme as typed rows. Goes in: ``taxonomy.toml``; comes out: a `Taxonomy`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files

CATEGORY_TYPES = {
    "code": str,
    "group": str,
    "zh": str,
    "en": str,
    "definition_zh": str,
    "definition_en": str,
    "severity": int,
    "starred": bool,
    "misconduct": bool,
}


@dataclass(frozen=True, slots=True)
class Category:
    """One label. ``severity`` runs from 0 (nothing alleged) to 5; ``starred`` marks the mission's first four."""

    code: str
    group: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    severity: int
    starred: bool
    misconduct: bool


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The scheme in its order; ``version`` changes whenever a label's meaning does."""

    version: str
    categories: tuple[Category, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in the scheme's order."""
        return tuple(category.code for category in self.categories)

    @property
    def misconduct_codes(self) -> frozenset[str]:
        """Codes of the labels that allege something."""
        return frozenset(category.code for category in self.categories if category.misconduct)

    def get(self, code: str) -> Category | None:
        """The category of ``code``, or None for a code of somebody's own scheme."""
        return next((category for category in self.categories if category.code == code), None)


def read_taxonomy(text: str) -> Taxonomy:
    """Reads a scheme from TOML text.

    Raises:
        ValueError: a row lacks a key, has one too many or of the wrong type, or a code stands twice.
    """
    data = tomllib.loads(text)
    categories = tuple(_category(number, row) for number, row in enumerate(data.get("category", []), start=1))
    codes = [category.code for category in categories]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"category {twice[0]}: the code stands twice")
    return Taxonomy(str(data["version"]), categories)


@lru_cache(maxsize=1)
def load_taxonomy() -> Taxonomy:
    """The packaged scheme, read once."""
    return read_taxonomy(files("corpora").joinpath("taxonomy.toml").read_text("utf-8"))


def _category(number: int, row: dict[str, object]) -> Category:
    wanted = [entry.name for entry in fields(Category)]
    unlike = sorted(set(wanted) ^ set(row))
    if unlike:
        raise ValueError(f"category {number}: key {unlike[0]} is missing or unknown")
    for name, kind in CATEGORY_TYPES.items():
        if type(row[name]) is not kind:
            raise ValueError(f"category {number}: {name} must be of type {kind.__name__}")
    severity = row["severity"]
    if not isinstance(severity, int) or not 0 <= severity <= 5:
        raise ValueError(f"category {number}: severity must be 0 to 5")
    return Category(**row)  # type: ignore[arg-type]  # types were checked just above
