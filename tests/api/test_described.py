"""The description of the API is told in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.openapi import in_both
from tests.said_sentences import ROOT
from triage.chinese import texts

HAN = re.compile("[一-鿿]")
WORD = re.compile("[A-Za-z]{2}")
CODE = re.compile("`+([^`]+)`+")
KNOWN = texts("api.tsv")


def descriptions(part: Any) -> Iterator[str]:
    """Every description of the document, wherever it stands."""
    if isinstance(part, dict):
        for name, one in part.items():
            if name == "description" and isinstance(one, str):
                yield one
            else:
                yield from descriptions(one)
    elif isinstance(part, list):
        for one in part:
            yield from descriptions(one)


def without(part: Any) -> Any:
    """The document with nothing in the place of its descriptions."""
    if isinstance(part, list):
        return [without(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: None if name == "description" and isinstance(one, str) else without(one) for name, one in part.items()
    }


@pytest.fixture
def in_english(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The description before any Chinese is put to it."""
    monkeypatch.setattr("api.openapi.texts", lambda _: {})
    described: Callable[[], dict[str, Any]] = app.openapi
    told = described()
    app.openapi_schema = None
    return told


def test_every_description_is_told_in_chinese_and_english(client: TestClient) -> None:
    told = list(descriptions(client.get("/openapi.json").json()))
    assert len(told) > 300
    assert [one for one in told if not HAN.search(one) or not WORD.search(HAN.sub(" ", one))] == []


def test_the_chinese_stands_before_the_english_and_nothing_else_changes(in_english: dict[str, Any]) -> None:
    told = in_both(in_english, KNOWN)
    assert without(told) == without(in_english)
    for before, after in zip(descriptions(in_english), descriptions(told), strict=True):
        assert after.endswith(before)
        assert (after == before) == bool(HAN.search(before)), "what holds Chinese already stays as it is"
        assert HAN.search(after[:40])


def test_what_has_paragraphs_keeps_each_language_in_its_own(client: TestClient) -> None:
    forms = client.get("/openapi.json").json()["components"]["schemas"]
    chinese, more, english, *_ = forms["NextOut"]["description"].split("\n\n")
    assert chinese.startswith("下一件待复核的举报。")
    assert HAN.search(more)
    assert english.startswith("A report to decide on.")
    assert forms["ReceiptIn"]["description"].partition(" · ")[2].startswith("Who holds a receipt reads")


def test_the_description_is_made_once(app: FastAPI) -> None:
    assert app.openapi_schema is None, "not while the service starts"
    assert app.openapi() is app.openapi()


def test_no_line_of_the_catalogue_is_dead(in_english: dict[str, Any]) -> None:
    said = {one for one in descriptions(in_english) if not HAN.search(one)}
    assert set(KNOWN) == said


def test_the_catalogue_is_sorted_and_says_the_same_names_and_numbers() -> None:
    lines = (ROOT / "triage" / "chinese" / "api.tsv").read_text("utf-8").splitlines()
    english = [line.split("\t")[0] for line in lines]
    assert english == sorted(set(english), key=str.casefold)
    for one, chinese in KNOWN.items():
        assert HAN.search(chinese), one
        assert not HAN.search(one), one
        assert " · " not in one + chinese, one
        assert set(CODE.findall(one)) == set(CODE.findall(chinese)), one
        assert sorted(re.findall(r"\d+", one)) == sorted(re.findall(r"\d+", chinese)), one


def test_the_page_shows_what_a_route_does_in_both_languages(client: TestClient) -> None:
    page = client.get("/docs").text
    described = client.get("/openapi.json").json()
    routes = [route for methods in described["paths"].values() for route in methods.values() if "description" in route]
    shown = re.findall(r'<p>([^<>]*[一-鿿](?:[^<>]|</?code>)*)<span lang="en">(?:[^<>]|</?code>)+</span></p>', page)
    assert len(shown) >= len(routes) > 40
    assert (
        "<p>由申请人在保管人员批准后的若干天内开启。每次开启先记入审计日志再答复，答复的内容不在任何地方留存。"
        '<span lang="en">For whoever asked, once custodians have approved it and for some days.' in page
    )
    assert '<li>200 成功 · <span lang="en">Successful Response</span></li>' in page
