"""Who stands in the fields of an English form. In: the text as received; out: the names with the part that their label gives them.

Name of accused: Wang Wei, Complainant's full name | Li Na |, Victim(s): with the names in the line below, Name: under a heading
Complainant details. A label opens its line or its cell; in running text (the complainant said) it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.codes import Role
from triage.text.form_fields import Field
from triage.text.quoted import mail_writers

_OF = "(?:(?:full )?names?(?:\\(s\\))? of (?:the )?)?"
_BEHIND = (
    "(?:['’]s?)?(?: (?:full )?names?(?:\\(s\\))?| party| officials?(?:\\(s\\))?| persons?(?:\\(s\\))?| cadres?)?(?: (?:details|information|particulars|data))?"
    "(?: ?\\([^()\n]{0,24}\\))?(?: ?#?\\d{1,2})?"
)
_WHO = "(?:persons?|people|officials?|cadres?|party|individuals?|staff|leaders?)(?:\\(s\\))?"
_DONE = "(?:reported|accused|complained (?:of|about|against)|being (?:reported|accused)|concerned|involved|denounced)"
_LABEL = re.compile(
    '(?:^|(?<=[\n|;\t{,])|(?<=  ))[ \t>|*_"“•·{-]{0,6}(?:(?:[(]?(?:\\d{1,2}|[a-z])[).]|[ivx]{1,4}[.)]|section [a-d1-9]:?|part [a-d1-9]:?)[ \t]{1,3})?[*_"“]{0,3}'
    "(?:"
    f"(?P<accused>{_OF}(?:{_WHO} {_DONE}|(?:the )?(?:accused|reported|suspected) {_WHO}|accused(?:\\(s\\))?|alleged (?:offender|wrongdoer|perpetrator)s?|suspects?(?:\\(s\\))?|respondents?(?:\\(s\\))?|wrongdoers?|offenders?|defendants?)"
    "|(?:complaint|report|allegation|accusation)s? (?:is )?(?:against|about|concerns)|(?:subject|target) of (?:the )?(?:complaint|report)|(?:who|whom) (?:do you|are you|is being) (?:report|complain|accus)[a-z]*(?: (?:of|about|against))?)"
    f"|(?P<reporter>{_OF}(?:complainants?(?:\\(s\\))?|reporters?|informants?|petitioners?|applicants?|senders?|writers?|whistle-?blowers?|reporting (?:person|party)|person (?:reporting|complaining|making (?:the|this) (?:report|complaint)))"
    "|(?:full )?name of (?:the )?caller|caller['’]s (?:full )?name|(?:your|my) (?:full )?name|(?:names? ?\\((?:complainant|reporter|petitioner|applicant|informant|your own)\\))|(?:complaint |report )?(?:reported|submitted|lodged|filed|signed|written|complained|made|sent) by|signature(?: of (?:the )?(?:complainant|reporter|petitioner|applicant))?|from)"
    f"|(?P<witness>{_OF}(?:eye-?)?witness(?:es|\\(es\\)|\\(s\\))?)"
    f"|(?P<victim>{_OF}(?:victims?(?:\\(s\\))?|(?:{_WHO}|villagers?|households?) (?:harmed|affected|injured|wronged|hurt|cheated)|injured (?:party|persons?)|aggrieved (?:party|persons?)))"
    f"|(?P<clerk>(?:received|recorded|registered|taken|handled|processed|entered|checked) by|(?:{_OF}(?:case|receiving|intake) (?:officer|clerk)|operator))"
    "|(?P<name>(?:full )?names?(?:\\(s\\))?)"
    f'){_BEHIND}[*_"”]{{0,3}}(?P<sign>[ \t]{{0,4}}(?:[:：|=\t]|  |—|–|\n)[ \t:：|=_*"“–—]{{0,8}})(?P<below>\n{{1,2}}[ \t>|*_"“-]{{0,6}})?',
    re.I,
)
_PASS = (
    "accused", "report", "complain", "suspect", "respondent", "offender", "wrongdoer", "defendant", "informant", "petition", "applicant", "sender", "writer", "caller", "whistle", "witness", "victim", "harmed", "affected", "injured", "aggrieved", "your name", "my name", "signed by", "submitted by", "signature", "from:", "from :", "wrote", "writes", "lodged by", "filed by", "sent by", "made by",
)  # fmt: skip
"""Of which one stands in every such form."""
_TITLE = "(?:(?:Deputy|Vice|Former|Party|Village|Township|Town|County|City|Branch|Group|Team|Section|Head|Headman|Secretary|Director|Chief|Mayor|Governor|Magistrate|Accountant|Cashier|Clerk|Manager|Comrade) ){1,4}"
_WORD = "[A-Z][A-Za-zÀ-ɏ]*(?:[’'-][A-Za-z]+)?"
_NAME = re.compile(
    f"(?:(?:the |our |a )?(?:[a-z]+ ){{0,3}}(?:secretary|head|chief|director|accountant|clerk|leader|cadre|villager|farmer|official),? |{_TITLE}(?={_WORD} {_WORD}))?"
    f"(?P<name>(?:(?:Mr|Mrs|Ms|Miss|Dr)\\.? )?{_WORD}(?: {_WORD}){{0,3}}|[\u3400-\u9fff]{{2,4}})"
    '(?=[ \t]{0,3}(?:$|[\n,;|\t.(<*_"”/&})]|  | and | - | – |，|（|aged?\\b))'
)
_NEXT = re.compile(
    "(?: ?\\([^()\n]{0,40}\\))? {0,2}(?:, ?(?:and )?|; ?|/ ?| and | & ?|\n[ \t>*-]{0,4}(?:\\(?\\d{1,2}[.)] ?)?)"
)
_NO_NAMES = frozenset(
    ["unknown", "anonymous", "none", "nil", "na", "no", "not", "yes", "same", "the", "a", "an", "this", "that", "i", "me", "we", "us", "my",
     "myself", "our", "all", "many", "several", "some", "everyone", "everybody", "villagers", "villager", "residents", "farmers", "families",
     "households", "people", "male", "female", "withheld", "confidential", "secret", "village", "township", "town", "county", "city", "province",
     "office", "bureau", "committee", "government", "phone", "tel", "telephone", "mobile", "email", "address", "date", "time", "place", "amount",
     "details", "position", "post", "title", "description", "name", "names", "accused", "complainant", "reporter", "victim", "victims", "witness",
     "witnesses", "signature", "poor", "old", "party", "n", "see", "please", "to", "subject", "sent", "cc", "bcc", "dear", "sir", "madam", "chinese",
     "china", "dibao", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
)  # fmt: skip
_MOST_NAMES, _SECTION = 30, 200
_SIGNS_OF_A_LABEL = re.compile("[^\n]{0,40}[:：|=]")


def english_fields(text: str) -> list[Field]:
    """The names in the fields of an English form, in order, each place once."""
    plain = text.lower()
    if not any(word in plain for word in _PASS):
        return []
    found: dict[int, Field] = {}
    section: Role | None = None
    since, told = -_SECTION - 1, False
    for label in _LABEL.finditer(text):
        named = bool(label["name"])
        if named and (not told or label.start() - since > _SECTION):
            continue
        if not named and "\n" in label["sign"] and label["below"] is None and not _alone(text, label):
            continue
        role = section if named else next((one for one in Role if label[one.value]), None)
        if not named:
            section, since, told = role, label.start(), True
        for start, end in _names(text, label.end(), below="\n" in label["sign"] or bool(label["below"])):
            found.setdefault(start, Field(start, end, role))
    for start, end in mail_writers(text):
        if text[start:end].isascii():
            found.setdefault(start, Field(start, end, Role.REPORTER))
    return [found[start] for start in sorted(found)]


def _alone(text: str, label: re.Match[str]) -> bool:
    """Whether a label without a sign is all of its line, and a name all of the next: what it heads is no sentence."""
    following = text[label.end() : label.end() + 60].split("\n", 1)[0].strip()
    return _NAME.fullmatch(following) is not None


def _names(text: str, at: int, *, below: bool) -> Iterator[tuple[int, int]]:
    """The name that begins here, and those listed behind it."""
    if below and _SIGNS_OF_A_LABEL.match(text, at):
        return
    for _ in range(_MOST_NAMES):
        name = _NAME.match(text, at)
        if name is None or not {word.strip(".").lower() for word in name["name"].split()}.isdisjoint(_NO_NAMES):
            return
        yield name.span("name")
        apart = _NEXT.match(text, name.end())
        if apart is None or ("\n" in apart[0] and _SIGNS_OF_A_LABEL.match(text, apart.end())):
            return
        at = apart.end()
