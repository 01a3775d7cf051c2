"""Whether the service lives and what of it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Response

from api.deps import Service, Serving
from api.schemas.health import Alive, Part, Readiness
from models.errors import ModelError
from models.registry import Registry
from models.saved import read_manifest
from triage.errors import Busy, TriageError
from triage.store.locks import take_worker_lock

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="存活 · Alive")
async def alive() -> Alive:
    """The process answers."""
    return Alive()


@router.get(
    "/readyz",
    summary="就绪 · What is there",
    description="503 only where no report can be taken; a missing model, index or worker is told, and catches up later.",
    responses={503: {"model": Readiness, "description": "没有数据库 · the store does not answer"}},
)
def ready(service: Serving, response: Response) -> Readiness:
    """The parts, one by one."""
    store, model, index = _store(service), _model(service.settings.models_dir), _index(service.settings.index_dir)
    worker = _worker(service.settings.data_dir)
    taking = store == "there"
    response.status_code = 200 if taking else 503
    everything = taking and model == "there" and index == "there" and worker == "running"
    return Readiness(ready=everything, taking_reports=taking, store=store, model=model, index=index, worker=worker)


def _store(service: Service) -> Part:
    try:
        service.store.waiting()
    except TriageError:
        return "damaged"
    return "there"


def _model(folder: Path) -> Part:
    registry = Registry(folder)
    try:
        version = registry.current()
        if version is None:
            return "missing"
        read_manifest(registry.path(version))
    except (ModelError, OSError):
        return "damaged"
    return "there"


def _index(folder: Path) -> Part:
    return "there" if any(folder.glob("*/meta.json")) else "missing"


def _worker(data_dir: Path) -> Literal["running", "missing"]:
    try:
        take_worker_lock(data_dir).release()
    except Busy:
        return "running"
    return "missing"
