"""Notes that colleagues leave beside what they decide: how long they may be, and where one is needed."""

from __future__ import annotations

from triage.errors import BadInput

MOST_NOTE = 2000


def demand_note(note: str | None, *, needed: bool = True) -> None:
    """Stops a note that is too long, or missing where one is ``needed``. Raises ``BadInput``."""
    if len(note or "") > MOST_NOTE:
        raise BadInput("note", "too_long", f"At most {MOST_NOTE} characters.")
    if needed and not (note or "").strip():
        raise BadInput("note", "missing", f"Say why, in 1 to {MOST_NOTE} characters.")
