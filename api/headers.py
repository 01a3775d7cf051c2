"""Headers that keep pages and answers to themselves: no foreign script, no frame, no trace in a shared browser."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = [
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
EVERY = [
    (b"x-content-type-options", b"nosniff"),
    # A reporter's phone may not be only theirs: nothing stays in its cache.
    (b"cache-control", b"no-store"),
]


class SafeHeaders:
    """Adds the headers: those of a page to HTML alone, because each header of an answer to a machine costs time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                html = any(name == b"content-type" and value.startswith(b"text/html") for name, value in given)
                message["headers"] = given + (PAGE + EVERY if html else EVERY)
            await send(message)

        await self._app(scope, receive, adding if scope["type"] == "http" else send)
