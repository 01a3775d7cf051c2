"""Fine-tuning the accurate reader's encoder: labelled reports and a float encoder in, a reader with its own encoder out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpora.reports import LabelledReport
from models.accurate import AccurateModel
from models.category import CategoryModel
from models.errors import ModelError, ModelUnsuitable
from models.linear import Progress
from models.training import TrainingSet, TrainingSpec
from models.tuned_training import demand_tunable, train_tuned
from models.tuning import TuningSpec
from triage.errors import BadInput, NoModel
from triage.learning.accurate import told_of_fast, version_of_accurate
from triage.learning.corpus import learned_readings, training_set
from triage.learning.training import train_model
from triage.policy import Policy
from triage.store.locks import take_lock


@dataclass(frozen=True, slots=True)
class Tuning:
    """What to fine-tune: the folder of a float encoder, a folder to work in, and how."""

    source: Path
    work: Path
    spec: TuningSpec


@contextmanager
def tuning_of(models_dir: Path, purpose: str, epochs: int | None = None) -> Iterator[Tuning]:
    """The float encoder of a folder of models, and a folder to work in that goes when all is done.

    After a break that folder stays, and the next run for the same ``purpose`` goes on from the last whole epoch.

    Raises:
        NoModel: the encoder is not there or cannot be fine-tuned, or the extra ``fine-tune`` is not installed.
        BadInput: ``epochs`` is not a number from 1 to 50.
        Busy: another process tunes for the same purpose, and would lose the folder.
    """
    if epochs is not None and not 1 <= epochs <= 50:
        raise BadInput("epochs", "range", "--epochs is a number from 1 to 50.")
    source = models_dir / "encoder-float"
    try:
        demand_tunable(source)
    except ModelError as error:
        raise NoModel(str(error)) from None
    work = models_dir / "cache" / f"fine-tuning-{purpose}"
    with take_lock(work.with_suffix(".lock")):
        work.mkdir(parents=True, exist_ok=True)
        yield Tuning(source, work, TuningSpec() if epochs is None else TuningSpec(epochs=epochs))
        shutil.rmtree(work)


def train_tuned_model(
    rows: Sequence[LabelledReport],
    tuning: Tuning,
    *,
    policy: Policy | None = None,
    spec: TrainingSpec | None = None,
    progress: Progress | None = None,
) -> AccurateModel:
    """An accurate reader of labelled reports over an encoder tuned on them, with a fast one beneath it.

    Raises:
        BadInput: the rows are too few, or carry nothing to learn from.
    """
    read, names = learned_readings(rows)
    data = training_set(rows, read)
    fast = train_model(
        rows, read=lambda _entries: data.readings, names=names, spec=spec, policy=policy, progress=progress
    )
    return tuned_on_top_of(fast, data, tuning, progress=progress)


def tuned_on_top_of(
    fast: CategoryModel, data: TrainingSet, tuning: Tuning, *, progress: Progress | None = None
) -> AccurateModel:
    """The same on top of a fast reader that learned from the same ``data``.

    Raises:
        BadInput: there are too few voices to keep a part of them from the encoder.
    """
    about = told_of_fast(fast)
    try:
        model = train_tuned(data, fast, tuning.source, tuning.work, about, tuning=tuning.spec, progress=progress)
    except ModelUnsuitable as error:
        raise BadInput("data", "learnable", str(error)) from None
    return replace(model, about={**model.about, "version": version_of_accurate(model)})
