"""A law, whatever comes in whatever order: nobody sees what was added to a report that they may not see."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from store_samples import arrival, assessment, outcome, staff

from triage.codes import HEADS_OFFICE
from triage.model import Case, Route, Stage, Way
from triage.store import WORKER, Accepted, Assessed, Store
from triage.store.rereading import Reread
from triage.store.tables import messages, reports

SEALED = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))
READERS = (
    WORKER,
    staff(),
    staff("5134"),
    staff("52"),
    staff("513431", "52"),
    staff(excluded=("cousin",)),
    staff("52", excluded=("uncle",)),
)
HOW: dict[str, Any] = {
    "here": {"division": "513431"},
    "there": {"division": "520100"},
    "on the cousin": {"party_keys": ("cousin",)},
    "on the uncle there": {"division": "520100", "party_keys": ("uncle",)},
    "sealed": None,
}
READ = st.sampled_from(sorted(HOW))
STEP = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 1), READ),
    st.tuples(st.just("work"), READ, READ),
    st.tuples(st.just("fail"), READ, READ),
    st.tuples(st.just("again"), st.integers(0, 9), READ),
    st.tuples(st.just("join"), st.integers(0, 9), st.integers(0, 9)),
)


def came_out(report_id: str, how: str, model: str = "m1") -> Assessed:
    changes = HOW[how]
    if changes is None:
        return Assessed(report_id, None, SEALED)
    return outcome(report_id, assessment=assessment(model=model), **changes)


class Office:
    """Two reporters, what they add, and what becomes of it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        # What stands from an earlier story is of no account to this one
        while left := [report.id for report in store.claim(100)]:
            store.save_assessed([came_out(one, "sealed") for one in left])
        self.first = [self.comes(f"第{number}封") for number in range(2)]
        self.all = list(self.first)
        self.number = 0

    def comes(self, text: str, **more: Any) -> str:
        (answer,) = self.store.receive([arrival(text, **more)])
        assert isinstance(answer, Accepted)
        return answer.report_id

    def does(self, act: str, one: Any, other: Any) -> None:
        if act == "add":
            self.all.append(self.comes("他还拿了五万块。", adds_to=self.first[one]))
        elif act == "work":
            ids = [report.id for report in self.store.claim(2)]
            self.store.save_assessed([came_out(each, how) for each, how in zip(ids, (one, other), strict=False)])
        elif act == "fail":
            self.store.fail([report.id for report in self.store.claim(1)], "ValueError")
            self.store.retry()
        elif act == "again":
            self.reads_again(self.all[one % len(self.all)], other)
        else:
            pair = {self.all[one % len(self.all)], self.all[other % len(self.all)]}
            seen = sorted(self.store.visible(sorted(pair), WORKER))
            self.store.save_cases([Case(seen[0], tuple(seen))] if seen else [])

    def reads_again(self, report_id: str, how: str) -> None:
        if report_id not in self.store.visible([report_id], WORKER):
            return
        self.number += 1
        row = self.store.row(report_id, WORKER)
        made = came_out(report_id, how, f"again{self.number}")
        if row.report.adds_to is not None and made.route.way is not Way.SEALED_UP:
            # As the worker does: what was added lies where the first one lies
            made = outcome(report_id, assessment=made.assessment, division=row.report.division)
        self.store.rereading.save([Reread(row.assessment_id, made)])

    def holds(self) -> None:
        pairs = select(messages.c.report_id, messages.c.added_id).where(messages.c.report_id.in_(self.first))
        stand = select(reports.c.id, reports.c.stage).where(reports.c.id.in_(self.all))
        with self.store._database.read() as connection:
            told = [(row.report_id, row.added_id) for row in connection.execute(pairs)]
            stages = {row.id: row.stage for row in connection.execute(stand)}
        seen = {reader: self.store.visible(self.all, reader) for reader in READERS}
        for first, added in told:
            if stages[first] == Stage.SEALED:
                assert stages[added] in {Stage.SEALED, Stage.RECEIVED}
            for reader in READERS:
                hidden = added not in seen[reader]
                assert hidden or first in seen[reader], (stages[first], stages[added], reader)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEP, min_size=3, max_size=12))
def test_what_was_added_is_seen_by_nobody_who_may_not_see_the_first(
    store: Store, steps: list[tuple[str, Any, Any]]
) -> None:
    office = Office(store)
    for step in steps:
        office.does(*step)
        office.holds()
