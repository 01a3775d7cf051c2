"""The authored reports hold what their data card promises, and no template stands behind them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from corpora.reports import LabelledReport
from corpora.taxonomy import load_taxonomy
from tests.packaged_reports import packaged_reports

ROWS = packaged_reports()
CARD = (Path(__file__).resolve().parents[2] / "corpora" / "reports.md").read_text("utf-8")
ENDS = re.compile(r"[。！？!?\n；;]+")
NUMBERS = re.compile(r"[0-9０-９]+(?:[.,][0-9０-９]+)*|[零一二两三四五六七八九十百千万亿]{2,}")


def without_slots(row: LabelledReport) -> str:
    """A text with marked names and places, and all numbers, replaced."""
    text = row.text
    names = {entity.text for entity in row.entities or ()}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "#")
    return NUMBERS.sub("0", text)


def test_every_label_stands_at_least_forty_times() -> None:
    counts = Counter(code for row in ROWS for code in row.categories or ())
    assert {code: counts[code] for code in load_taxonomy().codes if counts[code] < 40} == {}
    assert set(counts) == set(load_taxonomy().codes)


def test_there_are_enough_reports_voices_marks_channels_and_languages() -> None:
    assert len(ROWS) >= 1500
    assert sum(row.entities is not None for row in ROWS) >= 500
    assert len({row.voice for row in ROWS}) >= 60
    assert {row.channel for row in ROWS} >= {"letter", "chat", "hotline", "web", "visit"}
    assert {row.language for row in ROWS} >= {"zh", "zh-Hant", "en"}


def test_ids_are_unique_and_labels_do_not_contradict_each_other() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    taxonomy = load_taxonomy()
    for row in ROWS:
        codes = set(row.categories or ())
        alone = codes & {"service_request", "irrelevant"}
        assert codes, row.id
        assert not alone or codes == alone, row.id
        assert not (row.refer and not codes & taxonomy.misconduct_codes), row.id


def test_every_mark_is_a_substring_of_its_text() -> None:
    for row in ROWS:
        assert all(entity.text in row.text for entity in row.entities or ()), row.id


def test_no_sentence_is_used_over_and_over() -> None:
    stands_in: Counter[str] = Counter()
    for row in ROWS:
        pieces = {re.sub(r"\s|[，,、：:“”\"（）()]", "", piece) for piece in ENDS.split(without_slots(row))}
        stands_in.update(piece for piece in pieces if len(piece) >= 12)
    assert [piece[:20] for piece, count in stands_in.items() if count > 3] == []
    assert len(stands_in) / sum(stands_in.values()) >= 0.97


@pytest.mark.parametrize(
    ("what", "count"),
    [
        ("reports", len(ROWS)),
        ("voices", len({row.voice for row in ROWS})),
        ("with entities marked", sum(row.entities is not None for row in ROWS)),
        ("to be referred", sum(bool(row.refer) for row in ROWS)),
        ("urgent", sum(bool(row.urgent) for row in ROWS)),
    ],
)
def test_the_data_card_tells_the_numbers_as_they_are(what: str, count: int) -> None:
    assert re.search(rf"\|\s*{what}\s*\|\s*{count}\s*\|", CARD), f"corpora/reports.md should say: {what} | {count}"


def test_the_data_card_tells_the_support_of_every_label() -> None:
    counts = Counter(code for row in ROWS for code in row.categories or ())
    for code in load_taxonomy().codes:
        assert re.search(rf"\|\s*`{code}`\s*\|\s*{counts[code]}\s*\|", CARD), f"{code}: {counts[code]}"
