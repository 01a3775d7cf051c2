"""Whether the service lives and what of it is there."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.deps import Serving
from api.schemas.health import Alive, Part, PartOut, Readiness
from triage.operation import PartState

router = APIRouter(tags=["health"])


# Balancers and watchers of every make ask by either method
@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="存活 · Alive")
async def alive() -> Alive:
    """The process answers."""
    return Alive()


@router.head("/readyz", include_in_schema=False)
@router.get(
    "/readyz",
    summary="就绪 · What is there",
    description="503 only where no report can be taken; any other part that fails is named with what to do, and catches up later.",
    responses={503: {"model": Readiness, "description": "没有数据库 · the store does not answer"}},
)
def ready(service: Serving, response: Response) -> Readiness:
    """The parts, one by one."""
    states = {state.part: state for state in service.observer.ready()}
    taking = states["database"].well
    response.status_code = 200 if taking else 503
    failing = [state.part for state in states.values() if not state.well]
    return Readiness(
        ready=not failing,
        taking_reports=taking,
        store=_known(states["database"]),
        model=_known(states["model"]),
        index=_known(states["index"]),
        worker="missing" if states["worker"].code == "missing" else "running",
        failing=failing,
        parts=[PartOut.of(state) for state in states.values()],
    )


def _known(state: PartState) -> Part:
    """The three words that this answer began with; ``parts`` tells more."""
    return "there" if state.well else "missing" if state.code in {"missing", "opening", "outdated"} else "damaged"
