"""A call in which the caller cannot be understood is a call all the same: a person reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_a_call_of_which_nothing_of_the_caller_was_understood_is_read_by_a_person(run: Run, tmp_path: Path) -> None:
    calls = [
        {"id": "noise", "turns": [{"speaker": "agent", "text": "您好，请讲。"}, {"speaker": "caller", "text": "……"}]},
        {"id": "tibetan", "content": "坐席：您好，请讲。\n来电人：བོད་ཡིག་གི་སྙན་ཞུ།\n坐席：好的，已经登记了。"},
    ]
    file = tmp_path / "calls.jsonl"
    file.write_text("".join(json.dumps(call) + "\n" for call in calls), encoding="utf-8")
    run("import", str(file))
    run("export", "--out", str(tmp_path / "out.jsonl"))
    for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines():
        report = json.loads(line)
        assert (report["level"], report["assessment"]["categories"]) == ("person", [])
        assert report["assessment"]["language"] == "other"
