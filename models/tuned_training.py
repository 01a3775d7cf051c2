"""Training the accurate reader with an encoder of its own, fine-tuned on the texts that it learns from.

A tuned encoder knows the texts that it saw nearly by heart: joined with the fast reader on those, it would be trusted
too much. So a part of the texts, split by voice and case, is kept from it. On that part its head, read by the 8-bit
encoder as it will be served, and fast readers that did not see the text either are weighed against each other, calibrated,
and given their thresholds. The fast reader beneath learns from everything, and keeps its second look: learned anew from the
part alone that look cost 0.010 of macro-F1 on the authored reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.accurate import ENCODER, AccurateModel, head_logits
from models.accurate_training import fast_held_out
from models.calibration import sigmoid
from models.category import CategoryModel
from models.clause_head import ClauseHead
from models.encoder import MODEL, TOKENIZER, Encoder
from models.errors import ModelMissing, ModelUnsuitable
from models.linear import Progress
from models.second_look import fit_second_look
from models.split import grouped_folds, held_back
from models.training import TrainingSet, TrainingSpec, calibrated, decided, ranking, told_of
from models.tuning import Lessons, Positions, TuningSpec, tokens_of

PACKAGES = ("torch", "onnx", "onnxruntime", "tokenizers")
Floats = NDArray[np.float64]

SHARES = (0.2, 0.3, 0.4, 0.5, 0.6)
"""Shares of the tuned head in a logit that are tried; that which ranks the kept texts best is taken."""
SHARED_WEIGHT = 200.0
"""Of few texts a label's own best threshold is mostly chance, so it is drawn to the one that all labels share."""


def lacking_to_tune() -> str | None:
    """The first package that fine-tuning needs and this installation lacks, if there is one."""
    return next((name for name in PACKAGES if find_spec(name) is None), None)


def demand_tunable(source: Path) -> None:
    """See at once, before hours of work, that the encoder of a folder can be fine-tuned here.

    Raises:
        ModelUnsuitable: a package of the extra ``fine-tune`` is not installed, or the encoder is none that can be.
        ModelMissing: the folder holds no encoder.
    """
    package = lacking_to_tune()
    if package:
        raise ModelUnsuitable(
            f"{package} is not installed: fine-tuning needs this program's extra `fine-tune` "
            "(pip install 'triage[fine-tune]')."
        )
    missing = next((name for name in (MODEL, TOKENIZER) if not (source / name).is_file()), None)
    if missing:
        raise ModelMissing(f"{source.name} holds no {missing}: run `triage models fetch-encoder --float`.")
    from models.bert import heads_of
    from models.bert_graph import read_graph

    heads_of(read_graph(source), Encoder(source).session)


def train_tuned(
    data: TrainingSet,
    fast: CategoryModel,
    source: Path,
    work: Path,
    about: Mapping[str, Any],
    *,
    tuning: TuningSpec | None = None,
    spec: TrainingSpec | None = None,
    progress: Progress | None = None,
) -> AccurateModel:
    """An accurate reader of ``data`` over an encoder tuned on most of it; its encoder lies in ``work`` until it is saved.

    Args:
        data: what is learned from.
        fast: the reader that it builds on, trained on the same.
        source: folder of the encoder that is tuned, in float form.
        work: folder for checkpoints, from which a run that was broken off goes on, and for the tuned encoder.
        about: what the manifest tells of the training.
        tuning: how the encoder is tuned.
        spec: as for the fast reader; features are those of ``fast``.
        progress: told of every step.

    Raises:
        ModelUnsuitable, ModelMissing: as ``demand_tunable``; or there are too few voices to keep a part.
    """
    tuning, spec = tuning or TuningSpec(), spec or TrainingSpec()
    seen, kept = held_back(data.groups, tuning.kept, tuning.seed + 1)
    if len(kept) < 10:
        raise ModelUnsuitable("Fine-tuning needs texts of more voices and cases, to keep a part of them apart.")
    head = _tuned_into(work, source, data, seen, tuning, progress)
    parts = AccurateParts(fast, Encoder(work / ENCODER), head)
    model = _joined(replace(data.part(kept), counts=None), _fast_logits(data, fast, spec, progress)[kept], parts, spec)
    told = {**about, "fine_tuned": True, "epochs": tuning.epochs, "tuned_from": Encoder(source).digest}
    return replace(model, about={**told, **model.about, "support": fast.about["support"]})


