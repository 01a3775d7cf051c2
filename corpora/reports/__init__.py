"""Labelled reports. In: JSONL files in the labelled form; out: `LabelledReport` rows, a field that is missing being None.

The form is the one of ``evaluate`` and ``train``: every field but ``text`` may be missing, and what is missing is
neither trained on nor scored.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

__all__ = [
    "BadRow",
    "LabelledEntity",
    "LabelledReport",
    "Rationale",
    "is_board_message",
    "is_counted",
    "load_reports",
    "tells_cases",
]

_COUNTED = frozenset(f"w{number}" for number in range(1, 9))
_COUNTED_IN_ENGLISH = frozenset(f"w{number}" for number in range(1, 29))
_OF_A_BOARD = frozenset(f"w{number}" for number in range(56, 100))
_SET = re.compile(r"w\d{1,2}")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FLAGS = frozenset({"refer", "urgent"})
_YEARS = range(1900, 2200)
KINDS = ("person", "position", "organisation", "place", "amount", "period", "programme", "contact")


class BadRow(ValueError):
    """A row that breaks the form; the sentence names file, line and field and repeats nothing of the text."""


@dataclass(frozen=True, slots=True)
class LabelledEntity:
    """A marked string; ``yuan`` as written (a number), ``first`` and ``last`` ISO dates or months."""

    kind: str
    text: str
    role: str | None = None
    code: str | None = None
    yuan: float | None = None
    first: str | None = None
    last: str | None = None


class Rationale(NamedTuple):
    """A passage that tells a label: the characters ``start`` to ``end`` of the text."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LabelledReport:
    """One labelled report; ``turns`` are pairs of speaker (caller, agent, other) and text.

    ``rationales`` are passages that tell its labels, or that it is urgent, all passages of each that has any; an empty tuple says
    that somebody looked and that nothing tells a label.
    """

    text: str
    id: str | None = None
    channel: str | None = None
    language: str | None = None
    received: date | None = None
    categories: tuple[str, ...] | None = None
    refer: bool | None = None
    urgent: bool | None = None
    case: str | None = None
    voice: str | None = None
    tags: tuple[str, ...] | None = None
    turns: tuple[tuple[str, str], ...] | None = None
    entities: tuple[LabelledEntity, ...] | None = None
    rationales: tuple[Rationale, ...] | None = None


def is_counted(row: LabelledReport) -> bool:
    """Whether a lexicon of rare words was counted over a report's set, so that its own words look less rare.

    Those are ``lexicons/character_pairs.tsv`` and, for reports in English, ``lexicons/english_words.tsv``.
    """
    counted = _COUNTED_IN_ENGLISH if row.language in ("en", "mixed") else _COUNTED
    return _set_of(row) in counted


def tells_cases(row: LabelledReport) -> bool:
    """Whether somebody looked which reports of a report's set tell of one matter: where nobody did, no case means nothing."""
    return bool(row.case) or _set_of(row) not in _OF_A_BOARD


def is_board_message(row: LabelledReport) -> bool | None:
    """Whether a packaged report is such a message as a general petition board gets; None of a row of no packaged set."""
    name = _set_of(row)
    if name is None or not _SET.fullmatch(name):
        return None
    return name in _OF_A_BOARD


def _set_of(row: LabelledReport) -> str | None:
    """The set that a report was written in, which its id begins with."""
    return None if row.id is None else row.id.partition("-")[0]


def load_reports(paths: Iterable[Path] | None = None) -> Iterator[LabelledReport]:
    """Reads reports from JSONL files; None means the packaged corpus, in the order of its file names.

    Raises:
        BadRow: a line is no JSON object or a field breaks the form.
    """
    if paths is None:
        packaged = sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".jsonl"))
        for name in packaged:
            yield from _lines(name, files(__name__).joinpath(name).read_text("utf-8"))
        return
    for path in paths:
        yield from _lines(path.name, path.read_text("utf-8-sig"))


def _lines(name: str, text: str) -> Iterator[LabelledReport]:
    # not splitlines(): U+2028 and U+0085 may stand inside a JSON string
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadRow(f"{where}: no JSON ({error.msg}).") from None
        except (RecursionError, ValueError):
            raise BadRow(
                f"{where}: no JSON that can be read (brackets in brackets, or a number without end)."
            ) from None
        if not isinstance(row, dict):
            raise BadRow(f"{where}: a row must be a JSON object.")
        if _HALF.search(line) and not _is_whole(row):
            raise BadRow(f"{where}: half a character (\\ud800 to \\udfff) stands alone.")
        yield _report(where, row)


