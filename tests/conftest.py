"""What many tests share: a data folder of their own and a small trained reader."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

# Before the web client loads trio: in the other order their warning ends a run of the API's tests alone.
import hypothesis
import pytest
from postgres_databases import Databases, started

from tests import elastic_cluster
from tests.embedded_tables import CopiedTables
from tests.packaged_reports import packaged_reports
from tests.running_order import shared_order
from triage.settings import Settings, get_settings
from triage.store import setup

# A busy machine is no defect: what is slow is told by ``triage bench``
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    """A run that is told to end stops the servers that it has started, as after Ctrl-C.

    The commands that it starts, some hundreds, may keep what they compile, even where somebody has turned that off: to
    compile everything anew takes each of them half a second.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes that share a run do not wait for each other."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        items[:] = shared_order(items, processes)


@pytest.fixture(scope="session", autouse=True)
def copied_tables() -> Iterator[None]:
    """A new embedded store gets the tables that the migrations wrote for the first one of this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(setup, "upgrade", CopiedTables(setup.upgrade).upgrade)
        yield


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with a reader and links, each trained on a part of the packaged corpus, once for the whole run.

    Where several processes run the tests one of them trains and the others wait for it. ``TRIAGE_TEST_MODELS`` names a
    folder of them that an earlier run made, for whoever runs single files again and again.
    """
    from models import link_training
    from models.registry import Registry
    from triage.learning import load, recipe, register, renew_links, train_model
    from triage.learning.accusing import accusations_in

    if "TRIAGE_TEST_MODELS" in os.environ:
        return Path(os.environ["TRIAGE_TEST_MODELS"])
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder = run / "trained"
    with (run / "trained.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = run / "training"
            registry, rows = Registry(draft), load()
            # Of urgent ones a part as small would be too few to tell them from others
            part = [row for place, row in enumerate(rows) if place % 12 == 0 or (row.urgent and place % 5 == 0)]
            reader = train_model(part, spec=recipe(None))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(link_training, "TREES", 150)
                renew_links(registry.path(register(reader, registry)), rows[:2000])
            accusations_in(draft)
            draft.rename(folder)
    return folder


@pytest.fixture
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links that are learned are of few trees: enough where it does not matter how well they tell matters apart."""
    from models import link_training

    monkeypatch.setattr(link_training, "TREES", 60)


@pytest.fixture
def few_letters(monkeypatch: pytest.MonkeyPatch, few_trees: None) -> None:
    """Links that are to be learned from the packaged corpus are learned from its first letters."""
    from triage.learning import linking

    monkeypatch.setattr(linking, "load", lambda: list(packaged_reports()[:1000]))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """A PostgreSQL for the whole run; where none can be had its tests are skipped, or fail if services are required."""
    yield from started(tmp_path_factory.mktemp("postgres"))


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[elastic_cluster.Indices]:
    """An Elasticsearch for the whole run; where none can be had its tests are skipped, or fail if services are required."""
    yield from elastic_cluster.started()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_models: Path) -> Iterator[Path]:
    """A fresh data folder with the small reader in it, in force through ``TRIAGE_DATA_DIR``."""
    folder = tmp_path / "data"
    shutil.copytree(small_models, folder / "models")
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(folder))
    for name in ("TRIAGE_TOKEN", "TRIAGE_OFFICE_DIVISION", "TRIAGE_OFFICE_LEVEL", "TRIAGE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("TRIAGE_ELASTICSEARCH_URL", raising=False)
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    """The settings of that folder."""
    return get_settings()
