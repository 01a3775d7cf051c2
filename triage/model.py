"""The words of the domain, as frozen dataclasses and enums.

Everything that crosses a package border inside ``triage`` is one of these. Category codes are plain strings from
``corpora/taxonomy.toml`` and never an enum, because an office may bring its own scheme. Offsets count characters
of the text as received. Times are aware UTC datetimes, amounts are integers in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Channel(StrEnum):
    """How a report came in."""

    WEB = "web"
    API = "api"
    HOTLINE = "hotline"
    LETTER = "letter"
    VISIT = "visit"
    CHAT = "chat"
    TRANSFER = "transfer"


class Speaker(StrEnum):
    """Who speaks in a turn of a transcript; only the caller's words are assessed."""

    CALLER = "caller"
    AGENT = "agent"
    OTHER = "other"


class Language(StrEnum):
    """The language of a text as far as the readers can tell; OTHER goes to a person."""

    ZH = "zh"
    ZH_HANT = "zh-Hant"
    EN = "en"
    MIXED = "mixed"
    OTHER = "other"


class Kind(StrEnum):
    """What a report is, by the 2020 work rules for handling accusations."""

    ACCUSATION = "accusation"
    APPEAL = "appeal"
    CRITICISM = "criticism"
    OUT_OF_SCOPE = "out_of_scope"
    WITHOUT_SUBSTANCE = "without_substance"


class Level(StrEnum):
    """Risk of a report. PERSON means that no label reached its threshold and a person reads the report."""

    LOW = "low"
    PERSON = "person"
    MEDIUM = "medium"
    HIGH = "high"
    GRAVE = "grave"

    @property
    def rank(self) -> int:
        """Position in the order of urgency, 0 for low to 4 for grave."""
        return _URGENCY[self]


_URGENCY = {level: place for place, level in enumerate(Level)}


class Rank(IntEnum):
    """Administrative level of an official or an office; a higher number is further from the village."""

    NONE = 0
    VILLAGE = 1
    TOWNSHIP = 2
    COUNTY = 3
    PREFECTURE = 4
    PROVINCE = 5
    NATION = 6


class Stage(StrEnum):
    """Where a report stands on its way; the queue is this column."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    INDEXED = "indexed"
    SEALED = "sealed"
    DEAD = "dead"


class EntityKind(StrEnum):
    """What the labelling guideline marks."""

    PERSON = "person"
    POSITION = "position"
    ORGANISATION = "organisation"
    PLACE = "place"
    AMOUNT = "amount"
    PERIOD = "period"
    PROGRAMME = "programme"
    CONTACT = "contact"


class Role(StrEnum):
    """A person's part in the matter."""

    ACCUSED = "accused"
    VICTIM = "victim"
    WITNESS = "witness"
    REPORTER = "reporter"


class Verdict(StrEnum):
    """What a judgement says of two reports; WITHDRAWN takes back a named act, else the same person's last word on them."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What a person did to cases; one act is one or several judgements that are taken back together."""

    JUDGE = "judge"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    UNDO = "undo"


class Ruling(StrEnum):
    """What a person says of a machine's reading: it is right, it should have been this, or it is of no use."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    REJECT = "reject"


class StaffRole(StrEnum):
    """Who reads; protection.md says what each may see."""

    INTAKE = "intake"
    REVIEWER = "reviewer"
    INVESTIGATOR = "investigator"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    WORKER = "worker"

    @property
    def reads_text(self) -> bool:
        """Whether this role may read report text at all (analysts see figures, administrators no content)."""
        return self in {
            StaffRole.INTAKE,
            StaffRole.REVIEWER,
            StaffRole.INVESTIGATOR,
            StaffRole.SUPERVISOR,
            StaffRole.WORKER,
        }


class ReporterState(StrEnum):
    """All that a reporter ever learns about the way of the report."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    NOT_IN_SCOPE = "not_in_scope"
    IN_PROGRESS = "in_progress"
    CONCLUDED = "concluded"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Access:
    """Who reads reports and what for; store and index add its clause themselves.

    ``place_prefixes`` are prefixes of division codes; the empty string stands for everywhere, an empty tuple for
    nowhere. ``excluded_party_keys`` are keyed hashes of parties whose reports this reader must not learn of.
    """

    principal: str
    role: StaffRole
    place_prefixes: tuple[str, ...]
    excluded_party_keys: tuple[str, ...] = ()
    purpose: str = "triage"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a transcript; ``start`` and ``end`` are seconds from the beginning of the call."""

    speaker: Speaker
    text: str
    label: str = ""
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """What a reporter told of themselves; written under the identity key and readable by nobody yet."""

    name: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A checked report as it comes in, before it has an id.

    ``text`` is already the joined text where ``turns`` stand beside it (``label：text`` and a newline for each turn).
    """

    text: str
    channel: Channel
    received_at: datetime
    title: str | None = None
    place: str | None = None
    external_id: str | None = None
    reporter: Reporter | None = None
    turns: tuple[Turn, ...] = ()
    source: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A stored report, opened for somebody who may read it."""

    id: str
    seq: int
    text: str
    channel: Channel
    received_at: datetime
    stage: Stage
    title: str | None = None
    place: str | None = None
    turns: tuple[Turn, ...] = ()
    division: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked mention with what it was resolved to.

    ``code`` is a 6- to 12-digit division code of a place, ``fen`` an amount in fen, ``first`` and ``last`` ISO dates
    or months of a period, ``rank`` the level of a post, ``role`` a person's part in the matter.
    """

    kind: EntityKind
    text: str
    start: int
    end: int
    role: Role | None = None
    code: str | None = None
    fen: int | None = None
    first: str | None = None
    last: str | None = None
    rank: Rank = Rank.NONE


