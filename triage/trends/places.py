"""Places of reports: from what somebody typed to a code, and what a division is called in both languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from corpora.divisions import Divisions
from triage.errors import BadInput
from triage.trends.document import Place, Text

COUNTRY = Place("", Text("全国", "China"))


def place_of(given: str) -> Place:
    """The place of a code or a name; nothing is the whole country.

    Raises:
        BadInput: no division has this code, or none or several have this name.
    """
    told = given.strip()
    if told in {"", COUNTRY.name.zh}:
        return COUNTRY
    known = Divisions.load()
    found = known.get(told) if told.isdecimal() else known.resolve(told)
    if found is None:
        raise BadInput("place", "unknown", "The place must be a division's code, or a name that one division has.")
    return Place(found.code, named(found.code))


def named(code: str) -> Text:
    """What a division is called, with those above it below a province."""
    path = Divisions.load().path(code)
    if not path or path[-1].code != code:
        return Text(code, code)
    chinese = "".join(step.name for step in path)
    english = [_latin().get(step.code, step.name) for step in reversed(path)]
    return Text(chinese, ", ".join(english))


@cache
def _latin() -> dict[str, str]:
    lines = files("corpora").joinpath("division_pinyin.csv").read_text("utf-8").splitlines()[1:]
    return dict(line.split(",", 1) for line in lines)