def _tuned_into(
    work: Path, source: Path, data: TrainingSet, seen: Positions, tuning: TuningSpec, progress: Progress | None
) -> ClauseHead:
    """Leaves the encoder of ``source``, tuned on the texts ``seen``, in ``work``; the head that goes with it."""
    from models.bert import heads_of
    from models.bert_graph import read_graph, write_encoder
    from models.fine_tuning import tune

    graph = read_graph(source)
    heads = heads_of(graph, Encoder(source).session)
    tokens = tokens_of([reading.text for reading in data.readings], source / TOKENIZER, tuning.tokens)
    tuned = tune(graph, heads, tokens, Lessons.of(data), seen, tuning, checkpoints=work, progress=progress)
    write_encoder(graph, tuned.weights, source / TOKENIZER, work / ENCODER)
    return tuned.head


@dataclass(frozen=True, slots=True)
class AccurateParts:
    """What an accurate reader is made of."""

    fast: CategoryModel
    encoder: Encoder
    head: ClauseHead


def _joined(own: TrainingSet, by_words: Floats, parts: AccurateParts, spec: TrainingSpec) -> AccurateModel:
    """The parts joined by their logits of the texts of ``own``, which neither had seen.

    Calibrated logits are averaged, with one share for all labels: a few hundred texts tell no more than that.
    """
    fast = parts.fast
    by_head = head_logits(parts.head, parts.encoder.clauses([reading.text for reading in own.readings]))
    slope, offset = calibrated(by_head, own.targets)
    words, said = by_words * fast.slope + fast.offset, by_head * slope + offset
    everything = np.arange(len(own.readings))
    share = max(SHARES, key=lambda one: ranking((1 - one) * words + one * said, own, everything))
    # As much of the head as makes that average, on the scale of the fast reader's logits
    blend = share / (1 - share) * np.divide(slope, fast.slope, out=np.zeros_like(slope), where=fast.slope > 0)
    final = by_words + blend * by_head
    slope, offset = calibrated(final, own.targets)
    probabilities = sigmoid(final * slope + offset)
    # Flags that the fast reader raises stay raised, so its recall is kept: what joins need only be sure of what it adds.
    rule, flag_thresholds = decided(own, probabilities, replace(spec, shared_weight=SHARED_WEIGHT, recalls={}))
    # Which labels stand alone is seen better in all texts
    rule = replace(rule, alone=fast.rule.alone, exclusive=fast.rule.exclusive)
    return AccurateModel(
        fast=fast,
        encoder=parts.encoder,
        head=parts.head,
        blend=blend,
        second=fast.second,
        slope=slope,
        offset=offset,
        rule=rule,
        flag_thresholds=flag_thresholds,
        late=True,
        about={
            "encoder": parts.encoder.digest,
            "joined_on": len(own.readings),
            "share": share,
            **told_of(own, probabilities, rule, flag_thresholds, final),
        },
    )


def _fast_logits(data: TrainingSet, fast: CategoryModel, spec: TrainingSpec, progress: Progress | None) -> Floats:
    """Logits of all texts after a second look, by fast readers and looks that had not seen them."""
    first = fast_held_out(data, fast, grouped_folds(data.groups, spec.folds, spec.seed), spec, progress)
    other = grouped_folds(data.groups, spec.folds, spec.seed + 1)
    calibration = (fast.second.slope, fast.second.offset)
    return fit_second_look(data.readings, first, data.targets, calibration, other, workers=spec.workers)[1]
