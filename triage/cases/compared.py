"""The features of a pair of reports under their names, and the reasons that a person can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

WRONGS = (
    "wrongs_known", "wrongs_alike", "wrongs_both", "wrong_in_common", "wrongs_apart", "wrong_least", "wrong_most",
    "asks_least", "asks_most", "refer_least", "refer_most", "reprisal",
)  # fmt: skip
"""Features of what two reports tell of, all zero where that is not known of one of them."""
FEATURES = (
    # words
    "copy", "words_here", "facts_here", "rare_shared", "rare_likeness", "rare_likeness_short", "topic", "short", "no_common_script",
    "runs_known", "runs_shared", "runs_likeness",
    # people
    "same_name", "same_sound", "covered_name", "same_post", "same_surname", "name_in_text", "surname_in_text", "people_shared",
    "accused_both", "other_accused", "other_given_name", "other_official",
    # places
    "same_village", "same_town", "village_in_text", "places_shared", "places_known", "other_village", "denied",
    "same_county", "county_in_text", "same_region", "other_county", "other_region",
    # figures and times
    "sum", "other_sums", "same_count", "same_date", "same_year", "other_years", "same_programme", "other_programme",
    "contact", "months_apart", "years_apart",
    # how they begin
    "later_earlier", "later_outcome", "later_another", "first_earlier", "first_outcome", "first_another",
    # wrongs
    *WRONGS,
    # together
    "disclaims", "disclaims_place", "place_and_words", "name_and_place", "script_and_name", "script_and_place",
)  # fmt: skip
_PLACE_OF = {name: number for number, name in enumerate(FEATURES)}


class Reason(NamedTuple):
    """A fact that agrees or conflicts; ``one`` and ``other`` are places of entities in the two assessments, or -1."""

    code: str
    one: int = -1
    other: int = -1

    def __str__(self) -> str:
        return f"{self.code}:{self.one}:{self.other}" if self.one >= 0 or self.other >= 0 else self.code

    @classmethod
    def read(cls, written: str) -> Reason:
        """A reason as ``str`` wrote it."""
        code, *places = written.split(":")
        return cls(code, *map(int, places)) if places else cls(code)


@dataclass(slots=True)
class Compared:
    """The features of a pair in the order of ``FEATURES``, and the codes that explain them."""

    values: list[float] = field(default_factory=lambda: [0.0] * len(FEATURES))
    reasons: list[Reason] = field(default_factory=list)

    def tell(self, code: str, one: int = -1, other: int = -1, value: float = 1.0) -> None:
        """Sets a feature and notes it as a reason."""
        self.values[_PLACE_OF[code]] = value
        self.reasons.append(Reason(code, one, other))

    def note(self, code: str) -> None:
        """Notes a reason that is no feature of its own."""
        self.reasons.append(Reason(code))

    def measure(self, code: str, value: float) -> None:
        """Sets a feature that explains nothing by itself."""
        self.values[_PLACE_OF[code]] = value

    def of(self, code: str) -> float:
        """The value of a feature."""
        return self.values[_PLACE_OF[code]]

    def any_of(self, codes: Sequence[str]) -> bool:
        """Whether any of these features is set."""
        return any(self.values[_PLACE_OF[code]] for code in codes)


def codes(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Reasons as the ledger keeps them."""
    return tuple(map(str, reasons))
