"""What an operator wrote of a call comes in beside it, is known again as the operator's, and makes no other call of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rows_taken import LIMITS, only, rows_in

from triage.errors import BadInput
from triage.intake import body_hash, read_rows, submission, transcripts
from triage.intake.transcripts import turns_from_content
from triage.jsonl import items_of
from triage.model import Channel, Speaker, Submission
from triage.text.speakers import SUMMARY

SAID = "三河村的支书王守田扣了我家一万块"
CALL = f"坐席：您好，请讲。\n来电人：{SAID}\n"
WRITTEN = "来电人反映危房改造款问题"
TURNS = [{"speaker": "agent", "text": "您好，请讲。"}, {"speaker": "caller", "text": SAID}]


def written_in(call: Submission) -> list[str]:
    """What stands there as the operator's."""
    return [turn.text for turn in call.turns if turn.label == SUMMARY]


@pytest.mark.parametrize(
    "fields",
    [{"turns": TURNS, "text": WRITTEN}, {"turns": TURNS, "summary": WRITTEN}, {"content": CALL, "summary": WRITTEN},
     {"turns": TURNS, "text": WRITTEN, "summary": f" {WRITTEN}"}, {"turns": TURNS, "text": CALL, "summary": WRITTEN}],
)  # fmt: skip
def test_a_summary_stands_above_its_call_and_is_read(fields: dict[str, Any]) -> None:
    call = submission(fields, LIMITS)
    assert written_in(call) == [WRITTEN]
    assert call.turns[0].speaker is Speaker.CALLER
    assert call.text == f"工单摘要：{WRITTEN}\n{CALL}"


def test_a_text_and_a_summary_beside_one_call_are_both_the_operators() -> None:
    call = submission({"turns": TURNS, "text": "诉求：危房款", "summary": WRITTEN}, LIMITS)
    assert written_in(call) == [WRITTEN, "诉求：危房款"]


@pytest.mark.parametrize("nothing", [None, "", "  ", 7, []])
def test_what_is_no_summary_adds_nothing(nothing: object) -> None:
    assert submission({"turns": TURNS, "summary": nothing}, LIMITS).text == CALL


@pytest.mark.parametrize(
    "heading", ["工单摘要", "摘要", "诉求摘要", "工单内容", "内容摘要", "通话小结", "Summary", "內容摘要"]
)
@pytest.mark.parametrize("transcript", ["转写文本", "通话内容", "Transcript"])
def test_a_table_of_work_orders_holds_calls_and_their_summaries(tmp_path: Path, heading: str, transcript: str) -> None:
    call = only(rows_in(tmp_path / "a.csv", f'工单编号,{transcript},{heading}\n7,"{CALL}",{WRITTEN}\n'))
    assert (written_in(call), call.channel, call.external_id) == ([WRITTEN], Channel.HOTLINE, "7")
    assert call.text.endswith(CALL)


def test_a_call_in_a_table_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    lines = transcripts._lines
    monkeypatch.setattr(transcripts, "_lines", lambda content: read.append(content) or lines(content))
    rows_in(tmp_path / "a.csv", f'编号,转写文本,摘要\n1,"{CALL}",{WRITTEN}\n2,"{CALL}",\n3,没有写谁在说话,{WRITTEN}\n')
    assert read == [CALL, CALL, "没有写谁在说话"]


def test_a_call_of_too_many_turns_or_with_a_broken_character_is_refused_in_a_table_as_elsewhere(
    tmp_path: Path,
) -> None:
    cells = "".join(f'{number},"{call}"\n' for number, call in enumerate([CALL * 9, CALL.replace("三", "\0"), CALL]))
    path = tmp_path / "a.csv"
    path.write_text(f"编号,转写文本\n{cells}", encoding="utf-8")
    rows = list(read_rows(path, replace(LIMITS, turns=8)))
    assert [row.error and (row.error.field, row.error.rule) for row in rows] == [
        ("turns", "too_many"),
        ("content", "nul"),
        None,
    ]


