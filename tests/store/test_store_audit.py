"""The audit log: acts and reads are in it, and every change behind its back is found."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update
from store_samples import RECEIVED, outcome, staff

from triage.errors import Corrupt
from triage.model import StaffRole
from triage.store import WORKER, AuditEntry, Store, saving
from triage.store.audit import ReadLog
from triage.store.tables import audit, audit_seals


@pytest.fixture
def sealed(store: Store, route: Callable[..., str]) -> Store:
    """A store whose log has two seals."""
    route()
    assert store.seal_audit() == 2
    store.gravest(staff())
    assert store.seal_audit() == 1
    return store


def test_untouched_log_verifies_and_says_what_waits(sealed: Store) -> None:
    head = sealed.verify_audit().head
    sealed.note_act(staff(role=StaffRole.AUDITOR), "verify", (), rows=3)
    state = sealed.verify_audit()
    assert (state.sealed, state.waiting, state.head) == (3, 1, head)
    assert sealed.seal_audit() == 1
    assert sealed.verify_audit().head != head


def test_an_end_that_was_cut_off_is_found_by_a_head_that_was_written_down(sealed: Store) -> None:
    earlier = sealed.verify_audit().head
    sealed.gravest(staff())
    assert sealed.seal_audit() == 1
    later = sealed.verify_audit(earlier).head
    assert sealed.verify_audit(later).head == later
    with sealed._database.write() as connection:
        connection.execute(delete(audit).where(audit.c.seq == 4))
        connection.execute(delete(audit_seals).where(audit_seals.c.seq == 3))
    # The chain alone does not show it: what is left fits together.
    assert sealed.verify_audit().head == earlier
    with pytest.raises(Corrupt, match="cut off"):
        sealed.verify_audit(later)


def test_seal_of_nothing_changes_nothing(sealed: Store) -> None:
    before = sealed.verify_audit()
    assert sealed.seal_audit() == 0
    assert sealed.verify_audit() == before


@pytest.mark.parametrize(
    "forgery",
    [
        update(audit).where(audit.c.seq == 2).values(principal="somebody else"),
        update(audit).where(audit.c.seq == 1).values(at=RECEIVED),
        update(audit).where(audit.c.seq == 3).values(subjects=""),
        delete(audit).where(audit.c.seq == 2),
        delete(audit_seals).where(audit_seals.c.seq == 1),
        update(audit_seals).where(audit_seals.c.seq == 1).values(chain="0" * 64),
        update(audit_seals).where(audit_seals.c.seq == 1).values(last=1),
    ],
    ids=["who", "when", "what", "removed", "seal removed", "seal altered", "seal shortened"],
)
def test_forgery_is_found(sealed: Store, forgery: object) -> None:
    with sealed._database.write() as connection:
        connection.execute(forgery)  # type: ignore[call-overload]
    with pytest.raises(Corrupt, match="audit log"):
        sealed.verify_audit()


def test_row_slipped_in_is_found(sealed: Store) -> None:
    with sealed._database.write() as connection:
        row = connection.execute(select(audit).where(audit.c.seq == 2)).one()._asdict()
        connection.execute(delete(audit).where(audit.c.seq == 2))
        connection.execute(insert(audit), [{**row, "act": "nothing"}])
    with pytest.raises(Corrupt):
        sealed.verify_audit()


def test_value_that_moves_to_the_next_column_is_found(store: Store) -> None:
    store.note([AuditEntry("ab", "c", "read")])
    store.seal_audit()
    with store._database.write() as connection:
        connection.execute(update(audit).values(principal="a", role="bc"))
    with pytest.raises(Corrupt):
        store.verify_audit()


def test_reads_of_many_threads_are_all_noted(store: Store) -> None:
    log = ReadLog(store._database)

    def reads(number: int) -> None:
        for _ in range(10):
            log.note([AuditEntry(f"reader {number}", "", "read")])

    threads = [threading.Thread(target=reads, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store._database.read() as connection:
        assert len(connection.execute(select(audit.c.seq)).all()) == 80


def test_read_that_cannot_be_noted_is_not_answered(
    store: Store, route: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = route()

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("triage.store.audit.write_entries", broken)
    with pytest.raises(OSError, match="disk full"):
        store.report(report_id, staff())
    monkeypatch.undo()
    store.report(report_id, staff())
    with store._database.read() as connection:
        acts = connection.execute(select(audit.c.act).where(audit.c.principal == "somebody")).scalars().all()
    assert acts == ["read", "read"]


def acts(store: Store) -> list[str]:
    with store._database.read() as connection:
        return list(connection.execute(select(audit.c.act).order_by(audit.c.seq)).scalars())


def test_what_the_worker_opens_to_link_is_noted_with_what_comes_of_it(
    store: Store, route: Callable[..., str], take: Callable[..., str]
) -> None:
    known, new = route(link_facts=b"facts"), take()
    before = acts(store)
    store.link_facts([known], WORKER)
    assert acts(store) == before
    store.save_assessed([outcome(new)])
    assert acts(store) == [*before, "link", "assess"]
    store.link_facts([known], staff())
    assert acts(store) == [*before, "link", "assess", "link"]


def test_what_the_worker_opened_in_vain_is_noted_in_the_end(
    store: Store, route: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = route(link_facts=b"facts")
    before = acts(store)
    store.link_facts([known], WORKER)
    with monkeypatch.context() as broken:
        broken.setattr(saving, "prepare", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.save_assessed([outcome(known)])
    assert acts(store) == before
    store.close()
    assert acts(store) == [*before, "link"]
