"""What goes into and comes out of the store, as frozen dataclasses; the words of the domain stand in ``triage.model``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from triage.model import (
    Act,
    Assessment,
    Judgement,
    Level,
    LinkKey,
    NotAccepted,
    Report,
    ReporterState,
    Review,
    Route,
    Ruling,
    StaffRole,
    Stage,
    Submission,
)

ANONYMOUS = "anonymous"
"""Who sent a report that came without a token."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A checked submission on its way into the store.

    ``receipt_hash`` is the keyed hash of the receipt; the store never sees the receipt itself. ``key_hash`` is the keyed
    hash of the idempotency key with its namespace and ``body_hash`` the keyed hash of the body. Rows of files bear a
    ``body_hash`` alone: it tells a row that comes again from another row under the same number.
    ``principal`` is who sent it, for the audit log.
    """

    submission: Submission
    receipt_hash: str
    key_hash: str | None = None
    body_hash: str | None = None
    principal: str = ANONYMOUS


@dataclass(frozen=True, slots=True)
class Accepted:
    """The store's answer to one arrival: written and flushed. ``repeated``: it was there before and nothing was added."""

    report_id: str
    received_at: datetime
    state: ReporterState = ReporterState.RECEIVED
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Priority:
    """Order of urgency of a report: f(current assessment, review in force, corroboration of its case, policy version).

    ``review`` is the id of the person's decision that was taken into account, ``reading`` that of the assessment where it
    was made of a stored one: it tells nothing of how urgent the report is, and so is not compared.
    """

    level: Level
    score: float
    refer: bool
    urgent: bool = False
    corroboration: float = 0.0
    policy: str = ""
    review: str | None = None
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Assessed:
    """All that one transaction writes of an assessed and routed report.

    Of a report whose route is ``sealed_up`` the store keeps the route alone, whatever else stands here.
    ``party_keys`` are keyed hashes of the accused parties, for exclusions; ``link_facts`` are what later reports are
    compared with, kept sealed. A referral is proposed when ``route.refer``.
    """

    report_id: str
    assessment: Assessment | None
    route: Route
    priority: Priority | None = None
    link_keys: tuple[LinkKey, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    party_keys: tuple[str, ...] = ()
    link_facts: bytes = b""


@dataclass(frozen=True, slots=True)
class Comparable:
    """What later reports meet a report by and are compared with: link keys, and facts that are kept sealed."""

    report_id: str
    keys: tuple[LinkKey, ...]
    facts: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """What the holder of a receipt learns; if not accepted also why, and the body to turn to; ``messages``: not fetched."""

    state: ReporterState
    since: datetime
    reason: NotAccepted | None = None
    where: str | None = None
    messages: int = 0


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A routed report with what is known of it now: for the index, for hits, lists and export.

    ``assessment`` bears the categories and flags that hold: a person's, where ``review`` decided. ``machine``, named by
    ``assessment_id``, is the model's reading. ``corrected`` stood before ``review`` only confirmed or rejected that one.
    ``case_points`` are those of its case in the score, 0 for whoever sees that case in part.
    """

    report: Report
    assessment: Assessment
    priority: Priority
    party_keys: tuple[str, ...] = ()
    case_id: str | None = None
    review: Review | None = None
    machine: Assessment | None = None
    assessment_id: str = ""
    corrected: Review | None = None
    case_points: float = 0.0


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All that one transaction writes of a person's decision on a reading.

    ``assessment_id`` and ``before`` are the reading and the review that were looked at. ``holding`` is the reading as it
    holds from now on; ``route`` and ``priority`` follow from it.
    """

    report_id: str
    assessment_id: str
    before: str | None
    decision: Ruling
    categories: tuple[str, ...]
    refer: bool | None
    urgent: bool | None
    lowered: tuple[str, ...]
    note: str | None
    holding: Assessment
    priority: Priority
    route: Route


@dataclass(frozen=True, slots=True)
class Drawn:
    """Whether a report is in the review set: drawn if ``place`` is below one, which has the probability ``share``.

    The smaller the place, the sooner a person is asked. It is drawn once for each reading of it.
    """

    report_id: str
    assessment_id: str
    stratum: str
    share: float
    place: float


@dataclass(frozen=True, slots=True)
class StratumCount:
    """How many readable reports a stratum has, how many of them were drawn, and on how many drawn ones people decided.

    Of those that the machine would refer, or not, and holds urgent, or not; None: of all of them.
    """

    stratum: str
    reports: int
    drawn: int
    decided: int
    refer: bool | None = None
    urgent: bool | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The review that holds on a report, and what the machine had read when it was made."""

    review: Review
    categories: tuple[str, ...]
    refer: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class Component:
    """Reports held together by joins and people's judgements, oldest first, and every line between two of them.

    Not ``whole``: a flood, of which only a part was walked through; which part depends on where the walk began. Then
    ``apart`` are the judgements by which people keep a report of that part apart from one that was not seen. ``beside``
    are, for the worker, all lines between a report of it and one that belongs elsewhere. ``last`` is the number of the newest line of the
    ledger when it was walked through for an act, else 0.
    """

    report_ids: tuple[str, ...]
    lines: tuple[Judgement, ...]
    whole: bool
    apart: tuple[Judgement, ...] = ()
    beside: tuple[Judgement, ...] = ()
    last: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of a person on cases: its lines of the ledger, and the note that came with it.

    ``withdraws`` names the decision that an undo takes back, ``withdrawn_by`` the undo that took this one back. Only
    whoever may read every report of it sees the note.
    """

    id: str
    act: Act
    by: str
    made_at: datetime
    lines: tuple[Judgement, ...]
    note: str | None = None
    withdraws: str | None = None
    withdrawn_by: str | None = None

    @property
    def report_ids(self) -> tuple[str, ...]:
        """The reports that it is about, oldest first."""
        return tuple(sorted({end for line in self.lines for end in (line.report_id, line.other_id)}))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pair that the model proposes and nobody has judged; level and score are those of the graver report."""

    line: Judgement
    level: Level
    score: float


@dataclass(frozen=True, slots=True)
class Visit:
    """When a reader last looked at a case, and the reports that it had then; never: None and nobody.

    ``cut``: of a large case the newest reports alone were written down.
    """

    seen_at: datetime | None
    report_ids: tuple[str, ...]
    cut: bool = False


class About(StrEnum):
    """What a line of the outbox is about, beside that its report goes to the index."""

    ANYTHING = ""
    """Text, reading, decision or level are new."""
    CASE = "case"
    """Its case is to be derived anew, or has made it more or less urgent within its level: nothing in it is new."""
    MOVED = "moved"
    """It has changed its case."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One line of the outbox: ``row`` goes into the index; None means that the report leaves it.

    ``case_before`` is the case that a report which has changed it was in; None: it stood alone.
    """

    seq: int
    report_id: str
    row: ReadRow | None
    about: About = About.ANYTHING
    case_before: str | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """A report that waits for another try or has stopped after five; never its text. ``code`` says what failed."""

    report_id: str
    stage: Stage
    tries: int
    code: str
    received_at: datetime
    not_before: datetime


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A staff token without the token.

    ``ends_soon``: within seven days; ``ended``: it was not revoked and has expired. ``kept_from`` are the names of those
    on whom its holder sees no report; with ``kept_from_others`` there are more, whose names were not kept.
    """

    id: str
    role: StaffRole
    places: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    ends_soon: bool = False
    ended: bool = False
    kept_from: tuple[str, ...] = ()
    kept_from_others: bool = False

    @property
    def recused(self) -> bool:
        """Whether its holder is kept from reports on anybody."""
        return bool(self.kept_from) or self.kept_from_others


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act or read: who, in which role, did what to which reports, what for."""

    principal: str
    role: str
    act: str
    subjects: tuple[str, ...] = ()
    purpose: str = ""
    detail: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditState:
    """What verifying the log found: rows under seals, rows that still wait for one, the head to write down."""

    sealed: int
    waiting: int
    head: str
