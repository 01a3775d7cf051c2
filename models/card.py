"""The model card: what a trained model is, for people, in Markdown."""

from __future__ import annotations

from pathlib import Path

from models.category import CategoryModel

NAME = "card.md"

_INTENT = (
    "Sorts reports, shows why, and proposes. It never decides alone: people confirm, correct, refer and close. "
    "It never says that a report is false or malicious, and its silence means that a person reads the report."
)


def card(model: CategoryModel) -> str:
    """The card of a model: purpose, origin, figures, thresholds, limits."""
    about = model.about
    lines = [f"# Category reader {model.version}".rstrip(), "", _INTENT, "", "## Made from", ""]
    lines += [
        f"- {name}: {about[name]}" for name in ("reader", "reports", "corpus", "taxonomy", "policy") if name in about
    ]
    lines += [
        f"- features: {len(model.vocabulary)} known, of blocks weighted "
        f"characters {model.spec.characters}, words {model.spec.words}, head {model.spec.head}, marks {model.spec.marks}",
        "",
        "## Figures on training reports held out in turn",
        "",
        "No voice and no case stood in the part that was trained and the part that was read. Thresholds were chosen on",
        "the same figures, so that reports of a new kind will do somewhat worse.",
        "",
    ]
    figures = about.get("out_of_fold", {})
    lines += [f"- {name}: {value}" for name, value in figures.items()] or ["- none were kept"]
    lines += ["", "## Labels", "", "| label | reports | threshold | stands alone |", "| --- | --- | --- | --- |"]
    support = about.get("support", {})
    alone = dict(zip(model.categories, model.rule.alone, strict=True))
    for name, threshold in model.thresholds.items():
        shown = "the most probable" if model.rule.exclusive and name in alone else f"{threshold:.3f}"
        lines.append(f"| {name} | {support.get(name, '')} | {shown} | {'yes' if alone.get(name) else ''} |")
    lines += [
        "",
        "## Limits",
        "",
        "Learned from invented reports in Chinese and English; other languages go to a person. Irony, hearsay and",
        "wrongs that are only implied are read worse than plain ones. Probabilities hold for texts like those learned from.",
        "",
    ]
    return "\n".join(lines)


def write_card(model: CategoryModel, folder: Path) -> None:
    """Write the card beside a saved model."""
    (folder / NAME).write_text(card(model), encoding="utf-8")
