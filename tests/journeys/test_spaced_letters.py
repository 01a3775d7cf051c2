"""A letter whose characters stand apart goes the same way as one whose do not: sealed, linked, covered, kept from people."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from triage.dialogue import send
from triage.errors import BadInput
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Access, Rank, StaffRole, Stage
from triage.pipeline import Pipeline
from triage.referral import Desk
from triage.shown import shown
from triage.store import WORKER, Accepted, Arrival, Store

LETTER = "昭觉县三河村村支书王守田贪污了低保款三万元,请你们查一查。举报人李大山,电话13800138000。"
REVIEWER = Access("reviewer", StaffRole.REVIEWER, ("",))


def take_in(store: Store, pipeline: Pipeline, text: str) -> str:
    given = submission({"text": text}, Limits(now=datetime(2019, 11, 20, 4, 0, tzinfo=UTC)))
    (answer,) = store.receive([Arrival(given, receipt_hash(store.subkey("receipt"), new_code()))])
    assert isinstance(answer, Accepted)
    pipeline.work_until_empty(10)
    return answer.report_id


@pytest.mark.parametrize("gap", ["", " ", "\u3000"])
def test_a_letter_that_accuses_the_own_head_by_post_is_sealed(store: Store, pipeline: Pipeline, gap: str) -> None:
    pipeline.desk = Desk("513431", Rank.COUNTY)
    take_in(store, pipeline, gap.join("举报昭觉县纪委书记收受贿赂"))
    assert store.counts(WORKER)[Stage.SEALED] == 1


@pytest.mark.parametrize("gap", ["", " "])
def test_a_letter_that_accuses_the_own_head_by_surname_is_sealed(store: Store, pipeline: Pipeline, gap: str) -> None:
    pipeline.desk = Desk("513431", Rank.COUNTY, "郑国平")
    take_in(store, pipeline, gap.join("我们县里姓郑的纪委书记收了包工头五万块钱,大家都看见了。"))
    assert store.counts(WORKER)[Stage.SEALED] == 1


@pytest.mark.parametrize("gap", ["", " "])
def test_a_letter_finds_the_case_that_tells_of_the_same(store: Store, pipeline: Pipeline, gap: str) -> None:
    one = "2018年昭觉县三河村村支书王守田把我们的低保款35,600元领走了,一分都没有发。"
    other = "昭觉县三河村村支书王守田2018年冒领低保款35600元，这事村里人人知道，盼着有人来查他。"
    ids = [take_in(store, pipeline, text) for text in (other, gap.join(one))]
    homes = store.cases_of(ids, WORKER, most=10)
    assert len(homes) == 2
    assert len({case.id for case in homes.values()}) == 1


def test_who_wrote_it_is_covered_and_no_message_names_whom_it_accuses(store: Store, pipeline: Pipeline) -> None:
    report_id = take_in(store, pipeline, " ".join(LETTER))
    told = shown(store.row(report_id, REVIEWER)).row.report.text
    assert "李" not in told
    assert "1 3 8" not in told
    assert "王 守 田" in told
    with pytest.raises(BadInput) as refused:
        send(store, report_id, "王守田的事我们问过了。", REVIEWER)
    assert refused.value.rule == "names_accused"
