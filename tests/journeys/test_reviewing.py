"""A reviewer's morning on the command line: asked, deciding, and seeing the decision wherever the report is seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from triage.cli.app import app
from triage.errors import BadInput, Changed, NotFound
from triage.model import Access, Ruling, StaffRole
from triage.review import Said
from triage.reviewing import open_panel
from triage.settings import get_settings
from triage.store import WORKER, Store

LETTER = "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，一共九万六千元。"
ROWS = [
    {"id": "a", "text": LETTER, "received": "2019-11-05", "channel": "letter"},
    *(
        {"id": f"q{n}", "text": f"请问雨露计划第{n}批什么时候报名，要带什么材料？", "received": "2019-11-09"}
        for n in range(1, 9)
    ),
]
Run = Callable[..., Any]


@pytest.fixture
def question(run: Run, tmp_path: Path) -> str:
    """The id of a plea for help that a person will find to be more than that."""
    path = tmp_path / "letters.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    run("import", str(path))
    return str(told(run, "search", "第3批")["hits"][0]["id"])


def told(run: Run, *words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_a_correction_is_seen_wherever_the_report_is_seen(run: Run, question: str, tmp_path: Path) -> None:
    before = count("service_request")
    note = "金丝雀：电话里说收了钱"
    made = json.loads(
        run(
            "review", "correct", question, "--category", "bribery", "--refer", "--no-urgent", "--note", "-", "--json",
            given=note,
        ).stdout
    )  # fmt: skip
    assert (made["decision"], made["categories"], made["note"]) == ("correct", ["bribery"], note)
    run("work", "--until-empty")
    assert question in {hit["id"] for hit in told(run, "search", "--category", "bribery")["hits"]}
    shown = run("show", question).output
    for words in ("人工复核 更正 corrected", "咨询求助, refer no", "bribery 吃拿卡要", "risk high", note):
        assert words in shown
    queue = {row["referral"]["report_id"]: row for row in told(run, "refer", "list")["referrals"]}
    assert "person_decided" in queue[question]["referral"]["reasons"]
    assert before - count("service_request") == 1
    out = tmp_path / "decided.jsonl"
    run("review", "export", "--out", str(out))
    (line,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (line["id"], line["categories"], line["refer"]) == (question, ["bribery"], True)
    assert out.stat().st_mode & 0o777 == 0o600


def count(category: str) -> int:
    """How many reports of the month count under a category; the report itself hides counts as small as these."""
    with Store.open(get_settings()) as store:
        counted = store.monthly.month(WORKER, "2019-11").by["category"]
    return sum(number for (_, code), number in counted.items() if code == category)


def test_a_person_is_asked_decides_and_sees_how_far_the_model_agrees(
    run: Run, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = told(run, "review", "list")["waiting"]
    following = told(run, "review", "next")["next"]
    assert (following["report"]["id"] if following else None) == (waiting[0]["id"] if waiting else None)
    run("review", "confirm", question)
    figures = told(run, "review", "figures")
    assert figures["decided"] == 1
    assert sum(one["reports"] for one in figures["strata"]) == len(ROWS)
    for words in (("review", "list"), ("review", "next"), ("review", "figures")):
        assert run(*words).output


def test_a_decision_bears_what_was_seen_and_is_refused_where_a_colleague_has_decided_since(
    run: Run, question: str
) -> None:
    shown = run("show", question).output
    seen = told(run, "show", question)["assessment_id"]
    assert f"--seen {seen}" in shown
    with Store.open(get_settings()) as store:
        colleague = Access("colleague", StaffRole.REVIEWER, ("",))
        made = open_panel(get_settings(), store).review(question, Said(Ruling.CONFIRM), colleague)
    for words in (("confirm", question, "--seen", seen), ("reject", question)):
        with pytest.raises(Changed, match=r"Somebody else \(colleague\) decided on this report at .* UTC \(confirm\)"):
            run("review", *words)
    assert f"--seen {seen}.{made.id}" in run("show", question).output
    run("review", "reject", question, "--seen", f"{seen}.{made.id}")
    (waits,) = told(run, "review", "list", "--rejected")["waiting"]
    assert (waits["id"], waits["stratum"]) == (question, "rejected")
    assert question in {one["id"] for one in told(run, "review", "list", "--limit", "200")["waiting"]}
    run("review", "confirm", question)


@pytest.mark.usefixtures("question")
def test_an_investigator_who_kept_a_proposal_s_number_learns_what_became_of_it(run: Run) -> None:
    (letter,) = [hit["id"] for hit in told(run, "search", "周大成")["hits"]]
    number = told(run, "refer", "show", letter)["referral"]["referral"]["id"]
    run("review", "correct", letter, "--category", "embezzlement", "--no-refer", "--no-urgent")
    shown = run("refer", "show", number).output
    for words in ("It is no longer proposed: a person decided so", "更正 corrected", "lowered by a person: refer"):
        assert words in shown
    with pytest.raises(NotFound):
        run("refer", "show", letter)
    run("review", "correct", letter, "--category", "embezzlement", "--refer", "--no-urgent")
    assert "no longer proposed" not in run("refer", "show", number).output


@pytest.fixture
def strange_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Labels that know other letters to be referred than the office gets; every decided report is kept aside."""
    monkeypatch.setattr("triage.learning.reviewed.ASIDE", 1.0)
    monkeypatch.setattr("triage.learning.renew_links", lambda *_: None)
    said = (("bribery", True, "收了红包才给办证"), ("embezzlement", False, "村支书把危房改造补助每户扣下三千元"))
    rows = [
        {"text": f"{words}，第{number}次。", "categories": [code], "refer": refer, "urgent": False}
        for number in range(30)
        for code, refer, words in said
    ]
    path = tmp_path / "office.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.usefixtures("few_letters")
