"""Letters that name the offices which reports go to, each mention marked. In: JSONL files; out: `MarkedLetter` rows.

A mention is wrapped in the text: ⟦+县纪委⟧ where somebody of the office, or the office itself, is accused there, ⟦-县纪委⟧
where it is addressed, asked, thanked, waited for. What the packaged reports (`corpora.reports`) tell of such offices is nearly
all of the second kind; ``reports.tsv`` names the places where it is not.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

__all__ = ["MarkedLetter", "MarkedMention", "accused_in_reports", "letters_digest", "load_letters", "unmarked"]

_MARK = re.compile("⟦([+-])([^⟦⟧]+)⟧")


class MarkedMention(NamedTuple):
    """The characters ``start`` to ``end`` of a text call an office; ``accused`` tells whether it is accused there."""

    start: int
    end: int
    accused: bool


@dataclass(frozen=True, slots=True)
class MarkedLetter:
    """A letter without its marks, and what they said; ``voice`` is who tells, letters of one ``writer`` share a manner."""

    id: str
    text: str
    language: str
    voice: str
    writer: str
    mentions: tuple[MarkedMention, ...]


def load_letters() -> list[MarkedLetter]:
    """The packaged letters, by writer and in the order of their files."""
    return [
        letter
        for one in _packaged(".jsonl")
        for letter in _letters(one.name.removesuffix(".jsonl"), one.read_text("utf-8"))
    ]


def letters_digest() -> str:
    """A name for what is packaged here, letters and what was said of reports; another one when any of it changes."""
    digest = sha256()
    for one in _packaged((".jsonl", ".tsv")):
        digest.update(one.read_bytes())
    return digest.hexdigest()[:16]


def _packaged(endings: str | tuple[str, ...]) -> list[Traversable]:
    return sorted((one for one in files(__name__).iterdir() if one.name.endswith(endings)), key=lambda one: one.name)


def _letters(writer: str, content: str) -> Iterator[MarkedLetter]:
    for number, line in enumerate(content.splitlines(), 1):
        row = json.loads(line)
        text, mentions = unmarked(row["text"])
        yield MarkedLetter(f"{writer}-{number:03d}", text, row["language"], row["voice"], writer, mentions)


def unmarked(marked: str) -> tuple[str, tuple[MarkedMention, ...]]:
    """A marked text without its marks, and where they stood."""
    text, last, mentions = "", 0, []
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        mentions.append(MarkedMention(len(text), len(text) + len(mark[2]), mark[1] == "+"))
        text, last = text + mark[2], mark.end()
    return text + marked[last:], tuple(mentions)


def accused_in_reports() -> Mapping[str, Mapping[int, bool | None]]:
    """What was said of mentions in packaged reports: by report, by the first character of the mention, whether it is accused.

    None where what looks like such an office is none (村监委). Of mentions that are not listed nobody said that they are.
    """
    told: dict[str, dict[int, bool | None]] = defaultdict(dict)
    content = files(__name__).joinpath("reports.tsv").read_text("utf-8")
    for line in content.splitlines():
        report, start, sign = line.split("\t")
        told[report][int(start)] = {"+": True, "-": False}.get(sign)
    return told
