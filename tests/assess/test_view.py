"""Of a transcript only the caller counts; a letter that quotes a line of a hotline is read whole."""

from __future__ import annotations

from time import perf_counter

import pytest

from triage.assess.view import view_of
from triage.intake.transcripts import turns_from_content
from triage.model import Speaker, Turn
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter
from triage.text.speakers import LABELS


def told(text: str) -> str:
    segmenter = default_segmenter()
    plain = normalise(text)
    view = view_of(text, (), plain, segmenter.cut(plain.text), segmenter)
    assert "".join(view.words) == view.text
    return view.text


@pytest.mark.parametrize("label", ["客服", "值班员", "接访人", "工作人员", "受理员"])
def test_a_letter_that_quotes_a_hotline_and_is_signed_is_read_whole(label: str) -> None:
    text = (
        "我打12345反映过三次。\n"
        f"{label}：已经转到乡里了。\n"
        "可是村支书刘大海贪污了危房款35万元，还打断我的腿。\n"
        "举报人：张三"
    )
    assert told(text) == normalise(text).text


def test_much_space_behind_a_label_is_passed_over_in_no_time() -> None:
    text = "客服：您好\n" + "来电人" + " " * 60_000 + "没有说话"
    began = perf_counter()
    assert "没有说话" in told(text)
    assert perf_counter() - began < 5


def test_a_transcript_that_breaks_off_behind_a_label_is_read() -> None:
    text = "坐席：您好。\n来电人：我反映低保。\n坐席：请讲。\n来电人："
    plain = normalise(text)
    view = view_of(text, (), plain, [], default_segmenter())
    assert view.text.split() == ["我反映低保。"]
    assert all(at < len(text) for at in view.starts)


def test_a_letter_whose_form_names_the_reporter_first_is_read_whole() -> None:
    text = "举报人：王翠花\n接访人：已登记\n村主任周大富取了一万四千元。\n谁告打断谁的腿。\n举报人：王翠花"
    assert "周大富" in told(text)


@pytest.mark.parametrize(
    "agent",
    ["坐席", "受理员", "工作人员", "接听人", "接听员", "接线人员", "接访员", "Operator", "Staff"],
)
def test_what_the_operator_says_does_not_count(agent: str) -> None:
    text = f"{agent}：您是说有人要上吊吗？\n市民：没有，我问电费补贴。"
    assert told(text) == "没有,我问电费补贴。\n"


@pytest.mark.parametrize("gap", [" ", "\u3000", "  "])
def test_a_text_whose_characters_stand_apart_is_read_as_if_they_did_not(gap: str) -> None:
    plain = "村支书贪污了35万元,还打断我的腿。"
    text = gap.join(plain) + "\n" + gap.join("没人管我就跳楼。")
    segmenter, whole = default_segmenter(), normalise(gap.join(plain) + "\n" + gap.join("没人管我就跳楼。"))
    view = view_of(text, (), whole, segmenter.cut(whole.text), segmenter)
    assert view.text == plain + "\n没人管我就跳楼。"
    at = view.text.index("跳楼")
    assert text[slice(*view.span(at, at + 2))] == gap.join("跳楼")


@pytest.mark.parametrize(
    "text",
    [
        "李 明 村支书 贪污了 扶贫款。",
        "户主 张三 李四 王五 赵六 名单",
        "村支书 took 300,000 yuan 扶 贫 款 from us",
        "the village head took it",
    ],
)
def test_spaces_between_words_and_names_stay(text: str) -> None:
    assert told(text) == normalise(text).text


@pytest.mark.parametrize(
    ("asked", "answer", "heard"),
    [
        ("您是说他打断了您的腿，还要杀您全家？", "对，就是这样。", True),
        ("您是想自杀吗？", "嗯，是的。", True),
        ("你说他威胁您，是吧", "没错。", True),
        ("您是说有人要上吊吗？", "对不起，我听不清。", False),
        ("您是说有人要上吊吗？", "是这样的，我问电费补贴。", False),
        ("有没有人打您，有没有殴打？", "没有没有，我问低保。", False),
        ("没有人殴打您吧？", "对，没有。", False),
        ("您问的是低保吧？", "对。", False),
        ("他殴打您了吗？", "确实没有，我问低保。", False),
        ("他殴打您了吗？", "真的没这回事。", False),
        ("他殴打您了吗？", "就是没有打。", False),
        ("他殴打您了吗？", "对了，我还想问低保。", False),
        ("有人殴打您吗？", "有的人说没有。", False),
        ("有人殴打您吗？", "有的，打了两次。", True),
        ("他殴打您了，是吗？", "对，没错，确实打了。", True),
        ("他殴打您了，对不对？", "对对对。", True),
        ("He beat up your father, right?", "Right now I ask about electricity.", False),
        ("He beat up your father, right?", "Right, twice.", True),
        ("我们要求干部不得殴打群众。", "对。", False),
    ],
)
def test_a_danger_that_the_caller_says_yes_to_is_the_caller_s_word(asked: str, answer: str, heard: bool) -> None:
    text = f"坐席：{asked}\n来电人：{answer}\n坐席：请讲。\n来电人：我姓王。"
    turns = [Turn(Speaker.AGENT, asked), Turn(Speaker.CALLER, answer), Turn(Speaker.AGENT, "请讲。"), Turn(Speaker.CALLER, "我姓王。")]  # fmt: skip
    plain = normalise(text)
    for seen in (told(text), view_of(text, turns, plain, [], default_segmenter()).text):
        assert (normalise(asked).text in seen) is heard
        assert normalise(answer).text in seen
        assert "请讲" not in seen


