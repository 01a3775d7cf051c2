"""What several tests of composed months share."""

from __future__ import annotations

import pytest


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a month writes no sheets, pages and papers, which take seconds: for tests that look at the figures alone."""
    monkeypatch.setattr("triage.trends.reports.files_of", lambda _: {})
