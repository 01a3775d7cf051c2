"""Acts of people on cases: written whole, with their lines of the ledger, and taken back by another act, never deleted.

What a person notes beside an act is sealed under the key of one of its reports and shown to whoever may read all of
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, insert, or_, select

from triage.errors import BadInput, Changed, NotAllowed, NotFound
from triage.model import Access, Act, Judgement, StaffRole
from triage.store.access import WORKER, demand_text
from triage.store.audit import ReadLog, read_entry, write_entries
from triage.store.components import judgement, readable_ids
from triage.store.database import Database
from triage.store.decision_tables import decisions
from triage.store.ids import new_id
from triage.store.locks import hold_reports, take_turn
from triage.store.outcomes import save_judgements
from triage.store.parts import in_parts
from triage.store.records import About, Decision
from triage.store.standing import PERSON
from triage.store.tables import judgements, outbox, reports
from triage.store.vault import Vault

JUDGES = frozenset({StaffRole.WORKER, StaffRole.REVIEWER, StaffRole.INVESTIGATOR, StaffRole.SUPERVISOR})
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """Reports as somebody read them: when the ledger's newest line bore the number ``at``, or at that moment."""

    report_ids: Collection[str]
    at: int | datetime


def demand_judge(access: Access) -> None:
    """Stops a role that has no say in cases.

    Raises:
        NotAllowed: a role that does not judge.
    """
    if access.role not in JUDGES:
        raise NotAllowed("This role does not judge whether reports belong together.")


def decide(
    database: Database,
    vault: Vault,
    act: Act,
    lines: Sequence[Judgement],
    access: Access,
    note: str | None = None,
    withdraws: str | None = None,
    since: int | None = None,
    seen: Sequence[Seen] = (),
) -> str:
    """Writes an act with its lines, and sends the reports on so that their cases follow; the id of the decision.

    Raises:
        NotAllowed: a role that does not judge.
        NotFound: a report that this access may not read.
        BadInput: what is to be taken back was taken back meanwhile.
        Changed: somebody has spoken of one of the reports since the line ``since`` of the ledger, or somebody else of
            what was ``seen`` since then.
    """
    demand_judge(access)
    ids = {end for line in lines for end in (line.report_id, line.other_id)}
    made, subject = new_id(), min(ids)
    with database.write() as connection:
        # People's acts are few: one after the other, none of them misses what another has just said
        take_turn(connection, "decisions")
        now = datetime.now(UTC)
        hold_reports(connection, sorted(ids))
        _demand_possible(connection, ids, access, withdraws)
        if since is not None and _spoken(connection, ids, judgements.c.seq > since):
            raise Changed("Somebody has judged these reports meanwhile: look at the case again.")
        _demand_as_seen(connection, seen, access)
        row = {"id": made, "act": act.value, "by": PERSON + access.principal, "report_id": subject, "made_at": now}
        sealed = None if note is None else _sealed(connection, vault, note, subject, made)
        connection.execute(insert(decisions), [{**row, "note": sealed, "withdraws_id": withdraws}])
        save_judgements(connection, [replace(line, decision=made, withdraws=withdraws or "") for line in lines], now)
        # The reports' cases are derived anew on their way to the index
        connection.execute(insert(outbox), [{"report_id": one, "about": About.CASE.value} for one in sorted(ids)])
        write_entries(connection, [read_entry(access, act.value, sorted(ids), decision=made)])
    return made


def _demand_possible(connection: Connection, ids: set[str], access: Access, withdraws: str | None) -> None:
    if readable_ids(connection, ids, access) != ids:
        raise NotFound("There is no such report.")
    if withdraws is not None and _withdrawn_by(connection, [withdraws]):
        raise BadInput("decision", "withdrawn", "This judgement was taken back before.")


def decisions_on(
    database: Database, vault: Vault, report_ids: Sequence[str], access: Access, log: ReadLog
) -> list[Decision]:
    """The newest 200 acts about these reports, the oldest first; one that touches a report out of sight is left out."""
    demand_text(access)
    names: set[str] = set()
    with database.read() as connection:
        for part in in_parts(sorted(readable_ids(connection, set(report_ids), access))):
            ends = or_(judgements.c.report_id.in_(part), judgements.c.other_id.in_(part))
            told = select(judgements.c.decision_id).where(judgements.c.decision_id.is_not(None), ends).distinct()
            names.update(connection.execute(told).scalars())
        found = _opened(connection, vault, sorted(names)[-_MOST_SHOWN:], access)
    log.note([read_entry(access, "decisions", [one.id for one in found])])
    return found


def decision(database: Database, vault: Vault, decision_id: str, access: Access, log: ReadLog) -> Decision:
    """One act.

    Raises:
        NotFound: unknown, or about a report that this access may not read.
    """
    demand_text(access)
    with database.read() as connection:
        found = _opened(connection, vault, [decision_id], access)
    log.note([read_entry(access, "decisions", [one.id for one in found])])
    if not found:
        raise NotFound("There is no such judgement.")
    return found[0]


