"""Training: labelled reports in, a registered model out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from corpora.cues import load_cues
from corpora.reports import LabelledReport
from corpora.taxonomy import load_taxonomy
from models.card import write_card
from models.category import CategoryModel
from models.errors import ModelMissing, ModelUnsuitable
from models.features import FeatureSpec
from models.held_out import numbers_of
from models.linear import Progress
from models.readers import Reader, reader_in
from models.registry import Registry
from models.saved import form_arrays, read_manifest, save, second_arrays
from models.spans import SpanModel
from models.training import TrainingSpec
from models.training import train as fit
from triage.errors import BadInput
from triage.learning.corpus import ReadTexts, corpus_hash, learned_readings, load, training_set
from triage.learning.gate import FILE as GATE
from triage.logs import get_logger
from triage.policy import Policy, load_policy
from triage.store.locks import take_lock

log = get_logger(__name__)
READER = "linear/13"
"""Name of this kind of reader; raise the number when readings or features change, so that old models are replaced."""
_WAIT_SECONDS = 300.0
PACKAGED = TrainingSpec(features=(FeatureSpec(),), folds=4)
"""How the packaged corpus is trained on, so that the first start is soon over: by those features, of which training has a
choice, that ranked it best, and calibrated on four folds in place of five.
"""
REVIEW_COUNTS = 2.0
"""How much a decided report counts beside an authored one: it is real, and the kind that the office gets."""


def train_model(
    rows: Sequence[LabelledReport],
    *,
    read: ReadTexts | None = None,
    names: SpanModel | None = None,
    spec: TrainingSpec | None = None,
    policy: Policy | None = None,
    progress: Progress | None = None,
    reviewed: Sequence[LabelledReport] = (),
) -> CategoryModel:
    """A model of labelled reports, for our scheme or any other label set found in them.

    Unless told how to ``read``, names are learned first and the texts read by them; else ``names`` is what ``read``
    knows of names. ``reviewed`` are further rows on which people of the office decided: each counts ``REVIEW_COUNTS``
    times, teaches no names, and is no part of the corpus that the model says it was made from.

    Raises:
        BadInput: the rows are too few, or carry nothing to learn from.
    """
    everything = [*rows, *reviewed]
    if progress is not None:
        progress("reading", 0, len(everything))
    if read is None:
        read, names = learned_readings(rows)
    data = training_set(everything, read)
    about: dict[str, Any] = {**provenance(rows, policy or load_policy(None)), "reports": len(everything)}
    if reviewed:
        counts = np.ones(len(everything))
        counts[len(rows) :] = REVIEW_COUNTS
        data, about["reviewed"] = replace(data, counts=counts), len(reviewed)
    try:
        model = fit(data, _with_cues(spec or TrainingSpec(), data.categories), about, progress)
    except ModelUnsuitable as error:
        raise BadInput("data", "learnable", str(error)) from None
    if reviewed and model.held_out is not None:
        # A model that lies about is to tell of no office's report that it knew it
        model = replace(model, held_out=model.held_out.only(numbers_of(row.text for row in rows)))
    model = replace(model, spans=names)
    return replace(model, about={**model.about, "version": version_of(model)})


def recipe(data: Sequence[Path] | None) -> TrainingSpec:
    """How to train on these files; without any, on the packaged corpus."""
    return TrainingSpec() if data else PACKAGED


def provenance(rows: Sequence[LabelledReport], policy: Policy) -> dict[str, Any]:
    """What a model is made from; two models with the same answer are interchangeable."""
    return {
        "reader": READER,
        "corpus": corpus_hash(rows),
        "taxonomy": load_taxonomy().version,
        "policy": policy.version,
    }


def version_of(model: CategoryModel) -> str:
    """A name made of the model's content: the same training gives the same name."""
    digest = sha256(repr((model.labels, model.thresholds, model.spec.as_dict())).encode())
    head = model.sentences
    digest.update(repr(head.blend).encode())
    digest.update(repr(model.second.codes).encode())
    first: list[np.ndarray[Any, Any]] = [model.vocabulary.keys, model.weights, model.bias, head.weights, head.bias]
    for array in (
        *first,
        *second_arrays(model.second).values(),
        *form_arrays(model.form).values(),
        model.slope,
        model.offset,
    ):
        digest.update(array.tobytes())
    for array in model.spans.arrays().values() if model.spans else ():
        digest.update(array.tobytes())
    return f"linear-{digest.hexdigest()[:12]}"


