"""A worker that is asked to end while it prepares for its work."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from triage.cli.worker import run_worker
from triage.settings import get_settings
from triage.store import Store, take_worker_lock


@pytest.mark.embedded
def test_a_first_training_ends_where_somebody_asks_for_it(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def training(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)

    monkeypatch.setattr("triage.learning.in_use.ModelWatch", training)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with Store.open(get_settings()) as store:
            began = time.monotonic()
            run_worker(store, get_settings(), with_parent=False)
            assert time.monotonic() - began < 30
        # Nothing is held any more
        take_worker_lock(data_dir).release()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
