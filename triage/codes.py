"""The words of the domain that are one of a few: channels, levels, kinds, stages, roles, verdicts.

Codes of categories are none of these: an office may bring its own scheme.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


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


LEVEL_OF_DIGITS = {2: Rank.PROVINCE, 4: Rank.PREFECTURE, 6: Rank.COUNTY, 9: Rank.TOWNSHIP, 12: Rank.VILLAGE}
"""The level of a division by the digits of its code: two for each level down to the county (GB/T 2260), three for each below it."""


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


class ReferralState(StrEnum):
    """How a proposal to an office stands: open, taken over by an investigator, or in no list any more."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


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


class MatterState(StrEnum):
    """How far a matter has come, inside; the states of protection.md in the order in which they are usual."""

    RECEIVED = "received"
    REGISTERED = "registered"
    SCREENED = "screened"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    PASSED_DOWN = "passed_down"
    PASSED_UP = "passed_up"
    PASSED_ON = "passed_on"
    KEPT_AS_REPEAT = "kept_as_repeat"
    HANDED_OVER = "handed_over"
    INTERVIEW = "interview"
    VERIFICATION = "verification"
    HELD = "held"
    CLOSED = "closed"
    CASE_FILED = "case_filed"
    CONCLUDED = "concluded"
    FEEDBACK = "feedback"
    ARCHIVED = "archived"
    REOPENED = "reopened"


class NotAccepted(StrEnum):
    """The three reasons for not accepting a report, and no other (2020 work rules for handling accusations)."""

    COURTS = "courts"
    OTHER_BODY = "other_body"
    NO_SUBSTANCE = "no_substance"


class ClockName(StrEnum):
    """The clocks that run for a matter that is not sealed, by the names of their periods in the policy."""

    ACCEPTANCE_NOTICE = "acceptance_notice"
    PASSING_ON = "passing_on"
    DISPOSAL_PROPOSAL = "disposal_proposal"
    FEEDBACK = "feedback"
    CLEARING = "clearing"


class ClearingAct(StrEnum):
    """What a person does for somebody who was wrongly accused: orders that they be cleared, says it was done, or takes it back."""

    ORDER = "order"
    DONE = "done"
    DROP = "drop"


class ClearingForm(StrEnum):
    """How somebody was cleared."""

    IN_WRITING = "in_writing"
    IN_PERSON = "in_person"
    MEETING = "meeting"
    NOTICE = "notice"


class ClearingState(StrEnum):
    """How that stands; an order is suspended for good once the outcome that it followed is no longer in force."""

    ORDERED = "ordered"
    SUSPENDED = "suspended"
    DONE = "done"
    DROPPED = "dropped"


class ClockAct(StrEnum):
    """What a person does to a clock that runs."""

    PAUSE = "pause"
    RESUME = "resume"
    ESCALATE = "escalate"


class IdentityReason(StrEnum):
    """Why somebody asks who a reporter is."""

    FEEDBACK = "feedback"
    QUESTION = "question"
    PROTECTION = "protection"
    VERIFICATION = "verification"
    OTHER = "other"


class IdentityAct(StrEnum):
    """What is done with a request for a reporter's identity: custodians decide, whoever asked withdraws or opens."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    OPEN = "open"


class IdentityState(StrEnum):
    """How such a request stands; one that nobody decided on in time, or that was not opened in time, has lapsed."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class UnmaskReason(StrEnum):
    """Why somebody looks at a report as it came, with who wrote it uncovered."""

    CONTACT_REPORTER = "contact_reporter"
    VERIFY = "verify"
    PROTECT = "protect"
    HANDLE = "handle"
    OTHER = "other"


class Way(StrEnum):
    """Where a routed report goes."""

    OWN = "own"
    DOWN = "down"
    ON = "on"
    SEALED_UP = "sealed_up"


ABOVE_OFFICE, HEADS_OFFICE, IN_OFFICE = "accused_above_office", "accused_heads_office", "accused_in_office"
"""Why a report is sealed: its route tells one of the reasons or two, that on the own office first, and whether it is ``AT_ONCE``."""
OWN_REASONS = (HEADS_OFFICE, IN_OFFICE)
"""Those of them by which the own office, its supervisors too, sees nothing at all."""
OFFICE_ACCUSED = "office_accused"
"""Why another office is proposed than the nearest: that one, or somebody there, is accused."""
AT_ONCE_FLOORS = frozenset(["urgent_danger", "danger_to_life", "retaliation", "retaliation_with_violence"])
"""Rules of risk that mark a sealed report ``AT_ONCE``."""
AT_ONCE = "at_once"
"""A sealed report that tells of danger or retaliation; nothing else that was read out of it is kept."""
