"""What several stories share: commands as somebody types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from triage.cli.app import app
from triage.errors import TriageError


@pytest.fixture
def run(data_dir: Path) -> Callable[..., Any]:
    """Runs a command in this process and gives its result; an error of ours is raised as ``main`` would meet it."""

    def go(*words: str, given: str | None = None, fails: bool = False, ends: int = 0) -> Any:
        result = CliRunner().invoke(app, list(words), input=given)
        if isinstance(result.exception, TriageError):
            raise result.exception
        assert result.exit_code == (2 if fails else ends), result.output
        return result

    return go