def _is_whole(row: dict[str, Any]) -> bool:
    """Whether no half of a character stands alone in a row."""
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _report(where: str, row: dict[str, Any]) -> LabelledReport:
    text = _typed(where, row, "text", str)
    if text is None:
        raise BadRow(f"{where}, text: is missing.")
    return LabelledReport(
        text=text,
        id=_typed(where, row, "id", str),
        channel=_typed(where, row, "channel", str),
        language=_typed(where, row, "language", str),
        received=_date(where, _typed(where, row, "received", str)),
        categories=_categories(where, row),
        refer=_typed(where, row, "refer", bool),
        urgent=_typed(where, row, "urgent", bool),
        case=_typed(where, row, "case", str),
        voice=_typed(where, row, "voice", str),
        tags=_strings(where, row, "tags"),
        turns=_turns(where, row),
        entities=_entities(where, row),
        rationales=_rationales(where, row, text),
    )


def _typed(where: str, row: dict[str, Any], field: str, kind: type) -> Any:  # noqa: ANN401  # checked right here
    value = row.get(field)
    if value is not None and not isinstance(value, kind):
        raise BadRow(f"{where}, {field}: must be of type {kind.__name__}.")
    return value


def _date(where: str, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        raise BadRow(f"{where}, received: must be an ISO date.") from None
    if day.year not in _YEARS:
        raise BadRow(f"{where}, received: must lie between the years {_YEARS[0]} and {_YEARS[-1]}.")
    return day


def _categories(where: str, row: dict[str, Any]) -> tuple[str, ...] | None:
    value = _strings(where, row, "categories")
    for code in value or ():
        if not code.strip() or _ODD.search(code):
            raise BadRow(f"{where}, categories: a code must not be empty, and holds no control characters.")
        if code in _FLAGS:
            raise BadRow(f"{where}, categories: refer and urgent are fields of their own and name no category.")
    return value


def _strings(where: str, row: dict[str, Any], field: str) -> tuple[str, ...] | None:
    value = _typed(where, row, field, list)
    if value is None:
        return None
    if not all(isinstance(entry, str) for entry in value):
        raise BadRow(f"{where}, {field}: must be a list of strings.")
    return tuple(value)


def _turns(where: str, row: dict[str, Any]) -> tuple[tuple[str, str], ...] | None:
    value = _typed(where, row, "turns", list)
    if value is None:
        return None
    turns = []
    for turn in value:
        if not isinstance(turn, dict) or turn.get("speaker") not in {"caller", "agent", "other"}:
            raise BadRow(f"{where}, turns: each needs a speaker: caller, agent or other.")
        if not isinstance(turn.get("text"), str):
            raise BadRow(f"{where}, turns: each needs a text.")
        turns.append((turn["speaker"], turn["text"]))
    return tuple(turns)


def _entities(where: str, row: dict[str, Any]) -> tuple[LabelledEntity, ...] | None:
    value = _typed(where, row, "entities", dict)
    if value is None:
        return None
    out = []
    for kind, marks in value.items():
        if kind not in KINDS or not isinstance(marks, list):
            raise BadRow(f"{where}, entities: {KINDS} with lists are known.")
        for mark in marks:
            if not isinstance(mark, dict) or not isinstance(mark.get("text"), str):
                raise BadRow(f"{where}, entities.{kind}: each mark needs a text.")
            out.append(_entity(where, kind, mark))
    return tuple(out)


def _rationales(where: str, row: dict[str, Any], text: str) -> tuple[Rationale, ...] | None:
    value = _typed(where, row, "rationales", dict)
    if value is None:
        return None
    labels = {*(row.get("categories") or ()), *(["urgent"] if row.get("urgent") else [])}
    out = []
    for label, spans in value.items():
        field = f"{where}, rationales.{label}"
        if label not in labels:
            raise BadRow(f"{field}: is none of the categories of the row, nor urgent where the row is.")
        if not isinstance(spans, list) or not spans:
            raise BadRow(f"{field}: must be a list of passages, one at least.")
        for span in spans:
            if not _is_passage(span, len(text)):
                raise BadRow(f"{field}: each passage is a start and an end among the characters of the text.")
            out.append(Rationale(label, *span))
    return tuple(out)


def _is_passage(span: object, length: int) -> bool:
    match span:
        case [int(start), int(end)] if not isinstance(start, bool) and not isinstance(end, bool):
            return 0 <= start < end <= length
    return False


def _entity(where: str, kind: str, mark: dict[str, Any]) -> LabelledEntity:
    yuan = mark.get("yuan")
    if yuan is not None and (isinstance(yuan, bool) or not isinstance(yuan, int | float)):
        raise BadRow(f"{where}, entities.{kind}: yuan must be a number.")
    if yuan is not None and not math.isfinite(yuan):
        raise BadRow(f"{where}, entities.{kind}: yuan must be a number that ends.")
    field = f"entities.{kind}"
    for key in ("role", "code", "from", "to"):
        if not isinstance(mark.get(key), str | None):
            raise BadRow(f"{where}, {field}: {key} must be a string.")
    return LabelledEntity(
        kind=kind,
        text=mark["text"],
        role=mark.get("role"),
        code=mark.get("code"),
        yuan=yuan,
        first=mark.get("from"),
        last=mark.get("to"),
    )
