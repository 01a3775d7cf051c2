"""Idempotency keys: the same report sent twice gets the same receipt, though neither key nor body is stored in clear."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

from triage.errors import BadInput
from triage.intake.receipts import derived_code, new_code
from triage.intake.transcripts import before_summaries, joined, with_title
from triage.model import Submission, Turn

LEAST_CHARS = 16
MOST_CHARS = 255
_write = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Once:
    """The receipt code of a report and, if it came with an idempotency key, what to remember of it (keyed hashes)."""

    code: str
    key_hash: str | None = None
    body_hash: str | None = None


def body_hash(receipt_key: bytes, submission: Submission) -> bytes:
    """Keyed hash of all that the sender said; the moment of receipt counts only where the sender named it."""
    reporter, (text, turns) = submission.reporter, _sent(submission)
    said = (
        text,
        submission.channel,
        submission.title,
        submission.place,
        submission.external_id,
        None if reporter is None else (reporter.name, reporter.contact),
        [(turn.speaker, turn.text, turn.label, turn.start, turn.end) for turn in turns],
        submission.source,
        submission.row,
        # Behind the others and only where it is there: hashes that are stored stay what they were
        *((submission.adds_to,) if submission.adds_to else ()),
    )
    return hmac.digest(receipt_key, b"body\0" + _write(said).encode("utf-8", "surrogatepass"), "sha256")


def _sent(submission: Submission) -> tuple[str, Sequence[Turn]]:
    """Text and turns as those hashes were made of that are stored: without the title that intake puts before a call, and with
    the caller's label on a text beside the turns. Neither makes another call of it.
    """
    title, turns = submission.title, submission.turns
    if turns and title is not None and with_title(turns[1:], title) == turns:
        turns = turns[1:]
    sent = before_summaries(turns)
    return submission.text if sent == submission.turns else joined(sent), sent


def idempotency(
    receipt_key: bytes, submission: Submission, key: str | None, namespace: str, received: str = ""
) -> Once:
    """The receipt for a submission.

    Args:
        receipt_key: the vault's subkey ``receipt``.
        submission: what came in.
        key: the sender's idempotency key, if there is one.
        namespace: the sender's token id, or "anonymous".
        received: the date as the sender wrote it, empty if the sender gave none.

    Raises:
        BadInput: the key is shorter than 16 or longer than 255 characters.
    """
    if key is None:
        return Once(new_code())
    if not LEAST_CHARS <= len(key) <= MOST_CHARS:
        raise BadInput("Idempotency-Key", "length", f"The key must have {LEAST_CHARS} to {MOST_CHARS} characters.")
    scoped = f"{namespace}\0{key}"
    digest = hmac.digest(body_hash(receipt_key, submission), received.encode(), "sha256")
    key_hash = hmac.digest(receipt_key, b"once\0" + scoped.encode(), "sha256").hex()
    return Once(derived_code(receipt_key, scoped, digest), key_hash, digest.hex())
