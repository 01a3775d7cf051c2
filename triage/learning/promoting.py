"""Training on what people decided, and the gate that such a model passes before it comes into use.

The model that is to be used learns from the whole corpus and from the decided reports that are not kept aside. So that
the corpus can tell how this goes, the same training is done without a held-back fifth of it, and so is the training of
the model in use: what stands between the two on that fifth is what the decided reports did. The result is kept beside
the model, and the next gate compares with it. Where no model in use can be opened, a training without the decided reports
answers in its place: the gate is never open for want of something to compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpora.reports import LabelledReport
from models.category import CategoryModel
from models.errors import ModelError
from models.linear import Progress
from models.readers import load as open_reader
from models.readers import reader_in
from models.reading import Reading
from models.registry import Registry
from models.saved import read_manifest
from models.spans import SpanModel
from models.split import held_back
from models.training import TrainingSpec
from triage.errors import BadInput
from triage.learning.asking import Assess
from triage.learning.corpus import ReadTexts, corpus_hash, entry_of, groups_of, learned_readings
from triage.learning.gate import (
    AUTHORED,
    OTHER_IN_USE,
    REFER_UNANSWERED,
    REVIEWS,
    Gate,
    Measured,
    Part,
    held_back_before,
    measure,
    read_gate,
    write_gate,
)
from triage.learning.held_back import MakeAssess, assessor_of
from triage.learning.reviewed import Parted
from triage.learning.training import register, train_model
from triage.policy import Policy

SHARE, SEED = 0.2, 0
OpenAssess = Callable[[Path], Assess]


def assessor_in(folder: Path) -> Assess:
    """The whole pipeline around a saved reader, under the packaged policy."""
    from triage.assess import Assessor

    return Assessor.load(folder).pipe


@dataclass(frozen=True, slots=True)
class Trainer:
    """Trains on parts of authored and decided rows, each of which is read once."""

    authored: Sequence[LabelledReport]
    decided: Sequence[LabelledReport]
    readings: Sequence[Reading]
    names: SpanModel | None
    spec: TrainingSpec | None
    policy: Policy | None
    progress: Progress | None

    @classmethod
    def of(
        cls,
        authored: Sequence[LabelledReport],
        decided: Sequence[LabelledReport],
        read: ReadTexts | None,
        spec: TrainingSpec | None,
        policy: Policy | None,
        progress: Progress | None,
    ) -> Trainer:
        """A trainer on rows that are read as ``read`` says, or else by what the authored ones teach of names."""
        names = None
        if read is None:
            read, names = learned_readings(authored)
        readings = list(read(entry_of(row) for row in [*authored, *decided]))
        return cls(authored, decided, readings, names, spec, policy, progress)

    def train(self, places: Iterable[int], decided: Iterable[int] = ()) -> CategoryModel:
        """A model of some authored rows and some decided ones, by their places."""
        chosen, more = list(places), list(decided)
        first = len(self.authored)
        readings = [self.readings[place] for place in [*chosen, *(first + place for place in more)]]
        return train_model(
            [self.authored[place] for place in chosen],
            read=lambda _entries: readings,
            names=self.names,
            spec=self.spec,
            policy=self.policy,
            progress=self.progress,
            reviewed=[self.decided[place] for place in more],
        )


def train_reviewed(
    authored: Sequence[LabelledReport],
    decided: Parted,
    in_use: Path | None,
    *,
    read: ReadTexts | None = None,
    spec: TrainingSpec | None = None,
    policy: Policy | None = None,
    make_assess: MakeAssess = assessor_of,
    open_assess: OpenAssess = assessor_in,
    progress: Progress | None = None,
) -> tuple[CategoryModel, Gate]:
    """A model of authored and decided rows, and how it stands beside the one in use.

    Args:
        authored: the packaged corpus, or an office's own.
        decided: reports that people decided on, in two parts.
        in_use: the folder of the model in use; None where there is none that can be opened.
        read: makes readings of texts; by what the authored rows teach of names where it is not given.
        spec: how to train.
        policy: that the manifest names.
        make_assess: what reads reports with a trained model.
        open_assess: what reads reports with a saved model.
        progress: told of every step.

    Raises:
        BadInput: there is too little to learn from.
        ModelError: the model in use cannot be opened.
    """
    trainer = Trainer.of(authored, decided.learned, read, spec, policy, progress)
    model = trainer.train(range(len(authored)), range(len(decided.learned)))
    aside = _aside(trainer, decided.aside, in_use, make_assess, open_assess, measure(decided.aside, make_assess(model)))
    known = read_manifest(in_use) if in_use is not None else {"categories": (), "flags": ()}
    return model, Gate(
        _version_in(in_use),
        model.version,
        (aside, _held_back(trainer, in_use, make_assess)),
        others=(REFER_UNANSWERED,) if "refer" in set(known["flags"]) - set(model.flags) else (),
        unknown=tuple(code for code in known["categories"] if code not in model.categories),
    )


def _aside(
    trainer: Trainer,
    rows: Sequence[LabelledReport],
    in_use: Path | None,
    make_assess: MakeAssess,
    open_assess: OpenAssess,
    new: Measured,
) -> Part:
    """The decided reports kept aside, as both models read them; in place of one that cannot be opened, one without decided reports."""
    if in_use is not None:
        return Part(REVIEWS, measure(rows, open_assess(in_use)), new)
    if rows and trainer.decided:
        return Part(REVIEWS, measure(rows, make_assess(trainer.train(range(len(trainer.authored))))), new)
    return Part(REVIEWS, new, new)


def _held_back(trainer: Trainer, in_use: Path | None, make_assess: MakeAssess) -> Part:
    """The held-back rows of the corpus, as the training with decided rows reads them and as that of the model in use."""
    before, back = held_back(groups_of(trainer.authored), SHARE, SEED)
    rows = [trainer.authored[place] for place in back]
    texts = {row.text.strip() for row in rows}
    decided = [place for place, row in enumerate(trainer.decided) if row.text.strip() not in texts]
    new = measure(rows, make_assess(trainer.train(before, decided)))
    known = held_back_before(in_use, corpus_hash(trainer.authored)) if in_use else None
    return Part(AUTHORED, known or _stand_in(trainer, before, rows, bool(decided), new, make_assess), new)


def _stand_in(
    trainer: Trainer,
    before: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    rows: Sequence[LabelledReport],
    differs: bool,
    new: Measured,
    make_assess: MakeAssess,
) -> Measured:
    """The model in use has learned from the held-back rows, or cannot be opened; one trained like it without them answers in its place."""
    return measure(rows, make_assess(trainer.train(before))) if differs else new


def in_use(registry: Registry) -> Path | None:
    """The folder of the model in use, as far as it can be opened.

    Raises:
        BadInput: the accurate reader is in use; a person chose it, and a fast one does not take its place.
    """
    version = registry.current()
    if version is None:
        return None
    folder = registry.path(version)
    try:
        kind = reader_in(folder)
    except ModelError:
        return None
    if kind != "fast":
        raise BadInput(
            "with_reviews",
            "accurate_in_use",
            "The accurate reader is in use: choose a fast one with `triage models use`.",
        )
    try:
        open_reader(folder)
    except ModelError:
        return None
    return folder


def _version_in(folder: Path | None) -> str | None:
    """The name of the model in a folder, as its manifest has it."""
    return None if folder is None else str(read_manifest(folder)["about"].get("version", ""))


def _is_other(registry: Registry, gate: Gate) -> bool:
    """Whether a model is in use beside which the new one was not measured."""
    try:
        return _version_in(in_use(registry)) not in (gate.old, gate.new)
    except (BadInput, ModelError):
        return True


def promote(
    model: CategoryModel,
    gate: Gate,
    registry: Registry,
    authored: Sequence[LabelledReport],
    *,
    force: str | None = None,
    prepare: Callable[[Path], object] = lambda _folder: None,
    note: Callable[[Gate], object] = lambda _gate: None,
) -> Gate:
    """Keeps a model with its gate's report, and brings it into use if it passed, or was forced for a reason.

    ``prepare`` is called with its folder, then ``note`` with the outcome, both before it comes into use: no model is in use
    of which the audit log does not know. One that came into use since the gate was measured is not replaced unseen.
    """
    folder = registry.path(register(model, registry, use=False))
    prepare(folder)
    if _is_other(registry, gate):
        gate = replace(gate, others=(*gate.others, OTHER_IN_USE))
    outcome = gate if gate.passed else replace(gate, forced=force)
    # A model measured beside itself falls nowhere: what was said when it came into use stays, a forced reason above all
    if gate.old != gate.new or read_gate(folder) is None:
        write_gate(folder, outcome, corpus_hash(authored))
    note(outcome)
    if outcome.outcome != "refused":
        registry.use(model.version)
    return outcome
