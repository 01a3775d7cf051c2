"""Letters of one matter in two voices and of another, and how they reach the office."""

from __future__ import annotations

from datetime import UTC, datetime

from triage.intake import Limits, new_code, receipt_hash, shown, submission
from triage.model import Channel
from triage.store import Accepted, Arrival, Store

LETTER = (
    "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，一共九万六千元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保，请上级派人来看一看我们住的房子。"
)
NEIGHBOUR = (
    "领导，我是昭觉县柳林村的，村里三十二户修危房，周大成周支书一户拿走三千，讲是修路的钱。路没有看到一寸，"
    "我男人去问，被他当着众人骂了一顿，还讲要停我家的低保。九万六不是小数，求你们来查。"
)
ELSEWHERE = (
    "甘肃省定西市临洮县白沙村去年脱贫名单上有我家，可是没有人来问过，字也不是我签的，家里的房子还是危房，"
    "村主任何有田说报上去就改不了了。"
)


def send(store: Store, *texts: str) -> list[str]:
    """Takes letters in; their ids."""
    return [report_id for report_id, _ in send_for_receipts(store, *texts)]


def send_for_receipts(store: Store, *texts: str) -> list[tuple[str, str]]:
    """Takes letters in; the id and the receipt of each."""
    limits = Limits(now=datetime(2019, 11, 20, 4, 0, tzinfo=UTC))
    key = store.subkey("receipt")
    codes = [new_code() for _ in texts]
    arrivals = [
        Arrival(submission({"text": text}, limits, channel=Channel.LETTER), receipt_hash(key, code))
        for text, code in zip(texts, codes, strict=True)
    ]
    answers = zip(store.receive(arrivals), codes, strict=True)
    return [(answer.report_id, shown(code)) for answer, code in answers if isinstance(answer, Accepted)]
