"""Training a category reader: features, out-of-fold logits, calibration, thresholds, final weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import platt, sigmoid
from models.category import CategoryModel
from models.decision import (
    DecisionRule,
    best_f1_threshold,
    recall_threshold,
    smoothed_thresholds,
    standing_alone,
)
from models.errors import ModelUnsuitable
from models.features import FeatureSpec
from models.form_training import Forms, Gate, fit_forms, out_of_fold_forms, steps_of
from models.forms import FormWeights
from models.held_out import HeldOut, Numbers
from models.linear import UNKNOWN, Progress, Targets, fit_columns, out_of_fold, quiet
from models.metrics import average_precision, expected_calibration_error, label_tallies, macro_f1, micro_f1
from models.pooling import Taught
from models.rationales import Rationales
from models.reading import Reading
from models.rows import Rows, vectorise
from models.second_look import SecondLook, fit_second_look
from models.sentence_head import EFFORT, fit_sentences, out_of_fold_sentences
from models.split import Groups, grouped_folds

Floats = NDArray[np.float64]

BLENDS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
"""Weights of what sentences say that are tried; that which ranks texts held out in turn best is taken."""


FORM_COUNTS = 4.0
"""How much a message of the other form counts for what clauses say, which is learned from texts of both forms together.

There are nearly three times as many others, whose words mislead in such messages. Real ones of a petition board are ranked better with
4 than with 1 (mean average precision of ten labels 0.673 and 0.666), a little more so with 10 (0.677), which costs the others.
"""


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """How a reader is trained.

    Of several ``features`` those are taken that rank out-of-fold texts best (mean average precision over categories):
    letters with a title gain from the head, chats and transcripts lose by it.
    ``strength`` is the C of the separators. ``folds`` are used to calibrate. ``recalls`` names the flags whose
    threshold must first find this share of the true ones, of referral a little more than the 0.98 asked for, as
    readers seldom do on new voices quite what they did on those held out in turn; other flags get the threshold of best F1. A label seen
    ``shared_weight`` times has its threshold drawn half the way to the one that all labels share.
    """

    features: tuple[FeatureSpec, ...] = (
        FeatureSpec(),
        FeatureSpec(min_documents=3, words=1.0, head=0.7),
    )
    strength: float = 2.0
    folds: int = 5
    seed: int = 0
    workers: int = 2
    shared_weight: float = 20.0
    recalls: Mapping[str, float] = field(default_factory=lambda: {"refer": 0.985, "urgent": 0.90})


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Readings with what people said of them.

    ``targets`` has a row for each reading and a column for each category and then each flag: 1 yes, 0 no, -1 not
    told. ``groups`` numbers what must not be torn apart between folds. ``counts`` says how much each reading counts for
    the separators and for what clauses say, one where it is left out; calibration and thresholds count each reading once. ``forms`` tells which
    readings are messages as petition boards get them: with enough of these and of others, they have weights of their own.
    ``texts`` numbers the texts, so that what is made of each, held out, is known again. ``rationales`` are the passages
    that tell the categories, where people marked them.
    """

    readings: Sequence[Reading]
    categories: tuple[str, ...]
    flags: tuple[str, ...]
    targets: Targets
    groups: Groups
    counts: Floats | None = None
    forms: Forms | None = None
    texts: Numbers | None = None
    rationales: Rationales | None = None

    @property
    def taught(self) -> Taught:
        """What clauses are taught beside the labels of their texts, and how much each text counts for that."""
        texts = [reading.text for reading in self.readings]
        rationales = self.rationales or Rationales(np.zeros(self.targets.shape, np.bool_), np.zeros((0, 4), np.int64))
        counts = np.ones(len(texts)) if self.counts is None else self.counts.copy()
        if self.forms is not None:
            counts[self.forms == 1] *= FORM_COUNTS
        return Taught(*rationales.of_clauses(texts), counts)

    def part(self, some: NDArray[np.int64]) -> TrainingSet:
        """Some of the readings with what was said of them."""
        return replace(
            self,
            readings=[self.readings[place] for place in some],
            targets=self.targets[some],
            groups=self.groups[some],
            counts=None if self.counts is None else self.counts[some],
            forms=None if self.forms is None else self.forms[some],
            texts=None if self.texts is None else self.texts[some],
            rationales=None if self.rationales is None else self.rationales.part(some),
        )


