"""Keys, sealing, tokens, migrations: what fits opens, what does not says so."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from store_samples import arrival, set_version

from triage.errors import BadInput, BadSetup, Busy, Corrupt, NotAllowed, NotAuthenticated, NotFound, WrongKey
from triage.model import Access, Case, StaffRole
from triage.settings import Settings
from triage.store import Store, take_worker_lock
from triage.store.columns import EPOCH, UtcDateTime, metadata, to_micros
from triage.store.tables import audit, staff
from triage.store.tokens import accesses_now
from triage.store.vault import Vault

VAULT = Vault(bytes(range(32)))


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_for_its_own_field_only(plain: bytes) -> None:
    key = VAULT.new_data_key()
    blob = VAULT.seal(key, plain, "reports", "r1", "body")
    assert VAULT.open(key, blob, "reports", "r1", "body") == plain
    for about in (("reports", "r2", "body"), ("messages", "r1", "body"), ("reports", "r1", "title")):
        with pytest.raises(Corrupt):
            VAULT.open(key, blob, *about)
    with pytest.raises(Corrupt):
        VAULT.open(VAULT.new_data_key(), blob, "reports", "r1", "body")
    with pytest.raises(Corrupt):
        VAULT.open(key, blob[:-1] + bytes([blob[-1] ^ 1]), "reports", "r1", "body")


def test_one_text_sealed_twice_gives_two_ciphertexts() -> None:
    key = VAULT.new_data_key()
    assert VAULT.seal(key, b"a", "t", "r", "f") != VAULT.seal(key, b"a", "t", "r", "f")


@pytest.mark.parametrize("label", ["sealed", "identity"])
def test_nothing_opens_what_is_sealed_for_others(label: str) -> None:
    wrapped = VAULT.wrap(VAULT.new_data_key(), label, "r1")
    with pytest.raises(NotAllowed):
        VAULT.unwrap(wrapped, label, "r1")
    with pytest.raises(Corrupt):
        VAULT.unwrap(wrapped, "text", "r1")
    with pytest.raises(NotAllowed):
        VAULT.subkey(label)


def test_subkeys_differ_by_label_and_master() -> None:
    other = Vault(bytes(32))
    keys = {vault.subkey(label) for vault in (VAULT, other) for label in ("receipt", "terms", "link", "token")}
    assert len(keys) == 8
    assert VAULT.fingerprint() == Vault(bytes(range(32))).fingerprint() != other.fingerprint()


@pytest.mark.embedded
def test_first_start_makes_key_and_database_for_their_owner_alone(settings: Settings) -> None:
    Store.open(settings).close()
    for path in (settings.key_path, settings.data_dir / "triage.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


@pytest.mark.embedded
def test_in_a_folder_that_was_open_to_everybody_the_database_and_the_index_are_not(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.data_dir.chmod(0o755)
    database = settings.data_dir / "triage.db"
    for folder in (settings.index_dir, settings.refused_dir):
        folder.mkdir()
        folder.chmod(0o755)
    database.touch()
    database.chmod(0o644)
    Store.open(settings).close()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (settings.index_dir, settings.refused_dir)] == [0o700] * 2
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_second_start_finds_what_the_first_one_wrote(settings: Settings) -> None:
    with Store.open(settings) as store:
        store.receive([arrival(receipt="r1")])
        key = store.subkey("terms")
    with Store.open(settings) as store:
        assert store.subkey("terms") == key
        assert store.status("r1") is not None


def test_another_key_refuses_to_start(settings: Settings) -> None:
    Store.open(settings).close()
    settings.key_path.write_text("ab" * 32)
    with pytest.raises(WrongKey):
        Store.open(settings)


def test_lost_key_is_never_replaced_by_a_new_one(settings: Settings) -> None:
    Store.open(settings).close()
    settings.key_path.unlink()
    with pytest.raises(WrongKey, match="do not make a new one"):
        Store.open(settings)
    assert not settings.key_path.exists()


def test_key_file_with_something_else_in_it_is_named(settings: Settings) -> None:
    settings.data_dir.mkdir(exist_ok=True)
    settings.key_path.write_text("not a key")
    with pytest.raises(BadSetup, match="64 hexadecimal digits"):
        Store.open(settings)


def test_server_database_needs_a_key_file(tmp_path: Path) -> None:
    from triage.store.keys import load_or_make_master

    settings = Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1/none")
    with pytest.raises(BadSetup, match="TRIAGE_MASTER_KEY_FILE"):
        load_or_make_master(settings, store_is_empty=True)


def test_password_of_a_database_stands_in_no_error(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="nosuchengine://a:verysecret@127.0.0.1/none")
    with pytest.raises(BadSetup) as error:
        Store.open(settings)
    assert "verysecret" not in str(error.value)


def test_migrations_make_the_tables_that_the_program_expects(store: Store) -> None:
    for_a_server_alone = set() if not store._database.sqlite else {"ix_outbox_report_id"}

    def wanted(_object: object, name: str | None, *_: object) -> bool:
        # The months of the audit log are parts of it
        return name not in for_a_server_alone and re.fullmatch(r"audit_(\d{4}_\d{2}|other)", name or "") is None

    with store._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "include_object": wanted})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(("version", "sentence"), [("0000", "triage migrate"), ("9999", "newer program")])
def test_other_schema_is_not_touched_by_an_ordinary_start(settings: Settings, version: str, sentence: str) -> None:
    with Store.open(settings) as store, store._database.write() as connection:
        set_version(connection, version)
    with pytest.raises(BadSetup, match=sentence):
        Store.open(settings)
    with pytest.raises(BadSetup, match="newer program"):
        Store.open(settings, migrate=True)


def test_token_gives_its_role_and_places(store: Store) -> None:
    token = store.new_token(StaffRole.INVESTIGATOR, ("51", "5201"), days=3)
    [info] = store.staff.listed()
    assert store.authenticate(token) == Access(info.id, StaffRole.INVESTIGATOR, ("51", "5201"))
    assert timedelta(days=2) < info.expires_at - datetime.now(UTC) <= timedelta(days=3)
    assert token not in repr(info)


def test_a_recused_holder_is_kept_from_the_party_and_from_every_case_that_names_it(
    store: Store, route: Callable[..., str]
) -> None:
    token = store.new_token(StaffRole.REVIEWER)
    named, silent, elsewhere = route(party_keys=("p1",)), route(), route()
    store.save_cases([Case(named, (named, silent))])
    store.staff.recuse(store.staff.listed()[0].id, ["p1"])
    store.staff.recuse(store.staff.listed()[0].id, ["p1", "p2"])
    access = store.authenticate(token)
    assert (access.excluded_party_keys, access.excluded_cases) == (("p1", "p2"), (named,))
    assert accesses_now(store._database, "triage") == {access.principal: access}
    assert set(store.rows([named, silent, elsewhere], access)) == {elsewhere}
    store.staff.recuse(access.principal, ["p1"], end=True)
    assert set(store.rows([named, silent, elsewhere], store.authenticate(token))) == {named, silent, elsewhere}


def test_recusing_tells_the_log_who_and_not_from_whom(store: Store) -> None:
    store.new_token(StaffRole.REVIEWER)
    token_id = store.staff.listed()[0].id
    store.staff.recuse(token_id, ["p1"])
    with store._database.read() as connection:
        [row] = connection.execute(select(audit).where(audit.c.act == "token recuse")).all()
    assert (row.subjects, row.detail, row.purpose) == (token_id, "", "")


def test_only_a_token_that_holds_can_be_recused_and_only_what_was_said_be_ended(store: Store) -> None:
    store.new_token(StaffRole.REVIEWER)
    token_id = store.staff.listed()[0].id
    with pytest.raises(NotFound, match="not kept from"):
        store.staff.recuse(token_id, ["p1"], end=True)
    store.revoke_token(token_id)
    for unknown in (token_id, "0" * 26):
        with pytest.raises(NotFound, match="no such token"):
            store.staff.recuse(unknown, ["p1"])


def test_unknown_expired_and_revoked_tokens_are_refused_alike(store: Store) -> None:
    expired, revoked = store.new_token(StaffRole.REVIEWER), store.new_token(StaffRole.REVIEWER)
    first, second = store.staff.listed()
    with store._database.write() as connection:
        connection.execute(update(staff).where(staff.c.id == first.id).values(expires_at=datetime.now(UTC)))
    store.revoke_token(second.id)
    told = set()
    for token in (expired, revoked, "triage_" + "a" * 43, "", "three words, 三"):
        with pytest.raises(NotAuthenticated) as error:
            store.authenticate(token)
        told.add(str(error.value))
    assert len(told) == 1
    with pytest.raises(NotFound):
        store.revoke_token(second.id)


@pytest.mark.parametrize(("places", "days"), [(("五一",), 30), (("51%",), 30), (("",), 0), (("",), 400)])
def test_token_needs_a_place_and_an_end(store: Store, places: tuple[str, ...], days: int) -> None:
    with pytest.raises(BadInput):
        store.new_token(StaffRole.REVIEWER, places, days)


def test_one_worker_at_a_time(tmp_path: Path) -> None:
    with take_worker_lock(tmp_path), pytest.raises(Busy):
        take_worker_lock(tmp_path)
    lock = take_worker_lock(tmp_path)
    lock.release()
    lock.release()


@given(st.datetimes(min_value=datetime(1700, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_times_keep_their_microseconds(moment: datetime) -> None:
    column = UtcDateTime()
    assert column.process_result_value(to_micros(moment), None) == moment  # type: ignore[arg-type]
    assert EPOCH + timedelta(microseconds=to_micros(moment)) == moment
