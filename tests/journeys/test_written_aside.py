"""What a command writes into a file of its own, and what it reads beside a decision; no model is needed for either."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from triage.cli.app import app
from triage.cli.output import print_json, say, table
from triage.errors import BadInput, NotAllowed
from triage.model import StaffRole
from triage.settings import get_settings
from triage.store import Store

EXPORTS = (("export",), ("review", "export"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh data folder, in force through ``TRIAGE_DATA_DIR``."""
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("TRIAGE_TOKEN", raising=False)
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


@pytest.mark.parametrize("words", EXPORTS)
def test_an_export_over_a_file_that_others_could_read_is_its_owners_alone(place: Path, words: tuple[str, ...]) -> None:
    out = place / "out.jsonl"
    out.write_text("old\n", encoding="utf-8")
    out.chmod(0o644)
    result = CliRunner().invoke(app, [*words, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert (out.stat().st_mode & 0o777, out.read_text("utf-8")) == (0o600, "")


@pytest.mark.parametrize("words", EXPORTS)
def test_an_export_that_cannot_be_written_says_which_option_to_change(place: Path, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--out", str(place / "nowhere" / "out.jsonl")])
    assert isinstance(result.exception, BadInput)
    assert (result.exception.field, result.exception.rule) == ("out", "unwritable")


def test_who_may_not_export_decisions_leaves_the_file_as_it_was(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = place / "out.jsonl"
    out.write_text("old\n", encoding="utf-8")
    with Store.open(get_settings()) as store:
        monkeypatch.setenv("TRIAGE_TOKEN", store.new_token(StaffRole.INTAKE))
    get_settings.cache_clear()
    result = CliRunner().invoke(app, ["review", "export", "--out", str(out)])
    assert isinstance(result.exception, NotAllowed)
    assert out.read_text("utf-8") == "old\n"


def test_a_note_that_is_not_utf_8_is_named(place: Path) -> None:
    for note, given in (("-", "同名".encode("gb18030")), (str(place / "note"), b"")):
        (place / "note").write_bytes(b"\xff\xfe")
        result = CliRunner().invoke(
            app, ["review", "confirm", "01J00000000000000000000000", "--note", note], input=given
        )
        assert isinstance(result.exception, BadInput), result.exception
        assert result.exception.field == "note"


@pytest.mark.parametrize(("name", "query", "field"), [("\udcff", "低保", "name"), ("低保", "\udcff", "question.q")])
def test_a_search_in_bytes_that_are_no_characters_is_not_saved(place: Path, name: str, query: str, field: str) -> None:
    result = CliRunner().invoke(app, ["watch", "new", name, query])
    assert isinstance(result.exception, BadInput)
    assert (result.exception.field, result.exception.rule) == (field, "surrogate")
    assert list((place / "data").glob("triage.db"))
    assert CliRunner().invoke(app, ["watch", "list", "--json"]).output == '{"searches": []}\n'


def test_what_would_steer_a_terminal_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    say("扣款\x1b]52;c;eA==\x07\t三万\r\n元\x9b2J\r无")
    assert capsys.readouterr().out == "扣款\ufffd]52;c;eA==\ufffd\t三万\n元\ufffd2J\ufffd无\n"
    table("t", ["原文"], [["低保\x1b[8m名单"]])
    shown = capsys.readouterr().out
    assert "低保\ufffd[8m名单" in shown
    assert "\x1b[8m" not in shown


STEERING = "村支书\x9b2J\x7f\u202e田守王\u2066甲\u2069\u200f乙\u2028丙\\\x85丁"


def test_json_steers_no_terminal_and_is_the_same_when_it_is_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({STEERING: [STEERING]})
    shown = capsys.readouterr().out
    assert shown.startswith('{"村支书\\u009b2J\\u007f\\u202e田守王')
    assert not [one for one in shown if unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"} and one != "\n"]
    assert json.loads(shown) == {STEERING: [STEERING]}


def test_a_name_that_would_be_shown_backwards_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    say("支书\u202e田守王\u2066")
    assert capsys.readouterr().out == "支书\ufffd田守王\ufffd\n"


def test_no_command_writes_the_words_of_a_letter_as_json_by_itself() -> None:
    root = Path(__file__).resolve().parents[2] / "triage"
    looked_at = [*(root / "cli").glob("*.py"), root / "bulk.py"]
    assert [path.name for path in looked_at if "ensure_ascii" in path.read_text("utf-8")] == ["sample_year.py"]
