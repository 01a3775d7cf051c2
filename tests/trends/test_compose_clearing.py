"""Clearing the wrongly accused in the monthly report: what was ordered, done, taken back and is owed, and what is hidden."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from month_samples import column, table, take_in
from sqlalchemy import insert, select, update

from triage.model import Stage
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.handling_tables import clearings, clocks
from triage.store.tables import reports
from triage.trends import lines
from triage.trends.composing import compose
from triage.trends.document import Document, Hidden
from triage.trends.document_form import document_bytes, read_document
from triage.trends.reports import close, report_of

COUNTY = "513431"
ORDERED, DONE, DROPPED, OWED, LATE = "本月决定澄清", "本月已澄清", "本月撤回决定", "月底尚待澄清", "其中超过期限"


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("months") / "data"
    with Store.open(Settings(data_dir=folder)) as store:
        for month in ("2019-10", "2019-11"):
            for _ in range(30):
                take_in(store, month, COUNTY, ("bribery",))
    return folder


@pytest.fixture
def store(two_months: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(two_months, tmp_path / "data")
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


def ids(store: Store) -> Sequence[str]:
    with store._database.read() as connection:
        return connection.execute(select(reports.c.id).order_by(reports.c.seq)).scalars().all()


def day(month: int, number: int) -> datetime:
    return datetime(2019, month, number, 4, tzinfo=UTC)


def order(store: Store, names: Sequence[str], at: datetime, **clock: datetime) -> None:
    with store._database.write() as connection:
        connection.execute(insert(clearings), [row(one, "order", at) for one in names])
        begun = {"name": "clearing", "since": at, "counts_from": at, "paused_at": None}
        connection.execute(insert(clocks), [{"report_id": one, **begun, **clock} for one in names])


def end(store: Store, names: Sequence[str], at: datetime, act: str = "done") -> None:
    with store._database.write() as connection:
        connection.execute(insert(clearings), [row(one, act, at) for one in names])
        connection.execute(update(clocks).where(clocks.c.report_id.in_(names)).values(ended_at=at))


def row(report_id: str, act: str, at: datetime) -> dict[str, object]:
    return {"report_id": report_id, "act": act, "form": None, "step": 1, "by": "somebody", "at": at, "note": None}


def told(store: Store, month: str = "2019-11") -> dict[str, object]:
    return column(table(compose(store, WORKER, month, ""), "clearings"))


def sentences(document: Document) -> list[str]:
    (section,) = [one for one in document.sections if one.name == "clearings"]
    return [text for one in section.sentences for text in (one.zh, one.en)]


def test_a_report_tells_what_the_month_ordered_did_and_took_back_and_what_is_owed_and_overdue(store: Store) -> None:
    names = ids(store)
    order(store, names[:12], day(10, 3))
    order(store, names[12:32], day(11, 5))
    end(store, names[:6], day(11, 20))
    end(store, names[12:18], day(11, 21), "drop")
    assert told(store) == {ORDERED: 20, DONE: 6, DROPPED: 6, OWED: 20, LATE: 6}
    assert told(store, "2019-10") == {ORDERED: 12, DONE: Hidden(), DROPPED: Hidden(), OWED: 12, LATE: Hidden()}


def test_it_is_told_in_words_of_both_languages_on_the_command_line_and_in_every_file(store: Store) -> None:
    names = ids(store)
    order(store, names[:12], day(10, 3))
    order(store, names[12:32], day(11, 5))
    end(store, names[12:18], day(11, 21))
    document = compose(store, WORKER, "2019-11", "")
    zh, en = sentences(document)
    assert zh == "月底尚有26件澄清的决定没有办完，其中12件超过1个月的期限。"
    assert en == (
        "At the end of the month 26 orders to clear somebody were not carried out yet, 12 of them past their time of 1 month."
    )
    assert any("澄清正名" in line for line in lines(document))
    assert read_document(document_bytes(document)) == document


def test_few_orders_are_told_by_no_figure(store: Store) -> None:
    order(store, ids(store)[:4], day(11, 5))
    assert set(told(store).values()) == {Hidden()}
    assert sentences(compose(store, WORKER, "2019-11", "")) == []


def test_a_paused_clock_is_not_overdue_and_one_that_was_paused_has_more_time(store: Store) -> None:
    names = ids(store)
    order(store, names[:9], day(10, 3))
    order(store, names[9:15], day(10, 3), paused_at=day(10, 20))
    order(store, names[15:21], day(10, 3), counts_from=day(11, 2))
    order(store, names[21:40], day(11, 2))
    assert told(store)[LATE] == 9


def test_what_was_ordered_before_the_report_was_sealed_is_counted_no_more(store: Store) -> None:
    names = ids(store)
    order(store, names[:12], day(11, 3))
    assert told(store)[ORDERED] == 12
    with store._database.write() as connection:
        gone = update(reports).where(reports.c.id.in_(names[:6]))
        connection.execute(gone.values(stage=Stage.SEALED.value))
    assert told(store)[ORDERED] == 6


def test_where_nobody_was_to_be_cleared_there_is_no_such_part_nor_for_a_place_inside_the_area(store: Store) -> None:
    assert "clearings" not in [part.name for part in compose(store, WORKER, "2019-11", "").sections]
    order(store, ids(store)[:12], day(11, 3))
    assert "clearings" in [part.name for part in compose(store, WORKER, "2019-11", "").sections]
    assert "clearings" not in [part.name for part in compose(store, WORKER, "2019-11", COUNTY).sections]


@pytest.mark.usefixtures("no_files")
def test_a_month_that_was_closed_without_it_stays_as_it_was_and_its_revision_has_it(store: Store) -> None:
    close(store, WORKER, "2019-11", "")
    before = document_bytes(report_of(store, WORKER, "2019-11", "", None))
    order(store, ids(store)[:12], day(11, 3))
    assert document_bytes(report_of(store, WORKER, "2019-11", "", 1)) == before
    revised, made = close(store, WORKER, "2019-11", "")
    assert made
    assert column(table(revised, "clearings"))[ORDERED] == 12
    assert document_bytes(report_of(store, WORKER, "2019-11", "", 1)) == before
