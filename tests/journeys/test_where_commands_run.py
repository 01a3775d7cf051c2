"""Commands where the machine is not as it should be: full disks, closed streams, folders with odd names or none."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
        assert ended.stderr == "triage: 磁盘已满 · No room is left on the disk (No space left on device)\n"
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
    assert ended.stderr == f"triage: 系统拒绝 · The system refused it (Not a directory): {tmp_path}/data/below\n"


def test_after_a_restore_the_command_line_reads_on_though_the_store_does_not_know_its_token(
    run: Callable[..., Any], data_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "letters.jsonl").write_text(LETTER, encoding="utf-8")
    run("import", str(tmp_path / "letters.jsonl"))
    run("backup", str(tmp_path / "copy.db"))
    key = (data_dir / "master.key").read_bytes()
    # Another machine, on which somebody has looked around before
    for path in (data_dir / "triage.db", data_dir / "master.key", data_dir / "token"):
        path.unlink()
    run("token", "list")
    (data_dir / "master.key").write_bytes(key)
    told = run("restore", str(tmp_path / "copy.db"), "--replace").output
    assert "Tokens, recusals and seals are those of the copy" in told
    assert "another stands in its file" in told
    assert json.loads(run("search", "周大成", "--json").output)["total"] == 1


def test_a_restore_keeps_its_command_line_from_nothing_that_it_reads_by(
    run: Callable[..., Any], data_dir: Path, tmp_path: Path
) -> None:
    run("token", "list")
    run("backup", str(tmp_path / "copy.db"))
    [own] = json.loads(run("token", "list", "--json").output)["tokens"]
    run("token", "renew", own["id"], "--days", "300")
    held = (data_dir / "token").read_text("utf-8")
    told = run("restore", str(tmp_path / "copy.db"), "--replace").output
    assert "Tokens, recusals and seals are those of the store that was replaced" in told
    assert (data_dir / "token").read_text("utf-8") == held
    run("export")


def test_whoever_is_kept_from_somebody_since_the_backup_is_kept_from_the_letters_that_it_brings_back(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letters.jsonl").write_text(LETTER, encoding="utf-8")
    run("import", str(tmp_path / "letters.jsonl"))
    run("backup", str(tmp_path / "copy.db"))
    token = run("token", "new").output.strip()
    [_, made] = json.loads(run("token", "list", "--json").output)["tokens"]
    run("token", "recuse", made["id"], "周大成")
    run("restore", str(tmp_path / "copy.db"), "--replace")
    monkeypatch.setenv("TRIAGE_TOKEN", token)
    get_settings.cache_clear()
    assert json.loads(run("search", "危房改造", "--json").output)["total"] == 0
    assert run("export").output == ""


def test_a_token_file_that_a_power_cut_left_empty_is_written_anew(run: Callable[..., Any], data_dir: Path) -> None:
    run("token", "list")
    (data_dir / "token").write_bytes(b"")
    run("export")
    assert (data_dir / "token").stat().st_mode & 0o777 == 0o600


def test_a_store_that_does_not_open_is_copied_with_its_key_all_the_same(
    run: Callable[..., Any], data_dir: Path, tmp_path: Path
) -> None:
    run("token", "list")
    with contextlib.closing(sqlite3.connect(data_dir / "triage.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0016'")
    result = run("backup", str(tmp_path / "copy.db"), "--key", str(tmp_path / "keys" / "copy.key"))
    assert "Key written" in result.stdout
    assert "run `triage migrate`" in result.stderr
    assert (tmp_path / "keys" / "copy.key").read_bytes() == (data_dir / "master.key").read_bytes()


@pytest.mark.parametrize(("name", "method"), [("master.key", "read_bytes"), ("token", "read_text")])
def test_a_key_or_token_that_may_not_be_read_ends_no_doctor_and_no_backup(
    run: Callable[..., Any], data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, method: str
) -> None:
    run("token", "list")
    read = getattr(Path, method)

    def refused(path: Path, *how: Any, **more: Any) -> Any:
        if path.name == name:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read(path, *how, **more)

    monkeypatch.setattr(Path, method, refused)
    assert "findings" in run("doctor", "--json", ends=1 if name == "master.key" else 0).output
    assert "Written" in run("backup", str(tmp_path / "copy.db")).output
    with pytest.raises(BadSetup, match="cannot be read"):
        run("export")
