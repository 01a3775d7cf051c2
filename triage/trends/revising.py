"""A closed month and what came later: which figures a revision may show, and what it changed.

Two reports of one month stand side by side, and whoever has both can subtract. So

* a revision waits until at least as many reports came in late as the threshold says;
* a section in which other cells are hidden than before stays as it was: a cell that appears tells what it was below
  before, and one that goes away is known from the earlier report, so that the rest of the sum gives the new ones away;
* so does a section whose figures, before and now, would tell of fewer late reports than the threshold, whether in one
  cell or in what the cells shown leave of the total; one that stayed before is held against the total of the report that
  counted it;
* where the section on what stands out stays, so do the first sentences of the report, which repeat it; the number of all
  reports is told anew in any case, for it is the document's.

With the same cells hidden in both reports, the two give for each sum over hidden cells its value before and after, and
no single cell of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triage.trends.document import (
    Column,
    ColumnKind,
    Document,
    HeatMap,
    Hidden,
    Number,
    Picture,
    Section,
    Table,
    Text,
    TileMap,
    Tongue,
    Value,
    Words,
)
from triage.trends.late import tells_of_few
from triage.trends.rendering.wording import Footnotes, heading, moment, written

_STAYS = Text(
    "本部分维持上次结账的数字：若显示新数字，会推出不予显示的数，或透露个别迟到的举报。",
    "This part stays as it was closed before: its new figures would give hidden ones away, or tell of single late reports.",
)
_SUMMED_UP = "spikes"
"""The section whose sentences stand at the head of the report too."""
_EARLIER = Text("以下要点沿用上次结账时的表述。", "What follows in this summary is as it was closed before.")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another one now, in words: table, row and column, before and after."""

    table: Text
    row: Text
    column: Text
    before: Text
    after: Text


def revision_of(before: Document, counted: Document, earlier: Sequence[Document] = ()) -> Document | None:
    """The next revision of a closed report, from what is counted now; None where nothing may or need be revised.

    Args:
        before: the newest closed report.
        counted: the same month and place, counted and suppressed anew.
        earlier: the closed reports before the newest, the newest of them first.
    """
    if not _enough(before.total, counted.total, counted.provenance.threshold):
        return None
    old = {section.name: section for section in before.sections}
    stays = {
        part.name
        for part in counted.sections
        if part.name in old
        and (
            _pattern(part) != _pattern(old[part.name])
            or tells_of_few(_counting(part.name, before, earlier), counted, old[part.name], part)
        )
    }
    sections = tuple(_carried(old[part.name]) if part.name in stays else part for part in counted.sections)
    headline = _headline(before, counted) if _SUMMED_UP in stays else counted.headline
    made = replace(counted, sections=sections, headline=headline, changes=None, revision=before.revision + 1)
    changes = list(_changes(before, made))
    if not changes and not _other_words(before, made, stays):
        return None
    return replace(made, changes=_told(before, made, changes))


def _counting(name: str, before: Document, earlier: Sequence[Document]) -> Document:
    """The report that counted a section which the newest one shows: an earlier one, where it stayed since."""
    for one in (before, *earlier):
        section = next((part for part in one.sections if part.name == name), None)
        if section is None or _STAYS not in section.notes:
            return one
    return earlier[-1] if earlier else before


def _headline(before: Document, counted: Document) -> tuple[Text, ...]:
    """The new number of all reports, and what was told of the section that stays."""
    earlier = [one for one in before.headline if one != _EARLIER][1:]
    return (*counted.headline[:1], *((_EARLIER, *earlier) if earlier else ()))


def _enough(before: Value, now: Value, threshold: int) -> bool:
    if not isinstance(before, Number) or not isinstance(now, Number):
        return isinstance(before, Hidden) and isinstance(now, Hidden)
    return before.value == now.value or abs(now.value - before.value) >= threshold


def _pattern(section: Section) -> frozenset[tuple[object, ...]]:
    """Which cells of a section are hidden."""
    tables = {
        (table.name, table.key_of(row), column.name)
        for table in section.tables
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
        if isinstance(cell, Hidden)
    }
    return frozenset(tables) | {(picture.name, at) for picture in section.pictures for at in _hidden_spots(picture)}


