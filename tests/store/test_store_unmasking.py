"""Seeing a report as it came: an act in the log that comes before the answer."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from store_samples import arrival, outcome, staff

from triage.errors import NotAllowed, NotFound
from triage.model import StaffRole, UnmaskReason, Way
from triage.shown import as_it_came, shown
from triage.store import Store
from triage.store.audit import ReadLog
from triage.store.tables import audit

TEXT = "我叫李桂兰，电话13812345678。三河村支书王守田扣了钱。"
SUPERVISOR = staff(role=StaffRole.SUPERVISOR)


def took(store: Store, text: str = TEXT, **changes: object) -> str:
    (answer,) = store.receive([arrival(text)])
    report_id = answer.report_id  # type: ignore[union-attr]
    store.save_assessed([outcome(report_id, **changes)])
    return report_id


def acts(store: Store) -> list[tuple[str, str, str]]:
    with store._database.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.seq)).all()
    return [(row.act, row.subjects, row.detail) for row in rows if row.act in ("unmasked", "read", "export")]


def test_a_look_is_one_act_with_its_reason_and_no_other(store: Store) -> None:
    report_id = took(store)
    row = store.unmasking.row(report_id, staff(), UnmaskReason.PROTECT)
    assert as_it_came(row).row.report.text == TEXT
    assert acts(store) == [("unmasked", report_id, json.dumps({"reason": "protect"}))]
    assert shown(store.row(report_id, staff())).row.report.text.startswith("我叫●●●，电话●●●●●●●●●●●。三河村支书王守田")
    assert acts(store)[-1][0] == "read"


def test_nothing_is_shown_where_the_log_cannot_be_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    report_id = took(store)

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(ReadLog, "note", full)
    with pytest.raises(OSError, match="no space"):
        store.unmasking.row(report_id, staff(), UnmaskReason.VERIFY)


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.WORKER])
def test_only_those_who_decide_see_one_and_only_a_supervisor_has_them_all(store: Store, role: StaffRole) -> None:
    report_id = took(store)
    access = staff(role=role)
    if role in (StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR):
        assert store.unmasking.row(report_id, access, UnmaskReason.VERIFY).report.text == TEXT
    else:
        with pytest.raises(NotAllowed):
            store.unmasking.row(report_id, access, UnmaskReason.VERIFY)
    if role is StaffRole.SUPERVISOR:
        assert [row.report.id for row in store.unmasking.export(access, UnmaskReason.HANDLE)] == [report_id]
        return
    for asked in (store.unmasking.export, store.unmasking.decided):
        with pytest.raises(NotAllowed):
            asked(access, UnmaskReason.HANDLE)


def test_what_is_not_readable_is_not_there(store: Store) -> None:
    above = took(store, way=Way.SEALED_UP)
    here = took(store, TEXT + "!")
    elsewhere = staff("11", role=StaffRole.SUPERVISOR)
    for report_id, access in ((above, SUPERVISOR), (here, elsewhere), ("01J00000000000000000000000", SUPERVISOR)):
        with pytest.raises(NotFound):
            store.unmasking.row(report_id, access, UnmaskReason.VERIFY)


def test_an_export_as_they_came_names_every_report_in_the_log(store: Store) -> None:
    ids = [took(store, TEXT + "!" * number) for number in range(3)]
    assert [row.report.id for row in store.unmasking.export(SUPERVISOR, UnmaskReason.OTHER)] == ids
    assert acts(store) == [("unmasked", " ".join(ids), json.dumps({"export": "reports", "reason": "other"}))]
