"""What saved searches say before they are saved, and when a snooze ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.search_backends import EVERYWHERE, documents
from triage.errors import BadInput
from triage.model import Access, StaffRole
from triage.search import EmbeddedIndex, IndexDocument, SearchRequest, Terms
from triage.search.estimates import SHANGHAI, Estimate, Ground, estimate, in_words
from triage.search.finding import Question
from triage.search.nodes import Part
from triage.search.snoozing import MOST_SNOOZE_DAYS, wakes_at
from triage.search.watching import question_of
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

HELD = documents(220)
LOW = SearchRequest(parts=(Part(("低保",)),))
NOW = datetime(2019, 11, 20, 17, 30, tzinfo=UTC)
"""Half past one in the night of the 21st in Shanghai."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    made = EmbeddedIndex(tmp_path_factory.mktemp("index"), Terms(TermKeyer(b"terms"), default_segmenter()))
    made.apply(HELD, [])
    yield made
    made.close()


def span(held: list[IndexDocument]) -> tuple[datetime, datetime]:
    moments = [document.received_at for document in held]
    return min(moments), max(moments)


def day(document: IndexDocument) -> date:
    return document.received_at.astimezone(SHANGHAI).date()


def test_the_figures_equal_counting_the_last_thirty_days_by_hand(index: EmbeddedIndex) -> None:
    found = estimate(index, LOW, EVERYWHERE, span(HELD))
    last = max(map(day, HELD))
    days = [last - timedelta(days=number) for number in range(30)]
    met = [document for document in HELD if day(document) in days and "低保" in document.text]
    by_day = {one.isoformat(): sum(day(document) == one for document in met) for one in days}
    assert found.by_day == {name: count for name, count in by_day.items() if count}
    assert (found.total, found.days, found.a_day) == (len(met), 30, round(len(met) / 30, 2))
    assert (found.since, found.until) == (days[-1].isoformat(), last.isoformat())
    assert found.most == max(by_day.values()) == by_day[found.busiest or ""]
    assert found.reports == sum(day(document) in days for document in HELD)
    assert found.ground is Ground.ENOUGH
    assert "too little" not in found.told


def test_a_reader_of_one_county_is_told_of_that_county_alone(index: EmbeddedIndex) -> None:
    access = Access("tester", StaffRole.INVESTIGATOR, ("513431",), ("party-a",))
    theirs = [one for one in HELD if one.division.startswith("513431") and "party-a" not in one.party_keys]
    found = estimate(index, SearchRequest(), access, span(theirs))
    last = max(map(day, theirs))
    assert found.total == found.reports == sum(day(one) > last - timedelta(days=30) for one in theirs)
    assert found.until == last.isoformat()


def test_too_few_days_or_reports_are_called_too_little_to_tell(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path, Terms(TermKeyer(b"terms"), default_segmenter()))
    assert estimate(index, LOW, EVERYWHERE, None).ground is Ground.NO_REPORTS
    assert "no reports" in estimate(index, LOW, EVERYWHERE, None).told
    first = min(HELD, key=day)
    week = [document for document in HELD if (day(document) - day(first)).days < 6]
    index.apply(week, [])
    short = estimate(index, LOW, EVERYWHERE, span(week))
    assert (short.ground, short.days) == (Ground.FEW_DAYS, (max(map(day, week)) - day(first)).days + 1)
    assert f"{short.days} days and {len(week)} reports are too little to tell" in short.told
    assert "不足以估计" in short.told
    few = [*week[:3], max(HELD, key=day)]
    index.rebuild(iter(few))
    assert estimate(index, LOW, EVERYWHERE, span(few)).ground is Ground.FEW_REPORTS
    index.close()


def test_a_rate_below_a_tenth_is_not_told_as_none() -> None:
    rare = Estimate(1, 0.03, 30, "2019-10-22", "2019-11-20", "2019-11-02", 1, 400, Ground.ENOUGH)
    assert "<0.1 a day" in in_words(rare)
    never = Estimate(0, 0.0, 30, "2019-10-22", "2019-11-20", None, 0, 400, Ground.ENOUGH)
    assert "0 hits in the 30 days from 2019-10-22 to 2019-11-20, 0 a day." in in_words(never)


@given(st.integers(1, MOST_SNOOZE_DAYS))
def test_a_number_of_days_and_its_day_name_the_same_midnight_in_shanghai(days: int) -> None:
    end = wakes_at(None, days, NOW)
    wakes = date(2019, 11, 21) + timedelta(days=days)
    assert end.astimezone(SHANGHAI) == datetime(wakes.year, wakes.month, wakes.day, tzinfo=SHANGHAI)
    assert wakes_at(wakes.isoformat(), None, NOW) == end


@pytest.mark.parametrize(
    ("until", "days", "field", "rule"),
    [
        (None, None, "until", "either"),
        ("2019-11-30", 3, "until", "either"),
        (None, 0, "days", "range"),
        (None, 91, "days", "range"),
        (None, 10**30, "days", "range"),
        ("2019-11-21", None, "until", "range"),
        ("2019-11-20", None, "until", "range"),
        ("2020-02-20", None, "until", "range"),
        ("2019-02-30", None, "until", "form"),
        ("30.11.2019", None, "until", "form"),
        ("２０１９-11-30", None, "until", "form"),
        ("", None, "until", "form"),
    ],
)
def test_a_snooze_needs_an_end_that_lies_within_ninety_days(
    until: str | None, days: int | None, field: str, rule: str
) -> None:
    with pytest.raises(BadInput) as caught:
        wakes_at(until, days, NOW)
    assert (caught.value.field, caught.value.rule) == (field, rule)


def test_every_field_of_a_question_can_be_saved_but_those_of_a_page() -> None:
    given = {"q": "低保", "category": "bribery", "month": "2019-11", "sort": "risk"}
    assert question_of(given) == Question(**given)
    for name in ("limit", "cursor", "colour"):
        with pytest.raises(BadInput) as caught:
            question_of({name: "1"})
        assert caught.value.rule == "unknown_field"
