from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.reports import BadRow, LabelledEntity, LabelledReport, Rationale, is_board_message, load_reports
from corpora.taxonomy import load_taxonomy


def write(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_missing_fields_stay_unknown(tmp_path: Path) -> None:
    (report,) = load_reports([write(tmp_path, {"text": "低保没有了"})])
    assert report.text == "低保没有了"
    assert report.categories is None
    assert report.refer is None
    assert report.entities is None
    assert report.rationales is None


def test_passages_that_tell_a_label_are_read(tmp_path: Path) -> None:
    row = {"text": "村里拿了三千", "categories": ["embezzlement"], "rationales": {"embezzlement": [[2, 6]]}}
    falling = {"text": "房子要塌了", "categories": [], "urgent": True, "rationales": {"urgent": [[0, 5]]}}
    asking = {"text": "问一下", "categories": [], "rationales": {}}
    marked, danger, none = load_reports([write(tmp_path, row, falling, asking)])
    assert marked.rationales == (Rationale("embezzlement", 2, 6),)
    assert danger.rationales == (Rationale("urgent", 0, 5),)
    assert none.rationales == (), "somebody looked, and there is nothing to mark"


def test_full_row_is_read(tmp_path: Path) -> None:
    row = {
        "id": "r1",
        "text": "村里拿了三千",
        "received": "2018-03-04",
        "categories": ["embezzlement"],
        "refer": True,
        "turns": [{"speaker": "caller", "text": "村里拿了三千"}],
        "entities": {"amount": [{"text": "三千", "yuan": 3000}], "place": [{"text": "昭觉县", "code": "513431"}]},
    }
    (report,) = load_reports([write(tmp_path, row)])
    assert report.received is not None
    assert report.received.year == 2018
    assert report.turns == (("caller", "村里拿了三千"),)
    assert report.entities == (
        LabelledEntity("amount", "三千", yuan=3000),
        LabelledEntity("place", "昭觉县", code="513431"),
    )


def test_line_separators_inside_a_text_do_not_end_the_row(tmp_path: Path) -> None:
    (report,) = load_reports([write(tmp_path, {"text": "前\u2028后"})])
    assert report.text == "前\u2028后"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"id": "x"}, "text"),
        ({"text": 3}, "text"),
        ({"text": "a", "refer": "yes"}, "refer"),
        ({"text": "a", "received": "last week"}, "received"),
        ({"text": "a", "categories": "embezzlement"}, "categories"),
        ({"text": "a", "categories": [1]}, "categories"),
        ({"text": "a", "categories": [" "]}, "categories: a code must not be empty"),
        ({"text": "a", "categories": ["road|\x1b[31m"]}, "categories: .* no control characters"),
        ({"text": "a", "categories": ["road", "refer"]}, "categories: refer and urgent are fields of their own"),
        ({"text": "a", "received": "0001-01-01"}, "received: must lie between the years"),
        ({"text": "a", "received": "9999-12-31"}, "received: must lie between the years"),
        (
            {"text": "a", "entities": {"amount": [{"text": "b", "yuan": float("inf")}]}},
            "yuan must be a number that ends",
        ),
        ({"text": "a", "turns": [{"speaker": "boss", "text": "b"}]}, "turns"),
        ({"text": "a", "entities": {"animal": []}}, "entities"),
        ({"text": "a", "entities": {"amount": [{"text": "b", "yuan": "c"}]}}, "yuan"),
        ({"text": "ab", "rationales": []}, "rationales"),
        ({"text": "ab", "rationales": {"bribery": [[0, 1]]}}, "rationales.bribery: is none of the categories"),
        (
            {"text": "ab", "urgent": False, "rationales": {"urgent": [[0, 1]]}},
            "rationales.urgent: is none .* nor urgent",
        ),
        ({"text": "ab", "categories": ["bribery"], "rationales": {"bribery": []}}, "rationales.bribery"),
        ({"text": "ab", "categories": ["bribery"], "rationales": {"bribery": [[0, 3]]}}, "rationales.bribery"),
        ({"text": "ab", "categories": ["bribery"], "rationales": {"bribery": [[1, 1]]}}, "rationales.bribery"),
        ({"text": "ab", "categories": ["bribery"], "rationales": {"bribery": ["a"]}}, "rationales.bribery"),
        ({"text": "ab", "categories": ["bribery"], "rationales": {"bribery": [[False, True]]}}, "rationales.bribery"),
        ([], "JSON object"),
    ],
)
def test_bad_row_is_told_by_line_and_field(tmp_path: Path, row: object, field: str) -> None:
    with pytest.raises(BadRow, match=field) as error:
        list(load_reports([write(tmp_path, {"text": "good"}, row)]))
    assert "line 2" in str(error.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[" * 100_000, "no JSON"),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", "no JSON"),
        ('{"text": "a\\ud800"}', "half a character"),
        ('{"text": "a", "categories": ["\\uDC00"]}', "half a character"),
    ],
    ids=["deep", "long number", "half a character", "half a character in a code"],
)
def test_a_line_that_no_reader_of_json_can_bear_is_told_like_any_other(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line)
    with pytest.raises(BadRow, match=f"line 1: {told}"):
        list(load_reports([path]))


def test_both_halves_of_a_character_are_one(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "\\ud83d\\ude00"}')
    assert [row.text for row in load_reports([path])] == ["😀"]


def test_error_repeats_nothing_of_the_text(tmp_path: Path) -> None:
    with pytest.raises(BadRow) as error:
        list(load_reports([write(tmp_path, {"text": "机密内容", "refer": "机密"})]))
    assert "机密" not in str(error.value)


def test_only_rows_of_packaged_sets_tell_their_form() -> None:
    told = [is_board_message(LabelledReport("…", id=name)) for name in ("w80-001", "w12-001", "r-1", "w80x-1", None)]
    assert told == [True, False, None, None, None]


def test_nearly_every_packaged_report_bears_the_passages_that_tell_its_labels_and_its_danger() -> None:
    wrongs = {category.code for category in load_taxonomy().categories if category.misconduct}
    rows = list(load_reports())
    marked = [row for row in rows if row.rationales is not None]
    assert len(marked) > 0.99 * len(rows)
    urgent = [row for row in rows if row.urgent]
    dangers = [row for row in urgent if any(passage.label == "urgent" for passage in row.rationales or ())]
    assert len(dangers) > 0.95 * len(urgent)
    for row in marked:
        told = {passage.label for passage in row.rationales or ()}
        assert told - {"urgent"} == set(row.categories or ()) & wrongs, row.id
        for passage in row.rationales or ():
            assert row.text[passage.start : passage.end].strip() == row.text[passage.start : passage.end], row.id
