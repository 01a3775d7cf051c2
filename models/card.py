"""The model card: what a trained model is, for people, in Markdown."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.accurate import AccurateModel
from models.forms import LENIENCE
from models.readers import Reader

NAME = "card.md"
_ORIGIN = ("reader", "fine_tuned", "epochs", "joined_on", "reports", "reviewed", "corpus", "taxonomy", "policy")

_INTENT = (
    "Sorts reports, shows why, and proposes. It never decides alone: people confirm, correct, refer and close. "
    "It never says that a report is false or malicious, and its silence means that a person reads the report."
)


def card(model: Reader) -> str:
    """The card of a model: purpose, origin, figures, thresholds, limits."""
    lines = [
        f"# Category reader {model.version}".rstrip(),
        "",
        _INTENT,
        *_origin(model),
        "",
        "## Figures on training reports held out in turn",
        "",
        "No voice and no case stood in the part that was trained and the part that was read. Thresholds were chosen on",
        "the same figures, so that reports of a new kind will do somewhat worse.",
        "",
    ]
    figures = model.about.get("out_of_fold", {})
    lines += [f"- {name}: {value}" for name, value in figures.items()] or ["- none were kept"]
    lines += [
        *_labels(model),
        "",
        "## Limits",
        "",
        "Learned from invented reports in Chinese and English; other languages go to a person. Irony, hearsay and",
        "wrongs that are only implied are read worse than plain ones. Probabilities hold for texts like those learned from.",
        "",
    ]
    return "\n".join(lines)


def _origin(model: Reader) -> list[str]:
    """What it was made from."""
    about = model.about
    lines = ["", "## Made from", "", *(f"- {name}: {about[name]}" for name in _ORIGIN if name in about)]
    fast = model.fast if isinstance(model, AccurateModel) else model
    lines += [
        f"- features: {len(fast.vocabulary)} known, of blocks weighted "
        f"characters {fast.spec.characters}, words {fast.spec.words}, head {fast.spec.head}, marks {fast.spec.marks}",
    ]
    if fast.form is not None:
        lines += [
            "- messages as petition boards get them are told by a gate and read by weights of their own, categories at thresholds "
            f"times {LENIENCE}"
        ]
    if isinstance(model, AccurateModel):
        blend = f"{float(np.mean(model.blend)):.3g}" + (" after the second look" if model.late else "")
        lines += [f"- on top of {fast.version}: clauses by encoder {model.encoder.digest}, blended by {blend}"]
    return lines


def _labels(model: Reader) -> list[str]:
    """The table of labels."""
    support = model.about.get("support", {})
    alone = dict(zip(model.categories, model.rule.alone, strict=True))
    lines = ["", "## Labels", "", "| label | reports | threshold | stands alone |", "| --- | --- | --- | --- |"]
    for name, threshold in model.thresholds.items():
        shown = "the most probable" if model.rule.exclusive and name in alone else f"{threshold:.3f}"
        lines.append(f"| {name} | {support.get(name, '')} | {shown} | {'yes' if alone.get(name) else ''} |")
    return lines


def write_card(model: Reader, folder: Path) -> None:
    """Write the card beside a saved model."""
    (folder / NAME).write_text(card(model), encoding="utf-8")
