"""spaCy's tokeniser slot, filled by jieba's algorithm with the domain's words.

Tokens are made from the normalised text and cover the original without gaps, so ``doc.text`` is the text as received.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from spacy.tokens import Doc
from spacy.util import registry

from triage.assess.findings import Findings
from triage.assess.view import view_of
from triage.model import Turn
from triage.text.masked import cut_around
from triage.text.normalise import Normalised, normalise
from triage.text.segment import Segmenter, default_segmenter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from spacy.language import Language
    from spacy.vocab import Vocab


class SegmentingTokenizer:
    """Text to findings, and findings to a Doc where somebody asks for one; they travel along in ``doc.user_data``."""

    def __init__(self, vocab: Vocab, segmenter: Segmenter) -> None:
        self.vocab = vocab
        self.segmenter = segmenter

    def __call__(self, text: str) -> Doc:
        """A Doc of a text received today, without turns."""
        return self.read(text, date.today())  # the caller's wall calendar is meant

    def read(self, text: str, received: date, turns: tuple[Turn, ...] = ()) -> Doc:
        """A Doc with what the components need to know of the report."""
        return self.doc_of(self.begin(text, received, turns))

    def begin(self, text: str, received: date, turns: tuple[Turn, ...] = ()) -> Findings:
        """What the components need to know of the report, without a Doc."""
        plain = normalise(text)
        words = cut_around(plain.text, self.segmenter.cut)
        view = view_of(text, turns, plain, words, self.segmenter)
        return Findings(text, received, turns, view, plain, words)

    def doc_of(self, found: Findings) -> Doc:
        """The Doc of a text, in the words of the whole of it, with its findings."""
        original = _original_words(found.text, found.plain, found.words)
        doc = Doc(self.vocab, words=original, spaces=[False] * len(original))
        doc.user_data["triage"] = found
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
    starts = [*plain.starts, len(text)]
    ends = [starts[end] for end in accumulate(map(len, words))]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False) if end > start]


@registry.tokenizers("triage.segmenter.v1")  # type: ignore[untyped-decorator]
def make_segmenting_tokenizer() -> Callable[[Language], SegmentingTokenizer]:
    """For ``[nlp.tokenizer]`` of a saved pipeline's configuration."""

    def make(nlp: Language) -> SegmentingTokenizer:
        # The default getters compute shape, prefix and so on for each new word: 0.4 ms a text, and nobody asks for them.
        nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in its stub
        return SegmentingTokenizer(nlp.vocab, default_segmenter())

    return make
