"""Evaluating: labelled reports in, the figures of the contract out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from corpora.reports import LabelledReport, tells_cases
from models.readers import Reader
from triage.cases import LinkRules, PairJudge
from triage.learning.asking import Asked, Assess, Entry, asked, asked_of
from triage.learning.corpus import load
from triage.learning.figures import (
    Figures,
    calibration,
    case_figures,
    category_figures,
    entity_figures,
    flag_figures,
    reason_figures,
)
from triage.learning.grouping import group
from triage.learning.linking import learn_links, links_in, seeing
from triage.learning.mistakes import mistakes
from triage.model import Assessment, Entity
from triage.policy import Policy, load_policy

MakeJudge = Callable[[], PairJudge]


def evaluate_rows(rows: Sequence[LabelledReport], assess: Assess, make_judge: MakeJudge | None = None) -> Figures:
    """The contract's figures of an assessor on labelled reports; parts that no row tells are None.

    ``make_judge`` makes what links pairs, if any row names a case; by default it learns that from the packaged corpus.
    """
    questions = [asked_of(row) for row in rows]
    start = time.perf_counter()
    assessments = list(assess(questions))
    seconds = time.perf_counter() - start
    categories = category_figures(rows, [assessment.categories for assessment in assessments])
    return {
        "reports": len(rows),
        "model": assessments[0].model if assessments else None,
        "categories": {**categories, "ece": calibration(rows, assessments)},
        "refer": flag_figures([row.refer for row in rows], [assessment.refer for assessment in assessments]),
        "urgent": flag_figures([row.urgent for row in rows], [assessment.urgent for assessment in assessments]),
        "reasons": reason_figures(rows, assessments),
        "entities": entity_figures(rows, assessments),
        "mistakes": mistakes(rows, assessments),
        "cases": _cases(rows, assessments, make_judge or (lambda: judge_of(load_policy(None), [], assess))),
        "timing": {"reports_per_s": round(len(rows) / seconds, 1) if seconds else None},
    }


def _cases(rows: Sequence[LabelledReport], assessments: Sequence[Assessment], make_judge: MakeJudge) -> Figures | None:
    told = [(row, made) for row, made in zip(rows, assessments, strict=True) if tells_cases(row)]
    if not any(row.case for row, _ in told):
        return None
    known = [row for row, _ in told]
    return case_figures(known, group(known, [made for _, made in told], make_judge()))


def judge_of(policy: Policy, rows: Sequence[LabelledReport], assess: Assess, reader: Reader | None = None) -> PairJudge:
    """What links pairs under a policy, learned from these rows or, where they are too few, from the packaged corpus.

    What the rows tell of is known as the ``reader`` saw it that learned from them; without it, by their entities alone.
    """

    def mark(entries: Iterable[Entry]) -> Iterator[tuple[Entity, ...]]:
        return (one.entities for one in assess(asked(*entry) for entry in entries))

    return PairJudge(learn_links(rows, seeing(mark, reader)), LinkRules.of(policy.links))


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


__all__ = ["Asked", "Assess", "asked_of", "evaluate", "evaluate_rows", "judge_of"]
