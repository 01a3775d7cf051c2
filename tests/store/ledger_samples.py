"""Lines of the ledger, reports that are kept with them, and the worker's steps; for tests of cases in the store."""

from __future__ import annotations

from itertools import pairwise

import pytest
from store_samples import arrival, outcome

from triage.model import Judgement, Verdict
from triage.renewal import Renewal
from triage.store import WORKER, Accepted, Store


def same(one: str, other: str, score: float = 0.9) -> Judgement:
    return Judgement(one, other, Verdict.SAME, score, "links-1", (), joined=True)


def unsure(one: str, other: str) -> Judgement:
    return Judgement(one, other, Verdict.UNSURE, 0.3, "links-1", ("same_surname",))


def apart(one: str, other: str) -> Judgement:
    return Judgement(one, other, Verdict.DIFFERENT, 0.1, "links-1", ("other_accused",))


def arrive(store: Store, count: int) -> list[str]:
    answers = store.receive([arrival() for _ in range(count)])
    return [answer.report_id for answer in answers if isinstance(answer, Accepted)]


def keep(store: Store, ids: list[str], *lines: Judgement) -> None:
    store.save_assessed(
        [outcome(one, judgements=tuple(line for line in lines if line.report_id == one)) for one in ids]
    )


def feed(store: Store, renewal: Renewal, batch: int = 4, most: int = 200) -> int:
    """Renews until the outbox is empty, as the worker does; how often."""
    for turn in range(most):
        items = store.outbox_batch(batch)
        if not items:
            return turn
        renewal.renew(items)
        store.outbox_done([item.seq for item in items])
    pytest.fail("the outbox never empties")


def homes(store: Store) -> list[set[str]]:
    return sorted(({*case.report_ids} for case in store.cases(WORKER)), key=min)


def points(store: Store, ids: list[str]) -> list[float]:
    found = store.corroborations(ids, WORKER)
    return [found[one] for one in ids]


def pairs(store: Store, renewal: Renewal, count: int) -> list[str]:
    """Cases of two reports each; the ids, case after case."""
    ids = arrive(store, 2 * count)
    keep(store, ids, *(same(ids[place + 1], ids[place]) for place in range(0, 2 * count, 2)))
    feed(store, renewal)
    return ids


def chain(store: Store, count: int) -> list[str]:
    """Reports of which each tells of the same as the one before it, in other words."""
    ids = arrive(store, count)
    keep(store, ids, *(same(one, before) for before, one in pairwise(ids)))
    return ids
