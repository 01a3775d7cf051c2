"""A number for each request: it stands in the log and on answers that tell of a fault of ours, where it can be quoted.

The number is drawn by chance here. One that a sender brings is not taken over, because it would stand in the log.
Other answers bear none: nothing is logged of them, a reporter's answer should point to nothing, and answers to wrong
receipts must be the same to the last byte.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from triage.logs import in_request

HEADER = b"x-request-id"


class Numbered:
    """Gives each request its number."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = secrets.token_hex(8)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
                message["headers"] = [*message.get("headers", ()), (HEADER, number.encode())]
            await send(message)

        with in_request(number):
            await self._app(scope, receive, telling)
