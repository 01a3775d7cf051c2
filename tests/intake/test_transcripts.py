"""Of a call nothing is lost, and no word of a caller is put into the agent's mouth."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import BadInput, TooLarge
from triage.intake import Limits, body_hash, submission
from triage.intake.labels import head_of
from triage.intake.transcripts import joined, turns_from_content
from triage.model import Speaker
from triage.text.speakers import LABELS

CALLER, AGENT, OTHER = Speaker.CALLER, Speaker.AGENT, Speaker.OTHER
ACCUSATION = "我举报村会计李大海贪了三万元"


def told(content: str, form: str = "plain") -> list[tuple[Speaker, str]]:
    return [(turn.speaker, turn.text) for turn in turns_from_content(content, form)]


def in_form(form: str, *cues: str, between: str = "\n\n") -> str:
    """The same lines as a text, or a line a cue as subtitles."""
    if form == "plain":
        return "\n".join(cues)
    dot = "," if form == "srt" else "."
    timed = [
        f"{number}\n00:00:{number:02}{dot}000 --> 00:00:{number + 1:02}{dot}000\n{cue}"
        for number, cue in enumerate(cues, 1)
    ]
    return ("WEBVTT\n\n" if form == "vtt" else "") + between.join(timed)


@pytest.mark.parametrize("form", ["plain", "srt", "vtt"])
@pytest.mark.parametrize(
    "label",
    [
        "来电人(女)", "来电人（王先生）", "（女）来电人", "来电人[王翠花]", "[00:01:02] 来电人", "来电人 00:01:02", "2019-11-03 10:00:01 来电人",
        "**来电人**", "- 来电人", "来电人2", "来电人王先生", "举报人家属", "來電人（女）", "王先生", "来电群众", "【来电人】", "小张", "邻居", "Mr. Wang", "Caller (Mr. Wang)",
    ],
)  # fmt: skip
def test_who_is_named_beside_the_agent_speaks_for_himself(form: str, label: str) -> None:
    call = in_form(form, "坐席：您好请讲", f"{label}：{ACCUSATION}", "坐席：还有吗", "来电人：就这些")
    assert told(call, form) == [(AGENT, "您好请讲"), (CALLER, ACCUSATION), (AGENT, "还有吗"), (CALLER, "就这些")]


@pytest.mark.parametrize(
    "label",
    ["坐席(12号)", "坐席12号", "12号坐席", "话务员小李", "话务员李敏", "热线话务员", "接线员（工号 1203）", "工作人员小张", "話務員小李", "Agent Smith", "Hotline operator"],
)  # fmt: skip
def test_an_agent_with_a_name_or_a_number_is_an_agent(label: str) -> None:
    call = f"来电人：我要反映\n{label}：是哪个村？有没有人威胁你？\n来电人：{ACCUSATION}"
    assert told(call) == [(CALLER, "我要反映"), (AGENT, "是哪个村？有没有人威胁你？"), (CALLER, ACCUSATION)]


@pytest.mark.parametrize(
    "line",
    ["工作人员态度：又骂人又打人", "工作人员王大海：收了三万元", "客服电话：打了没人接", "其他问题：村支书打人", "Staff corruption: he took 30,000", "村支书李大海：拿了三万元"],
)  # fmt: skip
def test_what_a_caller_lists_is_not_taken_for_the_agent(line: str) -> None:
    assert told(f"坐席：请讲\n来电人：我反映两件事\n{line}\n坐席：好")[1] == (CALLER, f"我反映两件事 {line}")


def test_labels_in_brackets_need_no_colon() -> None:
    call = f"【坐席】请讲\n【来电人】{ACCUSATION}：真的\n[坐席12号] 还有吗\n[女]来电人：就这些\n【系统】转接\n喂"
    assert told(call) == [
        (AGENT, "请讲"),
        (CALLER, f"{ACCUSATION}：真的"),
        (AGENT, "还有吗"),
        (CALLER, "就这些"),
        (OTHER, "转接"),
        (CALLER, "喂"),
    ]


@pytest.mark.parametrize(
    "line",
    [f"（来电人哭泣）{ACCUSATION}", f"补充：{ACCUSATION}", f"来电人(女：{ACCUSATION}", f"举报人，王先生：{ACCUSATION}"],
)
def test_behind_the_agent_a_label_that_nobody_knows_is_read_with_its_words(line: str) -> None:
    assert told(f"来电人：喂\n坐席：请讲\n{line}\n坐席：好")[2] == (CALLER, line)


@pytest.mark.parametrize("form", ["plain", "srt", "vtt"])
@pytest.mark.parametrize("first", [ACCUSATION, f"工单摘要：{ACCUSATION}", f"王先生：{ACCUSATION}"])
def test_what_stands_before_the_first_known_speaker_is_read(form: str, first: str) -> None:
    turns = turns_from_content(in_form(form, first, "坐席：请讲", "来电人：就这些"), form)
    assert [turn.speaker for turn in turns] == [CALLER, AGENT, CALLER]
    assert joined(turns[:1]).endswith(f"{first}\n")


def test_however_long_the_head_of_a_call_is_the_call_is_read() -> None:
    head = [f"登记项{number}：内容" for number in range(60)]
    turns = told("\n".join([*head, "坐席：您好", f"来电人：{ACCUSATION}"]))
    assert turns[-2:] == [(AGENT, "您好"), (CALLER, ACCUSATION)]
    assert all(line in turns[0][1] for line in head)


def test_headings_and_times_above_a_call_are_kept_as_notes() -> None:
    head = ["12345热线通话记录", "------", "通话时间：2019年11月3日 10:00", "坐席工号：A12"]
    turns = told("\n".join([*head, "坐席：您好", f"来电人：{ACCUSATION}"]))
    assert turns == [*((OTHER, line) for line in head), (AGENT, "您好"), (CALLER, ACCUSATION)]


def test_notes_between_the_cues_of_a_webvtt_file_change_no_speaker() -> None:
    call = (
        "WEBVTT 12345\nKind: captions\n\nSTYLE\n::cue {}\n\nintro-1\n00:01.000 --> 00:02.000 align:start\n<v 来电人>我举报\n\n"
        "NOTE 声音小\n\n00:02.000 --> 00:03.000\n村会计\n\n00:03.000 --> 00:04.000\n<v Agent>请讲</v> <v Mr. Wang>贪了<i>三万\n元</i>"
    )
    assert told(call, "vtt") == [
        (OTHER, "12345"),
        (OTHER, "Kind: captions"),
        (CALLER, "我举报"),
        (OTHER, "声音小"),
        (CALLER, "村会计"),
        (AGENT, "请讲"),
        (CALLER, "贪了三万 元"),
    ]


def test_subtitles_without_blank_lines_keep_times_out_of_the_words_and_sums_in_them() -> None:
    call = in_form("srt", "坐席：请讲", "来电人：他拿了\n30000\n元", "坐席：好", between="\n")
    assert told(call, "srt") == [(AGENT, "请讲"), (CALLER, "他拿了 30000 元"), (AGENT, "好")]
    assert [(turn.start, turn.end) for turn in turns_from_content(call, "srt")] == [(1, 2), (2, 3), (3, 4)]


def test_words_behind_the_times_and_cues_without_times_are_words() -> None:
    call = f"1\n00:00:01,000 --> 00:00:02,000 坐席：请讲\n\n2\n来电人：{ACCUSATION}\n\n还<打人>了"
    assert told(call, "srt") == [(AGENT, "请讲"), (CALLER, f"{ACCUSATION} 还<打人>了")]


def test_below_the_last_line_of_the_agent_somebody_else_speaks() -> None:
    assert told(f"来电人：喂\n坐席：\n请讲\n{ACCUSATION}") == [(CALLER, "喂"), (AGENT, "请讲"), (CALLER, ACCUSATION)]


@pytest.mark.parametrize("form", ["plain", "srt", "vtt"])
def test_where_no_known_speaker_follows_at_all_the_call_is_refused(form: str) -> None:
    with pytest.raises(BadInput) as refused:
        turns_from_content(in_form(form, ACCUSATION, f"王先生：{ACCUSATION}", "http://a.b：x"), form)
    assert (refused.value.field, refused.value.rule) == ("content", "no_speakers")


@pytest.mark.parametrize(
    "given", [{"content": "坐席：喂\n来电人：喂\n" * 3}, {"turns": [{"speaker": "caller", "text": "喂"}] * 6}]
)
def test_a_call_of_more_turns_than_are_taken_says_so(given: dict[str, object]) -> None:
    with pytest.raises(TooLarge, match="more than 5 turns"):
        submission(given, Limits(turns=5))
    assert len(submission(given, Limits(turns=6)).turns) == 6


def test_labels_of_turns_are_kept_and_an_empty_list_is_told_as_one() -> None:
    turns = [{"speaker": "caller", "label": "王先生", "text": "路"}, {"speaker": "agent", "label": 7, "text": "好"}]
    assert submission({"turns": turns}, Limits()).text == "王先生：路\n坐席：好\n"
    for wrong, rule in (([], "empty"), ([turns[0] | {"label": "长" * 101}], "too_long")):
        with pytest.raises(BadInput) as refused:
            submission({"turns": wrong}, Limits())
        assert (refused.value.field[:5], refused.value.rule) == ("turns", rule)


@pytest.mark.parametrize(
    ("text", "added"),
    [
        (f"坐席: 请讲\n市民：{ACCUSATION}\n", []),
        (f"坐席：请讲\n来电人：{ACCUSATION}\n", []),
        ("工单摘要：村支书打人", [(CALLER, "工单摘要：村支书打人")]),
        (f"坐席：请讲\n来电人：{ACCUSATION}\n备注：来电人说村支书去年三月还打断了他的腿，{ACCUSATION}", None),
        (7, []),
    ],
)
def test_what_a_text_beside_the_turns_says_beyond_them_is_kept(text: object, added: list[object] | None) -> None:
    turns = [{"speaker": "agent", "text": "请讲"}, {"speaker": "caller", "text": ACCUSATION}]
    kept = submission({"turns": turns, "text": text}, Limits()).turns
    own = [(AGENT, "请讲"), (CALLER, ACCUSATION)]
    first = [(CALLER, str(text).replace("\n", " "))] if added is None else added
    assert [(turn.speaker, turn.text) for turn in kept] == [*first, *own]


def test_every_known_label_is_its_speaker_with_a_remark_as_well() -> None:
    for label, who in LABELS.items():
        for written in (label, f"{label}（女）", f"[{label}]", f"{label} 2", label.upper()):
            head = head_of(f"{written}：好")
            assert head is not None
            assert (head.speaker, head.text) == (who, "好"), written


_WORDS = st.lists(st.text("村支书会计贪污xyz", min_size=1, max_size=6), min_size=1, max_size=4)
_LINES = st.builds(
    lambda label, words, marks: label + "".join(f"{mark}{word}" for mark, word in zip(marks, words, strict=False)),
    st.sampled_from(
        ["", "", "坐席：", "来电人：", "坐席(12号)：", "来电人（女）：", "话务员小李：", "王先生：", "补充：", "<v Agent>", "<v 王>", "系统："]
    ),
    _WORDS,
    st.lists(st.sampled_from(["", " ", "：", ":", "（", "）", "<", ">", "。", "-", "[", "]", "3:"]), min_size=4, max_size=4),
)  # fmt: skip
_KNOWN = re.compile("坐席|来电人|话务员|<v Agent>|<v 王>")


@given(
    form=st.sampled_from(["plain", "srt", "vtt"]),
    cues=st.lists(st.lists(_LINES, min_size=1, max_size=3), min_size=1, max_size=6),
    between=st.sampled_from(["\n\n", "\n", "\n\n\n"]),
)
def test_every_word_of_a_call_is_in_a_turn(form: str, cues: list[list[str]], between: str) -> None:
    lines = ["\n".join(cue) for cue in cues]
    try:
        turns = turns_from_content(in_form(form, *lines, between=between), form)
    except BadInput as refused:
        if refused.rule in {"no_speakers", "no_caller"}:
            return
        raise
    kept = iter(re.findall(r"\w", joined(turns)))
    said = re.findall(r"[^\W\d]", _KNOWN.sub("", "\n".join(lines)) if form != "plain" else "\n".join(lines))
    assert all(letter in kept for letter in said if letter not in "坐席来电人话务员系统其他"), (said, joined(turns))


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("举报李大海", "举报李大海"),
        ("举报\n李大海", "举报 李大海"),
        (ACCUSATION, "请讲"),
        ("村会计李大海", "请讲"),
        ("20191103-0017", "请讲"),
        ("请讲", "请讲"),
        (None, "请讲"),
    ],
)
def test_what_the_title_of_a_call_tells_beside_its_caller_is_read_first(title: str | None, first: str) -> None:
    turns = [{"speaker": "agent", "text": "请讲"}, {"speaker": "caller", "text": f"{ACCUSATION}。"}]
    taken = submission({"turns": turns, "title": title}, Limits())
    assert taken.turns[0].text == first
    assert taken.text == joined(taken.turns)
    assert len(taken.turns) == (2 if title != "请讲" and first == "请讲" else 3)
    again = submission(
        {"turns": [{"speaker": one.speaker.value, "text": one.text} for one in taken.turns], "title": title}, Limits()
    )
    assert again.text == taken.text


def test_a_call_that_came_before_its_title_was_read_with_it_is_known_again() -> None:
    said = [{"speaker": "caller", "text": "低保款没有发。"}, {"speaker": "agent", "text": "好的。"}]
    now = submission({"turns": said, "title": "反映村支书"}, Limits())
    before = replace(now, turns=now.turns[1:], text=joined(now.turns[1:]))
    assert now.turns[0].text == "反映村支书"
    assert body_hash(b"k" * 32, now) == body_hash(b"k" * 32, before)
    assert body_hash(b"k" * 32, now) != body_hash(b"k" * 32, replace(now, title="反映会计"))


def test_signs_that_webvtt_writes_by_their_names_are_the_signs() -> None:
    cue = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 来电人&nbsp;>工程款A&amp;B公司&#20048;了 &lt;三万&gt; &foo;</v>\n"
    assert [turn.text for turn in turns_from_content(cue, "vtt")] == ["工程款A&B公司乐了 <三万> &foo;"]
    assert "A&amp;B" in joined(
        turns_from_content(cue.removeprefix("WEBVTT\n\n").replace("<v 来电人&nbsp;>", "来电人："), "srt")
    )


def test_a_cue_that_ends_before_it_starts_comes_back_from_an_export() -> None:
    (turn,) = turns_from_content("1\n00:00:03,000 --> 00:00:02,000\n来电人：低保款没有发\n", "srt")
    assert (turn.start, turn.end) == (3.0, 3.0)
    exported = {"speaker": "caller", "text": turn.text, "start": turn.start, "end": turn.end, "label": turn.label}
    assert submission({"turns": [exported]}, Limits()).turns == (turn,)


@pytest.mark.parametrize(
    "call",
    [
        f"坐席：您好，请讲。来电人：{ACCUSATION}。坐席：哪个村？来电人：大河村。",
        f"坐席：您好，请讲。 来电人：{ACCUSATION}。 坐席：哪个村？ 来电人：大河村。",
        f"[00:01] 坐席：您好，请讲。[00:03] 来电人：{ACCUSATION}。[00:09] 坐席：哪个村？[00:12] 来电人：大河村。",
        f"A：您好，请讲。B：{ACCUSATION}。A：哪个村？B：大河村。",
    ],
)
def test_a_call_that_was_pasted_without_its_line_breaks_has_its_turns(call: str) -> None:
    assert told(call) == [
        (AGENT, "您好，请讲。"),
        (CALLER, f"{ACCUSATION}。"),
        (AGENT, "哪个村？"),
        (CALLER, "大河村。"),
    ]


def test_a_line_of_the_agent_that_the_caller_quotes_stays_the_callers() -> None:
    assert told("来电人：他说的。客服：你等着。") == [(CALLER, "他说的。客服：你等着。")]
    assert told("坐席：您好\n来电人：他骂我。客服：你别来了。") == [
        (AGENT, "您好"),
        (CALLER, "他骂我。客服：你别来了。"),
    ]
