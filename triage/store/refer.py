"""The referral queue: proposals to investigators that are open, and those that somebody has taken over.

A proposal is open until an investigator takes it over, a person decides that the report is not to be referred, or a
graver proposal takes its place. One that was taken over stays as it was taken, whatever is read or decided later, and no
other is made beside it; it can be given back. Who took what over, and who gave it back, stands in the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select, update

from triage.codes import OFFICE_ACCUSED
from triage.cursors import Cursors
from triage.errors import BadInput, Changed, NotAllowed, NotFound
from triage.model import Access, Level, Rank, Referral, ReferralState, Ruling, StaffRole
from triage.store.access import demand_text, readable
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.database import Database
from triage.store.decided import HOLDING_CATEGORIES
from triage.store.locks import hold_reports
from triage.store.naming import MetCases, shown_as
from triage.store.parts import in_parts
from triage.store.review_tables import reviews
from triage.store.tables import LISTED_REFERRALS, assessments, priorities, referrals, reports

TAKERS = frozenset({StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
"""Roles that take proposals over."""
# The gravest first, the older among equals
_ORDER = (referrals.c.rank.desc(), referrals.c.score.desc(), reports.c.seq, referrals.c.id)
_LIST = b"referrals"
_PLACE = ("rank", "score", "seq", "id")
_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A line of the referral queue; ``decision`` is what a person said of the reading, None where nobody did."""

    referral: Referral
    categories: tuple[str, ...]
    received_at: datetime
    division: str
    urgent: bool
    decision: Ruling | None = None


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """Lines of the referral queue; ``total`` of all pages, ``cursor`` leads to the next one, None at the end."""

    rows: tuple[ReferralRow, ...]
    total: int
    cursor: str | None


class Proposals:
    """The proposals of a store; ``Store.proposals`` is the way in. What is not readable is not there."""

    def __init__(self, database: Database, log: ReadLog, key: bytes) -> None:
        """Works beside the store whose parts it is given; cursors are sealed under the key."""
        self._database = database
        self._log = log
        self._cursors: Cursors[list[Any]] = Cursors(key, "This cursor leads nowhere; start again without it.")

    def page(
        self,
        access: Access,
        *,
        state: ReferralState = ReferralState.PROPOSED,
        limit: int = 100,
        cursor: str | None = None,
    ) -> ReferralPage:
        """Proposals of a state on readable reports, the gravest first, the older among equals.

        The cursor holds the place where a page ended: what comes, goes, is taken over or becomes more or less grave
        between two pages makes no other appear twice or be left out.

        Raises:
            NotAllowed: a role that reads no text.
            BadInput: the cursor leads nowhere, or the state is one that is not listed.
        """
        demand_text(access)
        if state.value not in LISTED_REFERRALS:
            raise BadInput("state", "unknown", f"The state must be one of {', '.join(LISTED_REFERRALS)}.")
        wanted = and_(referrals.c.state == state.value, readable(access))
        total = select(func.count()).select_from(referrals).join(reports, reports.c.id == referrals.c.report_id)
        with self._database.read() as connection:
            behind = wanted if cursor is None else and_(wanted, _behind(self._cursors.read(cursor, _LIST)))
            rows = connection.execute(_lines(behind).order_by(*_ORDER).limit(limit + 1)).all()
            found = _told(connection, rows[:limit], access)
            number = connection.execute(total.where(wanted)).scalar_one()
        self._log.note([read_entry(access, "referrals", [row.referral.report_id for row in found])])
        last = [getattr(rows[limit - 1], name) for name in _PLACE] if len(rows) > limit else None
        return ReferralPage(tuple(found), number, None if last is None else self._cursors.write(last, _LIST))

    def named(self, named: str, access: Access) -> ReferralRow:
        """The proposal of the report of this id, open or taken over; or the one of this id, or what took its place or became of it.

        Raises:
            NotAllowed: a role that reads no text.
            NotFound: there is none, or it is not visible to this access.
        """
        demand_text(access)
        with self._database.read() as connection:
            found = _told(connection, [_named(connection, named, access)], access)
        self._log.note([read_entry(access, "referrals", [row.referral.report_id for row in found])])
        return found[0]

    def take(self, named: str, access: Access) -> ReferralRow:
        """Takes an open proposal over: it leaves the open list. Whoever took it before is told of it as it stands.

        Raises:
            NotAllowed: a role that takes none over.
            NotFound: there is none, or it is not visible to this access.
            Changed: somebody else has taken it over.
        """
        _demand_taker(access)
        with self._database.write() as connection:
            row = _held(connection, named, access)
            if row.state == ReferralState.PROPOSED.value:
                now = {"taken_by": access.principal, "taken_at": datetime.now(UTC)}
                _change(connection, row, ReferralState.TAKEN, access, "referral taken", now)
            elif row.taken_by != access.principal:
                raise Changed("Somebody else has taken this proposal over; the list of those taken over names them.")
            return _told(connection, [_again(connection, row)], access)[0]

    def give_back(self, named: str, access: Access) -> ReferralRow:
        """Gives a proposal back that was taken over: it is open again, and no less grave than its report is by now.

        Where a person has said since that the report is not to be referred, it is withdrawn.

        Raises:
            NotAllowed: a role that takes none over, or an investigator who has not taken this one.
            NotFound: there is none, or it is not visible to this access.
            Changed: nobody has taken it over.
        """
        _demand_taker(access)
        with self._database.write() as connection:
            row = _held(connection, named, access)
            if row.state != ReferralState.TAKEN.value:
                raise Changed("Nobody has taken this proposal over.")
            if row.taken_by != access.principal and access.role is not StaffRole.SUPERVISOR:
                raise NotAllowed("Whoever has taken a proposal over gives it back, or a supervisor.")
            # Only a correction takes that away, and it holds also where a colleague has spoken of the reading since
            state = ReferralState.PROPOSED if row.refer_now else ReferralState.WITHDRAWN
            freed: dict[str, Any] = {"taken_by": None, "taken_at": None, "score": max(row.score, row.score_now)}
            if row.rank_now > row.rank:
                freed |= {"rank": row.rank_now, "level": row.level_now}
            _change(connection, row, state, access, "referral given back", freed)
            return _told(connection, [_again(connection, row)], access)[0]


