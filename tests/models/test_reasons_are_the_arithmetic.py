from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.category import CategoryModel
from models.errors import ModelUnsuitable
from models.reading import Mark, Reading
from models.training import TrainingSet

WORDS = st.lists(
    st.sampled_from(
        ["学校", "收费", "补课费", "公路", "坑洼", "修路", "，", "\n", " ", "𠮷", "a", "2018", "😀", "we", ""]
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_bias_document_spans_and_rest_add_up_to_the_logit(model: CategoryModel, batch: list[list[str]]) -> None:
    readings = [Reading("".join(words), words, (Mark("channel:web", 0, 0),)) for words in batch]
    for reading, scores in zip(readings, model.read(readings), strict=True):
        for label in model.labels:
            explanation = scores.reasons.get(label) or model.explain(reading, label)
            assert explanation.logit == pytest.approx(scores.logits[label], abs=1e-9)
            assert len(explanation.spans) <= 8
            places = [(span.start, span.end) for span in explanation.spans]
            assert places == sorted(places)
            assert all(0 <= start < end <= len(reading.text) for start, end in places)
            assert all(one[1] <= other[0] for one, other in pairwise(places))


@settings(max_examples=30)
@given(st.lists(WORDS, min_size=2, max_size=5))
def test_a_text_is_read_alike_alone_and_in_a_batch(model: CategoryModel, batch: list[list[str]]) -> None:
    readings = [Reading("".join(words), words) for words in batch]
    together = model.read(readings)
    for reading, scores in zip(readings, together, strict=True):
        alone = model.read([reading])[0]
        assert alone.categories == scores.categories
        assert alone.logits == pytest.approx(scores.logits, abs=1e-9)


def test_the_words_that_decide_are_the_words_that_are_shown(
    model: CategoryModel, reading: Callable[..., Reading]
) -> None:
    asked = reading(["我们", "这里", "，", "老师", "收", "补课费", "。", "希望", "解决"])
    scores = model.read([asked])[0]
    assert scores.categories == ("fees",)
    best = max(scores.reasons["fees"].spans, key=lambda span: span.weight)
    assert "补课费" in asked.text[best.start : best.end]


def test_a_passage_weighs_what_its_occurrences_add(model: CategoryModel, reading: Callable[..., Reading]) -> None:
    asked = reading(["公路", "坑洼"])
    explanation = model.explain(asked, "roads")
    assert sum(span.weight for span in explanation.spans) + explanation.rest == pytest.approx(
        model.read([asked])[0].logits["roads"] - explanation.bias - explanation.document
    )
    second = model.second.added(model.first_logits([asked]), [asked])
    assert explanation.document == pytest.approx(second[0, model.labels.index("roads")])


def test_a_mark_of_the_whole_text_counts_as_document_and_not_as_a_passage(
    model: CategoryModel, reading: Callable[..., Reading]
) -> None:
    marked = reading(["公路", "坑洼"], (Mark("channel:web", 0, 0),))
    assert model.explain(marked, "roads").document != 0.0


def test_words_that_do_not_add_up_to_their_text_are_refused(model: CategoryModel) -> None:
    good = Reading("公路", ["公路"])
    with pytest.raises(ModelUnsuitable, match="reading 1 of the batch"):
        model.read([good, Reading("公路坏了", ["公路"]), good])


def test_a_mark_outside_its_text_is_refused(model: CategoryModel) -> None:
    for start, end in ((0, 3), (-1, 1), (2, 1)):
        with pytest.raises(ModelUnsuitable, match="mark of reading 1"):
            model.read([Reading("公路", ["公路"]), Reading("公路", ["公路"], (Mark("place", start, end),))])


def test_empty_texts_and_empty_batches_are_read(model: CategoryModel) -> None:
    assert model.read([]) == []
    empty = Reading("", [])
    scores, first = model.read([empty])[0], model.bias[None, :]
    assert list(scores.logits.values()) == pytest.approx(
        model.second.logits(first, model.second.added(first, [empty]))[0]
    )


def test_an_unknown_label_cannot_be_explained(model: CategoryModel) -> None:
    with pytest.raises(KeyError):
        model.explain(Reading("公路", ["公路"]), "bridges")


def test_reading_without_reasons_gives_the_same_scores(model: CategoryModel, world: TrainingSet) -> None:
    quick = model.read(world.readings[:40], reasons=False)
    full = model.read(world.readings[:40])
    assert [one.logits for one in quick] == [one.logits for one in full]
    assert all(not one.reasons for one in quick)
    first = model.first_logits(world.readings[:40])
    looked = model.second.logits(first, model.second.added(first, world.readings[:40]))
    assert np.allclose(looked, [list(one.logits.values()) for one in full])
