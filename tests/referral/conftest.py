"""What was learned of letters that accuse an office, for all tests of routes."""

from __future__ import annotations

from pathlib import Path

import pytest
from learned_letters import MODELS


@pytest.fixture(autouse=True, scope="session")
def _learned(small_models: Path) -> None:
    MODELS[:] = [small_models]
