"""Commands where the machine is not as it should be: full disks, closed streams, folders with odd names or none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from triage.errors import BadSetup
from triage.settings import Settings, get_settings
from triage.store import Store

LETTER = json.dumps({"id": "a", "text": "村支书周大成把危房改造补助每户扣下三千元。"}, ensure_ascii=False) + "\n"
TRIAGE = f'"{sys.executable}" -m triage.cli'


def typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a line does that somebody types into a shell."""
    there = {**os.environ, "TRIAGE_DATA_DIR": str(folder)}
    return subprocess.run(["bash", "-c", line], env=there, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["数 据", "a?b=1", "50%20", "a#b", "two\nlines"])
def test_a_data_folder_holds_its_own_database_whatever_its_name(tmp_path: Path, name: str) -> None:
    settings = Settings(data_dir=tmp_path / name, database_url=None)
    Store.open(settings).close()
    assert (tmp_path / name / "triage.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["TRIAGE_DATA_DIR", "TRIAGE_MASTER_KEY_FILE"])
def test_a_path_that_is_set_and_empty_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    get_settings.cache_clear()
    with pytest.raises(BadSetup, match=f"{name}.*set and empty"):
        get_settings()


def test_without_a_home_no_folder_is_made_where_somebody_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIAGE_DATA_DIR", raising=False)
    monkeypatch.setattr("triage.settings.user_data_path", lambda _: Path("~/.local/share/triage"))
    with pytest.raises(BadSetup, match="TRIAGE_DATA_DIR"):
        Settings()


def test_a_full_disk_behind_an_output_is_told_in_a_sentence(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.jsonl").write_text(LETTER, encoding="utf-8")
    assert typed(f"{TRIAGE} import '{tmp_path}/letters.jsonl'", data_dir).returncode == 0
    for line in ("export --out /dev/full", "export > /dev/full", "token list --json > /dev/full"):
        ended = typed(f"{TRIAGE} {line}", data_dir)
        assert ended.stderr == "triage: The system refused it (No space left on device)\n"
        assert ended.returncode == 2


def test_closed_streams_end_no_command(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.jsonl").write_text(LETTER, encoding="utf-8")
    unheard = typed(f"{TRIAGE} import --no-work '{tmp_path}/letters.jsonl' <&- >&- 2>&-", data_dir)
    assert unheard.returncode == 0
    with Store.open(Settings(data_dir=data_dir)) as store:
        assert store.waiting() == 1
    nothing = typed(f"{TRIAGE} assess <&-", data_dir)
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (0, "", "")


def test_whoever_reads_no_further_hears_of_no_fault(data_dir: Path) -> None:
    assert typed(f"{TRIAGE} token list --json | true", data_dir).stderr == ""


def test_a_data_folder_that_is_a_file_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    ended = typed(f"{TRIAGE} token list", tmp_path / "data" / "below")
    assert ended.returncode == 2
    assert ended.stderr == f"triage: The system refused it (Not a directory): {tmp_path}/data/below\n"
