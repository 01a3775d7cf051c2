"""Counts a month's reports from the store, under the reader's access."""

from __future__ import annotations

from corpora.divisions import Divisions
from corpora.taxonomy import load_taxonomy
from triage.model import Access
from triage.store import Store
from triage.trends.figures import MonthFigures, checked_month, suppressed

TABLES = ("category", "county", "channel", "level", "kind")
_TITLES = {"county": "county", "level": "risk"}


def month_figures(store: Store, access: Access, month: str, threshold: int) -> MonthFigures:
    """The figures of a month by category, county, channel, risk and kind.

    Reports whose place reaches no county are counted under the code they have. Sealed reports are never counted.

    Args:
        store: where the reports are.
        access: who asks; only what they may see is counted.
        month: like 2019-11, by the calendar of Asia/Shanghai.
        threshold: cells below it are suppressed.

    Raises:
        BadInput: the month is not written so.
    """
    checked_month(month)
    total = sum(count for count in store.count_by(access, month, ("channel",)).values())
    tables = []
    for name in TABLES:
        counts = {values[0]: count for values, count in store.count_by(access, month, (name,)).items()}
        labels = {value: _label(name, value) for value in counts}
        tables.append(suppressed(_TITLES.get(name, name), counts, labels, threshold, partition=name != "category"))
    return MonthFigures(month, total if total >= threshold or total == 0 else None, threshold, tuple(tables))


def _label(name: str, value: str) -> str:
    if name == "category":
        known = load_taxonomy().get(value)
        return f"{known.zh} ({value})" if known else value or "—"
    if name == "county" and value:
        path = Divisions.load().path(value)
        return "".join(division.name for division in path) or value
    return value or "—"
