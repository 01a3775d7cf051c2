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
from models.rows import Rows, vectorise
from models.sentence_head import SentenceHead, fit_sentences, out_of_fold_sentences
from models.split import grouped_folds
from models.training import FORM_COUNTS, TrainingSet, TrainingSpec, train
from models.tuning import Batch, Lessons, Tokens

FIRST = "去年冬天我们村里的路一直没有人来修，大家都走得很辛苦。"
SECOND = "到了今年三月学校又收了补课费三百块，说是自愿其实都得交。"
THIRD = "天气一天比一天冷，家里的老人和小孩子都盼着早些有个结果。"
TEXT = FIRST + SECOND + THIRD


def _marked(*passages: tuple[int, int, int, int], texts: int = 1, labels: int = 2) -> Rationales:
    return Rationales(np.ones((texts, labels), np.bool_), np.array(passages, np.int64).reshape(-1, 4))


def test_a_clause_that_shares_a_passage_tells_its_label_and_the_others_do_not() -> None:
    assert clause_starts(TEXT) == [0, len(FIRST), len(FIRST + SECOND)]
    marks = Rationales(np.array([[True, True, False]]), np.array([[0, 1, len(FIRST), len(FIRST + SECOND)]]))
    assert marks.of_clauses([TEXT])[0].tolist() == [[0, 0, -1], [0, 1, -1], [0, 0, -1]], "the third label nobody marked"


def test_a_passage_that_ends_within_a_clause_is_told_by_it_and_one_that_only_touches_a_clause_is_not() -> None:
    start = len(FIRST) - 2
    marks = _marked((0, 0, start, len(FIRST) + 12), (0, 1, len(TEXT) - 4, len(TEXT)))
    assert marks.of_clauses([TEXT])[0].tolist() == [[0, 0], [1, 0], [0, 1]]


def test_a_short_passage_across_two_clauses_is_told_by_the_one_that_has_more_of_it() -> None:
    start = len(FIRST) - 4
    assert _marked((0, 0, start, start + 10)).of_clauses([TEXT])[0][:, 0].tolist() == [0, 1, 0]


def test_of_a_text_that_nobody_marked_nothing_is_known_and_an_empty_one_has_no_clause() -> None:
    marks = Rationales(np.array([[False], [True], [True]]), np.array([[2, 0, 0, 5]]))
    told, counts = marks.of_clauses([FIRST, "", SECOND])
    assert told.tolist() == [[-1], [1]]
    assert counts.tolist() == [1, 0, 1]


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