def train(
    data: TrainingSet, spec: TrainingSpec, about: Mapping[str, Any], progress: Progress | None = None
) -> CategoryModel:
    """A calibrated reader of ``data``.

    Raises:
        ModelUnsuitable: fewer than ten readings, no label, or nothing in common between the texts.
    """
    if len(data.readings) < 10 or not data.targets.shape[1]:
        raise ModelUnsuitable("Training needs at least ten labelled texts and one label.")
    held = _held_out(data, spec, progress or quiet)
    rows, steps = held.best.rows, held.steps
    settled = settle(data, held.logits, spec, steps)
    with ThreadPoolExecutor(1) as beside:
        learned = beside.submit(fit_sentences, rows, np.arange(len(data.readings)), data.targets, steps, held.taught)
        weights, bias = fit_columns(
            rows.texts, data.targets, spec.strength, counts=data.counts, workers=spec.workers, step=steps
        )
        form = _form(data, held, (weights, bias), spec)
        sentences = learned.result()
    return CategoryModel(
        categories=data.categories,
        flags=data.flags,
        spec=held.best.features,
        vocabulary=rows.vocabulary,
        weights=weights.astype(np.float32),
        bias=bias,
        sentences=replace(sentences, blend=held.blend),
        second=settled.second,
        slope=settled.slope,
        offset=settled.offset,
        rule=settled.rule,
        flag_thresholds=settled.flag_thresholds,
        about={**about, **settled.told},
        form=form,
        held_out=None if data.texts is None else HeldOut.of(data.texts, settled.probabilities),
    )


