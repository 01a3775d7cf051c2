"""The bench of masking counts what is covered and what is not, place by place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.reports import load_reports
from tests.letters_of_reporters import LETTER, reading
from triage.bench.masking import figures_of, misses
from triage.covered import covered_in


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """Two letters as people marked them."""
    people = [
        {"text": "欧阳青禾", "role": "reporter"},
        {"text": "王守田", "role": "accused"},
        {"text": "何开亮", "role": "witness"},
    ]
    quiet = {"text": "他说：老常，别写了。", "entities": {"person": [{"text": "老常", "role": "reporter"}]}}
    rows = [{"text": LETTER, "entities": {"person": people, "contact": [{"text": "13812345678"}]}}, quiet]
    path = tmp_path / "marked.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_places_are_counted_by_what_people_marked_and_not_by_what_was_read(marked: Path) -> None:
    rows = list(load_reports([marked]))
    told = figures_of(rows, [reading().entities, ()])
    assert told.value("reporters_covered") == pytest.approx(2 / 3)
    assert (told.value("contacts_covered"), told.value("accused_covered"), told.value("others_covered")) == (
        1.0,
        0.0,
        0.0,
    )
    assert told.notes == ("2 reports", "3 places of reporters, 1 of contacts, 2 of the accused")


def test_what_is_missed_is_told_with_its_place(marked: Path) -> None:
    letter, quiet = load_reports([marked])
    assert list(misses(letter, covered_in(letter.text, reading().entities))) == []
    assert list(misses(quiet, covered_in(quiet.text))) == [("reporter", "老常", 3, 5)]