def test_a_column_of_texts_beside_transcripts_is_the_operators(tmp_path: Path) -> None:
    assert written_in(only(rows_in(tmp_path / "a.csv", f'诉求内容,通话转写\n{WRITTEN},"{CALL}"\n'))) == [WRITTEN]


def test_columns_can_be_told_by_name(tmp_path: Path) -> None:
    columns = {"transcript": "听写", "summary": "登记"}
    call = only(rows_in(tmp_path / "a.csv", f'听写,登记\n"{CALL}",{WRITTEN}\n', columns=columns))
    assert written_in(call) == [WRITTEN]


def test_a_work_order_without_a_transcript_is_its_summary(tmp_path: Path) -> None:
    rows = rows_in(tmp_path / "a.csv", f'工单内容,通话转写\n{WRITTEN},\n{WRITTEN},"{CALL}"\n,"{CALL}"\n')
    letter, call, bare = (only([row]) for row in rows)
    assert (letter.text, letter.turns, letter.channel) == (WRITTEN, (), Channel.TRANSFER)
    assert (written_in(call), written_in(bare)) == ([WRITTEN], [])
    assert only(rows_in(tmp_path / "b.csv", f"工单摘要\n{WRITTEN}\n")).text == WRITTEN


def test_a_transcript_that_names_no_speaker_is_a_text_like_another(tmp_path: Path) -> None:
    rows = rows_in(tmp_path / "a.csv", f"内容,通话内容,工单摘要\n反映一事,{SAID},{WRITTEN}\n,{SAID},{WRITTEN}\n")
    assert [only([row]).text for row in rows] == [f"反映一事\n{SAID}", SAID]


def test_beside_a_letter_a_summary_changes_nothing(tmp_path: Path) -> None:
    assert only(rows_in(tmp_path / "a.csv", f"正文,摘要\n{SAID},{WRITTEN}\n")).text == SAID
    assert submission({"text": SAID, "summary": WRITTEN}, LIMITS).text == SAID


def test_a_table_of_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        rows_in(tmp_path / "a.csv", "编号,备注\n1,x\n")
    assert (refused.value.field, refused.value.rule) == ("text", "missing_column")


def test_a_summary_above_a_written_call_is_known_by_its_heading() -> None:
    turns = turns_from_content(f"工单摘要：{WRITTEN}\n又说要去省里\n{CALL}诉求摘要：还有一件\n", "plain")
    assert [(turn.label, turn.text) for turn in turns[:1]] == [(SUMMARY, f"工单摘要：{WRITTEN} 又说要去省里")]
    assert [turn.label for turn in turns[1:]] == ["坐席", "来电人"]
    assert turns[-1].text == f"{SAID} 诉求摘要：还有一件"


def test_a_call_that_was_kept_before_summaries_had_a_label_is_the_same_call() -> None:
    call = submission({"turns": TURNS, "text": WRITTEN}, LIMITS)
    first = replace(call.turns[0], label="来电人")
    before = replace(call, turns=(first, *call.turns[1:]), text=call.text.replace(SUMMARY, "来电人", 1))
    assert body_hash(b"k" * 32, call) == body_hash(b"k" * 32, before)
    assert body_hash(b"k" * 32, call) != body_hash(b"k" * 32, submission({"turns": TURNS}, LIMITS))


def test_an_exported_call_comes_back_as_it_was() -> None:
    call = submission({"turns": TURNS, "summary": WRITTEN, "title": "危房改造"}, LIMITS)
    turns = [{"speaker": one.speaker.value, "label": one.label, "text": one.text} for one in call.turns]
    again = submission({"text": call.text, "turns": turns, "title": call.title}, LIMITS)
    assert (again.text, again.turns) == (call.text, call.turns)


def test_a_line_to_be_read_may_bear_a_summary() -> None:
    (item,) = items_of([json.dumps({"turns": TURNS, "summary": WRITTEN})])
    assert written_in(item.submission) == [WRITTEN]