def listed_of(connection: Connection, report_ids: Sequence[str]) -> dict[str, _Row]:
    """For writers of proposals: those of these reports that stand, open or taken over, by report."""
    found: dict[str, _Row] = {}
    for part in in_parts(report_ids):
        of = referrals.c.report_id.in_(part)
        rows = connection.execute(select(referrals).where(of, referrals.c.state.in_(LISTED_REFERRALS)))
        found |= {row.report_id: row for row in rows}
    return found


def taken_over(connection: Connection, report_ids: Sequence[str]) -> set[str]:
    """For writers of proposals: those of these reports whose proposal somebody has taken over."""
    listed = listed_of(connection, report_ids)
    return {report_id for report_id, row in listed.items() if row.state == ReferralState.TAKEN.value}


def is_graver(told: Mapping[str, Any], standing: _Row) -> bool:
    """Whether a new row of a report's proposal is graver than the one that stands, or leaves an office that is accused."""
    graver = told["rank"] > standing.rank or told["accused_level"] > standing.accused_level
    return bool(graver or (_passes_over(told) and told["office_id"] != standing.office_id))


def no_less(told: Mapping[str, Any], standing: _Row) -> dict[str, Any]:
    """What of a proposal stays as it was when a graver one comes: its office, unless one is accused, and what was graver in it."""
    kept: dict[str, Any] = {} if _passes_over(told) else {"office_id": standing.office_id}
    if standing.rank > told["rank"]:
        kept |= {"rank": standing.rank, "level": standing.level}
    return kept | {name: max(told[name], getattr(standing, name)) for name in ("score", "accused_level")}


def leave_accused(connection: Connection, found: Mapping[str, str | None]) -> None:
    """For writers of what was added to reports and accuses an office: their open proposals go to the office given."""
    for report_id, row in listed_of(connection, list(found)).items():
        if row.state == ReferralState.PROPOSED.value and row.office_id != found[report_id]:
            reasons = list(dict.fromkeys((*row.reasons, OFFICE_ACCUSED)))
            changed = update(referrals).where(referrals.c.id == row.id)
            connection.execute(changed.values(office_id=found[report_id], reasons=reasons))


def _passes_over(told: Mapping[str, Any]) -> bool:
    """Whether a row proposes another office than the nearest because that one is accused."""
    return OFFICE_ACCUSED in told["reasons"]


