"""Sealed reports that press are told to the log, once an hour, by number alone."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.codes import AT_ONCE, HEADS_OFFICE
from triage.logs import EVENTS
from triage.model import Channel, Route, Submission, Way
from triage.operation.pressing import SECONDS, SealedWatch
from triage.settings import Settings
from triage.store import Accepted, Arrival, Assessed, Store


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


def seal(store: Store, days_ago: int, *more: str) -> str:
    made = Submission("县纪委书记收了钱", Channel.LETTER, datetime.now(UTC) - timedelta(days=days_ago))
    (taken,) = store.receive([Arrival(made, secrets.token_hex(32))])
    assert isinstance(taken, Accepted)
    way = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE, *more))
    store.save_assessed([Assessed(taken.report_id, None, way)])
    return taken.report_id


def test_what_is_overdue_is_told_once_an_hour_without_a_name(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock()
    watch = SealedWatch(store, clock)
    watch.tick()
    fresh, late = seal(store, 0), seal(store, 40)
    clock.now += SECONDS
    watch.tick()
    watch.tick()
    assert [record.getMessage() for record in caplog.records] == ["sealed_overdue count=1"]
    clock.now += SECONDS
    watch.tick()
    assert len(caplog.records) == 2
    assert not {fresh, late} & set(caplog.text.split())
    assert {"sealed_overdue", "sealed_due_soon"} <= EVENTS.keys()


def test_nothing_is_told_where_nothing_presses(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    seal(store, 0)
    SealedWatch(store).tick()
    assert caplog.text == ""


def test_danger_is_told_on_the_day_it_comes(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    seal(store, 0)
    seal(store, 0, AT_ONCE)
    SealedWatch(store).tick()
    assert [record.getMessage() for record in caplog.records] == ["sealed_overdue count=1"]


def test_a_period_of_the_offices_own_holds(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    own = '[clocks.sealed_pass_up]\nlimit = 90\nunit = "days"\ndue_soon = 60\n'
    (store.settings.data_dir / "policy.toml").write_text(own, encoding="utf-8")
    seal(store, 40)
    SealedWatch(store).tick()
    assert [record.getMessage() for record in caplog.records] == ["sealed_due_soon count=1"]
