"""spaCy's tokeniser slot, filled by jieba's algorithm with the domain's words.

Tokens are made from the normalised text and cover the original without gaps, so ``doc.text`` is the text as received.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from heapq import nlargest
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc
from spacy.util import registry

from triage.assess.findings import Findings
from triage.assess.view import view_of
from triage.model import Turn
from triage.text.normalise import Normalised, normalise
from triage.text.segment import Segmenter, default_segmenter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from spacy.language import Language
    from spacy.vocab import Vocab


class SegmentingTokenizer:
    """Text to Doc; the normalised form, the words and the caller's view travel along in ``doc.user_data``."""

    def __init__(self, vocab: Vocab, segmenter: Segmenter) -> None:
        self.vocab = vocab
        self.segmenter = segmenter

    def __call__(self, text: str) -> Doc:
        """A Doc of a text received today, without turns."""
        return self.read(text, date.today())  # the caller's wall calendar is meant

    def read(self, text: str, received: date, turns: tuple[Turn, ...] = ()) -> Doc:
        """A Doc with what the later components need to know of the report."""
        plain = normalise(text)
        words = self.segmenter.cut(plain.text)
        original = _original_words(text, plain, words)
        doc = Doc(self.vocab, words=original, spaces=[False] * len(original))
        doc.user_data["triage"] = Findings(text, received, turns, view_of(text, turns, plain, words, self.segmenter))
        return doc

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:
        """Nothing is written: the words stand in the corpora and come along with the package."""

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> SegmentingTokenizer:
        """Nothing is read."""
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """Nothing, as for ``to_disk``."""
        return b""

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> SegmentingTokenizer:
        """Nothing, as for ``from_disk``."""
        return self


def _original_words(text: str, plain: Normalised, words: list[str]) -> list[str]:
    """The words as they stand in the original; one that is only a part of an expanded character joins its neighbour."""
    if plain.text == text:
        return words
    if isinstance(plain.starts, range):
        return _with_changes(text, plain.text, words)
    starts = [*plain.starts, len(text)]
    ends = [starts[end] for end in accumulate(map(len, words))]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False) if end > start]


def _with_changes(text: str, plain: str, words: list[str]) -> list[str]:
    """The words cut from ``text``, as long as ``plain``: only those that hold a changed character are cut anew."""
    original = list(words)
    ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
    which = np.searchsorted(ends, np.flatnonzero(_points(text) != _points(plain)), "right")
    for number, end in zip(which.tolist(), ends[which].tolist(), strict=True):
        original[number] = text[end - len(words[number]) : end]
    return original


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@registry.tokenizers("triage.segmenter.v1")  # type: ignore[untyped-decorator]
def make_segmenting_tokenizer() -> Callable[[Language], SegmentingTokenizer]:
    """For ``[nlp.tokenizer]`` of a saved pipeline's configuration."""

    def make(nlp: Language) -> SegmentingTokenizer:
        # The default getters compute shape, prefix and so on for each new word: 0.4 ms a text, and nobody asks for them.
        nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in its stub
        for word in frequent_words():
            nlp.vocab[word]
        return SegmentingTokenizer(nlp.vocab, default_segmenter())

    return make


@lru_cache(maxsize=1)
def frequent_words(most: int = 20_000) -> tuple[str, ...]:
    """The commonest words of jieba's dictionary, which no memory zone then has to make again for each batch.

    They stand in a published dictionary, so a saved vocabulary tells nothing of any report by holding them.
    """
    counted = []
    # Found without importing jieba, whose own import warns and takes its time.
    found = find_spec("jieba")
    folders = found.submodule_search_locations if found else None
    if not folders:
        return ()
    for line in (Path(folders[0]) / "dict.txt").read_text("utf-8").splitlines():
        word, count, _ = line.split(" ", 2)
        if len(count) > 2:
            counted.append((int(count), word))
    return tuple(word for _, word in nlargest(most, counted))
