"""Reading many reports side by side: a pure function over lines, for a pool of processes, Ray or Spark.

Lines of JSON go in and lines of JSON come out, as `triage assess` takes and gives them. Nothing is stored, no setting and
no network is asked: the same lines with the same model give the same answer on any machine (probabilities to nine places:
the last bits of a sum depend on its batch), if each bears when it was ``received``, without which dates count from today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from triage.policy import load_policy

if TYPE_CHECKING:
    from triage.assess import Assessor


def assess_lines(lines: Sequence[str], model: str) -> list[str]:
    """An assessment for each line, in their order; a bad line is told on standard error and left out.

    Args:
        lines: JSON objects with a ``text``; ``id``, ``channel``, ``received``, ``turns`` and ``place`` may stand beside it.
        model: folder of a trained model, the same on every machine (`triage models list` names those that there are).

    Raises:
        ModelMissing, ModelDamaged: there is no model in the folder, or a file of it was changed.
    """
    from triage.jsonl import items_of, object_of
    from triage.plain import plain

    pairs = _assessor(model).pair(items_of(lines))
    return [json.dumps(plain(object_of(item, result)), ensure_ascii=False) for item, result in pairs]


def parts_of(lines: Iterable[str], size: int = 1000) -> Iterator[list[str]]:
    """The lines in parts of ``size``: enough that a part is worth its way, few enough that memory stays small."""
    left = iter(lines)
    while part := list(islice(left, size)):
        yield part


@lru_cache(maxsize=1)
def _assessor(model: str) -> Assessor:
    """Loaded once in each process: dictionaries and arrays take a second or two."""
    from triage.assess import Assessor

    return Assessor.load(Path(model), load_policy())
