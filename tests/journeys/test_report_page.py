"""The monthly report in a real browser: on a sheet of A4 and on a phone, with a keyboard and with larger letters."""

from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="selenium is not installed")
from browsers import chromium
from selenium import webdriver
from selenium.webdriver.common.by import By

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "trends"))
from document_samples import document

from triage.trends.document import Tongue
from triage.trends.rendering import Form, rendered


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    yield from chromium(tmp_path_factory.mktemp("browser") / "profile")


def opened(browser: webdriver.Chrome, folder: Path, tongue: Tongue, width: int) -> None:
    page = folder / "report.html"
    page.write_bytes(rendered(document(), Form.HTML, tongue))
    size = {"width": width, "height": 1100, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page.as_uri())


@pytest.mark.parametrize("tongue", list(Tongue))
@pytest.mark.parametrize("width", [794, 360])
def test_nothing_stands_beyond_the_edge_of_a_sheet_or_a_phone(
    browser: webdriver.Chrome, tmp_path: Path, tongue: Tongue, width: int
) -> None:
    opened(browser, tmp_path, tongue, width)
    assert browser.execute_script("return innerWidth") == width
    for letters in ("", "22px"):
        browser.execute_script(f"document.body.style.fontSize = '{letters}'")
        root = "document.documentElement"
        assert browser.execute_script(f"return {root}.scrollWidth <= {root}.clientWidth")
    assert [entry["message"] for entry in browser.get_log("browser")] == []


def test_words_in_pictures_are_words_inside_the_picture_and_nothing_in_them_overlaps(
    browser: webdriver.Chrome, tmp_path: Path
) -> None:
    opened(browser, tmp_path, Tongue.ZH, 794)
    boxes = """
        const outside = [], meeting = [];
        for (const picture of document.querySelectorAll('svg.picture')) {
            const frame = picture.getBoundingClientRect();
            const words = [...picture.querySelectorAll('text')].map(word => [word.textContent, word.getBoundingClientRect()]);
            for (const [word, box] of words)
                if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2)
                    outside.push(word);
            const level = words.filter(([word]) => !/^20\\d\\d-/.test(word));
            level.forEach(([one, a], at) => level.slice(at + 1).forEach(([other, b]) => {
                if (a.left + 2 < b.right && b.left + 2 < a.right && a.top + 5 < b.bottom && b.top + 5 < a.bottom)
                    meeting.push(one + ' | ' + other);
            }));
        }
        return [document.querySelectorAll('svg.picture text').length, outside, meeting];
    """
    count, outside, meeting = browser.execute_script(boxes)
    assert count > 60
    assert outside == []
    assert meeting == []


def test_it_prints_on_a4_without_contents_and_without_empty_pages(browser: webdriver.Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, Tongue.ZH, 794)
    # Links of the contents are annotations of the sheet: none is there, because the contents are not printed.
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    pdf = b64decode(printed["data"])
    assert pdf.count(b"/MediaBox [0 0 594.95996 841.91998]") or b"/MediaBox [0 0 595" in pdf
    assert 3 <= pdf.count(b"/Type /Page\n") <= 6
    assert b"/Subtype /Link" not in pdf


def test_a_keyboard_reaches_contents_and_wide_tables(browser: webdriver.Chrome, tmp_path: Path) -> None:
    opened(browser, tmp_path, Tongue.ZH, 360)
    links = browser.find_elements(By.CSS_SELECTOR, "nav a")
    assert [link.text for link in links] == ["数量", "走势", "地区", "方法说明"]
    links[2].click()
    assert browser.current_url.endswith("#part-places")
    reached = browser.execute_script(
        "return [...document.querySelectorAll('.scroll')].every(box => box.tabIndex === 0 && box.getAttribute('aria-label'))"
    )
    assert reached
