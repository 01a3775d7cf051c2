"""spaCy's tokeniser slot, filled by jieba's algorithm with the domain's words.

Tokens are made from the normalised text and cover the original without gaps, so ``doc.text`` is the text as received.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

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
        doc = Doc(self.vocab, words=_original_words(text, plain, words), spaces=None)
        doc.user_data["triage"] = Findings(received, turns, view_of(text, turns, plain, words, self.segmenter))
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
    cut: list[str] = []
    at = 0
    if isinstance(plain.starts, range):
        for word in words:
            cut.append(text[at : at + len(word)])
            at += len(word)
        return cut
    before = 0
    for word in words:
        at += len(word)
        end = plain.starts[at] if at < len(plain.starts) else len(text)
        if end > before:
            cut.append(text[before:end])
            before = end
    return cut


@registry.tokenizers("triage.segmenter.v1")  # type: ignore[untyped-decorator]
def make_segmenting_tokenizer() -> Callable[[Language], SegmentingTokenizer]:
    """For ``[nlp.tokenizer]`` of a saved pipeline's configuration."""

    def make(nlp: Language) -> SegmentingTokenizer:
        # The default getters compute shape, prefix and so on for each new word: 0.4 ms a text, and nobody asks for them.
        nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in its stub
        return SegmentingTokenizer(nlp.vocab, default_segmenter())

    return make
