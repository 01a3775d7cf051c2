"""A token that is renewed stays the same person: recusals, saved searches and judgements go on under another secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from store_samples import arrival, set_version, without_taking

from triage.errors import BadInput, NotAuthenticated, NotFound
from triage.model import StaffRole
from triage.settings import Settings
from triage.store import Store, TokenInfo
from triage.store.backup import backup
from triage.store.tables import audit, recusals, staff
from triage.store.tokens import MOST_DAYS

KEYS = {"p1": "王守田"}


def only(store: Store) -> TokenInfo:
    [info] = store.staff.listed()
    return info


def end_token(store: Store, ago: timedelta = timedelta(0)) -> None:
    with store._database.write() as connection:
        connection.execute(update(staff).values(expires_at=datetime.now(UTC) - ago))


def test_a_renewed_token_is_the_same_person_under_another_secret(store: Store, route: Callable[..., str]) -> None:
    old = store.new_token(StaffRole.INVESTIGATOR, ("51",), days=3)
    before = store.authenticate(old)
    store.saved.save("n", {"q": "低保"}, before)
    new = store.staff.renew(before.principal, 30)
    assert store.authenticate(new) == before
    assert [one.name for one in store.saved.mine(store.authenticate(new))] == ["n"]
    assert timedelta(days=29) < only(store).expires_at - datetime.now(UTC) <= timedelta(days=30)
    with pytest.raises(NotAuthenticated):
        store.authenticate(old)


def test_who_is_kept_from_a_report_stays_so_when_an_ended_token_is_renewed(
    store: Store, route: Callable[..., str]
) -> None:
    named, other = route(party_keys=("p1",)), route()
    old = store.new_token(StaffRole.INVESTIGATOR)
    token_id = only(store).id
    store.staff.recuse(token_id, list(KEYS), names=KEYS)
    end_token(store, ago=timedelta(days=40))
    with pytest.raises(NotAuthenticated):
        store.authenticate(old)
    access = store.authenticate(store.staff.renew(token_id, 30))
    assert set(store.rows([named, other], access)) == {other}


def test_a_revoked_token_is_not_renewed_and_an_unknown_one_neither(store: Store) -> None:
    store.new_token(StaffRole.REVIEWER)
    token_id = only(store).id
    store.revoke_token(token_id)
    with pytest.raises(NotFound, match="revoked"):
        store.staff.renew(token_id, 30)
    with pytest.raises(NotFound, match="no such token"):
        store.staff.renew("0" * 26, 30)
    assert only(store).revoked_at is not None


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1])
def test_a_life_that_is_none_is_refused_and_the_secret_holds_on(store: Store, days: int) -> None:
    token = store.new_token(StaffRole.REVIEWER)
    with pytest.raises(BadInput):
        store.staff.renew(only(store).id, days)
    assert store.authenticate(token).principal == only(store).id


def test_the_log_tells_of_the_renewal_and_neither_of_a_secret_nor_of_a_name(store: Store) -> None:
    store.new_token(StaffRole.REVIEWER)
    token_id = only(store).id
    store.staff.recuse(token_id, list(KEYS), names=KEYS)
    secret = store.staff.renew(token_id, 12)
    with store._database.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.seq)).all()
    [row] = [row for row in rows if row.act == "token renew"]
    assert (row.subjects, row.detail) == (token_id, '{"days": 12}')
    assert secret not in repr(rows)
    assert "王守田" not in repr(rows)


def test_the_list_says_which_tokens_end_soon_have_ended_and_from_whom_holders_are_kept(store: Store) -> None:
    for days in (7, 30, 30):
        store.new_token(StaffRole.REVIEWER, days=days)
    soon, late, ended = (info.id for info in store.staff.listed())
    with store._database.write() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(staff).where(staff.c.id == ended).values(expires_at=past))
    store.staff.recuse(late, ["k1", "k2"], names={"k1": "王守田", "k2": "王守田"})
    store.staff.recuse(ended, ["k3"])
    told = {
        info.id: (info.ends_soon, info.ended, info.kept_from, info.kept_from_others) for info in store.staff.listed()
    }
    assert told == {
        soon: (True, False, (), False),
        late: (False, False, ("王守田",), False),
        ended: (False, True, (), True),
    }
    store.revoke_token(ended)
    assert not store.staff.listed()[2].ended, "it holds no more, and that was meant"


def test_the_name_of_an_earlier_recusal_is_kept_once_it_is_told_again(store: Store) -> None:
    store.new_token(StaffRole.REVIEWER)
    token_id = only(store).id
    store.staff.recuse(token_id, ["p1"])
    with store._database.read() as connection:
        since = connection.execute(select(recusals.c.made_at)).scalar_one()
    store.staff.recuse(token_id, list(KEYS), names=KEYS)
    assert (only(store).kept_from, only(store).kept_from_others) == (("王守田",), False)
    with store._database.read() as connection:
        assert connection.execute(select(recusals.c.made_at)).scalar_one() == since
    store.staff.recuse(token_id, ["p1"], end=True)
    assert not only(store).recused


def test_a_name_that_was_altered_is_told_as_one_that_is_not_known_and_still_holds(
    store: Store, route: Callable[..., str]
) -> None:
    token = store.new_token(StaffRole.REVIEWER)
    report_id = route(party_keys=("p1",))
    store.staff.recuse(only(store).id, list(KEYS), names=KEYS)
    with store._database.write() as connection:
        connection.execute(update(recusals).values(sealed=b"\x01" + bytes(60)))
    assert (only(store).kept_from, only(store).kept_from_others) == ((), True)
    assert store.visible([report_id], store.authenticate(token)) == set()


@pytest.mark.embedded
def test_no_name_of_a_recusal_stands_in_clear_in_the_database_or_a_backup(settings: Settings, tmp_path: Path) -> None:
    with Store.open(settings) as store:
        store.new_token(StaffRole.REVIEWER)
        store.staff.recuse(only(store).id, ["k1"], names={"k1": "红嘴相思"})
        assert only(store).kept_from == ("红嘴相思",)
        backup(settings, tmp_path / "backup.db")
        for path in (one for one in tmp_path.rglob("*") if one.is_file()):
            data = path.read_bytes()
            assert "红嘴相思".encode() not in data
            assert "红嘴相思".encode("utf-16-le") not in data


def test_recusals_and_proposals_of_an_earlier_version_hold_on(settings: Settings) -> None:
    from store_samples import outcome

    with Store.open(settings) as store:
        token = store.new_token(StaffRole.INVESTIGATOR)
        store.staff.recuse(only(store).id, ["p1"])
        store.receive([arrival(), arrival()])
        named, other = (report.id for report in store.claim(9))
        store.save_assessed([outcome(named, party_keys=("p1",)), outcome(other)])
        with store._database.write() as connection:
            without_taking(connection)
            set_version(connection, "0012")
    with Store.open(settings, migrate=True) as store:
        access = store.authenticate(token)
        assert [row.referral.report_id for row in store.referrals(access)] == [other]
        assert only(store).kept_from_others
        assert store.proposals.take(other, access).referral.taken_by == access.principal