def _hidden_spots(picture: Picture) -> Iterator[tuple[str, ...]]:
    match picture:
        case TileMap():
            yield from ((tile.code,) for tile in picture.tiles if isinstance(tile.value, Hidden))
        case HeatMap():
            for row, values in zip(picture.rows, picture.values, strict=True):
                for column, value in zip(picture.columns, values, strict=True):
                    if isinstance(value, Hidden):
                        yield row.zh, column.zh
        case _:
            labels = picture.labels if hasattr(picture, "labels") else picture.marks
            for one in picture.series:
                yield from (
                    (one.title.zh, label.zh)
                    for label, value in zip(labels, one.values, strict=True)
                    if isinstance(value, Hidden)
                )


def _carried(section: Section) -> Section:
    return section if _STAYS in section.notes else replace(section, notes=(*section.notes, _STAYS))


def _changes(before: Document, after: Document) -> Iterator[Change]:
    old = {table.name: table for section in before.sections for table in section.tables}
    if before.total != after.total:
        title, count = Text("合计", "Total"), Column("count", Text("件数", "Reports"), ColumnKind.COUNT)
        yield Change(title, title, count.title, _words(before.total, count, None), _words(after.total, count, None))
    for table in (table for section in after.sections for table in section.tables):
        if table.name in old:
            yield from _changed_cells(old[table.name], table)


def _changed_cells(before: Table, after: Table) -> Iterator[Change]:
    columns = {column.name: at for at, column in enumerate(before.columns)}
    rows = {before.key_of(row): row for row in before.rows}
    for row in after.rows:
        was = rows.get(after.key_of(row))
        for at, column in enumerate(after.columns):
            old = was[columns[column.name]] if was is not None and column.name in columns else None
            if not column.kind.is_quantity or old == row[at]:
                continue
            told, now = _words(old, column, before), _words(row[at], column, after)
            if told == now:
                # A share that was rounded to the same
                continue
            name = Text(_row_name(after, row, Tongue.ZH), _row_name(after, row, Tongue.EN))
            head = Text(heading(column, Tongue.ZH), heading(column, Tongue.EN))
            yield Change(after.title, name, head, told, now)


def _row_name(table: Table, row: tuple[object, ...], tongue: Tongue) -> str:
    return " ".join(cell.text.told(tongue) for cell in row[: table.key] if isinstance(cell, Words))


def _words(cell: object, column: Column, table: Table | None) -> Text:
    if cell is None:
        return Text("无此行", "no such row")
    notes = Footnotes.of(table) if table is not None else Footnotes((), any_hidden=False)
    if isinstance(cell, Words | Number | Hidden):
        return Text(*(written(cell, column, notes, tongue) for tongue in Tongue))
    return Text("—", "—")


def _other_words(before: Document, after: Document, stays: set[str]) -> bool:
    """Whether the documents differ in more than when they were counted and what stays anyhow."""
    old = {section.name: section for section in before.sections}
    return any(section != old.get(section.name) for section in after.sections if section.name not in stays) or (
        before.provenance.taxonomy,
        before.provenance.policy,
    ) != (after.provenance.taxonomy, after.provenance.policy)


def _told(before: Document, after: Document, changes: list[Change]) -> Section:
    number = after.revision
    sentences = [
        Text(
            f"这是第{number}版，第1版为首次结账。上次结账的数字计于北京时间{moment(before.provenance.counted_at)}，此后的变化列在下表。",
            f"This is revision {number}; revision 1 is the first closing. The report before it was counted at {moment(before.provenance.counted_at)} (Beijing time); what has changed since is listed below.",
        )
    ]
    for name, was, now in (
        (Text("模型", "model"), before.provenance.model, after.provenance.model),
        (Text("类别体系", "taxonomy"), before.provenance.taxonomy, after.provenance.taxonomy),
        (Text("规则", "policy"), before.provenance.policy, after.provenance.policy),
    ):
        if was != now:
            sentences.append(Text(f"{name.zh}由{was}改为{now}。", f"The {name.en} was {was} and is {now}."))
    columns = tuple(
        Column(key, title, ColumnKind.WORDS)
        for key, title in (
            ("table", Text("表", "Table")),
            ("row", Text("行", "Row")),
            ("column", Text("栏", "Column")),
            ("before", Text("原数", "Before")),
            ("after", Text("现数", "Now")),
        )
    )
    rows = tuple(
        tuple(Words(text) for text in (one.table, one.row, one.column, one.before, one.after)) for one in changes
    )
    table = Table("changes", Text("变动的数字", "Figures that changed"), columns, rows, key=3)
    return Section(
        "changes", Text("本次修订", "What this revision changed"), tuple(sentences), (table,) if rows else ()
    )
