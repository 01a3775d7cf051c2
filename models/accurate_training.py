"""Training the accurate reader: a head over clause vectors, blended with the fast reader's logits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.accurate import AccurateModel, head_logits
from models.category import CategoryModel
from models.clause_head import ClauseHead, fit_head
from models.encoder import Clauses, Encoder
from models.form_training import out_of_fold_forms, steps_of
from models.linear import UNKNOWN, Progress, out_of_fold, quiet
from models.pooling import Taught
from models.rows import vectorise
from models.sentence_head import EFFORT, out_of_fold_sentences
from models.split import grouped_folds
from models.training import Steps, TrainingSet, TrainingSpec, ranking, settle

Floats = NDArray[np.float64]

BLENDS = (0.04, 0.07, 0.12)
"""Shares of the head that are tried; that which ranks texts held out in turn best is taken."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Logits of texts held out in turn: by the fast reader and by the head."""

    fast: Floats
    head: Floats


def train_accurate(
    data: TrainingSet,
    clauses: Sequence[Clauses],
    fast: CategoryModel,
    encoder: Encoder,
    about: Mapping[str, Any],
    spec: TrainingSpec | None = None,
    progress: Progress | None = None,
) -> AccurateModel:
    """An accurate reader of ``data`` on top of a ``fast`` one that was trained on the same.

    Args:
        data: what was learned from.
        clauses: of each reading, by ``encoder``.
        fast: the reader that it builds on and that stays beneath it.
        encoder: what made the clauses.
        about: what the manifest tells of the training.
        spec: as for the fast reader; features are those of ``fast``.
        progress: told of every separator and head.
    """
    spec = spec or TrainingSpec()
    taught = data.taught
    parts = _held_out(data, clauses, fast, spec, taught, progress)
    everything = np.arange(len(data.readings))
    blend = max(BLENDS, key=lambda share: ranking(parts.fast + share * parts.head, data, everything))
    first = parts.fast + blend * parts.head
    settled = settle(data, first, spec)
    return AccurateModel(
        fast=fast,
        encoder=encoder,
        head=_head(clauses, data, everything, taught),
        blend=blend,
        second=settled.second,
        slope=settled.slope,
        offset=settled.offset,
        rule=settled.rule,
        flag_thresholds=settled.flag_thresholds,
        about={**about, "encoder": encoder.digest, **settled.told},
    )


def _held_out(
    data: TrainingSet,
    clauses: Sequence[Clauses],
    fast: CategoryModel,
    spec: TrainingSpec,
    taught: Taught,
    progress: Progress | None,
) -> Parts:
    folds = grouped_folds(data.groups, spec.folds, spec.seed)
    tell = progress or quiet
    by_words = fast_held_out(data, fast, folds, spec, progress)
    head = np.zeros(data.targets.shape)
    for done, fold in enumerate(folds):
        tell("heads", done, len(folds) + 1)
        rest = np.setdiff1d(np.arange(len(data.readings)), fold)
        head[fold] = head_logits(_head(clauses, data, rest, taught), [clauses[place] for place in fold])
    tell("heads", len(folds), len(folds) + 1)
    return Parts(by_words, head)


def fast_held_out(
    data: TrainingSet,
    fast: CategoryModel,
    folds: Sequence[NDArray[np.int64]],
    spec: TrainingSpec,
    progress: Progress | None = None,
) -> Floats:
    """First logits of each fold's texts by fast readers that did not see them; zero for texts of no fold."""
    fits = (data.targets.shape[1] + EFFORT.steps) * len(folds) + steps_of(data.targets, data.forms, len(folds))
    steps = Steps(progress or quiet, fits)
    rows = vectorise(data.readings, fast.spec)
    linear = out_of_fold(rows.texts, data.targets, folds, spec.strength, workers=spec.workers, step=steps)
    linear, _ = out_of_fold_forms(rows.texts, data.targets, data.forms, linear, folds, workers=spec.workers, step=steps)
    said = out_of_fold_sentences(rows, data.targets, folds, workers=spec.workers, step=steps, taught=data.taught)
    return linear + fast.sentences.blend * said


def _head(clauses: Sequence[Clauses], data: TrainingSet, rows: NDArray[np.int64], taught: Taught) -> ClauseHead:
    """A head of some of the texts; what is ``taught`` is that of all, and empty ones do not count."""
    told = np.array([place for place in rows.tolist() if data.readings[place].text], np.int64)
    own = [clauses[place] for place in told]
    targets = data.targets[told]
    counts = np.array([len(one.starts) for one in own], np.int64)
    vectors = np.concatenate([one.vectors for one in own])
    return fit_head(vectors, counts, targets == 1, targets != UNKNOWN, taught.part(told))
