"""The page on the query language shows questions that are read as it says and find something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpora.lexicons import synonyms
from tests.contract.search_backends import EVERYWHERE, authored, embedded
from triage.errors import BadInput
from triage.model import Channel, Level
from triage.search import IndexDocument, SearchIndex, SearchRequest
from triage.search.fields import FIELDS
from triage.search.language import Asked, read
from triage.text.segment import default_segmenter

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, CHINESE = ((DOCS / name).read_text("utf-8") for name in ("search.md", "search.zh.md"))
EXAMPLES = re.findall(r"^\| `(.+?)` \| ", PAGE, flags=re.MULTILINE)
NAMED = ("王建国", "Wang Jianguo", "王健国")


def asked(q: str) -> Asked:
    return read(q, split=default_segmenter().cut, synonyms=lambda word: synonyms().get(word, ()))


def matter(number: int, name: str) -> IndexDocument:
    """A report that the page speaks of, beside the authored ones that may change."""
    received, month = ((2019, 4), "2019-04") if number else ((2018, 11), "2018-11")
    return IndexDocument(
        id=f"p{number}",
        seq=10_000 + number,
        version=1,
        text="会计说低保名单在书记那里，危房改造也是。",
        received_at=datetime(*received, 10, tzinfo=UTC),
        month=month,
        channel=Channel.HOTLINE,
        categories=("embezzlement",),
        division="513431",
        level=Level.HIGH,
        score=9.0,
        amount_fen=3_500_000,
        accused=(name,),
        lacks=() if number else ("money",),
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    made = embedded(tmp_path_factory.mktemp("page"))
    made.apply([*authored(100), *(matter(number, name) for number, name in enumerate(NAMED))], [])
    yield made
    made.close()


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_finds_some_reports_and_not_all(index: SearchIndex, example: str) -> None:
    found = index.count(SearchRequest(asked(example).nodes), EVERYWHERE)
    assert 0 < found < index.count(SearchRequest(), EVERYWHERE)


def test_every_field_is_shown_in_both_languages_and_examples_are_not_few() -> None:
    assert len(EXAMPLES) >= 19
    shown = re.findall(r"`-?([a-z]+|[一-鿿]+):", PAGE)
    assert {name for name in FIELDS if name in shown or FIELDS[name] in shown} == set(FIELDS)


def test_the_chinese_page_shows_the_same_examples() -> None:
    assert re.findall(r"^\| `(.+?)` \| ", CHINESE, flags=re.MULTILINE) == EXAMPLES


def test_what_the_page_says_of_binding_words_and_mistakes_is_so() -> None:
    assert asked("低保 会计 OR 危房 书记").nodes == asked("(低保 会计) OR (危房 书记)").nodes
    assert asked("10:30").nodes == asked("10：30").nodes
    with pytest.raises(BadInput, match="Character 4"):
        asked("低保 部门:民政局")
