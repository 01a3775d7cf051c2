"""`triage watch` as an investigator types it: estimate, save, read alerts, snooze, remove."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.schemas.watching import (
    AlertOut,
    AlertsOut,
    EstimateOut,
    SavedOut,
    SavedSearchesOut,
    SavedSearchOut,
    WhyOut,
)
from tests.journeys.feeding import PETITION, fed, routed
from triage.errors import BadInput, NotFound
from triage.search.estimates import SHANGHAI
from triage.store import Store

Run = Callable[..., str]


@pytest.fixture
def run(run: Callable[..., Any], store: Store) -> Run:  # the store holds the token of the command line
    """Runs a command in this process and gives what it prints."""
    return lambda *words: str(run("watch", *words).stdout)


def told(run: Run, *words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_an_estimate_is_told_in_both_languages_and_saves_nothing(run: Run, store: Store) -> None:
    assert "There are no reports to go by yet" in run("estimate", "危房改造")
    routed(store, PETITION)
    fed(store)
    said = run("estimate", '"危房改造" -谢谢', "--place", "昭觉县")
    assert "1 天内命中 1 件" in said
    assert "1 days and 1 reports are too little to tell" in said
    figures = told(run, "estimate", "危房改造")
    assert (figures["total"], figures["busiest"], figures["by_day"]) == (1, "2019-11-05", {"2019-11-05": 1})
    assert told(run, "list") == {"searches": []}


def test_an_alert_is_shown_with_its_reasons_until_it_is_marked(run: Run, store: Store) -> None:
    made = told(run, "new", "昭觉危房", "危房改造", "--place", "昭觉县", "--risk", "high")["search"]
    assert "No new alerts" in run("alerts")
    report_id = routed(store, PETITION)
    fed(store)
    shown = run("alerts")
    for words in (
        report_id,
        "新 new",
        "昭觉危房",
        "词语 words: 危房改造补助；地区 place: 昭觉县；风险 risk: 高 high",
        "【危房改造补助】",
    ):
        assert words in shown
    assert "昭觉危房" in run("list")
    (alert,) = told(run, "alerts")["alerts"]
    assert (alert["search_id"], alert["why"]["words"]) == (made["id"], ["危房改造补助"])
    assert "1 alerts marked as seen." in run("seen", alert["id"])
    assert "No new alerts" in run("alerts")
    assert "已看 seen" in run("alerts", "--all")
    assert told(run, "seen", "--up-to", alert["id"]) == {"seen": 0}


def test_a_snoozed_search_shows_a_count_and_its_alerts_afterwards(run: Run, store: Store) -> None:
    made = told(run, "new", "危房", "危房改造")["search"]["id"]
    day = (datetime.now(UTC).astimezone(SHANGHAI) + timedelta(days=10)).date().isoformat()
    assert f"until {day} in Asia/Shanghai" in run("snooze", made, "--days", "10")
    assert told(run, "snooze", made, "--until", day)["snoozed_until"].endswith("T16:00:00+00:00")
    routed(store, PETITION)
    fed(store)
    assert f"snoozed until {day}: 危房, 未看 unseen 1" in run("alerts")
    assert told(run, "alerts")["alerts"] == []
    assert day in run("list")
    run("wake", made)
    assert len(told(run, "alerts")["alerts"]) == 1
    assert run("remove", made) == "已删去，连同 1 条提醒 · Removed, with 1 alerts.\n"
    assert told(run, "list") == {"searches": []}


def test_json_has_the_form_that_the_api_answers_in(run: Run, store: Store) -> None:
    made = told(run, "new", "危房", "危房改造")
    routed(store, PETITION)
    fed(store)
    for form, printed in (
        (SavedOut, made),
        (EstimateOut, told(run, "estimate", "危房")),
        (SavedSearchesOut, told(run, "list")),
        (SavedSearchOut, told(run, "list")["searches"][0]),
        (AlertsOut, told(run, "alerts")),
        (AlertOut, told(run, "alerts")["alerts"][0]),
        (WhyOut, told(run, "alerts")["alerts"][0]["why"]),
    ):
        assert printed.keys() == form.model_fields.keys()
        form.model_validate_json(json.dumps(printed))


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("new", "n"), "question"),
        (("new", " ", "危房"), "name"),
        (("new", "n", '"危房'), "question.q"),
        (("estimate", "--category", "embezlement"), "question.category"),
        (("estimate", "--place", "火星"), "question.place"),
        (("alerts", "--limit", "0"), "limit"),
        (("alerts", "--cursor", "x"), "cursor"),
        (("seen",), "ids"),
        (("snooze", "x"), "until"),
        (("snooze", "x", "--days", "91"), "days"),
    ],
)
def test_a_slip_is_named_by_its_field(run: Run, words: tuple[str, ...], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(*words)
    assert caught.value.field == field


@pytest.mark.parametrize("words", [("snooze", "x", "--days", "3"), ("wake", "x"), ("remove", "x"), ("seen", "x")])
def test_what_is_not_there_is_said_to_be_not_there(run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(NotFound):
        run(*words)