def _form(data: TrainingSet, held: _HeldOut, plain: tuple[Floats, Floats], spec: TrainingSpec) -> FormWeights | None:
    """What the other form of texts changes of the ``plain`` weights and bias, where it was told apart."""
    if data.forms is None or held.gate is None:
        return None
    rows, counts = held.best.rows.texts, data.counts
    return fit_forms(
        rows, data.targets, data.forms, plain, held.gate, counts=counts, workers=spec.workers, step=held.steps
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands behind the separators of a reader: second look, calibration, thresholds; ``told`` is for its manifest.

    ``probabilities`` (texts by labels) are those of texts held out in turn.
    """

    second: SecondLook
    slope: Floats
    offset: Floats
    rule: DecisionRule
    flag_thresholds: tuple[float, ...]
    told: Mapping[str, Any]
    probabilities: Floats


def settle(data: TrainingSet, first: Floats, spec: TrainingSpec, step: Callable[[], None] | None = None) -> Settled:
    """Second look, calibration and thresholds by the logits of texts held out in turn."""
    second, logits = fit_second_look(
        data.readings,
        first,
        data.targets,
        calibrated(first, data.targets),
        grouped_folds(data.groups, spec.folds, spec.seed + 1),
        workers=spec.workers,
        step=step,
    )
    slope, offset = calibrated(logits, data.targets)
    probabilities = sigmoid(logits * slope + offset)
    rule, flag_thresholds = decided(data, probabilities, spec)
    told = told_of(data, probabilities, rule, flag_thresholds, logits)
    return Settled(second, slope, offset, rule, flag_thresholds, told, probabilities)


@dataclass(frozen=True, slots=True)
class _HeldOut:
    """The choice of features and of the sentences' weight, with the logits of texts held out in turn.

    ``gate`` is that of the other form of texts, where there are enough of them; ``taught`` is what sentences are taught.
    """

    best: _Attempt
    blend: float
    logits: Floats
    gate: Gate | None
    steps: Steps
    taught: Taught | None


def _held_out(data: TrainingSet, spec: TrainingSpec, tell: Progress) -> _HeldOut:
    folds = grouped_folds(data.groups, spec.folds, spec.seed)
    # Where there is a choice, two folds tell which features rank best; the winner alone is taken through the rest.
    first = folds[:2] if len(spec.features) > 1 else folds
    fits = len(first) * len(spec.features) + len(folds) - len(first) + 2
    steps = Steps(
        tell,
        data.targets.shape[1] * fits + EFFORT.steps * (len(folds) + 1) + steps_of(data.targets, data.forms, len(folds)),
    )
    attempts = [_attempt(data, features, first, spec, steps) for features in spec.features]
    best = max(attempts, key=lambda one: ranking(one.logits, data, np.concatenate(first)))
    others = folds[len(first) :]
    texts = best.rows.texts
    linear = best.logits + out_of_fold(
        texts, data.targets, others, spec.strength, counts=data.counts, workers=spec.workers, step=steps
    )
    linear, gate = out_of_fold_forms(
        texts, data.targets, data.forms, linear, folds, counts=data.counts, workers=spec.workers, step=steps
    )
    taught = data.taught
    said = out_of_fold_sentences(best.rows, data.targets, folds, workers=spec.workers, step=steps, taught=taught)
    everything = np.arange(len(data.readings))
    blend = max(BLENDS, key=lambda share: ranking(linear + share * said, data, everything))
    return _HeldOut(best, blend, linear + blend * said, gate, steps, taught)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One choice of features with its logits on the folds that were tried, zero elsewhere."""

    features: FeatureSpec
    rows: Rows
    logits: Floats


def _attempt(
    data: TrainingSet, features: FeatureSpec, folds: Sequence[NDArray[np.int64]], spec: TrainingSpec, steps: Steps
) -> _Attempt:
    rows = vectorise(data.readings, features)
    logits = out_of_fold(
        rows.texts, data.targets, folds, spec.strength, counts=data.counts, workers=spec.workers, step=steps
    )
    return _Attempt(features, rows, logits)


def ranking(logits: Floats, data: TrainingSet, rows: NDArray[np.int64]) -> float:
    """Mean average precision over the categories, on the rows that tell them."""
    quality = []
    for column in range(len(data.categories)):
        known = rows[data.targets[rows, column] != UNKNOWN]
        quality.append(average_precision(logits[known, column], data.targets[known, column] == 1))
    return float(np.mean(quality)) if quality else 0.0


def told_of(
    data: TrainingSet, probabilities: Floats, rule: DecisionRule, flag_thresholds: Sequence[float], logits: Floats
) -> dict[str, Any]:
    """What a manifest tells of the training: support of each label, and figures and tallies on texts held out in turn."""
    cut = len(data.categories)
    told = np.flatnonzero((data.targets[:, :cut] != UNKNOWN).all(axis=1))
    chosen, true = rule.decide(probabilities[told, :cut]), data.targets[told, :cut] == 1
    tallies = label_tallies(
        *([{str(label) for label in np.flatnonzero(row)} for row in rows] for rows in (chosen, true))
    )
    figures = {
        "mean_average_precision": ranking(logits, data, told),
        "macro_f1": macro_f1(tallies),
        "micro_f1": micro_f1(tallies),
        "ece": expected_calibration_error(probabilities[told, :cut].ravel(), true.ravel()),
        "without_label": float((~chosen.any(axis=1)).mean()) if len(told) else 0.0,
    }
    for place, (flag, threshold) in enumerate(zip(data.flags, flag_thresholds, strict=True), start=cut):
        known = data.targets[:, place] != UNKNOWN
        raised, yes = probabilities[known, place] >= threshold, data.targets[known, place] == 1
        right = float((raised & yes).sum())
        figures[f"{flag}_precision"] = right / max(float(raised.sum()), 1.0)
        figures[f"{flag}_recall"] = right / max(float(yes.sum()), 1.0)
    return {
        "support": dict(zip(data.categories + data.flags, (data.targets == 1).sum(axis=0).tolist(), strict=True)),
        "out_of_fold": {name: round(value, 4) for name, value in figures.items()},
        "labels": {
            data.categories[int(column)]: {"right": tally.right, "wrong": tally.wrong, "missed": tally.missed}
            for column, tally in tallies.items()
        },
    }


class Steps:
    """Counts separators and steps; fits run in threads, and a list's append is atomic."""

    def __init__(self, tell: Progress, total: int) -> None:
        self._tell, self._total = tell, total
        self._done: list[None] = []

    def __call__(self) -> None:
        """One separator more is fitted."""
        self._done.append(None)
        self._tell("fitting", len(self._done), self._total)


def calibrated(logits: Floats, targets: Targets) -> tuple[Floats, Floats]:
    """Slope and offset of each column, by the rows that tell it."""
    fitted = []
    for column in range(targets.shape[1]):
        known = targets[:, column] != UNKNOWN
        fitted.append(platt(logits[known, column], targets[known, column] == 1))
    return np.array([slope for slope, _ in fitted]), np.array([offset for _, offset in fitted])


def decided(data: TrainingSet, probabilities: Floats, spec: TrainingSpec) -> tuple[DecisionRule, tuple[float, ...]]:
    """Thresholds from out-of-fold probabilities."""
    cut = len(data.categories)
    told = (data.targets[:, :cut] != UNKNOWN).all(axis=1) if cut else np.zeros(0, np.bool_)
    truth, shown = data.targets[told, :cut] == 1, probabilities[told, :cut]
    shared = best_f1_threshold(shown.ravel(), truth.ravel())
    own = [best_f1_threshold(shown[:, column], truth[:, column]) for column in range(cut)]
    thresholds = smoothed_thresholds(own, truth.sum(axis=0).tolist(), shared, spec.shared_weight)
    exclusive = bool(len(truth)) and bool((truth.sum(axis=1) == 1).all())
    rule = DecisionRule(tuple(thresholds), standing_alone(truth), exclusive)
    flag_thresholds = []
    for place, flag in enumerate(data.flags, start=cut):
        known = data.targets[:, place] != UNKNOWN
        p, yes = probabilities[known, place], data.targets[known, place] == 1
        recall = spec.recalls.get(flag)
        flag_thresholds.append(best_f1_threshold(p, yes) if recall is None else recall_threshold(p, yes, recall))
    return rule, tuple(flag_thresholds)