def test_a_transcript_whose_turns_run_over_lines_is_still_one() -> None:
    text = (
        "坐席：您好。\n来电人：我反映低保的事。\n我家四口人。\n去年停了。\n"
        "坐席：是不是村支书\n扣了您的钱？\n来电人：没有。\n就是停了。"
    )
    assert "村支书" not in told(text)
    assert "去年停了" in told(text)


def test_what_stands_below_the_last_line_of_the_operator_is_the_caller_s() -> None:
    text = "坐席：请讲。\n市民：我反映低保。\n坐席：请说。\n市民：停了。\n坐席：已登记。\n补充：村支书打人。"
    assert "已登记" not in told(text)
    assert "村支书打人" in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "问：低保怎么办？\n答：村里说没有名额。",
        "甲：低保一千元。\n乙：五保两千元。",
        "A: the road.\nB: the well.",
        "群众都说：路没有修。\n客服：已转办。",
        "举报人：张三\n被举报人：李四\n电话：已登记",
    ],
)
def test_letters_and_lists_that_only_look_like_a_transcript_are_read_whole(text: str) -> None:
    assert told(text) == normalise(text).text


def test_every_label_of_more_than_a_character_that_intake_knows_is_known_when_a_text_is_read() -> None:
    agents = [label for label, who in LABELS.items() if who is Speaker.AGENT and len(label) > 1]
    assert {told(f"{label}：请讲。\n来电人：路没有修。") for label in agents} == {"路没有修。\n"}


def test_a_record_of_questions_and_answers_is_taken_in_as_a_transcript() -> None:
    turns = turns_from_content("问：反映什么？\n答：低保停了。", "plain")
    assert [(turn.speaker, turn.text) for turn in turns] == [
        (Speaker.AGENT, "反映什么？"),
        (Speaker.CALLER, "低保停了。"),
    ]


_CALL = [
    ("您好，请问有什么可以帮您？", "我反映三河村村支书王国强贪污低保款三万元。"),
    ("您说的是李长顺主任拿了五万元吗？", "不是，是王国强。"),
    ("好的，周大富镇长那边我们会转办。", "谢谢。"),
]


def call(agent: str, caller: str, apart: str = "\n", time: str = "") -> str:
    return apart.join(f"{time}{who}：{said}" for pair in _CALL for who, said in zip((agent, caller), pair, strict=True))


def told_by_the_caller() -> str:
    return normalise("".join(said for _, said in _CALL)).text


@pytest.mark.parametrize(
    "agent",
    [
        "坐席",
        "坐席001",
        "话务员小李",
        "接线员（女）",
        "话务员123号",
        "工号123",
        "【坐席】",
        "[客服]",
        "接话员",
        "坐席代表",
        "客服 工号12",
        "Operator 12",
    ],
)
@pytest.mark.parametrize("caller", ["来电人", "来电市民", "【来电人】", "市民（男）", "致电人", "Caller"])
@pytest.mark.parametrize("time", ["", "[00:12] ", "00:01:12 ", "【00：12】"])
def test_labels_with_times_numbers_and_brackets_tell_who_speaks(agent: str, caller: str, time: str) -> None:
    assert told(call(agent, caller, time=time)).replace("\n", "") == told_by_the_caller()


@pytest.mark.parametrize("apart", ["", " ", "  "])
@pytest.mark.parametrize(("agent", "caller"), [("坐席", "来电人"), ("话务员12", "市民"), ("Agent", "Caller")])
def test_a_call_without_line_breaks_is_told_apart(apart: str, agent: str, caller: str) -> None:
    assert told(call(agent, caller, apart)).replace("\n", "").replace(" ", "") == told_by_the_caller()


@pytest.mark.parametrize(
    "text",
    [
        "来访人：李四 接访人：赵科长 反映内容：村支书王国强贪污低保款三万元。",
        "举报人：张三。客服：12345推给乡里。村支书王国强打人。举报人：张三",
        "来电人：我打12345，客服：已转办。可是王国强又来打人。",
        "工号123的客服说：不归他们管。王国强贪污。",
    ],
)
def test_a_form_in_one_line_and_a_quotation_are_read_whole(text: str) -> None:
    assert told(text) == normalise(text).text
