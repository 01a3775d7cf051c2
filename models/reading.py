"""A reading: all that an estimator sees of a report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Something found in a text, such as an entity or a word of a lexicon.

    ``start`` and ``end`` are characters of the reading's text; where they are equal the mark belongs to the whole
    document (its channel or language, say).
    """

    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the estimators see it.

    ``text`` is the normalised text, of a transcript only the caller's words. ``words`` tile it: joined they are
    ``text`` again, white space and punctuation included, as every jieba gives them. All offsets that come back are
    characters of ``text``; whoever normalised the text knows the way to the original.
    """

    text: str
    words: tuple[str, ...] | list[str]
    marks: tuple[Mark, ...] = ()
