"""What ``triage evaluate`` prints, from labelled reports and what was made of them. What is missing is not scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from corpora.reports import LabelledEntity, LabelledReport
from models.metrics import (
    Tally,
    candidate_recall,
    cluster_figures,
    compared,
    expected_calibration_error,
    label_tallies,
    macro_f1,
    micro_f1,
)
from triage.learning.grouping import Grouping
from triage.model import Assessment, Entity, EntityKind, Role

Figures = dict[str, Any]


def rounded(value: float) -> float:
    """A figure as it is printed."""
    return round(value, 4)


def category_figures(rows: Sequence[LabelledReport], chosen: Sequence[Sequence[str]]) -> Figures:
    """Macro-F1 over labels with support, micro-F1 and every label, over the rows that tell their categories.

    Where no row does, the means are None: nought would say that all was read wrongly.
    """
    told = [
        (set(mine), set(row.categories)) for row, mine in zip(rows, chosen, strict=True) if row.categories is not None
    ]
    tallies = label_tallies([mine for mine, _ in told], [true for _, true in told])
    return {
        "macro_f1": rounded(macro_f1(tallies)) if told else None,
        "micro_f1": rounded(micro_f1(tallies)) if told else None,
        "per_label": {
            label: {**_plain(tally), "support": tally.support} for label, tally in tallies.items() if tally.support
        },
    }


def calibration(rows: Sequence[LabelledReport], assessments: Sequence[Assessment]) -> float | None:
    """Expected calibration error over all pairs of a row and a label that the model knows; None where no row tells labels."""
    if all(row.categories is None for row in rows):
        return None
    p, truth = [], []
    for row, assessment in zip(rows, assessments, strict=True):
        if row.categories is not None:
            for label, probability in assessment.probabilities.items():
                p.append(probability)
                truth.append(label in row.categories)
    return rounded(expected_calibration_error(np.array(p, np.float64), np.array(truth, np.bool_)))


def flag_figures(told: Sequence[bool | None], raised: Sequence[bool]) -> Figures | None:
    """Precision and recall of a yes-or-no question over the rows that answer it; None where none does."""
    pairs = [(mine, true) for mine, true in zip(raised, told, strict=True) if true is not None]
    if not pairs:
        return None
    tally = Tally(
        sum(mine and true for mine, true in pairs),
        sum(mine and not true for mine, true in pairs),
        sum(true and not mine for mine, true in pairs),
    )
    return {
        "precision": rounded(tally.precision),
        "recall": rounded(tally.recall),
        "support": tally.support,
        "rows": len(pairs),
    }


def entity_figures(rows: Sequence[LabelledReport], assessments: Sequence[Assessment]) -> Figures | None:
    """Entities by kind and exact string, as a set for each report, and how often their values are right.

    The shares are over the marked strings that were found and whose value is marked; ``accused_f1`` is over the
    strings of accused persons, and None where persons are marked and no row tells the role of any.
    """
    marked = [
        (row.entities, found.entities) for row, found in zip(rows, assessments, strict=True) if row.entities is not None
    ]
    if not marked:
        return None
    tallies = {kind.value: Tally() for kind in EntityKind}
    accused = Tally()
    right: dict[str, list[bool]] = {"yuan": [], "code": [], "dates": []}
    for true, found in marked:
        for kind in tallies:
            tallies[kind] += compared(_strings(found, kind), {mark.text for mark in true if mark.kind == kind})
        accused += compared(
            {entity.text for entity in found if entity.kind is EntityKind.PERSON and entity.role is Role.ACCUSED},
            {mark.text for mark in true if mark.kind == "person" and mark.role == "accused"},
        )
        _compare_values(true, found, right)
    figures: Figures = {kind: {**_plain(tally), "support": tally.support} for kind, tally in tallies.items()}
    figures["micro_f1"] = rounded(sum(tallies.values(), Tally()).f1)
    roles = [mark.role for true, _ in marked for mark in true if mark.kind == "person"]
    figures["accused_f1"] = rounded(accused.f1) if any(roles) or not roles else None
    for name, answers in right.items():
        figures[f"{name}_right"] = rounded(sum(answers) / len(answers)) if answers else None
    return figures


def reason_figures(rows: Sequence[LabelledReport], assessments: Sequence[Assessment]) -> Figures | None:
    """How often the passage that weighs most for a rightly chosen category is one that tells it; None where none is marked.

    ``told`` is the share of those categories whose weightiest shown passage meets a marked one, ``chance`` what a word drawn
    from the text would have: the mean share of its characters that tell the category.
    """
    met: list[bool] = []
    covered: list[float] = []
    for row, assessment in zip(rows, assessments, strict=True):
        marked: dict[str, list[tuple[int, int]]] = {}
        for passage in row.rationales or ():
            marked.setdefault(passage.label, []).append((passage.start, passage.end))
        for label in set(assessment.categories) & marked.keys():
            reasons = assessment.reasons.get(label)
            spans = [span for span in reasons.spans if span.weight > 0] if reasons else []
            if spans:
                most = max(spans, key=lambda span: span.weight)
                met.append(any(start < most.end and most.start < end for start, end in marked[label]))
                covered.append(sum(end - start for start, end in marked[label]) / len(row.text))
    if not met:
        return None
    return {"told": rounded(sum(met) / len(met)), "chance": rounded(sum(covered) / len(covered)), "labels": len(met)}


def case_figures(rows: Sequence[LabelledReport], grouping: Grouping) -> Figures | None:
    """Agreement of found cases with named ones; a row without a case is one of its own. None where none is named."""
    if not any(row.case for row in rows):
        return None
    true = [row.case or ("alone", place) for place, row in enumerate(rows)]
    figures = cluster_figures(grouping.cases, true)
    return {
        "bcubed_p": rounded(figures.bcubed_p),
        "bcubed_r": rounded(figures.bcubed_r),
        "bcubed_f1": rounded(figures.bcubed_f1),
        "pairwise_p": rounded(figures.pairwise_p),
        "pairwise_f1": rounded(figures.pairwise_f1),
        "candidate_recall": rounded(candidate_recall(grouping.candidates, true)),
        "candidates_mean": rounded(sum(map(len, grouping.candidates)) / len(rows)),
    }


def _plain(tally: Tally) -> dict[str, float]:
    return {"p": rounded(tally.precision), "r": rounded(tally.recall), "f1": rounded(tally.f1)}


def _strings(found: Sequence[Entity], kind: str) -> set[str]:
    return {entity.text for entity in found if entity.kind.value == kind}


def _compare_values(true: Sequence[LabelledEntity], found: Sequence[Entity], right: dict[str, list[bool]]) -> None:
    """Note for each marked value whether the found entity of the same string has it."""
    first: dict[tuple[str, str], Entity] = {}
    for entity in found:
        first.setdefault((entity.kind.value, entity.text), entity)
    for mark in true:
        match = first.get((mark.kind, mark.text))
        if match is None:
            continue
        if mark.kind == "amount" and mark.yuan is not None:
            right["yuan"].append(match.fen == round(mark.yuan * 100))
        elif mark.kind == "place" and mark.code is not None:
            right["code"].append((match.code or "")[:6] == mark.code[:6])
        elif mark.kind == "period" and mark.first is not None:
            right["dates"].append((match.first, match.last) == (mark.first, mark.last))
