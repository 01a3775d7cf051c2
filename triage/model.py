"""The words of the domain, as frozen dataclasses; what is one of a few stands in ``triage.codes`` and is given on.

Everything that crosses a package border inside ``triage`` is one of these. Category codes are plain strings from
``corpora/taxonomy.toml``, never an enum: an office may bring its own. Offsets count characters of the text as received.
Times are aware UTC datetimes, amounts are integers in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from triage.codes import (
    Act,
    Channel,
    ClearingAct,
    ClearingForm,
    ClearingState,
    ClockAct,
    ClockName,
    EntityKind,
    IdentityAct,
    IdentityReason,
    IdentityState,
    Kind,
    Language,
    Level,
    MatterState,
    NotAccepted,
    Rank,
    ReferralState,
    ReporterState,
    Role,
    Ruling,
    Speaker,
    StaffRole,
    Stage,
    UnmaskReason,
    Verdict,
    Way,
)

__all__ = [
    "Access",
    "Act",
    "Assessment",
    "Case",
    "Channel",
    "ClearingAct",
    "ClearingForm",
    "ClearingState",
    "ClockAct",
    "ClockName",
    "Entity",
    "EntityKind",
    "IdentityAct",
    "IdentityReason",
    "IdentityState",
    "Judgement",
    "Kind",
    "Language",
    "Level",
    "LinkKey",
    "MatterState",
    "NotAccepted",
    "Office",
    "Point",
    "Rank",
    "Reasons",
    "Referral",
    "ReferralState",
    "Report",
    "Reporter",
    "ReporterState",
    "Review",
    "Risk",
    "Role",
    "Route",
    "Ruling",
    "Speaker",
    "StaffRole",
    "Stage",
    "Submission",
    "Turn",
    "UnmaskReason",
    "Verdict",
    "Way",
    "Weight",
]


@dataclass(frozen=True, slots=True)
class Access:
    """Who reads what and why. ``place_prefixes``: of division codes; "" is everywhere, an empty tuple nowhere. Excluded:
    keyed hashes of parties of whose reports nothing is told, their cases, and what was added to those and split off."""

    principal: str
    role: StaffRole
    place_prefixes: tuple[str, ...]
    excluded_party_keys: tuple[str, ...] = ()
    purpose: str = "triage"
    excluded_cases: tuple[str, ...] = ()
    excluded_reports: tuple[str, ...] = ()


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
    """What a reporter told of themselves; written under the identity key; custodians let it be opened."""

    name: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A checked report as it comes in, before it has an id.

    ``text`` is already the joined text where ``turns`` stand beside it (``label：text`` and a newline for each turn).
    ``adds_to`` is the id of the report that it adds to, where its sender held the receipt of that one.
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
    adds_to: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A stored report, opened for somebody who may read it; ``adds_to`` as in ``Submission``."""

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
    adds_to: str | None = None


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
    """A report proposed for, or sent to, an office; ``taken_by``: the token of whoever took it over."""

    id: str
    report_id: str
    office_id: str | None
    level: Level
    score: float
    accused_level: Rank
    reasons: tuple[str, ...]
    proposed_at: datetime
    state: str = "proposed"
    taken_by: str | None = None
    taken_at: datetime | None = None
