"""The JSON form of a document, and back; the schema stands beside this module in ``document.schema.json``.

The bytes are the same for the same document: keys in the order of the form, one space of indent, UTF-8, a last newline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from triage.trends.document import (
    FORM,
    Bars,
    Cell,
    Column,
    ColumnKind,
    Document,
    HeatMap,
    Hidden,
    Lines,
    Missing,
    Number,
    Picture,
    Place,
    Provenance,
    Section,
    Series,
    Table,
    Text,
    Tile,
    TileMap,
    Value,
    Words,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_PICTURES: dict[str, type[Picture]] = {"lines": Lines, "bars": Bars, "heat_map": HeatMap, "tile_map": TileMap}


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of the form (draft 2020-12)."""
    loaded: dict[str, Any] = json.loads(files("triage.trends").joinpath("document.schema.json").read_text("utf-8"))
    return loaded


def document_bytes(document: Document) -> bytes:
    """The document as JSON."""
    return (json.dumps(document_form(document), ensure_ascii=False, indent=1) + "\n").encode()


def read_document(data: bytes | str) -> Document:
    """A document as it was.

    Raises:
        ValueError: the data hold another form, or do not fit together.
    """
    form = json.loads(data)
    if form.get("form") != FORM:
        raise ValueError(f"The document has form {form.get('form')}; this program reads form {FORM}.")
    return Document(
        month=form["month"],
        place=Place(form["place"]["code"], _read_text(form["place"]["name"])),
        title=_read_text(form["title"]),
        total=_read_value(form["total"]),
        headline=_texts(form["headline"]),
        sections=tuple(_read_section(section) for section in form["sections"]),
        method=_read_section(form["method"]),
        provenance=Provenance(**form["provenance"]),
        revision=form["revision"],
        changes=None if form["changes"] is None else _read_section(form["changes"]),
    )


def document_form(document: Document) -> dict[str, Any]:
    """The document as plain objects, lists and values."""
    return {
        "form": FORM,
        "month": document.month,
        "place": {"code": document.place.code, "name": _plain(document.place.name)},
        "revision": document.revision,
        "title": _plain(document.title),
        "total": _plain(document.total),
        "headline": _plain(document.headline),
        "changes": None if document.changes is None else _plain(document.changes),
        "sections": _plain(document.sections),
        "method": _plain(document.method),
        "provenance": _plain(document.provenance),
    }


def _plain(part: object) -> object:
    match part:
        case Number():
            ends = {} if part.low is None else {"low": part.low, "high": part.high}
            return {"number": part.value, **ends}
        case Words():
            return {"words": _plain(part.text)}
        case Hidden():
            return {"hidden": True}
        case Missing():
            return {"missing": _plain(part.reason)}
        case tuple():
            return [_plain(one) for one in part]
    return _fields(part) if is_dataclass(part) and not isinstance(part, type) else part


def _fields(part: DataclassInstance) -> dict[str, object]:
    kinds = [name for name, made in _PICTURES.items() if type(part) is made]
    parts = {field.name: _plain(getattr(part, field.name)) for field in fields(part)}
    return {"kind": kinds[0], **parts} if kinds else parts


def _read_text(form: Mapping[str, str]) -> Text:
    return Text(form["zh"], form["en"])


def _texts(forms: Sequence[Mapping[str, str]]) -> tuple[Text, ...]:
    return tuple(_read_text(form) for form in forms)


def _maybe(form: Mapping[str, str] | None) -> Text | None:
    return None if form is None else _read_text(form)


def _read_cell(form: Mapping[str, Any]) -> Cell:
    return Words(_read_text(form["words"])) if "words" in form else _read_value(form)


def _read_value(form: Mapping[str, Any]) -> Value:
    if "number" in form:
        return Number(form["number"], form.get("low"), form.get("high"))
    return Missing(_read_text(form["missing"])) if "missing" in form else Hidden()


def _values(forms: Sequence[Mapping[str, Any]]) -> tuple[Value, ...]:
    return tuple(_read_value(form) for form in forms)


def _read_table(form: Mapping[str, Any]) -> Table:
    columns = tuple(
        Column(one["name"], _read_text(one["title"]), ColumnKind(one["kind"]), _maybe(one["unit"]), one["decimals"])
        for one in form["columns"]
    )
    rows = tuple(tuple(_read_cell(cell) for cell in row) for row in form["rows"])
    title, note = _read_text(form["title"]), _maybe(form["note"])
    return Table(form["name"], title, columns, rows, form["key"], form["total"], note)


def _read_picture(form: Mapping[str, Any]) -> Picture:
    how: dict[str, Callable[[Any], Any]] = {
        **dict.fromkeys(("title", "reading", "alt", "unit"), _read_text),
        **dict.fromkeys(("marks", "labels", "rows", "columns"), _texts),
        "series": lambda parts: tuple(Series(_read_text(one["title"]), _values(one["values"])) for one in parts),
        "values": lambda rows: tuple(_values(row) for row in rows),
        "tiles": lambda parts: tuple(
            Tile(one["code"], _read_text(one["name"]), _read_value(one["value"])) for one in parts
        ),
    }
    made = _PICTURES[form["kind"]]
    return made(**{name: how[name](part) if name in how else part for name, part in form.items() if name != "kind"})


def _read_section(form: Mapping[str, Any]) -> Section:
    return Section(
        form["name"],
        _read_text(form["title"]),
        _texts(form["sentences"]),
        tuple(_read_table(table) for table in form["tables"]),
        tuple(_read_picture(picture) for picture in form["pictures"]),
        _texts(form["notes"]),
        form["readers_only"],
    )
