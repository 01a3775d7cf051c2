"""What a report is by the work rules: an appeal is against a decision on somebody."""

from __future__ import annotations

from datetime import date

import pytest

from models.category import Scores
from triage.assess.findings import Findings
from triage.assess.judging import assessment_of
from triage.assess.view import View
from triage.model import Kind, Language
from triage.policy import load_policy
from triage.text.normalise import normalise


def kind_of(text: str) -> Kind:
    plain = normalise(text)
    scores = Scores(("service_request",), {"service_request": 0.9}, {}, {}, {}, {})
    view = View(plain.text, [plain.text], plain.starts)
    found = Findings(text, date(2019, 11, 20), (), view, plain, view.words, Language.ZH, scores=scores)
    return assessment_of(found, load_policy(None)).kind


@pytest.mark.parametrize(
    "text",
    [
        "请问低保年度复核要交什么材料，我家能不能申请复核？",
        "残疾证等级复核要去哪里办？",
        "市里复核那天，换了红框的七家都来了。",
        "大夫反复核对了名单。",
    ],
)
def test_a_yearly_review_of_an_allowance_is_no_appeal(text: str) -> None:
    assert kind_of(text) is not Kind.APPEAL


@pytest.mark.parametrize(
    "text",
    [
        "我对党内警告处分不服，现提出申诉。",
        "对县纪委的处分决定，我申请复核。",
        "我不服乡里的处理决定，请求撤销。",
        "请求复核对我的处分。",
    ],
)
def test_who_contests_a_decision_on_himself_appeals(text: str) -> None:
    assert kind_of(text) is Kind.APPEAL