class Weight(NamedTuple):
    """What the characters ``start`` to ``end`` add to a logit; a tuple, as an assessment has dozens."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """A decision taken apart: bias + document + the spans' weights + rest = the logit before calibration."""

    bias: float
    document: float
    spans: tuple[Weight, ...]
    rest: float

    @property
    def logit(self) -> float:
        """The logit before calibration."""
        return self.bias + self.document + sum(span.weight for span in self.spans) + self.rest


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a risk decision: a rule's or a feature's code, its points and the passages it rests on."""

    code: str
    points: float
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """Risk of a text: the level that ``score`` gives, never below what a rule in ``floor`` demands."""

    level: Level
    score: float
    floor: tuple[Point, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the readers made of one text. ``probabilities`` holds every label of the model, calibrated."""

    categories: tuple[str, ...]
    probabilities: Mapping[str, float]
    refer: bool
    refer_probability: float
    urgent: bool
    urgent_probability: float
    risk: Risk
    language: Language
    kind: Kind
    accused_level: Rank
    entities: tuple[Entity, ...]
    reasons: Mapping[str, Reasons]
    reader: str
    model: str
    taxonomy: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """A body that can take a referral. ``division`` is its place code, ``head`` the keyed name of its head."""

    id: str
    name: str
    division: str
    level: Rank
    kind: str
    head: str | None = None


class Way(StrEnum):
    """Where a routed report goes."""

    OWN = "own"
    DOWN = "down"
    ON = "on"
    SEALED_UP = "sealed_up"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a report goes and why; ``reasons`` are codes. ``office_id`` is the proposed office, if one fits."""

    way: Way
    division: str
    office_id: str | None
    refer: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on a machine's reading; the newest one of a report holds, and outranks every model.

    ``categories``, ``refer`` and ``urgent`` are what was decided; of a rejected reading nothing is, and the two flags
    are None. ``lowered`` names what the decision lowered: ``refer``, ``urgent``, ``level``. ``stratum`` is the part of
    the review set the report was drawn from and ``share`` the probability with which it was; of a report that somebody
    chose the stratum is ``chosen`` and the share None.
    """

    id: str
    report_id: str
    assessment_id: str
    reader: str
    model: str
    decision: Ruling
    categories: tuple[str, ...]
    refer: bool | None
    urgent: bool | None
    lowered: tuple[str, ...]
    stratum: str
    share: float | None
    by: str
    role: StaffRole
    made_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LinkKey:
    """A keyed hash under which a report can meet another; ``kind`` says what was hashed."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of the append-only ledger: whether two reports tell of the same matter, by whom or which model.

    ``decision`` names the act that it is a part of; a ``withdrawn`` line takes back what the act ``withdraws`` said of
    the pair.
    """

    report_id: str
    other_id: str
    verdict: Verdict
    score: float
    by: str
    features: tuple[str, ...] = ()
    joined: bool = False
    made_at: datetime | None = None
    decision: str = ""
    withdraws: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Reports of one matter, derived from the ledger."""

    id: str
    report_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """A report proposed for, or sent to, an office."""

    id: str
    report_id: str
    office_id: str | None
    level: Level
    score: float
    accused_level: Rank
    reasons: tuple[str, ...]
    proposed_at: datetime
    state: str = "proposed"
