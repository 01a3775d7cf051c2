"""A reporter with a phone reads what the office asks, answers with the receipt alone, and is found by an investigator."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import served

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.wait import WebDriverWait

from tests.waiting import until
from triage.model import Access, StaffRole
from triage.pipeline import open_finder
from triage.search.finding import Question
from triage.settings import get_settings
from triage.store import WORKER, Store

LETTER = "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，说是用来修村里的路，可是路到今天也没有修。"
ASKED = "请问钱是哪一年、哪个月交的？\n交给了谁？"
ANSWER = "前年腊月二十，交给会计赵桂枝。"
INVESTIGATOR = Access("tester", StaffRole.INVESTIGATOR, ("",))
# Loses the answers to the next additions ("answer"), and notes what is sent.
LINE = """
window.sent = [];
window.next = [];
const real = window.fetch;
window.fetch = (address, options) => {
  if (address !== "/v1/messages/new") { return real(address, options); }
  window.sent.push(options.headers["Idempotency-Key"]);
  const fate = window.next.shift();
  if (fate === "late") { return new Promise(come => { window.arrives = () => come(real(address, options)); }); }
  const answer = real(address, options);
  return fate === "answer" ? answer.then(() => { throw new TypeError("Failed to fetch"); }) : answer;
};
"""


@pytest.fixture
def address(data_dir: Path) -> Iterator[str]:  # the folder in force
    """A service with its worker, as a user starts it."""
    with served() as where:
        yield where


class Phone:
    """A phone of 360 points: opens the page, types, presses, reads."""

    def __init__(self, browser: webdriver.Chrome, address: str) -> None:
        self.browser, self.address = browser, address
        self.wait = WebDriverWait(browser, 20)
        size = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": LINE})
        self.opens()

    def opens(self) -> None:
        self.browser.get(self.address)
        self.wait.until(seen.element_to_be_clickable((By.ID, "send")))

    def writes(self, text: str, where: str) -> None:
        self.browser.find_element(By.ID, where).send_keys(text)

    def presses(self, button: str) -> None:
        self.wait.until(seen.element_to_be_clickable((By.ID, button))).click()

    def reads(self, place: str) -> str:
        return str(self.wait.until(seen.visibility_of_element_located((By.ID, place))).text)

    def sends(self, letter: str) -> str:
        """Sends a report; the code that is shown for it."""
        self.writes(letter, "text")
        self.presses("send")
        self.reads("done")
        return self.browser.find_element(By.ID, "code").text.replace("\n", "")

    def asks(self, code: str) -> str:
        box = self.browser.find_element(By.ID, "receipt")
        box.clear()
        box.send_keys(code)
        self.presses("ask-send")
        return self.reads("talk")

    def is_as_wide_as_its_page(self) -> bool:
        return bool(self.browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture
def phone(address: str, browser: Any) -> Phone:
    return Phone(browser, address)


def indexed(store: Store, text: str) -> str | None:
    return next((row.report.id for row in store.export(WORKER) if row.report.text == text), None)


def once_indexed(store: Store, text: str) -> str:
    """The id of the report with this text, once it is there."""
    until(lambda: indexed(store, text) is not None)
    found = indexed(store, text)
    assert found is not None
    return found


def keep_picture(browser: webdriver.Chrome) -> None:
    """For whoever wants to look: ``TRIAGE_TEST_PICTURES`` names a folder."""
    if "TRIAGE_TEST_PICTURES" in os.environ:
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        (Path(os.environ["TRIAGE_TEST_PICTURES"]) / "dialogue.png").write_bytes(b64decode(shot["data"]))


def test_the_office_asks_and_the_reporter_answers_from_a_phone(phone: Phone, run: Any) -> None:
    code = phone.sends(LETTER)
    assert "现在还没有" in phone.asks(code)
    with Store.open(get_settings()) as store:
        first = once_indexed(store, LETTER)
        run("message", "send", first, "--text-from", "-", given=ASKED)
        phone.opens()
        talk = phone.asks(code.lower())
        assert "交给了谁？" in talk
        assert phone.is_as_wide_as_its_page()
        # The answer to the answer is lost, and he presses again; then he adds something else
        phone.browser.execute_script("window.next = ['answer'];")
        phone.writes(ANSWER, "more")
        phone.presses("add-send")
        assert "不知道有没有收到" in phone.reads("add-trouble")
        phone.presses("add-send")
        assert "收到了" in phone.reads("added")
        phone.wait.until(lambda _: "您补充过" in phone.reads("messages"))
        keys = phone.browser.execute_script("return window.sent;")
        assert len(keys) == 2
        assert keys[0] == keys[1]
        assert phone.browser.find_element(By.ID, "more").get_attribute("value") == ""
        assert ANSWER not in phone.browser.page_source, "what was written is not shown back"
        keep_picture(phone.browser)
        added = once_indexed(store, ANSWER)
        until(lambda: any(added in case.report_ids for case in store.cases(WORKER)))
        assert [set(case.report_ids) for case in store.cases(WORKER)] == [{first, added}]
        finder = open_finder(get_settings(), store)
        until(lambda: finder.find(Question(q="赵桂枝"), INVESTIGATOR).total == 1)
        thread = json.loads(run("message", "list", first, "--json").stdout)
        assert [one["text"] for one in thread["messages"]] == [ASKED, ANSWER]
        assert thread["fetched_on"] is not None
    assert phone.is_as_wide_as_its_page()
    assert code not in phone.browser.current_url
    stored = "return [document.cookie, localStorage.length, sessionStorage.length]"
    assert phone.browser.execute_script(stored) == ["", 0, 0]
    severe = [entry["message"] for entry in phone.browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert severe == []


@pytest.mark.parametrize("answered", [False, True])
def test_whoever_reads_that_it_is_concluded_is_told_that_something_was_written_to_them(
    phone: Phone, run: Any, answered: bool
) -> None:
    code = phone.sends(LETTER)
    with Store.open(get_settings()) as store:
        first = once_indexed(store, LETTER)
    for state in ("accepted", "handed_over", "verification"):
        run("matter", "step", state, first)
    run("matter", "step", "concluded", first, "--approval", "纪发〔2019〕4号")
    if answered:
        run("matter", "step", "feedback", first)
    assert "现在还没有" in phone.asks(code)
    assert "已经办结" in phone.reads("answer")
    assert not phone.browser.find_element(By.ID, "below").is_displayed(), "nothing was written yet"
    run("message", "send", first, "--text-from", "-", given="您反映的问题已经查清，钱已退还。")
    phone.opens()
    assert "钱已退还" in phone.asks(code)
    assert "已经办结" in phone.reads("answer")
    told = phone.reads("below")
    assert "我们给您写了话" in told
    assert "We have written to you" in told
    assert phone.is_as_wide_as_its_page()
    keep_picture(phone.browser)
    # Another code in the box: what stands there is not of its report
    phone.writes("0", "receipt")
    assert not phone.browser.find_element(By.ID, "below").is_displayed()


@pytest.mark.parametrize("wide", [False, True], ids=["as it was shown", "in full width"])
def test_other_words_after_a_lost_answer_are_told_apart_and_both_arrive(phone: Phone, wide: bool) -> None:
    code = phone.sends(LETTER)
    phone.asks("".join(chr(ord(sign) + 0xFEE0) for sign in code) if wide else code)
    phone.browser.execute_script("window.next = ['answer'];")
    phone.writes("头一句。", "more")
    phone.presses("add-send")
    phone.reads("add-trouble")
    phone.writes("还有第二句。", "more")
    phone.presses("add-send")
    phone.wait.until(lambda _: "先前写的已经收到了" in phone.reads("add-trouble"))
    phone.presses("add-send")
    assert "收到了" in phone.reads("added")
    phone.wait.until(lambda _: phone.reads("messages").count("您补充过") == 2)
    # Another code in the box: nothing of this one stays on the page
    phone.writes("0", "receipt")
    assert not phone.browser.find_element(By.ID, "talk").is_displayed()


def test_whoever_touches_the_code_while_an_addition_is_on_its_way_still_reads_that_it_arrived(phone: Phone) -> None:
    code = phone.sends(LETTER)
    phone.asks(code)
    phone.browser.execute_script("window.next = ['late'];")
    phone.writes(ANSWER, "more")
    phone.presses("add-send")
    assert "正在提交" in phone.reads("adding")
    phone.writes("0", "receipt")
    phone.browser.execute_script("window.arrives();")
    assert "收到了" in phone.reads("added")
    phone.wait.until(lambda _: "您补充过" in phone.reads("messages"))
    assert phone.browser.find_element(By.ID, "adding").text == ""
    phone.writes("0", "receipt")
    assert not phone.browser.find_element(By.ID, "talk").is_displayed(), "another code can be written again"


def test_what_is_too_much_for_an_hour_stays_in_the_box_and_the_page_says_what_to_do(
    data_dir: Path, browser: Any
) -> None:
    with served(TRIAGE_ADDITIONS_PER_HOUR="1") as where:
        phone = Phone(browser, where)
        phone.asks(phone.sends(LETTER))
        phone.writes("头一句。", "more")
        phone.presses("add-send")
        assert "收到了" in phone.reads("added")
        phone.writes(ANSWER, "more")
        phone.presses("add-send")
        told = phone.reads("add-trouble")
        assert "没有收下" in told
        assert "另交一份举报并写上这个回执码" in told
        assert "send a new report above with this code in it, or call 12388" in told
        assert phone.browser.find_element(By.ID, "more").get_attribute("value") == ANSWER
        assert phone.is_as_wide_as_its_page()
        keep_picture(phone.browser)


def test_large_letters_and_nothing_to_add(phone: Phone) -> None:
    code = phone.sends(LETTER)
    phone.asks(code)
    phone.presses("add-send")
    phone.browser.execute_script("document.documentElement.style.fontSize = '30px'")
    assert phone.is_as_wide_as_its_page()
    assert phone.browser.execute_script("return document.getElementById('more').validity.valueMissing")
    phone.writes("  ", "more")
    phone.presses("add-send")
    assert "请先写下" in phone.reads("add-trouble")


def test_a_long_dialogue_is_read_back_to_its_first_word(phone: Phone) -> None:
    code = phone.sends(LETTER)
    with Store.open(get_settings()) as store:
        first = once_indexed(store, LETTER)
        phone.opens()
        phone.asks(code)
        phone.writes("头一句。", "more")
        phone.presses("add-send")
        phone.reads("added")
        for at in range(103):
            store.dialogue.send(first, f"第{at:03}问。", Access("tester", StaffRole.REVIEWER, ("",)))
    phone.opens()
    assert "第003问。" in phone.asks(code)
    assert "第002问。" not in phone.reads("messages")
    assert phone.is_as_wide_as_its_page()
    keep_picture(phone.browser)
    phone.presses("older")
    until(lambda: "第000问。" in phone.reads("messages"))
    lines = [one.text for one in phone.browser.find_elements(By.CSS_SELECTOR, "#messages li")]
    assert ["您补充过" in line for line in lines] == [True, *[False] * 103]
    assert [f"第{at:03}问。" in lines[at + 1] for at in range(103)] == [True] * 103
    assert not phone.browser.find_element(By.ID, "older").is_displayed()
    assert code not in phone.browser.current_url
