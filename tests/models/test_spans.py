from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.errors import ModelDamaged
from models.saved import load_spans, save_spans
from models.span_training import SpanTrainingSpec, fit_scorer
from models.spans import Scorer, SpanModel, Traits, slots

SMALL = SpanTrainingSpec(bits=12, rate=0.01)


def _traits(**values: list[int]) -> Traits:
    return {name: np.array(numbers, np.uint64) for name, numbers in values.items()}


def _scorer() -> Scorer:
    """One that says yes where the left trait is 7 and the right one 9, and only then."""
    chance = np.random.default_rng(3)
    left, right = chance.choice([7, 8], 400), chance.choice([9, 10], 400)
    traits = _traits(left=left.tolist(), right=right.tolist())
    return fit_scorer([(traits, ((left == 7) & (right == 9))[:, None])], ("left", "right", "left+right"), SMALL)


def test_what_tells_a_span_is_learned_from_traits_together() -> None:
    margins = _scorer().margins(_traits(left=[7, 7, 8, 8], right=[9, 10, 9, 10]))[:, 0]
    assert (margins > 0).tolist() == [True, False, False, False]


def test_an_answer_that_is_never_given_stays_no() -> None:
    scorer = fit_scorer([(_traits(left=[1, 2, 3]), np.zeros((3, 2), np.bool_))], ("left",), SMALL)
    assert (scorer.margins(_traits(left=[1, 2, 3, 4])) < 0).all()


def test_templates_of_one_name_share_their_weights_and_others_do_not() -> None:
    traits = _traits(one=[5, 6], two=[5, 6])
    bag = slots(traits, ("near=one", "near=two"), 16)
    apart = slots(traits, ("one", "two"), 16)
    assert (bag[0] == bag[1]).all()
    assert (apart[0] != apart[1]).all()
    assert bag[0, 0] != bag[0, 1]


def test_learning_twice_gives_the_same() -> None:
    one, other = _scorer(), _scorer()
    assert (one.weights == other.weights).all()
    assert one.bias == other.bias


def test_what_was_learned_is_saved_and_a_changed_file_is_refused(tmp_path: Path) -> None:
    scorer = _scorer()
    save_spans(SpanModel(scorer, scorer, scorer, ("accused",)), tmp_path)
    again = load_spans(tmp_path)
    asked = _traits(left=[7, 8], right=[9, 9])
    assert again.parts == ("accused",)
    assert (again.roles.margins(asked) == scorer.margins(asked)).all()
    content = bytearray((tmp_path / "arrays.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "arrays.npz").write_bytes(content)
    with pytest.raises(ModelDamaged):
        load_spans(tmp_path)


def test_what_was_learned_of_things_is_saved_with_the_rest(tmp_path: Path) -> None:
    scorer = _scorer()
    save_spans(SpanModel(scorer, scorer, scorer, ("accused",), scorer), tmp_path)
    again, asked = load_spans(tmp_path).things, _traits(left=[7, 8], right=[9, 9])
    assert again is not None
    assert (again.margins(asked) == scorer.margins(asked)).all()


def test_a_model_from_before_things_were_learned_is_read_without_them(tmp_path: Path) -> None:
    scorer = _scorer()
    save_spans(SpanModel(scorer, scorer, scorer, ("accused",)), tmp_path)
    assert load_spans(tmp_path).things is None
