"""The pages of staff in a real browser: on a laptop, enlarged twice, narrow, with a keyboard, and where an address is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import chromium, served

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PAGES = ["/docs", "/problems", "/jubao", "/v1/trends/2019-11.html"]
FAINT = """
    const light = colour => {
        const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = one => {
        for (; one; one = one.parentElement) {
            const colour = getComputedStyle(one).backgroundColor;
            if (!/, 0\\)$/.test(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const faint = [];
    for (const one of document.querySelectorAll('body *')) {
        if (![...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) || !one.getClientRects().length) continue;
        const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(one.textContent.slice(0, 40));
    }
    return faint;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield from chromium(tmp_path_factory.mktemp("browser") / "profile")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("--no-worker", TRIAGE_DATA_DIR=str(tmp_path_factory.mktemp("data"))) as where:
        yield where


def opened(browser: Any, address: str, width: int = 1366) -> None:
    size = {"width": width, "height": 768, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(address)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_read_on_a_laptop_enlarged_twice_and_narrow(browser: Any, address: str, page: str) -> None:
    browser.get_log("browser")
    for width in (1366, 683, 320):
        opened(browser, address + page, width)
        root = "document.documentElement"
        assert browser.execute_script(f"return {root}.scrollWidth <= {root}.clientWidth"), width
        assert browser.find_element(By.TAG_NAME, "h1").is_displayed()
    assert browser.execute_script(FAINT) == [], "WCAG 1.4.3"
    assert len(browser.find_elements(By.TAG_NAME, "main")) == 1
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
    assert all(one.startswith(address + "/static/") for one in loaded)
    # Chromium itself notes down the status of a page that tells of a problem; nothing else went wrong
    assert not [
        entry["message"] for entry in browser.get_log("browser") if "the server responded with" not in entry["message"]
    ]


def test_a_keyboard_goes_from_the_contents_to_a_route_and_sees_where_it_stands(browser: Any, address: str) -> None:
    opened(browser, address + "/docs")
    for _ in range(3):
        browser.switch_to.active_element.send_keys(Keys.TAB)
    here = browser.switch_to.active_element
    assert here.text == "POST /v1/reports"
    assert here.value_of_css_property("outline-style") == "solid"
    link = browser.find_element(By.CSS_SELECTOR, "a[href='#get-v1-trends']")
    link.send_keys(Keys.ENTER)
    assert browser.current_url.endswith("/docs#get-v1-trends")
    top = browser.execute_script("return document.getElementById('get-v1-trends').getBoundingClientRect().top")
    assert 0 <= top < 768


def test_a_mistyped_address_leads_on_to_the_form(browser: Any, address: str) -> None:
    opened(browser, address + "/jubao", 360)
    assert "没有找到" in browser.find_element(By.TAG_NAME, "h1").text
    assert browser.title == "没有找到 · Not found"
    browser.find_element(By.CSS_SELECTOR, "main a").click()
    assert browser.current_url == address + "/"
    assert "反映问题" in browser.find_element(By.TAG_NAME, "h1").text
