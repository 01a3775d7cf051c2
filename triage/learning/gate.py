"""The gate before a model comes into use: refer recall must not fall.

Two sets of rows are read by the old and the new model alike: decided reports that are kept aside, and the held-back part
of the authored corpus. On neither may the new model find fewer of the reports that are to be referred, nor may it propose
nothing where the one before did. Everything else is told and does not decide: precision, urgent recall, macro-F1, and how
far the counts can be relied on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpora.reports import LabelledReport
from models.saved import write_whole
from triage.learning.asking import Assess, asked_of
from triage.learning.figures import category_figures, rounded
from triage.review.agreement import FEW_ROWS, interval

FILE = "gate.json"
REVIEWS, AUTHORED = "reviews", "authored"
REFER_UNANSWERED, OTHER_IN_USE = "refer_unanswered", "other_in_use"
"""Codes of what stops a model beside a recall that falls: it proposes no report, which the one before did; another model came
into use meanwhile, which it was not measured beside.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a reader made of some rows.

    ``missed`` are the places of the rows that are to be referred and were not; ``raised`` counts all that were raised,
    ``right`` those of them that are to be. ``macro_f1`` is None where no row tells a category.
    """

    rows: int
    referable: int
    missed: tuple[int, ...]
    raised: int
    right: int
    urgent: int
    urgent_found: int
    macro_f1: float | None

    @property
    def refer_recall(self) -> float | None:
        """Share of the reports to be referred that were found."""
        return rounded(1 - len(self.missed) / self.referable) if self.referable else None

    @property
    def refer_precision(self) -> float | None:
        """Share of the reports raised for referral that are to be referred."""
        return rounded(self.right / self.raised) if self.raised else None

    @property
    def urgent_recall(self) -> float | None:
        """Share of the urgent reports that were found."""
        return rounded(self.urgent_found / self.urgent) if self.urgent else None

    def told(self) -> dict[str, Any]:
        """Counts and shares, as a report tells them."""
        low, high = interval(self.refer_recall or 0.0, self.referable)
        return {
            "found": self.referable - len(self.missed),
            "refer_recall": self.refer_recall,
            "refer_recall_95": [rounded(low), rounded(high)] if self.referable else None,
            "refer_precision": self.refer_precision,
            "urgent_recall": self.urgent_recall,
            "macro_f1": self.macro_f1,
        }


def measure(rows: Sequence[LabelledReport], assess: Assess) -> Measured:
    """Reads labelled rows and counts."""
    read = list(assess(map(asked_of, rows)))
    pairs = [(row, made) for row, made in zip(rows, read, strict=True) if row.refer is not None]
    missed = [place for place, (row, made) in enumerate(zip(rows, read, strict=True)) if row.refer and not made.refer]
    return Measured(
        rows=len(rows),
        referable=sum(bool(row.refer) for row in rows),
        missed=tuple(missed),
        raised=sum(made.refer for _, made in pairs),
        right=sum(made.refer and bool(row.refer) for row, made in pairs),
        urgent=sum(bool(row.urgent) for row in rows),
        urgent_found=sum(bool(row.urgent) and made.urgent for row, made in zip(rows, read, strict=True)),
        macro_f1=category_figures(rows, [made.categories for made in read])["macro_f1"],
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One set of rows, read by both models. ``old`` is None where nothing tells what there was before."""

    name: str
    old: Measured | None
    new: Measured

    @property
    def lost(self) -> int:
        """Reports to be referred that the old model found and the new one misses."""
        return len(set(self.new.missed) - set(self.old.missed)) if self.old else 0

    @property
    def won(self) -> int:
        """Reports to be referred that the old model missed and the new one finds."""
        return len(set(self.old.missed) - set(self.new.missed)) if self.old else 0

    @property
    def fell(self) -> bool:
        """Whether the new model finds fewer of the reports that are to be referred."""
        return self.lost > self.won

    @property
    def chance(self) -> float | None:
        """How often so many of the reports on which the two differ would be lost if neither were better (sign test)."""
        differ = self.lost + self.won
        return sum(math.comb(differ, n) for n in range(self.lost, differ + 1)) / 2**differ if differ else None

    def told(self) -> dict[str, Any]:
        """The set as a report tells it."""
        return {
            "rows": self.new.rows,
            "referable": self.new.referable,
            "old": self.old.told() if self.old else None,
            "new": self.new.told(),
            "lost": self.lost,
            "won": self.won,
            "chance": self.chance,
            "few": self.new.referable < FEW_ROWS,
        }


@dataclass(frozen=True, slots=True)
class Gate:
    """The outcome: why the new model may not come into use, if anything.

    ``forced`` is the reason of who let it through; ``others`` are codes of what stops it beside its parts. ``unknown`` are
    the categories of the model in use that the new one does not know: they are told and stop nothing.
    """

    old: str | None
    new: str
    parts: tuple[Part, ...]
    forced: str | None = None
    others: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def stops(self) -> tuple[str, ...]:
        """Codes of what stands in the way: ``fell_reviews``, ``fell_authored``, and the ``others``."""
        return (*(f"fell_{part.name}" for part in self.parts if part.fell), *self.others)

    @property
    def passed(self) -> bool:
        """Whether refer recall falls nowhere, and nothing else stands in the way."""
        return not self.stops

    @property
    def outcome(self) -> str:
        """passed, forced or refused."""
        if self.passed:
            return "passed"
        return "forced" if self.forced is not None else "refused"

    def told(self) -> dict[str, Any]:
        """The report, as JSON."""
        return {
            "old": self.old,
            "new": self.new,
            "outcome": self.outcome,
            "stops": list(self.stops),
            "forced": self.forced,
            "unknown_categories": list(self.unknown),
            "parts": {part.name: part.told() for part in self.parts},
        }


def write_gate(folder: Path, gate: Gate, corpus: str) -> None:
    """Writes the report beside a model, with what the next gate compares with: counts and places, no text, no id."""
    import json

    authored = next(asdict(part.new) for part in gate.parts if part.name == AUTHORED)
    held = {**gate.told(), "held_back": {"corpus": corpus, **authored}}
    write_whole(folder / FILE, (json.dumps(held, ensure_ascii=False, indent=1) + "\n").encode())


def read_gate(folder: Path) -> Mapping[str, Any] | None:
    """The report beside a model; None where it never stood before the gate."""
    import json

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_bytes())
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def held_back_before(folder: Path, corpus: str) -> Measured | None:
    """What the way in which a model was trained made of the held-back rows of this corpus, if its gate measured that."""
    told = (read_gate(folder) or {}).get("held_back", {})
    if told.get("corpus") != corpus:
        return None
    try:
        counts = {name: told[name] for name in Measured.__slots__}
        return Measured(**{**counts, "missed": tuple(counts["missed"])})
    except (KeyError, TypeError):
        return None
