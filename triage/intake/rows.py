"""Reads the rows of files that offices have: JSONL, CSV, XLSX and transcripts.

Each row comes out either as a ``Submission`` or with the ``BadInput`` that says what is wrong with it; a bad row never
stops the good ones behind it. What concerns a whole file (no such column, not a workbook) is raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path

from triage.errors import BadInput, TooLarge
from triage.intake.cells import together, told_in
from triage.intake.channels import channel_of
from triage.intake.files import (
    HEADING_WITHIN,
    Cells,
    Record,
    Sheet,
    by_sheet,
    csv_records,
    decoded_lines,
    demand_file,
    digest,
    plain_name,
    whole_text,
    xlsx_records,
)
from triage.intake.lines import object_in
from triage.intake.reporters import all_in_place, cells_told, part_of, without_remark
from triage.intake.submissions import Limits, no_impossible_characters, submission
from triage.intake.transcripts import ReadCall, turns_from_content
from triage.model import Channel, Submission
from triage.text.normalise import normalise
from triage.text.speakers import SUMMARIES

SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".txt": "plain",
    ".srt": "srt",
    ".vtt": "vtt",
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "正文", "内容", "诉求内容", "举报内容", "反映内容", "留言详情", "留言内容", "问题描述"),
    "title": ("title", "subject", "标题", "主题", "留言主题"),
    "received": ("received", "date", "received_at", "日期", "时间", "受理时间", "来电时间", "留言时间", "登记时间", "收到日期"),
    "channel": ("channel", "渠道", "来源", "受理渠道"),
    "place": ("place", "region", "地区", "区域", "所属地区", "地点", "行政区划"),
    "id": ("id", "编号", "留言编号", "工单编号", "序号", "信件编号"),
    "transcript": ("transcript", "转写", "转写文本", "转写内容", "通话转写", "录音转写", "语音转写", "通话文本", "对话文本", "通话内容", "对话内容"),
    "summary": SUMMARIES,
}  # fmt: skip
"""Usual headings of each field. Without a column of texts the transcripts are the texts, else the summaries; beside texts
alone a summary tells the same once more, and is not read."""
_OF_CALLS = ("transcript", "summary")
_OF_REPORTER = ("name", "contact")
"""Fields of who reports, told by ``part_of`` their headings; of each several columns may tell."""
_READ = frozenset(
    ["text", "title", "received", "received_at", "channel", "place", "id", "external_id", "reporter", "turns", "content", "format", "summary"]
)  # fmt: skip
"""Fields of a JSON row that somebody reads."""
_AROUND = re.compile(r"[\s*:]+")
"""*内 容： is 内容."""
_Record = tuple[int, Mapping[str, object] | BadInput, object]
"""Number of a row, its fields or what is wrong with it, and the row as it stood there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its number from 1, a submission or what is wrong with it, and the row as it stood there."""

    number: int
    submission: Submission | None
    error: BadInput | None
    given: object


def read_rows(
    path: Path,
    limits: Limits,
    *,
    source: str | None = None,
    columns: Mapping[str, str] | None = None,
    max_bytes: int = 2**31,
) -> Iterator[Row]:
    """The rows of a file in their order, checked.

    Args:
        path: the file; its ending tells the form.
        limits: limits on a single text.
        source: name of where the file comes from, part of each row's identity where rows bear ids; by default the
            file's name.
        columns: field → column name, for tables whose headings are not known.
        max_bytes: the largest file that is taken.

    Raises:
        BadInput: the file is missing, of no known form, broken as a whole, or lacks a column of texts.
        TooLarge: the file is over ``max_bytes``.
    """
    form = _form(path, max_bytes)
    origin = digest(path)
    for number, fields, given in _records(path, form, columns or {}, max_bytes):
        if isinstance(fields, BadInput):
            yield Row(number, None, fields, given)
        else:
            yield _checked(number, fields, given, limits, source or plain_name(path.stem), origin)


def _form(path: Path, max_bytes: int) -> str:
    """The form of a file that can be read at all."""
    form = SUFFIXES.get(path.suffix.lower())
    demand_file(path)
    if form is None:
        raise BadInput("file", "form", f"The file's ending must be one of {', '.join(SUFFIXES)}.")
    if path.stat().st_size > max_bytes:
        raise TooLarge("file", "too_large", f"The file has more than {max_bytes} bytes; cut it into parts.")
    if path.stat().st_size == 0:
        raise BadInput("file", "empty", "The file is empty.")
    return form


def _records(path: Path, form: str, columns: Mapping[str, str], max_bytes: int) -> Iterator[_Record]:
    if form == "jsonl":
        return _json_records(path)
    if form in ("csv", "xlsx"):
        return _table_records(csv_records(path) if form == "csv" else xlsx_records(path, max_bytes), columns)
    return iter([(1, {"content": whole_text(path), "format": form, "channel": "hotline"}, None)])


def _checked(number: int, fields: Mapping[str, object], given: object, limits: Limits, name: str, origin: str) -> Row:
    given, row_id = given if given is not None else fields, fields.get("id")
    identified = isinstance(row_id, str | int) and not isinstance(row_id, bool) and str(row_id).strip() != ""
    source, row = (name, str(row_id)) if identified else (origin, str(number))
    default = Channel.HOTLINE if "content" in fields or fields.get("turns") else Channel.TRANSFER
    wanted = {key: value for key, value in fields.items() if key != "id"}
    if identified:
        wanted.setdefault("external_id", str(row_id)[: limits.short_chars])
    try:
        if identified:
            # It is part of the row's identity, also where the row has another name for outside
            no_impossible_characters("id", row)
        return Row(number, submission(wanted, limits, channel=default, source=source, row=row), None, given)
    except BadInput as error:
        return Row(number, None, error, given)


def _json_records(path: Path) -> Iterator[_Record]:
    for number, line in decoded_lines(path):
        if not line.strip():
            continue
        try:
            value = object_in(line, _READ)
            all_in_place(value, _READ)
        except BadInput as error:
            yield number, error, line
        else:
            yield number, value, line


@dataclass(frozen=True, slots=True)
class _Heading:
    """The names of a table's columns, which of them hold which field, and in which further sheet it stands, if in one.

    ``free_channel``: under 来源 stands what people wrote there, 市长信箱 too; under a column that is named as ours only
    what we know.
    """

    names: list[str]
    at: Mapping[str, list[int]]
    free_channel: bool
    sheet: Sheet | None

    @classmethod
    def of(cls, names: list[str], columns: Mapping[str, str], sheet: Sheet | None) -> _Heading:
        """The heading of these names. Raises ``BadInput``: no column of texts, or none of a name given."""
        at = _positions(names, columns)
        free = "channel" not in columns and any(not names[place].isascii() for place in at.get("channel", ()))
        return cls(names, at, free, sheet)

    def second(self, cells: Sequence[object] | BadInput) -> list[str] | None:
        """The names with those that a second row of the heading puts below (举报人信息: 姓名, 电话); None if it is no such row."""
        below = [] if isinstance(cells, BadInput) else _names(cells[: len(self.names)])
        known = {place for places in self.at.values() for place in places}
        if any(below[place] for place in known if place < len(below)) or not any(part_of(name) for name in below):
            return None
        return [name or above for name, above in zip_longest(below, self.names, fillvalue="")]

    def record(self, number: int, cells: Sequence[object]) -> _Record:
        """A row under this heading."""
        given = self._given(cells)
        told = {field: [cells[place] for place in places if place < len(cells)] for field, places in self.at.items()}
        for field, ones in told.items():
            for one in ones:
                if isinstance(one, BadInput):
                    return number, BadInput(field, one.rule, one.detail), given
            try:
                told[field] = [told_in(field, one) for one in ones]
            except BadInput as error:
                return number, error, given
        if any(cell not in (None, "") for cell in cells[len(self.names) :]):
            more = BadInput("row", "columns", "This row has more cells than the heading; is a quote missing?")
            return number, more, given
        return number, _fields(told, free_channel=self.free_channel), given

    def _given(self, cells: Sequence[object]) -> dict[str, str]:
        """The row as it stood there; of two columns of one name the second keeps its cell under its number."""
        given = {"sheet": self.sheet.name} if self.sheet else {}
        for place, (name, cell) in enumerate(zip(self.names, cells, strict=False), 1):
            told = "" if cell is None else str(cell)
            if name or told:
                given[f"{name} [{place}]" if name in given or not name else name] = told
        return given


def _names(cells: Sequence[object]) -> list[str]:
    return [str(cell).strip() if cell is not None else "" for cell in cells]


def _heading_among(
    rows: Iterator[Cells], columns: Mapping[str, str], sheet: Sheet | None
) -> tuple[_Heading, Iterator[Cells]]:
    """The heading, which a title and empty rows may stand above, and the rows below it.

    Names that stand in one row of a heading of two, because cells are merged, count for both.

    Raises:
        BadInput: none of the first rows has a column of texts, or of a name given; as is said of the first with something in it.
    """
    wrong, above, wide = None, list[str](), 0
    for _, cells, _ in islice(rows, HEADING_WITHIN):
        names = [] if isinstance(cells, BadInput) else _names(cells)
        wide = max(wide, len(names))
        names += [""] * (wide - len(names))
        try:
            if isinstance(cells, BadInput):
                raise cells
            heading = _Heading.of(names, columns, sheet)
        except BadInput as error:
            wrong = wrong or (error if isinstance(cells, BadInput) or any(names) else None)
            above = names
            continue
        if any(above):
            heading = _Heading.of(
                [own or over for own, over in zip_longest(names, above, fillvalue="")], columns, sheet
            )
        below = next(rows, None)
        if below is None or (both := heading.second(below[1])) is None:
            return heading, rows if below is None else chain([below], rows)
        return _Heading.of(both, columns, sheet), rows
    raise wrong or BadInput("file", "empty", "The file is empty.")


def _table_records(records: Iterator[Record], columns: Mapping[str, str]) -> Iterator[_Record]:
    """The rows of a table; of a workbook those of every sheet. A sheet without texts is told like a row, and raised where all are."""
    unread: list[_Record] = []
    wrong, read = BadInput("file", "empty", "The file is empty."), False
    for sheet, all_rows in by_sheet(records):
        first = next(all_rows)
        try:
            heading, rows = _heading_among(chain([first], all_rows), columns, sheet)
        except BadInput as error:
            wrong = wrong if unread else error
            # Lists to choose from stand in sheets that nobody is shown
            if sheet is None or not sheet.hidden:
                detail = f"This sheet of the workbook was not read. {error.detail}"
                unread.append(
                    (first[0], BadInput("sheet", "not_read", detail), {"sheet": sheet.name if sheet else None})
                )
            continue
        read = True
        yield from unread
        unread.clear()
        for number, cells, line in rows:
            if isinstance(cells, BadInput):
                yield number, cells, line
            elif any(cell not in (None, "") for cell in cells):
                yield heading.record(number, cells)
    if not read:
        raise wrong
    yield from unread


def _fields(told: Mapping[str, Sequence[object]], *, free_channel: bool) -> dict[str, object]:
    """The fields of a row from what its columns tell."""
    fields = {field: cells[0] for field, cells in told.items() if cells and field not in _OF_REPORTER}
    fields |= {"text": together(told["text"])} if told.get("text") else {}
    if free_channel and channel_of(fields.get("channel")) is None:
        fields.pop("channel", None)
    _told_as_call(fields)
    reporter = {field: cells_told(told.get(field, ())) for field in _OF_REPORTER}
    return fields | {"reporter": reporter} if any(reporter.values()) else fields


def _told_as_call(fields: dict[str, object]) -> None:
    """Makes a call of what stands under a transcript's heading; where it names no speakers it is a text like another."""
    transcript = fields.pop("transcript", None)
    if not isinstance(transcript, str) or not transcript.strip():
        return
    try:
        fields["content"] = ReadCall(transcript, turns_from_content(transcript, "plain"))
    except TooLarge:
        # What is too much is said with the limits at hand
        fields["content"] = transcript
    except BadInput:
        text = fields.get("text")
        fields["text"] = f"{text}\n{transcript}" if isinstance(text, str) and text.strip() else transcript


