"""People's decisions on readings, and the set of reports that they are asked about.

A decision is added, never edited; the newest one of a report holds (a rejection until another model has read it). It writes the priority, the route and the proposal
that follow from it in the same transaction, and an outbox line that takes the report through the later steps again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, insert, or_, select

from triage.errors import NotAllowed, NotFound
from triage.model import Access, Review, Ruling, StaffRole, Way
from triage.store.access import countable, readable
from triage.store.added import seal_with_added
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.decided import REVIEW_COLUMNS, plain_review, review_in
from triage.store.deciding import review_row, send_on
from triage.store.ids import new_id
from triage.store.locks import hold_reports
from triage.store.outcomes import prepare
from triage.store.reading import Reader
from triage.store.records import Answered, Assessed, Drawn, ReadRow, Reviewed, StratumCount
from triage.store.review_tables import review_pool, reviews
from triage.store.seen import Seen, demand_unchanged
from triage.store.tables import assessments, judgements, reports
from triage.store.vault import Vault

PERSON = "person:"
"""With this begins who made a judgement, if it was no model."""
CHOSEN = "chosen"
"""The stratum of a report that was not drawn: somebody chose to look at it, which tells nothing of the others."""
REJECTED = "rejected"
"""Under this name a report whose reading was rejected waits for somebody to correct it."""
REVIEWERS = frozenset({StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
_BATCH = 200
_STANDING = (
    reports.c.id, reports.c.seq, reports.c.stage, reports.c.assessment_id, reports.c.wrapped_key, reports.c.wrap,
    assessments.c.reader, assessments.c.model, *REVIEW_COLUMNS,
)  # fmt: skip
_Row = Row[*tuple[Any, ...]]


def demand_reviewer(access: Access) -> None:
    """Stops a role that does not decide on readings.

    Raises:
        NotAllowed: as said.
    """
    if access.role not in REVIEWERS:
        raise NotAllowed("This role does not decide on what was read.")


class Reviews:
    """The reviews of a store; ``Store.reviews`` is the way in."""

    def __init__(self, database: Database, vault: Vault, log: ReadLog, reader: Reader) -> None:
        """Works beside the store whose parts it is given."""
        self._database = database
        self._vault = vault
        self._log = log
        self._reader = reader

    def save(self, made: Reviewed, access: Access) -> Review:
        """Writes a decision with all that follows from it.

        Raises:
            NotAllowed: a role that does not decide.
            NotFound: a report that this access may not read.
            Changed: the report was read anew, or somebody else decided, since it was looked at.
        """
        demand_reviewer(access)
        now = datetime.now(UTC)
        standing = (
            select(*_STANDING)
            .join(assessments, assessments.c.id == reports.c.assessment_id)
            .outerjoin(reviews, reviews.c.id == reports.c.review_id)
            .where(reports.c.id == made.report_id, readable(access))
        )
        with self._database.write() as connection:
            hold_reports(connection, [made.report_id])
            row = connection.execute(standing).first()
            if row is None:
                raise NotFound("There is no such report.")
            stands = None if row.review_id is None else plain_review(row)
            demand_unchanged(Seen(made.assessment_id, made.before), row.assessment_id, stands, access)
            review = self._write(connection, made, row, access, now)
            if made.route.way is Way.SEALED_UP:
                # Whom it accuses stands above this office or heads it: nobody here reads it from now on
                item = Assessed(made.report_id, None, made.route)
                sealed = [prepare(self._vault, item, row)]
                seal_with_added(connection, self._vault, sealed, {made.report_id: row}, now)
            else:
                send_on(connection, made, review, now)
            detail = {"decision": made.decision.value, "lowered": " ".join(made.lowered)}
            write_entries(connection, [read_entry(access, "review", [made.report_id], **detail)])
        return review

    def _write(self, connection: Connection, made: Reviewed, row: _Row, access: Access, now: datetime) -> Review:
        drawn = connection.execute(
            select(review_pool).where(review_pool.c.report_id == made.report_id, review_pool.c.place < 1.0)
        ).first()
        review = Review(
            id=new_id(),
            report_id=made.report_id,
            assessment_id=made.assessment_id,
            reader=row.reader,
            model=row.model,
            decision=made.decision,
            categories=made.categories,
            refer=made.refer,
            urgent=made.urgent,
            lowered=made.lowered,
            stratum=drawn.stratum if drawn else CHOSEN,
            share=drawn.share if drawn else None,
            by=access.principal,
            role=access.role,
            made_at=now,
            note=made.note,
        )
        sealed = None
        if made.note is not None:
            data_key = self._vault.unwrap(row.wrapped_key, row.wrap, row.id)
            sealed = self._vault.seal(data_key, made.note.encode(), "reviews", review.id, "note")
        connection.execute(insert(reviews), [review_row(review, sealed)])
        return review

    def history(self, report_id: str, access: Access) -> list[Review]:
        """Every decision on a report, the newest first.

        Raises:
            NotAllowed: a role that reads no text.
            NotFound: unknown, or not visible to this access.
        """
        self._reader.row(report_id, access, "reviews")
        statement = (
            select(*REVIEW_COLUMNS, reports.c.wrapped_key, reports.c.wrap)
            .join(reports, reports.c.id == reviews.c.report_id)
            .where(reviews.c.report_id == report_id, readable(access))
            .order_by(reviews.c.seq.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        opened = [review_in(row, self._vault, self._vault.unwrap(row.wrapped_key, row.wrap, report_id)) for row in rows]
        return [review for review in opened if review is not None]

    def standing(self, report_ids: Sequence[str]) -> dict[str, Review]:
        """For the worker: the decisions that hold on reports which it takes on again; without their notes."""
        statement = select(*REVIEW_COLUMNS).join(reports, reports.c.review_id == reviews.c.id)
        with self._database.read() as connection:
            rows = connection.execute(statement.where(reports.c.id.in_(report_ids))).all()
        return {row.review_report_id: plain_review(row) for row in rows}

    # The review set

    def draw(self, drawn: Sequence[Drawn], left: Sequence[str] = ()) -> None:
        """For the worker: notes which reports are in the review set; those in ``left`` are no longer anywhere.

        A reading that was drawn before keeps its stratum and its place.
        """
        wanted = {one.report_id: one for one in drawn}
        named = review_pool.c.report_id.in_([*wanted, *left])
        with self._database.read() as connection:
            rows = connection.execute(select(review_pool.c.report_id, review_pool.c.assessment_id).where(named)).all()
        before = {row.report_id: row.assessment_id for row in rows}
        new = [one for one in wanted.values() if before.get(one.report_id) != one.assessment_id]
        out = sorted((before.keys() & set(left)) | {one.report_id for one in new})
        if not out:
            return
        with self._database.write() as connection:
            connection.execute(delete(review_pool).where(review_pool.c.report_id.in_(out)))
            if new:
                connection.execute(insert(review_pool), [asdict(one) for one in new])

    def waiting(self, access: Access, limit: int = 1) -> list[Drawn]:
        """The next readable reports to decide on: of the review set, on which nobody decided; then the rejected ones.

        Raises:
            NotAllowed: a role that does not decide.
        """
        demand_reviewer(access)
        statement = (
            select(review_pool)
            .join(reports, reports.c.id == review_pool.c.report_id)
            .where(review_pool.c.place < 1.0, reports.c.review_id.is_(None), readable(access))
            .order_by(review_pool.c.place, review_pool.c.report_id)
            .limit(limit)
        )
        with self._database.read() as connection:
            found = [Drawn(*row) for row in connection.execute(statement)]
        self._log.note([read_entry(access, "review queue", [one.report_id for one in found])])
        return found if len(found) == limit else [*found, *self.rejected(access, limit - len(found))]

    def rejected(self, access: Access, limit: int = 1) -> list[Drawn]:
        """The readable reports whose reading was rejected and not corrected: first those that somebody else rejected, the oldest first.

        Each of them waits, so the share is 1.

        Raises:
            NotAllowed: a role that does not decide.
        """
        demand_reviewer(access)
        statement = (
            select(reports.c.id, reports.c.assessment_id)
            .join(reviews, (reviews.c.report_id == reports.c.id) & (reviews.c.id == reports.c.review_id))
            .where(reviews.c.decision == Ruling.REJECT.value, readable(access))
            .order_by(case((reviews.c.by == access.principal, 1), else_=0), reviews.c.seq)
            .limit(limit)
        )
        with self._database.read() as connection:
            found = [Drawn(*row, REJECTED, 1.0, 1.0) for row in connection.execute(statement)]
        self._log.note([read_entry(access, "review queue", [one.report_id for one in found])] if found else [])
        return found

    def by_category(self) -> Counter[str]:
        """For the worker: on how many reports of each category people decided."""
        counts: Counter[str] = Counter()
        statement = select(reviews.c.categories).join(reports, reports.c.review_id == reviews.c.id)
        with self._database.read() as connection:
            for codes in connection.execute(statement).scalars():
                counts.update(codes)
        return counts

    # What was decided

    def judged(self, access: Access) -> list[str]:
        """The readable reports of which people judged whether they belong with another, by id.

        Raises:
            NotAllowed: a role that does not decide.
        """
        demand_reviewer(access)
        by_people = judgements.c.by.startswith(PERSON, autoescape=True)
        ends = (select(judgements.c.report_id).where(by_people), select(judgements.c.other_id).where(by_people))
        statement = select(reports.c.id).where(or_(*(reports.c.id.in_(end) for end in ends)), readable(access))
        with self._database.read() as connection:
            return list(connection.execute(statement.order_by(reports.c.id)).scalars())

    def strata(self, access: Access) -> list[StratumCount]:
        """The strata of the review set as far as readable, by name, each in parts by what the machine says of refer and urgent.

        Raises:
            NotAllowed: a role that sees no figures.
        """
        drawn = case((review_pool.c.place < 1.0, 1), else_=0)
        done = case((reports.c.review_id.is_not(None) & (review_pool.c.place < 1.0), 1), else_=0)
        part = (review_pool.c.stratum, assessments.c.refer, assessments.c.urgent)
        statement = (
            select(part[0], func.count(), func.sum(drawn), func.sum(done), *part[1:])
            .join(reports, reports.c.id == review_pool.c.report_id)
            .join(assessments, assessments.c.id == reports.c.assessment_id)
            .where(countable(access))
            .group_by(*part)
            .order_by(*part)
        )
        with self._database.read() as connection:
            return [StratumCount(*row) for row in connection.execute(statement)]

    def answered(self, access: Access) -> list[Answered]:
        """The decisions that hold, beside what the machine had read; codes alone, no text and no note.

        Raises:
            NotAllowed: a role that sees no figures.
        """
        statement = (
            select(
                *REVIEW_COLUMNS,
                assessments.c.categories.label("read_categories"),
                assessments.c.refer.label("read_refer"),
                assessments.c.urgent.label("read_urgent"),
            )
            .join(reports, reports.c.review_id == reviews.c.id)
            .join(assessments, assessments.c.id == reviews.c.assessment_id)
            .where(countable(access))
            .order_by(reports.c.seq)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        self._log.note([read_entry(access, "review figures")])
        return [
            Answered(plain_review(row), tuple(row.read_categories), row.read_refer, row.read_urgent) for row in rows
        ]

    def decided(self, access: Access, act: str, **detail: str) -> Iterator[ReadRow]:
        """The readable reports on which somebody decided, opened, by seq; each batch is noted before it is handed out.

        ``detail`` goes with the act into the log.

        Raises:
            NotAllowed: a role that does not decide.
        """
        demand_reviewer(access)
        return self._decided(access, act, **detail)

    def _decided(self, access: Access, act: str, **detail: str) -> Iterator[ReadRow]:
        statement = select(reports.c.seq).where(reports.c.review_id.is_not(None), readable(access))
        last = 0
        while True:
            batch = statement.where(reports.c.seq > last).order_by(reports.c.seq).limit(_BATCH)
            with self._database.read() as connection:
                numbers = connection.execute(batch).scalars().all()
            if not numbers:
                return
            yield from self._reader.rows_by_seq(numbers, access, act, **detail)
            last = numbers[-1]
