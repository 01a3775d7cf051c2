"""How the DOCX looks: A4, Chinese fonts by name, page numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.trends.document import Tongue

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

# Fonts that come with Word and WPS on the machines of offices: song for the text, hei for headings.
_SERIF, _SANS = ("Times New Roman", "宋体"), ("Arial", "黑体")
_INK, _ACCENT = "1B1B1B", "0A4F86"


def dressed(paper: Paper, tongue: Tongue) -> None:
    """Sets page and styles."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt

    page = paper.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2.2)
    styles = paper.styles
    for name in ("Cell", "Note"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, fonts, size, bold, before, after in (
        ("Normal", _SERIF, 11, False, 0, 6),
        ("Title", _SANS, 20, True, 0, 4),
        ("Subtitle", _SERIF, 11, False, 0, 10),
        ("Heading 1", _SANS, 15, True, 16, 6),
        ("List Bullet", _SERIF, 11.5, False, 0, 3),
        ("Caption", _SANS, 10.5, True, 8, 3),
        ("Cell", _SERIF, 9.5, False, 1.5, 1.5),
        ("Note", _SERIF, 9, False, 0, 2),
    ):
        style: ParagraphStyle = styles[name]
        _set_fonts(style, fonts, _ACCENT if name.startswith(("Title", "Heading")) else _INK, tongue)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    _without_border(styles["Title"])


def add_page_numbers(paper: Paper, form: str) -> None:
    """Writes page and pages into the footer, in a form like “{page} of {pages}”."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = paper.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, rest = form.split("{page}")
    between, after = rest.split("{pages}")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        paragraph.add_run(words)
        if field:
            _field(paragraph, field)


def _set_fonts(style: ParagraphStyle, fonts: tuple[str, str], colour: str, tongue: Tongue) -> None:
    from docx.shared import RGBColor

    latin, chinese = fonts
    style.font.name = latin
    style.font.color.rgb = RGBColor.from_string(colour)
    properties = style.element.get_or_add_rPr()
    named = properties.get_or_add_rFonts()
    # Theme fonts of the template would win over the names.
    for attribute in [name for name in named.attrib if name.endswith("Theme")]:
        del named.attrib[attribute]
    for which, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        named.set(_name(f"w:{which}"), font)
    for old in properties.findall(_name("w:lang")):
        properties.remove(old)
    own = "zh-CN" if tongue is Tongue.ZH else "en-GB"
    properties.append(_element("w:lang", {"w:val": own, "w:eastAsia": "zh-CN"}))


def _without_border(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for line in properties.findall(_name("w:pBdr")):
        properties.remove(line)


def _field(paragraph: Paragraph, code: str) -> None:
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run("1" if kind == "shown" else None)
        if kind == "code":
            part = _element("w:instrText", {"xml:space": "preserve"})
            part.text = f" {code} "
            run._r.append(part)
        elif kind != "shown":
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))


def _element(tag: str, attributes: dict[str, str]) -> BaseOxmlElement:
    from docx.oxml import OxmlElement

    made: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(_name(name), value)
    return made


def _name(short: str) -> str:
    from docx.oxml.ns import qn

    return "{http://www.w3.org/XML/1998/namespace}space" if short == "xml:space" else str(qn(short))
