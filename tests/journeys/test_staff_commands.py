"""Tokens and proposals as somebody types the commands about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.journeys.feeding import PETITION, routed
from triage.cli.health import examine
from triage.errors import Changed, NotAuthenticated, NotFound
from triage.model import StaffRole
from triage.settings import get_settings
from triage.store import Store
from triage.store.tables import staff

Run = Callable[..., str]


@pytest.fixture
def run(run: Callable[..., Any], store: Store) -> Run:  # the store holds the token of the command line
    """Runs a command in this process and gives what it prints."""
    return lambda *words: str(run(*words).stdout)


def told(run: Run, *words: str) -> Any:
    return json.loads(run(*words, "--json"))


def ends_in(store: Store, token_id: str, left: timedelta) -> None:
    """As after some weeks: the token ends in so long."""
    now = datetime.now(UTC)
    with store._database.write() as connection:
        ending = {"made_at": now - timedelta(days=90), "expires_at": now + left}
        connection.execute(update(staff).where(staff.c.id == token_id).values(ending))


def under(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("TRIAGE_TOKEN", token)
    get_settings.cache_clear()


def tokens_part(store: Store) -> tuple[str, bool, str]:
    (line,) = [one for one in examine(store.settings) if one.part == "tokens"]
    return line.code, line.well, line.sentence


def test_a_renewed_token_is_printed_alone_and_the_one_before_reads_no_more(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = run("token", "new", "--days", "3").strip()
    mine = store.staff.listed()[-1].id
    new = run("token", "renew", mine, "--days", "90")
    assert new.startswith("triage_")
    assert new.count("\n") == 1
    assert len(told(run, "token", "list")["tokens"]) == 2
    under(monkeypatch, new.strip())
    assert told(run, "refer", "list")["total"] == 0
    under(monkeypatch, old)
    with pytest.raises(NotAuthenticated):
        run("refer", "list")
    run("token", "revoke", mine)
    with pytest.raises(NotFound, match="revoked"):
        run("token", "renew", mine)


def test_the_token_of_the_command_line_is_renewed_in_its_file_too(run: Run, store: Store) -> None:
    (own,) = store.staff.listed()
    before = store.settings.token_path.read_text(encoding="utf-8")
    printed = run("token", "renew", own.id)
    assert store.settings.token_path.read_text(encoding="utf-8") == printed != before
    assert store.settings.token_path.stat().st_mode & 0o777 == 0o600
    assert told(run, "refer", "list")["total"] == 0
    run("token", "new")
    run("token", "renew", store.staff.listed()[-1].id)
    assert store.settings.token_path.read_text(encoding="utf-8") == printed, "another's is none of its business"


def test_the_list_says_whom_a_holder_is_kept_from_and_what_ends_within_seven_days(run: Run, store: Store) -> None:
    run("token", "new", "--days", "5")
    mine = store.staff.listed()[-1].id
    run("token", "recuse", mine, "王守田", "李大山")
    table = run("token", "list")
    for words in ("王守田", "李大山", "ends soon"):
        assert words in table
    (line,) = [one for one in told(run, "token", "list")["tokens"] if one["id"] == mine]
    assert (sorted(line["kept_from"]), line["ends_soon"], line["ended"]) == (["李大山", "王守田"], True, False)
    run("token", "recuse", mine, "王守田", "--end")
    assert "王守田" not in run("token", "list")


def test_the_doctor_tells_of_tokens_that_end_and_of_those_whose_recusals_ended_with_them(
    run: Run, store: Store
) -> None:
    assert tokens_part(store) == ("holding", True, "")
    run("token", "new", "--days", "2")
    assert tokens_part(store)[0] == "holding", "one for a few days is meant to end"
    plain, kept = (_new_one(run, store) for _ in range(2))
    run("token", "recuse", kept, "王守田")
    ends_in(store, plain, timedelta(days=6))
    assert tokens_part(store) == ("ending", False, f"end within seven days: {plain}")
    ends_in(store, kept, timedelta(days=-50))
    assert tokens_part(store) == ("ended", False, f"have ended: {kept}; end within seven days: {plain}")
    run("token", "renew", kept)
    run("token", "revoke", plain)
    assert tokens_part(store)[0] == "holding"
    ends_in(store, kept, timedelta(days=-50))
    run("token", "revoke", kept)
    assert tokens_part(store)[0] == "holding", "whoever has left is kept from nothing any more"


def _new_one(run: Run, store: Store) -> str:
    run("token", "new")
    return store.staff.listed()[-1].id


def test_proposals_are_paged_taken_over_and_given_back(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [routed(store, f"{PETITION}{number}") for number in range(3)]
    first = told(run, "refer", "list", "--limit", "2")
    rest = told(run, "refer", "list", "--limit", "2", "--cursor", first["cursor"])
    assert [row["referral"]["report_id"] for row in first["referrals"] + rest["referrals"]] == ids
    assert (first["total"], rest["cursor"]) == (3, None)
    printed = run("refer", "list", "--limit", "2").split("--cursor ")[1].strip()
    assert ids[2] in run("refer", "list", "--cursor", printed)
    assert ids[0] in run("refer", "take", ids[0])
    assert "2 of 2" in run("refer", "list")
    mine = store.staff.listed()[0].id
    assert ids[0] in run("refer", "list", "--state", "taken")
    (line,) = told(run, "refer", "list", "--state", "taken")["referrals"]
    assert (line["referral"]["report_id"], line["referral"]["taken_by"]) == (ids[0], mine)
    assert f"by {mine}" in run("refer", "show", ids[0])
    under(monkeypatch, store.new_token(StaffRole.INVESTIGATOR))
    with pytest.raises(Changed):
        run("refer", "take", ids[0])
    under(monkeypatch, store.new_token(StaffRole.SUPERVISOR))
    assert "is open again" in run("refer", "give-back", ids[0])
    assert told(run, "refer", "list")["total"] == 3
