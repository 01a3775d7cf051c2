"""The small reader that tests of assessing read with."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.registry import Registry
from triage.assess import Assessor


@pytest.fixture(scope="module")
def current(small_models: Path) -> Path:
    """The folder of the small reader in use."""
    registry = Registry(small_models)
    return registry.path(str(registry.current()))


@pytest.fixture(scope="module")
def assessor(current: Path) -> Assessor:
    """One for each module: a test may take components into its pipeline for a while."""
    return Assessor.load(current)
