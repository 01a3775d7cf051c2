"""Closed monthly reports: kept as they were made, for those alone who may count the whole place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from store_samples import RECEIVED

from triage.errors import Changed, NotAllowed
from triage.model import Access, StaffRole
from triage.settings import Settings
from triage.store import Store
from triage.store.backup import backup
from triage.store.closed import FIGURES
from triage.store.tables import audit, recusals

DOCUMENT = "金丝雀的月报".encode() * 40
FILES = {"2019-11_51_r1_zh.html": b"<html>\xe9\x87\x91\xe4\xb8\x9d\xe9\x9b\x80", "2019-11_51_r1.json": DOCUMENT}
Enter = Callable[..., Access]


@pytest.fixture
def enter(store: Store) -> Enter:
    def entered(*places: str, role: StaffRole = StaffRole.SUPERVISOR) -> Access:
        return store.authenticate(store.new_token(role, places or ("",)))

    return entered


def test_a_closed_month_comes_back_as_it_was_closed(store: Store, enter: Enter) -> None:
    access = enter("51")
    made = store.closed.keep("2019-11", "51", 1, DOCUMENT, FILES, access)
    found = store.closed.newest("2019-11", "51", access)
    assert found == made
    assert (found.revision, found.document) == (1, DOCUMENT)
    assert store.closed.files(found, access) == FILES
    assert store.closed.newest("2019-10", "51", access) is None
    assert store.closed.newest("2019-11", "5134", access) is None


def test_revisions_are_added_and_the_earlier_ones_stay(store: Store, enter: Enter) -> None:
    access = enter()
    first = store.closed.keep("2019-11", "51", 1, b"one", FILES, access)
    second = store.closed.keep("2019-11", "51", 2, b"two", {}, access)
    assert store.closed.newest("2019-11", "51", access) == second
    assert store.closed.newest("2019-11", "51", access, revision=1) == first
    assert store.closed.newest("2019-11", "51", access, revision=3) is None


def test_a_revision_exists_once_and_the_second_writes_nothing(store: Store, enter: Enter) -> None:
    access = enter()
    store.closed.keep("2019-11", "51", 1, b"one", FILES, access)
    with pytest.raises(Changed):
        store.closed.keep("2019-11", "51", 1, b"other", FILES, access)
    found = store.closed.newest("2019-11", "51", access)
    assert found is not None
    assert found.document == b"one"
    assert acts(store).count("month closed") == 1


def acts(store: Store) -> list[str]:
    with store._database.read() as connection:
        return list(connection.execute(select(audit.c.act).order_by(audit.c.seq)).scalars())


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.WORKER])
def test_who_may_close_and_who_may_read(store: Store, enter: Enter, role: StaffRole) -> None:
    closes = role in {StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR}
    counts = closes or role in {StaffRole.ANALYST, StaffRole.REVIEWER}
    store.closed.keep("2019-10", "51", 1, DOCUMENT, FILES, enter())
    access = enter("51", role=role)
    if closes:
        assert store.closed.keep("2019-11", "51", 1, DOCUMENT, FILES, access).revision == 1
    else:
        with pytest.raises(NotAllowed):
            store.closed.keep("2019-11", "51", 1, DOCUMENT, FILES, access)
    if counts:
        assert store.closed.newest("2019-10", "51", access) is not None
    else:
        with pytest.raises(NotAllowed):
            store.closed.newest("2019-10", "51", access)


@pytest.mark.parametrize("place", ["", "62", "5", "510"])
def test_a_place_of_others_is_neither_closed_nor_read(store: Store, enter: Enter, place: str) -> None:
    everywhere, here = enter(), enter("5101", "52")
    made = store.closed.keep("2019-11", place, 1, DOCUMENT, FILES, everywhere)
    for attempt in (
        lambda: store.closed.keep("2019-11", place, 2, DOCUMENT, FILES, here),
        lambda: store.closed.newest("2019-11", place, here),
        lambda: store.closed.files(made, here),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_whoever_must_not_meet_a_party_gets_no_closed_report(store: Store) -> None:
    token = store.new_token(StaffRole.SUPERVISOR)
    free = store.authenticate(token)
    made = store.closed.keep("2019-11", "51", 1, DOCUMENT, FILES, free)
    with store._database.write() as connection:
        row = {"staff_id": free.principal, "party_key": "p1", "made_at": RECEIVED}
        connection.execute(insert(recusals), [row])
    kept_away = store.authenticate(token)
    for attempt in (
        lambda: store.closed.newest("2019-11", "51", kept_away),
        lambda: store.closed.files(made, kept_away),
        lambda: store.closed.keep("2019-11", "51", 2, DOCUMENT, FILES, kept_away),
    ):
        with pytest.raises(NotAllowed, match="must not meet"):
            attempt()


def test_closing_and_reading_stand_in_the_audit_log(store: Store, enter: Enter) -> None:
    access = enter()
    store.closed.keep("2019-11", "51", 1, DOCUMENT, FILES, access)
    store.closed.keep("2019-11", "51", 2, DOCUMENT, FILES, access)
    store.closed.newest("2019-11", "51", access)
    told = ["month closed", "month revised", "monthly report"]
    assert [act for act in acts(store) if act in told] == told


def test_no_word_of_a_report_stands_in_the_database_or_a_backup(settings: Settings, tmp_path: Path) -> None:
    with Store.open(settings) as store:
        access = store.authenticate(store.new_token(StaffRole.SUPERVISOR))
        store.closed.keep("2019-11", "51", 1, DOCUMENT, FILES, access)
        backup(settings, tmp_path / "backup.db")
        for path in (path for path in tmp_path.rglob("*") if path.is_file()):
            assert "金丝雀".encode() not in path.read_bytes(), path.name


def test_figures_of_first_closings_come_in_the_order_of_closing_for_those_of_the_place_alone(
    store: Store, enter: Enter
) -> None:
    access = enter("51")
    for month, revision, kept in (("2019-11", 1, b"b"), ("2019-10", 1, b"a"), ("2019-11", 2, b"c")):
        store.closed.keep(month, "51", revision, DOCUMENT, {**FILES, FIGURES: kept}, access)
    store.closed.keep("2019-09", "51", 1, DOCUMENT, FILES, access)
    months = ["2019-09", "2019-10", "2019-11", "2019-12"]
    assert list(store.closed.first_figures("51", months, access)) == [("2019-11", b"b"), ("2019-10", b"a")]
    assert list(store.closed.first_figures("51", ["2019-12"], access)) == []
    with pytest.raises(NotAllowed):
        list(store.closed.first_figures("51", months, enter("53")))
