"""Turns of a transcript are found in its text, with labels before them or without."""

from __future__ import annotations

import pytest

from triage.intake.transcripts import joined
from triage.model import Speaker, Turn
from triage.text.turns import turns_in


def call(*said: tuple[str, str]) -> list[Turn]:
    return [Turn(Speaker.AGENT if label == "坐席" else Speaker.CALLER, words, label) for label, words in said]


def found(text: str, turns: list[Turn]) -> list[tuple[int, str]]:
    return [(start, text[start:end]) for _, start, end in turns_in(text, turns)]


def test_every_turn_is_found_behind_its_label() -> None:
    turns = call(("坐席", "请讲。"), ("来电人", "书记打人。"), ("坐席", "请讲。"), ("来电人", "书记打人。"))
    assert found(joined(turns), turns) == [(3, "请讲。"), (11, "书记打人。"), (20, "请讲。"), (28, "书记打人。")]


@pytest.mark.parametrize("words", ["电", "人", "来电人", "来电人：我", "人：来", "电人："])
def test_words_that_repeat_a_part_of_their_label_are_found_behind_it(words: str) -> None:
    turns = call(("坐席", "谁打来的？"), ("来电人", words), ("坐席", "请讲。"), ("来电人", "书记打人。"))
    behind = 13 + len(words)
    told = [(3, "谁打来的？"), (13, words), (behind + 4, "请讲。"), (behind + 12, "书记打人。")]
    assert found(joined(turns), turns) == told


def test_a_text_without_labels_is_a_transcript_as_well() -> None:
    turns = call(("坐席", "请讲。"), ("来电人", "来电人是我。"), ("坐席", "请讲。"), ("来电人", "书记打人。"))
    text = "".join(turn.text for turn in turns)
    assert found(text, turns) == [(0, "请讲。"), (3, "来电人是我。"), (9, "请讲。"), (12, "书记打人。")]


def test_turns_that_nobody_labelled_are_found_in_a_text_with_labels() -> None:
    turns = [Turn(Speaker.AGENT, "请讲。"), Turn(Speaker.CALLER, "书记打人。")]
    assert found("坐席：请讲。\n来电人：书记打人。\n", turns) == [(3, "请讲。"), (11, "书记打人。")]


def test_a_turn_that_stands_nowhere_is_left_out_and_those_behind_it_are_found() -> None:
    turns = call(("坐席", "请讲。"), ("来电人", "没有的话。"), ("来电人", ""), ("来电人", "书记打人。"))
    assert found("坐席：请讲。\n来电人：书记打人。\n", turns) == [(3, "请讲。"), (6, ""), (11, "书记打人。")]
