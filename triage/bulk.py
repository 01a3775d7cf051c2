"""Reading many reports side by side: a pure function over lines, for a pool of processes, Ray or Spark.

Lines of JSON go in and lines of JSON come out, as `triage assess` takes and gives them. Nothing is stored, no setting and
no network is asked: the same lines with the same model give the same answer on any machine (probabilities to nine places:
the last bits of a sum depend on its batch), if each bears when it was ``received``, without which dates count from today.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from models.saved import read_manifest
from triage.errors import Unavailable
from triage.policy import load_policy

if TYPE_CHECKING:
    from triage.assess import Assessor


def assess_lines(
    lines: Sequence[str], model: str, first: int = 1, policy: str | None = None, text_chars: int | None = None
) -> list[str]:
    """An assessment for each line, in their order; a bad line is told on standard error and left out.

    Args:
        lines: JSON objects with a ``text``; ``id``, ``channel``, ``received``, ``turns`` and ``place`` may stand beside it.
        model: folder of a trained model, the same on every machine (`triage models list` names those that there are).
        first: number of the first line in its file, by which bad lines are told and lines without an ``id`` are named.
        policy: folder with a ``policy.toml`` in place of the packaged one.
        text_chars: the longest text that is read, in characters; as long as `triage import` takes by default if left out.

    Raises:
        ModelMissing, ModelDamaged: there is no model in the folder, or a file of it was changed.
    """
    from triage.intake import Limits
    from triage.jsonl import items_of, object_of
    from triage.plain import json_line

    limits = Limits() if text_chars is None else Limits(text_chars=text_chars)
    pairs = _assessor(model, policy).pair(items_of(lines, first, limits))
    return [json_line(object_of(item, result)) for item, result in pairs]


def parts_of(lines: Iterable[str], size: int = 1000) -> Iterator[list[str]]:
    """The lines in parts of ``size``: enough that a part is worth its way, few enough that memory stays small."""
    left = iter(lines)
    while part := list(islice(left, size)):
        yield part


def assess_side_by_side(
    lines: Iterable[str],
    model: str,
    processes: int,
    *,
    policy: str | None = None,
    size: int = 200,
    text_chars: int | None = None,
) -> Generator[str, None, None]:
    """What ``assess_lines`` says of all the lines, in their order, read by a pool of processes.

    As many parts are under way as keep every process busy, whatever the length of the file.

    Raises:
        ModelMissing, ModelDamaged: as above.
        Unavailable: one of the processes was ended from outside.
    """
    read_manifest(Path(model))
    under_way: deque[Future[list[str]]] = deque()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            first = 1
            for part in parts_of(lines, size):
                under_way.append(pool.submit(assess_lines, part, model, first, policy, text_chars))
                first += len(part)
                if len(under_way) > 2 * processes:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        except BrokenProcessPool:
            raise Unavailable(
                "A process that reads was ended, mostly for want of memory; try fewer with --processes. "
                "What was told until then holds, and the lines behind it were not read."
            ) from None
        finally:
            # Whoever reads no further waits for what is under way at most
            pool.shutdown(cancel_futures=True)


@lru_cache(maxsize=1)
def _assessor(model: str, policy: str | None) -> Assessor:
    """Loaded once in each process: dictionaries and arrays take a second or two."""
    from triage.assess import Assessor

    return Assessor.load(Path(model), load_policy(None if policy is None else Path(policy)))
