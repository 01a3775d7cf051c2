"""Invented labelled reports in a handful of voices, and the plainest way to read them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import rjieba

from models.reading import Reading
from triage.learning.corpus import Entry

ABOUT = {
    "bribery": ("收了红包才给盖章", "要两条烟才肯签字", "办证要先交好处费", "请客吃饭以后才批下来"),
    "opaque_funds": ("名单从来没有公示过", "问账目就说不知道", "钱用到哪里去了没人讲", "公示栏一直是空白"),
    "irrelevant": ("测试一下能不能发", "今天天气真好", "祝大家节日快乐", "打错号码了不好意思"),
}
OPENINGS = ("说个事情，", "听我讲，", "各位好，", "早就想写了，", "唉，", "没有办法才来说，", "")


@pytest.fixture(scope="session")
def rows() -> list[dict[str, Any]]:
    chance = random.Random(11)
    made = []
    for place in range(150):
        codes = [["bribery"], ["opaque_funds"], ["irrelevant"], ["bribery", "opaque_funds"]][place % 4]
        parts = [chance.choice(ABOUT[code]) for code in codes for _ in range(2)]
        made.append(
            {
                "id": f"r{place}",
                "text": chance.choice(OPENINGS) + "，".join(parts) + f"。第{place}次说了。",
                "received": "2018-05-12",
                "categories": codes,
                "refer": "bribery" in codes,
                "urgent": False,
                "case": f"c{place // 2}" if place % 10 < 2 else None,
                "voice": f"v{place % 30}",
            }
        )
    return made


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[Iterable[dict[str, Any]]], Path]:
    def write(lines: Iterable[dict[str, Any]]) -> Path:
        path = tmp_path / "labelled.jsonl"
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        return path

    return write


def _plain(entries: Iterable[Entry]) -> Iterable[Reading]:
    for text, _day, turns in entries:
        told = "\n".join(turn.text for turn in turns if turn.speaker == "caller") if turns else text
        yield Reading(told.lower(), rjieba.cut(told.lower()))


@pytest.fixture(scope="session")
def plain() -> Callable[[Iterable[Entry]], Iterable[Reading]]:
    return _plain
