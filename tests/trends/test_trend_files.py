"""The files of the monthly report, opened by the libraries that others open them with."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as Xml
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from document_samples import counts, document, months, value
from hypothesis import given
from hypothesis import strategies as st

from triage.trends.document import Bars, HeatMap, Hidden, Missing, Number, Text, Tile, TileMap, Tongue, same
from triage.trends.document_form import document_bytes
from triage.trends.rendering import Form, file_name, files_of, papers, rendered
from triage.trends.rendering.canvas import as_svg, chinese_font
from triage.trends.rendering.pictures import draw, key_of, without_chinese
from triage.trends.rendering.tiles import PROVINCES, spots
from triage.trends.rendering.wording import wrapped

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "monthly"
CLOSED = replace(document(), revision=1)


@pytest.fixture(scope="module")
def page() -> str:
    return rendered(document(), Form.HTML, Tongue.ZH).decode()


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a Chinese font: its pictures are the same everywhere."""
    monkeypatch.setattr(papers, "chinese_font", lambda: None)
    monkeypatch.setattr("triage.trends.rendering.canvas.chinese_font", lambda: None)


def opened(form: Form, tongue: Tongue = Tongue.ZH) -> io.BytesIO:
    return io.BytesIO(rendered(document(), form, tongue))


@pytest.mark.parametrize("form", list(Form))
def test_a_closed_month_is_the_golden_file(form: Form, no_font: None) -> None:
    """Write them anew by ``python tests/trends/make_golden.py`` when a file is meant to change, and look at them."""
    golden = (GOLDEN / file_name(CLOSED, form, Tongue.ZH)).read_bytes()
    made = rendered(CLOSED, form, Tongue.ZH)
    if form in {Form.HTML, Form.JSON}:
        assert made.decode() == golden.decode()
    else:
        # Other builds of zlib pack the same members into other bytes.
        assert members(made) == members(golden)


