"""No command tells who wrote a report, except where somebody says why, which stands in the log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.letters_of_reporters import LETTER, OPEN, SECRETS, TITLE, reading
from tests.store.store_samples import arrival, outcome
from triage.cli.pages import commands_page
from triage.cli.unmasking import reason_of
from triage.errors import BadInput, NotAllowed, TriageError
from triage.model import Case, Judgement, StaffRole, UnmaskReason, Verdict
from triage.pipeline import open_index, rebuild
from triage.settings import Settings, get_settings
from triage.store import WORKER, Store
from triage.store.tables import audit

Run = Callable[..., Any]


@pytest.fixture
def letters(store: Store, settings: Settings) -> list[str]:
    """Three letters of one person: two of one case, a link that waits; read and in the index."""
    ids = []
    for text in (LETTER, LETTER + "\n附：另有三户。", LETTER + "\n附：名单一份。"):
        (answer,) = store.receive([arrival(text, title=TITLE)])
        ids.append(answer.report_id)  # type: ignore[union-attr]
        features = ("same_sender:0:0", "same_name:1:1", "contact", "same_date")
        line = Judgement(ids[-1], ids[0], Verdict.SAME, 0.99, "link-1", features, joined=True)
        lines = (line,) if len(ids) == 2 else ()
        store.save_assessed([outcome(ids[-1], assessment=reading(text), judgements=lines, refer=True)])
    store.save_cases([Case(ids[0], tuple(ids[:2]))])
    unsure = Judgement(ids[2], ids[0], Verdict.UNSURE, 0.4, "link-1", ("same_sender:0:0", "same_name:1:1"))
    store.save_judgements([unsure], WORKER)
    index = open_index(settings, store)
    rebuild(store, index)
    index.close()
    return ids


SHOWING = [
    "show ID", "search 欧阳青禾", "search --like ID", "search 王守田 --group case", "cases", "case show ID", "case suggestions",
    "case judge OTHER ID same", "case split ID MATE", "case merge ID MATE", "case move OTHER ID", "case undo", "refer list",
    "refer show ID", "refer take ID", "refer give-back ID", "review next", "review list", "review confirm ID", "review figures",
    "matter list", "matter list --state received", "matter clocks", "matter show ID", "matter step accepted ID", "matter repeats ID",
    "message list ID", "message waiting", "watch estimate 危房改造", "watch new 危房 危房改造", "watch list", "watch alerts", "sealed list", "audit verify",
]  # fmt: skip
"""Commands that answer staff under their token, each run with a report whose writer is not to be told."""
TOLD_APART = {
    # Shown below by themselves
    "export", "review export",
    # Answer as those above do, or show a file of whoever asks their own
    "review correct", "review reject", "matter pause", "matter resume", "matter escalate", "matter clear order", "matter clear done", "matter clear drop", "watch seen", "watch snooze", "watch wake",
    "watch remove", "assess", "cluster", "import", "evaluate", "train", "demo", "report", "sealed pass-up", "sealed receive",
    # Bring about something, and tell no more than how much
    "serve", "work", "reassess", "migrate-store", "reindex", "reconcile", "retry", "backup", "restore", "migrate", "doctor",
    "sealed make-key",
    # Answers with what `message list` shows
    "message send",
    # Tell nothing of a text; whom it opens a name for stands in docs/identity.md
    "identity ask", "identity list", "identity show", "identity approve", "identity refuse", "identity withdraw", "identity open",
}  # fmt: skip


def secrets_in(text: str) -> list[str]:
    return [one for one in SECRETS if one in text]


def as_role(store: Store, monkeypatch: pytest.MonkeyPatch, role: StaffRole) -> None:
    monkeypatch.setenv("TRIAGE_TOKEN", store.new_token(role))
    get_settings.cache_clear()


def test_no_command_tells_who_wrote_a_report_or_how_they_are_reached(
    store: Store, run: Run, letters: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(store, monkeypatch, StaffRole.SUPERVISOR)
    one = letters[0]
    names = {"ID": one, "MATE": letters[1], "OTHER": letters[2]}
    for line in SHOWING:
        for form in ((), ("--json",)):
            words = [names.get(word, word) for word in line.split()]
            try:
                told = run(*words, *form).output
            except TriageError as refused:
                # The same act a second time may be none any more
                told = f"{refused}"
            assert secrets_in(without_question(told)) == [], line
    out = tmp_path / "reports.jsonl"
    run("export", "--out", str(out))
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(rows) == 3
    assert all(row["masked"] and row["covered"] > 5 for row in rows)
    assert secrets_in(out.read_text("utf-8")) == []
    assert secrets_in(run("review", "export").stdout) == []
    assert "●●●●" in run("review", "export").stdout


def without_question(told: str) -> str:
    """What the asker asked for themselves is told back."""
    if told[:1] != "{":
        return "\n".join(line for line in told.splitlines() if "also searched for" not in line)
    answer = json.loads(told)
    answer.pop("also_searched_for", None)
    return json.dumps(answer, ensure_ascii=False)


def test_a_report_is_shown_covered_with_what_is_told_and_how_to_see_it_all(run: Run, letters: list[str]) -> None:
    shown = run("show", letters[0]).stdout
    assert [one for one in OPEN if one not in shown] == []
    assert "places that tell who wrote it are covered" in shown
    assert f"triage show {letters[0]} --unmasked --reason CODE" in shown
    assert "被反映人 accused: 王守田" in shown
    assert "反映人 reporter: ●●●●" in shown


def test_seeing_it_as_it_came_needs_a_reason_and_stands_in_the_log(run: Run, store: Store, letters: list[str]) -> None:
    with pytest.raises(BadInput, match="--reason"):
        run("show", letters[0], "--unmasked")
    with pytest.raises(BadInput, match="contact_reporter"):
        run("show", letters[0], "--unmasked", "--reason", "curious")
    with pytest.raises(BadInput, match="--unmasked"):
        run("show", letters[0], "--reason", "verify")
    assert acts(store) == []
    shown = run("show", letters[0], "--unmasked", "--reason", "contact_reporter").stdout
    assert LETTER in shown
    assert "This look stands in the log" in shown
    assert acts(store) == [(letters[0], {"reason": "contact_reporter"})]
    told = json.loads(run("show", letters[0], "--unmasked", "--reason", "verify", "--json").stdout)
    assert (told["masked"], told["covered"] > 5) == (False, True)
    assert json.loads(run("show", letters[0], "--json").stdout)["masked"] is True


def test_a_supervisor_alone_exports_reports_as_they_came_and_every_one_stands_in_the_log(
    store: Store, run: Run, letters: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(store, monkeypatch, StaffRole.INVESTIGATOR)
    run("review", "confirm", letters[0])
    for words in (("export",), ("review", "export")):
        with pytest.raises(NotAllowed, match="supervisor"):
            run(*words, "--unmasked", "--reason", "handle")
    assert acts(store) == []
    as_role(store, monkeypatch, StaffRole.SUPERVISOR)
    rows = run("export", "--unmasked", "--reason", "handle").stdout.splitlines()
    assert [json.loads(row)["text"].endswith(LETTER[-4:]) for row in rows] == [True, False, False]
    assert all(json.loads(row)["masked"] is False for row in rows)
    assert acts(store) == [(" ".join(letters), {"reason": "handle", "export": "reports"})]
    assert LETTER in json.loads(run("review", "export", "--unmasked", "--reason", "other").stdout)["text"]
    assert acts(store)[-1] == (letters[0], {"reason": "other", "export": "reviews"})


def test_every_command_is_looked_through_or_tells_no_report() -> None:
    known = re.findall("^## `triage (.+)`$", commands_page(), re.MULTILINE)
    told = {name for name in known if name.split()[0] not in ("bench", "models", "token")}
    shown = {name for name in told if any(line == name or line.startswith(name + " ") for line in SHOWING)}
    assert shown | TOLD_APART == told, "a new command needs its line in this test"


def test_every_reason_of_the_log_is_one_of_the_command() -> None:
    assert [reason_of(True, reason.value) for reason in UnmaskReason] == list(UnmaskReason)
    assert reason_of(False, None) is None


def acts(store: Store) -> list[tuple[str, Any]]:
    with store._database.read() as connection:
        rows = connection.execute(select(audit).where(audit.c.act == "unmasked").order_by(audit.c.seq)).all()
    return [(row.subjects, json.loads(row.detail)) for row in rows]
