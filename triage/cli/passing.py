"""Files on the way up: pairs of keys, packets that are written, and packets that are taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpora.divisions import Divisions
from triage.errors import BadInput, TooLarge, Unavailable
from triage.intake import Limits, body_hash, new_code, receipt_hash, shown, submission
from triage.intake.submissions import no_impossible_characters, received_at
from triage.intake.transcripts import joined, turns_from_objects
from triage.model import Access, Channel, StaffRole, Submission, Turn
from triage.settings import Settings
from triage.store import Accepted, Arrival, Store
from triage.store.packets import Opener, Packet, Recipient, make_pair, open_packet
from triage.store.private_files import write_private

HOST = Access("command line", StaffRole.CUSTODIAN, ("",), (), "pass_up")
"""Whoever sits at the machine with the database and its key, where no token is set."""
PRIVATE, PUBLIC = "pass-up.key", "pass-up.pub"
_MOST_BYTES = 64_000_000
_MOST_CHARS = 10_000_000
"""Of a text that another office took in; its own limit held there, and what it passes up must not be lost over ours."""
_MOST_KEY = 10_000
_LABEL_CHARS = 100
_TURN = ("speaker", "label", "text", "start", "end")
_AHEAD = datetime(9000, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_DIVISION = re.compile(r"(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PassedUp:
    """A packet that was written: for which report, where it stands, for which key, and by what it is known again."""

    report: str
    file: Path
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a packet: the report's id here, and where it comes from as the packet says.

    ``receipt`` is the one that this office gives for it; of a packet that came before it is None. ``adds_to`` is the number
    there of the report that it adds to.
    """

    file: str
    report: str
    repeated: bool
    sender: str
    sent_as: str
    digest: str
    receipt: str | None
    adds_to: str | None = None


def way_up_access(store: Store, settings: Settings) -> Access:
    """Under which access the commands act: that of the token that is set, else the host's own.

    Raises:
        NotAuthenticated: the token does not hold.
    """
    if settings.token is None:
        return HOST
    return store.authenticate(settings.token.get_secret_value(), "pass_up")


def write_pair(folder: Path) -> str:
    """Makes a pair of keys in a folder, the private one for its owner alone; the fingerprint of the two.

    Raises:
        BadInput: a key is there already, or the folder cannot be written.
    """
    for name in (PRIVATE, PUBLIC):
        if (folder / name).exists():
            raise BadInput(
                "out", "exists", f"{name} is there already; a key is never overwritten. Name another folder."
            )
    private, public, fingerprint = make_pair()
    write_file(folder / PRIVATE, private)
    write_file(folder / PUBLIC, public)
    return fingerprint


def write_file(path: Path, data: bytes) -> None:
    """Writes a file for its owner alone, whole and flushed or not at all; nothing is overwritten.

    Raises:
        BadInput: there is such a file already.
        Unavailable: it cannot be written.
    """
    _demand_new(path)
    try:
        write_private(path, data)
    except OSError as error:
        raise Unavailable(f"{path.name} could not be written ({error.strerror}); nothing is written down.") from None


def pass_up(store: Store, report_id: str, recipient: Recipient, out: Path, access: Access) -> PassedUp:
    """Writes the packet of a report into a folder and notes that it went up.

    Raises:
        NotFound, NotAllowed, BadInput, Corrupt: as `WayUp.pass_up`.
        BadInput: the folder holds a packet of this report already.
        Unavailable: the packet cannot be written.
    """
    file, written = out / f"{report_id}.sealed", []
    _demand_new(file)

    def keep(packet: bytes) -> None:
        write_file(file, packet)
        written.append(file)

    try:
        digest = store.way_up.pass_up(report_id, recipient, store.settings.office_division, access, keep)
    except BaseException:
        # What is not written down must not leave the house
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return PassedUp(report_id, file, recipient.fingerprint, digest)


def read_key_file(path: Path) -> bytes:
    """What stands in a file of a key.

    Raises:
        BadInput: it cannot be read.
    """
    return _bytes(path, "key-file", _MOST_KEY)


