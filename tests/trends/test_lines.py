"""The report as lines: the document's figures, and nothing that it hides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from document_samples import column, document, table, value, words

from triage.errors import BadInput
from triage.trends import lines
from triage.trends.counted import checked_month
from triage.trends.document import ColumnKind, Section, same


def test_the_lines_tell_what_the_document_tells_and_how_many_rows_are_hidden() -> None:
    columns = [
        column("channel", "渠道", "Channel", ColumnKind.WORDS),
        column("count", "件数", "Reports", ColumnKind.COUNT),
    ]
    rows = [
        [words("web"), value(30)],
        [words("chat"), value(None)],
        [words("letter"), value(None)],
        [words("api"), value(0)],
    ]
    section = Section("channel", same("渠道"), (), (table("by_channel", same("按渠道"), columns, rows),))
    told = list(lines(replace(document(), sections=(section,))))
    assert told[0] == f"{document().title.zh} {document().title.en}"
    assert told[-3:] == ["按渠道", "        30  web", "  2 行不显示 rows hidden"]
    assert "api" not in "".join(told)


@pytest.mark.parametrize("month", ["2019-13", "2019", "November", "2019-1", "2019-11-01"])
def test_a_month_is_written_like_2019_11(month: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked_month(month)
    assert (caught.value.field, caught.value.rule) == ("month", "form")
