"""A store moves from one database to the other and back: nothing is lost, nothing is opened on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres_databases import Databases
from sqlalchemy import delete, select, update
from store_samples import RECEIVED, arrival, assessment, outcome, set_version, staff, without_danger

from triage.custody import CustodyDesk
from triage.errors import BadSetup, Busy, WrongKey
from triage.handling import Handler
from triage.model import (
    Act,
    Case,
    ClearingAct,
    ClearingForm,
    ClearingState,
    IdentityAct,
    IdentityReason,
    Judgement,
    MatterState,
    Reporter,
    StaffRole,
    Verdict,
    Way,
)
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store, moving
from triage.store.clearing import ClearingWord
from triage.store.database import Database
from triage.store.matters import Step
from triage.store.moving import move, rows_in
from triage.store.packets import make_pair, read_recipient
from triage.store.tables import audit, outbox, recusals, reports


class Sides:
    """Settings for two databases, of which the first holds a store that has lived a while."""

    def __init__(self, one: Settings, other: Settings) -> None:
        self.one, self.other = one, other
        with Store.open(one) as store:
            self.ids = live(store)


@pytest.fixture(params=["from sqlite", "from postgresql"])
def sides(request: pytest.FixtureRequest, postgres: Databases, tmp_path: Path) -> Iterator[Sides]:
    with postgres.fresh(empty=True) as name:
        server = postgres.settings(tmp_path / "data", name)
        file = server.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'data' / 'triage.db'}"})
        yield Sides(file, server) if request.param == "from sqlite" else Sides(server, file)


def live(store: Store) -> list[str]:
    """Reports that wait, were judged, sealed, searched for and decided on."""
    reporter = Reporter("黄莺儿", "13911112222")
    sent = [arrival(f"第{number}封信", source="登记", row=str(number), reporter=reporter) for number in range(8)]
    answers = store.receive([*sent, arrival(key="k", receipt="r1"), arrival("不打开的信")])
    ids = [answer.report_id for answer in answers if isinstance(answer, Accepted)]
    line = Judgement(ids[1], ids[0], Verdict.SAME, 0.75, "linear/1", ("name", "sum"), joined=True)
    store.save_assessed([outcome(one, link_facts=b"facts", party_keys=("p1",)) for one in ids[:6]])
    store.save_assessed([outcome(ids[9], way=Way.SEALED_UP), outcome(ids[6], assessment=assessment(model="m2"))])
    store.save_judgements([line], WORKER)
    custodian = staff(role=StaffRole.CUSTODIAN)
    store.way_up.pass_up(ids[9], read_recipient(make_pair()[1]), "513431", custodian, lambda _: None)
    store.save_cases([Case("0" * 26, (ids[0], ids[1]))])
    store.outbox_done([item.seq for item in store.outbox_batch(100)])
    reviewer = staff(role=StaffRole.REVIEWER)
    person = Judgement(ids[2], ids[3], Verdict.DIFFERENT, 1.0, f"person:{reviewer.principal}")
    store.casework.decide(Act.JUDGE, [person], reviewer, note="见原件")
    store.saved.save("低保", {"q": "低保"}, reviewer)
    store.new_token(StaffRole.REVIEWER, ("51", "62"))
    store.jobs.ask("reindex", {"from": "0"})
    store.seal_audit()
    return ids


def everything(settings: Settings, ids: list[str]) -> dict[str, Any]:
    """What people would find in a store, opened."""
    with Store.open(settings) as store:
        return {
            "rows": store.rows(ids, staff()),
            "ledger": store.ledger(ids, WORKER),
            "cases": store.cases(WORKER),
            "counts": store.counts(WORKER),
            "notes": [one.note for one in store.casework.decisions_on(ids, staff())],
            "stubs": store.way_up.stubs(staff(role=StaffRole.CUSTODIAN)),
            "searches": [(one.name, one.question) for one in store.saved.mine(staff(role=StaffRole.REVIEWER))],
            "status": store.status("r1"),
            "tokens": store.staff.listed(),
            "sealed": store.verify_audit().sealed > 0,
            "waiting": [report.text for report in store.claim(10)],
        }


def test_a_moved_store_is_what_it_was(sides: Sides) -> None:
    before = everything(sides.one, sides.ids)
    moved = {one.table: one for one in move(sides.one, sides.other, size=3)}
    assert moved["reports"].rows == moved["reports"].written == 10
    assert moved["identities"].rows == 8
    assert everything(sides.other, sides.ids) == before


def test_what_is_sealed_goes_over_sealed(sides: Sides) -> None:
    def kept(settings: Settings) -> list[tuple[bytes, bytes, str]]:
        held = database(settings)
        with held.read() as connection:
            columns = (reports.c.body, reports.c.wrapped_key, reports.c.wrap)
            rows = [tuple(row) for row in connection.execute(select(*columns).order_by(reports.c.seq))]
        held.close()
        return rows

    before = kept(sides.one)
    move(sides.one, sides.other)
    assert kept(sides.other) == before
    assert before[9][2] == "sealed"


def test_a_request_for_who_a_reporter_is_goes_on_on_the_other_side(sides: Sides) -> None:
    with Store.open(sides.one) as store:
        asker, custodians = (
            store.new_token(StaffRole.INVESTIGATOR),
            [store.new_token(StaffRole.CUSTODIAN) for _ in "12"],
        )
        desk = CustodyDesk.of(store)
        asked = desk.ask(sides.ids[0], IdentityReason.FEEDBACK, "须答复", store.authenticate(asker)).line.id
        desk.decide(asked, IdentityAct.APPROVE, store.authenticate(custodians[0]), "同意")
    move(sides.one, sides.other)
    with Store.open(sides.other) as store:
        desk = CustodyDesk.of(store)
        approved = desk.decide(asked, IdentityAct.APPROVE, store.authenticate(custodians[1]))
        assert (approved.note, approved.acts[0].note) == ("须答复", "同意")
        assert desk.open(asked, store.authenticate(asker)).name == "黄莺儿"


def test_an_order_to_clear_somebody_is_carried_out_on_the_other_side(sides: Sides) -> None:
    supervisor = staff(role=StaffRole.SUPERVISOR)
    with Store.open(sides.one) as store:
        handler = Handler.of(store)
        for state in ("accepted", "handed_over", "closed"):
            handler.decide(sides.ids[0], Step(MatterState(state)), supervisor, None)
        ordered = handler.clear(sides.ids[0], ClearingWord(ClearingAct.ORDER, "王守田"), supervisor, None)
    move(sides.one, sides.other)
    with Store.open(sides.other) as store:
        done = ClearingWord(ClearingAct.DONE, form=ClearingForm.MEETING)
        found = Handler.of(store).clear(sides.ids[0], done, supervisor, ordered.line.seen)
        assert found.clearing is not None
        assert (found.clearing.state, found.clearing.acts[0].whom) == (ClearingState.DONE, "王守田")


def database(settings: Settings) -> Database:
    return Database(settings)


def breaks_off(after: int) -> Callable[[int], None]:
    """Ends a move once so many rows were looked at."""
    seen = 0

    def looked(rows: int) -> None:
        nonlocal seen
        seen += rows
        if seen >= after:
            raise KeyboardInterrupt

    return looked


def test_a_move_that_broke_off_goes_on(sides: Sides) -> None:
    before = everything(sides.one, sides.ids)
    with pytest.raises(KeyboardInterrupt):
        move(sides.one, sides.other, breaks_off(30), size=3)
    with pytest.raises(BadSetup, match="not come to its end"):
        Store.open(sides.other)
    rest = move(sides.one, sides.other, size=3)
    assert 0 < sum(one.written for one in rest) < sum(one.rows for one in rest)
    assert everything(sides.other, sides.ids) == before


def as_before_the_list_of_danger(settings: Settings) -> None:
    held = database(settings)
    with held.write() as connection:
        without_danger(connection)
        set_version(connection, "0017")
    held.close()


def test_a_move_that_broke_off_goes_on_with_a_newer_program(sides: Sides) -> None:
    with pytest.raises(KeyboardInterrupt):
        move(sides.one, sides.other, breaks_off(30), size=3)
    for one in (sides.one, sides.other):
        as_before_the_list_of_danger(one)
    Store.open(sides.one, migrate=True).close()
    before = everything(sides.one, sides.ids)
    move(sides.one, sides.other, size=3)
    assert everything(sides.other, sides.ids) == before


def test_a_store_comes_back_to_where_an_older_program_left_it(sides: Sides) -> None:
    move(sides.one, sides.other)
    as_before_the_list_of_danger(sides.one)
    before = everything(sides.other, sides.ids)
    move(sides.other, sides.one)
    assert everything(sides.one, sides.ids) == before


def test_an_older_store_that_lives_is_neither_written_nor_migrated_as_a_target(sides: Sides) -> None:
    with Store.open(sides.other) as store:
        store.new_token(StaffRole.REVIEWER, ("51",))
    as_before_the_list_of_danger(sides.other)
    with pytest.raises(BadSetup, match="another version"):
        move(sides.one, sides.other)


def test_what_was_altered_on_the_other_side_is_mended(sides: Sides) -> None:
    with pytest.raises(KeyboardInterrupt):
        move(sides.one, sides.other, breaks_off(rows_in(sides.one)), size=3)
    other = database(sides.other)
    with other.write() as connection:
        connection.execute(update(reports).where(reports.c.id == sides.ids[4]).values(tries=3))
        connection.execute(delete(reports).where(reports.c.id == sides.ids[7]))
        connection.execute(recusals.insert(), [{"staff_id": "z", "party_key": "p", "made_at": RECEIVED}])
    other.close()
    again = {one.table: one for one in move(sides.one, sides.other, size=3)}
    assert {name for name, one in again.items() if one.written} == {"reports"}
    assert again["recusals"].rows == 0


def test_a_store_lives_in_one_place_and_moves_on_from_there_alone(
    sides: Sides, tmp_path: Path, postgres: Databases
) -> None:
    move(sides.one, sides.other)
    elsewhere = sides.one.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'elsewhere.db'}"})
    for target in (sides.other, elsewhere):
        with pytest.raises(BadSetup, match="moved out of this database already"):
            move(sides.one, target)
    assert move(sides.other, elsewhere)


def test_a_move_that_broke_off_at_its_very_end_is_ended(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(moving, "write_entries", killed)
        with pytest.raises(KeyboardInterrupt):
            move(sides.one, sides.other)
    with pytest.raises(BadSetup):
        Store.open(sides.one)
    move(sides.one, sides.other)
    with Store.open(sides.other) as store:
        assert store.last_seq() == 10


def test_a_store_that_was_moved_is_not_used_by_mistake_until_it_comes_back(sides: Sides) -> None:
    move(sides.one, sides.other)
    with pytest.raises(BadSetup, match="moved to another"):
        Store.open(sides.one)
    with Store.open(sides.other) as store:
        store.receive([arrival("后来的信")])
    assert sum(one.rows for one in move(sides.other, sides.one) if one.table == "reports") == 11
    with Store.open(sides.one) as store:
        assert store.last_seq() == 11


def test_numbers_go_on_where_they_were(sides: Sides) -> None:
    with Store.open(sides.one) as store:
        store.outbox_done([item.seq for item in store.outbox_batch(100)])
        last = given(store)
    move(sides.one, sides.other)
    with Store.open(sides.other) as store:
        assert given(store) > last


def given(store: Store) -> int:
    """The number of a line of the outbox that is made now, and taken away again."""
    with store._database.write() as connection:
        number = connection.execute(outbox.insert().returning(outbox.c.seq), [{"report_id": "x"}]).scalar_one()
        connection.execute(delete(outbox).where(outbox.c.seq == number))
    return int(number)


def test_a_store_in_use_is_not_moved(sides: Sides) -> None:
    with Store.open(sides.one) as store:
        store.last_seq()
        with pytest.raises(Busy, match="stop"):
            move(sides.one, sides.other)
    move(sides.one, sides.other)


def test_who_opens_the_store_while_it_moves_waits_and_finds_it_moved(sides: Sides) -> None:
    """Else a report that is taken in at the end of the move would be acknowledged, and lost to everybody."""
    met: list[str] = []

    def open_it() -> None:
        try:
            with Store.open(sides.one) as store:
                met.append(f"opened, with {len(store.receive([arrival('无人再见的信')]))}")
        except BadSetup as error:
            met.append(error.sentence)

    opener = threading.Thread(target=open_it)

    def while_it_moves(_: int) -> None:
        if opener.ident is None:
            opener.start()
            opener.join(0.5)

    move(sides.one, sides.other, while_it_moves, size=3)
    opener.join(30)
    assert [one for one in met if "moved to another" not in one] == []
    assert len(met) == 1


def test_a_move_stands_in_the_audit_log_of_where_the_store_is_now(sides: Sides) -> None:
    move(sides.one, sides.other)
    with Store.open(sides.other) as store, store._database.read() as connection:
        last = connection.execute(select(audit.c.act).order_by(audit.c.seq.desc()).limit(1)).scalar_one()
    assert last == "store moved"


def test_a_mistyped_address_makes_no_file(sides: Sides, tmp_path: Path) -> None:
    nowhere = sides.one.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'typo.db'}"})
    for act in (lambda: rows_in(nowhere), lambda: move(nowhere, sides.other)):
        with pytest.raises(BadSetup, match="no database to move"):
            act()
    assert not (tmp_path / "typo.db").exists()


def test_another_store_is_never_overwritten(sides: Sides, tmp_path: Path, postgres: Databases) -> None:
    stranger = Settings(data_dir=tmp_path / "stranger")
    Store.open(stranger).close()
    with pytest.raises(BadSetup, match="another store"):
        move(sides.one, sides.other.model_copy(update={"database_url": stranger.database}))
    with pytest.raises(BadSetup, match="one database"):
        move(sides.one, sides.one)


def test_the_key_has_to_be_the_one_of_the_store(sides: Sides) -> None:
    sides.one.key_path.write_text("ab" * 32)
    with pytest.raises(WrongKey):
        move(sides.one, sides.other)
