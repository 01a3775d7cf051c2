"""The store: the system of record, sealed, under access, with its queue, outbox and audit log.

In go arrivals (checked submissions) and, later, outcomes (``Assessed``); out come accepted reports, work for the
worker, lines for the index, and rows for readers, each under an ``Access`` whose clause the store adds itself.
``Store.open(settings)`` is the way in; ``GroupCommit`` stands before it where many senders post at once.
"""

from triage.store.access import WORKER
from triage.store.groupcommit import GroupCommit
from triage.store.ids import new_id
from triage.store.jobs import Job
from triage.store.locks import FileLock, take_worker_lock
from triage.store.records import (
    About,
    Accepted,
    Answered,
    Arrival,
    Assessed,
    AuditEntry,
    AuditState,
    Comparable,
    Component,
    Decision,
    Drawn,
    OutboxItem,
    Priority,
    ReadRow,
    Reviewed,
    Standing,
    StratumCount,
    Stuck,
    Suggestion,
    TokenInfo,
    Visit,
)
from triage.store.refer import ReferralPage, ReferralRow
from triage.store.saved import AlertRow, SavedSearch, Watched
from triage.store.store import Store

__all__ = [
    "WORKER",
    "About",
    "Accepted",
    "AlertRow",
    "Answered",
    "Arrival",
    "Assessed",
    "AuditEntry",
    "AuditState",
    "Comparable",
    "Component",
    "Decision",
    "Drawn",
    "FileLock",
    "GroupCommit",
    "Job",
    "OutboxItem",
    "Priority",
    "ReadRow",
    "ReferralPage",
    "ReferralRow",
    "Reviewed",
    "SavedSearch",
    "Standing",
    "Store",
    "StratumCount",
    "Stuck",
    "Suggestion",
    "TokenInfo",
    "Visit",
    "Watched",
    "new_id",
    "take_worker_lock",
]
