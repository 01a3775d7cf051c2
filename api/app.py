"""The application: ``create_app`` takes no arguments, so that a server can be given its name alone."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.staticfiles import StaticFiles

from api.deps import Service
from api.errors import LastResort, install
from api.headers import SafeHeaders
from api.landing import Landing
from api.limits import BodyLimit, RateLimit, RequestLimit, most_at_once
from api.numbering import Numbered
from api.openapi import describer
from api.routers import (
    cases,
    casework,
    health,
    identities,
    matters,
    messages,
    pages,
    referrals,
    reports,
    reviews,
    sealed,
    search,
    status,
    transcripts,
    trends,
    watching,
)
from triage.logs import get_logger
from triage.operation import metrics
from triage.operation.listener import Listener, listen
from triage.operation.metrics import StoreCollector
from triage.settings import Settings, get_settings
from triage.store import GroupCommit, Store
from triage.store.database import POOL

log = get_logger(__name__)
_PARTS = (
    reports, transcripts, status, search, watching, reviews, cases, casework, referrals, matters, messages, identities, sealed, trends,
    health, pages,
)  # fmt: skip
_STATIC = Path(__file__).resolve().parent / "static"


def create_app() -> FastAPI:
    """The application on the settings of this process.

    Raises:
        BadSetup: a setting breaks its rule.
    """
    settings = get_settings()
    app = FastAPI(
        title="举报受理与分办 · Report triage",
        version="1",
        description="受理、查询进展、检索与移送 · Taking reports in, telling what became of them, finding and referring them.",
        docs_url=None,
        redoc_url=None,
        # To an address with a stroke too many the answer would be another one, made of the request's Host and of http where a
        # proxy ends TLS: whoever follows it sends a report in the clear.
        redirect_slashes=False,
        lifespan=_lifespan(settings),
    )
    app.include_router(reports.intake)
    for part in _PARTS:
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.openapi = describer(app)  # type: ignore[method-assign]
    install(app)
    # The last one added meets a request first: headers stand on every answer, even on that of the last resort.
    app.add_middleware(BodyLimit, most=settings.max_body_bytes)
    app.add_middleware(RequestLimit, most=most_at_once())
    app.add_middleware(LastResort)
    app.add_middleware(SafeHeaders)
    app.add_middleware(Numbered)
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # As many threads as the database has connections: no route waits for one.
        threads = POOL if settings.sqlite else settings.database_pool
        anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        with Store.open(settings) as store:
            intake = GroupCommit(store)
            rate = RateLimit(settings.rate_per_hour)
            service = Service(settings, store, Landing(intake), rate, store.subkey("receipt"))
            app.state.service = service
            figures = _tell_figures(service)
            _settle()
            threading.Thread(target=_warm, args=[service], name="warm-up", daemon=True).start()
            try:
                yield
            finally:
                intake.close()
                if figures is not None:
                    figures.close()

    return lifespan


def _tell_figures(service: Service) -> Listener | None:
    """Answers for the figures of this process and of the store, if a port is set."""
    if service.settings.metrics_port is None:
        return None
    asked = StoreCollector(service.observer)
    # Registered for this run alone: a second start in one process must not tell of the first one's store.
    own = CollectorRegistry()
    own.register(asked)
    own.register(metrics.API)
    return listen(own, service.settings)


def _warm(service: Service) -> None:
    """Opens search beside the start, so that the first question does not wait for dictionaries."""
    try:
        _ = service.finder
    except Exception as error:  # noqa: BLE001  # the first question will meet it again and answer for it
        log.warning("search_not_ready", error=type(error).__name__)
    _settle()


def _settle() -> None:
    """Takes what was loaded for good out of the garbage collector's rounds, which else stop everybody for 80 ms."""
    gc.collect()
    gc.freeze()