@pytest.fixture(scope="module")
def schools() -> TrainingSet:
    """Texts that tell of fees all stand beside a sentence on a school, which by itself tells none."""
    readings, targets, passages = [], [], []
    for place in range(60):
        fees = place % 2 == 0
        pieces = [MISLEADING, PLAIN[place % 3 % 2]] if fees else [PLAIN[0], PLAIN[1]]
        if fees:
            begin = sum(map(len, pieces))
            pieces.append(FEES[place % 4 // 2])
            passages.append((place, 0, begin, begin + len(pieces[-1])))
        text = "".join(pieces)
        readings.append(Reading(text, list(text)))
        targets.append([fees])
    marks = _marked(*passages, texts=60, labels=1)
    return TrainingSet(readings, ("fees",), (), np.array(targets, np.int8), np.arange(60), rationales=marks)


def _said(head: SentenceHead, rows: Rows, sentence: int) -> float:
    """What a head says of one of the sentences."""
    return float((rows.sentences[sentence] @ head.weights + head.bias)[0, 0])


def test_a_head_that_was_shown_the_passages_is_not_misled_by_what_stands_beside_them(schools: TrainingSet) -> None:
    rows = vectorise(schools.readings, FeatureSpec())
    shown = fit_sentences(rows, np.arange(60), schools.targets, taught=schools.taught)
    blind = fit_sentences(rows, np.arange(60), schools.targets)
    assert schools.readings[0].text.startswith(MISLEADING)
    assert _said(shown, rows, 0) < _said(blind, rows, 0) - 1, "the sentence on the school tells far less"


def test_a_reader_is_trained_and_settled_on_what_was_marked(schools: TrainingSet) -> None:
    spec = TrainingSpec(features=(FeatureSpec(),), folds=3)
    shown, blind = (train(data, spec, {}) for data in (schools, replace(schools, rationales=None)))
    rows = vectorise(schools.readings, FeatureSpec())
    assert _said(shown.sentences, rows, 0) < _said(blind.sentences, rows, 0) - 1
    folds = grouped_folds(schools.groups, 3)
    held_out = out_of_fold_sentences(rows, schools.targets, folds, taught=schools.taught)
    for fold in folds:
        head = fit_sentences(rows, np.setdiff1d(np.arange(60), fold), schools.targets, taught=schools.taught)
        parts, counts = rows.sentences_of(fold)
        own = np.exp(parts @ head.weights + head.bias)
        whole = np.log1p(np.add.reduceat(own, np.cumsum(counts) - counts, axis=0))
        assert held_out[fold] == pytest.approx(whole, abs=1e-4)


def test_some_of_the_texts_teach_what_they_teach_by_themselves(schools: TrainingSet) -> None:
    rows = vectorise(schools.readings, FeatureSpec())
    some = np.arange(7, 60, 3)
    whole = fit_sentences(rows, some, schools.targets, taught=schools.taught)
    part = schools.part(some)
    parts, counts = rows.sentences_of(some)
    alone = Rows(rows.vocabulary, rows.texts[some], parts, counts)
    same = fit_sentences(alone, np.arange(len(some)), part.targets, taught=part.taught)
    assert np.allclose(whole.weights, same.weights, atol=1e-6)


def test_texts_that_count_more_decide_where_marks_contradict_each_other(schools: TrainingSet) -> None:
    rows = vectorise(schools.readings, FeatureSpec())
    told = schools.taught.told.copy()
    firsts = np.cumsum(rows.counts) - rows.counts
    told[firsts[:30:2]] = 1  # in half of the texts somebody marked the sentence on the school
    answers = []
    for first, second in ((20.0, 1.0), (1.0, 20.0)):
        counts = np.where(np.arange(60) < 30, first, second)
        head = fit_sentences(rows, np.arange(60), schools.targets, taught=Taught(told, rows.counts, counts))
        answers.append(_said(head, rows, 0))
    assert answers[0] > answers[1] + 1
    weighed = replace(schools, forms=np.array([place < 30 for place in range(60)], np.int8)).taught.counts
    assert set(weighed[:30]) == {FORM_COUNTS}
    assert set(weighed[30:]) == {1.0}


def test_without_marks_a_head_learns_from_the_labels_of_texts_alone(schools: TrainingSet) -> None:
    rows = vectorise(schools.readings, FeatureSpec())
    blind = fit_sentences(rows, np.arange(60), schools.targets)
    unmarked = replace(schools, rationales=None).taught
    assert (unmarked.told == -1).all()
    same = fit_sentences(rows, np.arange(60), schools.targets, taught=unmarked)
    assert np.allclose(blind.weights, same.weights, atol=1e-5)
    assert np.allclose(blind.bias, same.bias, atol=1e-5)


def test_clauses_of_a_cut_text_keep_their_own_lessons(schools: TrainingSet) -> None:
    data = replace(schools, targets=np.where(np.arange(60)[:, None] == 4, -1, schools.targets).astype(np.int8))
    lessons = Lessons.of(data)
    # Of the first text the middle is left out, the second is whole, the fifth has no label
    kept = {0: [0, 2], 1: [0, 1], 4: [0, 1, 2]}
    tokens = [Tokens(np.arange(9), np.zeros(9, np.int64), np.array(kept.get(place, [0]))) for place in range(60)]
    owners = np.array([0, 0, 1, 1, 2, 2, 2])
    filled = np.zeros((3, 9), np.int64)
    batch = Batch(np.array([0, 1, 4]), filled, np.ones((3, 9), np.float32), filled, owners)
    targets, said, counts = lessons.of_batch(batch, tokens)
    assert targets[:, 0].tolist() == [1, 0, -1]
    assert said[:, 0].tolist() == [0, 1, 0, 0, -1, -1, -1]
    assert counts.tolist() == [1.0, 1.0, 1.0]
