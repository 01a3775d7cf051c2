"""The command line as an office uses it, from a file of letters to figures, a backup and a second reader."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from triage.cli.service import _listener
from triage.errors import BadInput, BadSetup, NotAuthenticated, NotFound, TriageError
from triage.settings import get_settings
from triage.store import Store, take_worker_lock
from triage.store.tables import audit

LETTER = (
    "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，一共九万六千元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保。"
)
ROWS = [
    {"id": "a", "text": LETTER, "received": "2019-11-05", "channel": "letter"},
    {"id": "b", "text": LETTER + "请查一查。", "received": "2019-11-08", "channel": "web"},
    {"id": "c", "text": "请问雨露计划今年什么时候报名？", "received": "2019-11-09", "channel": "chat"},
    {"id": "d", "text": "", "received": "2019-11-09"},
]

Run = Callable[..., Any]


@pytest.fixture
def letters(run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "letters.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    run("import", str(path))
    return path


def told(run: Run, *words: str, given: str | None = None) -> Any:
    return json.loads(run(*words, "--json", given=given).stdout)


def test_an_import_says_what_was_taken_refused_and_why_and_doubles_nothing(run: Run, letters: Path) -> None:
    again = run("import", str(letters)).output
    assert "0 taken, 3 already there, 1 refused (text:empty 1)" in again


def test_another_letter_under_a_known_number_does_not_pass_for_a_repeat(run: Run, tmp_path: Path) -> None:
    for month, text in (("may", "五月：村里的低保名单没有公示。"), ("june", "六月：危房款被扣了三千块。")):
        (tmp_path / month).mkdir()
        (tmp_path / month / "register.csv").write_text(f"序号,内容\n1,{text}\n", encoding="utf-8")
    may, june = (str(tmp_path / month / "register.csv") for month in ("may", "june"))
    run("import", may)
    refused = json.loads(run("import", june, "--json", fails=True).stdout.splitlines()[0])
    assert (refused["taken"], refused["reasons"]) == (0, {"id:other_text": 1})
    assert "六月" in Path(refused["refused_file"]).read_text("utf-8")
    assert "1 already there" in run("import", may).output
    assert "1 taken" in run("import", june, "--source", "june").output


def test_a_found_report_is_shown_with_its_reasons_and_its_case(run: Run, letters: Path) -> None:
    answer = told(run, "search", '"危房改造补助"', "--place", "昭觉县")
    assert answer["total"] == 2
    assert set(answer["hits"][0]) >= {"id", "received_at", "categories", "risk", "place", "snippet"}
    shown = run("show", answer["hits"][0]["id"]).output
    for word in ("被反映人 accused: 周大成", "513431", "96000 yuan", "case ", LETTER[:20]):
        assert word in shown
    (case,) = told(run, "cases")["cases"]
    assert len(case["report_ids"]) == 2
    assert "2" in run("cases").output


def test_whoever_is_recused_from_a_person_finds_no_report_no_case_and_no_figure_of_his(
    run: Run, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = told(run, "cases")["cases"][0]["report_ids"]
    token = run("token", "new").stdout.strip()
    token_id = max(one["id"] for one in told(run, "token", "list")["tokens"])
    with pytest.raises(BadInput, match="at least two characters"):
        run("token", "recuse", token_id, "周")
    run("token", "recuse", token_id, "周达成")
    monkeypatch.setenv("TRIAGE_TOKEN", token)
    get_settings.cache_clear()
    for question in ("柳林村", "周大成", "危房改造", "category:embezzlement"):
        assert told(run, "search", question)["total"] == 0
    assert told(run, "search", "雨露计划")["total"] == 1
    for report_id in case:
        with pytest.raises(NotFound):
            run("show", report_id)
    assert told(run, "cases")["cases"] == []
    run("token", "recuse", token_id, "周达成", "--end")
    assert told(run, "search", "柳林村")["total"] == 2


def test_the_accused_are_found_by_sound_grouped_by_case_and_with_similar_reports(run: Run, letters: Path) -> None:
    answer = told(run, "search", "被举报人:吴大成 金额:>9万", "--group", "case")
    assert (answer["total"], answer["groups"]) == (0, 0)
    answer = told(run, "search", "被举报人:周达成 金额:>9万 收到:2019-11", "--group", "case")
    assert (answer["total"], answer["groups"]) == (2, 1)
    assert answer["also_searched_for"] == {"周达成": ["accused:zhoudacheng"]}
    (hit,) = answer["hits"]
    assert hit["reports"] == 2
    (alike,) = told(run, "search", "--like", hit["id"])["hits"]
    assert alike["similarity"] > 0.8
    assert any("周大成" in passage for passage in alike["shared"])
    assert told(run, "search", "--like", hit["id"], "--other-cases")["hits"] == []
    shown = run("search", "周达成").output
    assert "also searched for: accused:zhoudacheng" in shown
    assert "0.8" in run("search", "--like", hit["id"]).output


def test_a_ranked_answer_as_json_gives_no_cursor_that_would_lead_nowhere(run: Run, letters: Path) -> None:
    asked = ("search", "危房", "--limit", "1")
    ranked = told(run, *asked)
    assert (ranked["total"], ranked["sort"], ranked["cursor"], ranked["notice"]) == (
        2,
        "relevance",
        None,
        "first_page_only",
    )
    first = told(run, *asked, "--sort", "time")
    second = told(run, *asked, "--sort", "time", "--cursor", first["cursor"])
    assert (first["notice"], second["notice"], second["cursor"]) == (None, None, None)
    assert first["hits"][0]["id"] != second["hits"][0]["id"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("search", "--category", "embezlement"), "category"),
        (("search", "--place", "火星"), "place"),
        (("search", "地点:火星"), "q"),
        (("search", "--group", "village"), "group"),
        (("report", "--month", "9999-12"), "month"),
        (("report", "--month", "0001-01"), "month"),
        (("report", "--month", "2019-11", "--place", "火星", "--close"), "place"),
        (("report", "--month", "2019-11", "--language", "fr"), "language"),
        (("report", "--month", "2019-10", "--close", "--revision", "2"), "revision"),
        (("token", "new", "--role", "worker"), "role"),
        (("token", "new", "--place", "513"), "place"),
    ],
)
def test_a_slip_is_named_and_never_answered_with_nothing(run: Run, words: tuple[str, ...], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(*words)
    assert caught.value.field == field


def test_the_queue_names_office_reasons_and_level_of_the_accused(run: Run, letters: Path) -> None:
    rows = told(run, "refer", "list")["referrals"]
    first = rows[0]["referral"]
    assert first["accused_level"] == 1
    assert "refer" in first["reasons"] or "risk_high" in first["reasons"] or "risk_grave" in first["reasons"]
    shown = run("refer", "show", first["report_id"]).output
    assert "Proposed" in shown
    assert LETTER[:20] in shown


def test_a_month_is_counted_and_written(run: Run, letters: Path, tmp_path: Path) -> None:
    printed = run("report", "--month", "2019-11").output
    assert "全国2019年11月举报情况月报" in printed
    assert "not shown" in printed
    assert "行不显示 rows hidden" in run("report", "--month", "2019-11", "--place", "西藏").output
    run("report", "--month", "2019-11", "--out", str(tmp_path / "out"))
    written = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in written] == [
        *("2019-11_all.json", "2019-11_all_zh.docx", "2019-11_all_zh.html", "2019-11_all_zh.xlsx")
    ]
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert "已结账 Closed" in run("report", "--month", "2019-11", "--close").output
    assert "没有可修订之处" in run("report", "--month", "2019-11", "--close").output
    words = ("report", "--month", "2019-11", "--out", str(tmp_path / "closed"), "--language", "both", "--json")
    told = json.loads(run(*words).stdout)
    before = {path: Path(path).read_bytes() for path in told["files"]}
    assert len(before) == 7
    assert json.loads(run(*words).stdout) == told
    assert {path: Path(path).read_bytes() for path in told["files"]} == before


def test_a_text_is_assessed_from_standard_input_in_the_contract_s_form(run: Run) -> None:
    lines = json.dumps({"id": "x", "text": LETTER}) + "\n{broken\n" + json.dumps({"text": "请问怎么申请低保？"}) + "\n"
    result = run("assess", given=lines)
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["id"], second["id"]) == ("x", "3")
    assert "line 2: row" in result.stderr
    assert len(first["probabilities"]) == 24
    assert first["risk"]["level"] in {"high", "grave"}
    assert {"bias", "document", "spans", "rest"} == set(first["reasons"]["refer"])
    amounts = {entity["text"]: entity["yuan"] for entity in first["entities"]["amount"]}
    assert amounts["九万六千元"] == 96_000
    place = first["entities"]["place"][0]
    assert LETTER[place["start"] : place["end"]] == place["text"]
    assert place["code"] == "513431"


def test_cases_have_names_of_their_own_where_two_registers_count_from_one(run: Run, tmp_path: Path) -> None:
    road = "请问村口的路灯什么时候修？"
    rows = [{"id": "1", "text": LETTER}, {"id": "1", "text": road}, {"id": "2", "text": LETTER + "请查一查。"}]
    path = tmp_path / "both.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    linked = [json.loads(line) for line in run("cluster", str(path)).stdout.splitlines()]
    assert [(line["id"], line["case"]) for line in linked] == [("1", "1"), ("1", "1 (2)"), ("2", "1")]


def test_a_file_is_clustered_without_storing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS[:3]), encoding="utf-8")
    linked = [json.loads(line) for line in run("cluster", str(path)).stdout.splitlines()]
    assert [line["case"] for line in linked] == ["a", "a", "c"]
    assert linked[1]["links"][0]["verdict"] == "same"


def test_ids_come_back_as_they_were_and_a_file_of_the_office_s_encoding_is_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    rows = [{"id": 7, "text": LETTER}, {"id": 7, "text": LETTER + "请查。"}, {"text": "请问怎么申请低保？"}]
    written = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    for encoding in ("gb18030", "utf-8-sig"):
        path.write_text(written, encoding=encoding)
        assessed = [json.loads(line) for line in run("assess", str(path)).stdout.splitlines()]
        assert [line["id"] for line in assessed] == [7, 7, "3"]
    linked = [json.loads(line) for line in run("cluster", str(path)).stdout.splitlines()]
    assert [(line["id"], line["case"]) for line in linked] == [(7, 7), (7, 7), ("3", "3")]
    assert linked[1]["links"][0]["id"] == 7


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("FILE", "--thorough"), "thorough"),
        (("FILE", "--seed", "3"), "seed"),
        (("--model", "somewhere"), "model"),
    ],
)
def test_an_option_that_would_change_nothing_of_an_evaluation_is_refused(
    run: Run, tmp_path: Path, words: tuple[str, ...], field: str
) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text('{"text": "村主任扣钱", "categories": ["embezzlement"]}\n', encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        run("evaluate", *(str(path) if word == "FILE" else word for word in words))
    assert refused.value.field == field


def test_a_model_is_evaluated_on_a_file_of_labels(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    rows = [{"id": "1", "text": LETTER, "categories": ["embezzlement"], "refer": True}]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    figures = told(run, "evaluate", str(path))
    assert figures["refer"]["recall"] == 1.0
    assert figures["urgent"] is None
    assert set(figures["categories"]) >= {"macro_f1", "micro_f1", "per_label", "ece"}


@pytest.mark.usefixtures("few_letters")
def test_any_label_set_can_be_trained(run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "own.jsonl", tmp_path / "model"
    rows = [
        {"text": f"{word}{number}号{word}的事情请处理一下", "categories": [label]}
        for number in range(30)
        for label, word in (("roads", "道路坑洼"), ("water", "自来水停水"))
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    run("train", "--data", str(path), "--out", str(out))
    result = run("assess", "--model", str(out), given=json.dumps({"text": "村口道路坑洼没有人修"}) + "\n")
    assert json.loads(result.stdout)["categories"] == ["roads"]


def test_a_backup_without_its_key_is_of_no_use_and_with_it_brings_everything_back(
    run: Run, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    run("backup", str(tmp_path / "copy.db"), "--key", str(tmp_path / "keys" / "copy.key"))
    assert LETTER[:12].encode() not in (tmp_path / "copy.db").read_bytes()
    with Store.open(get_settings()) as store, store._database.read() as connection:
        acts = connection.execute(select(audit.c.act).order_by(audit.c.seq)).scalars().all()
    assert acts[-2:] == ["backup", "key copied"]
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(other))
    get_settings.cache_clear()
    with pytest.raises(TriageError):
        run("restore", str(tmp_path / "copy.db"))
    (other / "master.key").write_bytes((tmp_path / "keys" / "copy.key").read_bytes())
    (other / "master.key").chmod(0o600)
    (data_dir / "models").rename(other / "models")
    run("restore", str(tmp_path / "copy.db"))
    with Store.open(get_settings()) as store, store._database.read() as connection:
        acts = connection.execute(select(audit.c.act)).scalars().all()
    # What the log told after the backup was made is gone with the restore, which it therefore tells of
    assert "restored" in acts
    monkeypatch.setenv("TRIAGE_TOKEN", (data_dir / "token").read_text("utf-8").strip())
    get_settings.cache_clear()
    assert told(run, "search", "周大成")["total"] == 2


def test_a_restore_that_is_only_tried_leaves_the_search_of_the_store_in_use_alone(
    run: Run, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", str(tmp_path / "copy.db"))
    later = tmp_path / "later.jsonl"
    later.write_text(json.dumps({"id": "e", "text": "沙马乡的教学点没有老师。"}, ensure_ascii=False), encoding="utf-8")
    run("import", str(later))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", f"sqlite:///{tmp_path / 'drill.db'}")
    get_settings.cache_clear()
    assert "triage reindex" in run("restore", str(tmp_path / "copy.db")).output
    monkeypatch.delenv("TRIAGE_DATABASE_URL")
    get_settings.cache_clear()
    assert told(run, "search", "沙马乡")["total"] == 1


def test_the_doctor_looks_at_every_part_and_the_log_is_whole(run: Run, letters: Path) -> None:
    found = {line["part"]: line for line in told(run, "doctor")["findings"]}
    parts = {
        "key",
        "database",
        "model",
        "index",
        "policy",
        "drift",
        "worker",
        "stuck",
        "sealed",
        "identity",
        "tokens",
        "outbox",
        "audit",
        "disk",
    }
    assert set(found) == parts
    assert (found["index"]["sentence"], found["worker"]["code"]) == ("3 reports", "idle")
    assert all(line["well"] for line in found.values())
    assert "agree" in run("reconcile").output
    assert "0 reports wait" in run("retry").output
    assert told(run, "audit", "verify")["sealed"] > 0


def test_work_asked_of_a_worker_that_has_gone_is_done_here(run: Run, letters: Path, data_dir: Path) -> None:
    def gone() -> None:
        time.sleep(0.5)
        lock.release()

    for words in (("reindex",), ("import", str(letters), "--source", "again")):
        lock = take_worker_lock(data_dir)
        threading.Thread(target=gone).start()
        run(*words)
    assert told(run, "search", '"危房改造补助"')["total"] == 4


def test_tokens_limit_what_is_read_and_end_when_revoked(
    run: Run, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = run("token", "new", "--role", "investigator", "--place", "62").stdout.strip()
    monkeypatch.setenv("TRIAGE_TOKEN", token)
    get_settings.cache_clear()
    assert told(run, "search", "周大成")["total"] == 0
    (mine,) = [info for info in told(run, "token", "list")["tokens"] if info["places"] == ["62"]]
    assert token not in run("token", "list").output
    run("token", "revoke", mine["id"])
    with pytest.raises(NotAuthenticated):
        run("search", "周大成")


def test_a_setting_that_breaks_its_rule_is_named_and_never_repeated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAGE_PORT", "secret-port")
    get_settings.cache_clear()
    with pytest.raises(BadSetup) as caught:
        run("doctor")
    assert "TRIAGE_PORT" in str(caught.value)
    assert "secret-port" not in str(caught.value)


def test_an_export_holds_every_report_and_is_for_the_owner_s_eyes_only(run: Run, letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    run("export", "--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(rows) == 3
    shown = told(run, "show", rows[0]["id"])
    assert (shown.pop("suggestions"), shown.pop("messages")) == ([], None)
    assert rows[0] == shown
    assert "party_keys" not in rows[0]
    assert rows[0]["assessment"]["entities"]["place"][0]["code"] == "513431"


def test_a_damaged_model_is_named_and_the_others_are_listed_though_nobody_can_tell_which_is_in_use(
    run: Run, data_dir: Path
) -> None:
    (sound,) = told(run, "models", "list")["models"]
    changed = data_dir / "models" / "versions" / "linear-00000000000e" / "manifest.json"
    changed.parent.mkdir()
    changed.write_text('{"form": 4, "about": {}}')
    (data_dir / "models" / "current.json").write_bytes(b"\xff half a file")
    listed = told(run, "models", "list")
    models = {one["version"]: one for one in listed["models"]}
    assert models[sound["version"]] == {**sound, "in_use": False}
    assert "train the model again" in models["linear-00000000000e"]["unusable"]
    assert "triage models use" in listed["trouble"]
    shown = run("models", "list").output
    assert sound["version"] in shown
    assert "linear-00000000000e" in shown
    run("models", "use", sound["version"])
    assert "trouble" not in told(run, "models", "list")


def test_models_are_listed_and_chosen(run: Run) -> None:
    (only,) = told(run, "models", "list")["models"]
    assert only["in_use"]
    assert only["version"] in run("models", "use", only["version"]).output


def test_every_command_that_tells_what_it_did_tells_it_as_one_object_too(
    run: Run, letters: Path, tmp_path: Path
) -> None:
    assert told(run, "reindex") == {"told": "索引中有 3 件 · The index holds 3 reports."}
    assert told(run, "reconcile") == {"told": "索引与库一致 · Index and store agree."}
    assert told(run, "retry") == {"waiting": 0}
    assert told(run, "migrate") == {"copy": None}
    copy, key = tmp_path / "copy.db", tmp_path / "apart" / "copy.key"
    assert told(run, "backup", str(copy), "--key", str(key)) == {"written": str(copy), "key": str(key)}
    put_back = told(run, "restore", str(copy), "--replace")
    assert Path(put_back["before"]).exists()
    assert put_back["told"][0] == "已恢复 · Restored."
    assert "索引中有 3 件 · The index holds 3 reports." in put_back["told"]
    run("token", "new")
    one = told(run, "token", "list")["tokens"][-1]["id"]
    assert told(run, "token", "recuse", one, "周大成") == {"token": one, "ended": False, "told": []}
    assert told(run, "token", "revoke", one) == {"revoked": one}
    version = told(run, "models", "list")["models"][0]["version"]
    assert told(run, "models", "use", version) == {"in_use": version}


@pytest.mark.parametrize("setting", ["TRIAGE_HOST", "TRIAGE_METRICS_HOST"])
@pytest.mark.parametrize("host", ["", "999.1.1.1", "192.0.2.1"])
def test_an_address_that_is_none_of_this_machine_is_told_by_its_own_name(setting: str, host: str) -> None:
    with pytest.raises(BadSetup, match=f"^{setting} is no address of this machine"):
        _listener(host, 8000, setting.replace("HOST", "PORT"))


@pytest.mark.parametrize("address", ["mysql://u:geheim@h/d", "geheim", "http://geheim/", ""])
def test_an_address_of_no_database_that_is_known_is_told_with_the_right_form(
    run: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("TRIAGE_DATABASE_URL", address)
    get_settings.cache_clear()
    with pytest.raises(BadSetup, match="postgresql://user@host/name") as caught:
        run("cases")
    assert "geheim" not in str(caught.value)
