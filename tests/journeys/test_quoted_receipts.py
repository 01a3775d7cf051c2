"""Whoever writes again and tells the receipt of the first letter is put beside it, whatever else the two letters share."""

from __future__ import annotations

import pytest
from letters import LETTER, send, send_for_receipts
from sqlalchemy import delete

from triage.cases import LinkKeyer
from triage.cases.catching_up import matter_of
from triage.intake import new_code, shown
from triage.model import Judgement
from triage.pipeline import Pipeline
from triage.store import WORKER, Store
from triage.store.crowds import number_of
from triage.store.tables import link_keys

AGAIN = (
    "我是上回来信的人，当时给的回执是{code}，已经等了四十几天，没有一个人来问过我。老伴每天坐在门槛上望，"
    "我跟她讲公家办事要一步一步来，可是心里也没有底，只想问一声，到底有没有人管。"
)
SHORT = "回执{code}，有结果没有"
ANOTHER = "另外一件事，跟上次（{code}）没有关系：" + AGAIN.replace("{code}", "上面那个")


@pytest.fixture
def told(store: Store, pipeline: Pipeline) -> tuple[str, str]:
    """A letter that has been read, and its receipt as it was shown."""
    (first,) = send_for_receipts(store, LETTER)
    pipeline.work_until_empty(10)
    return first


def follow(store: Store, pipeline: Pipeline, text: str) -> tuple[str, list[Judgement]]:
    """A letter that comes later, and what was said of it."""
    (report_id,) = send(store, text)
    pipeline.work_until_empty(10)
    return report_id, [line for line in store.ledger([report_id], WORKER) if line.report_id == report_id]


def cases(store: Store) -> list[set[str]]:
    return [set(case.report_ids) for case in store.cases(WORKER)]


@pytest.mark.parametrize(
    "written", [str, str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]
)
def test_a_second_letter_that_tells_the_receipt_joins_the_first_as_the_same_voice(
    store: Store, pipeline: Pipeline, told: tuple[str, str], written: type[str]
) -> None:
    first, code = told
    second, (line,) = follow(store, pipeline, AGAIN.format(code=written(code)))
    assert (line.other_id, line.joined, "quotes_receipt" in line.features) == (first, True, True)
    assert cases(store) == [{first, second}]
    assert store.corroborations([first, second], WORKER) == {first: 0.0, second: 0.0}


def test_the_two_stay_together_when_the_first_is_read_again(
    store: Store, pipeline: Pipeline, told: tuple[str, str]
) -> None:
    first, code = told
    second, _ = follow(store, pipeline, AGAIN.format(code=code))
    row = store.row(first, WORKER)
    (line,) = pipeline.meet([matter_of(row.report, row.assessment)])[first].judgements
    assert (line.other_id, line.joined, "quotes_receipt" in line.features) == (second, True, True)


@pytest.mark.parametrize(("text", "why"), [(SHORT, "short"), (ANOTHER, "disclaims")])
def test_a_few_words_and_another_matter_are_put_before_a_person(
    store: Store, pipeline: Pipeline, told: tuple[str, str], text: str, why: str
) -> None:
    first, code = told
    _, (line,) = follow(store, pipeline, text.format(code=code))
    assert (line.other_id, line.joined) == (first, False)
    assert {"quotes_receipt", why} <= set(line.features)
    assert cases(store) == []


def test_a_first_letter_that_was_read_before_receipts_were_looked_for_is_found_as_well(
    store: Store, pipeline: Pipeline, told: tuple[str, str]
) -> None:
    first, code = told
    row = store.row(first, WORKER)
    keys = LinkKeyer(store.subkey("link")).keys(matter_of(row.report, row.assessment))
    own = [number_of(key) for key in keys if key.kind == "receipt"]
    with store._database.write() as connection:
        assert connection.execute(delete(link_keys).where(link_keys.c.number.in_(own))).rowcount == 1
    _, (line,) = follow(store, pipeline, "昭觉县柳林村：" + AGAIN.format(code=code))
    assert (line.other_id, line.joined, "quotes_receipt" in line.features) == (first, True, True)


def test_a_receipt_of_nobody_brings_nothing_together(store: Store, pipeline: Pipeline, told: tuple[str, str]) -> None:
    _, lines = follow(store, pipeline, AGAIN.format(code=shown(new_code())))
    assert not [line for line in lines if "quotes_receipt" in line.features]
    assert cases(store) == []
    assert told
