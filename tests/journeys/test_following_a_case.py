"""Who saved a search is not disturbed by what colleagues say of cases, and hears of what comes into a case they follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.feeding import PETITION, fed, routed, worker
from tests.store.store_samples import assessment, outcome, staff
from triage.judging import Judging
from triage.model import Access, Judgement, Level, Risk, Route, StaffRole, Verdict, Way
from triage.pipeline import open_finder
from triage.search.watching import Watches
from triage.settings import Settings
from triage.store import WORKER, Assessed, Store

COLLEAGUE = staff()
WORDS = "危房改造"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "plain")) as opened:
        yield opened


@pytest.fixture
def mine(store: Store) -> Access:
    return store.authenticate(store.new_token(StaffRole.INVESTIGATOR))


@pytest.fixture
def watch(store: Store, mine: Access) -> Callable[[str], str]:
    """Saves a search for these words and gives its name."""

    def saved(q: str) -> str:
        Watches(open_finder(store.settings, store)).save(q, {"q": q}, mine)
        return q

    return saved


@pytest.fixture
def heard(store: Store, mine: Access) -> Callable[[str], set[str]]:
    """The reports of which the owner of a saved search has heard, once everything is fed."""

    def told(q: str) -> set[str]:
        fed(store)
        alerts = Watches(open_finder(store.settings, store)).alerts(mine).alerts
        return {alert.report_id for alert in alerts if alert.search == q}

    return told


Watch, Heard = Callable[[str], str], Callable[[str], set[str]]


def case(store: Store, count: int) -> list[str]:
    """A case of so many reports that were there before anybody saved a search."""
    ids = [routed(store, PETITION) for _ in range(count)]
    store.save_judgements(
        [Judgement(one, ids[0], Verdict.SAME, 0.9, "links-1", joined=True) for one in ids[1:]], WORKER
    )
    fed(store)
    return ids


def test_what_a_colleague_says_of_old_reports_alerts_nobody_and_a_real_change_still_does(
    store: Store, watch: Watch, heard: Heard
) -> None:
    one, other, third = (routed(store, PETITION) for _ in range(3))
    fed(store)
    words = watch(WORDS)
    Judging(store).judge(one, other, Verdict.UNSURE, COLLEAGUE)
    Judging(store).judge(one, third, Verdict.DIFFERENT, COLLEAGUE)
    Judging(store).judge(other, third, Verdict.SAME, COLLEAGUE)
    assert heard(words) == set()
    store.save_assessed([outcome(one, assessment=assessment(model="m2"))])
    assert heard(words) == {one}


@pytest.mark.parametrize("followed_is_older", [True, False])
def test_who_follows_a_case_hears_of_those_alone_whom_a_colleague_brings_into_it(
    store: Store, watch: Watch, heard: Heard, followed_is_older: bool
) -> None:
    cases = [case(store, 3), case(store, 3)]
    followed, other = cases if followed_is_older else cases[::-1]
    by_name, by_member, words = watch(f"case:{followed[0]}"), watch(f"case:{followed[2]}"), watch(WORDS)
    Judging(store).merge(followed[0], other[0], COLLEAGUE)
    assert heard(by_name) == heard(by_member) == set(other)
    assert heard(words) == set()


def test_one_report_that_is_moved_in_is_told_and_those_left_behind_under_another_name_are_not(
    store: Store, watch: Watch, heard: Heard
) -> None:
    left, followed = case(store, 3), case(store, 2)
    entered, remaining = watch(f"case:{followed[1]}"), watch(f"case:{left[2]}")
    Judging(store).move(left[0], followed[0], COLLEAGUE)
    assert heard(entered) == {left[0]}
    assert heard(remaining) == set()


def test_what_was_split_off_and_brought_back_is_told_once_to_whoever_follows_the_rest(
    store: Store, watch: Watch, heard: Heard
) -> None:
    ids = case(store, 4)
    rest, gone = watch(f"case:{ids[0]}"), watch(f"case:{ids[3]}")
    Judging(store).split(ids[0], ids[2:], COLLEAGUE)
    assert heard(rest) == heard(gone) == set()
    Judging(store).undo(None, COLLEAGUE)
    assert heard(rest) == set(ids[2:])
    assert heard(gone) == set(ids[:2])


def test_a_question_that_leaves_a_case_out_is_met_by_what_leaves_the_case(
    store: Store, watch: Watch, heard: Heard
) -> None:
    ids = case(store, 4)
    outside = watch(f"{WORDS} -case:{ids[0]}")
    Judging(store).split(ids[0], ids[3:], COLLEAGUE)
    assert heard(outside) == {ids[3]}


def test_other_filters_beside_the_case_hold_for_what_comes_in(store: Store, watch: Watch, heard: Heard) -> None:
    followed, other = case(store, 2), case(store, 2)
    none, all_ = watch(f"case:{followed[0]} 低保户名单"), watch(f"case:{followed[0]} {WORDS}")
    Judging(store).merge(followed[0], other[0], COLLEAGUE)
    assert heard(none) == set()
    assert heard(all_) == set(other)


def test_a_worker_killed_before_the_alerts_loses_nobody_who_came_into_a_case(
    store: Store, watch: Watch, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed, other = case(store, 2), case(store, 2)
    entered = watch(f"case:{followed[0]}")
    Judging(store).merge(followed[0], other[0], COLLEAGUE)
    killed = worker(store)
    with monkeypatch.context() as patched:
        patched.setattr("triage.search.watching.Watcher.look", _stops)
        with pytest.raises(InterruptedError):
            killed.feed()
    killed.index.close()
    assert heard(entered) == set(other)


def _stops(*_: Any) -> int:
    raise InterruptedError


def test_a_report_that_its_case_lifts_to_another_level_is_rated_anew_and_alerts(
    store: Store, watch: Watch, heard: Heard
) -> None:
    read = assessment(risk=Risk(Level.MEDIUM, 7.5))
    ids = [routed(store, PETITION, assessment=read, level=Level.MEDIUM, score=7.5) for _ in range(2)]
    fed(store)
    high = watch("risk:high")
    Judging(store).judge(*ids, Verdict.SAME, COLLEAGUE)
    assert heard(high) == set(ids)


def test_that_a_report_of_its_case_was_sealed_is_no_news_of_the_others(
    store: Store, watch: Watch, heard: Heard
) -> None:
    ids = case(store, 3)
    words, followed = watch(WORDS), watch(f"case:{ids[1]}")
    store.save_assessed([Assessed(ids[2], None, Route(Way.SEALED_UP, "51", None, True, ("level",)))])
    assert heard(words) == heard(followed) == set()


def test_a_new_report_alerts_whoever_follows_the_case_that_it_finds(store: Store, watch: Watch, heard: Heard) -> None:
    ids = case(store, 2)
    followed, words = watch(f"case:{ids[0]}"), watch(WORDS)
    late = routed(store, PETITION)
    store.save_judgements([Judgement(late, ids[0], Verdict.SAME, 0.9, "links-1", joined=True)], WORKER)
    assert heard(followed) == heard(words) == {late}


def test_a_follower_who_sees_a_part_of_a_case_hears_of_that_part_alone_whatever_its_name(store: Store) -> None:
    mine = store.authenticate(store.new_token(StaffRole.INVESTIGATOR, ("51",)))
    hidden = routed(store, PETITION, division="520100")
    followed, late = case(store, 2), routed(store, PETITION)
    fed(store)
    watches = Watches(open_finder(store.settings, store))
    watches.save("followed", {"q": f"case:{followed[1]}"}, mine)
    # From here on the case is kept under an id that the owner may not read
    Judging(store).merge(followed[0], hidden, COLLEAGUE)
    fed(store)
    assert watches.alerts(mine).alerts == ()
    Judging(store).judge(late, hidden, Verdict.SAME, COLLEAGUE)
    fed(store)
    watches = Watches(open_finder(store.settings, store))
    (alert,) = watches.alerts(mine).alerts
    assert (alert.report_id, alert.why.still) == (late, True)
    assert hidden not in repr((alert, watches.mine(mine)))
    assert store.row(late, mine).case_id == followed[0]
