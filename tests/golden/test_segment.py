"""The fast port of the segmenter gives jieba's own tokens, with the domain's words and without."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.lexicons import segment_words
from triage.text.segment import Cut, Segmenter, default_segmenter, port_cut, reference_cut

AUTHORED = (
    "我是湾塘村三组的，村支书把易地搬迁的补助款扣了3.5万元，2018.8.19我去乡上问，经办的人说4-5天给答复。",
    "坐席：您好，请讲。\n来电人：我那个低宝是去年10-12月停的，到现在没人来说一声，咋个办嘛？？\n",
    "  第一书记驻村帮扶队三年没进过我家门，建档立卡贫困户的牌子倒是挂得端端正正……",
    "The village head asked for RMB 5,000 before he would sign; call 138-0000-0000 or WeChat li_4-5.",
    "危房改造验收表上的手印不是我的，公示栏在5.2米高的墙上，A4纸，C++也看不清，涨了12.5%！",
    "扶貧辦的人說村書記把錢拿走了，臺賬卻是平的。",
    "五保户老陈的存折由组长“代管”，退耕还林款、公益林补贴、雨露计划都没见过影子。",
    "",
    "。，！\r\n\t 　",
    "ཁྱིམ་ གསར་པ། ئۆي 😀😀",
)


@pytest.fixture(scope="module")
def with_domain_words() -> tuple[Cut, Cut]:
    words = segment_words()
    return port_cut(words), reference_cut(words)


@pytest.fixture(scope="module")
def plain() -> tuple[Cut, Cut]:
    return port_cut(()), reference_cut(())


@pytest.mark.parametrize("text", AUTHORED)
def test_domain_words_give_the_tokens_of_jieba(text: str, with_domain_words: tuple[Cut, Cut]) -> None:
    port, reference = with_domain_words
    assert port(text) == reference(text)


@pytest.mark.parametrize("text", AUTHORED)
def test_the_bare_dictionary_gives_the_tokens_of_jieba(text: str, plain: tuple[Cut, Cut]) -> None:
    port, reference = plain
    assert port(text) == reference(text)


@settings(max_examples=200)
@given(st.text(st.sampled_from("村支书低保4-5.+#&_%aB 的款我第一易地搬迁\n，"), max_size=30))
def test_any_mixture_gives_the_tokens_of_jieba(plain: tuple[Cut, Cut], text: str) -> None:
    port, reference = plain
    assert port(text) == reference(text)


@given(st.text())
def test_tokens_cover_the_text_without_gaps(text: str) -> None:
    tokens = default_segmenter().tokens(text)
    assert "".join(token.text for token in tokens) == text
    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_a_word_of_the_user_stays_whole() -> None:
    assert "光伏领跑者" in Segmenter(["光伏领跑者"]).cut("村里搞光伏领跑者项目")


def test_without_the_port_jieba_itself_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert Segmenter(["光伏领跑者"]).cut("村里搞光伏领跑者项目") == ["村里", "搞", "光伏领跑者", "项目"]
