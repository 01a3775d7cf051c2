"""Many reports are read side by side, and what comes out is what one process gives."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from models.errors import ModelMissing
from models.registry import Registry
from triage.bulk import assess_lines, assess_side_by_side, parts_of
from triage.errors import Unavailable

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


def examples() -> dict[str, str]:
    """The programs of the page, by the name that their first line gives them."""
    found = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "bulk.md").read_text("utf-8"), re.M | re.S)
    return {code.split()[1]: code for code in found}


def test_the_example_of_the_page_gives_what_one_process_gives(small_models: Path, tmp_path: Path) -> None:
    registry = Registry(small_models)
    model = str(registry.path(registry.current() or ""))
    script, file, lines = tmp_path / "bulk.py", tmp_path / "reports.jsonl", rows(603)
    script.write_text(examples()["bulk.py"], encoding="utf-8")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, str(script), str(file), model]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    beside = [json.loads(line) for line in told.stdout.splitlines()]
    alone = [json.loads(line) for line in assess_lines(lines, model)]
    assert [one["id"] for one in beside] == [f"r{at}" for at in range(603)]
    for one, other in zip(beside, alone, strict=True):
        # The last bits of a sum depend on the batch that it is computed in
        assert one.pop("probabilities") == pytest.approx(other.pop("probabilities"), abs=1e-9)
        assert {key: one[key] for key in DECIDED} == {key: other[key] for key in DECIDED}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bulk.py", "reports.jsonl"], "nothing is stored"


def test_processes_side_by_side_give_what_one_gives_and_name_lines_by_their_place_in_the_file(
    data_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "reports.jsonl"
    unnamed = json.dumps({"text": TEXTS[0], "received": "2019-11-05"}, ensure_ascii=False)
    file.write_text("\n".join([*rows(450), "{no json", "", unnamed]), encoding="utf-8")
    one, other = (told_by(file, "--processes", number) for number in ("1", "2"))
    assert (
        one[1]
        == other[1]
        == "第 451 行 · line 451: row: 这一行不是 JSON 对象。 · This line is no JSON object. [json]\n"
    )
    assert [told["id"] for told in other[0]] == [*(f"r{at}" for at in range(450)), "453"]
    for alone, beside in zip(one[0], other[0], strict=True):
        assert beside["probabilities"] == pytest.approx(alone["probabilities"], abs=1e-9)
        assert {key: beside[key] for key in DECIDED} == {key: alone[key] for key in DECIDED}


def told_by(file: Path, *options: str) -> tuple[list[dict[str, Any]], str]:
    command = [sys.executable, "-m", "triage.cli", "assess", str(file), *options]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in told.stdout.splitlines()], told.stderr


def test_processes_side_by_side_run_no_code_that_lies_in_the_folder_where_they_are_started(
    data_dir: Path, tmp_path: Path
) -> None:
    command, letters, ran = tmp_path / "bin" / "triage", tmp_path / "letters", tmp_path / "ran"
    command.parent.mkdir()
    # As the installed command begins: its own folder is looked into, not the one that somebody stands in
    command.write_text("from triage.cli import main\n\nif __name__ == '__main__':\n    main()\n", encoding="utf-8")
    letters.mkdir()
    (letters / "multiprocessing.py").write_text(f"open({str(ran)!r}, 'w')\n", encoding="utf-8")
    (letters / "reports.jsonl").write_text("\n".join(rows(3)), encoding="utf-8")
    words = [sys.executable, str(command), "assess", "reports.jsonl", "--processes", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(words, capture_output=True, text=True, check=False, cwd=letters, env=environment)
    assert not ran.exists()
    assert len(told.stdout.splitlines()) == 3, told.stderr


def test_many_more_lines_than_fit_are_never_held_at_once(small_models: Path) -> None:
    registry, taken = Registry(small_models), 0

    def endless() -> Iterator[str]:
        nonlocal taken
        for line in cycle(rows(3)):
            taken += 1
            yield line

    told = assess_side_by_side(endless(), str(registry.path(registry.current() or "")), 2, size=4)
    assert len(list(islice(told, 40))) == 40
    told.close()
    assert taken <= 40 + 4 * 6


def test_an_answer_steers_no_terminal_and_names_its_line_as_it_came(small_models: Path) -> None:
    registry, name = Registry(small_models), "r\x9b2J\u202e1"
    line = json.dumps({"id": name, "text": TEXTS[0], "received": "2019-11-05"})
    (told,) = assess_lines([line], str(registry.path(registry.current() or "")))
    assert "\x9b" not in told
    assert json.loads(told)["id"] == name


def test_a_folder_without_a_model_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        next(assess_side_by_side(iter(["never"]), str(tmp_path), 2))


def test_parts_hold_every_line_once_in_order() -> None:
    assert [len(part) for part in parts_of(map(str, range(25)), 10)] == [10, 10, 5]
    assert [line for part in parts_of(map(str, range(25)), 10) for line in part] == [str(at) for at in range(25)]
    assert list(parts_of([], 10)) == []


def test_a_process_that_is_killed_is_told_in_a_sentence(small_models: Path) -> None:
    registry = Registry(small_models)
    folder = str(registry.path(registry.current() or ""))
    answers = assess_side_by_side(rows(4000), folder, 2, size=20)
    next(answers)
    for process in active_children():
        process.kill()
    with pytest.raises(Unavailable, match="try fewer with --processes"):
        list(answers)
