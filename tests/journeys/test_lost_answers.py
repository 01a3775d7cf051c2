"""A phone with a bad connection: what the page says when an answer is lost, and that nothing arrives twice or goes amiss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from browsers import served

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.wait import WebDriverWait

LETTER = "俺们柳林村的支书把俺家的危房改造款扣了三千块，俺不识几个字，请帮俺问问。"
MORE = "又想起来，是前年腊月的事。"
# Stands between page and service: notes what is sent, loses answers on their way back ("answer") or requests on their
# way there ("request"), or answers itself (a list of status and body).
LINE = """
window.sent = [];
window.next = [];
const real = window.fetch;
window.fetch = (address, options) => {
  const fate = window.next.shift();
  if (address === "/v1/reports") { window.sent.push([options.headers["Idempotency-Key"], JSON.parse(options.body).text]); }
  if (fate === "request") { return Promise.reject(new TypeError("Failed to fetch")); }
  if (Array.isArray(fate)) { return Promise.resolve(new Response(fate[1], {status: fate[0]})); }
  if (fate === "late") { return new Promise(come => { window.arrives = () => come(real(address, options)); }); }
  const answer = real(address, options);
  return fate === "answer" ? answer.then(() => { throw new TypeError("Failed to fetch"); }) : answer;
};
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service that takes reports in and has none of them read."""
    with served("--no-worker", TRIAGE_DATA_DIR=str(tmp_path_factory.mktemp("data"))) as where:
        yield where


class Phone:
    """A reporter's phone: types, presses, reads what is on the page."""

    def __init__(self, browser: webdriver.Chrome, address: str, first: str = LINE) -> None:
        self.browser = browser
        self.wait = WebDriverWait(browser, 15)
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": first})
        browser.get(address)

    def comes_next(self, *fates: object) -> None:
        self.browser.execute_script(f"window.next = {json.dumps(fates)};")

    def writes(self, text: str, where: str = "text") -> None:
        self.browser.find_element(By.ID, where).send_keys(text)

    def presses(self, button: str) -> None:
        self.wait.until(seen.element_to_be_clickable((By.ID, button))).click()

    def reads(self, place: str) -> str:
        return str(self.wait.until(seen.visibility_of_element_located((By.ID, place))).text)

    def shows(self, place: str) -> bool:
        return bool(self.browser.find_element(By.ID, place).is_displayed())

    def codes(self) -> list[str]:
        self.reads("done")
        return [one.text.replace("\n", "") for one in self.browser.find_elements(By.CSS_SELECTOR, "#done .code")]

    def sent(self) -> list[list[str]]:
        return list(self.browser.execute_script("return window.sent;"))

    def is_told_of(self, code: str) -> str:
        box = self.browser.find_element(By.ID, "receipt")
        box.clear()
        box.send_keys(code)
        self.presses("ask-send")
        # The button comes back with the answer.
        self.wait.until(seen.element_to_be_clickable((By.ID, "ask-send")))
        return self.reads("answer")


@pytest.fixture
def phone(address: str, browser: Any) -> Phone:
    return Phone(browser, address)


@pytest.mark.parametrize(
    "fate",
    [
        "request",
        "answer",
        [503, '{"code": "unavailable"}'],
        [500, '{"code": "error"}'],
        [413, '{"code": "too_large"}'],
        [502, "<html>Bad Gateway</html>"],
        [404, "<html>Not Found</html>"],
        [200, "<html>Log in to this network</html>"],
        [200, '{"state": "of a later version"}'],
    ],
    ids=str,
)
def test_whoever_cannot_be_answered_now_is_not_told_that_no_report_has_the_code(phone: Phone, fate: object) -> None:
    phone.comes_next(fate)
    told = phone.is_told_of("0000-0000-0000-00000")
    assert "现在查不了。您的举报没有丢，请过一会儿再查。" in told
    assert "cannot be looked up right now. Your report is not lost" in told
    assert "没有找到" in phone.is_told_of("0000-0000-0000-00000"), "the service itself was asked and knows of none"


