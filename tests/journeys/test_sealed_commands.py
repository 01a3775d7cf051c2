"""What `triage sealed` says and does where something is not as it should be, and under whose token."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from two_offices import ABOVE_BOTH, HEAD, LETTER, PLAIN, REPORTER, Above, Run, in_the_county, send, stubs

from triage.cli.passing import submission_in
from triage.errors import BadInput, NotAllowed, Unavailable
from triage.model import Reporter, StaffRole, Stage
from triage.settings import Settings, get_settings
from triage.store import WORKER, Store
from triage.store.packets import make_packet, open_packet, read_opener, read_recipient


@pytest.fixture
def settings(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return in_the_county(monkeypatch)


def test_bad_packets_are_named_with_their_rule_and_the_others_are_taken(
    store: Store, run: Run, above: Above, tmp_path: Path
) -> None:
    send(store, LETTER)
    run("work", "--until-empty")
    (stub,) = stubs(run)
    keys, strangers = (above.keys(name) for name in ("keys", "strangers"))
    for name, of in (("good", keys), ("foreign", strangers)):
        run("sealed", "pass-up", stub["id"], "--key-file", str(of / "pass-up.pub"), "--out", str(tmp_path / name))
    good, foreign = (tmp_path / name / f"{stub['id']}.sealed" for name in ("good", "foreign"))
    cut = tmp_path / "cut.sealed"
    cut.write_bytes(good.read_bytes()[:-9])
    letter = tmp_path / "letter.sealed"
    letter.write_text(PLAIN, encoding="utf-8")
    files = [str(path) for path in (cut, foreign, letter, tmp_path / "nowhere.sealed", good)]
    with above.there():
        told = run(
            "sealed", "receive", *files, "--key-file", str(keys / "pass-up.key"), "--no-work", "--json", fails=True
        )
        lines = json.loads(told.stdout)["packets"]
        assert [line.get("rule") for line in lines] == ["damaged", "foreign", "form", "missing", None]
        assert [line["file"] for line in lines][:2] == ["cut.sealed", foreign.name]
        plain = run(
            "sealed", "receive", *files, "--key-file", str(keys / "pass-up.key"), "--no-work", fails=True
        ).stdout
        assert (
            "cut.sealed: packet: 密件在途中被改动或截断，请再要一份。 · The packet was altered or cut on its way"
            in plain
        )
        assert "was here already" in plain
        with Store.open(get_settings()) as there:
            assert there.counts(WORKER)[Stage.RECEIVED] == 1


def test_a_report_that_does_not_go_up_stops_no_other_and_no_packet_is_written_over(
    store: Store, run: Run, above: Above, tmp_path: Path
) -> None:
    for text in (LETTER, ABOVE_BOTH):
        send(store, text)
    run("work", "--until-empty")
    first, second = (stub["id"] for stub in stubs(run))
    keys, out = above.keys(), tmp_path / "out"
    pass_up = ("sealed", "pass-up", "--key-file", str(keys / "pass-up.pub"), "--out", str(out), "--json")
    told = run(*pass_up, first, "0" * 26, fails=True)
    assert [line.get("rule") for line in json.loads(told.stdout)["packets"]] == [None, "not_found"]
    before = (out / f"{first}.sealed").read_bytes()
    again = run(*pass_up, first, second, fails=True)
    assert [line.get("rule") for line in json.loads(again.stdout)["packets"]] == ["exists", None]
    assert (out / f"{first}.sealed").read_bytes() == before
    assert {stub["id"]: stub["packets"] for stub in stubs(run)} == {first: 1, second: 1}


def test_the_doctor_tells_how_many_press_and_names_none(store: Store, run: Run, settings: Settings) -> None:
    def found(*, ends: int) -> tuple[str, str, str]:
        lines = json.loads(run("doctor", "--json", ends=ends).stdout)["findings"]
        told = {line["part"]: line for line in lines}
        assert "sealed" not in told["database"]["sentence"], "how many there are is told to nobody here"
        return told["sealed"]["code"], told["sealed"]["sentence"], json.dumps(told, ensure_ascii=False)

    send(store, LETTER)
    run("work", "--until-empty")
    assert found(ends=0)[:2] == ("none", "")
    (stub,) = stubs(run)
    send(store, ABOVE_BOTH, datetime.now(UTC) - timedelta(days=30))
    run("work", "--until-empty")
    code, sentence, everything = found(ends=1)
    assert (code, sentence) == ("overdue", "1 overdue, 0 due soon")
    assert stub["id"] not in everything


def test_the_commands_act_under_the_token_that_is_set_and_the_file_of_the_first_start_is_none(
    store: Store, run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(store, LETTER)
    send(store, ABOVE_BOTH)
    run("work", "--until-empty")
    assert len(stubs(run)) == 2

    def under(role: StaffRole, *recused: str) -> None:
        token = store.new_token(role)
        if recused:
            run("token", "recuse", store.staff.listed()[-1].id, *recused)
        monkeypatch.setenv("TRIAGE_TOKEN", token)
        get_settings.cache_clear()

    under(StaffRole.CUSTODIAN)
    assert len(stubs(run)) == 2
    under(StaffRole.SUPERVISOR)
    assert [stub["reason"] for stub in stubs(run)] == ["accused_above_office"]
    under(StaffRole.CUSTODIAN, HEAD)
    assert stubs(run) == [], "the head sees nothing, whatever token he got hold of"
    under(StaffRole.INVESTIGATOR)
    with pytest.raises(NotAllowed):
        run("sealed", "list")


def test_a_key_is_never_written_over_and_the_wrong_half_is_refused(run: Run, tmp_path: Path, data_dir: Path) -> None:
    keys = tmp_path / "keys"
    made = json.loads(run("sealed", "make-key", "--out", str(keys), "--json").stdout)
    private, public = Path(made["private"]), Path(made["public"])
    assert private.stat().st_mode & 0o777 == 0o600
    before = private.read_bytes()
    with pytest.raises(BadInput, match="never overwritten"):
        run("sealed", "make-key", "--out", str(keys))
    private.unlink()
    with pytest.raises(BadInput, match=r"pass-up\.pub is there already"):
        run("sealed", "make-key", "--out", str(keys))
    private.write_bytes(before)
    with pytest.raises(BadInput, match="must not leave its office"):
        run("sealed", "pass-up", "0" * 26, "--key-file", str(private), "--out", str(tmp_path / "out"))
    with pytest.raises(BadInput, match="private X25519 key"):
        run("sealed", "receive", str(public), "--key-file", str(public))
    assert not (tmp_path / "out").exists()


def test_a_store_keeps_its_stubs_through_a_backup(store: Store, run: Run, settings: Settings, tmp_path: Path) -> None:
    send(store, LETTER)
    run("work", "--until-empty")
    keys = tmp_path / "keys"
    run("sealed", "make-key", "--out", str(keys))
    (stub,) = stubs(run)
    run("sealed", "pass-up", stub["id"], "--key-file", str(keys / "pass-up.pub"), "--out", str(tmp_path / "out"))
    before = stubs(run)
    store.close()
    run("backup", str(tmp_path / "copies" / "one.db"))
    run("restore", str(tmp_path / "copies" / "one.db"), "--replace")
    assert stubs(run) == before
    assert before[0]["packets"] == 1


def test_an_office_that_has_nothing_to_pass_up_is_told_where_it_would_go(store: Store, run: Run) -> None:
    assert stubs(run) == []
    assert "凉山州" in run("sealed", "list").stdout


def test_a_reporter_is_somebody_that_the_office_above_can_answer(
    store: Store, run: Run, above: Above, tmp_path: Path
) -> None:
    send(store, LETTER, reporter=REPORTER)
    run("work", "--until-empty")
    keys = above.keys()
    (stub,) = stubs(run)
    run("sealed", "pass-up", stub["id"], "--key-file", str(keys / "pass-up.pub"), "--out", str(tmp_path / "out"))
    opener = read_opener((keys / "pass-up.key").read_bytes())
    packet = open_packet((tmp_path / "out" / f"{stub['id']}.sealed").read_bytes(), opener)
    sender, taken = submission_in(packet, datetime.now(UTC))
    assert (sender, taken.reporter) == ("513431", Reporter("黄莺儿", "13911112222"))
    assert taken.external_id == f"{stub['id']}; letter"


def test_a_packet_that_cannot_be_noted_does_not_leave_the_house(
    store: Store, run: Run, above: Above, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(store, LETTER)
    run("work", "--until-empty")
    keys, out = above.keys(), tmp_path / "out"
    (stub,) = stubs(run)

    def broken(*_: object) -> None:
        raise Unavailable("The disk of the database is full; once there is room, try again.")

    with monkeypatch.context() as patch:
        patch.setattr("triage.store.way_up.write_entries", broken)
        pass_up = ("sealed", "pass-up", stub["id"], "--key-file", str(keys / "pass-up.pub"), "--out", str(out))
        assert "disk of the database is full" in run(*pass_up, fails=True).stdout
    assert list(out.iterdir()) == []
    assert stubs(run) == [stub]
    run(*pass_up)
    assert stubs(run)[0]["state"] == "passed_up"


def test_a_folder_that_cannot_be_written_leaves_the_report_waiting(
    store: Store, run: Run, above: Above, tmp_path: Path
) -> None:
    send(store, LETTER)
    run("work", "--until-empty")
    keys, blocked = above.keys(), tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    (stub,) = stubs(run)
    told = run(
        "sealed", "pass-up", stub["id"], "--key-file", str(keys / "pass-up.pub"), "--out", str(blocked), fails=True
    )
    assert "could not be written" in told.stdout
    assert stubs(run) == [stub]


def test_another_report_under_a_number_that_came_before_keeps_the_true_one_from_nobody(
    store: Store, run: Run, above: Above, tmp_path: Path
) -> None:
    """Whoever has the public key could make one, to keep the true one out."""
    send(store, LETTER)
    run("work", "--until-empty")
    keys = above.keys()
    (stub,) = stubs(run)
    run("sealed", "pass-up", stub["id"], "--key-file", str(keys / "pass-up.pub"), "--out", str(tmp_path / "out"))
    forged = tmp_path / "forged.sealed"
    content = {"body": {"text": PLAIN}, "from": "513431", "received": None, "channel": "letter", "reporter": None}
    forged.write_bytes(make_packet(stub["id"], content, read_recipient((keys / "pass-up.pub").read_bytes())))
    files = (str(forged), str(tmp_path / "out" / f"{stub['id']}.sealed"))
    with above.there():
        told = run("sealed", "receive", *files, "--key-file", str(keys / "pass-up.key"), "--no-work", "--json")
        with Store.open(get_settings()) as there:
            assert {report.text for report in there.claim(10)} == {PLAIN, LETTER}
    lines = json.loads(told.stdout)["packets"]
    assert [line["repeated"] for line in lines] == [False, False]
    assert len({line["report"] for line in lines}) == 2
