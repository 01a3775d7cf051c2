"""How well what tells who wrote a report is covered, measured on reports that people have marked, and what it costs.

Each report is read and covered as staff would see it. Counted is every place of a marked string: those of reporters and
contacts should be covered, those of the accused never. What nobody asked for is told as a share of all characters.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpora.reports import LabelledReport, load_reports
from triage.bench.assess import Text
from triage.bench.figures import Figure, Outcome
from triage.covered import Covered, covered_in
from triage.model import Entity
from triage.pipeline import open_assessor
from triage.settings import get_settings

_EVERY = 7
"""Of the packaged reports every so manyth is taken, beginning behind those that the tests' reader learned from."""
_MOST = 4000


def measure(file: Path | None = None, *, most: int = _MOST) -> Outcome:
    """Covers the reports of a labelled JSONL file, or a part of the packaged ones."""
    rows = list(load_reports([file])) if file else list(load_reports())[3::_EVERY]
    rows = [row for row in rows if row.entities is not None][:most]
    assessor = open_assessor(get_settings())
    read = [one.entities for one in assessor.pipe([Text(row.text) for row in rows])]
    return figures_of(rows, read)


def figures_of(rows: Sequence[LabelledReport], read: Sequence[Sequence[Entity]]) -> Outcome:
    """The figures of marked reports and of the entities that their readings found."""
    counts, unread = Counter[str](), Counter[str]()
    gc.collect()
    gc.freeze()  # what was read is of no garbage, and is not to be gone through again and again
    began = time.process_time()
    covered = [covered_in(row.text, entities) for row, entities in zip(rows, read, strict=True)]
    spent = time.process_time() - began
    gc.unfreeze()
    for row, places in zip(rows, covered, strict=True):
        _count(counts, row, places)
        _count(unread, row, covered_in(row.text))
    return Outcome(
        "masking",
        (
            Figure("reporters_covered", _share(counts, "reporter"), "of places", 0.8, at_least=True),
            Figure("contacts_covered", _share(counts, "contact"), "of places", 0.95, at_least=True),
            Figure("accused_covered", _share(counts, "accused"), "of places", 0.005),
            Figure("others_covered", _share(counts, "other"), "of places"),
            Figure("reporters_covered_unread", _share(unread, "reporter"), "of places"),
            Figure("contacts_covered_unread", _share(unread, "contact"), "of places"),
            Figure("accused_covered_unread", _share(unread, "accused"), "of places"),
            Figure("characters_covered", counts["covered"] / max(1, counts["characters"]), "of characters"),
            Figure("covering", 1e6 * spent / max(1, len(rows)), "µs/report", 250),
        ),
        notes=(
            f"{len(rows)} reports",
            f"{counts['reporter']} places of reporters, {counts['contact']} of contacts, {counts['accused']} of the accused",
        ),
    )


def misses(row: LabelledReport, covered: Covered) -> Iterator[tuple[str, str, int, int]]:
    """What is not as it should be in a report: kind of mark, its text, offsets."""
    for kind, name, start, end in _marked(row):
        hidden = _hidden(covered, start, end)
        if (kind in ("reporter", "contact") and hidden < end - start) or (kind == "accused" and hidden):
            yield kind, name, start, end


def _count(counts: Counter[str], row: LabelledReport, covered: Covered) -> None:
    counts["characters"] += len(row.text)
    counts["covered"] += sum(end - start for start, end in covered.places)
    for kind, _, start, end in _marked(row):
        hidden = _hidden(covered, start, end)
        counts[kind] += 1
        counts[kind + " hit"] += hidden == end - start if kind in ("reporter", "contact") else bool(hidden)


def _marked(row: LabelledReport) -> Iterator[tuple[str, str, int, int]]:
    """Every place of a marked person or contact; a name that stands within a longer marked one is not told there."""
    people = [one for one in row.entities or () if one.kind in ("person", "contact")]
    accused = {one.text for one in people if one.role == "accused"}
    places: list[tuple[str, str, int, int]] = []
    for one in {(each.kind, each.text, each.role): each for each in people}.values():
        kind = "contact" if one.kind == "contact" else one.role if one.role in ("accused", "reporter") else "other"
        if kind == "reporter" and one.text in accused:
            continue
        at = row.text.find(one.text)
        while at >= 0:
            places.append((kind, one.text, at, at + len(one.text)))
            at = row.text.find(one.text, at + len(one.text))
    for place in places:
        _, _, start, end = place
        within = any(a <= start and end <= b and b - a > end - start for _, _, a, b in places)
        if not within and end - start > 1:
            yield place


def _hidden(covered: Covered, start: int, end: int) -> int:
    return sum(max(0, min(end, b) - max(start, a)) for a, b in covered.places)


def _share(counts: Counter[str], kind: str) -> float:
    return counts[kind + " hit"] / counts[kind] if counts[kind] else 0.0
