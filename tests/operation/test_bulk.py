"""Many reports are read side by side, and what comes out is what one process gives."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.registry import Registry
from triage.bulk import assess_lines, parts_of

ROOT = Path(__file__).resolve().parents[2]
DECIDED = ("id", "categories", "refer", "urgent", "language", "kind", "accused_level", "entities", "reader", "model")
TEXTS = (
    "村支书周大成把我家危房改造补助款扣了三千块",
    "上个月会计虚报人数领走低保金",
    "The head of our village kept the money.",
)


def rows(number: int) -> list[str]:
    return [
        json.dumps({"id": f"r{at}", "text": TEXTS[at % len(TEXTS)], "received": "2019-11-05"}) for at in range(number)
    ]


def test_the_example_of_the_page_gives_what_one_process_gives(small_models: Path, tmp_path: Path) -> None:
    registry = Registry(small_models)
    model = str(registry.path(registry.current() or ""))
    (code,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "bulk.md").read_text("utf-8"), re.M | re.S)
    script, file, lines = tmp_path / "bulk.py", tmp_path / "reports.jsonl", rows(1203)
    script.write_text(code, encoding="utf-8")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, str(script), str(file), model]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    beside = [json.loads(line) for line in told.stdout.splitlines()]
    alone = [json.loads(line) for line in assess_lines(lines, model)]
    assert [one["id"] for one in beside] == [f"r{at}" for at in range(1203)]
    for one, other in zip(beside, alone, strict=True):
        # The last bits of a sum depend on the batch that it is computed in
        assert one.pop("probabilities") == pytest.approx(other.pop("probabilities"), abs=1e-9)
        assert {key: one[key] for key in DECIDED} == {key: other[key] for key in DECIDED}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bulk.py", "reports.jsonl"], "nothing is stored"


def test_parts_hold_every_line_once_in_order() -> None:
    assert [len(part) for part in parts_of(map(str, range(25)), 10)] == [10, 10, 5]
    assert [line for part in parts_of(map(str, range(25)), 10) for line in part] == [str(at) for at in range(25)]
    assert list(parts_of([], 10)) == []
