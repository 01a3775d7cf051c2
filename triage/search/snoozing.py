"""When a saved search that is snoozed wakes, and moments as people give them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from triage.errors import BadInput
from triage.text.dates import SHANGHAI

MOST_SNOOZE_DAYS = 90


def wakes_at(until: str | None, days: int | None, now: datetime) -> datetime:
    """The end of a snooze: 00:00 in Asia/Shanghai of the day ``until``, or of the day that comes after so many days.

    Raises:
        BadInput: neither or both are given, no date, or not 1 to 90 days from today.
    """
    if (until is None) is (days is None):
        raise BadInput("until", "either", "Give the day of the end or a number of days, one of the two.")
    today = now.astimezone(SHANGHAI).date()
    if days is not None and not 1 <= days <= MOST_SNOOZE_DAYS:
        raise BadInput("days", "range", f"A snooze lasts 1 to {MOST_SNOOZE_DAYS} days.")
    day = today + timedelta(days=days) if days is not None else _day(until or "")
    if not 1 <= (day - today).days <= MOST_SNOOZE_DAYS:
        raise BadInput("until", "range", f"The end must be 1 to {MOST_SNOOZE_DAYS} days from today.")
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def moment_of(given: str) -> datetime:
    """A moment as a page of alerts bears it.

    Raises:
        BadInput: none, or one without its zone.
    """
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise BadInput(
            "shown_at", "form", "The moment must be written as the page bears it: 2019-11-30T02:00:00+00:00."
        )
    return moment


def _day(given: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", given, flags=re.ASCII):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise BadInput("until", "form", "The end must be a day written like 2019-11-30.")
