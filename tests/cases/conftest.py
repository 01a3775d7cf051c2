"""The judge of pairs, learned once for the whole run."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.registry import Registry
from triage.cases import LinkRules, PairJudge
from triage.learning import links_in
from triage.policy import load_policy


@pytest.fixture(scope="session")
def judge(small_models: Path) -> PairJudge:
    registry = Registry(small_models)
    model = links_in(registry.path(registry.current() or ""))
    return PairJudge(model, LinkRules.of(load_policy(None).links))
