"""Training the accurate reader: labelled reports and an encoder in, a reader with the fast one inside out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from corpora.reports import LabelledReport
from models.accurate import AccurateModel
from models.accurate_training import train_accurate
from models.category import CategoryModel
from models.clause_cache import cached_clauses
from models.encoder import Encoder
from models.linear import Progress
from models.saved import second_arrays
from models.training import TrainingSet, TrainingSpec
from triage.learning.corpus import ReadTexts, learned_readings, training_set
from triage.learning.training import train_model
from triage.policy import Policy

READER = "accurate/3"
"""Name of this kind of reader; raise the number when what it sees changes, so that old models are replaced."""


def train_accurate_model(
    rows: Sequence[LabelledReport],
    encoder: Encoder,
    *,
    read: ReadTexts | None = None,
    policy: Policy | None = None,
    cache: Path | None = None,
    spec: TrainingSpec | None = None,
    progress: Progress | None = None,
) -> AccurateModel:
    """An accurate reader of labelled reports, with a fast one trained on the same beneath it.

    Args:
        rows: labelled reports of our scheme or any other.
        encoder: what gives the vectors of clauses.
        read: makes readings of texts; by what the rows teach of names where it is not given.
        policy: that the manifest names.
        cache: folder in which the clauses of training texts are kept by a hash of the text.
        spec: how the fast one is trained.
        progress: told of every step.

    Raises:
        BadInput: the rows are too few, or carry nothing to learn from.
        ModelUnsuitable: the encoder cannot be opened.
    """
    names = None
    if read is None:
        read, names = learned_readings(rows)
    data = training_set(rows, read)
    fast = train_model(
        rows, read=lambda _entries: data.readings, names=names, spec=spec, policy=policy, progress=progress
    )
    return on_top_of(fast, data, encoder, cache=cache, progress=progress)


def on_top_of(
    fast: CategoryModel,
    data: TrainingSet,
    encoder: Encoder,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> AccurateModel:
    """An accurate reader on top of a fast one that learned from the same ``data``."""
    clauses = cached_clauses(encoder, [reading.text for reading in data.readings], cache, progress)
    model = train_accurate(data, clauses, fast, encoder, told_of_fast(fast), progress=progress)
    return replace(model, about={**model.about, "version": version_of_accurate(model)})


def told_of_fast(fast: CategoryModel) -> dict[str, Any]:
    """What the manifest of an accurate reader tells of the training that it shares with its fast one."""
    kept = ("corpus", "taxonomy", "policy", "reports")
    return {"reader": READER, **{name: fast.about[name] for name in kept if name in fast.about}}


def version_of_accurate(model: AccurateModel) -> str:
    """A name made of the model's content: the same training gives the same name."""
    digest = sha256(repr((model.fast.version, model.encoder.digest, model.late, model.thresholds)).encode())
    for array in (
        model.head.weights,
        model.head.bias,
        *second_arrays(model.second).values(),
        np.asarray(model.blend),
        model.slope,
        model.offset,
    ):
        digest.update(array.tobytes())
    return f"accurate-{digest.hexdigest()[:12]}"
