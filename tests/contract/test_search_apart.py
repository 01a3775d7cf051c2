"""A word is found where a line ends within it and where its characters stand apart, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.search_backends import Backend
from tests.store.store_samples import arrival, outcome, staff
from triage.indexing import document_of
from triage.search import CursorBox
from triage.search.finding import Finder, Question
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store
from triage.text.segment import default_segmenter

TEXTS = (
    "村里的低\n保名单从来没有公布过",
    "村 里 的 低 保 名 单",
    "石桥村的危房\r\n改造款没有发",
    "查查低空\n保险的事",
    "低保，危房改造都是会计管的",
)
HERE = staff("51")


@pytest.fixture
def finder(backend: Backend, tmp_path: Path) -> Iterator[Finder]:
    index = backend(tmp_path / "index")
    with Store.open(Settings(data_dir=tmp_path / "plain")) as store:
        for text in TEXTS:
            (answer,) = store.receive([arrival(text)])
            assert isinstance(answer, Accepted)
            store.save_assessed([outcome(answer.report_id)])
        index.apply([document_of(row) for row in store.index_rows(WORKER)], [])
        yield Finder(store, index, CursorBox(b"c" * 32), default_segmenter())
    index.close()


@pytest.mark.parametrize(
    ("q", "marked"),
    [
        ("低保", {"低\n保", "低 保", "低保"}),
        ("危房改造", {"危房\r\n改造", "危房改造"}),
        ("(低保 OR 危房改造) -会计", {"低\n保", "低 保", "危房\r\n改造"}),
        ('"低保"', {"低保"}),
        ("-低保 危房改造", {"危房\r\n改造"}),
    ],
)
def test_a_word_is_found_and_marked_across_the_end_of_a_line_and_a_phrase_as_it_stands(
    finder: Finder, q: str, marked: set[str]
) -> None:
    answer = finder.find(Question(q), HERE)
    shown = [{hit.snippet.text[start:end] for start, end in hit.snippet.spans} for hit in answer.hits]
    assert len(shown) == len(marked)
    assert all(any(one in spans for spans in shown) for one in marked)
