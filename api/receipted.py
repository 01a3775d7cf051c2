"""What routes for whoever holds a receipt share: the hash under which it is looked up, also of what can be none."""

from __future__ import annotations

from api.deps import Service
from triage.errors import BadInput, NotFound
from triage.intake import normalised_code, receipt_hash

MOST_CHARS = 64
NO_CODE = "?" * 17


def hash_of(service: Service, given: str) -> str:
    """The hash of a receipt as somebody wrote it; of what can be none that of no receipt, so that the answer takes as long."""
    try:
        code = normalised_code(given[:MOST_CHARS])
    except BadInput:
        code = NO_CODE
    return receipt_hash(service.receipt_key, code)


def no_such() -> NotFound:
    """The answer to every wrong receipt."""
    return NotFound("No report has this receipt; please compare it once more.")
