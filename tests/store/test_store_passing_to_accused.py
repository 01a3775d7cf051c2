"""To whom a matter is not passed: an office or body that its report accuses, or whose people, unless somebody insists."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from store_samples import assessment, outcome, staff

from triage.errors import BadInput
from triage.handling import Handler
from triage.model import Entity, EntityKind, MatterState, Office, Rank, Role, StaffRole
from triage.policy import load_policy
from triage.store import Store
from triage.store.matters import Step
from triage.store.tables import audit

Take = Callable[..., str]
SUPERVISOR = staff(role=StaffRole.SUPERVISOR)
COUNTY = Office("513431-discipline", "昭觉县举报室", "513431", Rank.COUNTY, "discipline")
PREFECTURE = Office("5134-discipline", "凉山州督查组", "5134", Rank.PREFECTURE, "discipline")


def on(store: Store, take: Take, text: str, *accused: str) -> str:
    report_id = take(text)
    people = tuple(Entity(EntityKind.PERSON, name, 0, len(name), role=Role.ACCUSED) for name in accused)
    assert store.save_assessed([outcome(report_id, assessment=assessment(entities=people))]) == [report_id]
    return report_id


def passing(store: Store, report_id: str, to: str, *, state: str = "passed_on", anyway: bool = False) -> str:
    handler = Handler(store, load_policy().clocks)
    return handler.decide(report_id, Step(MatterState(state), to=to), SUPERVISOR, None, anyway=anyway).line.state


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("派出所民警李大明收了王五的钱，不立案。", "police"),
        ("县法院法官李大明收了王五三万元，判我们输。", "court"),
        ("昭觉县民政局收了钱才给办低保。", "civil_affairs"),
        ("昭觉县纪委干部李大明收了三万元。", "513431-discipline"),
    ],
)
def test_a_matter_does_not_go_to_whom_it_accuses(store: Store, take: Take, text: str, to: str) -> None:
    store.save_offices([COUNTY, PREFECTURE])
    report_id = on(store, take, text, "李大明")
    with pytest.raises(BadInput) as refused:
        passing(store, report_id, to)
    assert (refused.value.field, refused.value.rule) == ("to", "accused")
    assert "李大明" not in str(refused.value)
    assert passing(store, report_id, "petitions") == "passed_on"


def test_the_office_above_takes_it_and_down_and_handing_over_are_watched_too(store: Store, take: Take) -> None:
    store.save_offices([COUNTY, PREFECTURE])
    report_id = on(store, take, "昭觉县纪委干部李大明收了三万元。", "李大明")
    with pytest.raises(BadInput, match="accused"):
        passing(store, report_id, "513431-discipline", state="passed_down")
    assert passing(store, report_id, "5134-discipline") == "passed_on"
    other = on(store, take, "昭觉县纪委干部李大明又收了两万元。", "李大明")
    passing(store, other, "5134-discipline", state="passed_on")


def test_who_insists_is_told_of_in_the_audit_log_and_nobody_else_is(store: Store, take: Take) -> None:
    report_id = on(store, take, "派出所民警李大明收了王五的钱。", "李大明")
    assert passing(store, report_id, "police", anyway=True) == "passed_on"
    other = on(store, take, "村支书李大明收了王五的钱，我去派出所报案。", "李大明")
    assert passing(store, other, "police", anyway=True) == "passed_on"
    with store._database.read() as connection:
        told = [row.detail for row in connection.execute(select(audit).where(audit.c.act == "matter step"))]
    assert ["to_accused" in str(one) for one in told] == [True, False]


def test_a_letter_that_is_written_to_a_body_may_be_passed_to_it(store: Store, take: Take) -> None:
    plain = on(store, take, "昭觉县公安局：村支书李大明打了我。", "李大明")
    assert passing(store, plain, "police") == "passed_on"
