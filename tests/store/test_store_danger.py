"""What tells of danger or of retaliation stands in a list of its own, whatever was decided on referral."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from store_samples import assessment, outcome, staff, without_danger

from triage.errors import BadInput, NotAllowed
from triage.handling import Handler
from triage.model import Assessment, Level, MatterState, NotAccepted, Point, StaffRole, Way
from triage.policy import load_policy
from triage.store import WORKER, Priority, Store
from triage.store.matters import Step
from triage.store.setup import upgrade

Take = Callable[..., str]
SUPERVISOR = staff(role=StaffRole.SUPERVISOR)
IN_DANGER = Priority(Level.HIGH, 9.0, False, urgent=True)


@pytest.fixture
def told(store: Store, take: Take) -> Take:
    """Takes a report in, read as it is told."""

    def taken(**changes: object) -> str:
        report_id = take("我爸三天没有饭吃")
        assert store.save_assessed([outcome(report_id, **changes)]) == [report_id]
        return report_id

    return taken


def listed(store: Store, access: object = SUPERVISOR, **more: object) -> list[str]:
    page = Handler(store, load_policy().clocks).in_danger(access, **more)  # type: ignore[arg-type]
    return [line.report_id for line in page.lines]


def test_danger_and_retaliation_are_listed_the_newest_first_though_neither_is_referred(
    store: Store, told: Take
) -> None:
    hungry = told(priority=IN_DANGER, refer=False)
    told()
    threatened = told(assessment=assessment(categories=("retaliation",)), refer=False)
    assert listed(store) == [threatened, hungry]
    assert listed(store, WORKER) == [threatened, hungry]


def test_the_list_goes_on_where_a_page_ended(store: Store, told: Take) -> None:
    ids = [told(priority=IN_DANGER) for _ in range(3)][::-1]
    handler = Handler(store, load_policy().clocks)
    page = handler.in_danger(SUPERVISOR, limit=2)
    assert [line.report_id for line in page.lines] == ids[:2]
    rest = handler.in_danger(SUPERVISOR, limit=2, cursor=page.cursor)
    assert ([line.report_id for line in rest.lines], rest.cursor) == (ids[2:], None)
    with pytest.raises(BadInput):
        handler.in_danger(staff("51"), limit=2, cursor=page.cursor)


def test_what_is_not_readable_or_is_sealed_is_not_in_it(store: Store, told: Take) -> None:
    here, there = told(priority=IN_DANGER), told(priority=IN_DANGER, division="520526")
    told(priority=IN_DANGER, way=Way.SEALED_UP)
    assert listed(store) == [there, here]
    assert listed(store, staff("5134")) == [here]
    with pytest.raises(NotAllowed):
        listed(store, staff(role=StaffRole.ANALYST))


def test_a_matter_stays_in_it_until_it_has_an_outcome_and_comes_back_when_it_is_reopened(
    store: Store, told: Take
) -> None:
    report_id = told(priority=IN_DANGER)
    handler = Handler(store, load_policy().clocks)
    for state in ("accepted", "handed_over"):
        handler.decide(report_id, Step(MatterState(state)), SUPERVISOR, None)
        assert listed(store) == [report_id]
    handler.decide(report_id, Step(MatterState.CLOSED), SUPERVISOR, None)
    assert listed(store) == []
    handler.decide(report_id, Step(MatterState.REOPENED), SUPERVISOR, None)
    assert listed(store) == [report_id]
    away = Step(MatterState.NOT_ACCEPTED, reason=NotAccepted.COURTS, to="court")
    handler.decide(report_id, away, SUPERVISOR, None)
    assert listed(store) == []


def in_despair() -> Assessment:
    """A reading whose only sign is a floor: somebody speaks of suicide, and no reader calls it urgent."""
    read = assessment(categories=("service_request",))
    return replace(read, urgent=False, risk=replace(read.risk, floor=(Point("danger_to_life", 0.0),)))


def test_who_speaks_of_suicide_is_listed_though_no_reader_calls_it_urgent(store: Store, told: Take) -> None:
    report_id = told(assessment=in_despair(), refer=False, priority=Priority(Level.HIGH, 4.0, False))
    assert listed(store) == [report_id]
    store.save_priorities({report_id: Priority(Level.HIGH, 9.0, False, corroboration=1.0)})
    assert listed(store) == [report_id]


def test_a_store_of_an_earlier_version_lists_all_that_it_should(store: Store, told: Take) -> None:
    despairs = told(assessment=in_despair(), refer=False, priority=Priority(Level.HIGH, 4.0, False))
    hungry, threatened = told(priority=IN_DANGER), told(assessment=assessment(categories=("retaliation",)))
    told()
    with store._database.write() as connection:
        without_danger(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0017'")
    upgrade(store._database, vault=store._vault)
    assert listed(store) == [threatened, hungry, despairs]


def test_the_list_looks_at_no_report_that_is_in_no_danger(store: Store, told: Take) -> None:
    told(priority=IN_DANGER)
    here = "EXPLAIN QUERY PLAN SELECT seq FROM reports WHERE at_once = 1 ORDER BY seq DESC"
    there = "EXPLAIN SELECT seq FROM reports WHERE at_once ORDER BY seq DESC"
    with store._database.read() as connection:
        if not store._database.sqlite:
            # Of a handful of rows the server reads the table, whatever index there is
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(here if store._database.sqlite else there).all()
    assert "ix_reports_at_once" in repr(plan)