def test_a_model_that_would_miss_a_decided_report_is_refused_forced_and_taken_back(
    run: Run, question: str, strange_office: Path
) -> None:
    (letter,) = [hit["id"] for hit in told(run, "search", "周大成")["hits"]]
    run("review", "correct", letter, "--category", "embezzlement", "--refer", "--no-urgent")
    (first,) = told(run, "models", "list")["models"]
    words = ("train", "--with-reviews", "--data", str(strange_office))
    refused = CliRunner().invoke(app, [*words, "--json"])
    assert refused.exit_code == 1, refused.output
    report = json.loads(refused.stdout)
    assert (report["outcome"], report["stops"], report["kept_aside"]) == ("refused", ["fell_reviews"], 1)
    assert report["links"]["outcome"] == "nothing_judged"
    known = {one["version"]: one for one in told(run, "models", "list")["models"]}
    assert (known[first["version"]]["in_use"], known[report["new"]]["gate"]) == (True, "refused")
    with pytest.raises(BadInput, match="Refer recall fell"):
        run("models", "use", report["new"])
    forced = run(*words, "--force", "口径已改").output
    for line in ("强制启用", "1 件，应移送 1 件 · 1 reports, 1 to be referred", "The new model loses 1"):
        assert line in forced.replace("\n", " ")
    assert first["version"] in run("models", "use", "--back").output


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--with-reviews", "--accurate"), "with_reviews"),
        (("--force", "x"), "force"),
        (("--with-reviews", "--force", " "), "force"),
    ],
)
def test_the_gate_is_not_asked_for_what_it_cannot_do(run: Run, words: tuple[str, ...], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        run("train", *words)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("correct", "--category", "bribes", "--refer", "--no-urgent"), "categories"),
        (("correct", "--category", "bribery", "--refer"), "urgent"),
        (("confirm", "--note", "/nowhere/at/all"), "note"),
    ],
)
def test_a_slip_is_named(run: Run, question: str, words: tuple[str, ...], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        run("review", words[0], question, *words[1:])
    assert caught.value.field == field