def _lines(wanted: ColumnElement[bool]) -> Select[Any]:
    """Proposals with what is told of their reports."""
    return (
        select(
            referrals,
            HOLDING_CATEGORIES.label("categories"),
            reports.c.seq,
            reports.c.received_at,
            reports.c.division,
            reports.c.case_id,
            reviews.c.decision,
            priorities.c.urgent,
            priorities.c.refer.label("refer_now"),
            priorities.c.corroboration,
            priorities.c.level.label("level_now"),
            priorities.c.rank.label("rank_now"),
            priorities.c.score.label("score_now"),
        )
        .join(reports, reports.c.id == referrals.c.report_id)
        .join(assessments, assessments.c.id == reports.c.assessment_id)
        .join(priorities, priorities.c.id == reports.c.priority_id)
        .outerjoin(reviews, reviews.c.id == reports.c.review_id)
        .where(wanted)
    )


def _behind(place: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after a place (``_PLACE``) in the order of the list."""
    last_rank, last_score, last_seq, last_id = place
    rank, score, seq = referrals.c.rank, referrals.c.score, reports.c.seq
    younger = or_(seq > last_seq, and_(seq == last_seq, referrals.c.id > last_id))
    # The first part alone is what the index narrows by
    return and_(
        rank <= last_rank,
        or_(rank < last_rank, score < last_score, and_(score == last_score, younger)),
    )


def _standing(connection: Connection, named: str, access: Access) -> _Row:
    """The listed proposal that bears this id or whose report does.

    Raises:
        NotFound: there is none, or it is not visible to this access.
    """
    of = or_(referrals.c.report_id == named, referrals.c.id == named)
    found = _lines(and_(of, referrals.c.state.in_(LISTED_REFERRALS), readable(access)))
    taken = case((referrals.c.state == ReferralState.TAKEN.value, 0), else_=1)
    row = connection.execute(found.order_by(taken, *_ORDER).limit(1)).first()
    if row is None:
        raise NotFound("There is no such proposal, or it is not yours to see.")
    return row


def _named(connection: Connection, named: str, access: Access) -> _Row:
    """As ``_standing``; where nothing stands any more, of a proposal's own id the newest proposal of its report.

    Raises:
        NotFound: there is none, or it is not visible to this access.
    """
    other = referrals.alias()
    own = referrals.c.report_id.in_(select(other.c.report_id).where(other.c.id == named))
    listed = referrals.c.state.in_(LISTED_REFERRALS)
    found = _lines(and_(or_(own, and_(referrals.c.report_id == named, listed)), readable(access)))
    row = connection.execute(found.order_by(case((listed, 0), else_=1), referrals.c.id.desc()).limit(1)).first()
    if row is None:
        raise NotFound("There is no such proposal, or it is not yours to see.")
    return row


def _held(connection: Connection, named: str, access: Access) -> _Row:
    """As ``_standing``, kept from changing until the transaction ends."""
    hold_reports(connection, [_standing(connection, named, access).report_id])
    return _standing(connection, named, access)


def _again(connection: Connection, row: _Row) -> _Row:
    """A proposal as it stands after an act on it."""
    return connection.execute(_lines(referrals.c.id == row.id)).one()


def _change(
    connection: Connection, row: _Row, state: ReferralState, access: Access, act: str, values: dict[str, Any]
) -> None:
    connection.execute(update(referrals).where(referrals.c.id == row.id).values(state=state.value, **values))
    write_entries(connection, [read_entry(access, act, [row.report_id], referral=row.id)])


def _demand_taker(access: Access) -> None:
    if access.role not in TAKERS:
        raise NotAllowed("This role takes no proposals over.")


def _told(connection: Connection, rows: Sequence[_Row], access: Access) -> list[ReferralRow]:
    """Rows as this reader meets them."""
    shown = shown_as(connection, {row.case_id for row in rows if row.case_id is not None}, access)
    return [_referral(row, shown) for row in rows]


def _referral(row: _Row, shown: MetCases) -> ReferralRow:
    alone = shown.score(row.case_id, row.score_now, row.corroboration)
    proposed = Referral(
        id=row.id,
        report_id=row.report_id,
        office_id=row.office_id,
        level=Level(row.level),
        score=min(row.score, alone) if row.case_id in shown.cut else row.score,
        accused_level=Rank(row.accused_level),
        reasons=tuple(row.reasons),
        proposed_at=row.proposed_at,
        state=row.state,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
    )
    decision = None if row.decision is None else Ruling(row.decision)
    return ReferralRow(proposed, tuple(row.categories), row.received_at, row.division, row.urgent, decision)
