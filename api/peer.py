"""The peer that `triage bench intake` compares with: the same body, nothing kept.

An application of one route that checks the same Pydantic model and answers at once. What intake takes longer than this
is what sealing, idempotency and the write to disk cost.
"""

from __future__ import annotations

from fastapi import FastAPI, Response

from api.schemas.reports import ReportIn

_ANSWER = b'{"receipt": "0000-0000-0000-00000", "received_at": "2019-11-05T04:00:00+00:00", "state": "received"}'


def create_peer() -> FastAPI:
    """The peer, for uvicorn."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/v1/reports", status_code=202)
    async def take(report: ReportIn) -> Response:
        return Response(_ANSWER if report.text else b"", 202, media_type="application/json")

    @app.get("/readyz")
    async def ready() -> Response:
        return Response(b"{}", media_type="application/json")

    return app