def take_in(store: Store, file: Path, opener: Opener, access: Access, *, now: datetime | None = None) -> TakenIn:
    """Takes the report of one packet in, as an ordinary arrival; the same one again adds nothing.

    Another report under the same number is another report.

    Raises:
        BadInput: the file is no packet, one for another office, altered, or holds no report.
    """
    packet = open_packet(_bytes(file, "packet", _MOST_BYTES), opener)
    sender, taken = submission_in(packet, now or datetime.now(UTC))
    key, code = store.subkey("receipt"), new_code()
    said = body_hash(key, taken).hex()
    # Whoever has the public key can make a packet under any number: it must not keep the true one out
    taken = replace(taken, row=f"{taken.row}/{said[:16]}")
    arrival = Arrival(taken, receipt_hash(key, code), body_hash=said, principal="pass_up")
    (answer,) = store.receive([arrival])
    if not isinstance(answer, Accepted):
        raise answer
    # Written at each coming: a break between the two leaves a report whose clock began too early, until it comes again
    store.way_up.came_in(answer.report_id, packet, sender, opener.fingerprint, access)
    receipt = None if answer.repeated else shown(code)
    first = packet.content["body"].get("adds_to")
    adds_to = first if isinstance(first, str) and _ID.fullmatch(first) else None
    return TakenIn(file.name, answer.report_id, answer.repeated, sender, packet.report, packet.digest, receipt, adds_to)


def submission_in(packet: Packet, now: datetime) -> tuple[str, Submission]:
    """The division that a packet says it comes from, and its report, checked as anybody's.

    Its channel is ``transfer``; number and channel at the office that sent it stand in the external id.

    Raises:
        BadInput: names the field and the rule.
    """
    content = packet.content
    sender, body = content.get("from"), content.get("body")
    if not isinstance(sender, str) or _DIVISION.fullmatch(sender) is None:
        raise BadInput("from", "form", "The packet does not say which office it comes from.")
    if _ID.fullmatch(packet.report) is None or not isinstance(body, Mapping):
        raise BadInput("report", "form", "The packet holds no report.")
    limits = Limits(text_chars=_MOST_CHARS, now=now)
    fields = {
        "text": body.get("text"),
        "title": body.get("title"),
        "place": body.get("place") or _name_of(sender),
        "external_id": _known_as(packet.report, content.get("channel"), body.get("external_id"))[: limits.short_chars],
        "received": min(received_at(content.get("received"), _AHEAD), now),
        "reporter": content.get("reporter"),
    }
    source = f"office {sender}".strip()
    checked = submission(fields, limits, channel=Channel.TRANSFER, source=source, row=packet.report)
    # As it stood there: words of a title were put before the text when it was taken in, and not before a transcript
    return sender, replace(checked, text=str(body["text"]), turns=_turns(body))


def _turns(body: Mapping[str, Any]) -> tuple[Turn, ...]:
    given = body.get("turns", [])
    if not given:
        return ()
    if not isinstance(given, list) or not all(isinstance(turn, list) and len(turn) == len(_TURN) for turn in given):
        raise BadInput("turns", "type", "The turns of the packet are not what such packets hold.")
    told = [dict(zip(_TURN, turn, strict=True)) for turn in given]
    checked = turns_from_objects(told)
    turns = []
    for turn, said in zip(checked, told, strict=True):
        label = said["label"]
        if not isinstance(label, str) or len(label) > _LABEL_CHARS:
            raise BadInput("turns", "label", "A turn of the packet has no label of who speaks.")
        no_impossible_characters("turns", label)
        turns.append(replace(turn, label=label, text=said["text"]))
    if joined(turns) != body["text"]:
        raise BadInput("turns", "text", "The turns of the packet are not those of its text.")
    return tuple(turns)


def _known_as(*told: object) -> str:
    """By what others know the report: its number there, the channel, a work order's number."""
    return "; ".join(part for part in told if isinstance(part, str) and part)


def _name_of(division: str) -> str | None:
    """A place in words, for a report whose sender told none: that of the office that passes it up."""
    return "".join(step.name for step in Divisions.load().path(division)) or None


def _demand_new(path: Path) -> None:
    if path.exists():
        raise BadInput("out", "exists", f"{path.name} is there already; name another folder.")


def _bytes(path: Path, field: str, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise TooLarge(field, "too_large", f"The file has more than {most} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise BadInput(field, "missing", f"The file cannot be read ({error.strerror}).") from None