def train(
    data: Sequence[Path] | None,
    out: Path,
    *,
    read: ReadTexts | None = None,
    spec: TrainingSpec | None = None,
    progress: Progress | None = None,
) -> CategoryModel:
    """``triage train --data FILE… --out DIR``: train on files (None: the packaged corpus) and save into a folder.

    Raises:
        BadInput: a row breaks the form, or there is too little to learn from.
    """
    model = train_model(load(data), read=read, spec=spec or recipe(data), progress=progress)
    save(model, out)
    write_card(model, out)
    return model


def register(model: Reader, registry: Registry, *, use: bool = True) -> str:
    """Keep a trained model under its version and, unless told otherwise, make it current; returns the version.

    Where it stands there already, it stays; where that one is damaged, it is made whole.
    """
    if registry.keep(model, model.version):
        write_card(model, registry.path(model.version))
    if use:
        registry.use(model.version)
    return model.version


def ensure_model(
    models_dir: Path,
    *,
    read: ReadTexts | None = None,
    policy: Policy | None = None,
    progress: Progress | None = None,
    wait_seconds: float = _WAIT_SECONDS,
) -> Path:
    """The folder of the current model; the first start trains it from the packaged corpus, one process at a time.

    A model that somebody chose stays, whatever it was trained on; only a missing one is trained.

    Raises:
        Busy: another process trains for longer than ``wait_seconds``.
        BadInput: the packaged corpus cannot be learned from.
        ModelDamaged: the current model's manifest was changed.
    """
    registry = Registry(models_dir)
    found = _current(registry)
    if found is not None:
        return found
    lock = take_lock(models_dir / "training.lock", wait=wait_seconds)
    try:
        found = _current(registry)
        if found is not None:
            return found
        _tell_replaced(registry)
        model = train_model(load(), read=read, spec=PACKAGED, policy=policy, progress=progress)
        return registry.path(register(model, registry))
    finally:
        lock.release()


def is_stale(models_dir: Path, policy: Policy | None = None) -> bool:
    """Whether the current model was made from another corpus, taxonomy or policy than this installation's.

    A fast reader is stale too when readings or features have changed since.
    """
    found = _current(Registry(models_dir))
    if found is None:
        return True
    about = read_manifest(found)["about"]
    now = provenance(load(), policy or load_policy(None))
    chosen = reader_in(found) != "fast"
    return any(about.get(name) != value for name, value in now.items() if not (chosen and name == "reader"))


def _current(registry: Registry) -> Path | None:
    version = registry.current()
    if version is None:
        return None
    folder = registry.path(version)
    try:
        read_manifest(folder)
    except (ModelMissing, ModelUnsuitable):
        return None  # another version of this program wrote it: as good as none, so a new one is trained
    return folder


def _tell_replaced(registry: Registry) -> None:
    """Says that the model in use is none for this program, and whether it knew what the office had decided."""
    before = registry.current()
    if before is not None and registry.path(before).is_dir():
        learned = (registry.path(before) / GATE).is_file()
        log.warning("model_replaced", model=before, code="learned_from_reviews" if learned else "packaged")


def _with_cues(spec: TrainingSpec, categories: Sequence[str]) -> TrainingSpec:
    """The spec with cue words for those of our categories that the data have."""
    cues = tuple((code, words) for code, words in load_cues().items() if code in categories)
    return replace(spec, features=tuple(replace(one, cues=one.cues or cues) for one in spec.features))


__all__ = [
    "READER",
    "ensure_model",
    "is_stale",
    "provenance",
    "register",
    "train",
    "train_model",
    "version_of",
]
