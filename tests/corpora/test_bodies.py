"""Bodies that reporters are told to turn to: each goes with a reason, has words in both languages, and stands in the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpora.bodies import load_bodies
from triage.model import NotAccepted

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def test_every_body_goes_with_a_reason_and_has_its_words() -> None:
    bodies = load_bodies()
    assert {body.reason for body in bodies.values()} == {NotAccepted.COURTS, NotAccepted.OTHER_BODY}
    assert all(re.search(r"[\u4e00-\u9fff]", body.zh) and body.en.isascii() for body in bodies.values())


@pytest.mark.parametrize("page", ["handling.md", "handling.zh.md"])
def test_the_page_lists_every_code_beside_its_reason_and_no_other(page: str) -> None:
    told: dict[str, str] = {}
    for line in (DOCS / page).read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[2] in ("`courts`", "`other_body`"):
            told |= {code: cells[2].strip("`") for code in re.findall(r"`(\w+)`", cells[0])}
    assert told == {code: body.reason for code, body in load_bodies().items()}
