"""The report as one HTML file: nothing is loaded from elsewhere, no script, and it prints on A4."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from triage.trends.document import Cell, Column, ColumnKind, Document, Hidden, Picture, Section, Table, Text, Tongue
from triage.trends.rendering import wording
from triage.trends.rendering.canvas import as_svg
from triage.trends.rendering.order import in_order
from triage.trends.rendering.pictures import draw, key_of
from triage.trends.rendering.wording import Footnotes, heading, written

_LANGUAGES = {Tongue.ZH: "zh-CN", Tongue.EN: "en"}


_CODE = re.compile("`([^`]+)`")
# Characters with the signs between and the covered ones beside them
_CHINESE = re.compile("[●\u3000-\u303f\uff00-\uffef]*[\u3400-\u9fff][●\u3000-\u303f\u3400-\u9fff\uff00-\uffef]*")


@dataclass(frozen=True, slots=True)
class _Shown:
    tag: Markup
    tag_end: str
    style: str
    words: str


def as_html(document: Document, tongue: Tongue) -> bytes:
    """The HTML file in one language."""

    def told(text: Text) -> str:
        return text.told(tongue)

    def said(words: Text | str) -> Markup:
        """The same within a page, where a voice that reads it out is told what is Chinese in English."""
        plain = _CODE.sub(r"<code>\1</code>", str(escape(words if isinstance(words, str) else told(words))))
        return Markup(_CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', plain) if tongue is Tongue.EN else plain)  # noqa: S704  # escaped

    def svg(picture: Picture) -> Markup:
        made = as_svg(
            lambda: draw(picture, tongue), name=picture.name, title=told(picture.title), alt=told(picture.alt)
        )
        return Markup(made)  # noqa: S704  # matplotlib escapes every text that it writes

    page = _templates().get_template("report.html.j2")
    return (
        page.render(
            document=document,
            language=_LANGUAGES[tongue],
            css=Markup(_file("report.css").strip()),  # noqa: S704  # our own file
            words=wording,
            told=told,
            said=said,
            svg=svg,
            key=lambda picture: key_of(picture, tongue),
            order=_order,
            heading=lambda column: heading(column, tongue),
            rows=lambda table: _rows(table, tongue),
            notes=lambda table: Footnotes.of(table).lines(table, tongue),
        )
        + "\n"
    ).encode()


def _order(section: Section) -> list[tuple[str, Picture | Table]]:
    return [("table" if isinstance(thing, Table) else "picture", thing) for thing in in_order(section)]


def _rows(table: Table, tongue: Tongue) -> list[list[_Shown]]:
    notes = Footnotes.of(table)
    return [
        [_shown(cell, column, at < table.key, written(cell, column, notes, tongue)) for at, (cell, column) in cells]
        for cells in (list(enumerate(zip(row, table.columns, strict=True))) for row in table.rows)
    ]


def _shown(cell: Cell, column: Column, heads: bool, words: str) -> _Shown:
    styles = ["n"] if column.kind.is_quantity else []
    styles += ["w"] if column.kind in {ColumnKind.CODE, ColumnKind.MONTH} else []
    styles += ["hidden"] if isinstance(cell, Hidden) else []
    tag = 'th scope="row"' if heads else "td"
    return _Shown(Markup(tag), "th" if heads else "td", " ".join(styles), words)  # noqa: S704  # one of two words


@cache
def _templates() -> Environment:
    return Environment(autoescape=True, loader=FunctionLoader(_file), undefined=StrictUndefined)


@cache
def _file(name: str) -> str:
    return files("triage.trends").joinpath("templates", name).read_text("utf-8")
