"""What linking knows of a report: facts, grams and a fingerprint, small enough to be kept sealed beside it.

In: a text with its entities; out: `Matter`, and its bytes. The bytes hold names and are only ever stored sealed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np

from corpora.lexicons import synonyms, word_set
from triage.cases.fingerprint import Fingerprint
from triage.cases.grams import Grams, gram, grams_of, pieces
from triage.cases.people import Person, people_of, signatures_of
from triage.cases.places import Place, places_of
from triage.cases.runs import runs_of
from triage.cases.sequels import NO_SEQUEL, Sequel, sequel_of
from triage.cases.wrongs import Wrongs, wrongs_of
from triage.model import Entity, EntityKind, Role, Speaker, Turn
from triage.text.normalise import normalise
from triage.text.numerals import read_number
from triage.text.spaced import as_one_word, closed_up, mention

FORM = 2
_WITHOUT_RUNS = 1
"""The form of earlier versions, which kept no runs."""
# Of bounded length and with nothing to try twice: a text may hold a thousand digits in a row
_COUNTED = re.compile(
    "(?<![0-9.])([0-9]{1,7}|[零〇一二两三四五六七八九十百千万]{1,8})[多余来]?"
    "(户|人|名|头|只|本|亩|公里|里|栋|口|台|间|张|家|份|斤|吨|棵|株|袋|笔|次|趟|天|岁|平|个人)"
)
_LEAST_COUNT = 4
# 不是三台村, 石灰窑的邻村, 与瞻东村那批贷款无关: the place is named to say that it is not meant
_DENIED_BEFORE = re.compile("(?:不是|并非|不在|非|不属于|离|隔壁|相邻的|not in|not)\\s?$", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    "(?:的?(?:邻村|邻乡|隔壁|邻居|对面|旁边|近旁)|[^，。；！？\n]{0,12}(?:无关|两码事|两回事|不是一|不同|不一样)|往?[东南西北]走?[^，。]{0,4}里)"
)
_LOOKED_AT = 18
_GREETED = re.compile("[，,：:！!]?\\s*[您你]们?好")
_NUMBER = 11
_NO_DAY = date(1970, 1, 1)


def _unsigned(normal: str, signatures: Sequence[str], entities: Sequence[Entity]) -> str:
    """A text without the full names of those who signed it: they stand in all their letters, whatever these tell of.

    A name that stands within another person's stays, so that the other one is found.
    """
    others = [
        mention(entity.text)
        for entity in entities
        if entity.kind is EntityKind.PERSON and entity.role is not Role.REPORTER
    ]
    for name in signatures:
        if not any(name in other for other in others):
            normal = normal.replace(name, " ")
    return normal


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in fen and the entity that tells it."""

    entity: int
    fen: int

    @property
    def digits(self) -> int:
        """Significant digits: 35000 has two, 214.6 four. The more, the less likely by chance."""
        return len(str(self.fen).rstrip("0"))


