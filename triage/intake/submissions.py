"""Checks what comes in against the rules of intake and makes a ``Submission`` of it, or says which rule a field breaks.

The rules are few on purpose, because a report must not be lost over form: there must be words to read, not too many
of them, nothing that no database can hold, and a date that has been.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from triage.errors import BadInput, TooLarge
from triage.intake.channels import channel_of
from triage.intake.reporters import only_read, tells_something
from triage.intake.transcripts import (
    ReadCall,
    joined,
    too_many_turns,
    turns_from_content,
    turns_from_objects,
    with_text,
    with_title,
)
from triage.model import Channel, Reporter, Submission, Turn
from triage.text.dates import SHANGHAI
from triage.text.normalise import seen

EARLIEST = date(1990, 1, 1)
_HALF = re.compile("[\ud800-\udfff]")
_HOURS, _AFTER_NOON = 12, 3
_SIGNS = {"年": "-", "月": "-", "日": " ", "号": " ", "时": ":", "点": ":", "分": ":", "秒": ""}
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_HALF_DAY = re.compile(r"(?P<half>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|[AaPp][Mm])\s*(?P<hour>\d{1,2})(?=[:时点])")
_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}))?")
_DIGITS = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})")
_IN_WORDS = re.compile("|".join(_SIGNS))


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on what is taken; lengths in characters. ``now`` is the moment of intake."""

    text_chars: int = 100_000
    short_chars: int = 500
    turns: int = 5_000
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def submission(
    fields: Mapping[str, object], limits: Limits, *, channel: Channel = Channel.API, source: str = "", row: str = ""
) -> Submission:
    """A checked submission from loosely typed fields (a JSON object, a table row).

    Raises:
        BadInput: names the field and the rule, and never repeats what was given.
        TooLarge: the text is over the limit.
    """
    turns = _turns(fields, limits)
    title = _short("title", fields.get("title"), limits)
    # What stands in a title only ("our secretary took the money") must be assessed, found and shown like the rest.
    if turns:
        turns = with_title(turns, title)
        text = checked_text(joined(turns), limits, name="turns")
    else:
        text = checked_text(_text(fields), limits)
        if title and not text.startswith(title):
            text = f"{title}\n{text}"
    return Submission(
        text=text,
        channel=_channel(fields.get("channel"), channel),
        received_at=_received(fields, limits.now),
        title=title,
        place=_short("place", fields.get("place"), limits),
        external_id=_short("external_id", fields.get("external_id"), limits),
        reporter=_reporter(fields.get("reporter"), limits),
        turns=turns,
        source=source,
        row=row,
    )


def checked_text(given: object, limits: Limits, *, name: str = "text") -> str:
    """The text if it holds to the rules of text.

    Raises:
        BadInput: missing, no string, empty, no word or number in it, or characters that no text has.
        TooLarge: longer than the limit.
    """
    if given is None:
        raise BadInput(name, "missing", "A report needs a text.")
    if not isinstance(given, str):
        raise BadInput(name, "type", "The text must be a string.")
    if len(given) > limits.text_chars:
        raise TooLarge(name, "too_long", f"The text has more than {limits.text_chars} characters; send it in parts.")
    if not given.strip():
        raise BadInput(name, "empty", "The text is empty.")
    no_impossible_characters(name, given)
    if not any(unicodedata.category(character)[0] in "LN" for character in seen(given)):
        raise BadInput(name, "no_words", "The text has no letter, character or number that a person could read.")
    return given


def _received(fields: Mapping[str, object], now: datetime) -> datetime:
    """The time of receipt, which exported reports bear under the name that answers have for it."""
    for name in ("received", "received_at"):
        if fields.get(name) not in (None, ""):
            return received_at(fields[name], now, name=name)
    return now


def received_at(given: object, now: datetime, *, name: str = "received") -> datetime:
    """The time of receipt in UTC: now if nothing is given; a bare date means noon in Shanghai, so that no zone moves it.

    So does a midnight without a zone, as spreadsheets write bare dates (2018-05-12 00:00:00).

    Raises:
        BadInput: no ISO 8601 date, before 1990, or more than a day ahead.
    """
    if given is None or given == "":
        return now
    if isinstance(given, datetime):
        moment = _in_shanghai(given)
    elif isinstance(given, date):
        moment = datetime.combine(given, time(12), SHANGHAI)
    elif isinstance(given, str):
        moment = _parsed(given.strip(), name)
    else:
        raise BadInput(name, "type", "The date must be written like 2018-05-12.")
    if moment > now + timedelta(days=1):
        raise BadInput(name, "future", "The date lies in the future.")
    if moment.date() < EARLIEST:
        raise BadInput(name, "too_early", "The date lies before 1990.")
    return moment.astimezone(UTC)


