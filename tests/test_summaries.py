"""A summary of a call is held against what the caller tells: what it lacks is proposed for a look, with the caller's words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from triage.assess import Assessor
from triage.intake import Limits, submission
from triage.learning.in_use import model_folder
from triage.model import Assessment, Report, Stage
from triage.settings import Settings
from triage.summaries import Lack, Lacking, has_summary, kinds_lacking, lacking

SAID = (
    "我们昭觉县三河村的支书王守田，把我家的危房改造款扣了一万块。",
    "他说我再告就打断我的腿，王书记谁都不怕。",
)
FAITHFUL = "三河村村民反映村支书王守田克扣危房改造款一万元，并威胁打断其腿。"


@pytest.fixture(scope="module")
def assessor(small_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Assessor:
    from triage.policy import load_policy

    folder = tmp_path_factory.mktemp("data")
    (folder / "models").symlink_to(small_models)
    return Assessor.load(model_folder(Settings(data_dir=folder)), load_policy(folder))


def call(written: str | None, *said: str, **more: Any) -> Report:
    turns = [
        turn
        for words in said
        for turn in ({"speaker": "agent", "text": "请讲。"}, {"speaker": "caller", "text": words})
    ]
    limits = Limits(now=datetime(2019, 11, 20, 4, 0, tzinfo=UTC))
    made = submission({"turns": turns, "summary": written, **more}, limits)
    return Report("R", 1, made.text, made.channel, made.received_at, Stage.ASSESSED, made.title, made.place, made.turns)


def read(assessor: Assessor, report: Report) -> Assessment:
    (assessment,) = assessor.pipe([report])
    return assessment


def told(assessor: Assessor, written: str | None, *said: str, **more: Any) -> list[tuple[str, str]]:
    report = call(written, *said, **more)
    return [(one.kind.value, report.text[one.start : one.end]) for one in lacking(report, read(assessor, report))]


def test_a_faithful_summary_lacks_nothing(assessor: Assessor) -> None:
    assert told(assessor, FAITHFUL, *SAID) == []


def test_an_empty_one_lacks_all_four_with_the_callers_sentences(assessor: Assessor) -> None:
    report = call("来电人反映村里办事不公。", *SAID)
    assessment = read(assessor, report)
    found = lacking(report, assessment)
    assert [one.kind for one in found] == list(Lacking)
    assert kinds_lacking(report, assessment) == ("accused", "money", "place", "danger")
    words = [report.text[slice(*one.passage)] for one in found]
    assert words[:3] == [SAID[0].removesuffix("。")] * 3
    assert words[3] == SAID[1].removesuffix("。")
    assert [one.code for one in found] == ["", "", "", "danger:violence"]


@pytest.mark.parametrize(
    ("written", "lacks"),
    [
        (FAITHFUL.replace("王守田", ""), "accused"),
        (FAITHFUL.replace("一万元", ""), "money"),
        (FAITHFUL.replace("一万元", "一千元"), "money"),
        (FAITHFUL.replace("三河村村民", "来电人"), "place"),
        (FAITHFUL.replace("三河村村民", "五道沟村村民"), "place"),
        (FAITHFUL.replace("三河村村民", "昭觉县居民"), "place"),
        (FAITHFUL.replace("，并威胁打断其腿", ""), "danger"),
    ],
)
def test_what_is_cut_out_of_it_is_told_alone(assessor: Assessor, written: str, lacks: str) -> None:
    assert [kind for kind, _ in told(assessor, written, *SAID)] == [lacks]


@pytest.mark.parametrize(
    "written",
    [
        FAITHFUL.replace("王守田", "王某某"),
        FAITHFUL.replace("村支书王守田", "王书记"),
        FAITHFUL.replace("王守田", "王首田"),
        FAITHFUL.replace("王守田", "汪守田"),
        FAITHFUL.replace("一万元", "10000元"),
        FAITHFUL.replace("一万元", "1万余元"),
        FAITHFUL.replace("三河村", "城北乡三河村二组"),
        FAITHFUL.replace("三河村", "三合村"),
        FAITHFUL.replace("威胁打断其腿", "对其进行恐吓"),
        "三河村村民来电：王守田扣款1万元，殴打威胁来电人。",
    ],
)
def test_the_same_told_in_other_words_lacks_nothing(assessor: Assessor, written: str) -> None:
    assert told(assessor, written, *SAID) == []


def test_a_short_name_is_one_that_is_told_in_full(assessor: Assessor) -> None:
    assert told(assessor, "反映三河村支书王守田扣款一万元。", "三河村的王书记扣了我一万块。") == []


BY_POST = "我们昭觉县三河村的村支书收了我家一万块才给办危房改造，不交钱就把名字划掉。"


@pytest.mark.parametrize(
    "written",
    ["村支书收一万元办危房改造", "大队书记收一万元", "村书记收一万元", "村指书收一万元", "村主任收一万元", "村干部收一万元",
     "王守田收一万元办危房改造", "姓王的收一万元", "王某收一万元", "某村支部负责人收一万元"],
)  # fmt: skip
def test_whoever_is_told_by_a_post_alone_is_kept_by_it_by_another_word_or_by_any_name(
    assessor: Assessor, written: str
) -> None:
    assert told(assessor, f"三河村村民反映{written}。", BY_POST) == []


def test_a_post_that_nobody_tells_in_the_summary_is_missed(assessor: Assessor) -> None:
    assert told(assessor, "三河村村民反映办危房改造被收一万元。", BY_POST) == [("accused", "村支书")]


def test_a_post_beside_somebody_accused_by_name_or_in_a_mere_question_is_not_missed(assessor: Assessor) -> None:
    named = "我们三河村的会计王守田收了我家一万块才给办危房改造，支书收了我五百块。"
    assert told(assessor, "三河村村民反映王守田收一万元，另收五百元。", named) == []
    asked = "三河村的村支书人好，帮我们修了水管。我想问危房改造一户补多少。"
    assert told(assessor, "三河村村民咨询危房改造标准。", asked) == []


def test_the_whole_of_several_sums_stands_for_them(assessor: Assessor) -> None:
    said = ("三河村的会计李秀芬先收了我两千块。", "后来又收了三千块。")
    assert told(assessor, "三河村会计李秀芬共收取五千元。", *said) == []
    assert told(assessor, "三河村会计李秀芬收取二千元。", *said) == [("money", "三千块")]


def test_a_sum_that_stands_there_as_the_caller_says_it_is_kept_and_a_part_of_a_figure_is_none(
    assessor: Assessor,
) -> None:
    said = "三河村的会计李秀芬每户收八十块钱。"
    assert told(assessor, "三河村会计李秀芬收费，每户八十。", said) == []
    assert told(assessor, "三河村会计李秀芬收费，一百八十户。", said) == [("money", "八十块钱")]
    in_figures = "三河村的会计李秀芬每户收80。"
    assert ("money", "80") not in told(assessor, "三河村会计李秀芬收费，每户80，无收据。", in_figures)


def test_title_and_place_of_the_order_count_with_its_summary(assessor: Assessor) -> None:
    written = FAITHFUL.replace("三河村村民", "来电人").replace("王守田", "")
    assert told(assessor, written, *SAID, title="反映王守田", place="昭觉县三河村") == []
    assert [kind for kind, _ in told(assessor, written, *SAID, title="反映一事", place="昭觉县")] == [
        "accused",
        "place",
    ]


def test_a_wider_place_is_missed_where_the_summary_names_none(assessor: Assessor) -> None:
    said = "我在昭觉县，支书王守田收了我一万块。"
    assert told(assessor, "反映支书王守田收取一万元。", said) == [("place", "昭觉县")]
    assert told(assessor, "反映昭觉县支书王守田收取一万元。", said) == []
    assert told(assessor, "反映支书王守田收取一万元。", said, place="513431") == []


def test_who_is_named_and_not_accused_is_not_missed(assessor: Assessor) -> None:
    assert told(assessor, FAITHFUL, *SAID, "村民何开亮可以作证。") == []


def test_the_agents_words_are_nobodys_telling(assessor: Assessor) -> None:
    report = call(FAITHFUL, *SAID)
    assert has_summary(report)
    asked = call(FAITHFUL, *SAID, "就这些。")
    assert lacking(asked, read(assessor, asked)) == ()


def test_a_call_without_a_summary_lacks_nothing(assessor: Assessor) -> None:
    assert not has_summary(call(None, *SAID))
    assert told(assessor, None, *SAID) == []


def test_every_passage_is_of_one_turn_and_holds_what_is_told(assessor: Assessor) -> None:
    report = call("反映一事。", SAID[0].removesuffix("。") + "，" + "很长的话，" * 40, SAID[1])
    found: tuple[Lack, ...] = lacking(report, read(assessor, report))
    assert found
    for one in found:
        first, last = one.passage
        assert first <= one.start < one.end <= last
        assert "\n" not in report.text[first:last]
        assert last - first <= 61
