"""Messages of the office to whoever holds a receipt, checked before they are sent: what they must not tell.

Whoever holds a receipt reads them, and that may be somebody else by now: no facts of the case, no receipt, no name.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from triage.covered import covered_in
from triage.errors import BadInput
from triage.intake import normalised_code
from triage.intake.submissions import no_impossible_characters
from triage.model import Access, EntityKind, Role
from triage.shown import shown
from triage.store import ReadRow, Store
from triage.store.dialogue import MOST
from triage.store.dialogue_rows import Message, Spoken, Thread, Unanswered
from triage.text.names import finds
from triage.text.spaced import mention
from triage.text.told_receipts import receipts_told

MOST_CHARS = 2000
_LEAST_NAME = 2


def send(
    store: Store, report_id: str, text: str, access: Access, seen: str | None = None, *, anyway: bool = False
) -> Thread:
    """Writes a message of the office, and gives the newest messages as they are then.

    Args:
        store: the store.
        report_id: the report, or one that was added to it.
        text: what the holder of the receipt is to read.
        access: who writes.
        seen: the newest message as whoever writes has seen it; None: it does not matter.
        anyway: also where it names somebody whom the reports accuse, or who wrote them.

    Raises:
        NotAllowed: a role that does not write to reporters.
        NotFound: unknown, sealed, or not visible to this access.
        BadInput: empty, too long, with a receipt or a name in it.
        Changed: something was written or added since ``seen``.
    """
    text = text.strip()
    _demand_text(text)
    first = store.dialogue.first(report_id, access)
    if not anyway:
        own = store.rows([first], access, "messages").values()
        _demand_nobody_named(text, itertools.chain(own, store.dialogue.added(first, access)))
    store.dialogue.send(report_id, text, access, seen)
    return thread(store, report_id, access)


def thread(store: Store, report_id: str, access: Access, limit: int = MOST, cursor: str | None = None) -> Thread:
    """The newest messages about a report as they are shown: what tells who wrote is covered in the reporter's.

    Args:
        store: the store.
        report_id: the report, or one that was added to it.
        access: who reads.
        limit: how many.
        cursor: where the page after which this one comes ended; it holds older messages.

    Raises:
        NotAllowed: a role that reads no text.
        NotFound: unknown, sealed, or not visible to this access.
        BadInput: the cursor leads nowhere.
    """
    found = store.dialogue.thread(report_id, access, limit, cursor)
    return replace(found, messages=tuple(map(_covered, found.messages)))


def _covered(one: Message) -> Message:
    return one if one.row is None else replace(one, text=shown(one.row).row.report.text)


def told_message(one: Message) -> dict[str, object]:
    """A message by the names that the command line and the API give it."""
    return {
        "id": one.id,
        "from": "office" if one.ours else "reporter",
        "at": one.at,
        "by": one.by,
        "report": one.added_id,
        "text": one.text,
    }


def told_thread(thread: Thread) -> dict[str, object]:
    """A page of the messages about a report by the names that the command line and the API give them."""
    return {
        "report": thread.report_id,
        "messages": [told_message(one) for one in thread.messages],
        "fetched_on": thread.fetched_on,
        "seen": thread.seen,
        "count": thread.count,
        "cursor": thread.cursor,
    }


def told_unanswered(line: Unanswered) -> dict[str, object]:
    """A report that waits for an answer, by the names that the command line and the API give it."""
    return {"report": line.report_id, "since": line.since, "count": line.count, "newest": line.newest_id}


def told_spoken(spoken: Spoken) -> dict[str, object]:
    """What a report says of messages about it, by the names that the command line and the API give it."""
    messages = {"count": spoken.count, "newest": spoken.newest} if spoken.count else None
    return {"adds_to": spoken.adds_to, "messages": messages}


def _demand_text(text: str) -> None:
    if not text:
        raise BadInput("text", "empty", f"Write something, in 1 to {MOST_CHARS} characters.")
    if len(text) > MOST_CHARS:
        raise BadInput("text", "too_long", f"At most {MOST_CHARS} characters.")
    no_impossible_characters("text", text)
    if any(map(_is_receipt, receipts_told(text))):
        raise BadInput("text", "receipt", "There is a receipt in it: a message must never hold one. Take it out.")


def _is_receipt(code: str) -> bool:
    """Whether it may be one, by its form: whether there is such a receipt is nobody's to try out here."""
    try:
        normalised_code(code)
    except BadInput:
        return False
    return True


def _demand_nobody_named(text: str, rows: Iterable[ReadRow]) -> None:
    plain = mention(text)
    for row in rows:
        for entity in row.assessment.entities:
            if entity.kind is EntityKind.PERSON and entity.role is Role.ACCUSED and _stands_in(entity.text, plain):
                raise BadInput(
                    "text",
                    "names_accused",
                    "It names somebody whom the report accuses, and a receipt may be in other hands by now. Take the name "
                    'out; if it must stand there, say so (--anyway, "anyway": true).',
                )
        if any(_stands_in(one, plain) for one in covered_in(row.report.text, row.assessment.entities).names):
            raise BadInput(
                "text",
                "names_reporter",
                "It names whoever wrote the report, and a receipt may be in other hands by now. Take the name out; if it "
                'must stand there, say so (--anyway, "anyway": true).',
            )


def _stands_in(told: str, plain: str) -> bool:
    name = mention(told)
    return len(name) >= _LEAST_NAME and (name in plain or finds(name, plain))
