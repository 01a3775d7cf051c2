"""Saved searches: sealed, their owner's alone, and one alert for each report that met them, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from store_samples import RECEIVED, arrival, assessment, outcome

from triage.errors import BadInput, NotAllowed, NotFound
from triage.model import Access, Level, StaffRole, Way
from triage.settings import Settings
from triage.store import Accepted, AlertRow, Priority, Store, Watched, saved
from triage.store.backup import backup
from triage.store.saved import MOST_SAVED
from triage.store.saved_tables import alerts, saved_searches
from triage.store.tables import audit, recusals, staff

QUESTION = {"q": "黄莺儿", "place": "金丝雀村"}
Route = Callable[..., str]
Enter = Callable[..., Access]


@pytest.fixture
def enter(store: Store) -> Enter:
    """Makes a token and gives the access that it gives."""

    def entered(*places: str, role: StaffRole = StaffRole.INVESTIGATOR) -> Access:
        return store.authenticate(store.new_token(role, places or ("",)))

    return entered


def fired(store: Store, *report_ids: str) -> int:
    """As the worker does when every saved search meets these reports."""
    return store.saved.fire([(one, report_ids) for one in store.saved.watched()])


def shown(store: Store, access: Access, *, seen_too: bool = False) -> list[AlertRow]:
    return store.saved.alerts(access, before=None, limit=100, seen_too=seen_too)


def acts(store: Store) -> list[str]:
    with store._database.read() as connection:
        return list(connection.execute(select(audit.c.act).order_by(audit.c.seq)).scalars())


def test_a_saved_search_comes_back_to_its_owner_as_it_was_given(store: Store, enter: Enter) -> None:
    access = enter()
    made = store.saved.save("金丝雀", QUESTION, access)
    (found,) = store.saved.mine(access)
    assert (found.id, found.name, dict(found.question), found.waiting) == (made.id, "金丝雀", QUESTION, 0)


def test_another_principal_sees_none_of_it_and_can_change_nothing(store: Store, enter: Enter, route: Route) -> None:
    owner, other = enter(), enter()
    made = store.saved.save("n", QUESTION, owner)
    fired(store, route())
    (alert,) = shown(store, owner)
    assert (store.saved.mine(other), shown(store, other)) == ([], [])
    for attempt in (
        lambda: store.saved.snooze(made.id, None, other),
        lambda: store.saved.remove(made.id, other),
        lambda: store.saved.see([alert.id], other),
        lambda: store.saved.see_all(other, alert.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert [line.seen_at for line in shown(store, owner)] == [None]


@pytest.mark.parametrize("role", [role for role in StaffRole if not role.reads_text and role is not StaffRole.WORKER])
def test_roles_that_read_no_text_have_no_saved_searches(store: Store, enter: Enter, role: StaffRole) -> None:
    access = enter(role=role)
    for attempt in (lambda: store.saved.save("n", QUESTION, access), lambda: store.saved.mine(access)):
        with pytest.raises(NotAllowed):
            attempt()


def test_a_principal_has_only_so_many_saved_searches(store: Store, enter: Enter) -> None:
    access = enter()
    for _ in range(MOST_SAVED):
        store.saved.save("n", QUESTION, access)
    with pytest.raises(BadInput) as caught:
        store.saved.save("n", QUESTION, access)
    assert caught.value.rule == "too_many"
    assert store.saved.save("n", QUESTION, enter()).name == "n"


def test_a_report_that_comes_is_new_and_one_that_is_rated_or_read_anew_has_changed(
    store: Store, enter: Enter, route: Route
) -> None:
    access = enter()
    rated, read, before = route(), route(), store.outbox_batch(10)
    store.outbox_done([item.seq for item in before])
    store.saved.save("n", QUESTION, access)
    store.save_priorities({rated: Priority(Level.GRAVE, 9.0, True)})
    store.save_assessed([outcome(read, assessment=assessment(model="m2"))])
    came = route()
    fired(store, rated, read, came)
    assert {line.report_id: line.event for line in shown(store, access)} == {
        rated: "changed",
        read: "changed",
        came: "new",
    }


def test_the_newest_alert_comes_first_and_pages_neither_repeat_nor_drop_while_more_come(
    store: Store, enter: Enter, route: Route
) -> None:
    access = enter()
    store.saved.save("n", QUESTION, access)
    reports = [route() for _ in range(7)]
    for report_id in reports:
        fired(store, report_id)
    seen: list[str] = []
    before = None
    while page := store.saved.alerts(access, before=before, limit=3, seen_too=False):
        seen += [line.report_id for line in page]
        before = page[-1].id
        fired(store, route())
    assert seen == reports[::-1]


def test_what_the_owner_may_not_read_raises_no_alert(store: Store, enter: Enter, route: Route) -> None:
    access = enter("51")
    store.saved.save("n", QUESTION, access)
    elsewhere, sealed, stays = route(division="621124"), route(way=Way.SEALED_UP), route(division="513431")
    assert fired(store, elsewhere, sealed, stays) == 1
    assert [line.report_id for line in shown(store, access)] == [stays]


def test_a_report_on_somebody_whom_the_owner_must_not_meet_raises_no_alert(
    store: Store, enter: Enter, route: Route
) -> None:
    access = enter()
    store.saved.save("n", QUESTION, access)
    with store._database.write() as connection:
        row = {"staff_id": access.principal, "party_key": "p1", "made_at": RECEIVED}
        connection.execute(insert(recusals), [row])
    assert [one.access.excluded_party_keys for one in store.saved.watched()] == [("p1",)]
    assert fired(store, route(party_keys=("p1",))) == 0
    assert fired(store, route(party_keys=("p2",))) == 1


def test_a_report_sealed_later_takes_its_alert_along(store: Store, enter: Enter, route: Route) -> None:
    access = enter()
    store.saved.save("n", QUESTION, access)
    report_id = route()
    fired(store, report_id)
    store.save_assessed([outcome(report_id, way=Way.SEALED_UP)])
    assert shown(store, access, seen_too=True) == []
    assert store.saved.mine(access)[0].waiting == 0
    with store._database.read() as connection:
        assert connection.execute(select(alerts)).all() == []


def test_a_report_that_is_sealed_while_its_alert_is_written_leaves_no_alert(
    store: Store, enter: Enter, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = enter()
    store.saved.save("n", QUESTION, access)
    report_id, looked = route(), saved.readable_ids
    with Store.open(store.settings) as another, ThreadPoolExecutor(1) as pool:
        sealing: list[Future[list[str]]] = []

        def meanwhile(*told: Any) -> set[str]:
            found = looked(*told)
            sealing.append(pool.submit(another.save_assessed, [outcome(report_id, way=Way.SEALED_UP)]))
            wait(sealing, 0.5)
            return found

        monkeypatch.setattr(saved, "readable_ids", meanwhile)
        fired(store, report_id)
        assert sealing[0].result(30) == [report_id]
    with store._database.read() as connection:
        assert connection.execute(select(alerts)).all() == []


def test_a_report_that_goes_to_another_place_is_neither_shown_nor_counted_nor_marked(
    store: Store, enter: Enter, route: Route
) -> None:
    access = enter("51")
    store.saved.save("n", QUESTION, access)
    report_id = route(division="513431")
    fired(store, report_id)
    (alert,) = shown(store, access)
    store.save_assessed([outcome(report_id, division="621124", assessment=assessment(model="m2"))])
    assert shown(store, access) == []
    assert store.saved.mine(access)[0].waiting == 0
    with pytest.raises(NotFound):
        store.saved.see([alert.id], access)


def test_removing_a_search_tells_of_no_alert_on_what_its_owner_may_not_read_any_more(
    store: Store, enter: Enter, route: Route
) -> None:
    access = enter("51")
    made = store.saved.save("n", QUESTION, access)
    stays, goes = route(division="513431"), route(division="513431")
    fired(store, stays, goes)
    store.save_assessed([outcome(goes, division="621124", assessment=assessment(model="m2"))])
    assert store.saved.remove(made.id, access) == 1
    with store._database.read() as connection:
        assert connection.execute(select(alerts)).all() == []


@pytest.mark.parametrize("ends", ["revoked", "expired"])
def test_a_token_that_holds_no_more_gets_no_alerts(store: Store, enter: Enter, route: Route, ends: str) -> None:
    access = enter()
    store.saved.save("n", QUESTION, access)
    if ends == "revoked":
        store.revoke_token(access.principal)
    else:
        with store._database.write() as connection:
            connection.execute(update(staff).values(expires_at=datetime.now(UTC)))
    assert store.saved.watched() == []
    assert fired(store, route()) == 0


def test_the_worker_watches_with_the_rights_of_each_owner_at_that_moment(store: Store, enter: Enter) -> None:
    first, second = enter("51"), enter("62", "5201", role=StaffRole.REVIEWER)
    store.saved.save("a", QUESTION, first)
    store.saved.save("b", {"q": "低保"}, second)
    told = [(dict(one.question), one.access.role, one.access.place_prefixes) for one in store.saved.watched()]
    assert told == [
        (QUESTION, StaffRole.INVESTIGATOR, ("51",)),
        ({"q": "低保"}, StaffRole.REVIEWER, ("62", "5201")),
    ]


def test_alerts_of_a_snooze_are_counted_and_shown_when_it_ends(store: Store, enter: Enter, route: Route) -> None:
    access = enter()
    made = store.saved.save("n", QUESTION, access)
    store.saved.save("awake", QUESTION, access)
    end = datetime.now(UTC) + timedelta(days=3)
    store.saved.snooze(made.id, end, access)
    fired(store, route())
    assert [line.search_id == made.id for line in shown(store, access)] == [False]
    asleep = store.saved.mine(access)[0]
    assert (asleep.snoozed_until, asleep.waiting) == (end, 1)
    (other,) = shown(store, access)
    assert store.saved.see_all(access, other.id) == 1
    store.saved.clock = lambda: end
    assert [line.search_id for line in shown(store, access)] == [made.id]
    assert store.saved.mine(access)[0].snoozed_until is None


def test_a_snooze_that_is_ended_at_once_shows_what_it_held(store: Store, enter: Enter, route: Route) -> None:
    access = enter()
    made = store.saved.save("n", QUESTION, access)
    store.saved.snooze(made.id, datetime.now(UTC) + timedelta(days=3), access)
    fired(store, route())
    assert shown(store, access) == []
    store.saved.snooze(made.id, None, access)
    assert len(shown(store, access)) == 1


def seen_as_shown(store: Store, access: Access, page: list[AlertRow], at: datetime) -> int:
    return store.saved.see_all(access, page[0].id, down_to=page[-1].id, shown_at=at)


@pytest.mark.parametrize("ends", ["by itself", "by hand"])
def test_what_a_snooze_held_back_when_the_page_was_shown_is_not_marked_with_it(
    store: Store, enter: Enter, route: Route, ends: str
) -> None:
    access = enter()
    asleep = store.saved.save("asleep", QUESTION, access)
    now = datetime.now(UTC)
    store.saved.snooze(asleep.id, now + timedelta(hours=1), access)
    fired(store, route(), route())
    awake = store.saved.save("awake", QUESTION, access)
    fired(store, route())
    page, at = shown(store, access), store.saved.clock()
    assert [line.search_id for line in page] == [awake.id]
    if ends == "by hand":
        store.saved.snooze(asleep.id, None, access)
    else:
        store.saved.clock = lambda: now + timedelta(hours=2)
    assert len(shown(store, access)) == 4
    assert seen_as_shown(store, access, page, at) == 1
    assert {line.search_id for line in shown(store, access)} == {asleep.id}
    page, at = shown(store, access), store.saved.clock()
    assert seen_as_shown(store, access, page, at) == 3
    assert shown(store, access) == []


def test_without_the_moment_of_the_page_what_may_have_been_held_back_is_left(
    store: Store, enter: Enter, route: Route
) -> None:
    access = enter()
    asleep = store.saved.save("asleep", QUESTION, access)
    now = datetime.now(UTC)
    store.saved.snooze(asleep.id, now + timedelta(hours=1), access)
    fired(store, route(), route())
    store.saved.save("awake", QUESTION, access)
    fired(store, route())
    (newest,) = shown(store, access)
    store.saved.clock = lambda: now + timedelta(hours=2)
    assert store.saved.see_all(access, newest.id) == 1
    held = shown(store, access)
    assert {line.search_id for line in held} == {asleep.id}
    assert store.saved.see_all(access, held[0].id) == 3, "named itself, so it was shown"


def test_what_stood_on_other_pages_is_not_marked_with_a_page(store: Store, enter: Enter, route: Route) -> None:
    access = enter()
    store.saved.save("n", QUESTION, access)
    fired(store, *(route() for _ in range(5)))
    page = store.saved.alerts(access, before=None, limit=2, seen_too=False)
    older = shown(store, access)[2:]
    assert seen_as_shown(store, access, page, store.saved.clock()) == 2
    assert shown(store, access) == older


def test_waking_a_search_that_does_not_sleep_leaves_its_page_to_be_marked(
    store: Store, enter: Enter, route: Route
) -> None:
    access = enter()
    made = store.saved.save("n", QUESTION, access)
    fired(store, route())
    page, at = shown(store, access), store.saved.clock()
    store.saved.snooze(made.id, None, access)
    assert seen_as_shown(store, access, page, at) == 1


def test_seen_alerts_leave_the_list_and_stay_in_the_long_one(store: Store, enter: Enter, route: Route) -> None:
    access = enter()
    store.saved.save("n", QUESTION, access)
    fired(store, route(), route(), route())
    newest, middle, oldest = shown(store, access)
    assert store.saved.see([middle.id, middle.id], access) == 1
    assert store.saved.see([middle.id], access) == 0
    assert [line.id for line in shown(store, access)] == [newest.id, oldest.id]
    assert store.saved.see_all(access, middle.id) == 1
    assert [line.id for line in shown(store, access)] == [newest.id]
    assert len(shown(store, access, seen_too=True)) == 3
    with pytest.raises(NotFound):
        store.saved.see([newest.id, "0" * 26], access)
    assert [line.id for line in shown(store, access)] == [newest.id]


def test_a_removed_search_takes_its_alerts_along_and_nothing_else(store: Store, enter: Enter, route: Route) -> None:
    access = enter()
    gone, stays = (store.saved.save(name, QUESTION, access) for name in ("gone", "stays"))
    fired(store, route(), route())
    held = store.saved.watched()
    assert store.saved.remove(gone.id, access) == 2
    assert {line.search_id for line in shown(store, access)} == {stays.id}
    assert store.saved.fire([(one, [route()]) for one in held if one.id == gone.id]) == 0
    with pytest.raises(NotFound):
        store.saved.remove(gone.id, access)


def test_every_act_on_saved_searches_stands_in_the_audit_log(store: Store, enter: Enter, route: Route) -> None:
    access = enter()
    made = store.saved.save("n", QUESTION, access)
    fired(store, route())
    store.saved.mine(access)
    store.saved.see([shown(store, access)[0].id], access)
    store.saved.snooze(made.id, datetime.now(UTC) + timedelta(days=1), access)
    store.saved.snooze(made.id, None, access)
    store.saved.remove(made.id, access)
    told = ["search saved", "alert", "searches", "alerts seen", "search snoozed", "search woken", "search removed"]
    assert [act for act in acts(store) if act in told] == told


@pytest.mark.embedded
def test_no_word_of_a_saved_search_stands_in_the_database_its_log_or_a_backup(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Store.open(settings) as store:
        access = store.authenticate(store.new_token(StaffRole.INVESTIGATOR))
        made = store.saved.save("红嘴相思", QUESTION, access)
        store.saved.mine(access)
        store.saved.watched()
        backup(settings, tmp_path / "backup.db")
        words = [form for word in ("红嘴相思", *QUESTION.values()) for form in forms(word)]
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {"triage.db", "triage.db-wal", "backup.db"} <= {path.name for path in files}
        # What stands in clear is found by this search: ids do.
        assert made.id.encode() in (tmp_path / "backup.db").read_bytes()
        for path in files:
            data = path.read_bytes()
            assert [word for word in words if word in data] == [], path.name
    assert [word for word in ("红嘴相思", *QUESTION.values()) if word in caplog.text] == []


def forms(word: str) -> tuple[bytes, ...]:
    """A word as it could stand in a file: in UTF-8, in UTF-16, and escaped as JSON escapes it."""
    return word.encode(), word.encode("utf-16-le"), word.encode("unicode_escape")


def test_a_saved_search_that_was_altered_stops_no_other(
    store: Store, enter: Enter, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    access = enter()
    broken, sound = (store.saved.save(name, QUESTION, access) for name in ("broken", "sound"))
    with store._database.write() as connection:
        row = saved_searches.c.id == broken.id
        connection.execute(update(saved_searches).where(row).values(sealed=b"\x01" + bytes(60)))
    assert [one.id for one in store.saved.watched()] == [sound.id]
    assert broken.id in caplog.text


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Access, list[str]]]:
    """A store with eight routed reports, for laws that need many runs."""
    with Store.open(Settings(data_dir=tmp_path_factory.mktemp("crowded"))) as store:
        access = store.authenticate(store.new_token(StaffRole.INVESTIGATOR))
        answers = store.receive([arrival(str(number), received_at=RECEIVED) for number in range(8)])
        ids = [answer.report_id for answer in answers if isinstance(answer, Accepted)]
        store.save_assessed([outcome(report_id) for report_id in ids])
        yield store, access, ids


steps = st.lists(
    st.one_of(
        st.tuples(st.just("fire"), st.lists(st.integers(0, 7), max_size=6)),
        st.tuples(st.just("killed"), st.lists(st.integers(0, 7), max_size=6)),
        st.tuples(st.just("see"), st.lists(st.integers(0, 7), max_size=2)),
        st.tuples(st.just("rated"), st.lists(st.integers(0, 7), max_size=2)),
        st.tuples(st.just("snooze"), st.just([])),
    ),
    max_size=12,
)


class Killed(Exception):
    """Stands for a process that ends in the middle of a transaction."""


@rules(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_happens_a_report_alerts_a_saved_search_once_and_never_twice(
    crowded: tuple[Store, Access, list[str]], drawn: list[tuple[str, list[int]]]
) -> None:
    store, access, ids = crowded
    made = store.saved.save("n", QUESTION, access)
    one, met = Watched(made.id, QUESTION, access), set()
    for act, numbers in drawn:
        chosen = [ids[number] for number in numbers]
        if act == "fire":
            store.saved.fire([(one, chosen), (one, chosen)])
            met |= set(chosen)
        elif act == "killed":
            with suppress(Killed), store._database.write() as connection:
                store.saved._fire(connection, [(one, chosen)])
                raise Killed
        elif act == "see":
            store.saved.see([line.id for line in mine(store, access, made.id) if line.report_id in chosen], access)
        elif act == "rated":
            store.save_priorities({report_id: Priority(Level.GRAVE, 9.0, True) for report_id in chosen})
        else:
            store.saved.snooze(made.id, datetime.now(UTC) + timedelta(days=1), access)
    store.saved.snooze(made.id, None, access)
    assert sorted(line.report_id for line in mine(store, access, made.id)) == sorted(met)
    store.saved.remove(made.id, access)


def mine(store: Store, access: Access, search_id: str) -> list[AlertRow]:
    return [line for line in shown(store, access, seen_too=True) if line.search_id == search_id]