def _parsed(given: str, name: str) -> datetime:
    # Registers write 2018年5月12日 8时30分 and 2018.5.12, in digits of either width
    plain = unicodedata.normalize("NFKC", given)
    plain = _HALF_DAY.sub(_of_a_day, _WEEKDAY.sub(" ", plain))
    plain = _IN_WORDS.sub(lambda found: _SIGNS[found[0]], _DIGITS.sub(r"\1 \2:\3:\4", plain)).strip(": ")
    head, _, tail = plain.replace("/", "-").replace("T", " ").partition(" ")
    parts = head.replace(".", "-").split("-")
    padded = "-".join(part.zfill(2) for part in parts)
    tail = tail.strip()
    tail = f"{tail}:00" if tail.isdecimal() else tail
    tail = _TIME.sub(lambda found: ":".join(part.zfill(2) for part in found.groups() if part), tail, count=1)
    try:
        if not tail:
            return datetime.combine(date.fromisoformat(padded), time(12), SHANGHAI)
        moment = datetime.fromisoformat(f"{padded} {tail}")
    except ValueError:
        raise BadInput(name, "date", "The date must be written like 2018-05-12 or 2018-05-12T08:30:00+08:00.") from None
    return _in_shanghai(moment)


def _of_a_day(found: re.Match[str]) -> str:
    """下午3 as 15, as spreadsheets in Chinese write hours."""
    hour, half = int(found["hour"]), found["half"].lower()
    if half == "晚上" and hour == _HOURS:
        return found[0]  # of this day or the next: nobody knows
    if hour == _HOURS and half in ("凌晨", "上午", "am"):
        return " 0"
    late = half in ("下午", "傍晚", "晚上", "pm") or (half == "中午" and hour < _AFTER_NOON)
    return f" {hour + _HOURS if hour < _HOURS and late else hour}"


def _in_shanghai(moment: datetime) -> datetime:
    if moment.tzinfo:
        return moment
    return datetime.combine(moment.date(), moment.time() if moment.time() != time() else time(12), SHANGHAI)


def _turns(fields: Mapping[str, object], limits: Limits) -> tuple[Turn, ...]:
    given, alone = fields.get("turns"), fields.get("text") is None and fields.get("content") is None
    # Beside a text no turns are no transcript: exported letters bear an empty list of them
    if given is not None and given != "" and (given != [] or alone):
        if not isinstance(given, Sequence) or isinstance(given, str | bytes):
            raise BadInput("turns", "type", "The turns must be a list of objects with speaker and text.")
        turns = turns_from_objects(given)
    elif fields.get("content") is not None:
        told = fields["content"]
        read = told if isinstance(told, ReadCall) else None
        content = told if read is None else read.content
        form = fields.get("format", "plain")
        if not isinstance(content, str) or not isinstance(form, str):
            raise BadInput("content", "type", "The transcript and its format must be strings.")
        if len(content) > 2 * limits.text_chars:
            raise TooLarge("content", "too_long", f"The transcript has more than {2 * limits.text_chars} characters.")
        no_impossible_characters("content", content)
        turns = turns_from_content(content, form, limits.turns) if read is None else read.turns
    else:
        return ()
    if len(turns) > limits.turns:
        raise too_many_turns(limits.turns)
    # What a work order tells beside its call comes first, the summary above the rest
    return with_text(with_text(turns, fields.get("text")), _summary(fields))


def _text(fields: Mapping[str, object]) -> object:
    """The text of what is no transcript: where a row has only a summary, it is that."""
    text, summary = fields.get("text"), fields.get("summary")
    nothing = text is None or (isinstance(text, str) and not text.strip())
    return summary if nothing and isinstance(summary, str) and summary.strip() else text


def _summary(fields: Mapping[str, object]) -> object:
    """What the operator wrote of the call; nothing where the text beside it is the same."""
    summary, text = fields.get("summary"), fields.get("text")
    told = isinstance(summary, str) and isinstance(text, str) and summary.strip() == text.strip()
    return None if told else summary


def _channel(given: object, default: Channel) -> Channel:
    if given is None or given == "":
        return default
    channel = channel_of(given)
    if channel is None:
        names = ", ".join(channel.value for channel in Channel)
        raise BadInput("channel", "unknown", f"The channel must be one of {names}, or a usual word for one.")
    return channel


def _short(name: str, given: object, limits: Limits) -> str | None:
    if given is None or given == "":
        return None
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str):
        raise BadInput(name, "type", "This must be a string.")
    if len(given) > limits.short_chars:
        raise TooLarge(name, "too_long", f"This has more than {limits.short_chars} characters.")
    no_impossible_characters(name, given)
    return given


def _reporter(given: object, limits: Limits) -> Reporter | None:
    if given is None or given == "":
        return None
    if not isinstance(given, Mapping):
        raise BadInput("reporter", "type", "The reporter must be an object with name and contact.")
    only_read(given)
    name = _short("reporter.name", given.get("name"), limits)
    contact = _short("reporter.contact", given.get("contact"), limits)
    # 匿名 and blanks would make a report one under a real name, whose reporter waits for an answer
    name, contact = (part if part and tells_something(part) else None for part in (name, contact))
    return Reporter(name, contact) if name or contact else None


def no_impossible_characters(name: str, given: str) -> None:
    """Refuses what no text holds: NUL, and half a character.

    Raises:
        BadInput: as said; names the field.
    """
    if "\x00" in given:
        raise BadInput(name, "nul", "There is a NUL character in it; the file is probably damaged or no text.")
    if _HALF.search(given):
        raise BadInput(name, "surrogate", "There is half a character in it; the text was cut in the middle of one.")
