"""An installation of a test's own whose index is on the Elasticsearch of this run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.elastic_cluster import Indices
from triage.settings import get_settings
from triage.store import Store


@pytest.fixture
def store(elasticsearch: Indices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store, with the settings that lead to it and to the index in force."""
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path / "data"))
    for name, value in elasticsearch.environ(tmp_path).items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    with Store.open(get_settings()) as opened:
        yield opened
    get_settings.cache_clear()
