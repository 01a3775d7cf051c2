"""Training on a part of the corpus and scoring the rest, beside peers that learn from the same part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.cues import load_cues
from corpora.reports import LabelledReport
from models.accurate import AccurateModel
from models.category import CategoryModel
from models.encoder import Encoder
from models.linear import Progress
from models.readers import Reader
from models.spans import SpanModel
from models.split import held_back
from models.training import TrainingSet, TrainingSpec
from triage.learning.accurate import on_top_of
from triage.learning.asking import Assess, asked_of
from triage.learning.corpus import ReadTexts, groups_of, learned_readings, training_set
from triage.learning.evaluating import MakeJudge, evaluate_rows, judge_of
from triage.learning.figures import Figures
from triage.learning.fine_tuning import Tuning, tuned_on_top_of
from triage.learning.peers import peers
from triage.learning.thorough import Places, Read, learning_curve, robustness, split_by_row
from triage.learning.training import train_model
from triage.policy import load_policy

MakeAssess = Callable[[Reader], Assess]


def assessor_of(model: Reader) -> Assess:
    """The whole pipeline around a trained reader, under the packaged policy."""
    from triage.assess import Assessor, full_pipeline

    return Assessor(full_pipeline(model, load_policy(None))).pipe


@dataclass(frozen=True, slots=True)
class Experiment:
    """A corpus that readers are trained on, part by part; readings are made once, by what ``names`` holds of names."""

    rows: Sequence[LabelledReport]
    data: TrainingSet
    names: SpanModel | None
    make: MakeAssess
    spec: TrainingSpec | None
    progress: Progress | None

    def train(self, places: Places) -> CategoryModel:
        """A reader of some rows."""
        readings = [self.data.readings[place] for place in places]
        return train_model(
            [self.rows[place] for place in places],
            read=lambda _entries: readings,
            names=self.names,
            spec=self.spec,
            progress=self.progress,
        )

    def learn(self, places: Places) -> Read:
        """What a reader trained on some rows makes of others."""
        return reading_with(self.make(self.train(places)))


def reading_with(assess: Assess) -> Read:
    """Assessments of labelled reports."""
    return lambda rows: list(assess(map(asked_of, rows)))


def evaluate_held_back(
    rows: Sequence[LabelledReport],
    *,
    share: float = 0.2,
    seed: int = 0,
    read: ReadTexts | None = None,
    make_assess: MakeAssess = assessor_of,
    spec: TrainingSpec | None = None,
    encoder: Encoder | None = None,
    cache: Path | None = None,
    tuning: Tuning | None = None,
    thorough: bool = False,
    progress: Progress | None = None,
) -> Figures:
    """Train on all but a share of the rows, split by voice and case, and score that share beside peers.

    With an ``encoder`` the accurate reader is scored, and the fast one that it builds on becomes a further peer;
    ``cache`` keeps the clauses of training texts. With a ``tuning`` it is scored over an encoder that is fine-tuned on
    the training part alone. ``thorough`` adds the learning curve, the split by row and what noise costs, all of the fast
    reader.

    Raises:
        BadInput: there is too little to learn from.
    """
    before, back = held_back(groups_of(rows), share, seed)
    read, names = learned_readings([rows[place] for place in before]) if read is None else (read, None)
    lab = Experiment(rows, training_set(rows, read), names, make_assess, spec, progress)
    model = lab.train(before)
    tested = [rows[place] for place in back]
    assess = lab.make(model)
    make_judge = _judging(lab, before, tested, assess, model)
    figures = evaluate_rows(tested, assess, make_judge)
    compared = peers(load_cues(), lab.data, before, back, tested)
    more = _trust(lab, before, tested, assess, _same(figures), share, seed) if thorough else {}
    accurate = _accurate(model, lab.data.part(before), encoder, cache, tuning, progress)
    if accurate is not None:
        compared["fast"] = {name: figures[name] for name in ("categories", "refer", "urgent", "timing")}
        figures = evaluate_rows(tested, lab.make(accurate), make_judge)
    told = {"reader": "fast" if accurate is None else "accurate", "fine_tuned": tuning is not None}
    return {**figures, **more, **told, "trained_on": len(before), "peers": compared}


def _accurate(
    fast: CategoryModel,
    data: TrainingSet,
    encoder: Encoder | None,
    cache: Path | None,
    tuning: Tuning | None,
    progress: Progress | None,
) -> AccurateModel | None:
    """The accurate reader that was asked for, on top of a fast one that learned from the same ``data``."""
    if tuning is not None:
        return tuned_on_top_of(fast, data, tuning, progress=progress)
    return None if encoder is None else on_top_of(fast, data, encoder, cache=cache, progress=progress)


def _trust(
    lab: Experiment,
    before: Places,
    tested: Sequence[LabelledReport],
    assess: Assess,
    whole: Figures,
    share: float,
    seed: int,
) -> Figures:
    """What tells how far to trust figures; the learning curve ends with the ``whole``."""
    curve = learning_curve(lab.data.groups, before, tested, lab.learn)
    return {
        "learning_curve": [*curve, {"trained_on": len(before), **whole}],
        "split_by_row": split_by_row(lab.rows, share, seed, lab.learn),
        "robustness": robustness(tested, reading_with(assess)),
    }


def _judging(
    lab: Experiment, before: Places, tested: Sequence[LabelledReport], assess: Assess, model: CategoryModel
) -> MakeJudge | None:
    """What links the tested rows, learned once with the fast reader."""
    if not any(row.case for row in tested):
        return None
    judge = judge_of(load_policy(None), [lab.rows[place] for place in before], assess, model)
    return lambda: judge


def _same(figures: Figures) -> Figures:
    return {name: figures["categories"][name] for name in ("macro_f1", "micro_f1")} | {"refer": figures["refer"]}


__all__ = ["evaluate_held_back"]
