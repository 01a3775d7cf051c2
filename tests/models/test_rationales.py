"""Passages that tell a label: laid onto clauses, kept through splits, and what a head learns of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clauses import LEAST, clause_starts
from models.features import FeatureSpec
from models.pooling import Taught
from models.rationales import Rationales
from models.reading import Reading
from models.rows import vectorise
from models.sentence_head import fit_sentences
from models.training import TrainingSet, TrainingSpec, train

FIRST = "去年冬天我们村里的路一直没有人来修，大家都走得很辛苦。"
SECOND = "到了今年三月学校又收了补课费三百块，说是自愿其实都得交。"
THIRD = "天气一天比一天冷，家里的老人和小孩子都盼着早些有个结果。"
TEXT = FIRST + SECOND + THIRD


def _marked(*passages: tuple[int, int, int, int], texts: int = 1) -> Rationales:
    return Rationales(np.ones(texts, np.bool_), np.array([0, 1]), np.array(passages, np.int64).reshape(-1, 4))


def test_a_clause_that_shares_a_passage_tells_its_label_and_the_others_do_not() -> None:
    assert clause_starts(TEXT) == [0, len(FIRST), len(FIRST + SECOND)]
    told, counts = _marked((0, 1, len(FIRST), len(FIRST + SECOND))).of_clauses([TEXT], 3)
    assert counts.tolist() == [3]
    assert told.tolist() == [[0, 0, -1], [0, 1, -1], [0, 0, -1]], "nobody marks passages of the third label"


def test_a_passage_that_ends_within_a_clause_is_told_by_it_and_one_that_only_touches_a_clause_is_not() -> None:
    start = len(FIRST) - 2
    told, _ = _marked((0, 0, start, len(FIRST) + 12), (0, 1, len(TEXT) - 4, len(TEXT))).of_clauses([TEXT], 2)
    assert told.tolist() == [[0, 0], [1, 0], [0, 1]]


def test_of_a_text_that_nobody_marked_nothing_is_known_and_an_empty_one_has_no_clause() -> None:
    marks = Rationales(np.array([False, True, True]), np.array([0]), np.array([[2, 0, 0, 5]]))
    told, counts = marks.of_clauses([FIRST, "", SECOND], 1)
    assert counts.tolist() == [1, 0, 1]
    assert told.tolist() == [[-1], [1]]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10, unique=True))
def test_a_part_of_the_texts_keeps_the_passages_of_these_texts(some: list[int]) -> None:
    whole = _marked(*((text, text % 2, text, text + 9) for text in range(10)), texts=10)
    part = whole.part(np.array(some, np.int64))
    kept = {(some[text], column, start, end) for text, column, start, end in part.passages.tolist()}
    assert kept == {(text, text % 2, text, text + 9) for text in some}
    assert len(part.marked) == len(some)


@given(st.text(alphabet="路收费，。；\n a.", max_size=200))
def test_clauses_tile_a_text_and_only_the_last_one_is_short(text: str) -> None:
    starts = clause_starts(text)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert all(after - before >= LEAST for before, after in pairwise(starts))


FEES = ("学校又收了补课费三百块，说是自愿其实都得交钱才行。", "老师让家长再交一百块的资料费，没有收据也不给说法。")
PLAIN = ("我家住在县城东边的小区里，孩子今年刚上三年级学习。", "希望有关部门能够重视这个问题，早日给我们一个答复。")
MISLEADING = "学校在镇上的中心小学旁边，每天上学要走四十分钟的路。"


@pytest.fixture
def schools() -> TrainingSet:
    """Texts that tell of fees all stand beside a sentence on a school, which by itself tells none."""
    readings, targets, passages = [], [], []
    for place in range(60):
        fees = place % 2 == 0
        pieces = [MISLEADING, PLAIN[place % 3 % 2]] if fees else [PLAIN[0], PLAIN[1]]
        if fees:
            passages.append((place, 0, sum(map(len, pieces)), sum(map(len, pieces)) + len(FEES[place % 4 // 2])))
            pieces.append(FEES[place % 4 // 2])
        text = "".join(pieces)
        readings.append(Reading(text, list(text)))
        targets.append([fees])
    marks = Rationales(np.ones(60, np.bool_), np.array([0]), np.array(passages, np.int64))
    return TrainingSet(readings, ("fees",), (), np.array(targets, np.int8), np.arange(60), rationales=marks)


def test_a_head_that_was_shown_the_passages_is_not_misled_by_what_stands_beside_them(schools: TrainingSet) -> None:
    rows = vectorise(schools.readings, FeatureSpec())
    everything = np.arange(60)
    shown = fit_sentences(rows, everything, schools.targets, taught=schools.taught)
    blind = fit_sentences(rows, everything, schools.targets)
    assert schools.readings[0].text.startswith(MISLEADING)
    own = [float((rows.sentences[0] @ head.weights + head.bias)[0, 0]) for head in (shown, blind)]
    assert own[0] < own[1] - 1, "the sentence on the school tells far less where the passages are known"


def test_how_much_a_text_counts_reaches_what_its_sentences_teach(schools: TrainingSet) -> None:
    forms = np.array([place < 30 for place in range(60)], np.int8)
    taught = replace(schools, forms=forms).taught
    assert taught is not None
    assert taught.counts[:30].min() > taught.counts[30:].max()
    part = taught.part(np.arange(30), np.arange(5))
    assert len(part.counts) == 30
    assert len(part.told) == 5


def test_without_marks_a_head_learns_from_the_labels_of_texts_as_before(schools: TrainingSet) -> None:
    rows = vectorise(schools.readings, FeatureSpec())
    blind = fit_sentences(rows, np.arange(60), schools.targets)
    unknown = Taught(np.full((int(rows.counts.sum()), 1), -1, np.int8), np.ones(60))
    same = fit_sentences(rows, np.arange(60), schools.targets, taught=unknown)
    assert np.allclose(blind.weights, same.weights, atol=1e-5)
    assert np.allclose(blind.bias, same.bias, atol=1e-5)


def test_a_reader_with_marked_passages_is_trained_and_reads(schools: TrainingSet) -> None:
    model = train(schools, TrainingSpec(features=(FeatureSpec(),), folds=3), {"version": "marked"})
    text = PLAIN[0] + FEES[1]
    (scores,) = model.read([Reading(text, list(text))])
    assert scores.categories == ("fees",)
