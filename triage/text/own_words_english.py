"""How those who write English tell who they are and where they live. In: the text as received; out: where that stands."""

from __future__ import annotations

import re

from triage.text.signs import holds_english

Span = tuple[int, int]

_WORD = "[A-Z][A-Za-zÀ-ɏ’'-]+"
_TITLE = "(?:(?:Mr|Mrs|Ms|Miss|Madam|Dr|Comrade|Teacher|Auntie|Uncle|Aunt|Old)\\.?[ ])?"
_NAME = f"(?P<name>{_TITLE}{_WORD}(?:[ ](?:{_WORD}|[A-Z]\\.)){{0,3}})"
# Each begins with one set of characters, to which a search skips at full speed
_LABEL = re.compile(
    "[CcRrVvPpAaSsUuNnFf](?<![A-Za-z].)(?:omplainant|eporter|isitor|aller|etitioner|pplicant|igned(?: by)?|ndersigned|ame|ontact(?: person)?|rom|IGNED|AME|ALLER)"
    f"(?:\\s?[:,(-]\\s?|\\s(?=(?:Mr|Mrs|Ms|Miss)\\b)){_NAME}"
)
_INTRODUCED = re.compile(
    "[MmCcTtIiNn](?<![A-Za-z].)(?:y (?:full )?name(?:[ ]is|['’]s)|y names|all me|hey call me|['’]?[ ]?a?m called|ame of)[ ,:]{1,2}"
    + _NAME
)
_I_AM = re.compile(
    f"[TtIi](?<![A-Za-z].)(?:(?<=[Tt])his is|(?<=[Ii])(?: am|['’]m)|(?<=[Ii])t(?:['’]s| is))[ ]{_NAME}"
    "(?=\\s*(?:[,.;!\n]|$|\\d|\\b(?:from|of|here|speaking|calling|writing|again|and I|in|at)\\b))"
)
_OPENS = re.compile("(?:^|[.!?,:\n])\\s{0,3}(?:(?:hello|hi|good (?:morning|evening))[ ,]{1,2})?$", re.I)
_CLOSED = re.compile(
    "[YySsRrFfTtGg](?<![A-Za-z].)(?:ours(?:[ ](?:faithfully|sincerely|truly|respectfully|etc\\.?))?|incerely(?: yours)?|egards|espectfully(?: yours| submitted)?"
    f"|aithfully|hank you|hanks|ratefully)[ ]?[,.\n-]\\s*{_NAME}(?=\\s*(?:[,.(\n]|$))"
)
_NAMED_LINE = re.compile(f"\\W{{0,3}}{_NAME}(?=\\s*(?:$|[,.(]|\\d|[Tt]el|[Pp]hone|[Mm]obile))")
_HOME = re.compile(
    "\\b(?:I|[Ww]e|[Mm]y (?:family|husband|wife|mother|father))[ ](?:live|lives|am living|reside|am)[ ](?:at|in|on|from)[ ](?P<home>(?:[^.;!?\n]|(?<=[Nn]o)\\.){2,60})"
    "|\\b(?:[Mm]y|[Hh]ome|[Oo]ur) address(?: is)?[ :]{1,2}(?P<address>(?:[^.;!?\n]|(?<=[Nn]o)\\.){2,60})"
)
_NUMBERED = re.compile(
    "\\b(?:[Nn]o\\.? ?|[Nn]umber |[Gg]roup |[Tt]eam |[Rr]oom |[Uu]nit |[Bb]uilding |[Ff]lat |[Hh]ouse )\\d{1,4}\\b|\\b\\d{1,4}(?:-\\d{1,4})+\\b|\\b(?:first|second|third|fourth|fifth|sixth) (?:production )?(?:group|team)\\b"
)
_NO_NAMES = frozenset(
    ("I", "We", "The", "This", "That", "My", "Our", "It", "In", "At", "On", "And", "But", "No", "Not", "Yes", "Dear", "Please", "Hello", "Thank", "Thanks",
     "Sent", "From", "Village", "County", "Township", "Party", "Chinese", "China", "Secretary", "Director", "Office", "Bureau", "Government", "Town",
     "Signed", "Name", "Anonymous", "A", "An", "One", "Group", "English", "Very", "Sorry", "Sincerely", "Yours", "Respectfully", "Regards")
)  # fmt: skip
_TAIL_LINES, _LINE, _MOST_WORDS, _OPENING = 3, 60, 4, 24


def find_own_english_names(text: str, *, signed: bool = True) -> list[Span]:
    """Where those who write name themselves: after a label, where they introduce themselves, where they sign."""
    if not holds_english(text):
        return []
    patterns = (_LABEL, _INTRODUCED, *((_CLOSED,) if signed else ()))
    found = [match.span("name") for pattern in patterns for match in pattern.finditer(text)]
    found += [
        match.span("name")
        for match in _I_AM.finditer(text)
        if _OPENS.search(text, max(0, match.start() - _OPENING), match.start())
    ]
    if signed:
        found += _signed(text)
    return [span for one in found if (span := _kept(text, *one)) is not None]


def find_english_homes(text: str) -> list[Span]:
    """Numbers of houses and groups in what somebody says is where they live themselves."""
    if not holds_english(text):
        return []
    homes = [match.span("home" if match["home"] else "address") for match in _HOME.finditer(text)]
    return [one.span() for home in homes for one in _NUMBERED.finditer(text, *home)]


def _signed(text: str) -> list[Span]:
    found: list[Span] = []
    end = len(text.rstrip())
    for _ in range(_TAIL_LINES):
        start = text.rfind("\n", 0, end) + 1
        if start == 0:
            break
        match = _NAMED_LINE.match(text[start:end])
        if end - start > _LINE or text[start:end].rstrip().endswith(("!", "?")):
            break
        if match is not None:
            found.append((start + match.start("name"), start + match.end("name")))
        end = len(text[: start - 1].rstrip())
    return found


def _kept(text: str, start: int, end: int) -> Span | None:
    """A name as far as its words have capitals; None for what is no name."""
    words = text[start:end].split(" ")
    while words and (words[-1] in _NO_NAMES or not words[-1][:1].isupper()):
        end -= len(words.pop()) + 1
    if not words or words[0] in _NO_NAMES or len(words) > _MOST_WORDS or end - start < 3:
        return None
    return start, end