def _positions(names: Sequence[str], columns: Mapping[str, str]) -> dict[str, list[int]]:
    """Which columns hold which field, by the mapping given and then by the usual headings."""
    at: dict[str, list[int]] = {}
    # 內容 and ＩＤ are headings too
    lowered = [normalise(name).text for name in names]
    for field, column in columns.items():
        if field not in COLUMNS and field not in _OF_REPORTER:
            raise BadInput("columns", "field", f"A column can be mapped to {', '.join((*COLUMNS, *_OF_REPORTER))}.")
        plain = normalise(column).text.strip()
        if plain not in lowered:
            raise BadInput(field, "missing_column", "The heading has no column of the name given for this field.")
        at[field] = [lowered.index(plain)]
    plainly = [_AROUND.sub("", without_remark(name)) for name in lowered]
    for field, usual in COLUMNS.items():
        if field not in at:
            found = [place for name in usual for place, own in enumerate(plainly) if own == name]
            if found and not (field in _OF_CALLS and found[0] in {place for places in at.values() for place in places}):
                # What a register tells in two columns is one letter
                at[field] = found if field == "text" else found[:1]
    taken = {place for places in at.values() for place in places}
    for field in _OF_REPORTER:
        places = [place for place, name in enumerate(names) if place not in taken and part_of(name) == field]
        at.setdefault(field, places)
    if at.keys().isdisjoint(("text", "transcript", "summary")):
        raise BadInput(
            "text",
            "missing_column",
            f"No column holds the texts; name it {' or '.join(COLUMNS['text'][:4])}, or say which with --map text=COLUMN.",
        )
    return at
