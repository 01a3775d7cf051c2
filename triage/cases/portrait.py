"""What the reports of a case say together: a title made of facts, when it happened, where, and how much.

In: opened reports; out: frozen rows. All of it repeats reports, so it is made on reading, under an access, and never
stored.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from corpora.divisions import Divisions
from corpora.taxonomy import load_taxonomy
from triage.cases.parties import Party, parties_of
from triage.cases.people import core_of
from triage.cases.places import local_sounds, places_of
from triage.model import Channel, EntityKind, Role
from triage.store import ReadRow
from triage.text.dates import SHANGHAI

_WAN = 1_000_000
"""Ten thousand yuan in fen."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a case is about, in a line: place, the accused with their post, programme or category, sum."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the timeline, ISO days or months: a time that reports tell of, or the day one came in (``channel``)."""

    first: str
    last: str
    text: str
    report_ids: tuple[str, ...]
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that reports tell of: as written, the commonest first, with a division code where it is known."""

    names: tuple[str, ...]
    code: str
    local: bool
    report_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in fen and the reports that name it."""

    fen: int
    report_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """Everything that the reports say together."""

    title: Title
    timeline: tuple[Moment, ...]
    parties: tuple[Party, ...]
    places: tuple[Spot, ...]
    sums: tuple[Money, ...]


def portrait(rows: Sequence[ReadRow]) -> Portrait:
    """Draws the reports of a case together."""
    parties, places, sums = parties_of(rows), _places(rows), _sums(rows)
    return Portrait(_title(rows, parties, places, sums), _timeline(rows), parties, places, sums)


def yuan_zh(fen: int) -> str:
    """3.5万元, or 800元."""
    if fen >= _WAN:
        return f"{(Decimal(fen) / _WAN).normalize():f}万元"
    return f"{(Decimal(fen) / 100).normalize():f}元"


def yuan_en(fen: int) -> str:
    """35,000 yuan."""
    return f"{fen // 100:,} yuan" if fen % 100 == 0 else f"{Decimal(fen) / 100:,.2f} yuan"


def _title(rows: Sequence[ReadRow], parties: Sequence[Party], places: Sequence[Spot], sums: Sequence[Money]) -> Title:
    accused = next((party for party in parties if party.role is Role.ACCUSED), None)
    money = sums[0] if sums else None
    programme, category = _programmes(rows, money), _category(rows)
    chinese, english = (
        [
            _below(_written([min(places[0].names, key=len), *places[0].names], latin=latin)) if places else "",
            _who(accused, latin=latin) if accused else "",
        ]
        for latin in (False, True)
    )
    chinese += [programme[0] if programme else category[0], yuan_zh(money.fen) if money else ""]
    latin_ones = [name for name in programme if name.isascii()]
    english += [
        latin_ones[0] if latin_ones else category[1] or "".join(programme[:1]),
        yuan_en(money.fen) if money else "",
    ]
    return Title(" ".join(filter(None, chinese)), ", ".join(filter(None, english)))


def _written(names: Sequence[str], *, latin: bool) -> str:
    """The first name in Latin letters, or in Chinese; where none is so, the first."""
    return next((name for name in names if name.isascii() is latin), names[0])


def _below(place: str) -> str:
    """A place without the province, prefecture and county before it: 柳林村 for 四川省凉山州昭觉县柳林村."""
    matches = Divisions.load().find(place)
    rest = place[matches[-1].end :].strip() if matches else place
    return rest if len(rest) > 1 else place


def _who(party: Party, *, latin: bool) -> str:
    """The accused under a full name with the post, or as 周支书 where no report tells more."""
    full = [name for name in party.names if not core_of(name)]
    name = _written(full or party.names, latin=latin)
    post = _written(party.posts, latin=latin) if party.posts else ""
    if not post or core_of(name):
        return name
    return f"{name} ({post})" if name.isascii() else post + name


def _programmes(rows: Sequence[ReadRow], money: Money | None) -> list[str]:
    """Programmes told beside the sum, those of most reports first; else those of all reports, of equal ones the older."""
    named = [row for row in rows if money is not None and row.report.id in money.report_ids]
    for some in (named, rows):
        votes = Counter(told for row in some if (told := _programme(row, money)))
        if votes:
            return [name for name, _ in votes.most_common()]
    return []


def _category(rows: Sequence[ReadRow]) -> tuple[str, str]:
    """The commonest category in Chinese and English; a code of somebody's own scheme stands as it is."""
    categories = Counter(code for row in rows for code in row.assessment.categories)
    if not categories:
        return "", ""
    ((code, _),) = categories.most_common(1)
    known = load_taxonomy().get(code)
    return (known.zh, known.en) if known else (code, code)


def _programme(row: ReadRow, money: Money | None) -> str:
    """The programme of a report that stands nearest to the sum, else the first; a threat to stop 低保 comes later."""
    entities = row.assessment.entities
    sums = [e.start for e in entities if money is not None and e.kind is EntityKind.AMOUNT and e.fen == money.fen]
    told = [e for e in entities if e.kind is EntityKind.PROGRAMME]
    return min(told, key=lambda e: min((abs(e.start - at) for at in sums), default=e.start)).text if told else ""


def _places(rows: Iterable[ReadRow]) -> tuple[Spot, ...]:
    """Places by how they sound below the county, else by code; those of most reports first, villages before counties."""
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    codes: dict[str, str] = {}
    reports: defaultdict[str, dict[str, None]] = defaultdict(dict)
    near: set[str] = set()
    for row in rows:
        for place in places_of(row.assessment.entities):
            below = local_sounds([place])
            key = min(below, key=len) if below else place.code
            if key:
                names[key][row.assessment.entities[place.entity].text] += 1
                codes.setdefault(key, place.code)
                reports[key].setdefault(row.report.id)
                near.update(below)
    found = [Spot(_commonest(names[key]), codes[key], key in near, tuple(reports[key])) for key in names]
    return tuple(sorted(found, key=lambda spot: (not spot.local, -len(spot.report_ids))))


def _sums(rows: Iterable[ReadRow]) -> tuple[Money, ...]:
    """Those that most reports name first, the larger among equals."""
    reports: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for row in rows:
        for entity in row.assessment.entities:
            if entity.kind is EntityKind.AMOUNT and entity.fen:
                reports[entity.fen].setdefault(row.report.id)
    found = [Money(fen, tuple(ids)) for fen, ids in reports.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.report_ids), -one.fen)))


def _timeline(rows: Iterable[ReadRow]) -> tuple[Moment, ...]:
    """Times that the reports tell of and the days on which they came in, in order."""
    texts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    reports: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    came = []
    for row in rows:
        day = row.report.received_at.astimezone(SHANGHAI).date().isoformat()
        came.append(Moment(day, day, "", (row.report.id,), row.report.channel))
        for entity in row.assessment.entities:
            if entity.kind is EntityKind.PERIOD and entity.first:
                key = entity.first, entity.last or entity.first
                texts[key][entity.text] += 1
                reports[key].setdefault(row.report.id)
    told = [Moment(*key, _commonest(texts[key])[0], tuple(reports[key])) for key in texts]
    return tuple(sorted((*told, *came), key=lambda one: (one.first, one.channel is not None, one.last, one.report_ids)))


def _commonest(counted: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counted, key=lambda text: (-counted[text], len(text), text)))
