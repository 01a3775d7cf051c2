"""The monthly report as a document: everything that it says, in Chinese and English, before a file is made of it.

Whoever counts composes one ``Document``; ``triage.trends.rendering`` makes HTML, DOCX, XLSX and JSON of it and adds no
figure and no sentence. So a document holds only what its readers may see: a suppressed cell is ``Hidden`` and has no
number, a figure that cannot be had is ``Missing`` with its reason and never zero.

A picture is data too and names the table of its section that shows the same figures; its values are drawn as they are,
in its ``unit`` (a share in per cent is given as 12.5 with the unit %).
Names are short keys such as ``by_category``: they stay the same from month to month, because revisions are compared and
sheets are named by them. Builders raise ``ValueError`` where parts do not fit together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum

FORM = 1
"""The number of this form; it grows when a reader of the JSON would have to change."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
# Blanks for breaks; the sign of replacement for what no XML may hold and for what turns the direction of writing.
_STEERING = dict.fromkeys(
    (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFFFE, 0xFFFF), "\ufffd"
)
_STEERING |= dict.fromkeys((0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029), " ")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Tongue(StrEnum):
    """The language of a file made of a document."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    zh: str
    en: str

    def told(self, tongue: Tongue) -> str:
        """The words in one language, on one line; what steers a reader's program is shown as a sign in its place."""
        return (self.zh if tongue is Tongue.ZH else self.en).translate(_STEERING)


def same(words: str) -> Text:
    """Words that are alike in both languages: codes, months, names without a translation."""
    return Text(words, words)


class ColumnKind(StrEnum):
    """What stands in a column, and so how it is written.

    ``share`` is a fraction of 1 shown in per cent, ``money`` a whole number of fen shown in yuan, ``month`` words like
    2019-11, ``number`` any other quantity (a rate, an expectation) shown with the column's decimals.
    """

    WORDS = "words"
    CODE = "code"
    MONTH = "month"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    DAYS = "days"
    MONEY = "money"

    @property
    def is_quantity(self) -> bool:
        """Whether its cells hold numbers."""
        return self not in {ColumnKind.WORDS, ColumnKind.CODE, ColumnKind.MONTH}


@dataclass(frozen=True, slots=True)
class Number:
    """A figure, with the ends of its range where it is estimated (the model's error, an expected range)."""

    value: int | float
    low: int | float | None = None
    high: int | float | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError("a range has two ends or none")


@dataclass(frozen=True, slots=True)
class Words:
    """A cell of words."""

    text: Text


@dataclass(frozen=True, slots=True)
class Hidden:
    """A figure that is suppressed, because it or another one would tell of single people."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A figure that cannot be had, and why; never to be read as zero."""

    reason: Text


