"""What several stories share: commands as somebody types them, a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import chromium, opened_anew
from postgres_databases import Databases
from two_offices import Above
from typer.testing import CliRunner

from triage.cli.app import app
from triage.cli.workplace import furnish
from triage.errors import TriageError
from triage.pipeline import Pipeline, assemble
from triage.settings import Settings, get_settings
from triage.store import Store


@pytest.fixture(scope="session")
def one_chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The Chromium of a run: it takes seconds to start."""
    yield from chromium(tmp_path_factory.mktemp("chromium") / "profile")


@pytest.fixture
def browser(one_chromium: Any) -> Iterator[Any]:
    """A Chromium of the width of a phone, without a window, that knows nothing of other tests."""
    yield from opened_anew(one_chromium)


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


@pytest.fixture(params=["sqlite", "postgresql"])
def on_each_database(
    data_dir: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """The settings of the data folder, with the embedded database and with one on a server."""
    if request.param == "sqlite":
        yield get_settings()
        return
    databases: Databases = request.getfixturevalue("postgres")
    with databases.fresh() as name:
        databases.settings(data_dir, name)
        monkeypatch.setenv("TRIAGE_DATABASE_URL", databases.address(name))
        get_settings.cache_clear()
        yield get_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The store of these settings, with a model to read by."""
    with Store.open(settings) as opened:
        furnish(opened, settings)
        yield opened


@pytest.fixture
def pipeline(store: Store, settings: Settings) -> Iterator[Pipeline]:
    """What takes the reports of that store on their way."""
    made = assemble(settings, store)
    yield made
    made.index.close()


@pytest.fixture
def above(tmp_path: Path, small_models: Path, run: Callable[..., Any]) -> Above:
    """The office above the county's, with a data folder of its own."""
    return Above(tmp_path / "prefecture", small_models, run)
