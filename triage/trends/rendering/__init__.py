"""Files made of a document: HTML, DOCX, XLSX in Chinese or English, and JSON with both.

In goes a ``Document``, out come bytes that are the same for the same document; no figure and no sentence is added.
"""

from __future__ import annotations

from enum import StrEnum

from triage.trends.document import Document, Tongue
from triage.trends.document_form import document_bytes

__all__ = ["Form", "file_name", "files_of", "rendered"]


class Form(StrEnum):
    """A form of file; the value ends its name."""

    HTML = "html"
    DOCX = "docx"
    XLSX = "xlsx"
    JSON = "json"


def rendered(document: Document, form: Form, tongue: Tongue) -> bytes:
    """The file in one form; JSON is the same for both languages."""
    # Each form needs libraries of its own, which nobody else waits for.
    match form:
        case Form.JSON:
            return document_bytes(document)
        case Form.HTML:
            from triage.trends.rendering.pages import as_html

            return as_html(document, tongue)
        case Form.DOCX:
            from triage.trends.rendering.papers import as_docx

            return as_docx(document, tongue)
    from triage.trends.rendering.books import as_xlsx

    return as_xlsx(document, tongue)


def file_name(document: Document, form: Form, tongue: Tongue) -> str:
    """A name like 2019-11_51_r1_zh.html; the whole country is “all”, an open month has no revision."""
    parts = [document.month, document.place.code or "all"]
    parts += [f"r{document.revision}"] if document.revision else []
    parts += [] if form is Form.JSON else [tongue.value]
    return f"{'_'.join(parts)}.{form.value}"


def files_of(document: Document, tongues: tuple[Tongue, ...] = tuple(Tongue)) -> dict[str, bytes]:
    """Every form in these languages, by name of file."""
    return {
        file_name(document, form, tongue): rendered(document, form, tongue)
        for tongue in tongues
        for form in Form
        if form is not Form.JSON or tongue is tongues[0]
    }
