"""The accurate reader: the fast reader's logits plus a head over the clause vectors of a pretrained encoder.

Reasons are told by clause: what its words add in the fast reader and what the head's logit loses without it.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import sigmoid
from models.category import CategoryModel, Scores
from models.clause_head import ClauseHead
from models.decision import DecisionRule
from models.encoder import MODEL, TOKENIZER, Clauses, Encoder
from models.errors import ModelMissing, ModelUnsuitable
from models.reading import Reading
from models.reasons import SHOWN, Explanation, SpanWeight
from models.saved import load as load_fast
from models.saved import read_arrays, read_manifest, rule_in, second_arrays, second_in, write_saved
from models.saved import save as save_fast
from models.second_look import SecondLook
from models.spans import SpanModel

Floats = NDArray[np.float64]

READER = "accurate"
ENCODER, FAST = "encoder", "fast"
"""Folders of the encoder and, inside a saved reader, of its fast reader."""


@dataclass(frozen=True, slots=True)
class AccurateModel:
    """A trained accurate reader; it answers like ``CategoryModel``, with the same labels as its ``fast`` reader.

    A label's first logit is the fast one plus ``blend`` times the head's; ``second`` looks at it again. A head that joins
    ``late`` is added after that look, which then is the fast reader's own. ``blend`` is one number, or one for each label.
    Flags that the fast reader raises stay raised.
    """

    fast: CategoryModel
    encoder: Encoder
    head: ClauseHead
    blend: float | Floats
    slope: Floats
    offset: Floats
    second: SecondLook
    rule: DecisionRule
    flag_thresholds: tuple[float, ...]
    late: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reader(self) -> str:
        """Name of this kind of reader, as assessments tell it."""
        return READER

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories, in the order of the columns."""
        return self.fast.categories

    @property
    def flags(self) -> tuple[str, ...]:
        """The yes-or-no questions, whose columns follow those of the categories."""
        return self.fast.flags

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of all columns: the categories, then the flags."""
        return self.fast.labels

    @property
    def version(self) -> str:
        """The name of this training, as the manifest has it."""
        return str(self.about.get("version", ""))

    @property
    def spans(self) -> SpanModel | None:
        """What was learned of names, by which the readings were marked."""
        return self.fast.spans

    @property
    def thresholds(self) -> dict[str, float]:
        """The threshold of every label and flag."""
        return dict(zip(self.labels, self.rule.thresholds + self.flag_thresholds, strict=True))

    def read(self, readings: Sequence[Reading], *, reasons: bool = True) -> list[Scores]:
        """Scores of a batch, with reasons for chosen labels and flags unless ``reasons`` is false.

        Raises:
            ModelUnsuitable: a reading's words do not tile its text, or the encoder cannot be opened.
        """
        if not readings:
            return []
        clauses = self.encoder.clauses([reading.text for reading in readings])
        beneath = self.fast.read(readings, reasons=False)
        logits, added = self._looked(readings, clauses)
        probabilities = sigmoid(logits * self.slope + self.offset)
        cut = len(self.categories)
        times = np.array([fast.lenience for fast in beneath])
        chosen = self.rule.decide(probabilities[:, :cut], times)
        raised = probabilities[:, cut:] >= times[:, None] * np.array(self.flag_thresholds)
        made = []
        for place, fast in enumerate(beneath):
            names = tuple(self.categories[column] for column in np.flatnonzero(chosen[place]).tolist())
            flags = [flag or fast.flags[name] for name, flag in zip(self.flags, raised[place].tolist(), strict=True)]
            asked = (*names, *self.flags) if reasons else ()
            made.append(
                Scores(
                    names,
                    dict(zip(self.categories, probabilities[place].tolist(), strict=False)),
                    dict(zip(self.flags, flags, strict=True)),
                    dict(zip(self.flags, probabilities[place, cut:].tolist(), strict=True)),
                    dict(zip(self.labels, logits[place].tolist(), strict=True)),
                    self._explained(readings[place], clauses[place], added[place], asked),
                    fast,
                    fast.lenience,
                )
            )
        return made

    def explain(self, reading: Reading, label: str) -> Explanation:
        """The reasons for any one label of one reading, by clause.

        Raises:
            KeyError: the model has no such label.
        """
        if label not in self.labels:
            raise KeyError(label)
        clauses = self.encoder.clauses([reading.text])
        return self._explained(reading, clauses[0], self._looked([reading], clauses)[1][0], (label,))[label]

    def _looked(self, readings: Sequence[Reading], clauses: Sequence[Clauses]) -> tuple[Floats, Floats]:
        """Final logits, and what the second look adds to them; readings by labels."""
        first = self.fast.first_logits(readings)
        head = self.blend * head_logits(self.head, clauses)
        if self.late:
            added = self.second.added(first, readings)
            return self.second.logits(first, added) + head, added
        added = self.second.added(first + head, readings)
        return self.second.logits(first + head, added), added

    def _explained(
        self, reading: Reading, clauses: Clauses, looked: Floats, asked: Sequence[str]
    ) -> dict[str, Explanation]:
        """The weightiest clauses for each asked label; what they leave of the logit is the rest.

        ``looked`` is what the second look adds to the reading's logits.
        """
        if not asked:
            return {}
        columns = np.array([self.labels.index(label) for label in asked], np.int64)
        laid = self.fast.laid([reading], np.zeros(len(columns), np.int64), columns)
        count = len(clauses.starts)
        holder = np.searchsorted(clauses.starts, laid.start, "right") - 1
        words = np.bincount(laid.pair * count + holder, weights=laid.weight, minlength=len(columns) * count)
        own = self.second.own[columns]
        added = words.reshape(len(columns), count) * own[:, None]
        counts = np.broadcast_to(self.blend, len(self.labels))[columns] * (1.0 if self.late else own)
        lost = self.head.without_each(clauses.vectors)[:, columns].T * counts[:, None]
        whole = head_logits(self.head, [clauses])[0, columns] * counts
        bias = self.fast.bias[columns] * own + self.second.bias[columns]
        document = laid.document * own + looked[columns]
        weights = added + lost
        edges = [*clauses.starts, len(reading.text)]
        made = {}
        for place, label in enumerate(asked):
            kept = set(np.argsort(-np.abs(weights[place]), kind="stable")[:SHOWN].tolist()) if reading.text else set()
            spans = tuple(
                SpanWeight(low, high, float(weights[place, clause]))
                for clause, (low, high) in enumerate(pairwise(edges))
                if clause in kept
            )
            shown = sum(span.weight for span in spans)
            rest = float(added[place].sum() + whole[place]) - shown
            made[label] = Explanation(float(bias[place]), float(document[place]), spans, rest)
        return made


def head_logits(head: ClauseHead, clauses: Sequence[Clauses]) -> Floats:
    """The head's logits of texts, texts by labels."""
    counts = np.array([len(one.starts) for one in clauses], np.int64)
    return head.logits(np.concatenate([one.vectors for one in clauses]), counts)


