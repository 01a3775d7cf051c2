"""Where a reader errs: which label it says in place of which, and the reports on which it is furthest off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpora.reports import LabelledReport
from triage.learning.figures import Figures, rounded
from triage.model import Assessment

CONFUSIONS, WORST = 20, 50
"""How many pairs of labels and how many reports are told of."""
_NOTHING = "nothing"


def mistakes(rows: Sequence[LabelledReport], assessments: Sequence[Assessment]) -> Figures | None:
    """The commonest confusions and the ids of the worst reports, never a word of them; None where no row tells labels.

    A missed label is paired with each label said too much in the same report, or with "nothing".
    """
    told = [(row, found) for row, found in zip(rows, assessments, strict=True) if row.categories is not None]
    if not told:
        return None
    pairs: Counter[tuple[str, str]] = Counter()
    worst: list[tuple[float, Figures]] = []
    for row, found in told:
        missed, extra = (
            set(row.categories or ()) - set(found.categories),
            set(found.categories) - set(row.categories or ()),
        )
        pairs.update((label, other) for label in missed for other in extra or {_NOTHING})
        pairs.update((_NOTHING, other) for other in extra if not missed)
        off = [(1 - found.probabilities.get(label, 0.0), label) for label in missed]
        off += [(found.probabilities.get(label, 0.0), label) for label in extra]
        if off:
            by, label = max(off)
            worst.append((by, {"id": row.id, "label": label, "missed": label in missed, "off_by": rounded(by)}))
    worst.sort(key=lambda entry: -entry[0])
    commonest = sorted(pairs.items(), key=lambda entry: (-entry[1], entry[0]))[:CONFUSIONS]
    return {
        "confusions": [{"true": true, "said": said, "times": times} for (true, said), times in commonest],
        "worst": [entry for _, entry in worst[:WORST]],
    }
