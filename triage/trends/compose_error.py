"""How far counts by category are to be trusted: what the reader's evaluation says of each, laid over the month's counts.

Found rightly, wrongly and missed on reports that were held out in turn are in the model's manifest. With precision p and
recall r, of n reports read under a category about n·p/r belong there. The range is that of 95 in 100 by the delta method on
its logarithm, for what was counted in the evaluation and in the month alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from models.errors import ModelError
from models.registry import Registry
from models.saved import read_manifest
from triage.store import Store
from triage.trends.compose_words import by_size, category_words
from triage.trends.counted import Counted
from triage.trends.document import Cell, Column, ColumnKind, Missing, Number, Table, Text, Value, Words

LEAST = 10
"""So many reports of a category must have been seen and found in the evaluation for a range to be told."""
_NORMAL_95 = 1.96
_UNMEASURED = Text("评测样本不足", "Too few in the evaluation")
_NOTE = Text(
    "准确率、查全率出自模型训练时未见过的自撰举报，其中问题举报比实际来件多，实际准确率可能更低；人员复核过的件数不受此影响。",
    "Precision and recall come from authored reports that the model had not seen in training. Misconduct is more frequent there than in "
    "a real inbox, so that precision may be lower; what a person has reviewed is not touched by it.",
)


def tallies_of(store: Store) -> Mapping[str, Mapping[str, int]]:
    """By category, how many reports the model in use found rightly, wrongly and missed; empty where none tells."""
    registry = Registry(store.settings.models_dir)
    try:
        version = registry.current()
        about: Mapping[str, Any] = read_manifest(registry.path(version))["about"] if version else {}
    except ModelError:
        return {}
    told: Mapping[str, Mapping[str, int]] = about.get("labels", {})
    return told


def error_table(counted: Counted, tallies: Mapping[str, Mapping[str, int]]) -> Table | None:
    """Precision, recall and what the month's counts stand for; None where the model has no evaluation or nothing is shown."""
    shown = {code: counted.value(counted.month, counted.place, code) for code in tallies}
    codes = sorted(
        (code for code, value in shown.items() if isinstance(value, Number) and value.value),
        key=lambda code: (by_size(shown[code]), code),
    )
    if not codes:
        return None
    columns = (
        Column("category", Text("类别", "Category"), ColumnKind.WORDS),
        Column("count", Text("模型读出", "Read by the model"), ColumnKind.COUNT),
        Column("precision", Text("准确率", "Precision"), ColumnKind.SHARE),
        Column("recall", Text("查全率", "Recall"), ColumnKind.SHARE),
        Column("estimate", Text("估计件数（95%区间）", "Estimated reports (95 % range)"), ColumnKind.COUNT),
    )
    rows = tuple(_row(code, shown[code], tallies[code]) for code in codes)
    return Table(
        "category_error", Text("类别件数的误差", "How far counts by category go wrong"), columns, rows, note=_NOTE
    )


def estimate(count: int, right: int, wrong: int, missed: int) -> Number | None:
    """How many reports a count of the model stands for, with the ends of its range; None where too little was measured."""
    if right + wrong < LEAST or right + missed < LEAST or not right:
        return None
    precision, recall = right / (right + wrong), right / (right + missed)
    middle = count * precision / recall
    measured = (1 - precision) / right + (1 - recall) / right
    this_month = (1 - precision) / (precision * count) + (1 - recall) / (precision * count)
    factor = math.exp(_NORMAL_95 * math.sqrt(measured + this_month))
    return Number(round(middle), round(middle / factor), round(middle * factor))


def _row(code: str, value: Value, tally: Mapping[str, int]) -> tuple[Cell, ...]:
    right, wrong, missed = tally["right"], tally["wrong"], tally["missed"]
    found = estimate(int(value.value), right, wrong, missed) if isinstance(value, Number) else None
    if found is None:
        lacking = Missing(_UNMEASURED)
        return Words(category_words(code)), value, lacking, lacking, lacking
    return (
        Words(category_words(code)),
        value,
        Number(round(right / (right + wrong), 3)),
        Number(round(right / (right + missed), 3)),
        found,
    )
