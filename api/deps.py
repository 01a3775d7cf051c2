"""What routes share: the opened store with what stands around it, who asks, and how often they may."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated
from weakref import WeakValueDictionary

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.landing import Landing
from api.limits import RateLimit
from triage.errors import NotAuthenticated
from triage.model import Access
from triage.operation import Observer
from triage.settings import Settings
from triage.store import Store

if TYPE_CHECKING:
    from triage.search.finding import Finder

ANONYMOUS = "anonymous"
_bearer = HTTPBearer(auto_error=False, description="`triage token new` makes one · 由 `triage token new` 生成")


@dataclass
class Service:
    """What one API process works with, opened at its start and closed at its end."""

    settings: Settings
    store: Store
    landing: Landing
    rate: RateLimit
    receipt_key: bytes
    adding: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """By report whose turn it is to add to it: whoever counts what came must not be overtaken before his own stands there."""
    _finder: Finder | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.observer = Observer(self.settings, self.store, lambda: self._finder.index if self._finder else None)

    @property
    def finder(self) -> Finder:
        """Search for people; opened at first use, because intake must not wait for dictionaries to load."""
        with self._guard:
            if self._finder is None:
                from triage.pipeline import open_finder

                self._finder = open_finder(self.settings, self.store)
            return self._finder


def service_of(request: Request) -> Service:
    """The service of the application that a request came to."""
    service: Service = request.app.state.service
    return service


async def _service(request: Request) -> Service:
    return service_of(request)


def staff(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
) -> Access:
    """The access of a member of staff, by their token.

    Raises:
        NotAuthenticated: no token, or one that does not hold.
    """
    if credentials is None:
        raise NotAuthenticated("This needs a token: send it as Authorization: Bearer.")
    return service_of(request).store.authenticate(credentials.credentials)


async def sender(request: Request) -> str:
    """Who sends something that needs no token: the id of the token if one stands there all the same, else anonymous.

    Raises:
        NotAuthenticated: a token that does not hold; it counts as a request of its sender.
        TooMany: an anonymous sender has had this hour's requests.
    """
    service = service_of(request)
    given = request.headers.get("authorization")
    if given is None:
        count(request)
        return ANONYMOUS
    kind, _, token = given.partition(" ")
    try:
        if kind.lower() != "bearer":
            raise NotAuthenticated("This needs no token; if one is sent, then as Authorization: Bearer.")
        return (await run_in_threadpool(service.store.authenticate, token.strip())).principal
    except NotAuthenticated:
        count(request)
        raise


def count(request: Request) -> None:
    """Counts a request against the limit on rate.

    Raises:
        TooMany: the sender has had this hour's requests.
    """
    service_of(request).rate.count(request.client.host if request.client else "")


async def limited(request: Request) -> None:
    """As ``count``, for routes."""
    count(request)


Serving = Annotated[Service, Depends(_service)]
Staff = Annotated[Access, Depends(staff)]
