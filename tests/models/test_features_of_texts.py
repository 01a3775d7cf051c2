from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.cues import cue_table
from models.errors import ModelUnsuitable
from models.features import FeatureSpec, extract
from models.hashing import Substrings, code_points
from models.reading import Reading
from models.vocabulary import Vocabulary

TEXT = st.text(alphabet="低保贫困户村支书a1 \n𠮷", max_size=30)


@settings(max_examples=80)
@given(TEXT, st.integers(1, 4))
def test_equal_substrings_and_only_those_have_equal_keys(text: str, order: int) -> None:
    if len(text) < order:
        return
    keys = Substrings(code_points(text)).ngrams(order).tolist()
    alike = text.replace("1", "0")
    strings = [alike[start : start + order] for start in range(len(text) - order + 1)]
    assert len(set(keys)) == len(set(strings)) == len(set(zip(keys, strings, strict=True)))


@given(st.lists(TEXT, max_size=5))
def test_occurrences_stand_where_their_reading_stands(texts: list[str]) -> None:
    hits = extract([Reading(text, [text]) for text in texts], FeatureSpec(head=0.5))
    assert np.all(hits.start >= hits.bounds[hits.document])
    assert np.all(hits.end <= hits.bounds[hits.document + 1])


def test_numbers_are_alike_whatever_their_digits() -> None:
    one, other = (extract([Reading(text, [text])], FeatureSpec()).key.tolist() for text in ("领了3500元", "领了9274元"))
    assert set(one) == set(other)


def test_every_place_of_a_cue_is_found_inside_one_reading_only() -> None:
    spec = FeatureSpec(cues=(("bribery", ("红包", "意思意思", "送")), ("opaque", ("红包",))))
    readings = [Reading("送红包，意思意思", ["送红包，意思意思"]), Reading("红", ["红"]), Reading("包", ["包"])]
    hits = extract(readings, spec)
    marks = hits.block == 3
    places = sorted(
        zip(hits.document[marks].tolist(), hits.start[marks].tolist(), hits.end[marks].tolist(), strict=True)
    )
    assert places == [(0, 0, 1), (0, 1, 3), (0, 1, 3), (0, 4, 8)]
    assert cue_table(spec.cues) is cue_table(spec.cues)


def test_the_head_is_the_title_line_or_the_first_characters() -> None:
    spec = FeatureSpec(head=1.0, head_length=4)
    hits = extract([Reading("公路坏了\n学校收费很高", ["公路坏了\n学校收费很高"])], spec)
    assert hits.end[hits.block == 2].max() == 4
    hits = extract([Reading("学校收费很高", ["学校", "收费", "很高"])], spec)
    assert hits.end[hits.block == 2].max() == 4


def test_texts_with_nothing_in_common_teach_nothing() -> None:
    with pytest.raises(ModelUnsuitable, match="nothing in common"):
        Vocabulary.learn([np.array([place], dtype=np.uint64) for place in range(40)], FeatureSpec())


def test_each_block_of_a_text_has_the_length_of_its_weight() -> None:
    spec = FeatureSpec(min_documents=1)
    readings = [Reading("公路坏了公路", ["公路", "坏", "了", "公路"]), Reading("学校", ["学校"])]
    hits = extract(readings, spec)
    vocabulary = Vocabulary.learn([np.unique(hits.key[hits.document == place]) for place in range(2)], spec)
    vectors = vocabulary.vectors(hits, spec)
    for place in range(2):
        squares = (vectors.value[vectors.document == place] ** 2).sum()
        assert squares == pytest.approx(spec.characters**2 + spec.words**2)
