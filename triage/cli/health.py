"""What `triage doctor` looks at."""

from __future__ import annotations

from dataclasses import dataclass

from triage.errors import Busy, TriageError
from triage.model import Stage
from triage.settings import Settings
from triage.store import WORKER, Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report."""

    part: str
    well: bool
    sentence: str


def findings(store: Store, settings: Settings) -> list[Finding]:
    """Looks at each part; a part that fails is a finding, not an end."""
    return [
        Finding("data folder", True, str(settings.data_dir)),
        _model(settings),
        _reports(store),
        _stuck(store),
        _index(store, settings),
        _worker(store, settings),
        _audit(store),
    ]


def _model(settings: Settings) -> Finding:
    from models.errors import ModelError
    from models.registry import Registry

    try:
        model = Registry(settings.models_dir).load_current()
    except ModelError as error:
        return Finding("model", False, str(error))
    return Finding("model", True, f"{model.version}, {len(model.categories)} labels")


def _reports(store: Store) -> Finding:
    counts = store.counts(WORKER)
    told = ", ".join(f"{counts.get(stage, 0)} {stage.value}" for stage in Stage)
    return Finding("reports", True, told)


def _stuck(store: Store) -> Finding:
    stuck = store.stuck(WORKER)
    dead = [line for line in stuck if line.stage is Stage.DEAD]
    if not stuck:
        return Finding("stuck", True, "none")
    codes = ", ".join(sorted({line.code for line in stuck}))
    return Finding(
        "stuck", not dead, f"{len(dead)} stopped, {len(stuck) - len(dead)} wait ({codes}); see `triage retry`"
    )


def _index(store: Store, settings: Settings) -> Finding:
    from triage.pipeline import open_index
    from triage.search import SearchRequest

    held = open_index(settings, store).count(SearchRequest(), WORKER)
    wanted = store.counts(WORKER).get(Stage.INDEXED, 0)
    well = held == wanted
    return Finding("index", well, f"{held} of {wanted} reports" + ("" if well else "; run `triage reconcile`"))


def _worker(store: Store, settings: Settings) -> Finding:
    from triage.store.locks import take_worker_lock

    waiting = store.waiting()
    try:
        with take_worker_lock(settings.data_dir):
            return Finding(
                "worker", waiting == 0, f"none runs, {waiting} wait" if waiting else "none runs, nothing waits"
            )
    except Busy:
        return Finding("worker", True, f"runs, {waiting} wait")


def _audit(store: Store) -> Finding:
    try:
        state = store.verify_audit()
    except TriageError as error:
        return Finding("audit log", False, error.sentence)
    return Finding("audit log", True, f"{state.sealed} rows sealed, {state.waiting} wait for a seal")
