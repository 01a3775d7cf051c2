"""Who gets which report: analysts figures alone, and a month that is not over is not closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from document_samples import document

from triage.errors import BadInput, NotAllowed
from triage.model import Access, StaffRole
from triage.settings import Settings
from triage.store import Store
from triage.trends.document import Document, Section, Text
from triage.trends.document_form import read_document
from triage.trends.rendering import Form
from triage.trends.reports import close, files_for, report_of
from triage.trends.told import told_bytes

CASES = Section("cases", Text("案件", "Cases"), (Text("金丝雀案", "The canary's case"),), readers_only=True)
AFTER = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)
WITHIN = datetime(2019, 11, 30, 15, 59, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose months are all the sample, with a part that is not for analysts."""

    def composed(*_: object) -> Document:
        return replace(document(), sections=(*document().sections[:1], CASES))

    monkeypatch.setattr("triage.trends.reports.compose", composed)
    monkeypatch.setattr("triage.trends.reports.compose_to_close", lambda *_: (composed(), told_bytes("51", {}, {})))
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


def enter(store: Store, role: StaffRole, *places: str) -> Access:
    return store.authenticate(store.new_token(role, places or ("",)))


@pytest.mark.parametrize("closed", [False, True])
def test_analysts_get_figures_alone_and_readers_get_all(store: Store, closed: bool) -> None:
    analyst, reader = enter(store, StaffRole.ANALYST, "51"), enter(store, StaffRole.INVESTIGATOR, "51")
    if closed:
        assert close(store, reader, "2019-11", "51", lambda: AFTER)[1]
    assert "cases" in [part.name for part in report_of(store, reader, "2019-11", "51").sections]
    assert [part.name for part in report_of(store, analyst, "2019-11", "51").sections] == ["counts"]
    for form in (Form.HTML, Form.JSON):
        all_told, figures = (
            "".join(data.decode() for data in files_for(store, who, "2019-11", "51", forms=(form,)).values())
            for who in (reader, analyst)
        )
        for canary in ("金丝雀案", "canary"):
            assert canary in all_told
            assert canary not in figures


def test_a_month_is_closed_when_it_is_over_in_shanghai(store: Store) -> None:
    access = enter(store, StaffRole.SUPERVISOR)
    for moment in (WITHIN, datetime(2019, 10, 1, tzinfo=UTC)):
        with pytest.raises(BadInput) as caught:
            close(store, access, "2019-11", "51", lambda moment=moment: moment)
        assert (caught.value.field, caught.value.rule) == ("month", "not_over")
    made, new = close(store, access, "2019-11", "51", lambda: datetime(2019, 11, 30, 16, 0, tzinfo=UTC))
    assert (made.revision, new) == (1, True)
    kept = store.closed.newest("2019-11", "51", access)
    assert kept is not None
    assert read_document(kept.document) == made


@pytest.mark.parametrize("role", [StaffRole.ANALYST, StaffRole.REVIEWER, StaffRole.AUDITOR])
def test_not_everybody_closes(store: Store, role: StaffRole) -> None:
    with pytest.raises(NotAllowed):
        close(store, enter(store, role), "2019-11", "51", lambda: AFTER)
    assert store.closed.newest("2019-11", "51", enter(store, StaffRole.SUPERVISOR)) is None