def last_decision(database: Database, vault: Vault, access: Access, *, holding: bool) -> str | None:
    """The last act of this reader that they may see, or (``holding``) the last that was not taken back; an undo is none."""
    own = select(decisions.c.id).where(decisions.c.by == PERSON + access.principal, decisions.c.act != Act.UNDO.value)
    if holding:
        undo = decisions.alias("undo")
        own = own.where(~exists().where(undo.c.withdraws_id == decisions.c.id))
    with database.read() as connection:
        names = connection.execute(own.order_by(decisions.c.made_at.desc(), decisions.c.id.desc())).scalars()
        return next((name for name in names if _opened(connection, vault, [name], access)), None)


def demand_as_seen(database: Database, seen: Sequence[Seen], access: Access) -> None:
    """Stops an act early that rests on reports of which somebody else has spoken since they were read.

    Raises:
        Changed: somebody has.
    """
    with database.read() as connection:
        _demand_as_seen(connection, seen, access)


def _demand_as_seen(connection: Connection, seen: Sequence[Seen], access: Access) -> None:
    # What a person did themselves since they read the case is known to them
    others = judgements.c.by != PERSON + access.principal
    for one in seen:
        later = judgements.c.seq > one.at if isinstance(one.at, int) else judgements.c.made_at > one.at
        if _spoken(connection, one.report_ids, others, later):
            raise Changed(
                "Somebody else has judged these reports, or reports tied to them, since you read them: "
                "look at the case again."
            )


def _spoken(connection: Connection, report_ids: Collection[str], *which: ColumnElement[bool]) -> bool:
    """Whether the ledger has such a line by a person of one of the reports."""
    by_person = judgements.c.by.startswith(PERSON, autoescape=True)
    for part in in_parts(sorted(report_ids)):
        ends = or_(judgements.c.report_id.in_(part), judgements.c.other_id.in_(part))
        said = select(judgements.c.seq).where(by_person, ends, *which).limit(1)
        if connection.execute(said).first() is not None:
            return True
    return False


def _opened(connection: Connection, vault: Vault, names: Sequence[str], access: Access) -> list[Decision]:
    """Acts whose reports are all readable; of one whose report was sealed since, the lines that are left and no note."""
    lines: defaultdict[str, list[Judgement]] = defaultdict(list)
    rows: list[Row[*tuple[Any, ...]]] = []
    for part in in_parts(names):
        of = select(judgements).where(judgements.c.decision_id.in_(part)).order_by(judgements.c.seq)
        for line in map(judgement, connection.execute(of)):
            lines[line.decision].append(line)
        rows += connection.execute(select(decisions).where(decisions.c.id.in_(part))).all()
    ends = {end for said in lines.values() for line in said for end in (line.report_id, line.other_id)}
    known, there = readable_ids(connection, ends, access), readable_ids(connection, ends, WORKER)
    undone = _withdrawn_by(connection, names)
    found = []
    for row in sorted(rows, key=lambda one: (one.made_at, one.id)):
        about = {end for line in lines[row.id] for end in (line.report_id, line.other_id)}
        left = tuple(line for line in lines[row.id] if {line.report_id, line.other_id} <= known)
        if left and not (about & there) - known:
            note = _note(connection, vault, row) if row.note is not None and about <= known else None
            by = (row.by, row.made_at, left, note, row.withdraws_id, undone.get(row.id))
            found.append(Decision(row.id, Act(row.act), *by))
    return found


def _withdrawn_by(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    undone: dict[str, str] = {}
    for part in in_parts(names):
        statement = select(decisions.c.withdraws_id, decisions.c.id).where(decisions.c.withdraws_id.in_(part))
        undone.update((row.withdraws_id, row.id) for row in connection.execute(statement))
    return undone


def _sealed(connection: Connection, vault: Vault, note: str, report_id: str, row: str) -> bytes:
    key = _data_key(connection, vault, report_id)
    return vault.seal(key, note.encode("utf-8", "surrogatepass"), "decisions", row, "note")


def _note(connection: Connection, vault: Vault, row: Row[*tuple[Any, ...]]) -> str:
    key = _data_key(connection, vault, row.report_id)
    return vault.open(key, row.note, "decisions", row.id, "note").decode("utf-8", "surrogatepass")


def _data_key(connection: Connection, vault: Vault, report_id: str) -> bytes:
    """The key of a report that the caller has found readable."""
    found = connection.execute(select(reports.c.wrapped_key, reports.c.wrap).where(reports.c.id == report_id)).one()
    return vault.unwrap(found.wrapped_key, found.wrap, report_id)
