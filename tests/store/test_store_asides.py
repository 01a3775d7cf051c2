"""What the index refuses is taken out of its way, and nothing that was said since is lost with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from store_samples import outcome, staff

from triage.model import Stage, Way
from triage.store import WORKER, Store
from triage.store.tables import outbox, reports

Route = Callable[..., str]


def waiting(store: Store) -> list[int]:
    with store._database.read() as connection:
        return list(connection.execute(select(outbox.c.seq).order_by(outbox.c.seq)).scalars())


def stuck(store: Store) -> list[tuple[str, str]]:
    return [(one.report_id, one.code) for one in store.stuck(WORKER)]


def test_what_the_index_refuses_is_stuck_and_waits_no_more_whatever_lines_it_had(store: Store, route: Route) -> None:
    report_id, other = route(), route()
    store.asides.send_again([report_id])
    lines = {item.report_id: item.seq for item in store.outbox_batch(10)}
    store.asides.set_aside({report_id: "mapping"}, lines)
    assert waiting(store) == [lines[other]]
    assert stuck(store) == [(report_id, "index_refused:mapping")]
    assert store.report(report_id, staff()).stage is Stage.ASSESSED


def test_what_the_index_alone_refused_goes_to_the_index_again_and_is_not_read_anew(store: Store, route: Route) -> None:
    report_id = route()
    (item,) = store.outbox_batch(10)
    store.asides.set_aside({report_id: "mapping"}, {report_id: item.seq})
    before = store.row(report_id, staff())
    assert store.retry() == 1
    assert store.claim(5) == []
    assert [line.report_id for line in store.outbox_batch(10)] == [report_id]
    assert (store.row(report_id, staff()), stuck(store)) == (before, [])
    assert store.retry() == 0, "it is on its way"


def test_a_newer_change_of_what_the_index_refuses_stays_on_its_way(store: Store, route: Route) -> None:
    report_id = route()
    (item,) = store.outbox_batch(10)
    newer = store.asides.send_again([report_id])[report_id]
    store.asides.set_aside({report_id: "mapping"}, {report_id: item.seq})
    assert waiting(store) == [newer]
    assert stuck(store) == []
    store.asides.set_aside({report_id: "mapping"}, {report_id: newer})
    assert (waiting(store), stuck(store)) == ([], [(report_id, "index_refused:mapping")])


def test_a_report_that_is_sealed_while_the_index_refuses_it_is_still_taken_out_of_the_index(
    store: Store, route: Route
) -> None:
    report_id = route()
    (item,) = store.outbox_batch(10)
    store.save_assessed([outcome(report_id, way=Way.SEALED_UP)])
    store.asides.set_aside({report_id: "mapping"}, {report_id: item.seq})
    assert [(one.report_id, one.row) for one in store.outbox_batch(10)] == [(report_id, None)]
    assert store.counts(WORKER)[Stage.SEALED] == 1


def test_what_a_new_index_refuses_waits_for_its_own_lines(store: Store, route: Route) -> None:
    moving, resting = route(), route()
    store.outbox_done([item.seq for item in store.outbox_batch(10) if item.report_id == resting])
    store.asides.set_aside({moving: "mapping", resting: "mapping"}, {})
    assert [item.report_id for item in store.outbox_batch(10)] == [moving]
    assert stuck(store) == [(resting, "index_refused:mapping")]
    assert store.asides.refused() == [resting]


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.SEALED, Stage.DEAD])
def test_a_report_that_has_left_the_index_meanwhile_is_not_brought_back(
    store: Store, route: Route, stage: Stage
) -> None:
    report_id = route()
    (item,) = store.outbox_batch(10)
    with store._database.write() as connection:
        connection.execute(update(reports).values(stage=stage.value))
    store.asides.set_aside({report_id: "mapping"}, {report_id: item.seq})
    assert store.counts(WORKER)[stage] == 1
