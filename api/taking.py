"""From checked fields to the answer with a receipt: the part that reports and transcripts share."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import Response

from api.deps import Service
from triage.intake import Limits, idempotency, receipt_hash, shown, submission
from triage.model import Channel
from triage.operation.metrics import INTAKE_ACCEPTED, INTAKE_SECONDS
from triage.store import Accepted, Arrival


@dataclass(frozen=True, slots=True)
class Prepared:
    """An arrival and the receipt code that its sender is to be shown."""

    arrival: Arrival
    code: str


def prepared(
    service: Service,
    fields: Mapping[str, object],
    channel: Channel,
    key: str | None,
    namespace: str,
    *,
    adds_to: str | None = None,
) -> Prepared:
    """A checked arrival.

    Args:
        service: the service that takes it.
        fields: what came in, loosely typed.
        channel: the channel where the fields name none.
        key: the idempotency key, if there is one.
        namespace: the sender's token id, or "anonymous".
        adds_to: the report that it adds to, if its sender holds the receipt of one.

    Raises:
        BadInput: a field breaks a rule.
    """
    made = submission(fields, Limits(text_chars=service.settings.max_text_chars), channel=channel)
    if adds_to is not None:
        made = replace(made, adds_to=adds_to)
    received = fields.get("received")
    once = idempotency(service.receipt_key, made, key, namespace, received if isinstance(received, str) else "")
    hashed = receipt_hash(service.receipt_key, once.code)
    return Prepared(Arrival(made, hashed, once.key_hash, once.body_hash, namespace), once.code)


async def written(service: Service, ready: Prepared) -> Accepted:
    """Waits for the place in the group commit.

    Raises:
        IdempotencyConflict: the key came before with another body.
        Busy: too many wait, or the service is ending.
    """
    began = time.perf_counter()
    accepted = await service.landing.written(ready.arrival)
    INTAKE_SECONDS.observe(time.perf_counter() - began)
    INTAKE_ACCEPTED.inc()
    return accepted


async def taken(service: Service, ready: Prepared) -> Response:
    """As ``written``, with the answer."""
    accepted = await written(service, ready)
    # None of the three holds a character that JSON would write otherwise.
    body = (
        f'{{"receipt": "{shown(ready.code)}", "received_at": "{accepted.received_at.isoformat()}", '
        f'"state": "{accepted.state.value}"}}'
    )
    return Response(body.encode(), 202, media_type="application/json")