def test_pressing_again_after_a_lost_answer_gets_the_receipt_of_the_one_report(phone: Phone) -> None:
    phone.comes_next("answer", [502, "<html>Bad Gateway</html>"], "request")
    phone.writes(LETTER)
    for _ in range(3):
        phone.presses("send")
        told = phone.reads("report-trouble")
        assert "不知道有没有收到。请不要改动，再按一次“提交”" in told
        assert "We cannot tell whether it arrived" in told
        assert "没有提交成功" not in told
    phone.presses("send")
    (code,) = phone.codes()
    assert "已收到" in phone.is_told_of(code)
    assert not phone.shows("report")
    assert len({tuple(one) for one in phone.sent()}) == 1, "one key, one text"
    assert len(phone.sent()) == 4


def test_a_text_changed_after_a_lost_answer_is_told_apart_and_the_first_receipt_can_be_had(phone: Phone) -> None:
    phone.comes_next("answer")
    phone.writes(LETTER)
    phone.presses("send")
    phone.reads("report-trouble")
    phone.writes(MORE)
    phone.presses("send")
    assert "您先前写的已经收到了。现在写的跟先前的不一样，还没有提交。" in phone.reads("arrived")
    phone.comes_next("answer")
    phone.presses("fetch")
    assert "现在取不到回执码" in phone.reads("report-trouble")
    phone.presses("fetch")
    (first,) = phone.codes()
    assert "上面现在写的还没有提交" in phone.reads("rest")
    assert phone.browser.find_element(By.ID, "text").get_attribute("value") == LETTER + MORE
    phone.presses("send")
    phone.wait.until(lambda _: not phone.shows("report"))
    assert phone.codes()[0] == first
    assert not phone.shows("rest"), "nothing is left to send"
    assert len(set(phone.codes())) == 2
    for code in phone.codes():
        assert "已收到" in phone.is_told_of(code)
    old, new = LETTER, LETTER + MORE
    assert [text for _, text in phone.sent()] == [old, new, old, old, new]
    assert len({key for key, _ in phone.sent()[:4]}) == 1
    assert phone.sent()[4][0] != phone.sent()[0][0]


def test_a_text_changed_after_a_lost_answer_can_be_sent_as_a_further_report(phone: Phone) -> None:
    phone.comes_next("answer", "answer")
    phone.writes(LETTER)
    phone.presses("send")
    phone.reads("report-trouble")
    phone.writes(MORE)
    phone.presses("send")
    # The answer that would have told of the change is lost as well.
    assert "不知道有没有收到" in phone.reads("report-trouble")
    phone.writes(MORE)
    phone.presses("send")
    phone.reads("arrived")
    phone.presses("further")
    phone.wait.until(lambda _: not phone.shows("report"))
    assert len(set(phone.codes())) == len(phone.codes()) == 2
    assert "先前那份" in phone.reads("earlier")
    for code in phone.codes():
        assert "已收到" in phone.is_told_of(code)
    assert len({key for key, _ in phone.sent()}) == 2, "two reports, whatever was pressed"


def test_a_text_put_back_as_it_was_is_no_further_report(phone: Phone) -> None:
    phone.comes_next("answer")
    phone.writes(LETTER)
    phone.presses("send")
    phone.reads("report-trouble")
    phone.writes("。")
    phone.presses("send")
    phone.reads("arrived")
    phone.writes("\b")
    phone.presses("further")
    phone.wait.until(lambda _: not phone.shows("report"))
    assert len(phone.codes()) == 1
    assert len({key for key, _ in phone.sent()}) == 1


def test_a_text_changed_after_a_request_that_never_arrived_is_simply_sent(phone: Phone) -> None:
    phone.comes_next("request")
    phone.writes(LETTER)
    phone.presses("send")
    assert "不知道有没有收到" in phone.reads("report-trouble")
    phone.writes(MORE)
    phone.presses("send")
    assert len(phone.codes()) == 1
    assert not phone.shows("arrived")
    assert not phone.shows("earlier")


@pytest.mark.parametrize(
    ("fate", "told"),
    [
        ([422, '{"rule": "no_words"}'], "里面没有文字"),
        ([413, "<html>Request Entity Too Large</html>"], "太长了"),
        ([429, "{}"], "次数太多了"),
        ([422, '{"rule": "nul"}'], "没有提交成功，您写的还在"),
    ],
    ids=["no words", "too long for the proxy", "too many", "another rule"],
)
def test_what_was_surely_refused_is_not_told_as_unknown(phone: Phone, fate: object, told: str) -> None:
    phone.comes_next(fate)
    phone.writes(LETTER)
    phone.presses("send")
    assert told in phone.reads("report-trouble")
    assert "不知道" not in phone.reads("report-trouble")
    phone.presses("send")
    assert len(phone.codes()) == 1


