"""The monthly report as people get it: the closed one where there is one, else as counted now; and how a month is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.errors import BadInput, NotFound
from triage.model import Access
from triage.store import Store
from triage.store.closed import FIGURES, ClosedMonth, demand_whole_place
from triage.text.dates import SHANGHAI
from triage.trends.composing import Clock, compose, compose_to_close, now
from triage.trends.counted import checked_month
from triage.trends.document import Document, Missing, Tongue, figures_alone
from triage.trends.document_form import document_bytes, read_document
from triage.trends.places import place_of
from triage.trends.rendering import Form, file_name, files_of, rendered
from triage.trends.rendering.canvas import keep_caches_in
from triage.trends.revising import revision_of


def report_of(
    store: Store, access: Access, month: str, place: str, revision: int | None = None, clock: Clock = now
) -> Document:
    """The report of a month: closed as it was closed, else as counted now.

    Whoever must not meet a party gets a month counted without that party's reports, never the closed one. Analysts get
    figures alone.

    Raises:
        BadInput: month or place is not written as it should be.
        NotAllowed: a role that sees no figures, or a place of others.
        NotFound: the revision asked for is not there, or not for this person.
    """
    return told_of(store, access, month, place, revision, clock).document


def files_for(
    store: Store,
    access: Access,
    month: str,
    place: str,
    *,
    forms: Sequence[Form] = tuple(Form),
    tongues: Sequence[Tongue] = tuple(Tongue),
    revision: int | None = None,
    clock: Clock = now,
) -> dict[str, bytes]:
    """Files of the report by name; those of a closed month are the bytes that were made when it was closed.

    Raises:
        BadInput, NotAllowed, NotFound: as ``report_of``.
    """
    return files_told(
        store, access, told_of(store, access, month, place, revision, clock), forms=forms, tongues=tongues
    )


def files_told(
    store: Store,
    access: Access,
    told: Told,
    *,
    forms: Sequence[Form] = tuple(Form),
    tongues: Sequence[Tongue] = tuple(Tongue),
) -> dict[str, bytes]:
    """As ``files_for``, of a report that ``told_of`` gave under the same access: it is not composed again."""
    shown = told.document
    names = {file_name(shown, form, tongue): (form, tongue) for tongue in tongues for form in forms}
    if told.kept is not None:
        kept = store.closed.files(told.kept, access)
        return {name: kept[name] for name in names}
    keep_caches_in(store.settings.data_dir / "matplotlib")
    return {name: rendered(shown, form, tongue) for name, (form, tongue) in names.items()}


def close(store: Store, access: Access, month: str, place: str, clock: Clock = now) -> tuple[Document, bool]:
    """Closes a month, or makes its next revision where what came later may be shown.

    Returns:
        The newest closed report, and whether it was made now.

    Raises:
        BadInput: month or place is not written as it should be, or the month is not over or lies before intake began.
        NotAllowed: a role that closes no month, a place of others, or parties that this person must not meet.
        Changed: somebody closed or revised it meanwhile.
    """
    code = place_of(place).code
    if checked_month(month) >= clock().astimezone(SHANGHAI).strftime("%Y-%m"):
        raise BadInput(
            "month", "not_over", "The month is not over; it can be closed from the first of the next one on."
        )
    demand_whole_place(access, code)
    before = store.closed.newest(month, code, access)
    counted, figures = compose_to_close(store, access, month, code, clock)
    if before is None:
        if isinstance(counted.total, Missing):
            raise BadInput("month", "no_data", "Nothing can be counted in this month: intake began later.")
        made = replace(counted, revision=1)
    else:
        closed = read_document(before.document)
        revised = revision_of(closed, counted, _earlier(store, access, month, code, closed.revision))
        if revised is None:
            return closed, False
        made = revised
    keep_caches_in(store.settings.data_dir / "matplotlib")
    files = files_of(made) if made.revision > 1 else {**files_of(made), FIGURES: figures}
    store.closed.keep(month, code, made.revision, document_bytes(made), files, access)
    return made, True


def _earlier(store: Store, access: Access, month: str, code: str, newest: int) -> list[Document]:
    """The closed reports before the newest one, the newest of them first."""
    found = (store.closed.newest(month, code, access, revision) for revision in range(newest - 1, 0, -1))
    return [read_document(one.document) for one in found if one is not None]


def demand_place(access: Access, place: str) -> None:
    """Stops whoever asks for a place of others, instead of showing zeros.

    Raises:
        NotAllowed: a role that sees no figures, or a place of others.
    """
    demand_whole_place(replace(access, excluded_party_keys=()), place)


def own_place(store: Store, access: Access) -> str:
    """The place whose report somebody gets who names none: that of the token, or the office's area if that is smaller."""
    area, place = store.settings.office_division, next(iter(access.place_prefixes), "")
    return area if area.startswith(place) else place


def month_before(day: date) -> str:
    """The month before the one of a day."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return f"{year:04}-{month:02}"


@dataclass(frozen=True, slots=True)
class Told:
    """A month's report as this person may see it; ``kept`` is the closed month whose files are of this very document."""

    document: Document
    kept: ClosedMonth | None


def told_of(
    store: Store, access: Access, month: str, place: str, revision: int | None = None, clock: Clock = now
) -> Told:
    """The report of a month, to be looked at before its files are asked of ``files_told``.

    Raises:
        BadInput, NotAllowed, NotFound: as ``report_of``.
    """
    checked_month(month)
    code = place_of(place).code
    demand_place(access, code)
    closed = None if access.excluded_party_keys else store.closed.newest(month, code, access, revision)
    if closed is not None:
        document = read_document(closed.document)
        shown = _for(access, document)
        return Told(shown, closed if shown == document else None)
    if revision is not None:
        raise NotFound("There is no such revision of this month.")
    return Told(_for(access, compose(store, access, month, code, clock)), None)


def _for(access: Access, document: Document) -> Document:
    return document if access.role.reads_text else figures_alone(document)
