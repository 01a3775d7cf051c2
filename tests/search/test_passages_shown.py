"""The passage that a hit shows holds most of what was asked for, and is found fast in the longest letter."""

from __future__ import annotations

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from triage.search.highlights import BEFORE, occurrences, snippet
from triage.search.nodes import Part

ASKED = (Part(("低保", "钱")),)


@given(st.text(alphabet="低保钱的。 ", max_size=120), st.integers(1, 40))
def test_no_other_passage_holds_more_of_what_was_asked_for(text: str, length: int) -> None:
    spans = occurrences(text, ASKED)
    begins = [max(0, start - BEFORE) for start, _ in spans]
    held = {at: sum(start >= at and end <= at + length for start, end in spans) for at in begins}
    best = max(held.values(), default=0)
    first = min((at for at in held if held[at] == best), default=0)
    assert snippet(text, ASKED, length=length).text == text[first : first + length]


def test_a_letter_in_which_a_word_stands_fifty_thousand_times_is_shown_at_once() -> None:
    began = process_time()
    shown = snippet("钱的" * 50_000, ASKED)
    assert (shown.text[:4], len(shown.spans)) == ("钱的钱的", 60)
    assert process_time() - began < 10
