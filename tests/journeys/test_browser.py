"""An old person's way with a phone: open the page, write, press the button, copy the receipt, ask what became of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import served

pytest.importorskip("selenium", reason="selenium is not installed")
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.wait import WebDriverWait

from tests.store.store_samples import arrival, outcome, staff
from triage.intake.receipts import new_code, receipt_hash
from triage.model import MatterState, NotAccepted, StaffRole
from triage.settings import Settings
from triage.store import Accepted, Store
from triage.store.matters import Step

LETTER = "俺们柳林村的支书把俺家的危房改造款扣了三千块，俺不识几个字，请帮俺问问。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_models: Path) -> Path:
    """The data folder of the service: nobody here sends what another one finds."""
    made = tmp_path_factory.mktemp("data")
    shutil.copytree(small_models, made / "models")
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """A service started as a user starts it, on a free port."""
    with served(TRIAGE_DATA_DIR=str(folder)) as where:
        yield where


def test_a_reporter_sends_a_report_and_asks_what_became_of_it(address: str, browser: webdriver.Chrome) -> None:
    wait = WebDriverWait(browser, 10)
    browser.get(address)
    wait.until(seen.element_to_be_clickable((By.ID, "send")))
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    browser.find_element(By.ID, "text").send_keys(LETTER)
    browser.find_element(By.ID, "send").click()
    wait.until(seen.visibility_of_element_located((By.ID, "done")))
    code = browser.find_element(By.ID, "code").text.replace("\n", "")
    assert re.fullmatch(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}-[0-9A-Z]{5}", code)
    assert not browser.find_element(By.ID, "text").is_displayed()
    browser.find_element(By.ID, "receipt").send_keys(code.lower().replace("-", " "))
    browser.find_element(By.ID, "ask-send").click()
    answer = wait.until(seen.visibility_of_element_located((By.ID, "answer")))
    wait.until(lambda _: answer.text)
    assert "已收到" in answer.text
    assert code not in browser.current_url
    assert [entry["message"] for entry in browser.get_log("browser")] == []


def test_on_a_small_phone_the_receipt_is_seen_from_its_first_sign(address: str, browser: webdriver.Chrome) -> None:
    size = {"width": 320, "height": 568, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wait = WebDriverWait(browser, 10)
    browser.get(address)
    wait.until(seen.element_to_be_clickable((By.ID, "send")))
    browser.find_element(By.ID, "text").send_keys(LETTER)
    browser.find_element(By.ID, "send").click()
    wait.until(seen.visibility_of_element_located((By.ID, "done")))
    for part, edge in (("done-title", "top"), ("code", "top"), ("code", "bottom")):
        at = browser.execute_script(f"return document.getElementById('{part}').getBoundingClientRect().{edge}")
        assert 0 <= at <= 568, f"{edge} of {part}"


def test_a_reporter_whose_report_is_not_accepted_reads_where_to_turn(
    address: str, browser: webdriver.Chrome, folder: Path
) -> None:
    code, other = new_code(), new_code()
    with Store.open(Settings(data_dir=folder)) as store:
        key = store.subkey("receipt")
        answers = store.receive([arrival(receipt=receipt_hash(key, one)) for one in (code, other)])
        ids = [answer.report_id for answer in answers if isinstance(answer, Accepted)]
        store.save_assessed([outcome(report_id) for report_id in ids])
        supervisor, steps = staff(role=StaffRole.SUPERVISOR), store.handling
        for report_id, reason, to in zip(
            ids, (NotAccepted.OTHER_BODY, NotAccepted.NO_SUBSTANCE), ("labour", None), strict=True
        ):
            seen_at = steps.matter(report_id, supervisor).line.seen
            steps.decide(report_id, Step(MatterState.NOT_ACCEPTED, reason, to), supervisor, seen_at)
    wait = WebDriverWait(browser, 10)
    for given, words in ((code, "请向人力资源和社会保障部门（拨打 12333）反映"), (other, "目前知道的情况还不够")):
        browser.get(address)
        wait.until(seen.element_to_be_clickable((By.ID, "ask-send")))
        browser.find_element(By.ID, "receipt").send_keys(given)
        browser.find_element(By.ID, "ask-send").click()
        answer = wait.until(seen.visibility_of_element_located((By.ID, "answer")))
        wait.until(lambda _, answer=answer: answer.text)
        assert words in answer.text
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")


def test_a_wrong_code_and_an_empty_report_are_told_in_plain_words(address: str, browser: webdriver.Chrome) -> None:
    wait = WebDriverWait(browser, 10)
    browser.get(address)
    wait.until(seen.element_to_be_clickable((By.ID, "send")))
    browser.find_element(By.ID, "text").send_keys("   ")
    browser.find_element(By.ID, "send").click()
    assert "请先写下发生了什么事" in wait.until(seen.visibility_of_element_located((By.ID, "report-trouble"))).text
    browser.find_element(By.ID, "receipt").send_keys("0000-0000-0000-00000")
    browser.find_element(By.ID, "ask-send").click()
    assert "没有找到这个回执码" in wait.until(seen.visibility_of_element_located((By.ID, "answer"))).text


def test_leaving_quickly_empties_the_page(address: str, browser: webdriver.Chrome) -> None:
    browser.get(address)
    WebDriverWait(browser, 10).until(seen.element_to_be_clickable((By.ID, "send")))
    browser.find_element(By.ID, "text").send_keys(LETTER)
    browser.find_element(By.ID, "leave").click()
    WebDriverWait(browser, 10).until(lambda driver: driver.current_url == "about:blank")
