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
from models.forms import FormWeights
from models.hashing import Positions
from models.reading import Reading
from models.reasons import Explanation, Laid, Weights, explain, lay
from models.second_look import SecondLook
from models.sentence_head import SentenceHead
from models.spans import SpanModel
from models.vocabulary import Vectors, Vocabulary

Floats = NDArray[np.float64]

_CHUNK = 48
"""Readings taken at once: few enough that their arrays stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model says of one reading.

    ``categories`` are the chosen labels, ``probabilities`` holds every category, calibrated. ``flags`` and
    ``flag_probabilities`` hold the yes-or-no questions (``refer``, ``urgent``) that the model was trained on.
    ``logits`` holds both kinds, before calibration. ``reasons`` explains the chosen labels and every flag.
    ``beneath`` is what the fast reader says where another one read: its level and flags are never lowered.
    """

    categories: tuple[str, ...]
    probabilities: Mapping[str, float]
    flags: Mapping[str, bool]
    flag_probabilities: Mapping[str, float]
    logits: Mapping[str, float]
    reasons: Mapping[str, Explanation]
    beneath: Scores | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands beside the words of a batch in first logits.

    ``shares`` are those of sentences (sentences by labels), ``beside`` is what their pooling and the form's bias add (texts by labels),
    ``form`` how far each text is of the other form.
    """

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
    """

    categories: tuple[str, ...]
    flags: tuple[str, ...]
    spec: FeatureSpec
    vocabulary: Vocabulary
    weights: Floats
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
        parts = [self._logits(self._vectors(chunk), len(chunk))[0] for chunk in _chunks(readings)]
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
        first, said = self._logits(vectors, 1)
        weights = self._weights(said, self.second.own, self.second.added(first, [reading]))
        return explain(hits, vectors, weights, self._bias, np.zeros(1, np.int64), column)[0]

    def laid(self, readings: Sequence[Reading], documents: Positions, labels: Positions) -> Laid:
        """What each word adds to the first logits of asked pairs of a reading and a column of ``labels``."""
        hits = extract(readings, self.spec)
        vectors = self.vocabulary.vectors(hits, self.spec)
        said = self._logits(vectors, len(readings))[1]
        weights = self._weights(said, np.ones(len(self.labels)), np.zeros((len(readings), len(self.labels))))
        return lay(hits, vectors, weights, documents, labels)

    def probabilities(self, logits: Floats) -> Floats:
        """Calibrated probabilities of logits."""
        return sigmoid(logits * self.slope + self.offset)

    def times(self, readings: Sequence[Reading]) -> Floats | None:
        """What each reading multiplies thresholds of categories by; None where texts of one form alone were learned."""
        if self.form is None:
            return None
        shares = [self.form.shares(self._vectors(chunk), len(chunk)) for chunk in _chunks(readings)]
        return self.form.times(np.concatenate(shares)) if shares else np.zeros(0)

    def _vectors(self, readings: Sequence[Reading]) -> Vectors:
        return self.vocabulary.vectors(extract(readings, self.spec), self.spec)

    def _times(self, said: _Said) -> Floats | None:
        return None if self.form is None else self.form.times(said.form)

    @property
    def _bias(self) -> Floats:
        return self.bias * self.second.own + self.second.bias

    def _weights(self, said: _Said, own: Floats, added: Floats) -> Weights:
        return Weights(self._by_label, said.shares, said.beside, own, added, said.form)

    def _logits(self, vectors: Vectors, count: int) -> tuple[Floats, _Said]:
        edges = np.searchsorted(vectors.document, np.arange(count + 1)).tolist()
        result = np.empty((count, len(self.bias)))
        for place in range(count):
            low, high = edges[place], edges[place + 1]
            np.dot(vectors.value[low:high], self.weights.take(vectors.row[low:high], axis=0), out=result[place])
        said = self.sentences.pooled(vectors.sentences, count)
        first = result + self.bias + said.parts
        if self.form is None:
            return first, _Said(said.shares, said.beside, np.zeros(count))
        form = self.form.shares(vectors, count)
        beside = said.beside + form[:, None] * self.form.bias
        return first + self.form.turn(vectors, form), _Said(said.shares, beside, form)

    def _read(self, readings: Sequence[Reading], reasons: bool) -> list[Scores]:
        hits = extract(readings, self.spec)
        vectors = self.vocabulary.vectors(hits, self.spec)
        first, said = self._logits(vectors, len(readings))
        added = self.second.added(first, readings)
        logits = self.second.logits(first, added)
        probabilities = self.probabilities(logits)
        cut = len(self.categories)
        chosen = np.ones(logits.shape, np.bool_)
        chosen[:, :cut] = self.rule.decide(probabilities[:, :cut], self._times(said))
        raised = (probabilities[:, cut:] >= np.array(self.flag_thresholds)).tolist()
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
            )
            for place, (row, logit) in enumerate(zip(probabilities.tolist(), logits.tolist(), strict=True))
        ]


def _chunks(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    return (readings[start : start + _CHUNK] for start in range(0, len(readings), _CHUNK))
