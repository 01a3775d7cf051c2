"""Evaluating: labelled reports in, the figures of the contract out, with peers measured in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
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
from triage.cases import LinkRules, PairJudge
from triage.learning.accurate import on_top_of
from triage.learning.asking import Asked, Assess, asked_of
from triage.learning.corpus import ReadTexts, default_readings, load, training_set
from triage.learning.figures import (
    Figures,
    calibration,
    case_figures,
    category_figures,
    entity_figures,
    flag_figures,
)
from triage.learning.grouping import group
from triage.learning.linking import learn_links, links_in
from triage.learning.peers import keyword_list, tfidf_linear_svc
from triage.learning.training import train_model
from triage.model import Assessment
from triage.policy import Policy, load_policy

MakeAssess = Callable[[Reader], Assess]


MakeJudge = Callable[[], PairJudge]


def evaluate_rows(rows: Sequence[LabelledReport], assess: Assess, make_judge: MakeJudge | None = None) -> Figures:
    """The contract's figures of an assessor on labelled reports; parts that no row tells are None.

    ``make_judge`` makes what links pairs, if any row names a case; by default it learns that from the packaged corpus.
    """
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
        "cases": _cases(rows, assessments, make_judge or (lambda: judge_of(load_policy(None), [], assess))),
        "timing": {"reports_per_s": round(len(rows) / seconds, 1) if seconds else None},
    }


def _cases(rows: Sequence[LabelledReport], assessments: Sequence[Assessment], make_judge: MakeJudge) -> Figures | None:
    return case_figures(rows, group(rows, assessments, make_judge())) if any(row.case for row in rows) else None


def judge_of(policy: Policy, rows: Sequence[LabelledReport], assess: Assess) -> PairJudge:
    """What links pairs under a policy, learned from these rows or, where they are too few, from the packaged corpus."""
    return PairJudge(learn_links(rows, assess), LinkRules.of(policy.links))


def evaluate(path: Path, model_dir: Path, policy: Policy | None = None) -> Figures:
    """``triage evaluate FILE --model DIR``: a saved model, with everything around it, on a labelled file.

    Cases are scored at the thresholds of ``policy``, the packaged one if left out.

    Raises:
        BadInput: a row breaks the form.
        ModelMissing, ModelDamaged: the folder holds no model, or one that was changed.
    """
    from triage.assess import Assessor

    in_force = policy or load_policy(None)
    return evaluate_rows(
        load([path]),
        Assessor.load(model_dir, in_force).pipe,
        lambda: PairJudge(links_in(model_dir), LinkRules.of(in_force.links)),
    )


def evaluate_held_back(
    rows: Sequence[LabelledReport],
    *,
    share: float = 0.2,
    seed: int = 0,
    read: ReadTexts = default_readings,
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
    data = training_set(rows, read)
    before, back = held_back(data.groups, share, seed)
    model = train_model(
        [rows[place] for place in before],
        read=lambda _entries: [data.readings[place] for place in before],
        spec=spec,
        progress=progress,
    )
    tested, trained_on = [rows[place] for place in back], [rows[place] for place in before]
    make = make_assess or _assessor
    assess = make(model)
    figures = evaluate_rows(tested, assess, lambda: judge_of(load_policy(None), trained_on, assess))
    peers: dict[str, Figures] = {}
    if encoder is not None:
        peers["fast"] = {name: figures[name] for name in ("categories", "refer", "urgent", "timing")}
        accurate = on_top_of(model, _part(data, before), encoder, cache=cache, progress=progress)
        # Cases follow from entities, which are the same
        figures = evaluate_rows(tested, make(accurate), lambda: judge_of(load_policy(None), trained_on, assess))
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


__all__ = ["Asked", "Assess", "asked_of", "evaluate", "evaluate_held_back", "evaluate_rows", "judge_of"]
