"""The one clause that decides which reports a query sees. Every statement over reports takes it from here."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, Text, and_, cast, exists, false, or_, select, true

from triage.codes import ABOVE_OFFICE, OWN_REASONS
from triage.errors import NotAllowed
from triage.model import Access, StaffRole, Stage, Way
from triage.store.tables import messages, party_keys, reports, routes

WORKER = Access("worker", StaffRole.WORKER, ("",), (), "triage")
ROUTED = (Stage.ASSESSED.value, Stage.INDEXED.value)
_COUNTS = frozenset(
    {StaffRole.ANALYST, StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR, StaffRole.WORKER}
)
_MENDS = frozenset({StaffRole.ADMINISTRATOR, StaffRole.SUPERVISOR, StaffRole.INVESTIGATOR, StaffRole.WORKER})
_PASSES_UP = frozenset({StaffRole.CUSTODIAN, StaffRole.SUPERVISOR})


def readable(access: Access) -> ColumnElement[bool]:
    """Routed reports, never sealed ones, in the reader's places, without those of parties the reader must not meet.

    False for every row to a role that reads no text.
    """
    return _visible(access) if access.role.reads_text else false()


def readable_mate(mate: FromClause, access: Access) -> ColumnElement[bool]:
    """Of another report of the case of a readable one, an alias of ``reports``, whether it is readable too.

    Whoever must not meet a party reads no report of a case that names it: that need not be asked again.
    """
    return and_(mate.c.stage.in_(ROUTED), _in_places(access.place_prefixes, mate.c.division))


def readable_with(access: Access) -> ColumnElement[bool]:
    """Of the reports of a case of which one is readable those that are: what a recusal hides it hides with its whole case,
    and need not be asked of each; but not what was added to a report of another case.
    """
    if not access.role.reads_text:
        return false()
    return and_(reports.c.stage.in_(ROUTED), _in_places(access.place_prefixes), _not_beside_hidden(access))


def countable(access: Access) -> ColumnElement[bool]:
    """As ``readable``, for figures: analysts count what they may not read.

    Raises:
        NotAllowed: a role that sees no figures.
    """
    if access.role not in _COUNTS:
        raise NotAllowed("This role sees no figures.")
    return _visible(access)


def counted_once(access: Access) -> ColumnElement[bool]:
    """As ``countable``, without what was added to a report with its receipt: five answers of one reporter make no five
    reports, and lift no figure over the least one that is shown.

    Raises:
        NotAllowed: a role that sees no figures.
    """
    return and_(countable(access), ~exists().where(messages.c.added_id == reports.c.id))


def mendable(access: Access) -> ColumnElement[bool]:
    """Reports that do not get on, for those who look after the system; ids and codes only.

    Raises:
        NotAllowed: a role that does not look after the system.
    """
    if access.role not in _MENDS:
        raise NotAllowed("This role does not see what is stuck.")
    return and_(_not_excluded(access), _in_places(access.place_prefixes), _not_beside_hidden(access))


def stubbed(access: Access) -> ColumnElement[bool]:
    """Sealed reports, of which a stub is shown to whoever sees to it that they go up; a clause over their ``routes``.

    Custodians see all of them. Supervisors see those on somebody above the own level; those on the own head or somebody of
    the own staff they do not, be somebody above accused beside them: the head of an office works under such a token, and
    others who do are of the unit. Whoever is kept from reports
    on somebody sees none, for nothing that is kept of a sealed report tells whom it accuses.

    Raises:
        NotAllowed: any other role.
    """
    if access.role not in _PASSES_UP:
        raise NotAllowed("This role does not see which reports go up.")
    if access.excluded_party_keys:
        return false()
    sealed = and_(reports.c.stage == Stage.SEALED.value, routes.c.way == Way.SEALED_UP.value)
    placed = and_(sealed, _in_places(access.place_prefixes, routes.c.division))
    if access.role is StaffRole.SUPERVISOR:
        told = cast(routes.c.reasons, Text)
        own = or_(*(told.contains(code, autoescape=True) for code in OWN_REASONS))
        return and_(placed, told.contains(ABOVE_OFFICE, autoescape=True), ~own)
    return placed


def entrusted(access: Access) -> ColumnElement[bool]:
    """Reports on whose reporters a custodian decides: those that would be readable to him, had he a part in their text.

    Raises:
        NotAllowed: any other role.
    """
    if access.role is not StaffRole.CUSTODIAN:
        raise NotAllowed("Only custodians decide who learns a reporter's name.")
    return _visible(access)


def demand_custodian(access: Access) -> None:
    """Stops whoever is no custodian from making a packet: who makes it for a key of his own reads what is in it.

    Raises:
        NotAllowed: any other role.
    """
    if access.role is not StaffRole.CUSTODIAN:
        raise NotAllowed("Only a custodian passes sealed reports up.")


def demand_text(access: Access) -> None:
    """Stops a role that may read no report at all, instead of showing it an empty list.

    Raises:
        NotAllowed: analysts, administrators, auditors and custodians read no text.
    """
    if not access.role.reads_text:
        raise NotAllowed("This role reads no reports.")


def _visible(access: Access) -> ColumnElement[bool]:
    seen = and_(reports.c.stage.in_(ROUTED), _in_places(access.place_prefixes), _not_excluded(access))
    return and_(seen, _not_beside_hidden(access))


def _in_places(prefixes: tuple[str, ...], division: ColumnElement[str] = reports.c.division) -> ColumnElement[bool]:
    if "" in prefixes:
        return true()
    if not prefixes:
        return false()
    # A range uses the index and, unlike LIKE, knows no wildcard that a prefix could carry.
    return or_(*(and_(division >= prefix, division < prefix + ":") for prefix in prefixes))


def _not_excluded(access: Access) -> ColumnElement[bool]:
    """Neither a report that names an excluded party nor one of its case: what others of a case say would tell of it."""
    if not access.excluded_party_keys:
        return true()
    return ~_names_excluded(access, reports)


def _names_excluded(access: Access, told: FromClause) -> ColumnElement[bool]:
    mate = reports.alias("mate")
    named = party_keys.c.value.in_(access.excluded_party_keys)
    itself = exists().where(party_keys.c.report_id == told.c.id, named)
    beside = exists().where(mate.c.case_id == told.c.case_id, party_keys.c.report_id == mate.c.id, named)
    return or_(itself, beside)


def _not_beside_hidden(access: Access) -> ColumnElement[bool]:
    """Not what was added to a report that this reader may not see, whatever it says itself.

    One that is sealed has taken with it what was added to it.
    """
    first, told = reports.alias("first"), messages.alias("told")
    hidden = [] if "" in access.place_prefixes else [~_in_places(access.place_prefixes, first.c.division)]
    if access.excluded_party_keys:
        hidden.append(_names_excluded(access, first))
    if not hidden:
        return true()
    beside = select(told.c.id).select_from(told.join(first, first.c.id == told.c.report_id))
    return ~beside.where(told.c.added_id == reports.c.id, or_(*hidden)).exists()
