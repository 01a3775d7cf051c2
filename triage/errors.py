"""One exception tree. Each error has a code, an HTTP status and a sentence that says what to do.

::

    TriageError
    ├── BadInput              a field breaks a rule: names the field and the rule, never repeats the input
    │   ├── TooLarge
    │   └── IdempotencyConflict
    ├── NotFound              unknown or not visible: the two look alike
    ├── NotAllowed
    │   └── NotAuthenticated
    ├── Changed               what is decided on is no longer what was looked at
    ├── TooMany               a limit on rate
    │   └── TooManyAdded      to one report, with its receipt
    ├── BadSetup              settings, keys, files or versions do not fit together
    │   ├── WrongKey
    │   └── NoModel
    ├── Busy                  somebody else holds the lock; try again
    ├── Refused               a part takes some of what it was given and never the rest
    ├── Unavailable           a part this needs does not answer
    │   └── IndexDown         the search index: what is written waits for it
    │       └── NoIndex       it is not there (any more), and is written anew from the store
    └── Corrupt               stored data fail their check
"""

from __future__ import annotations

from collections.abc import Mapping


class TriageError(Exception):
    """Root of all errors that people are shown; ``str()`` of it is fit for a log."""

    code = "error"
    status = 500

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadInput(TriageError):
    """Input that breaks a rule. ``field`` names where, ``rule`` is a stable code of what."""

    code = "bad_input"
    status = 422

    def __init__(self, field: str, rule: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field = field
        self.rule = rule
        self.detail = sentence


class TooLarge(BadInput):
    """Input over a limit on size."""

    code = "too_large"
    status = 413


class IdempotencyConflict(BadInput):
    """The same idempotency key came with another body."""

    code = "idempotency_conflict"
    status = 409


class NotFound(TriageError):
    """Unknown, or not visible to the one who asks: the two must look alike."""

    code = "not_found"
    status = 404


class NotAllowed(TriageError):
    """The role does not allow this."""

    code = "not_allowed"
    status = 403


class NotAuthenticated(NotAllowed):
    """No token, or one that is unknown, expired or revoked."""

    code = "not_authenticated"
    status = 401


class Changed(TriageError):
    """What is decided on is no longer what was looked at: somebody decided, or it was read anew, meanwhile."""

    code = "changed"
    status = 409


class TooMany(TriageError):
    """Over a limit on rate; ``retry_after`` is in seconds."""

    code = "too_many"
    status = 429

    def __init__(self, sentence: str, retry_after: int = 60) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class TooManyAdded(TooMany):
    """More was added to one report in an hour than is taken."""

    code = "too_many_added"

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        super().__init__(
            "Nothing of this was taken: more was added with this receipt in this hour than is taken. Keep what you wrote and "
            f"send it again in {minutes} minutes, all of it in one; or send it now as a new report with the receipt in its "
            "text, or call the hotline.",
            retry_after,
        )


class BadSetup(TriageError):
    """Settings, keys, files or versions that do not fit together."""

    code = "bad_setup"
    status = 500


class WrongKey(BadSetup):
    """The master key is not the one this database was written with."""

    code = "wrong_key"


class NoModel(BadSetup):
    """No trained model is there."""

    code = "no_model"
    status = 503


class Busy(TriageError):
    """Somebody else holds what this needs; try again."""

    code = "busy"
    status = 503


class Unavailable(TriageError):
    """A part that this needs does not answer."""

    code = "unavailable"
    status = 503


class IndexDown(Unavailable):
    """The search index does not answer; whatever changes meanwhile waits in the outbox."""


class NoIndex(IndexDown):
    """There is no search index, not yet or not any more; the worker writes it from the store."""


class Refused(TriageError):
    """What the search index will not take, however often it is tried: ``reasons`` is a code for each report's id."""

    code = "refused"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(
            f"The search index refuses {len(reasons)} reports ({', '.join(sorted(set(reasons.values())))})."
        )
        self.reasons = dict(reasons)


class Corrupt(TriageError):
    """Stored data fail their check."""

    code = "corrupt"
    status = 500
