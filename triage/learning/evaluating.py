"""Evaluating: labelled reports in, the figures of the contract out, with peers measured in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpora.cues import load_cues
from corpora.reports import LabelledReport
from models.encoder import Encoder
from models.linear import Progress
from models.readers import Reader
from models.split import grouped_folds, held_back
from models.training import TrainingSet, TrainingSpec
from triage.learning.accurate import on_top_of
from triage.learning.corpus import ReadTexts, entry_of, groups_of, learned_readings, load, training_set
from triage.learning.figures import (
    Figures,
    calibration,
    case_figures,
    category_figures,
    entity_figures,
    flag_figures,
)
from triage.learning.grouping import group
from triage.learning.peers import keyword_list, tfidf_linear_svc
from triage.learning.training import train_model
from triage.model import Assessment, Turn

_NOON_IN_SHANGHAI = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Asked:
    """A labelled report as an assessor takes it."""

    text: str
    received_at: datetime
    turns: tuple[Turn, ...]


Assess = Callable[[Iterable[Asked]], Iterable[Assessment]]
"""What ``triage.assess.Assessor.pipe`` does."""
MakeAssess = Callable[[Reader], Assess]


def asked_of(row: LabelledReport) -> Asked:
    """The question that a labelled report asks, received at noon in Shanghai."""
    text, day, turns = entry_of(row)
    return Asked(text, datetime.combine(day, clock(), UTC) + _NOON_IN_SHANGHAI, turns)


def evaluate_rows(rows: Sequence[LabelledReport], assess: Assess) -> Figures:
    """The contract's figures of an assessor on labelled reports; parts that no row tells are None."""
    asked = [asked_of(row) for row in rows]
    start = time.perf_counter()
    assessments = list(assess(asked))
    seconds = time.perf_counter() - start
    categories = category_figures(rows, [assessment.categories for assessment in assessments])
    return {
        "reports": len(rows),
        "model": assessments[0].model if assessments else None,
        "categories": {**categories, "ece": calibration(rows, assessments)},
        "refer": flag_figures([row.refer for row in rows], [assessment.refer for assessment in assessments]),
        "urgent": flag_figures([row.urgent for row in rows], [assessment.urgent for assessment in assessments]),
        "entities": entity_figures(rows, assessments),
        "cases": case_figures(rows, group(rows, assessments)) if any(row.case for row in rows) else None,
        "timing": {"reports_per_s": round(len(rows) / seconds, 1) if seconds else None},
    }


def evaluate(path: Path, model_dir: Path) -> Figures:
    """``triage evaluate FILE --model DIR``: a saved model, with everything around it, on a labelled file.

    Raises:
        BadInput: a row breaks the form.
        ModelMissing, ModelDamaged: the folder holds no model, or one that was changed.
    """
    from triage.assess import Assessor

    return evaluate_rows(load([path]), Assessor.load(model_dir).pipe)


def evaluate_held_back(
    rows: Sequence[LabelledReport],
    *,
    share: float = 0.2,
    seed: int = 0,
    read: ReadTexts | None = None,
    make_assess: MakeAssess | None = None,
    spec: TrainingSpec | None = None,
    encoder: Encoder | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Figures:
    """Train on all but a share of the rows, split by voice and case, and score that share beside two peers.

    With an ``encoder`` the accurate reader is scored, and the fast one that it builds on becomes a third peer;
    ``cache`` keeps the clauses of training texts.

    Raises:
        BadInput: there is too little to learn from.
    """
    before, back = held_back(groups_of(rows), share, seed)
    names = None
    if read is None:
        read, names = learned_readings([rows[place] for place in before])
    data = training_set(rows, read)
    model = train_model(
        [rows[place] for place in before],
        names=names,
        read=lambda _entries: [data.readings[place] for place in before],
        spec=spec,
        progress=progress,
    )
    tested = [rows[place] for place in back]
    make = make_assess or _assessor
    figures = evaluate_rows(tested, make(model))
    peers: dict[str, Figures] = {}
    if encoder is not None:
        peers["fast"] = {name: figures[name] for name in ("categories", "refer", "urgent", "timing")}
        figures = evaluate_rows(
            tested, make(on_top_of(model, _part(data, before), encoder, cache=cache, progress=progress))
        )
    if progress is not None:
        progress("peers", 0, 1)
    peers |= _peers(data, before, back, tested)
    return {**figures, "reader": "fast" if encoder is None else "accurate", "trained_on": len(before), "peers": peers}


def _part(data: TrainingSet, rows: NDArray[np.int64]) -> TrainingSet:
    """Some rows of a training set."""
    return replace(
        data, readings=[data.readings[place] for place in rows], targets=data.targets[rows], groups=data.groups[rows]
    )


def _assessor(model: Reader) -> Assess:
    from triage.assess import Assessor, full_pipeline
    from triage.policy import load_policy

    return Assessor(full_pipeline(model, load_policy(None))).pipe


def _peers(
    data: TrainingSet, before: NDArray[np.int64], back: NDArray[np.int64], tested: Sequence[LabelledReport]
) -> dict[str, Figures]:
    """Figures of the keyword list and of scikit-learn's TF-IDF with LinearSVC, plain and with tuned thresholds."""
    cut = len(data.categories)
    train = [data.readings[place] for place in before]
    test = [data.readings[place] for place in back]
    targets = data.targets[before]
    peers: dict[str, Figures] = {}
    cues = load_cues()
    if any(label in cues for label in data.categories):
        chosen = keyword_list(cues, data.categories, train, targets[:, :cut], test)
        peers["keyword_list"] = {"categories": category_figures(tested, _named(chosen, data.categories))}
    margins = tfidf_linear_svc(train, targets, test, grouped_folds(data.groups[before], 3))
    for name, thresholds in (
        ("tfidf_linear_svc", np.zeros_like(margins.tuned)),
        ("tfidf_linear_svc_tuned", margins.tuned),
    ):
        raised = margins.values > thresholds
        peers[name] = {"categories": category_figures(tested, _named(raised[:, :cut], data.categories))}
        for column, flag in enumerate(data.flags, start=cut):
            peers[name][flag] = flag_figures([getattr(row, flag) for row in tested], raised[:, column].tolist())
    return peers


def _named(chosen: NDArray[np.bool_], labels: Sequence[str]) -> list[list[str]]:
    return [[labels[column] for column in np.flatnonzero(row).tolist()] for row in chosen]


__all__ = ["Asked", "Assess", "asked_of", "evaluate", "evaluate_held_back", "evaluate_rows"]
