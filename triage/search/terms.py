"""The terms of a text, for every engine and for the query alike: characters, bigrams, words, names, each a keyed hash.

Characters and bigrams of the normalised text find every substring; words only rank. All characters count, spaces and
punctuation too, so that a phrase copied out of a report finds it as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import add

from triage.search.names import forms_of
from triage.text.normalise import normalise
from triage.text.segment import Segmenter
from triage.text.terms import TermKeyer


@dataclass(frozen=True, slots=True)
class TextTerms:
    """Keyed terms: the distinct characters, the bigrams in order of position, the words in order."""

    characters: tuple[str, ...]
    bigrams: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Makes terms under one key."""

    keyer: TermKeyer
    segmenter: Segmenter

    def of(self, text: str) -> TextTerms:
        """All terms of a text for an index."""
        plain = normalise(text).text
        return TextTerms(
            tuple(map(self.keyer.of_kind("c"), sorted(set(plain)))), self.bigrams(plain), self.words(plain)
        )

    def character(self, character: str) -> str:
        """The term of one character of normalised text."""
        return self.keyer.of_kind("c")(character)

    def bigrams(self, plain: str) -> tuple[str, ...]:
        """The terms of neighbouring characters of normalised text, one for each position but the last."""
        return tuple(map(self.keyer.of_kind("b"), map(add, plain, plain[1:])))

    def words(self, plain: str) -> tuple[str, ...]:
        """The terms of the segmenter's words, those without letter or number left out."""
        key = self.keyer.of_kind("w")
        return tuple([key(word) for word in self.segmenter.cut(plain) if word[0].isalnum()])

    def names(self, names: Iterable[str]) -> tuple[str, ...]:
        """The terms of every form of these names."""
        return tuple(self.name(form) for form in sorted({form for name in names for form in forms_of(name)}))

    def name(self, form: str) -> str:
        """The term of one form of a name."""
        return self.keyer.of_kind("n")(form)