@dataclass(frozen=True, slots=True)
class Matter:
    """What linking knows of a report.

    ``years`` are those that the text tells of; ``received`` is a day, 1970-01-01 where unknown. ``contacts`` are digits
    of numbers and whole addresses, ``counts`` numbers with what is counted (36户), ``dates`` days and months told,
    ``denied`` places that the text says it does not mean, ``reporters`` full names under which somebody signed.
    ``latin`` is how many of the grams are words in Latin letters, not pairs of Chinese characters.
    ``wrongs`` are the labels that its readers give it; none where it was read before that was kept.
    ``sequel`` is whether it begins as a letter that follows another.
    ``disclaims``: the text says of itself that it tells of another matter than one told elsewhere (不是三台村那个).
    ``quotes`` are the ids of reports whose receipts the text tells; they stand among the link keys and not among the facts.
    ``adds_to`` is the report with whose receipt it came; empty: none.
    ``runs`` are its rare runs of characters; None where it was read before they were kept.
    """

    id: str
    fingerprint: Fingerprint
    grams: Grams
    people: tuple[Person, ...] = ()
    places: tuple[Place, ...] = ()
    sums: tuple[Sum, ...] = ()
    years: tuple[int, ...] = ()
    programmes: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    received: date = _NO_DAY
    disclaims: bool = False
    counts: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    latin: int = 0
    wrongs: Wrongs = ()
    sequel: Sequel = NO_SEQUEL
    quotes: tuple[str, ...] = field(default=(), compare=False)
    adds_to: str = ""
    runs: Grams | None = None
    holds: dict[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    """Grams of every name and place, to look for them in another text."""
    named: frozenset[int] = field(init=False, repr=False, compare=False)
    """All grams of names and places."""
    named_runs: frozenset[int] = field(init=False, repr=False, compare=False)
    """The runs within them."""
    _held: list[frozenset[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [person.name for person in self.people] + [name for place in self.places for name in place.local]
        holds = {name: _held_by(name) for name in names}
        named = frozenset(number for numbers in holds.values() for number in numbers)
        object.__setattr__(self, "holds", holds)
        object.__setattr__(self, "named", named)
        object.__setattr__(self, "named_runs", frozenset(run for name in holds for run in _runs_within(name)))
        object.__setattr__(self, "_held", [])

    @property
    def held(self) -> frozenset[int]:
        """All grams, to look them up; made when first asked for."""
        if not self._held:
            self._held.append(frozenset(self.grams.tolist()))
        return self._held[0]

    def named_in(self, numbers: Sequence[int]) -> bool:
        """Whether the text holds all pairs of characters of a name, so that it very likely holds the name."""
        return bool(numbers) and self.held.issuperset(numbers)

    @classmethod
    def of(
        cls,
        report_id: str,
        text: str,
        entities: Sequence[Entity],
        received: date = _NO_DAY,
        turns: Sequence[Turn] = (),
        probabilities: Mapping[str, float] | None = None,
    ) -> Matter:
        """A matter from a text, what was marked in it, the day of receipt, the turns of a transcript and the labels' probabilities."""
        denied = {number for number, entity in enumerate(entities) if _is_denied(text, entity)}
        meant = places_of(entities, denied)
        addressed = {number for number, entity in enumerate(entities) if _is_addressed(text, entity)}
        told = "\n".join(turn.text for turn in turns if turn.speaker is not Speaker.AGENT) if turns else text
        normal = closed_up(normalise(told)).text
        signatures = signatures_of(entities)
        unsigned = _unsigned(normal, signatures, entities)
        grams, latin = grams_of(unsigned)
        return cls(
            report_id,
            Fingerprint.of(told),
            grams,
            people_of(entities, addressed),
            meant,
            _sums(entities),
            _years(entities),
            _programmes(entities),
            tuple(sorted({_contact(e.text) for e in entities if e.kind is EntityKind.CONTACT} - {""})),
            signatures,
            received,
            any(words in normal for words in word_set("other_matter")),
            _counts(normal),
            _dates(entities),
            tuple(sorted({name for place in places_of([entities[n] for n in sorted(denied)]) for name in place.local})),
            latin,
            wrongs_of(probabilities or {}),
            sequel_of(normal),
            runs=runs_of(unsigned),
        )


@lru_cache(maxsize=1 << 14)
def _held_by(name: str) -> tuple[int, ...]:
    """The grams of a name in Chinese characters; of one in Latin letters none: Wang and Long stand in any letter."""
    if any(letter.isascii() for letter in name):
        return ()
    return tuple(sorted({gram(piece) for piece in pieces(name)}))


@lru_cache(maxsize=1 << 14)
def _runs_within(name: str) -> tuple[int, ...]:
    return tuple(runs_of(name).tolist())


def _sums(entities: Sequence[Entity]) -> tuple[Sum, ...]:
    found: dict[int, Sum] = {}
    for number, entity in enumerate(entities):
        if entity.kind is EntityKind.AMOUNT and entity.fen:
            found.setdefault(entity.fen, Sum(number, entity.fen))
    return tuple(found.values())


def _years(entities: Iterable[Entity]) -> tuple[int, ...]:
    years: set[int] = set()
    for entity in entities:
        if entity.kind is EntityKind.PERIOD and entity.first and entity.last:
            years.update(range(int(entity.first[:4]), min(int(entity.last[:4]), int(entity.first[:4]) + 10) + 1))
    return tuple(sorted(years))


def _is_addressed(text: str, entity: Entity) -> bool:
    """Whether a person is only spoken to: 胡书记，您好."""
    if entity.kind is not EntityKind.PERSON:
        return False
    before, after = text[max(0, entity.start - 4) : entity.start], text[entity.end : entity.end + 5]
    return before.endswith(("尊敬的", "敬爱的", "Dear ")) or bool(_GREETED.match(after))


def _is_denied(text: str, entity: Entity) -> bool:
    if entity.kind is not EntityKind.PLACE:
        return False
    before = text[max(0, entity.start - _LOOKED_AT) : entity.start]
    after = text[entity.end : entity.end + _LOOKED_AT]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after))


def _dates(entities: Iterable[Entity]) -> tuple[str, ...]:
    """Days and single months: a year is told by half of all reports, the fourteenth of August by few."""
    return tuple(
        sorted(
            {
                f"{e.first}~{e.last}"
                for e in entities
                if e.kind is EntityKind.PERIOD and e.first and e.last and e.first[:7] == e.last[:7]
            }
        )
    )


def _counts(text: str) -> tuple[str, ...]:
    found: set[str] = set()
    for match in _COUNTED.finditer(text):
        number = read_number(match[1])
        if number is not None and number.value >= _LEAST_COUNT:
            found.add(f"{number.value.normalize():f}{match[2]}")
    return tuple(sorted(found))


@lru_cache(maxsize=1024)
def _canonical(programme: str) -> str:
    return min((programme, *synonyms().get(programme, ())))


def _programmes(entities: Iterable[Entity]) -> tuple[str, ...]:
    return tuple(sorted({_canonical(as_one_word(e.text)) for e in entities if e.kind is EntityKind.PROGRAMME}))


def _contact(written: str) -> str:
    """The last eleven digits of a number, so that +86 139-1234-5678 is 13912345678; all of an address."""
    whole = "".join(normalise(written).text.casefold().split())
    number = "".join(filter(str.isalnum, whole))
    return number[-_NUMBER:] if number.isdecimal() or not number else whole


def to_bytes(matter: Matter) -> bytes:
    """A matter for sealed storage, without its id."""
    facts = {
        "people": [asdict(person) for person in matter.people],
        "places": [list(asdict(place).values()) for place in matter.places],
        "sums": [[told.entity, told.fen] for told in matter.sums],
        "years": matter.years,
        "programmes": matter.programmes,
        "contacts": matter.contacts,
        "reporters": matter.reporters,
        "received": matter.received.toordinal(),
        "disclaims": matter.disclaims,
        "counts": matter.counts,
        "dates": matter.dates,
        "denied": matter.denied,
        "latin": matter.latin,
        "wrongs": matter.wrongs,
        "sequel": matter.sequel,
        "size": matter.fingerprint.size,
        "grams": len(matter.grams),
        "runs": None if matter.runs is None else len(matter.runs),
        **({"adds_to": matter.adds_to} if matter.adds_to else {}),
    }
    head = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    arrays = (matter.fingerprint.rows, matter.grams, matter.grams[:0] if matter.runs is None else matter.runs)
    return b"".join((bytes([FORM]), len(head).to_bytes(4), head, *(array.tobytes() for array in arrays)))


def from_bytes(report_id: str, data: bytes) -> Matter | None:
    """The matter of a report as ``to_bytes`` wrote it; None for one that another version wrote in another form."""
    if data[:1] not in (bytes([FORM]), bytes([_WITHOUT_RUNS])):
        return None
    edge = 5 + int.from_bytes(data[1:5])
    facts = json.loads(data[5:edge].decode("utf-8", "surrogatepass"))
    arrays = (
        np.frombuffer(data, dtype=np.uint32, offset=edge)
        if edge % 4 == 0
        else np.frombuffer(data[edge:], dtype=np.uint32)
    )
    known = facts.get("runs")
    rows, grams, runs = np.split(arrays, [len(arrays) - facts["grams"] - (known or 0), len(arrays) - (known or 0)])
    return Matter(
        report_id,
        Fingerprint(rows, facts["size"]),
        grams,
        tuple(Person(**{**row, "titles": tuple(row["titles"])}) for row in facts["people"]),
        tuple(Place(*row) for row in facts["places"]),
        tuple(Sum(*row) for row in facts["sums"]),
        tuple(facts["years"]),
        tuple(facts["programmes"]),
        tuple(facts["contacts"]),
        tuple(facts["reporters"]),
        date.fromordinal(facts["received"]),
        facts["disclaims"],
        tuple(facts["counts"]),
        tuple(facts["dates"]),
        tuple(facts["denied"]),
        facts.get("latin", 0),
        tuple((code, percent) for code, percent in facts.get("wrongs", ())),
        Sequel(*facts.get("sequel", ())),
        adds_to=facts.get("adds_to", ""),
        runs=None if known is None else runs,
    )
