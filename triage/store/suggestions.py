"""Links that the model suggests and nobody has judged yet, for a person to confirm or reject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from triage.model import Access, Judgement, Level, Verdict
from triage.store.access import demand_text, readable
from triage.store.audit import ReadLog, read_entry
from triage.store.components import lines_at
from triage.store.database import Database
from triage.store.naming import shown_as
from triage.store.parts import in_parts
from triage.store.records import Suggestion
from triage.store.standing import Pair, by_person, doubted, standing
from triage.store.tables import judgements, priorities, reports

_PAGE = 100
_DEFINITE = (Verdict.SAME, Verdict.DIFFERENT)


def open_suggestions(database: Database, access: Access, limit: int, log: ReadLog) -> list[Suggestion]:
    """At most ``limit`` suggestions on readable reports, the gravest first; a pair counts by its graver report.

    Of several suggestions between the same two cases the first is told: ``same`` or ``different`` settles them all,
    ``unsure`` the pair that it was said of.
    """
    demand_text(access)
    found: dict[Pair, Suggestion] = {}
    with database.read() as connection:
        for page in _gravest_first(connection, access):
            for cases, one in _suggested(connection, page, access):
                found.setdefault(cases, one)
            if len(found) >= limit:
                break
    answer = list(found.values())[:limit]
    _note(log, access, answer)
    return answer


def suggestions_on(
    database: Database, report_ids: Sequence[str], access: Access, log: ReadLog, limit: int = 50
) -> list[Suggestion]:
    """Suggestions that tie one of these readable reports to a report of another case, the gravest first."""
    demand_text(access)
    found: dict[Pair, Suggestion] = {}
    with database.read() as connection:
        for part in in_parts(report_ids):
            for cases, one in _suggested(connection, part, access):
                found.setdefault(cases, one)
    answer = sorted(found.values(), key=lambda one: (-one.level.rank, -one.score, -one.line.score))[:limit]
    _note(log, access, answer)
    return answer


def _gravest_first(connection: Connection, access: Access) -> Iterator[Sequence[str]]:
    """Ids of reports of whom something was suggested, in pages, the gravest first, the older first among equals."""

    def told(end: ColumnElement[str]) -> ColumnElement[bool]:
        return exists().where(end == reports.c.id, judgements.c.verdict == Verdict.UNSURE.value)

    statement = (
        select(reports.c.id)
        .join(priorities, priorities.c.report_id == reports.c.id)
        .where(priorities.c.id == reports.c.priority_id, readable(access))
        .where(or_(told(judgements.c.report_id), told(judgements.c.other_id)))
        .order_by(priorities.c.rank.desc(), priorities.c.score.desc(), reports.c.seq)
    )
    result = connection.execute(statement.execution_options(yield_per=_PAGE))
    try:
        yield from result.scalars().partitions(_PAGE)
    finally:
        result.close()


def _suggested(connection: Connection, page: Sequence[str], access: Access) -> list[tuple[Pair, Suggestion]]:
    """The open suggestions at these reports, in their order and the likeliest first, with the cases that each would join."""
    found = lines_at(connection, set(page))
    near = {end for pair, line in standing(_in_order(found)).items() if _is_open(line) for end in pair}
    said = _in_order(found | lines_at(connection, near - set(page)))
    holds, doubts = standing(said), doubted(said)
    urgency, homes = _known(connection, {end for pair in holds for end in pair}, access)
    # What a person said of one report and another of the case holds for the case: it is not asked again. Who was not
    # sure has settled that pair alone, or a likelier link that comes later would be seen by nobody.
    settled = {_cases(homes, pair) for pair, line in holds.items() if by_person(line) and line.verdict in _DEFINITE}
    place = {report_id: number for number, report_id in enumerate(page)}
    best: dict[Pair, tuple[int, Suggestion]] = {}
    for pair, line in sorted(holds.items(), key=lambda entry: (-entry[1].score, entry[0])):
        cases = _cases(homes, pair)
        first = min(place.get(end, len(place)) for end in pair)
        known = _is_open(line) and pair not in doubts and urgency.keys() >= set(pair) and first < len(place)
        if known and cases[0] != cases[1] and cases not in settled:
            _, score, level = max(urgency[end] for end in pair)
            before, kept = best.get(cases, (first, Suggestion(line, Level(level), score)))
            best[cases] = min(before, first), kept
    return [(cases, one) for cases, (_, one) in sorted(best.items(), key=lambda entry: (entry[1][0], entry[0]))]


def _in_order(found: Mapping[int, Judgement]) -> list[Judgement]:
    return [found[seq] for seq in sorted(found)]


def _is_open(line: Judgement) -> bool:
    return line.verdict is Verdict.UNSURE and not by_person(line)


def _cases(homes: Mapping[str, str | None], pair: Pair) -> Pair:
    """The cases of two reports; a report alone is one of its own."""
    one, other = sorted(homes.get(end) or end for end in pair)
    return one, other


def _known(
    connection: Connection, ids: set[str], access: Access
) -> tuple[dict[str, tuple[int, float, str]], dict[str, str | None]]:
    """Rank, score and level, and the case, of each readable report."""
    urgency: dict[str, tuple[int, float, str]] = {}
    homes: dict[str, str | None] = {}
    of_case = (priorities.c.rank, priorities.c.score, priorities.c.corroboration, priorities.c.level)
    columns = (reports.c.id, reports.c.case_id, *of_case)
    statement = select(*columns).join(priorities, priorities.c.id == reports.c.priority_id).where(readable(access))
    wanted = sorted(ids)
    for part in in_parts(wanted):
        rows = connection.execute(statement.where(reports.c.id.in_(part))).all()
        shown = shown_as(connection, {row.case_id for row in rows if row.case_id is not None}, access)
        for row in rows:
            score = shown.score(row.case_id, row.score, row.corroboration)
            urgency[row.id], homes[row.id] = (row.rank, score, row.level), row.case_id
    return urgency, homes


def _note(log: ReadLog, access: Access, shown: Sequence[Suggestion]) -> None:
    ids = {end for one in shown for end in (one.line.report_id, one.line.other_id)}
    log.note([read_entry(access, "suggestions", sorted(ids))])
