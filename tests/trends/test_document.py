"""The monthly report as a document: parts that fit together, and a JSON form that says all of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from document_samples import counts, document, table, words
from schema_check import faults

from triage.trends.document import Column, ColumnKind, Document, Hidden, Missing, Number, Text, same
from triage.trends.document_form import document_bytes, document_form, read_document, schema


def test_a_document_comes_back_from_its_json_as_it_was() -> None:
    assert read_document(document_bytes(document())) == document()
    assert document_bytes(read_document(document_bytes(document()))) == document_bytes(document())


def test_the_json_fits_its_schema_and_other_json_does_not() -> None:
    assert list(faults(document_form(document()), schema(), schema())) == []
    broken = document_form(document())
    broken["sections"][0]["tables"][0]["rows"][0][1] = {"number": "31"}
    broken["month"] = "2019-13"
    assert len(list(faults(broken, schema(), schema()))) == 2


def test_a_hidden_figure_has_no_number_and_a_missing_one_has_its_reason() -> None:
    rows = json.loads(document_bytes(document()))["sections"][0]["tables"][0]["rows"]
    assert rows[3][1] == {"hidden": True}
    assert rows[3][4] == {"missing": {"zh": "当月无记录", "en": "no record of that month"}}


def test_a_newer_form_is_refused_instead_of_being_half_read() -> None:
    newer = {**document_form(document()), "form": 2}
    with pytest.raises(ValueError, match="form 2"):
        read_document(json.dumps(newer))


def test_parts_that_do_not_fit_together_are_refused() -> None:
    section, name = counts(), Column("name", same("名"), ColumnKind.WORDS)
    with pytest.raises(ValueError, match="two rows have the same key"):
        table("t", same("t"), [name], [[words("a")], [words("a")]])
    with pytest.raises(ValueError, match="cells in a row"):
        table("t", same("t"), [name], [[words("a"), Number(1)]])
    with pytest.raises(ValueError, match="is no name"):
        table("By month", same("t"), [name], [])
    with pytest.raises(ValueError, match="is not in this section"):
        replace(section, tables=())
    with pytest.raises(ValueError, match="bars of"):
        replace(section.pictures[0], labels=(same("one"),))
    with pytest.raises(ValueError, match="two sections"):
        replace(document(), sections=(section, replace(section, tables=(), pictures=())))
    with pytest.raises(ValueError, match="same name"):
        replace(document(), sections=(section, replace(section, name="again")))
    with pytest.raises(ValueError, match="two ends"):
        Number(3, 2)


def test_a_month_a_place_and_every_kind_of_cell_stand_in_the_sample() -> None:
    sample: Document = document()
    cells = [cell for part in sample.parts() for one in part.tables for row in one.rows for cell in row]
    assert {type(cell) for cell in cells} == {Number, Hidden, Missing, type(words("w"))}
    assert {column.kind for part in sample.parts() for one in part.tables for column in one.columns} == set(ColumnKind)
    assert sample.title == Text("四川省2019年11月举报情况月报", "Sichuan: reports in November 2019")
