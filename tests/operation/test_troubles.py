"""One kind of a worker's work that fails keeps no other from being done, and whoever looks is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from triage.cli.troubles import FIRST_REST, LONGEST_REST, Troubles
from triage.errors import Busy, Corrupt, Unavailable
from triage.operation import Observer
from triage.operation.ends import MANY, WITHIN_SECONDS, ends_again_and_again, forget_ends, note_end
from triage.settings import Settings
from triage.store import Store, take_worker_lock
from triage.store.figures import figures_of


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def fails() -> int:
    raise Corrupt("A sealed field does not open.")


def test_work_that_fails_is_told_rests_longer_each_time_and_is_told_no_more_once_it_is_done() -> None:
    told: list[str] = []
    clock = Clock()
    troubles = Troubles(told.append, clock)
    assert troubles.around("feed", fails) == 0
    assert told == ["feed:Corrupt"]
    assert troubles.around("assess", lambda: 7) == 7, "the rest goes on"
    assert troubles.around("feed", lambda: 1 // 0) == 0, "it rests and is not tried"
    rest = FIRST_REST
    while rest < LONGEST_REST:
        clock.now += rest
        assert troubles.around("feed", fails) == 0
        rest = min(LONGEST_REST, rest * 2)
    assert told == ["feed:Corrupt"]
    clock.now += LONGEST_REST
    assert troubles.around("feed", lambda: 3) == 3
    assert told == ["feed:Corrupt", ""]


def test_what_fails_first_is_told_until_it_is_done_and_then_the_next() -> None:
    told: list[str] = []
    clock = Clock()
    troubles = Troubles(told.append, clock)
    troubles.around("feed", fails)
    troubles.around("jobs", lambda: 1 // 0)
    clock.now += 5
    troubles.around("feed", lambda: 1)
    troubles.around("jobs", lambda: 0)
    assert told == ["feed:Corrupt", "jobs:ZeroDivisionError", ""]


@pytest.mark.parametrize("error", [Busy, Unavailable])
def test_a_part_that_does_not_answer_is_no_trouble_of_its_own(error: type[Busy]) -> None:
    told: list[str] = []
    troubles = Troubles(told.append)

    def waits() -> int:
        raise error("The database does not answer.")

    with pytest.raises(error):
        troubles.around("feed", waits)
    assert told == []
    assert troubles.around("feed", lambda: 2) == 2, "and is asked again at once"


def test_three_ends_within_five_minutes_are_told_and_older_ones_are_not(tmp_path: Path) -> None:
    for number in range(MANY):
        assert not ends_again_and_again(tmp_path, 1000.0 + number)
        note_end(tmp_path, 1000.0 + number)
    assert ends_again_and_again(tmp_path, 1003.0)
    assert not ends_again_and_again(tmp_path, 1001.0 + WITHIN_SECONDS), "the first of them is long ago"
    assert not ends_again_and_again(tmp_path, 10.0), "the clock was put back"
    forget_ends(tmp_path)
    assert not ends_again_and_again(tmp_path, 1003.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("written", [b"", b"1000\n\xff", b"nonsense"])
def test_a_file_of_ends_that_is_not_ours_tells_nothing(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "worker.ends").write_bytes(written)
    assert not ends_again_and_again(tmp_path, 1000.0)
    for _ in range(MANY):
        note_end(tmp_path, 1000.0)
    assert ends_again_and_again(tmp_path, 1000.0)


def test_a_worker_part_of_whose_work_fails_is_seen_as_hindered_and_its_model_is_not_blamed(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with Store.open(settings) as store, Store.open(settings) as other, take_worker_lock(settings.data_dir) as lock:
        observer = Observer(settings, other, lambda: None)
        store.crew.holder.tell("linear-0", "")
        assert observer.worker(figures_of(other)).code == "running"
        store.crew.holder.hinder("feed:Corrupt")
        state = observer.worker(figures_of(other))
        assert (state.code, state.figures["failing"]) == ("hindered", "feed:Corrupt")
        assert other.crew.models() == [("linear-0", "")]
        store.crew.holder.tell("linear-0", "damaged")
        assert (other.crew.models(), other.crew.hindered()) == ([("linear-0", "damaged")], ["feed:Corrupt"])
        store.crew.holder.hinder("")
        assert (other.crew.models(), other.crew.hindered()) == ([("linear-0", "damaged")], [])
        store.crew.holder.hinder("feed:Corrupt")
        lock.release()
        assert observer.worker(figures_of(other)).code == "missing", "what it told held as long as it lived"


def test_a_worker_that_ends_again_and_again_is_told_whether_it_runs_at_the_moment_or_not(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with Store.open(settings) as store:
        observer = Observer(settings, store, lambda: None)
        for _ in range(MANY):
            note_end(settings.data_dir)
        assert observer.worker(figures_of(store)).code == "ending"
        with take_worker_lock(settings.data_dir):
            assert observer.worker(figures_of(store)).code == "ending"


def process_of(code: str) -> int:
    """How a process of ours ends that runs this."""
    program = f"from triage.cli.patience import ended_if_hung\n{code}"
    return subprocess.run([sys.executable, "-c", program], check=False).returncode  # our own program


def test_a_worker_that_hangs_over_a_batch_is_ended_though_its_threads_do_not_get_on() -> None:
    assert process_of("import re\nwith ended_if_hung(0.2):\n    re.match('(a+)+b', 'a' * 100)") == 1


def test_a_worker_that_gets_done_with_its_batch_goes_on() -> None:
    assert process_of("with ended_if_hung(60):\n    pass\nraise SystemExit(7)") == 7