def save(model: AccurateModel, folder: Path) -> None:
    """Write a reader with its fast one into ``folder``; the manifest comes last.

    The encoder is copied too, unless it stands where a registry keeps it for all its readers.
    """
    save_fast(model.fast, folder / FAST)
    if model.encoder.folder.resolve() != _shared(folder).resolve():
        (folder / ENCODER).mkdir(parents=True, exist_ok=True)
        for name in (MODEL, TOKENIZER):
            shutil.copyfile(model.encoder.folder / name, folder / ENCODER / name)
    arrays: dict[str, NDArray[Any]] = {
        "weights": model.head.weights,
        "bias": model.head.bias,
        "centre": model.head.centre,
        "slope": model.slope,
        "offset": model.offset,
        **second_arrays(model.second),
    }
    manifest = {
        "reader": READER,
        "encoder": model.encoder.digest,
        "blend": np.asarray(model.blend).tolist(),
        "late": model.late,
        "second_codes": list(model.second.codes),
        "categories": list(model.categories),
        "flags": list(model.flags),
        "thresholds": model.thresholds,
        "alone": [name for name, alone in zip(model.categories, model.rule.alone, strict=True) if alone],
        "exclusive": model.rule.exclusive,
        "about": dict(model.about),
    }
    write_saved(folder, arrays, manifest)


def load(folder: Path) -> AccurateModel:
    """The accurate reader saved in ``folder``, with the encoder beside it or in its registry.

    Raises:
        ModelMissing: the reader or its encoder is not there.
        ModelDamaged: a file is not the one that was saved.
        ModelUnsuitable: the encoder is another one, or a package that it needs is not installed.
    """
    manifest = read_manifest(folder)
    arrays = read_arrays(folder, manifest)
    place = folder / ENCODER if (folder / ENCODER).is_dir() else _shared(folder)
    if not place.is_dir():
        raise ModelMissing("The accurate reader has no encoder here: run `triage models fetch-encoder`.")
    encoder = Encoder(place)
    if encoder.digest != manifest["encoder"]:
        raise ModelUnsuitable(f"Model {folder.name} was trained with another encoder: train it again.")
    # Here and not with the first text: by then another encoder may lie in its folder, or none
    encoder.open()
    return AccurateModel(
        fast=load_fast(folder / FAST),
        encoder=encoder,
        head=ClauseHead(arrays["weights"], arrays["bias"], arrays["centre"]),
        blend=_blend_in(manifest),
        late=bool(manifest.get("late", False)),
        slope=arrays["slope"],
        offset=arrays["offset"],
        second=second_in(arrays, manifest),
        rule=rule_in(manifest),
        flag_thresholds=tuple(manifest["thresholds"][name] for name in manifest["flags"]),
        about=manifest["about"],
    )


def _blend_in(manifest: Mapping[str, Any]) -> float | Floats:
    told = manifest["blend"]
    return np.array(told, np.float64) if isinstance(told, list) else float(told)


def _shared(folder: Path) -> Path:
    """Where the registry that holds ``folder`` as a version keeps its encoder."""
    return folder.parent.parent / ENCODER
