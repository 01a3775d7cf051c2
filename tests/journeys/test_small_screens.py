"""A small phone with large letters, unsteady fingers, a keyboard alone, no script: what is seen, kept and lost there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsers import served

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as seen
from test_lost_answers import LETTER, MORE, Phone

HEIGHT = 640


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service that takes reports in and has none of them read."""
    with served("--no-worker", TRIAGE_DATA_DIR=str(tmp_path_factory.mktemp("data"))) as where:
        yield where


@pytest.fixture
def phone(address: str, browser: Any) -> Iterator[Phone]:
    yield small(browser, address)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def small(browser: Any, address: str, height: int = HEIGHT) -> Phone:
    size = {"width": 360, "height": height, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    return Phone(browser, address)


def edge(phone: Phone, place: str, which: str) -> float:
    script = f"return document.getElementById(arguments[0]).getBoundingClientRect().{which}"
    return float(phone.browser.execute_script(script, place))


def in_sight(phone: Phone, place: str) -> bool:
    return bool(edge(phone, place, "top") >= 0 and edge(phone, place, "bottom") < HEIGHT + 1)


def at_the_end(phone: Phone, place: str) -> None:
    """Moves the page until a place stands at the screen's lower edge, as whoever reads downwards has it."""
    phone.browser.execute_script("document.getElementById(arguments[0]).scrollIntoView({block: 'end'})", place)


def standing(phone: Phone) -> str:
    """Where the keyboard stands."""
    return str(phone.browser.switch_to.active_element.get_attribute("id"))


def sends(phone: Phone) -> str:
    phone.writes(LETTER)
    phone.presses("send")
    return phone.codes()[0]


def kept_text(phone: Phone, where: str) -> str:
    return str(phone.browser.find_element(By.ID, where).get_property("value"))


@pytest.mark.parametrize("letters", ["", "30px"])
def test_whoever_asks_sees_the_answer_without_looking_for_it(phone: Phone, letters: str) -> None:
    code = sends(phone)
    phone.browser.execute_script("document.documentElement.style.fontSize = arguments[0]", letters)
    at_the_end(phone, "ask-send")
    phone.is_told_of(code)
    phone.reads("talk")
    assert in_sight(phone, "answer")
    assert edge(phone, "talk-title", "bottom") < HEIGHT, "what we have written begins in sight"
    at_the_end(phone, "ask-send")
    assert "没有找到" in phone.is_told_of("0000-0000-0000-00000")
    assert in_sight(phone, "answer")
    assert "请先写下回执码" in phone.is_told_of("   ")


def test_what_went_wrong_is_seen_with_large_letters_too(phone: Phone) -> None:
    phone.is_told_of(sends(phone))
    phone.reads("talk")
    phone.browser.execute_script("document.documentElement.style.fontSize = '30px'")
    phone.writes("  ", "more")
    at_the_end(phone, "add-send")
    phone.presses("add-send")
    phone.reads("add-trouble")
    assert in_sight(phone, "add-trouble")


def test_the_way_out_is_at_hand_wherever_somebody_reads(phone: Phone) -> None:
    for place in ("text", "send", "ask-send"):
        at_the_end(phone, place)
        assert in_sight(phone, "leave"), place
    phone.writes(LETTER)
    phone.presses("leave")
    phone.wait.until(lambda driver: driver.current_url == "about:blank")


def test_the_way_out_covers_nothing_to_which_a_keyboard_leads(phone: Phone) -> None:
    phone.browser.find_element(By.ID, "ask-send").send_keys(Keys.SHIFT + Keys.TAB)
    passed = []
    while standing(phone) != "leave":
        passed.append(standing(phone))
        assert edge(phone, passed[-1], "top") >= edge(phone, "leave", "bottom"), passed[-1]
        phone.browser.switch_to.active_element.send_keys(Keys.SHIFT + Keys.TAB)
    assert passed == ["receipt", "send", "who", "place", "text"]


def test_without_script_the_way_out_leads_out_and_nobody_is_told_to_wait(address: str, browser: Any) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(address)
    assert "这个浏览器提交不了" in browser.find_element(By.TAG_NAME, "main").text
    assert "等一会儿" not in browser.find_element(By.TAG_NAME, "main").text, "nothing will come of waiting"
    browser.find_element(By.ID, "leave").click()
    assert browser.current_url == "about:blank"
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_second_tap_does_not_clear_the_receipt_that_the_first_one_brought(address: str, browser: Any) -> None:
    phone = small(browser, address, 800)
    sends(phone)
    y = edge(phone, "again", "top") + 20
    browser.get(address)
    phone.writes(LETTER)
    browser.execute_script(
        "scrollBy(0, document.getElementById('send').getBoundingClientRect().top + 20 - arguments[0])", y
    )
    spot = {"x": 180, "y": y, "button": "left", "clickCount": 1}
    for _ in range(2):
        for act in ("mousePressed", "mouseReleased"):
            browser.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": act, **spot})
        phone.wait.until(lambda _: not phone.shows("report"))
    assert len(phone.codes()[0]) == 20
    phone.presses("again")
    phone.wait.until(lambda _: phone.shows("report"))
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_with_letters_of_any_size_no_group_of_the_receipt_is_torn(phone: Phone) -> None:
    code = sends(phone)
    for size in ("20px", "30px", "40px"):
        phone.browser.execute_script("document.documentElement.style.fontSize = arguments[0]", size)
        groups = phone.browser.find_elements(By.CSS_SELECTOR, "#code b")
        assert "".join(group.text for group in groups) == code
        line = phone.browser.execute_script(
            "return parseFloat(getComputedStyle(document.getElementById('code')).lineHeight)"
        )
        assert all(group.rect["height"] <= line + 1 for group in groups), size
        assert phone.browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_letters_grow_for_whoever_has_set_larger_ones(phone: Phone) -> None:
    height = phone.browser.find_element(By.CSS_SELECTOR, "label[for=text]").rect["height"]
    phone.browser.execute_cdp_cmd("Page.setFontSizes", {"fontSizes": {"standard": 28}})
    phone.browser.refresh()
    assert phone.browser.find_element(By.CSS_SELECTOR, "label[for=text]").rect["height"] > 1.5 * height


@pytest.mark.parametrize("fate", ["request", [503, "{}"]], ids=str)
def test_a_keyboard_can_press_again_where_it_pressed(phone: Phone, fate: object) -> None:
    phone.comes_next(fate)
    phone.writes(LETTER)
    phone.browser.find_element(By.ID, "send").send_keys(Keys.ENTER)
    assert "再按一次" in phone.reads("report-trouble")
    phone.wait.until(lambda _: standing(phone) == "send")
    phone.browser.switch_to.active_element.send_keys(Keys.ENTER)
    (code,) = phone.codes()
    phone.writes(code, "receipt")
    phone.browser.find_element(By.ID, "ask-send").send_keys(Keys.ENTER)
    phone.reads("talk")
    assert standing(phone) == "ask-send"
    phone.writes(MORE, "more")
    phone.comes_next(fate)
    phone.browser.find_element(By.ID, "add-send").send_keys(Keys.ENTER)
    assert "再按一次" in phone.reads("add-trouble")
    phone.wait.until(lambda _: standing(phone) == "add-send")
    phone.browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert "收到了" in phone.reads("added")


def test_an_answer_that_never_comes_is_waited_for_no_longer_than_a_slow_line_needs(address: str, browser: Any) -> None:
    # A minute lasts half a second on this phone
    hurried = "const long = setTimeout; setTimeout = (what, time) => long(what, time / 120);"
    phone = small(browser, address)
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": hurried})
    browser.get(address)
    phone.comes_next("late")
    phone.writes(LETTER)
    phone.presses("send")
    assert "不知道有没有收到" in phone.reads("report-trouble")
    phone.presses("send")
    assert len(phone.codes()) == 1
    assert len({tuple(one) for one in phone.sent()}) == 1, "one key, one text"
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_characters_that_no_text_has_keep_nobody_from_sending(phone: Phone) -> None:
    fill = "document.getElementById(arguments[0]).value = arguments[1] + String.fromCharCode(0, 0xd83d)"
    for where, words in (("text", LETTER + "😡"), ("place", "柳林村"), ("name", "赵大娘"), ("contact", "小卖部代转")):
        phone.browser.execute_script(fill, where, words)
    phone.presses("send")
    phone.is_told_of(phone.codes()[0])
    assert phone.sent()[0][1] == LETTER + "😡"
    phone.reads("talk")
    phone.browser.execute_script(fill, "more", MORE)
    phone.presses("add-send")
    assert "收到了" in phone.reads("added")


def test_whoever_goes_back_to_the_page_finds_nothing_of_what_stood_there(phone: Phone, address: str) -> None:
    # The browser keeps a page that was left, as it stood, from its second visit on
    for _ in range(2):
        phone.browser.get(address)
        phone.wait.until(seen.element_to_be_clickable((By.ID, "send")))
        phone.writes(LETTER)
        phone.writes("0000-0000", "receipt")
        phone.browser.get(address + "/healthz")
        phone.browser.back()
        phone.wait.until(seen.element_to_be_clickable((By.ID, "send")))
        assert [kept_text(phone, where) for where in ("text", "receipt")] == ["", ""]


def test_what_was_begun_for_one_receipt_is_not_shown_under_another(phone: Phone) -> None:
    first = sends(phone)
    phone.browser.refresh()
    second = sends(phone)
    phone.is_told_of(first)
    phone.reads("talk")
    phone.writes(MORE, "more")
    phone.is_told_of(first.lower())
    phone.reads("talk")
    assert kept_text(phone, "more") == MORE, "the same receipt, typed once more"
    phone.is_told_of(second)
    phone.reads("talk")
    assert kept_text(phone, "more") == ""


def test_no_word_is_handed_to_a_speller_or_translator(phone: Phone) -> None:
    boxes = phone.browser.find_elements(By.CSS_SELECTOR, "textarea, input")
    assert [box.get_attribute("id") for box in boxes if box.get_property("spellcheck")] == []
    assert phone.browser.execute_script("return document.getElementById('code').translate") is False
    assert "浏览记录" in phone.browser.find_element(By.TAG_NAME, "header").text


def test_a_swipe_downwards_does_not_load_the_page_anew(phone: Phone) -> None:
    style = "return getComputedStyle(document.documentElement).overscrollBehaviorY"
    assert phone.browser.execute_script(style) in {"contain", "none"}
