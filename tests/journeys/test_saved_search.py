"""An investigator saves a question, reports come and change, and each alerts once, however often it is indexed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.journeys.feeding import PETITION, fed, index_again, routed
from tests.store.store_samples import assessment, outcome
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Access, Channel, Level, StaffRole, Way
from triage.pipeline import Pipeline, open_finder
from triage.search.watching import Alert, Watches
from triage.settings import Settings
from triage.store import Arrival, Store
from triage.store.saved_tables import saved_searches

ELSEWHERE = "甘肃省定西市临洮县白沙村的危房改造补助被村主任扣了两千块，问他他不说，请查一查。"
QUESTION = {"q": "危房改造 -谢谢", "place": "昭觉县"}
Send = Callable[..., list[str]]


@pytest.fixture
def send(store: Store) -> Send:
    """Sends letters and gives their ids."""

    def sent(*texts: str, **fields: Any) -> list[str]:
        limits = Limits(now=datetime(2019, 11, 20, 4, 0, tzinfo=UTC))
        key = store.subkey("receipt")
        arrivals = [
            Arrival(submission({"text": text, **fields}, limits, channel=Channel.LETTER), receipt_hash(key, new_code()))
            for text in texts
        ]
        return [answer.report_id for answer in store.receive(arrivals) if hasattr(answer, "report_id")]

    return sent


def investigator(store: Store, *places: str) -> Access:
    return store.authenticate(store.new_token(StaffRole.INVESTIGATOR, places or ("",)))


def alerts(store: Store, settings: Settings, access: Access, **how: Any) -> tuple[Alert, ...]:
    return Watches(open_finder(settings, store)).alerts(access, **how).alerts


def test_a_report_that_meets_a_saved_search_says_why_once_and_is_held_back_by_a_snooze(
    store: Store, settings: Settings, send: Send, pipeline: Pipeline
) -> None:
    mine, other, watches = investigator(store), investigator(store), Watches(open_finder(settings, store))
    send(PETITION)
    pipeline.work_until_empty(7)
    made, told = watches.save("昭觉危房款", QUESTION, mine)
    assert (told.total, told.most) == (1, 1)
    assert alerts(store, settings, mine) == ()
    came, _ = send("谢家湾的人都知道：" + PETITION, ELSEWHERE)
    pipeline.work_until_empty(7)
    (new,) = alerts(store, settings, mine)
    assert (new.report_id, new.event) == (came, "new")
    assert (new.search, new.why.words, dict(new.why.filters), new.why.still) == (
        "昭觉危房款",
        ("危房改造补助",),
        {"place": "昭觉县"},
        True,
    )
    text = store.row(came, mine).report.text
    assert {text[start:end] for start, end in new.why.spans} == {"危房改造补助"}
    assert alerts(store, settings, other) == ()
    index_again(store, came)
    pipeline.work_until_empty(7)
    assert [one.id for one in alerts(store, settings, mine)] == [new.id]
    assert watches.see(mine, [new.id], None) == 1
    watches.snooze(made.id, mine, days=3)
    send(PETITION.replace("三千元", "四千元"))
    index_again(store, came)
    pipeline.work_until_empty(7)
    page = watches.alerts(mine)
    assert (page.alerts, [held.alerts for held in page.held]) == ((), [1])
    store.saved.snooze(made.id, None, mine)
    assert len(watches.alerts(mine).alerts) == 1


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Store]:
    """A store without a trained reader: reports get the outcome that a test gives them."""
    with Store.open(Settings(data_dir=tmp_path / "plain")) as opened:
        yield opened


def test_a_report_that_is_read_anew_alerts_where_only_the_new_reading_meets_the_question(plain: Store) -> None:
    access = investigator(plain)
    report_id = routed(plain, PETITION, level=Level.MEDIUM)
    fed(plain)
    Watches(open_finder(plain.settings, plain)).save("重大", {"risk": "grave"}, access)
    index_again(plain, report_id)
    fed(plain)
    assert alerts(plain, plain.settings, access) == ()
    plain.save_assessed([outcome(report_id, level=Level.GRAVE, assessment=assessment(model="m2"))])
    fed(plain)
    (alert,) = alerts(plain, plain.settings, access)
    assert (alert.report_id, alert.event, dict(alert.why.filters), alert.why.still) == (
        report_id,
        "changed",
        {"risk": "grave"},
        True,
    )
    plain.save_assessed([outcome(report_id, level=Level.LOW, assessment=assessment(model="m3"))])
    fed(plain)
    assert [one.why.still for one in alerts(plain, plain.settings, access)] == [False]


def test_a_report_sealed_or_of_another_place_alerts_nobody(plain: Store) -> None:
    here, there = investigator(plain, "5134"), investigator(plain, "62")
    for access in (here, there):
        Watches(open_finder(plain.settings, plain)).save("危房款", {"q": "危房改造"}, access)
    routed(plain, PETITION, way=Way.SEALED_UP, division="513431")
    stays = routed(plain, PETITION, division="513431")
    fed(plain)
    assert [one.report_id for one in alerts(plain, plain.settings, here)] == [stays]
    assert alerts(plain, plain.settings, there) == ()
    plain.save_assessed([outcome(stays, way=Way.SEALED_UP, assessment=assessment(model="m2"))])
    fed(plain)
    assert alerts(plain, plain.settings, here, seen_too=True) == ()


def test_a_token_revoked_in_between_gets_nothing(plain: Store) -> None:
    gone, stays = investigator(plain), investigator(plain)
    for access in (gone, stays):
        Watches(open_finder(plain.settings, plain)).save("危房款", QUESTION, access)
    plain.revoke_token(gone.principal)
    routed(plain, PETITION)
    fed(plain)
    assert alerts(plain, plain.settings, gone) == ()
    assert len(alerts(plain, plain.settings, stays)) == 1


def test_a_saved_search_that_opens_no_more_stops_no_other_and_its_owner_can_take_it_away(plain: Store) -> None:
    access, watches = investigator(plain), Watches(open_finder(plain.settings, plain))
    damaged, _ = watches.save("周大成", QUESTION, access)
    sound, _ = watches.save("危房款", QUESTION, access)
    routed(plain, PETITION)
    fed(plain)
    with plain._database.write() as connection:
        connection.execute(
            update(saved_searches).where(saved_searches.c.id == damaged.id).values(sealed=b"not what was written")
        )
    first, second = watches.mine(access)
    assert (first.id, first.name, first.question) == (damaged.id, "", {})
    assert first.trouble == "已无法打开，请删去后重新保存。 · It cannot be opened any more; remove it and save it anew."
    assert (second.name, second.trouble) == ("危房款", "")
    assert {one.search_id for one in watches.alerts(access).alerts} == {damaged.id, sound.id}
    assert plain.saved.remove(damaged.id, access) == 1
    assert [one.id for one in watches.mine(access)] == [sound.id]


def test_a_saved_search_that_is_understood_no_more_stops_no_other_and_its_owner_sees_why(
    plain: Store, caplog: pytest.LogCaptureFixture
) -> None:
    access, watches = investigator(plain), Watches(open_finder(plain.settings, plain))
    broken = plain.saved.save("旧类别", {"category": "周大成"}, access)
    sound, _ = watches.save("危房款", QUESTION, access)
    routed(plain, PETITION)
    fed(plain)
    assert [one.search_id for one in watches.alerts(access).alerts] == [sound.id]
    assert [one.trouble for one in watches.mine(access)] == [
        "category: 没有这个代码的类别。 · There is no category of this code.",
        "",
    ]
    assert broken.id in caplog.text
    assert "周大成" not in caplog.text


KILLED = """
import os, signal, sys
sys.path[:0] = [sys.argv[3]]
from pathlib import Path
from tests.journeys.feeding import fed
from triage.settings import Settings
from triage.store import Store

store = Store.open(Settings(data_dir=Path(sys.argv[1])))

def ends(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "before the alerts":
    store.saved.fire = ends
else:
    store.outbox_done = ends
fed(store)
"""


@pytest.mark.fault
@pytest.mark.parametrize("where", ["before the alerts", "after the alerts"])
def test_a_worker_killed_around_the_alerts_loses_none_and_repeats_none(plain: Store, where: str) -> None:
    access, settings = investigator(plain), plain.settings
    Watches(open_finder(settings, plain)).save("危房款", QUESTION, access)
    ids = [routed(plain, PETITION), routed(plain, "我也要说：" + PETITION)]
    for _ in range(2):
        words = [str(settings.data_dir), where, str(Path(__file__).parents[2])]
        ended = subprocess.run([sys.executable, "-c", KILLED, *words], check=False)
        assert ended.returncode == -signal.SIGKILL
    assert len(alerts(plain, settings, access)) == (0 if where == "before the alerts" else 2)
    fed(plain)
    assert sorted(one.report_id for one in alerts(plain, settings, access, seen_too=True)) == sorted(ids)
    assert plain.waiting() == 0
