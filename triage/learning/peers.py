"""What the category reader is compared with in the same run: a keyword list and a plain scikit-learn pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpora.reports import LabelledReport
from models.decision import best_f1_threshold
from models.linear import UNKNOWN, Targets, fit_columns, out_of_fold
from models.reading import Reading
from models.split import grouped_folds
from models.training import TrainingSet
from triage.learning.figures import Figures, category_figures, flag_figures

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def keyword_list(
    cues: Mapping[str, Sequence[str]],
    labels: Sequence[str],
    train: Sequence[Reading],
    targets: Targets,
    test: Sequence[Reading],
) -> Flags:
    """A label is chosen where enough of its words stand in the text; how many is learned from the training rows."""

    def counts(readings: Sequence[Reading]) -> Floats:
        return np.array(
            [[sum(word in reading.text for word in cues.get(label, ())) for label in labels] for reading in readings],
            dtype=np.float64,
        ).reshape(len(readings), len(labels))

    before, after = counts(train), counts(test)
    chosen: Flags = np.zeros(after.shape, np.bool_)
    for column in range(len(labels)):
        known = targets[:, column] != UNKNOWN
        threshold = max(0.5, best_f1_threshold(before[known, column], targets[known, column] == 1))
        chosen[:, column] = after[:, column] >= threshold
    return chosen


@dataclass(frozen=True, slots=True)
class Margins:
    """Decision values of the plain pipeline on the tested rows, and the thresholds that it might be given.

    ``tuned`` are the thresholds of best F1 on training rows held out in turn; plain use is a threshold of zero.
    """

    values: Floats
    tuned: Floats


def tfidf_linear_svc(
    train: Sequence[Reading],
    targets: Targets,
    test: Sequence[Reading],
    folds: Sequence[NDArray[np.int64]],
    *,
    workers: int = 2,
) -> Margins:
    """TF-IDF over words and character 1- to 4-grams with a LinearSVC for each label.

    Everything but sublinear counts is scikit-learn's default.
    """
    rows, asked = _tfidf(train, test)
    weights, bias = fit_columns(rows, targets, 1.0, workers=workers)
    own = out_of_fold(rows, targets, folds, 1.0, workers=workers)
    tuned = []
    for column in range(targets.shape[1]):
        known = targets[:, column] != UNKNOWN
        tuned.append(best_f1_threshold(own[known, column], targets[known, column] == 1))
    return Margins(np.asarray(asked @ weights + bias, dtype=np.float64), np.array(tuned))


def _tfidf(train: Sequence[Reading], test: Sequence[Reading]) -> tuple[csr_matrix, csr_matrix]:
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(analyzer=_words, sublinear_tf=True)
    characters = TfidfVectorizer(preprocessor=_text, analyzer="char", ngram_range=(1, 4), sublinear_tf=True)
    fitted = hstack([words.fit_transform(train), characters.fit_transform(train)]).tocsr()
    return fitted, hstack([words.transform(test), characters.transform(test)]).tocsr()


def _words(reading: Reading) -> list[str]:
    return [word for word in reading.words if not word.isspace()]


def _text(reading: Reading) -> str:
    return reading.text


def peers(
    cues: Mapping[str, Sequence[str]],
    data: TrainingSet,
    before: NDArray[np.int64],
    back: NDArray[np.int64],
    tested: Sequence[LabelledReport],
) -> dict[str, Figures]:
    """Figures of the keyword list and of scikit-learn's TF-IDF with LinearSVC, plain and with tuned thresholds."""
    cut = len(data.categories)
    train = [data.readings[place] for place in before]
    test = [data.readings[place] for place in back]
    targets = data.targets[before]
    compared: dict[str, Figures] = {}
    if any(label in cues for label in data.categories):
        chosen = keyword_list(cues, data.categories, train, targets[:, :cut], test)
        compared["keyword_list"] = {"categories": category_figures(tested, _named(chosen, data.categories))}
    margins = tfidf_linear_svc(train, targets, test, grouped_folds(data.groups[before], 3))
    for name, thresholds in (
        ("tfidf_linear_svc", np.zeros_like(margins.tuned)),
        ("tfidf_linear_svc_tuned", margins.tuned),
    ):
        raised = margins.values > thresholds
        compared[name] = {"categories": category_figures(tested, _named(raised[:, :cut], data.categories))}
        for column, flag in enumerate(data.flags, start=cut):
            compared[name][flag] = flag_figures([getattr(row, flag) for row in tested], raised[:, column].tolist())
    return compared


def _named(chosen: NDArray[np.bool_], labels: Sequence[str]) -> list[list[str]]:
    return [[labels[column] for column in np.flatnonzero(row).tolist()] for row in chosen]
