"""The words of all lexicons that entities are made of, found in one pass. In: normalised text; out: `Hits` by list.

One automaton over all lists reads a text once. Where a word of one list lies inside a longer word of another (低保 in
低保户), both are told; where two overlap without one holding the other, the first in the text wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from corpora import lexicons
from triage.assess.posts import title_ranks

Hit = tuple[str, int, int]
"""A word with its character offsets."""


class Hits(NamedTuple):
    """Words in order, by the list that they stand in: titles of posts, endings of bodies, programmes, cues of persons,
    what names of programmes end in, and endings of bodies, posts and estates that only a model may accept.
    """

    titles: list[Hit]
    endings: list[Hit]
    programmes: list[Hit]
    cues: list[Hit]
    schemes: list[Hit]
    more_endings: list[Hit]
    more_titles: list[Hit]
    estates: list[Hit]


# What a programme is called last: 柑橘|补贴
_SCHEMES = ("补贴", "补助", "奖补", "保险", "贷款", "改造", "扶持", "资助", "救助", "补偿", "津贴", "扶贫", "兜底", "搬迁", "补植", "整治", "工程", "项目", "计划",
            "贷", "医保", "社保", "公积金", "补助金", "补助费", "补助款", "补贴款", "救助金", "扶持款", "扶持资金", "扶助", "奖励", "养老金", "失业金", "助学金", "优待金", "奖学金",
            "公租房", "廉租房", "经济适用房", "经适房", "限价房", "保障房", "安居房", "直补", "优抚", "帮扶", "岗位", "后扶资金", "生活费", "安置费", "减免", "供养", "低保",
            "五险", "养老", "住房", "殡葬", "硬化", "饮水", "险")  # fmt: skip
_MORE_ENDINGS = tuple(sorted(lexicons.word_set("body_endings") | set(lexicons.organisation_suffixes())))


@lru_cache(maxsize=1)
def _automaton() -> tuple[AhoCorasick, tuple[tuple[tuple[int, str, int, int], ...], ...]]:
    """The automaton, and for each of its words what it holds: number of the list, word, offsets within."""
    lists = (
        tuple(title_ranks()),
        lexicons.organisation_suffixes(),
        lexicons.programmes(),
        tuple(lexicons.person_cues()),
        _SCHEMES,
        _MORE_ENDINGS,
        tuple(sorted(lexicons.word_set("post_endings"))),
        tuple(sorted(lexicons.word_set("estate_endings"))),
    )
    crossed = _crossed(_MORE_ENDINGS, [*title_ranks(), *lexicons.person_cues()])
    words = tuple(dict.fromkeys([*(word for words in lists for word in words), *crossed]))
    own = [_longest(words) for words in lists]
    held = tuple(
        tuple(
            (number, word[start:end], start, end)
            for number, automaton in enumerate(own)
            for _, start, end in automaton.find_matches_as_indexes(word)
        )
        for word in words
    )
    return _longest(words), held


def _crossed(endings: Sequence[str], titles: Sequence[str]) -> Iterator[str]:
    """An ending and a title that share characters (统计站 and 站长), as one word that holds both."""
    rests: dict[str, list[str]] = {}
    for title in titles:
        for shared in range(1, len(title)):
            rests.setdefault(title[:shared], []).append(title[shared:])
    for ending in endings:
        for shared in range(1, len(ending)):
            for rest in rests.get(ending[-shared:], ()):
                yield ending + rest


def _longest(words: Sequence[str]) -> AhoCorasick:
    return AhoCorasick(words, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA)


def find_words(text: str) -> Hits:
    """All words of the lists in a text."""
    automaton, held = _automaton()
    hits = Hits(*([] for _ in Hits._fields))
    for index, start, _ in automaton.find_matches_as_indexes(text):
        for number, word, first, last in held[index]:
            hits[number].append((word, start + first, start + last))
    return hits
