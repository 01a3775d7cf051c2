"""Snippets: the passage of a report's own text in which a query's words stand, with the spans to highlight."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from triage.search.nodes import Node, Part, wanted
from triage.text.normalise import normalise

BEFORE = 30
LENGTH = 120


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage and the spans in it to highlight, as character offsets of the passage."""

    text: str
    spans: tuple[tuple[int, int], ...]


def occurrences(text: str, parts: Sequence[Node], names: Iterable[str] = ()) -> tuple[tuple[int, int], ...]:
    """Where what a query wants occurs, as spans of the original text; overlapping ones are joined.

    ``names`` are names of the text that the query meets by another form.
    """
    plain = normalise(text)
    spans: list[tuple[int, int]] = []
    forms = {form for part in wanted(parts) if isinstance(part, Part) for form in part.met_by if form}
    for form in forms | {normalise(name).text for name in names if name}:
        at = plain.text.find(form)
        while at >= 0:
            spans.append(plain.span(at, at + len(form)))
            at = plain.text.find(form, at + 1)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def snippet(
    text: str, parts: Sequence[Node], names: Iterable[str] = (), length: int = LENGTH, covered: str | None = None
) -> Snippet:
    """The passage of at most ``length`` characters that holds most occurrences, or the beginning if there is none.

    Words are looked for in the text as it came; the passage is cut from ``covered``, the same text as it is shown.
    """
    spans = occurrences(text, parts, names)
    start = 0
    if spans:
        starts, ends = zip(*spans, strict=True)

        def held(first: int) -> int:
            # Joined spans lie apart, so that both sides rise: a letter may hold tens of thousands of them
            return max(0, bisect_right(ends, first + length) - bisect_left(starts, first))

        start = max((max(0, a - BEFORE) for a, _ in spans), key=lambda first: (held(first), -first))
    end = min(len(text), start + length)
    inside = ((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start)
    return Snippet((covered or text)[start:end], tuple(inside))