Value = Number | Hidden | Missing
Cell = Number | Words | Hidden | Missing


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``unit`` stands beside the title, ``decimals`` are those shown."""

    name: str
    title: Text
    kind: ColumnKind
    unit: Text | None = None
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; each row has a cell for each column.

    ``key`` says how many of the first columns tell the rows apart (their words must be unique together); revisions are
    compared by them. ``total`` marks the last row as the sum over the others.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: int = 1
    total: bool = False
    note: Text | None = None

    def __post_init__(self) -> None:
        _named(self.name)
        _fits(bool(self.columns) and 0 < self.key <= len(self.columns), f"table {self.name}: columns")
        _fits(all(len(row) == len(self.columns) for row in self.rows), f"table {self.name}: cells in a row")
        keys = [self.key_of(row) for row in self.rows]
        _fits(len(set(keys)) == len(keys), f"table {self.name}: two rows have the same key")

    def key_of(self, row: Sequence[Cell]) -> tuple[str, ...]:
        """What tells a row apart: the Chinese words of its first cells."""
        return tuple(cell.text.zh if isinstance(cell, Words) else repr(cell) for cell in row[: self.key])


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or the bars of one colour; ranges of its numbers are drawn as a band or as whiskers."""

    title: Text
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over ``marks`` (months); hidden and missing points are gaps."""

    name: str
    title: Text
    table: str
    reading: Text
    alt: Text
    unit: Text
    marks: tuple[Text, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        _named(self.name)
        _fits(bool(self.series), f"picture {self.name}: no series")
        _fits(all(len(one.values) == len(self.marks) for one in self.series), f"picture {self.name}: values of a line")


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars lying side by side, one for each of ``labels`` in every series; the order is that of ``labels``."""

    name: str
    title: Text
    table: str
    reading: Text
    alt: Text
    unit: Text
    labels: tuple[Text, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        _named(self.name)
        _fits(bool(self.series), f"picture {self.name}: no series")
        _fits(all(len(one.values) == len(self.labels) for one in self.series), f"picture {self.name}: bars of a series")


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A grid of ``rows`` by ``columns``, coloured by value."""

    name: str
    title: Text
    table: str
    reading: Text
    alt: Text
    unit: Text
    rows: tuple[Text, ...]
    columns: tuple[Text, ...]
    values: tuple[tuple[Value, ...], ...]

    def __post_init__(self) -> None:
        _named(self.name)
        _fits(len(self.values) == len(self.rows), f"picture {self.name}: rows of values")
        _fits(all(len(row) == len(self.columns) for row in self.values), f"picture {self.name}: values of a row")


@dataclass(frozen=True, slots=True)
class Tile:
    """One division of the map: its code, its name and its value."""

    code: str
    name: Text
    value: Value


@dataclass(frozen=True, slots=True)
class TileMap:
    """The divisions of a place as tiles of one size.

    Provinces (codes of two digits) lie about where they lie on a map of China; other divisions in the order of their codes.
    """

    name: str
    title: Text
    table: str
    reading: Text
    alt: Text
    unit: Text
    tiles: tuple[Tile, ...]

    def __post_init__(self) -> None:
        _named(self.name)
        _fits(len({tile.code for tile in self.tiles}) == len(self.tiles), f"picture {self.name}: a code stands twice")


Picture = Lines | Bars | HeatMap | TileMap


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: sentences, then pictures, each followed by its table, then the other tables, then notes.

    ``readers_only`` marks a part that says more than figures (cases, phrases of letters): analysts do not get it.
    """

    name: str
    title: Text
    sentences: tuple[Text, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[Text, ...] = ()
    readers_only: bool = False

    def __post_init__(self) -> None:
        _named(self.name)
        known = {table.name for table in self.tables}
        for picture in self.pictures:
            _fits(picture.table in known, f"picture {picture.name}: its table {picture.table} is not in this section")


@dataclass(frozen=True, slots=True)
class Place:
    """The region of the report; the empty code is the whole country."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the figures were made with; ``counted_at`` is an ISO 8601 moment in UTC, ``threshold`` that of suppression."""

    counted_at: str
    model: str
    taxonomy: str
    policy: str
    threshold: int


@dataclass(frozen=True, slots=True)
class Document:
    """A month's report of one place.

    ``revision`` is 0 while the month is open, 1 when it is closed, and one more for each revision after it. ``total`` is
    the number of reports of the month. ``headline`` is what a leader reads first, one sentence each. ``method`` is
    printed at the end; ``changes`` says what a revision changed.
    """

    month: str
    place: Place
    title: Text
    total: Value
    headline: tuple[Text, ...]
    sections: tuple[Section, ...]
    method: Section
    provenance: Provenance
    revision: int = 0
    changes: Section | None = None

    def __post_init__(self) -> None:
        _fits(bool(_MONTH.fullmatch(self.month)), "a month is written like 2019-11")
        names = [table.name for section in self.parts() for table in section.tables]
        names += [picture.name for section in self.parts() for picture in section.pictures]
        _fits(len(set(names)) == len(names), "two tables or pictures of the document have the same name")
        _fits(len({part.name for part in self.parts()}) == len(list(self.parts())), "two sections have the same name")

    def parts(self) -> Iterator[Section]:
        """All sections in the order of printing: what changed, the sections, the method."""
        if self.changes is not None:
            yield self.changes
        yield from self.sections
        yield self.method


def figures_alone(document: Document) -> Document:
    """The document as an analyst gets it: without the parts that say more than figures, nor what changed in them."""
    sections = tuple(part for part in document.sections if not part.readers_only)
    # What changed names each table by its title
    left = {Words(table.title) for part in document.sections if part.readers_only for table in part.tables}
    return replace(document, sections=sections, changes=_without(document.changes, left))


def _without(changes: Section | None, titles: Set[Words]) -> Section | None:
    """What a revision changed, but for the figures of the tables of these titles."""
    if changes is None:
        return None
    found = (replace(one, rows=tuple(row for row in one.rows if row[0] not in titles)) for one in changes.tables)
    return replace(changes, tables=tuple(one for one in found if one.rows))


def _named(name: str) -> None:
    _fits(bool(_NAME.fullmatch(name)), f"{name!r} is no name: small letters, digits and _")


def _fits(fact: bool, what: str) -> None:
    if not fact:
        raise ValueError(f"The document does not fit together: {what}.")
