"""The category reader: hashed features, linear weights, calibrated probabilities, reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import sigmoid
from models.decision import DecisionRule
from models.features import FeatureSpec, extract
from models.forms import FormWeights, lenience
from models.hashing import Positions
from models.held_out import HeldOut
from models.reading import Reading
from models.reasons import Explanation, Laid, Weights, explain, lay
from models.second_look import SecondLook
from models.sentence_head import SentenceHead
from models.spans import SpanModel
from models.vocabulary import Vectors, Vocabulary

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

_CHUNK = 48
"""Readings taken at once: few enough that their arrays stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model says of one reading.

    ``categories`` are the chosen labels, ``probabilities`` holds every category, calibrated. ``flags`` and
    ``flag_probabilities`` hold the yes-or-no questions (``refer``, ``urgent``) that the model was trained on.
    ``logits`` holds both kinds, before calibration. ``reasons`` explains the chosen labels and every flag.
    ``beneath`` is what the fast reader says where another one read: its level and flags are never lowered.
    ``lenience`` is what thresholds were multiplied by.
    """

    categories: tuple[str, ...]
    probabilities: Mapping[str, float]
    flags: Mapping[str, bool]
    flag_probabilities: Mapping[str, float]
    logits: Mapping[str, float]
    reasons: Mapping[str, Explanation]
    beneath: Scores | None = None
    lenience: float = 1.0


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands beside the words of a batch in first logits.

    ``parts`` is what sentences add (texts by labels), ``shares`` are those of each (sentences by labels), ``beside`` is what
    their pooling and the form's bias add (texts by labels), ``form`` how far each text is of the other form.
    """

    parts: Floats
    shares: Floats
    beside: Floats
    form: Floats


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """A trained reader: pure arithmetic over arrays.

    A first logit is what the features of the whole text add and what its sentences say together; a text of another
    ``form``, where one was learned, has other weights. The second look
    makes the logit of it, knowing the first ones of all labels. ``weights`` has a row for each feature and a column for each of ``categories`` followed by ``flags``; ``bias``,
    ``slope`` and ``offset`` have an element for each column. ``about`` is what the manifest tells of the training.
    ``spans`` is what was learned of names, by which the readings were marked; None where rules alone marked them.
    ``held_out`` is what it made of its own texts before it had learned from them; None where they had no numbers.
    """

    categories: tuple[str, ...]
    flags: tuple[str, ...]
    spec: FeatureSpec
    vocabulary: Vocabulary
    weights: Singles
    bias: Floats
    sentences: SentenceHead
    second: SecondLook
    slope: Floats
    offset: Floats
    rule: DecisionRule
    flag_thresholds: tuple[float, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    spans: SpanModel | None = None
    form: FormWeights | None = None
    held_out: HeldOut | None = field(default=None, repr=False, compare=False)
    _by_label: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Reasons follow one label over many features: with that label's weights side by side they are in the cache.
        kinds: list[NDArray[Any]] = [self.weights, self.sentences.weights]
        kinds += [self.form.weights] if self.form else []
        table = np.empty((len(self.bias), len(self.vocabulary), len(kinds)), np.float32)
        for place, weights in enumerate(kinds):
            table[:, :, place] = weights.T
        object.__setattr__(self, "_by_label", table)

    @property
    def reader(self) -> str:
        """Name of this kind of reader, as assessments tell it."""
        return "fast"

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of all columns: the categories, then the flags."""
        return self.categories + self.flags

    @property
    def version(self) -> str:
        """The name of this training, as the manifest has it."""
        return str(self.about.get("version", ""))

    @property
    def thresholds(self) -> dict[str, float]:
        """The threshold of every label and flag."""
        return dict(zip(self.labels, self.rule.thresholds + self.flag_thresholds, strict=True))

    def read(self, readings: Sequence[Reading], *, reasons: bool = True) -> list[Scores]:
        """Scores of a batch, with reasons for chosen labels and flags unless ``reasons`` is false.

        Raises:
            ModelUnsuitable: a reading's words do not tile its text, or a mark lies outside it.
        """
        return [scores for chunk in _chunks(readings) for scores in self._read(chunk, reasons)]

    def first_logits(self, readings: Sequence[Reading]) -> Floats:
        """Logits before the second look and calibration, readings by ``labels``."""
        parts = []
        for chunk in _chunks(readings):
            vectors = self.vocabulary.vectors(extract(chunk, self.spec), self.spec)
            parts.append(self._logits(vectors, self._said(vectors, len(chunk))))
        return np.concatenate(parts) if parts else np.zeros((0, len(self.labels)))

    def explain(self, reading: Reading, label: str) -> Explanation:
        """The reasons for any one label of one reading.

        Raises:
            KeyError: the model has no such label.
        """
        if label not in self.labels:
            raise KeyError(label)
        hits = extract([reading], self.spec)
        vectors = self.vocabulary.vectors(hits, self.spec)
        column = np.array([self.labels.index(label)])
        said = self._said(vectors, 1)
        weights = self._weights(said, self.second.own, self.second.added(self._logits(vectors, said), [reading]))
        return explain(hits, vectors, weights, self._bias, np.zeros(1, np.int64), column)[0]

    def laid(self, readings: Sequence[Reading], documents: Positions, labels: Positions) -> Laid:
        """What each word adds to the first logits of asked pairs of a reading and a column of ``labels``."""
        hits = extract(readings, self.spec)
        vectors = self.vocabulary.vectors(hits, self.spec)
        said = self._said(vectors, len(readings))
        weights = self._weights(said, np.ones(len(self.labels)), np.zeros((len(readings), len(self.labels))))
        return lay(hits, vectors, weights, documents, labels)

    def probabilities(self, logits: Floats) -> Floats:
        """Calibrated probabilities of logits."""
        return sigmoid(logits * self.slope + self.offset)

    @property
    def _bias(self) -> Floats:
        return self.bias * self.second.own + self.second.bias

    def _weights(self, said: _Said, own: Floats, added: Floats) -> Weights:
        return Weights(self._by_label, said.shares, said.beside, own, added, said.form)

    def _said(self, vectors: Vectors, count: int) -> _Said:
        pooled = self.sentences.pooled(vectors.sentences, count)
        if self.form is None:
            return _Said(pooled.parts, pooled.shares, pooled.beside, np.zeros(count))
        form = self.form.shares(vectors, count)
        return _Said(pooled.parts, pooled.shares, pooled.beside + form[:, None] * self.form.bias, form)

    def _logits(self, vectors: Vectors, said: _Said) -> Floats:
        first = vectors.product(self.weights, len(said.form)) + self.bias + said.parts
        return first if self.form is None else first + self.form.turn(vectors, said.form)

    def _read(self, readings: Sequence[Reading], reasons: bool) -> list[Scores]:
        hits = extract(readings, self.spec)
        vectors = self.vocabulary.vectors(hits, self.spec)
        said = self._said(vectors, len(readings))
        first = self._logits(vectors, said)
        added = self.second.added(first, readings)
        logits = self.second.logits(first, added)
        probabilities = self.probabilities(logits)
        cut = len(self.categories)
        chosen = np.ones(logits.shape, np.bool_)
        times = lenience(said.form)
        chosen[:, :cut] = self.rule.decide(probabilities[:, :cut], times)
        raised = (probabilities[:, cut:] >= times[:, None] * np.array(self.flag_thresholds)).tolist()
        documents, labels = np.nonzero(chosen)
        found = (
            explain(hits, vectors, self._weights(said, self.second.own, added), self._bias, documents, labels)
            if reasons
            else []
        )
        why: list[dict[str, Explanation]] = [{} for _ in readings]
        for document, label, explanation in zip(documents.tolist(), labels.tolist(), found, strict=False):
            why[document][self.labels[label]] = explanation
        names: list[list[str]] = [[] for _ in readings]
        for document, label in zip(documents.tolist(), labels.tolist(), strict=True):
            if label < cut:
                names[document].append(self.categories[label])
        return [
            Scores(
                tuple(names[place]),
                dict(zip(self.categories, row, strict=False)),
                dict(zip(self.flags, raised[place], strict=True)),
                dict(zip(self.flags, row[cut:], strict=True)),
                dict(zip(self.labels, logit, strict=True)),
                why[place],
                lenience=float(times[place]),
            )
            for place, (row, logit) in enumerate(zip(probabilities.tolist(), logits.tolist(), strict=True))
        ]


def _chunks(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    return (readings[start : start + _CHUNK] for start in range(0, len(readings), _CHUNK))
