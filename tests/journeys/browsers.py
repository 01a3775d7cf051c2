"""A Chromium and a service for the tests of pages; where no Chromium can be had they are skipped with the reason."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=390,900"
)


def chromium(profile: Path) -> Iterator[Any]:
    """A Chromium of the width of a phone, without a window; ``profile`` is a folder that is not there yet."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no Chromium with its driver here (Debian: chromium, chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (*QUIET.split(), f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    yield opened
    opened.quit()


def opened_anew(driver: Any) -> Iterator[Any]:
    """A window of its own in which nobody has been yet; nothing that another one kept is left to it."""
    first = driver.current_window_handle
    driver.switch_to.new_window("window")
    driver.set_window_size(390, 900)
    driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    driver.get_log("browser")
    try:
        yield driver
    finally:
        driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
        driver.close()
        driver.switch_to.window(first)


@contextmanager
def served(*words: str, **where: str) -> Iterator[str]:
    """The address of a service started as a user starts it, on a free port; ``where`` is set in its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "triage.cli", "serve", *words],
        env=os.environ | where | {"TRIAGE_PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert any("Serving on" in line for line in process.stdout)
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    process.wait(20)
    process.stdout.close()
