"""A hotline's register of calls and summaries: what a summary lost of a call is seen, searched for, and nothing doubles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triage.intake.transcripts import turns_from_content
from triage.model import StaffRole
from triage.settings import Settings, get_settings
from triage.store import WORKER, Store

Run = Callable[..., Any]
CALL = (
    "坐席：您好，请讲。\n来电人：我是何开亮，我们昭觉县三河村的支书王守田，把我家的危房改造款扣了一万块。\n坐席：还有吗？\n"
    "来电人：他说我再告就打断我的腿。\n"
)
FAITHFUL = "昭觉县三河村村民反映村支书王守田克扣危房改造款一万元，威胁打断其腿。"
LOSSY = "来电人反映危房改造款发放问题，要求到组长刘四海家中核实。"
REGISTER = f'工单编号,转写文本,工单摘要\n1,"{CALL}",{FAITHFUL}\n2,"{CALL}",{LOSSY}\n'


@pytest.fixture
def register(tmp_path: Path) -> Path:
    place = tmp_path / "register.csv"
    place.write_text(REGISTER, encoding="utf-8")
    return place


def test_a_lossy_summary_is_shown_found_and_kept(
    on_each_database: Settings, register: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(on_each_database) as store:
        monkeypatch.setenv("TRIAGE_TOKEN", store.new_token(StaffRole.INVESTIGATOR))
    get_settings.cache_clear()
    run("import", str(register))
    hits = json.loads(run("search", "摘要缺:任何", "--json").stdout)["hits"]
    assert len(hits) == 1
    shown = run("show", hits[0]["id"]).stdout
    assert "来电人所述、工单摘要未见，请核对" in shown
    for line in ("未见被反映人", "未见金额", "未见地点", "未见危险"):
        assert line in shown, line
    assert "«他说我再告就打断我的腿»" in shown
    passages = [line for line in shown.splitlines() if "工单摘要未见" in line and "«" in line]
    assert not [line for line in passages if "何开亮" in line], "who wrote is covered there too"
    assert LOSSY in shown
    # What stands in the summary alone is found like the rest
    assert [hit["id"] for hit in json.loads(run("search", "刘四海", "--json").stdout)["hits"]] == [hits[0]["id"]]
    with Store.open(on_each_database) as store:
        both = [row.report.id for row in store.index_rows(WORKER, after_seq=0, limit=9)]
    (faithful,) = set(both) - {hits[0]["id"]}
    assert "工单摘要未见" not in run("show", faithful).stdout


def test_the_register_and_what_was_exported_of_it_come_in_once(
    settings: Settings, register: Path, tmp_path: Path, run: Run
) -> None:
    run("import", str(register))
    assert "0 taken, 2 already there" in run("import", str(register)).stdout
    out = tmp_path / "out.jsonl"
    run("export", "--out", str(out))
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert sorted(len(line["summary_lacks"]) for line in lines) == [0, 4]
    run("import", str(out), ends=0)
    assert "0 taken, 2 already there" in run("import", str(out)).stdout
    with Store.open(settings) as store:
        texts = [row.report.text for row in store.index_rows(WORKER, after_seq=0, limit=9)]
    assert len(texts) == 4
    assert all(text.startswith("工单摘要：") for text in texts)


@pytest.mark.parametrize("more", [(), ("--processes", "2")])
@pytest.mark.usefixtures("settings")
def test_a_line_that_is_only_read_tells_what_its_summary_lacks_in_the_words_of_a_kept_report(
    register: Path, tmp_path: Path, run: Run, more: tuple[str, ...]
) -> None:
    run("import", str(register))
    kept = [json.loads(line)["summary_lacks"] for line in run("export").stdout.splitlines()]
    turns = [{"speaker": one.speaker, "text": one.text} for one in turns_from_content(CALL, "plain")]
    place = tmp_path / "calls.jsonl"
    rows = ({"turns": turns, "summary": FAITHFUL}, {"turns": turns, "summary": LOSSY}, {"turns": turns})
    place.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    faithful, lossy, bare = [json.loads(line) for line in run("assess", str(place), *more).stdout.splitlines()]
    (there,) = filter(None, kept)
    same = ("kind", "code", "start", "end", "passage_start", "passage_end", "zh", "en")
    assert [[one[key] for key in same] for one in lossy["summary_lacks"]] == [
        [one[key] for key in same] for one in there
    ]
    assert lossy["summary_lacks"][-1]["passage"] == "他说我再告就打断我的腿"
    assert faithful["summary_lacks"] == []
    assert "summary_lacks" not in bare