def test_on_a_slow_line_the_page_says_what_it_waits_for(phone: Phone) -> None:
    assert phone.browser.find_element(By.ID, "sending").text == ""
    phone.comes_next("late")
    phone.writes(LETTER)
    phone.presses("send")
    told = phone.reads("sending")
    assert "正在提交。网慢的时候要等一会儿，请不要关掉这一页。" in told
    assert "Sending. On a slow line this takes a while" in told
    assert not phone.browser.find_element(By.ID, "send").is_enabled()
    phone.browser.execute_script("window.arrives();")
    (code,) = phone.codes()
    assert len(phone.sent()) == 1
    phone.comes_next("late")
    box = phone.browser.find_element(By.ID, "receipt")
    box.send_keys(code)
    phone.presses("ask-send")
    assert "正在查，请等一会儿。" in phone.reads("asking")
    phone.browser.execute_script("window.arrives();")
    assert "已收到" in phone.reads("answer")
    assert phone.browser.find_element(By.ID, "asking").text == ""


def test_a_page_whose_script_was_lost_on_the_way_says_why_nothing_can_be_sent(address: str, browser: Any) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/static/start.js"]})
    half = Phone(browser, address)
    told = half.reads("sending")
    assert "现在还按不了“提交”" in told
    assert "拨打 12388" in told
    assert "Send does not work yet" in told
    assert not half.browser.find_element(By.ID, "send").is_enabled()


def test_the_enter_of_a_small_keyboard_leads_on_and_sends_nothing_before_all_is_told(phone: Phone) -> None:
    phone.writes(LETTER)
    phone.writes("柳林村\n", "place")
    assert phone.browser.switch_to.active_element.tag_name == "summary", "what may be told next"
    phone.browser.switch_to.active_element.send_keys("\n")
    phone.wait.until(lambda _: phone.shows("name"))
    phone.writes("赵大娘\n", "name")
    assert phone.browser.switch_to.active_element.get_attribute("id") == "contact"
    phone.browser.switch_to.active_element.send_keys("村口小卖部代转\n")
    assert phone.browser.switch_to.active_element.get_attribute("id") == "send"
    assert phone.sent() == []
    phone.browser.switch_to.active_element.send_keys("\n")
    assert len(phone.codes()) == 1
    assert len(phone.sent()) == 1


def test_nothing_of_it_stays_on_the_phone(phone: Phone) -> None:
    phone.comes_next("answer")
    phone.writes(LETTER)
    phone.presses("send")
    phone.reads("report-trouble")
    assert (
        phone.browser.execute_script("return localStorage.length + sessionStorage.length + document.cookie.length") == 0
    )
    phone.browser.refresh()
    phone.wait.until(seen.element_to_be_clickable((By.ID, "send")))
    assert phone.browser.find_element(By.ID, "text").get_attribute("value") == ""


@pytest.mark.parametrize(
    "lacking", ["window.fetch = undefined;", "window.Promise = undefined;", "Object.assign = undefined;"]
)
def test_a_browser_that_cannot_send_says_so(address: str, browser: Any, lacking: str) -> None:
    old = Phone(browser, address, lacking)
    assert "这个浏览器提交不了" in old.reads("cannot")
    assert "12388" in old.reads("cannot")
    assert "等一会儿" not in old.browser.find_element(By.ID, "report").text, "nothing will come of waiting"
    assert not old.browser.find_element(By.ID, "send").is_enabled()
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    old.presses("leave")
    old.wait.until(lambda driver: driver.current_url == "about:blank")


def test_the_receipt_has_a_name_for_whoever_hears_the_page(phone: Phone) -> None:
    assert not phone.shows("cannot")
    phone.writes(LETTER)
    phone.presses("send")
    phone.codes()
    heard = phone.browser.switch_to.active_element
    assert heard.get_attribute("id") == "done"
    assert heard.accessible_name.startswith("收到了。")
    assert heard.aria_role == "region"
