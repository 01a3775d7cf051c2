"""Whoever looks after an installation is told in words, Chinese and English, what is wrong and what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triage.settings import get_settings

Run = Callable[..., Any]


def findings(run: Run) -> dict[str, Any]:
    """What the doctor finds, by part; it ends with 1, for something is not well."""
    return {line["part"]: line for line in json.loads(run("doctor", "--json", ends=1).stdout)["findings"]}


def test_the_doctor_says_what_is_wrong_and_what_to_do_in_both_languages(run: Run, data_dir: Path) -> None:
    run("token", "list")
    shutil.rmtree(data_dir / "models")
    (data_dir / "master.key").chmod(0o644)
    found = findings(run)
    assert {part for part, line in found.items() if not line["well"]} == {"key", "model"}
    assert "triage train" in found["model"]["en_do"]
    table = run("doctor", ends=1).stdout
    for words in ("主密钥文件可被其他用户读取", "docs/runbook.md#key-open", "→", "LOOK: missing"):
        assert words in table


def test_the_doctor_speaks_though_the_database_cannot_be_opened(
    run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("token", "list")
    (data_dir / "master.key").rename(data_dir / "elsewhere.key")
    found = findings(run)
    assert (found["key"]["code"], found["database"]["code"]) == ("missing", "setup")
    assert "key" in found["database"]["sentence"]
    (data_dir / "elsewhere.key").rename(data_dir / "master.key")
    (data_dir / "triage.db").write_bytes(b"SQLite format 3\0" + b"\0" * 4096)
    get_settings.cache_clear()
    assert findings(run)["database"]["code"] in {"damaged", "setup", "unavailable"}


def test_the_doctor_names_the_key_of_the_policy_that_is_wrong(run: Run, data_dir: Path) -> None:
    run("token", "list")
    (data_dir / "policy.toml").write_text('[clocks]\nsealed_pass_up = "x"\n', encoding="utf-8")
    found = findings(run)["policy"]
    assert found["code"] == "broken"
    assert found["sentence"].startswith("policy.toml, clocks.sealed_pass_up: ")
    assert "mend" in found["en_do"].lower()
