"""Reports as staff see them: covered, unless somebody has asked in the log to see one as it came.

The one seam between what is stored and what is shown. Whatever prints or answers with words of a report takes a `Shown`
and no `ReadRow`: what opens reports to compare, index or count them goes on with the text as it came.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from triage.covered import Covered, Span, covered_beside, covered_in
from triage.model import Assessment, Entity, EntityKind, Report, Role, Turn
from triage.store import ReadRow
from triage.summaries import Lack, lacking
from triage.text.masking import MASK, mask
from triage.text.normalise import normalise
from triage.text.turns import COLON


@dataclass(frozen=True, slots=True)
class Shown:
    """A report for staff. ``row`` bears text, title, turns and entities as they are shown.

    ``lacks``: what the caller tells and the summary of the work order lacks, as places in the text.
    ``masked``: places that tell who wrote it are covered, if there are any. ``covered`` counts them, in text and title;
    of a report shown as it came it counts those that would be.
    """

    row: ReadRow
    masked: bool
    covered: int
    lacks: tuple[Lack, ...] = ()


def shown(row: ReadRow) -> Shown:
    """A report with its places covered; every character stands where it stood."""
    return _shown(row, masked=True)


def as_it_came(row: ReadRow) -> Shown:
    """A report as it came, for whoever has asked to see it (``triage.store.unmasking``)."""
    return _shown(row, masked=False)


def _shown(row: ReadRow, *, masked: bool) -> Shown:
    known, title = _places(row)
    return Shown(
        _covered_row(row, known, title) if masked else row,
        masked=masked,
        covered=len(known.places) + len(title),
        lacks=lacking(row.report, row.assessment),
    )


@dataclass(frozen=True, slots=True)
class Cover:
    """A text with the places that are covered in it, looked for once however much is shown of it."""

    plain: str
    places: tuple[Span, ...]

    @classmethod
    def of(cls, row: ReadRow) -> Cover:
        """The cover of a report's text."""
        return cls(row.report.text, covered_in(row.report.text, row.assessment.entities).places)

    @property
    def text(self) -> str:
        """The text, covered."""
        return mask(self.plain, self.places)

    def words(self, words: Sequence[str]) -> tuple[str, ...]:
        """Words and passages that the text holds, each covered where any place of it in the text is.

        However it is written (``words`` may be normalised); one that the text does not hold is no word of it and stays.
        """
        if not self.places:
            return tuple(words)
        plain, covered = normalise(self.plain), self.text
        out = []
        for word in words:
            told = (covered[slice(*plain.span(*span))] for span in _found(plain.text, normalise(word).text))
            out.append(next((one for one in told if MASK in one), word))
        return tuple(out)


def shown_text(row: ReadRow) -> str:
    """The text of a report alone, covered."""
    return Cover.of(row).text


def shown_entities(row: ReadRow) -> tuple[Entity, ...]:
    """The entities of a report alone, in their order, covered."""
    return _entities(row.assessment.entities, Cover.of(row).places)


def for_portrait(covered: ReadRow) -> ReadRow:
    """A covered report to be drawn together with others: covered people count as those who wrote, who are no parties.

    What is left of a place whose house number is covered is the village, and stands for it.
    """
    return replace(covered, assessment=_with(covered.assessment, map(_plain_place, covered.assessment.entities)))


def _found(text: str, word: str) -> Iterator[Span]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + 1)


def _places(row: ReadRow) -> tuple[Covered, tuple[Span, ...]]:
    report = row.report
    known = covered_in(report.text, row.assessment.entities)
    return known, covered_beside(report.title, known) if report.title else ()


def _covered_row(row: ReadRow, known: Covered, title: tuple[Span, ...]) -> ReadRow:
    if not known.places and not title:
        return row
    machine = None if row.machine is None else _covered_reading(row.machine, known.places)
    return replace(
        row,
        report=_covered_report(row.report, known, title),
        assessment=_covered_reading(row.assessment, known.places),
        machine=machine,
    )


def _covered_report(report: Report, known: Covered, title: tuple[Span, ...]) -> Report:
    covered = mask(report.text, known.places)
    return replace(
        report,
        text=covered,
        title=None if report.title is None else mask(report.title, title),
        turns=tuple(_turns(report, known, covered)),
    )


def _turns(report: Report, known: Covered, covered: str) -> Iterable[Turn]:
    """Turns stand in the text one after the other, which is ``covered``; one that does not is covered by itself."""
    at = 0
    for turn in report.turns:
        line = f"{turn.label}{COLON}{turn.text}"
        if report.text.startswith(line, at):
            said = at + len(turn.label) + 1
            end = at + len(line)
            yield replace(turn, label=covered[at : said - 1], text=covered[said:end])
            at = end + 1
        else:
            label, text = (mask(words, covered_beside(words, known)) for words in (turn.label, turn.text))
            yield replace(turn, label=label, text=text)


def _covered_reading(assessment: Assessment, places: Sequence[Span]) -> Assessment:
    return _with(assessment, _entities(assessment.entities, places))


def _with(assessment: Assessment, entities: Iterable[Entity]) -> Assessment:
    return replace(assessment, entities=tuple(entities))


def _entities(entities: Sequence[Entity], places: Sequence[Span]) -> tuple[Entity, ...]:
    return tuple(_entity(one, places) for one in entities) if places else tuple(entities)


def _entity(entity: Entity, places: Sequence[Span]) -> Entity:
    """An entity covered as its place in the text is; what it was resolved to goes where all of it is covered."""
    first = bisect_left(places, entity.start + 1, key=lambda one: one[1])
    inside = []
    for start, end in places[first:]:
        if start >= entity.end:
            break
        inside.append((max(start, entity.start) - entity.start, min(end, entity.end) - entity.start))
    if not inside:
        return entity
    text = mask(entity.text, [(a, min(b, len(entity.text))) for a, b in inside if a <= len(entity.text)])
    if any(one not in (MASK, "\n") for one in text):
        return replace(entity, text=text)
    return replace(entity, text=text, code=None, fen=None, first=None, last=None)


def _plain_place(entity: Entity) -> Entity:
    if MASK not in entity.text:
        return entity
    if entity.kind is EntityKind.PERSON:
        return replace(entity, role=Role.REPORTER)
    left = entity.text.replace(MASK, "")
    return replace(entity, text=left) if entity.kind is EntityKind.PLACE and left else entity
