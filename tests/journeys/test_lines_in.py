"""Lines that come in and go out again: what export writes, standard input in every encoding, several files at once."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triage.errors import BadInput
from triage.intake import Limits
from triage.jsonl import items

TEXT = "石桥村村支书周大成扣下危房改造款三千元"
Run = Callable[..., Any]


def test_what_export_writes_is_read_by_assess_and_by_import(run: Run, tmp_path: Path) -> None:
    lines = tmp_path / "letters.jsonl"
    letters = [
        {"id": "a", "text": TEXT, "received": "2019-11-03", "title": "危房款", "channel": "letter"},
        {"id": "b", "received": "2018-05-12", "content": f"坐席(12号)：请讲\n王先生：{TEXT}", "format": "plain"},
    ]
    lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in letters), encoding="utf-8")
    first = json.loads(run("import", str(lines), "--json").stdout)
    assert (first["taken"], first["refused"]) == (2, 0)
    out = tmp_path / "out.jsonl"
    run("export", "--out", str(out))
    told = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assessed = [json.loads(line) for line in run("assess", str(out)).stdout.splitlines()]
    assert [one["id"] for one in assessed] == [one["id"] for one in told]
    again = json.loads(run("import", str(out), "--json").stdout)
    assert (again["taken"], again["refused"]) == (2, 0)
    run("export", "--out", str(out))
    kept = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    shown = [{name: one[name] for name in ("received_at", "channel", "title", "text", "turns")} for one in kept]
    assert len(shown) == 4
    assert all(shown.count(one) == 2 for one in shown)


class Piped:
    """Standard input with bytes below it."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_standard_input_is_read_in_every_encoding_that_a_file_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    lines = "".join(json.dumps({"id": name, "text": TEXT}, ensure_ascii=False) + "\n" for name in "ab")
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    monkeypatch.setattr(sys, "stdin", Piped(mark + lines.encode(encoding)))
    assert [(one.id, one.submission.text) for one in items(None)] == [("a", TEXT), ("b", TEXT)]
    assert capsys.readouterr().err == ""


def test_a_line_of_standard_input_that_is_no_text_costs_itself_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps({"text": TEXT}, ensure_ascii=False)
    half = [b'{"text": "\xff\xff\xfe\xfe"}', b'{"text": "x", "id": "\\ud800"}', b"[1]"]
    monkeypatch.setattr(
        sys,
        "stdin",
        Piped(b"\n".join([good.encode(), *half, good.encode("gb18030"), b'{"text": "' + b"y" * 99 + b'"}'])),
    )
    assert [one.id for one in items(None, Limits(text_chars=90))] == ["1", "5"]
    told = [line.rsplit(" ", 1)[-1] for line in capsys.readouterr().err.splitlines()]
    assert told == ["[surrogate]", "[surrogate]", "[object]", "[too_long]"]


@pytest.mark.parametrize("words", [("assess",), ("assess", "--processes", "2"), ("cluster",)])
def test_where_not_one_line_could_be_read_the_command_says_so_and_fails(run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput) as refused:
        run(*words, given='{"text": ""}\n\n{no json\n')
    assert (refused.value.field, refused.value.rule) == ("file", "nothing_taken")
    assert run(*words, given="\n").stdout == ""


def test_several_files_are_told_in_one_object_and_one_file_as_ever(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": f"{TEXT}，{name}"}) + "\n", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("one.jsonl", "nosuch.jsonl", "two.jsonl")]
    told = json.loads(run("import", *files, "--no-work", "--json", fails=True).stdout)
    assert [one["file"] for one in told["files"]] == ["one.jsonl", "nosuch.jsonl", "two.jsonl"]
    assert [one.get("taken", one.get("rule")) for one in told["files"]] == [1, "missing", 1]
    alone = json.loads(run("import", files[0], "--no-work", "--json").stdout)
    assert (alone["file"], alone["repeated"]) == ("one.jsonl", 1)
    assert (
        "one.jsonl: 收下 0 件，已有 1 件，拒收 0 件 · 0 taken, 1 already there"
        in run("import", *files, "--no-work", fails=True).stdout
    )


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_sign_that_a_terminal_does_not_have_ends_no_command(data_dir: Path, tmp_path: Path, encoding: str) -> None:
    letter, lines = f"{TEXT}😀，写信的人姓𠮷", tmp_path / "letters.jsonl"
    lines.write_text(json.dumps({"id": "a", "text": letter}) + "\n", encoding="utf-8")
    there = {**os.environ, "TRIAGE_DATA_DIR": str(data_dir), "PYTHONIOENCODING": encoding}

    def said(*words: str) -> str:
        ended = subprocess.run([sys.executable, "-m", "triage.cli", *words], env=there, capture_output=True, check=True)
        return ended.stdout.decode(encoding)

    said("import", str(lines))
    (hit,) = json.loads(said("search", "危房改造款", "--json"))["hits"]
    assert hit["snippet"]["text"] == letter
    assert "\\ud83d\\ude00" in said("search", "危房改造款")
