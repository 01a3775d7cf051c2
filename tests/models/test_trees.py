"""Boosted trees as arrays say what scikit-learn says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from models.errors import ModelUnsuitable
from models.link import KIND, LinkModel, load_link, save_link
from models.link_training import train_link
from models.saved import write_saved
from models.trees import fitted

CHANCE = np.random.default_rng(5)
VALUES = CHANCE.normal(size=(600, 6)).round(1)
YES = (VALUES[:, 0] * VALUES[:, 1] > 0) ^ (CHANCE.random(600) < 0.1)


def boosting() -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=20, learning_rate=0.1, max_depth=4, max_leaf_nodes=9, min_samples_leaf=5, l2_regularization=1.0,
        max_features=0.5, early_stopping=False, random_state=0,
    )  # fmt: skip


def test_trees_answer_as_the_machine_that_they_were_taken_from() -> None:
    machine = boosting()
    ours = fitted(machine, VALUES, YES)
    # On a border between two bins, and far outside of all that was learned from
    asked = np.concatenate([VALUES, CHANCE.normal(size=(300, 6)) * 5, np.zeros((1, 6))])
    np.testing.assert_allclose(ours.logits(asked), machine.decision_function(asked), atol=1e-12)


def test_the_same_examples_give_the_same_trees() -> None:
    one, other = (fitted(boosting(), VALUES, YES) for _ in range(2))
    assert all((one.arrays()[name] == other.arrays()[name]).all() for name in one.arrays())


def test_a_saved_link_model_answers_as_before_under_the_same_name(tmp_path: Path) -> None:
    model = _links()
    save_link(model, tmp_path)
    found = load_link(tmp_path)
    assert found is not None
    assert found.version == model.version
    assert found.about["same"] == int(YES.sum())
    assert (found.probabilities(VALUES) == model.probabilities(VALUES)).all()


def test_links_that_an_earlier_version_wrote_are_to_be_learned_anew(tmp_path: Path) -> None:
    write_saved(tmp_path, {"weights": np.zeros(3)}, {"reader": "link", "features": ["copy"]})
    assert KIND != "link"
    assert load_link(tmp_path) is None


def test_pairs_of_one_kind_alone_teach_nothing() -> None:
    with pytest.raises(ModelUnsuitable, match="ten pairs of one matter"):
        train_link(VALUES, np.zeros(600, dtype=bool), np.zeros((600, 2), dtype=np.int64), tuple("abcdef"))


def _links() -> LinkModel:
    groups = np.stack([np.arange(600), np.arange(600)], axis=1)
    return train_link(VALUES, YES, groups, tuple("abcdef"))
