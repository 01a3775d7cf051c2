"""The report as DOCX: real headings and captions, repeated table headers, pictures with alt text, page numbers."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from triage.trends.document import Document, Picture, Section, Table, Text, Tongue
from triage.trends.rendering import wording
from triage.trends.rendering.canvas import as_png, chinese_font
from triage.trends.rendering.order import in_order
from triage.trends.rendering.paper_style import add_page_numbers, dressed
from triage.trends.rendering.paper_table import add_table
from triage.trends.rendering.pictures import draw, key_of, without_chinese
from triage.trends.rendering.wording import Footnotes, heading, written
from triage.trends.rendering.zipped import repacked

if TYPE_CHECKING:
    from docx.document import Document as Paper

_TALLEST = 5.6
"""Height in inches that a picture takes of a page at most."""


def as_docx(document: Document, tongue: Tongue) -> bytes:
    """The DOCX file in one language."""
    import docx

    paper = docx.Document()
    dressed(paper, tongue)
    _describe(paper, document, tongue)
    _Writer(paper, tongue).write(document)
    add_page_numbers(paper, wording.PAGE.told(tongue))
    with io.BytesIO() as file:
        paper.save(file)
        return repacked(file.getvalue())


def _describe(paper: Paper, document: Document, tongue: Tongue) -> None:
    about = paper.core_properties
    counted = datetime.fromisoformat(document.provenance.counted_at.replace("Z", "+00:00")).replace(tzinfo=None)
    about.title = document.title.told(tongue)
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.created = about.modified = counted.replace(microsecond=0)
    about.revision = max(1, document.revision)
    about.language = {Tongue.ZH: "zh-CN", Tongue.EN: "en"}[tongue]


class _Writer:
    """Writes parts one below the other."""

    def __init__(self, paper: Paper, tongue: Tongue) -> None:
        self._paper = paper
        self._tongue = tongue

    def write(self, document: Document) -> None:
        """The whole report."""
        told = self._told
        self._paper.add_heading(told(document.title), 0)
        standing = (told(document.place.name), document.month, told(wording.standing(document)))
        self._paper.add_paragraph(" · ".join(standing), "Subtitle")
        if document.headline:
            self._paper.add_heading(told(wording.HEADLINE), 1)
            for sentence in document.headline:
                self._paper.add_paragraph(told(sentence), "List Bullet")
        for section in document.parts():
            self._section(section)
        self._paper.add_heading(told(wording.ABOUT), 1)
        for name, value in wording.about(document.provenance):
            colon = "：" if self._tongue is Tongue.ZH else ": "
            self._paper.add_paragraph(f"{told(name)}{colon}{value}", "Note")

    def _told(self, text: Text) -> str:
        return text.told(self._tongue)

    def _section(self, section: Section) -> None:
        self._paper.add_heading(self._told(section.title), 1)
        for sentence in section.sentences:
            self._paper.add_paragraph(self._told(sentence))
        for thing in in_order(section):
            if isinstance(thing, Table):
                self._table(thing)
            else:
                self._picture(thing)
        for note in section.notes:
            self._paper.add_paragraph(self._told(note), "Note")

    def _picture(self, picture: Picture) -> None:
        from docx.shared import Inches

        # A picture of boxes helps nobody: without a Chinese font its labels are English, or numbers of the table's rows.
        shown, readable = (picture, self._tongue) if chinese_font() else (without_chinese(picture), Tongue.EN)
        made = as_png(lambda: draw(shown, readable))
        self._paper.add_paragraph(self._told(picture.title), "Caption").paragraph_format.keep_with_next = True
        shape = self._paper.add_picture(
            io.BytesIO(made.png), width=Inches(made.width * min(6.2 / made.width, _TALLEST / made.height))
        )
        # The library names the file after a number of its own; what a screen reader says is the alt text.
        shape._inline.docPr.set("descr", self._told(picture.alt))
        shape._inline.docPr.set("title", self._told(picture.title))
        self._paper.paragraphs[-1].paragraph_format.keep_with_next = True
        self._paper.add_paragraph(self._told(picture.reading)).paragraph_format.keep_with_next = True
        told = key_of(picture, self._tongue)
        told += self._told(wording.ENGLISH_LABELS) if readable is not self._tongue or shown != picture else ""
        if told:
            self._paper.add_paragraph(told, "Note")

    def _table(self, table: Table) -> None:
        self._paper.add_paragraph(self._told(table.title), "Caption").paragraph_format.keep_with_next = True
        notes = Footnotes.of(table)
        heads = [heading(column, self._tongue) for column in table.columns]
        rows = [
            [written(cell, column, notes, self._tongue) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        numbers = [column.kind.is_quantity for column in table.columns]
        add_table(self._paper, [heads, *rows], numbers, total=table.total)
        for line in notes.lines(table, self._tongue):
            self._paper.add_paragraph(line, "Note")
        self._paper.add_paragraph("", "Note")
