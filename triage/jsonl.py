"""JSONL in and out for commands that store nothing: what a line must hold, and the contract's form of an answer."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from triage.chinese import both
from triage.errors import BadInput
from triage.intake import Limits, submission
from triage.intake.files import MAX_LINE, decoded_lines, demand_file, without_mark
from triage.intake.lines import object_in
from triage.intake.submissions import no_impossible_characters
from triage.model import Assessment, Entity, Reasons, Review, Submission
from triage.parties import Party, parties_in
from triage.shown import Shown
from triage.summaries import Lack, has_summary, lacking
from triage.telling import lack_told

_READ = ("text", "channel", "received", "received_at", "turns", "summary", "place")


@dataclass(frozen=True, slots=True)
class Item:
    """One line: its id as it stood there (the line's number where it bears none) and the checked submission."""

    id: str | int
    submission: Submission


def items(file: Path | None, limits: Limits | None = None) -> Iterator[Item]:
    """The lines of a file or of standard input; a bad line is told on standard error and left out.

    Raises:
        BadInput: there is no such file, or lines came and not one of them could be read.
    """
    lines, taken = Counted(lines_of(file)), 0
    for item in items_of(lines, limits=limits):
        taken += 1
        yield item
    demand_some(lines.read, taken)


class Counted:
    """Lines that are counted as they go by, without the empty ones."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.read = 0
        """How many of them went by so far."""
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        """The lines, each once."""
        for line in self._lines:
            self.read += bool(line.strip())
            yield line


def demand_some(lines: int, taken: int) -> None:
    """Sees that not every line was bad: a script takes an empty answer and no error for a success.

    Raises:
        BadInput: lines came and none of them was taken.
    """
    if lines and not taken:
        raise BadInput(
            "file", "nothing_taken", "Not one line of this input could be read; what is wrong is told above."
        )


def lines_of(file: Path | None) -> Iterator[str]:
    """The lines of a file or of standard input, whatever the encoding.

    Raises:
        BadInput: there is no such file.
    """
    if file is None:
        # A stream without bytes below it was decoded by whoever put it there
        return _piped(sys.stdin.buffer) if hasattr(sys.stdin, "buffer") else iter(sys.stdin)
    demand_file(file)
    return (line for _, line in decoded_lines(file))


def _piped(stream: BinaryIO) -> Iterator[str]:
    """Lines of a stream that can be read once: UTF-16 by its mark, else each UTF-8, or GB18030 where it is not that.

    Bytes that are neither come out as lone surrogates, which the rules of text refuse by name.
    """
    lines = iter(lambda: stream.readline(MAX_LINE), b"")
    first = next(lines, b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _wide(chain([first], lines))
        return
    for line in chain([without_mark(first)], lines):
        yield _decoded(line)


def _wide(pieces: Iterable[bytes]) -> Iterator[str]:
    begun = ""
    try:
        for piece in codecs.iterdecode(pieces, "utf-16", "surrogatepass"):
            *whole, begun = (begun + piece).split("\n")
            yield from whole
    except UnicodeDecodeError:
        raise BadInput(
            "file", "encoding", "The input breaks off in the middle of a character; send it again."
        ) from None
    yield begun


def _decoded(line: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "surrogateescape")


def items_of(lines: Iterable[str], first: int = 1, limits: Limits | None = None) -> Iterator[Item]:
    """As ``items``, for lines that are at hand, of which the first has this number; of them all may be bad."""
    limits = limits or Limits()
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        try:
            fields = object_in(line, ("id", *_READ))
            known = {key: fields[key] for key in _READ if key in fields}
            name = fields.get("id")
            if isinstance(name, str):
                no_impossible_characters("id", name)
            yield Item(name if isinstance(name, str | int) else str(number), submission(known, limits))
        except BadInput as error:
            sys.stderr.write(f"第 {number} 行 · line {number}: {error.field}: {both(error.detail)} [{error.rule}]\n")


def object_of(item: Item, assessment: Assessment) -> dict[str, object]:
    """The contract's object for one assessed line; of a call with its summary also what the summary lacks."""
    call = item.submission
    if not has_summary(call):
        return {"id": item.id, **assessed(assessment)}
    return {
        "id": item.id,
        **assessed(assessment),
        "summary_lacks": list(lacks_of(call.text, lacking(call, assessment))),
    }


def assessed(assessment: Assessment) -> dict[str, object]:
    """An assessment in the contract's form."""
    entities: dict[str, list[dict[str, object]]] = {}
    for entity in assessment.entities:
        entities.setdefault(entity.kind.value, []).append(_entity(entity))
    return {
        "categories": assessment.categories,
        "probabilities": dict(assessment.probabilities),
        "refer": assessment.refer,
        "refer_probability": assessment.refer_probability,
        "urgent": assessment.urgent,
        "urgent_probability": assessment.urgent_probability,
        "risk": assessment.risk,
        "language": assessment.language,
        "kind": assessment.kind,
        "accused_level": assessment.accused_level.name.lower(),
        "entities": entities,
        "parties": [_party(party) for party in parties_in(assessment.entities)],
        "reasons": {code: _reasons(reasons) for code, reasons in assessment.reasons.items()},
        "reader": assessment.reader,
        "model": assessment.model,
    }


def report_of(told: Shown) -> dict[str, object]:
    """A report as it is shown, under the names that `GET /v1/reports/{id}` uses; keyed hashes of parties stay inside."""
    row = told.row
    report, priority = row.report, row.priority
    return {
        "id": report.id,
        "masked": told.masked,
        "covered": told.covered,
        "received_at": report.received_at,
        "channel": report.channel,
        "stage": report.stage,
        "place": report.division,
        "title": report.title,
        "text": report.text,
        "turns": report.turns,
        "case": row.case_id,
        "level": priority.level,
        "score": priority.score,
        "case_points": row.case_points,
        "refer": priority.refer,
        "urgent": priority.urgent,
        "assessment_id": row.assessment_id,
        "assessment": assessed(row.assessment),
        "review": None if row.review is None else review_of(row.review, row.machine),
        "adds_to": report.adds_to,
        "summary_lacks": list(lacks_of(report.text, told.lacks)),
    }


def lacks_of(text: str, lacks: Iterable[Lack]) -> Iterator[dict[str, object]]:
    """What the caller tells and the operator's summary lacks, with its words in a text as it is shown."""
    for lack in lacks:
        zh, en = lack_told(lack)
        first, last = lack.passage
        yield {
            "kind": lack.kind,
            "code": lack.code or None,
            "told": text[lack.start : lack.end],
            "start": lack.start,
            "end": lack.end,
            "passage": text[first:last],
            "passage_start": first,
            "passage_end": last,
            "zh": zh,
            "en": en,
        }


def review_of(review: Review, machine: Assessment | None = None) -> dict[str, object]:
    """A person's decision under the names that the API uses, beside what the machine had read where that is told."""
    told: dict[str, object] = {
        "id": review.id,
        "report_id": review.report_id,
        "assessment_id": review.assessment_id,
        "decision": review.decision,
        "categories": review.categories,
        "refer": review.refer,
        "urgent": review.urgent,
        "lowered": review.lowered,
        "stratum": review.stratum,
        "share": review.share,
        "reader": review.reader,
        "model": review.model,
        "by": review.by,
        "role": review.role,
        "made_at": review.made_at,
        "note": review.note,
    }
    if machine is not None:
        told["machine"] = {"categories": machine.categories, "refer": machine.refer, "urgent": machine.urgent}
    return told


def _entity(entity: Entity) -> dict[str, object]:
    told: dict[str, object] = {"text": entity.text, "start": entity.start, "end": entity.end}
    if entity.role is not None:
        told["role"] = entity.role
    if entity.code is not None:
        told["code"] = entity.code
    if entity.fen is not None:
        told["yuan"] = entity.fen // 100 if entity.fen % 100 == 0 else entity.fen / 100
    if entity.first is not None:
        told |= {"from": entity.first, "to": entity.last}
    if entity.rank:
        told["rank"] = entity.rank.name.lower()
    return told


def _party(party: Party) -> dict[str, object]:
    spans = [(one.start, one.end) for one in party.mentions]
    role = party.role.value if party.role else None
    return {"name": party.name, "role": role, "rank": party.rank.name.lower(), "mentions": spans}


def _reasons(reasons: Reasons) -> dict[str, object]:
    spans = [{"start": span.start, "end": span.end, "weight": span.weight} for span in reasons.spans]
    return {"bias": reasons.bias, "document": reasons.document, "spans": spans, "rest": reasons.rest}
