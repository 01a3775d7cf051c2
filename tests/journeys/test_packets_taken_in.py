"""What a packet holds is somebody else's word: it is taken as it came where it holds to the rules, and refused by name where not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.cli.passing import submission_in
from triage.errors import BadInput
from triage.model import Channel, Reporter, Speaker, Submission, Turn
from triage.store.forms import body_bytes, read_body
from triage.store.packets import Packet

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
FIRST = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ID = "01J0000000000000000000000A"
TEXT = "昭觉县纪委书记何有田收了城北乡包工头十二万元。"


def packet(report: str = ID, **changes: Any) -> Packet:
    """A packet as the county makes it; ``body`` adds to its body."""
    body = {"text": TEXT, **changes.pop("body", {})}
    content = {"body": body, "channel": "letter", "received": FIRST.isoformat(), "reporter": None, "from": "513431"}
    return Packet(report, {**content, **changes}, "d" * 64)


def taken(*args: Any, **changes: Any) -> Submission:
    return submission_in(packet(*args, **changes), NOW)[1]


def test_a_report_is_taken_as_it_came() -> None:
    sender, one = submission_in(packet(body={"title": "反映何有田", "external_id": "工单-77", "place": "城北乡"}), NOW)
    assert (sender, one.source, one.row, one.channel) == ("513431", "office 513431", ID, Channel.TRANSFER)
    assert (one.text, one.title, one.place, one.received_at) == (TEXT, "反映何有田", "城北乡", FIRST)
    assert one.external_id == f"{ID}; letter; 工单-77"
    assert one.reporter is None


def test_a_report_without_a_place_is_of_the_place_of_the_office_that_passes_it_up() -> None:
    assert taken().place == "四川省凉山彝族自治州昭觉县"
    assert taken(**{"from": ""}).place is None
    assert taken(**{"from": ""}).source == "office"


def test_a_call_keeps_its_turns_with_what_they_were_called() -> None:
    turns = (Turn(Speaker.AGENT, "您好", "1号接线员"), Turn(Speaker.CALLER, " 书记收了钱", "群众", 3.5, 9.0))
    text = "1号接线员：您好\n群众： 书记收了钱\n"
    body = json.loads(body_bytes(Submission(text, Channel.HOTLINE, FIRST, title="来电", turns=turns)))
    one = taken(body=body)
    assert (one.text, one.turns, one.title) == (text, turns, "来电")
    assert read_body(body_bytes(one))[3] == turns


def test_turns_that_are_not_those_of_the_text_are_refused() -> None:
    turn = ["caller", "群众", "书记收了钱", None, None]
    for turns, rule in (([turn], "text"), ([turn[:3]], "type"), ("no", "type"), ([[*turn[:1], 7, *turn[2:]]], "label")):
        with pytest.raises(BadInput) as refused:
            taken(body={"turns": turns})
        assert (refused.value.field, refused.value.rule) == ("turns", rule)


def test_a_letter_that_is_longer_than_our_own_limit_is_not_lost_over_it() -> None:
    assert len(taken(body={"text": TEXT * 20_000}).text) == 20_000 * len(TEXT)


def test_a_clock_that_went_ahead_at_the_county_costs_no_report() -> None:
    ahead = NOW + timedelta(days=400)
    assert taken(received=ahead.isoformat()).received_at == NOW
    assert taken(received=None).received_at == NOW


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from": "../513431"}, "from"),
        ({"from": None}, "from"),
        ({"from": "５１"}, "from"),
        ({"report": "../../etc/passwd"}, "report"),
        ({"report": ""}, "report"),
        ({"body": {"text": None}}, "text"),
        ({"body": {"text": "   "}}, "text"),
        ({"body": {"text": "a\x00b"}}, "text"),
        ({"body": {"title": 7.5}}, "title"),
        ({"received": "yesterday"}, "received"),
        ({"received": "1889-01-01"}, "received"),
        ({"reporter": ["黄莺儿"]}, "reporter"),
    ],
)
def test_what_breaks_a_rule_is_named(changes: dict[str, Any], field: str) -> None:
    report = changes.pop("report", ID)
    with pytest.raises(BadInput) as refused:
        taken(report, **changes)
    assert refused.value.field == field


def test_name_and_contact_come_through() -> None:
    assert taken(reporter={"name": "黄莺儿", "contact": "13911112222"}).reporter == Reporter("黄莺儿", "13911112222")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("text", "title", "place", "external_id", "turns")


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("channel", "received", "reporter", "from"), JSON) | {"body": JSON}
    ),
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)),
    st.booleans(),
)
def test_whatever_stands_in_a_packet_is_a_report_or_is_refused(
    content: dict[str, Any], body: dict[str, Any], sound: bool
) -> None:
    """Whoever has the public key can make one."""
    told = {**packet().content, **content} if sound else content
    told = {**told, "body": {"text": TEXT, **body}} if sound else told
    try:
        _, one = submission_in(Packet(ID, told, "d" * 64), NOW)
    except BadInput:
        return
    assert one.text.strip()
    assert one.received_at <= NOW
    assert body_bytes(one)
