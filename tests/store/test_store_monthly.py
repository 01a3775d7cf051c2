"""Counts for the monthly documents: the same as counting one by one, and never of what the reader must not meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from store_samples import assessment, outcome, staff, without_figures

from triage.errors import BadInput, NotAllowed
from triage.model import Case, Entity, EntityKind, Kind, Level, Rank, Route, StaffRole, Way
from triage.store import WORKER, Assessed, Store
from triage.store.counted import NO_AMOUNT, amount_band
from triage.store.setup import upgrade
from triage.store.tables import matters, reports

MONTH = "2019-11"
IN_MONTH = datetime(2019, 11, 5, 2, 0, tzinfo=UTC)
Route_ = Callable[..., str]


def day(number: int, month: int = 11) -> datetime:
    return datetime(2019, month, number, 4, 0, tzinfo=UTC)


def test_a_report_counts_once_under_each_of_its_properties(store: Store, route: Route_) -> None:
    reading = assessment(
        entities=(
            Entity(EntityKind.PROGRAMME, "农低保", 0, 3),
            Entity(EntityKind.PROGRAMME, "低保金", 4, 7),
            Entity(EntityKind.PROGRAMME, "危房改造", 8, 12),
            Entity(EntityKind.AMOUNT, "三万五千元", 15, 20, fen=3_500_000),
            Entity(EntityKind.AMOUNT, "八百元", 22, 25, fen=80_000),
        )
    )
    route(assessment=reading, division="513431102201")
    cells = store.monthly.month(WORKER, MONTH)
    place = "513431102"
    assert cells.total == {place: 1}
    assert cells.by["category"] == {(place, "embezzlement"): 1, (place, "opaque_funds"): 1}
    assert cells.by["programme"] == {(place, "housing"): 1, (place, "minimum_allowance"): 1}
    assert cells.by["amount"] == {(place, "30000"): 1}
    assert cells.by["risk"] == {(place, "high"): 1}
    assert cells.by["accused_level"] == {(place, "1"): 1}
    assert cells.by["way"] == {(place, "own"): 1}
    assert cells.unread == {}


def test_month_and_series_agree_with_a_count_of_the_rows(store: Store, route: Route_) -> None:
    for number in range(1, 10):
        route(
            f"第{number}封信",
            received_at=day(number, 10 + number % 2),
            division="513431" if number % 3 else "530629",
            assessment=assessment(categories=("bribery",) if number % 4 else ("bribery", "coercion")),
        )
    series = list(store.monthly.series(WORKER, ("2019-10", "2019-11")))
    assert [cells.month for cells in series] == ["2019-10", "2019-11"]
    with store._database.read() as connection:
        for cells in series:
            month = cells.month
            first = datetime(2019, int(month[5:]), 1, tzinfo=UTC) - timedelta(hours=8)
            last = datetime(2019, int(month[5:]) + 1, 1, tzinfo=UTC) - timedelta(hours=8)
            counted = select(reports.c.division, func.count().label("number")).group_by(reports.c.division)
            rows = connection.execute(counted.where(reports.c.received_at >= first, reports.c.received_at < last))
            direct: dict[str, int] = {row.division: row.number for row in rows}
            assert cells.total == direct
            assert store.monthly.month(WORKER, month).total == direct
            assert store.count_by(WORKER, month, ("county", "category")) == cells.category


def test_a_month_ends_at_midnight_in_shanghai(store: Store, route: Route_) -> None:
    route("甲", received_at=datetime(2019, 11, 30, 15, 59, tzinfo=UTC))
    route("乙", received_at=datetime(2019, 11, 30, 16, 0, tzinfo=UTC))
    assert sum(store.monthly.month(WORKER, MONTH).total.values()) == 1
    assert sum(store.monthly.month(WORKER, "2019-12").total.values()) == 1


def test_sealed_reports_and_those_of_excluded_parties_are_in_no_count(store: Store, route: Route_) -> None:
    route("别人", party_keys=("p1",))
    report_id = route("封存")
    route("别处", division="530629")
    store.save_assessed([Assessed(report_id, None, Route(Way.SEALED_UP, "51", None, False, ("above_own_level",)))])
    store.funnel.bring([(report_id, "accepted", day(6))], "test", WORKER)
    conflicted = staff("51", excluded=("p1",))
    for access, number in ((staff("51"), 1), (conflicted, 0), (staff(), 2)):
        cells = store.monthly.month(access, MONTH)
        assert sum(cells.total.values()) == number
        assert all(sum(table.values()) >= number > 0 or not sum(table.values()) for table in cells.by.values())
        assert [sum(one.total.values()) for one in store.monthly.series(access, (MONTH,))] == [number]
        assert len(store.monthly.behind(access, MONTH, "", "embezzlement")) == number
        assert store.funnel.reached(access, "", (day(1), day(30)), day(30)).get("accepted", 0) == 0


def test_whoever_sees_no_figures_gets_none(store: Store) -> None:
    with pytest.raises(NotAllowed):
        store.monthly.month(staff(role=StaffRole.ADMINISTRATOR), MONTH)
    assert store.monthly.month(staff(role=StaffRole.ANALYST), MONTH).total == {}
    with pytest.raises(BadInput):
        store.monthly.month(WORKER, "2019-13")


def test_a_repeat_is_a_report_whose_case_had_one_before(store: Store, route: Route_) -> None:
    old, first, second, third = (route(str(at), received_at=at) for at in (day(3, 9), day(4), day(5), day(6)))
    store.save_cases([Case(old, (old, first)), Case(second, (second, third))])
    # One follows a report of September; of the two that began a case in November one is a repeat
    assert sum(store.monthly.month(WORKER, MONTH).repeats.values()) == 2


def test_reports_behind_a_figure_are_named_with_their_case(store: Store, route: Route_) -> None:
    one, other = route("甲", division="513431101"), route("乙", division="513431102")
    route("丙", division="513432")
    store.save_cases([Case(one, (one, other))])
    assert sorted(store.monthly.behind(WORKER, MONTH, "513431", "embezzlement")) == [(one, one), (other, one)]
    assert store.monthly.behind(WORKER, MONTH, "513431", "coercion") == []


def test_readings_from_before_figures_were_kept_are_counted_and_filled_up(store: Store, route: Route_) -> None:
    route(assessment=assessment(entities=(Entity(EntityKind.PROGRAMME, "雨露计划", 0, 4),)))
    route("又一封")
    with store._database.write() as connection:
        without_figures(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0007'")
    upgrade(store._database)
    before = store.monthly.month(WORKER, MONTH)
    assert sum(before.by["category"].values()) == 4
    assert sum(before.unread.values()) == 2
    assert "programme" not in before.by
    assert store.monthly.fill(repair=False) == 2 == store.monthly.fill()
    after = store.monthly.month(WORKER, MONTH)
    assert dict(after.by["programme"]) == {("513431", "education"): 1}
    assert dict(after.by["amount"]) == {("513431", str(NO_AMOUNT)): 1, ("513431", "30000"): 1}
    assert store.monthly.fill() == 0


@pytest.mark.parametrize(
    ("fen", "band"),
    [(None, -1), (0, -1), (1, 0), (99_999, 0), (100_000, 1_000), (3_000_000, 30_000), (10**12, 3_000_000)],
)
def test_an_amount_lies_in_the_band_that_begins_at_or_below_it(fen: int | None, band: int) -> None:
    assert amount_band(fen) == band


def test_steps_count_matters_and_days_run_from_receipt_or_an_earlier_step(store: Store, route: Route_) -> None:
    one, other = route("甲", received_at=day(2)), route("乙", received_at=day(3))
    brought = [
        (one, "accepted", day(5)),
        (one, "accepted", day(6)),
        (other, "kept_as_repeat", day(9)),
        (one, "closed", day(20)),
    ]
    assert store.funnel.bring(brought, "test", WORKER) == 4
    month = (day(1), day(29))
    assert store.funnel.reached(WORKER, "", month, day(29)) == {"accepted": 2, "concluded": 1}
    assert store.funnel.reached(WORKER, "", month, day(7)) == {"accepted": 1}
    spans = list(store.funnel.spans(WORKER, "51", {"accepted", "kept_as_repeat"}, month))
    assert [(span.start, span.end) for span in spans] == [(day(2), day(5)), (day(3), day(9))]
    assert list(store.funnel.spans(WORKER, "53", {"accepted"}, month)) == []
    later = store.funnel.spans(WORKER, "", {"closed"}, month, starts={"accepted"})
    assert [(span.start, span.end) for span in later] == [(day(5), day(20))]
    # Accepted first on the 5th: nothing was accepted for the first time from the 6th to the 8th
    assert list(store.funnel.spans(WORKER, "", {"accepted"}, (day(6), day(8)))) == []


def test_steps_brought_along_are_only_added_and_only_to_readable_reports(store: Store, route: Route_) -> None:
    report_id = route()
    with pytest.raises(BadInput, match="state"):
        store.funnel.bring([(report_id, "lost", day(6))], "test", WORKER)
    with pytest.raises(NotAllowed):
        store.funnel.bring([(report_id, "accepted", day(6))], "test", staff(role=StaffRole.ANALYST))
    assert store.funnel.bring([(report_id, "accepted", day(6))], "test", staff("53")) == 0
    assert store.funnel.bring([(report_id, "accepted", day(6))], "test", staff("51")) == 1
    with store._database.read() as connection:
        states = connection.execute(select(matters.c.state).order_by(matters.c.seq)).scalars().all()
    assert states == ["received", "accepted"]


def test_kinds_and_ranks_are_counted_by_their_codes(store: Store, route: Route_) -> None:
    route(assessment=assessment(kind=Kind.APPEAL, accused_level=Rank.COUNTY), level=Level.GRAVE)
    by = store.monthly.month(WORKER, MONTH).by
    assert by["kind"] == {("513431", "appeal"): 1}
    assert by["accused_level"] == {("513431", "3"): 1}
    assert by["risk"] == {("513431", "grave"): 1}
    assert outcome("x").route.division == "513431"


def test_letters_to_read_are_spread_over_the_months_and_never_sealed_or_of_others(store: Store, route: Route_) -> None:
    for number in range(8):
        route(f"第{number}封", received_at=day(3 + number, 10 + number // 4))
    route("别处", received_at=day(4), division="530629")
    route("别人", received_at=day(4), party_keys=("p1",))
    sealed = route("封存", received_at=day(4))
    store.save_assessed([Assessed(sealed, None, Route(Way.SEALED_UP, "51", None, False, ("above_own_level",)))])
    conflicted = staff("51", excluded=("p1",))
    months = ("2019-10", "2019-11")
    assert store.monthly.some(conflicted, "5134", months, 100) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert store.monthly.some(conflicted, "5134", months, 4) == [1, 3, 5, 7]
    assert store.monthly.some(conflicted, "5134", ("2019-11",), 100) == [5, 6, 7, 8]
    assert store.monthly.some(staff("62"), "62", months, 100) == []


def test_matters_verified_in_a_month_are_found_newest_first(store: Store, route: Route_) -> None:
    one, other, later = route("甲"), route("乙"), route("丙")
    steps = [(one, "verification", day(6)), (other, "interview", day(7)), (later, "verification", day(2, 12))]
    assert store.funnel.bring(steps, "test", WORKER) == 3
    assert store.funnel.verified(WORKER, "", (day(1), day(30)), 10) == [2, 1]
    assert store.funnel.verified(WORKER, "", (day(1), day(30)), 1) == [2]
    assert store.funnel.verified(staff("53"), "", (day(1), day(30)), 10) == []
