"""Words of a text by jieba's algorithm and dictionary, user words included.

The hot path is ``rjieba``, a Rust port; a golden test holds it to the tokens of ``jieba`` itself, which also stands in
where no wheel of the port exists.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from corpora.lexicons import segment_words


class Token(NamedTuple):
    """A word and its character offsets; tokens of a text cover it without gaps."""

    text: str
    start: int
    end: int


Cut = Callable[[str], list[str]]

# jieba's rules for what is no Chinese word: finalseg splits such runs again, the port leaves 4-5 and 2018.8.19 whole
_JOINED = re.compile(r"[a-zA-Z0-9][-+#&._%]|[-+#&._%][-+#&._%a-zA-Z0-9]")
_RUN = re.compile(r"[a-zA-Z0-9+#&._%\-]{2,}")
_PARTS = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
# A private-use character belongs to no word of any text
_BALLAST = "\ue000"


def port_cut(user_words: Iterable[str]) -> Cut:
    """A cutter by ``rjieba``.

    Raises:
        ImportError: no wheel of the port is installed.
    """
    from rjieba import Jieba

    engine = Jieba()
    known = 0
    for word in user_words:
        # jieba counts a known word twice in the total that frequencies are divided by, the port once
        repeated = engine.has_word(word)
        frequency = engine.add_word(word, None, None)
        known += frequency if repeated else 0
    if known:
        engine.add_word(_BALLAST, known, None)

    def parts(word: str) -> list[str]:
        if not _RUN.fullmatch(word) or word.isalnum() or engine.has_word(word):
            return [word]
        return [part for part in _PARTS.split(word) if part]

    def cut(text: str) -> list[str]:
        words: list[str] = engine.cut(text)
        if _JOINED.search(text) is None:
            return words
        return [part for word in words for part in (parts(word) if word.isascii() and len(word) > 1 else (word,))]

    return cut


def reference_cut(user_words: Iterable[str]) -> Cut:
    """A cutter by ``jieba`` itself: slower by a factor of ten and more, and the measure of the port."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library is older than some of Python's rules
        import jieba

    jieba.setLogLevel(60)
    engine = jieba.Tokenizer()
    for word in user_words:
        engine.add_word(word)

    def cut(text: str) -> list[str]:
        words: list[str] = engine.lcut(text)
        return words

    return cut


class Segmenter:
    """Cuts texts into words; ``user_words`` are kept whole where jieba would keep them."""

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        words = tuple(user_words)
        try:
            self._cut = port_cut(words)
        except ImportError:
            self._cut = reference_cut(words)

    def cut(self, text: str) -> list[str]:
        """Words in order; joined they give the text again."""
        return self._cut(text)

    def tokens(self, text: str) -> list[Token]:
        """Words in order with their character offsets."""
        words = self._cut(text)
        edges = list(accumulate(map(len, words), initial=0))
        return list(map(Token, words, edges, edges[1:]))


@lru_cache(maxsize=1)
def default_segmenter() -> Segmenter:
    """The segmenter with the domain words of ``corpora/lexicons``; one for the process."""
    return Segmenter(segment_words())
