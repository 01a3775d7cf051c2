"""The store: everything that the steps ask of the system of record, each method one transaction or one stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self

from triage.errors import IdempotencyConflict
from triage.model import Access, Assessment, Case, Judgement, LinkKey, Office, Report, StaffRole, Stage
from triage.settings import Settings
from triage.store import arrivals as _arrivals
from triage.store import components, crowds, facts, feed, links, lists, queue, refer, saving, setup, tokens, urgency
from triage.store.access import WORKER
from triage.store.asides import Asides
from triage.store.audit import ReadLog, read_entry, seal_rows, verify_rows
from triage.store.casework import Casework
from triage.store.closed import ClosedMonths
from triage.store.crew import Crew
from triage.store.custody import Custody
from triage.store.database import Database
from triage.store.dialogue import Dialogue
from triage.store.funnel import Funnel
from triage.store.handling import Handling
from triage.store.jobs import Jobs
from triage.store.monthly import Monthly
from triage.store.partitions import AuditMonths
from triage.store.reading import Reader, stage_counts
from triage.store.records import (
    Accepted,
    Arrival,
    Assessed,
    AuditEntry,
    AuditState,
    Comparable,
    Component,
    OutboxItem,
    Priority,
    ReadRow,
    Standing,
    Stuck,
)
from triage.store.rereading import Rereading
from triage.store.reviews import Reviews
from triage.store.saved import SavedSearches
from triage.store.unmasking import Unmasking
from triage.store.vault import Vault
from triage.store.way_up import WayUp


class Store:
    """The system of record of one process; ``open`` makes it, ``close`` or a ``with`` block ends it.

    Methods that take an ``Access`` add its clause and write an audit row before they answer; they raise ``NotAllowed`` to
    roles that may not ask at all, and treat what is not visible as not there. Its parts say themselves what they are.
    """

    def __init__(self, settings: Settings, database: Database, vault: Vault) -> None:
        """Use ``open``."""
        self.settings = settings
        self._database = database
        self._vault = vault
        self._log = ReadLog(database)
        self.crew = Crew(database, settings.worker_lease)
        self._reader = Reader(database, vault, self._log, self.crew.holder)
        self.asides = Asides(database, self.crew.holder)
        self.audit_months = AuditMonths(database)
        self.jobs = Jobs(database)
        self.saved = SavedSearches(database, vault, self._log)
        self.rereading = Rereading(database, vault, self._log, self._reader)
        self.casework = Casework(database, vault, self._log)
        self.reviews = Reviews(database, vault, self._log, self._reader)
        self.monthly = Monthly(database, vault, self._log)
        self.funnel = Funnel(database, self._log)
        self.closed = ClosedMonths(database, vault, self._log)
        self.way_up = WayUp(database, vault, self._log)
        self.proposals = refer.Proposals(database, self._log, vault.subkey("cursor"))
        self.unmasking = Unmasking(self._reader, self.reviews)
        self.handling = Handling(database, vault, self._log, vault.subkey("cursor"))
        self.custody = Custody(database, vault, self._log)
        self.dialogue = Dialogue(database, vault, self._log, self._reader, vault.subkey("cursor"))
        self.staff = tokens.Staff(database, vault)

    @classmethod
    def open(cls, settings: Settings, *, migrate: bool = False) -> Self:
        """The store of these settings; an empty SQLite store gets its folder, key and tables.

        Raises:
            BadSetup: an older schema while ``migrate`` is not set, a newer one, or settings that do not fit together.
            WrongKey: the master key is missing or another one.
        """
        database = Database(settings)
        try:
            return cls(settings, database, setup.prepare(database, settings, migrate=migrate))
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Writes what is still to be noted, gives back what this process holds and closes the connections."""
        try:
            self._log.flush()
            self.crew.end()
        finally:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def subkey(self, label: str) -> bytes:
        """A subkey of 32 bytes for keyed hashes: receipt, terms, link. Raises ``NotAllowed``: text, sealed, identity."""
        return self._vault.subkey(label)

    # Intake

    def receive(self, arrivals: Sequence[Arrival]) -> list[Accepted | IdempotencyConflict]:
        """Writes arrivals in one transaction and flushes; answers in their order, a conflict as a value of its item.

        A repeat (same idempotency key and body, or same source and row) adds nothing and is marked ``repeated``.
        """
        answers = _arrivals.receive(self._database, self._vault, arrivals)
        self.crew.ring()
        return answers

    def status(self, receipt_hash: str) -> Standing | None:
        """What the holder of a receipt learns; None for an unknown one, after the same questions to the database."""
        return _arrivals.standing(self._database, receipt_hash)

    # The worker

    def claim(self, limit: int) -> list[Report]:
        """The oldest reports that wait for assessment and nobody else holds, opened, until ``save_assessed`` or ``fail``."""
        return queue.claim(self._database, self._vault, limit, self.crew.holder)

    def save_assessed(self, items: Sequence[Assessed]) -> list[str]:
        """Writes outcomes in one transaction; ids of the reports for which something was written. A replay adds nothing."""
        with self._log.carried() as noted:
            return saving.save_assessed(self._database, self._vault, items, self.crew.holder, noted)

    def fail(self, report_ids: Sequence[str], code: str) -> None:
        """Counts a failed try under a stable code; the fifth makes the report dead, and people see it."""
        queue.fail(self._database, report_ids, code, self.crew.holder)

    def retry(self, report_ids: Sequence[str] | None = None, access: Access = WORKER) -> int:
        """Sends dead and waiting reports (all, or those named) again at once; how many."""
        return queue.retry(self._database, report_ids, access)

    def stuck(self, access: Access) -> list[Stuck]:
        """Reports that failed and are not through, the oldest 1,000; never their text."""
        return queue.stuck(self._database, access, self._log)

    def waiting(self, up_to: int | None = None) -> int:
        """Due reports plus outbox lines, or of those up to a number the ones not yet indexed; 0: nothing to do."""
        return queue.waiting(self._database, up_to)

    def last_seq(self) -> int:
        """The number of the newest report; 0 if there is none."""
        return queue.last_seq(self._database)

    def next_due(self) -> datetime | None:
        """When the next report of the queue is due; None where none waits."""
        return queue.next_due(self._database)

    def outbox_batch(self, limit: int) -> list[OutboxItem]:
        """The oldest lines for the index, with their rows opened; None for a row means that the report leaves it."""
        return feed.outbox_batch(self._database, self._reader, limit, self.crew.holder)

    def outbox_done(self, seqs: Sequence[int], cases: Mapping[str, str | None] | None = None) -> None:
        """Call after the index commit: removes the lines and moves their reports to stage indexed; ``cases`` as told to it."""
        feed.outbox_done(self._database, seqs, self.crew.holder, cases or {})

    # Cases

    def candidates(self, keys: Sequence[LinkKey], access: Access, limit: int = 50) -> dict[LinkKey, tuple[str, ...]]:
        """Under each key the newest ``limit`` reports, as far as readable."""
        return crowds.candidates(self._database, keys, access, limit)

    def behind_receipts(self, hashes: Sequence[str], access: Access) -> dict[str, str]:
        """The ids of the readable reports behind hashes of receipts; opens none."""
        return _arrivals.behind(self._database, hashes, access)

    def crowds(self, keys: Sequence[LinkKey], access: Access, most: int) -> dict[LinkKey, crowds.Seqs]:
        """Under each key the numbers of the newest ``most`` reports, newest first; for the worker alone."""
        return crowds.crowds(self._database, keys, access, most)

    def names(self, seqs: Sequence[int], access: Access) -> dict[int, str]:
        """The ids of those of the reports of these numbers that are readable; opens none."""
        return crowds.names(self._database, seqs, access)

    def link_facts(self, report_ids: Sequence[str], access: Access) -> dict[str, bytes]:
        """What readable reports are compared by, opened; what does not open is forgotten, to be made anew."""
        return links.facts(self._database, self._vault, report_ids, access, self._log)

    def without_facts(self, access: Access, after_seq: int = 0, limit: int = 200) -> list[int]:
        """The numbers of the next readable reports behind ``after_seq`` for which no link facts are kept."""
        return facts.without_facts(self._database, access, after_seq, limit)

    def lacking_facts(self, report_ids: Sequence[str], access: Access) -> list[int]:
        """The numbers of those of the readable reports for which no link facts are kept."""
        return facts.lacking_facts(self._database, report_ids, access)

    def save_facts(self, made: Sequence[Comparable]) -> list[str]:
        """Writes link keys and facts of reports that still lack them; the ids of those reports."""
        return facts.save_facts(self._database, self._vault, made)

    def cases_of(self, report_ids: Sequence[str], access: Access, most: int) -> dict[str, Case]:
        """The case of each report that has one, with its newest members."""
        return links.cases_of(self._database, report_ids, access, most)

    def ledger(self, report_ids: Sequence[str], access: Access) -> list[Judgement]:
        """All judgements on reports of the components that these belong to, in the order in which they were made."""
        return components.ledger(self._database, report_ids, access)

    def components(self, report_ids: Sequence[str], access: Access) -> list[Component]:
        """The components of the ledger that the reports belong to."""
        return components.components(self._database, report_ids, access)

    def save_judgements(self, judgements: Sequence[Judgement], access: Access) -> None:
        """Adds lines to the ledger."""
        links.add_judgements(self._database, judgements, access)

    def save_cases(self, cases: Sequence[Case]) -> list[int]:
        """Writes which case each of these reports belongs to now; the outbox lines that this made."""
        return links.save_cases(self._database, cases)

    def add_to_cases(self, cases: Sequence[Case]) -> list[int]:
        """Takes reports that belong to no case into these; nobody leaves one. The outbox lines that this made."""
        return links.add_to_cases(self._database, cases)

    def corroborations(self, report_ids: Sequence[str], access: Access) -> dict[str, float]:
        """The points that each readable report has from its case now."""
        return urgency.corroborations(self._database, report_ids, access)

    def unproposed(self, report_ids: Sequence[str], access: Access) -> list[str]:
        """Those of the readable reports that their case lifts to high risk and that nobody proposes or has corrected."""
        return urgency.unproposed(self._database, report_ids, access)

    def save_priorities(
        self, made: Mapping[str, Priority], proposed: Mapping[str, Assessed] | None = None
    ) -> list[int]:
        """Adds priorities, and proposals with their routes, and sends the reports on; the outbox lines that this made."""
        return urgency.save_priorities(self._database, made, proposed)

    def case(self, case_id: str, access: Access) -> Case:
        """The readable reports of a case; any of them names it. Raises ``NotFound``."""
        return links.case_of(self._database, case_id, access, self._log)

    def cases(self, access: Access, limit: int = 50) -> list[Case]:
        """Cases of at least two readable reports, the largest first."""
        return links.largest_cases(self._database, access, limit, self._log)

    # Reading

    def report(self, report_id: str, access: Access) -> Report:
        """One report, opened. Raises ``NotFound``."""
        return self._reader.row(report_id, access).report

    def assessment(self, report_id: str, access: Access) -> Assessment:
        """The current assessment of a report. Raises ``NotFound``."""
        return self._reader.row(report_id, access).assessment

    def row(self, report_id: str, access: Access) -> ReadRow:
        """A report with all that is known of it now. Raises ``NotFound``."""
        return self._reader.row(report_id, access)

    def rows(self, report_ids: Sequence[str], access: Access, act: str = "read") -> dict[str, ReadRow]:
        """Those of the reports that are readable, in the order asked for."""
        return self._reader.rows(report_ids, access, act)

    def rows_by_seq(self, seqs: Sequence[int], access: Access, act: str = "search") -> list[ReadRow]:
        """Those of the reports of these numbers that are readable, in the order asked for."""
        return self._reader.rows_by_seq(seqs, access, act)

    def visible(self, report_ids: Sequence[str], access: Access) -> set[str]:
        """Which of the reports are readable; opens none."""
        return self._reader.visible(report_ids, access)

    def index_rows(self, access: Access, after_seq: int = 0, limit: int = 500, act: str = "reindex") -> list[ReadRow]:
        """The next readable reports behind ``after_seq``, by seq."""
        return self._reader.after(access, after_seq, limit, act)

    def export(self, access: Access) -> Iterator[ReadRow]:
        """All readable reports, by seq; each batch of 200 is noted before it is handed out."""
        return self._reader.stream(access, "export")

    def gravest(self, access: Access, limit: int = 10) -> list[ReadRow]:
        """The readable reports of highest risk."""
        return self._reader.gravest(access, limit)

    def referrals(self, access: Access, limit: int = 100) -> list[refer.ReferralRow]:
        """Open referrals on readable reports, the gravest first."""
        return list(self.proposals.page(access, limit=limit).rows)

    def referral(self, named: str, access: Access) -> refer.ReferralRow:
        """The referral of this id, or of the report of this id, open or taken over. Raises ``NotFound``."""
        return self.proposals.named(named, access)

    def count_by(self, access: Access, month: str, dimensions: Sequence[str]) -> dict[tuple[str, ...], int]:
        """Counts of a month (``2019-11``, Asia/Shanghai) by cell, not suppressed; dimensions as in ``lists.DIMENSIONS``."""
        return lists.count_by(self._database, access, month, dimensions, self._log)

    def counts(self, access: Access) -> dict[Stage, int]:
        """How many reports stand at each stage; for whoever may see what is stuck."""
        return stage_counts(self._database, access)

    # Offices and staff

    def save_offices(self, offices: Sequence[Office]) -> None:
        """Puts these offices in place of those with the same ids."""
        lists.save_offices(self._database, offices)

    def offices(self) -> tuple[Office, ...]:
        """Every office, by id."""
        return lists.all_offices(self._database)

    def new_token(self, role: StaffRole, places: Sequence[str] = ("",), days: int = 30) -> str:
        """A staff token, in clear this once. Raises ``BadInput``."""
        return tokens.new_token(self._database, self.subkey("token"), role, places, days)

    def authenticate(self, token: str, purpose: str = "triage") -> Access:
        """The access that a token gives. Raises ``NotAuthenticated``."""
        return tokens.access_of(self._database, self.subkey("token"), token, purpose)

    def revoke_token(self, token_id: str) -> None:
        """Ends a token at once. Raises ``NotFound``."""
        tokens.revoke(self._database, token_id)

    # Audit

    def note(self, entries: Sequence[AuditEntry]) -> None:
        """Writes audit rows for acts outside the store; returns when they are flushed."""
        self._log.note(entries)

    def note_act(self, access: Access, act: str, subjects: Sequence[str] = (), **detail: int | str) -> None:
        """Writes one audit row for an act under an access."""
        self._log.note([read_entry(access, act, subjects, **detail)])

    def seal_audit(self) -> int:
        """Chains the audit rows since the last seal; how many."""
        return seal_rows(self._database, self.subkey("audit"))

    def verify_audit(self, written_down: str | None = None) -> AuditState:
        """Walks the whole chain. Raises ``Corrupt`` where a row was altered, removed or slipped in, or the end cut off."""
        return verify_rows(self._database, self.subkey("audit"), written_down)