def members(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as file:
        return {one.filename: file.read(one) for one in file.infolist()}


def test_the_same_document_gives_the_same_bytes_twice() -> None:
    small = replace(document(), sections=(counts(),))
    first = files_of(small)
    for name, again in files_of(small).items():
        assert first[name] == again
    assert sorted(first) == [
        *("2019-11_51.json", "2019-11_51_en.docx", "2019-11_51_en.html", "2019-11_51_en.xlsx"),
        *("2019-11_51_zh.docx", "2019-11_51_zh.html", "2019-11_51_zh.xlsx"),
    ]
    for name in ("2019-11_51_zh.docx", "2019-11_51_zh.xlsx"):
        with ZipFile(io.BytesIO(first[name])) as file:
            assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_font_without_a_bold_face_is_no_news_to_whoever_asked_for_a_report(caplog: pytest.LogCaptureFixture) -> None:
    from matplotlib import font_manager

    rendered(document(), Form.HTML, Tongue.ZH)
    with caplog.at_level("WARNING"):
        font_manager.findfont(font_manager.FontProperties(family="a font that nobody has", weight="bold"))
    assert not caplog.records


def test_the_page_loads_nothing_and_runs_nothing(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_the_page_has_landmarks_headers_captions_and_ids_of_its_own(page: str) -> None:
    for landmark in ("<header>", '<nav aria-label="目录">', '<main id="content">', "<footer "):
        assert landmark in page
    assert '<html lang="zh-CN">' in page
    assert page.count("<caption>") == page.count("<table ") == 4
    assert '<th scope="col" class="n">占比</th>' in page
    assert '<th scope="row">贪污侵占</th>' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for pointed in re.findall(r'(?:href="#|url\(#)([^")]+)', page) + re.findall(r'aria-labelledby="([^"]+)"', page):
        assert set(pointed.split()) <= set(ids)


def test_pictures_keep_their_words_as_words_and_say_what_they_show(page: str) -> None:
    pictures = re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL)
    assert len(pictures) == 4
    for picture in pictures:
        Xml.fromstring(picture)  # noqa: S314  # our own
        assert re.search(r"<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", picture)
    assert ">凉山彝族自治州</text>" in "".join(pictures)
    assert "DejaVu" not in page
    assert "斜线：不显示" in page
    assert "断开：无数据，不等于零" in page


def test_hidden_and_missing_cells_show_no_number_and_say_why(page: str) -> None:
    row = re.search(r'<th scope="row">资金不公开</th>(.*?)</tr>', page)
    assert row is not None
    assert re.sub(r"<[^>]+>", "|", row[1]).strip("|").split("||") == ["不显示", "不显示", "不显示", "—"]
    assert "—：当月无记录" in page
    assert "标为“不显示”的数过小" in page


def test_several_reasons_are_numbered_so_that_no_number_passes_for_a_figure() -> None:
    section = counts()
    rows = [list(row) for row in section.tables[0].rows]
    rows[0][4] = Missing(Text("未说明", "not told"))
    two = replace(section.tables[0], rows=tuple(tuple(row) for row in rows))
    page = rendered(replace(document(), sections=(replace(section, tables=(two,)),)), Form.HTML, Tongue.EN).decode()
    assert '<td class="n">— [1]</td>' in page
    assert "<li>— [1]: not told</li>" in page
    assert "<li>— [2]: no record of that month</li>" in page


def test_words_from_outside_start_neither_markup_nor_a_formula() -> None:
    sly = Text('=HYPERLINK("x")<script>alert(1)</script>', "+1<b>")
    section = counts()
    picture = replace(section.pictures[0], labels=(sly, *section.pictures[0].labels[1:]), title=sly, alt=sly)
    risky = replace(document(), title=sly, headline=(sly,), sections=(replace(section, pictures=(picture,)),))
    page = rendered(risky, Form.HTML, Tongue.ZH).decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    book = openpyxl.load_workbook(io.BytesIO(rendered(risky, Form.XLSX, Tongue.ZH)))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    sly_cells = [cell for cell in cells if str(cell.value).startswith("=")]
    assert len(sly_cells) >= 3
    assert all(cell.quotePrefix for cell in sly_cells)


def test_the_docx_has_headings_captions_repeated_headers_alt_text_and_page_numbers() -> None:
    paper = docx.Document(opened(Form.DOCX))
    styles = [(one.style.name, one.text) for one in paper.paragraphs if one.style is not None]
    assert ("Title", "四川省2019年11月举报情况月报") in styles
    assert [text for name, text in styles if name == "Heading 1"] == [
        *("要点", "数量", "走势", "地区", "方法说明", "数据来源与版本")
    ]
    assert ("Caption", "按类别") in styles
    assert len(paper.inline_shapes) == 4
    body = paper.element.xml
    assert body.count("<w:tblHeader") == len(paper.tables) == 4
    assert 'descr="按类别的条形图，五类，其中两类不予显示。"' in body
    footer = paper.sections[0].footer._element.xml
    assert " PAGE " in footer
    assert " NUMPAGES " in footer
    assert [cell.text for cell in paper.tables[0].rows[1].cells] == [
        *("贪污侵占", "31", "24", "35.2%（32.2%–38.2%）", "382,695.00")
    ]
    assert paper.styles["Heading 1"].element.xml.count("黑体") == 1
    assert (paper.core_properties.title, paper.core_properties.author) == ("四川省2019年11月举报情况月报", "")
    assert str(paper.core_properties.created) == "2019-12-02 01:00:00+00:00"


def test_without_a_chinese_font_pictures_speak_english_and_the_paper_says_so(no_font: None) -> None:
    paper = docx.Document(opened(Form.DOCX))
    assert any("没有中文字体" in one.text for one in paper.paragraphs)


def test_without_a_chinese_font_a_name_without_english_becomes_its_number(no_font: None) -> None:
    section = counts()
    picture = replace(section.pictures[0], labels=tuple(same(label.zh) for label in section.pictures[0].labels))
    bare = without_chinese(picture)
    assert isinstance(bare, Bars)
    assert [label.en for label in bare.labels] == ["(1)", "(2)", "(3)", "(4)", "(5)"]
    paper = rendered(replace(document(), sections=(replace(section, pictures=(picture,)),)), Form.DOCX, Tongue.EN)
    assert any("numbered as in the table" in one.text for one in docx.Document(io.BytesIO(paper)).paragraphs)


@pytest.mark.parametrize("form", list(Form))
def test_signs_that_no_file_may_hold_harm_none(form: Form) -> None:
    odd = Text("甲\x00\x0b\u202e乙\n丙\uffff", "a\x1bb")
    section = counts()
    picture = replace(section.pictures[0], title=odd, labels=(odd, *section.pictures[0].labels[1:]))
    made = rendered(replace(document(), title=odd, sections=(replace(section, pictures=(picture,)),)), form, Tongue.ZH)
    if form is Form.HTML:
        assert "<h1>甲\ufffd\ufffd\ufffd乙 丙\ufffd</h1>" in made.decode()
        for svg in re.findall(r"<svg .*?</svg>", made.decode(), flags=re.DOTALL):
            Xml.fromstring(svg)  # noqa: S314  # our own


@pytest.mark.skipif(chinese_font() is None, reason="no Chinese font on this machine (Debian: fonts-noto-cjk)")
def test_with_a_chinese_font_pictures_speak_chinese() -> None:
    paper = docx.Document(opened(Form.DOCX))
    assert not any("没有中文字体" in one.text for one in paper.paragraphs)


def test_the_workbook_has_contents_with_links_and_numbers_as_numbers() -> None:
    book = openpyxl.load_workbook(opened(Form.XLSX))
    assert book.sheetnames == ["目录", "按类别", "按月", "按地区", "地区与类别"]
    links = [cell.hyperlink.location for row in book["目录"] for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    sheet = book["按类别"]
    assert [cell.value for cell in sheet[3]][:7] == [
        *("类别", "本月", "上月", "占比", "占比 下限", "占比 上限", "涉及金额（元）")
    ]
    assert [cell.value for cell in sheet[4]][:3] == ["贪污侵占", 31, 24]
    assert (sheet["D4"].number_format, sheet["G4"].number_format) == ("0.0%", "#,##0.00")
    assert sheet["G4"].value == pytest.approx(382_695.0)
    assert [cell.value for cell in sheet[8]][:3] == ["资金不公开", "不显示", "不显示"]
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$3:$3"


def test_charts_are_native_and_leave_gaps_where_nothing_is_shown() -> None:
    book = openpyxl.load_workbook(opened(Form.XLSX))
    (bars,), (lines,) = book["按类别"]._charts, book["按月"]._charts
    assert (type(bars).__name__, type(lines).__name__) == ("BarChart", "LineChart")
    assert lines.display_blanks == "gap"
    assert lines.series[0].val.numRef.f.startswith("按月!$B$")
    first, last = (int(row) for row in re.findall(r"\$(\d+)", lines.series[0].val.numRef.f))
    shown = [book["按月"].cell(row, 2).value for row in range(first, last + 1)]
    assert len(shown) == 13
    assert [at for at, seen in enumerate(shown) if seen is None] == [4, 7]
    assert not [seen for seen in shown if isinstance(seen, str)]


def test_names_of_sheets_fit_excel_and_differ() -> None:
    section = counts()
    title = Text("目录/[很长]" * 8, "History")
    twins = tuple(replace(section.tables[0], name=f"t{number}", title=title) for number in range(3))
    odd = replace(document(), sections=(replace(section, tables=twins, pictures=()),))
    for tongue in Tongue:
        names = openpyxl.load_workbook(io.BytesIO(rendered(odd, Form.XLSX, tongue))).sheetnames
        assert len({name.casefold() for name in names}) == 4
        assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
        assert "history" not in {name.casefold() for name in names}


@pytest.mark.parametrize("tongue", list(Tongue))
def test_provinces_lie_where_they_lie_and_other_divisions_in_order(tongue: Tongue) -> None:
    assert len(set(PROVINCES.values())) == len(PROVINCES) == 34
    west, east, north, south = (PROVINCES[code] for code in ("65", "31", "23", "46"))
    assert west[0] < east[0]
    assert north[1] < south[1]
    assert spots(["5134", "5101", "5103"]) == {"5101": (0, 0), "5103": (1, 0), "5134": (2, 0)}
    nation = TileMap(
        *("nation", same("n"), "t", same("r"), same("a"), same("u")),
        tuple(Tile(code, same(code), Hidden() if code == "54" else Number(int(code))) for code in PROVINCES),
    )
    drawn = as_svg(lambda: draw(nation, tongue), name="nation", title="n", alt="a")
    assert all(f">{code}</text>" in drawn for code in PROVINCES)
    assert key_of(nation, tongue)


def test_a_picture_in_which_everything_is_hidden_or_nothing_stands_can_be_drawn() -> None:
    words = (same("n"), "t", same("r"), same("a"), same("u"))
    empty = HeatMap("h", *words, (), (), ())
    hidden = HeatMap("h", *words, (same("a"),), (same("b"),), ((Hidden(),),))
    for picture in (empty, hidden, TileMap("m", *words, ())):
        assert "<svg" in as_svg(lambda picture=picture: draw(picture, Tongue.EN), name="x", title="t", alt="a")
    section = counts()
    gone = replace(
        section.pictures[0], labels=(), series=tuple(replace(s, values=()) for s in section.pictures[0].series)
    )
    for form in (Form.HTML, Form.XLSX):
        assert rendered(replace(document(), sections=(replace(section, pictures=(gone,)),)), form, Tongue.EN)


@given(st.text(alphabet=" -/abc贫困县村", max_size=60), st.integers(2, 12))
def test_wrapping_a_label_loses_no_sign(label: str, width: int) -> None:
    told = wrapped(label, width)
    assert re.sub(r"\s", "", told) == re.sub(r"\s", "", label)


def test_a_json_file_is_the_document_itself() -> None:
    assert rendered(document(), Form.JSON, Tongue.EN) == document_bytes(document())
    assert value(None) == Hidden()


def test_an_english_page_says_what_in_it_is_chinese_and_what_is_a_command() -> None:
    told = replace(
        document(),
        headline=(Text("见凉山<b>", "Told: “凉山、布拖●●的”, see `triage show` & <b>"),),
        sections=(counts(),),
    )
    english = rendered(told, Form.HTML, Tongue.EN).decode()
    chinese = '<span lang="zh-CN">凉山、布拖●●的</span>'
    assert f"<li>Told: “{chinese}”, see <code>triage show</code> &amp; &lt;b&gt;</li>" in english
    assert "<li>见凉山&lt;b&gt;</li>" in rendered(told, Form.HTML, Tongue.ZH).decode()
    outside = re.sub(r'<style>.*?</style>|<span lang="zh-CN">[^<]*</span>', "", english, flags=re.DOTALL)
    assert not re.search("[\u4e00-\u9fff]", outside)


def test_the_moment_of_counting_is_that_of_clocks_in_china() -> None:
    moment = replace(document().provenance, counted_at="2019-12-01T16:05:09Z")
    small = replace(document(), sections=(counts(),), provenance=moment)
    assert "<dt>计数时间（北京时间）</dt><dd>2019-12-02 00:05</dd>" in rendered(small, Form.HTML, Tongue.ZH).decode()
    assert (
        "<dt>Counted at (Beijing time)</dt><dd>2019-12-02 00:05</dd>" in rendered(small, Form.HTML, Tongue.EN).decode()
    )


def test_bars_of_two_months_are_told_apart_on_grey_paper() -> None:
    (picture,) = counts().pictures
    drawn = as_svg(lambda: draw(picture, Tongue.ZH), name="n", title="t", alt="a").lower()
    now, before = "#0072b2", "#d55e00"
    assert f"fill: {now}" in drawn
    assert f"fill: {before}" not in drawn, "the bars of the month before are an edge alone, here and in the key"
    assert f"fill: #ffffff; stroke: {before}" in drawn
    with ZipFile(opened(Form.XLSX)) as book:
        charts = [book.read(name).decode() for name in book.namelist() if "charts/chart" in name]
    bars = next(chart for chart in charts if "<c:barChart>" in chart and chart.count("<c:ser>") == 2)
    assert '<a:srgbClr val="FFFFFF"/>' in bars[bars.rindex("<c:ser>") :]


def test_a_scale_of_reports_has_no_half_reports_and_a_zero_is_seen_whole() -> None:
    (picture,) = months().pictures
    few = tuple(replace(one, values=tuple(Number(at % 11) for at in range(13))) for one in picture.series)
    drawn = as_svg(lambda: draw(replace(picture, series=few), Tongue.ZH), name="n", title="t", alt="a")
    steps = re.findall(r">(\d+(?:\.\d+)?)</text>", drawn)
    assert len(steps) > 2
    assert all(step.isdecimal() for step in steps)
    lines = re.findall(r'<g id="n-line2d_[0-9]+">\s*<path[^>]*clip-path[^>]*stroke: #0072b2', drawn)
    assert lines == []


def test_of_several_lines_a_hidden_value_bears_the_mark_of_its_line(page: str) -> None:
    (picture,) = months().pictures
    shown = tuple(
        replace(one, values=tuple(Number(7) if isinstance(value, Hidden) else value for value in one.values))
        for one in picture.series
    )
    hidden = as_svg(lambda: draw(picture, Tongue.ZH), name="n", title="t", alt="a")
    plain = as_svg(lambda: draw(replace(picture, series=shown), Tongue.ZH), name="n", title="t", alt="a")
    # A point that goes from the line comes back as a mark above the foot that stands for it
    assert hidden.count("<use ") == plain.count("<use ")


def test_months_and_dates_stay_on_one_line(page: str) -> None:
    assert '<th scope="row" class="w">2019-11</th>' in page
    assert ".w{white-space:nowrap}" in page
