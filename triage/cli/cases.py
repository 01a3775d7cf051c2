"""Commands about repeats: `triage cluster` on a file, `triage cases` on the store."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from triage.model import Entity

from triage.cli.output import AsJson, print_json, say, table
from triage.plain import json_line

_MOST_WAITING = 50


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("cluster")(cluster)
    app.command("cases")(listed)


def cluster(
    file: Annotated[
        Path | None, typer.Argument(help="JSONL with a text in each line; standard input if left out.")
    ] = None,
) -> None:
    """Group the reports of a file by matter, storing nothing."""
    from triage.cases import Matter, link_all, probabilities_of, told
    from triage.intake import Limits
    from triage.jsonl import items
    from triage.pipeline import open_assessor, open_judge
    from triage.settings import get_settings
    from triage.text.dates import SHANGHAI

    settings = get_settings()
    limits = Limits(text_chars=settings.max_text_chars)
    names: dict[str, str | int] = {}
    entities: dict[str, tuple[Entity, ...]] = {}
    matters: list[Matter] = []
    for item, assessment in open_assessor(settings).pair(items(file, limits)):
        # Known by their place in the file: two lines may bear the same id, or none.
        place, sent = f"{len(names):08d}", item.submission
        names[place], entities[place] = item.id, assessment.entities
        day = sent.received_at.astimezone(SHANGHAI).date()
        likely = probabilities_of(assessment)
        matters.append(Matter.of(place, sent.text, assessment.entities, day, sent.turns, likely))
    cases: dict[str, str | int] = {}
    for linked in link_all(matters, open_judge(settings)):
        if linked.case not in cases:
            cases[linked.case] = _own_name(names[linked.case], cases.values())
        links = [
            {
                "id": names[line.other_id],
                "probability": line.score,
                "verdict": "same" if line.joined else "suggested",
                "reasons": told(line, entities[line.report_id], entities[line.other_id]),
            }
            for line in linked.links
        ]
        answer = {"id": names[linked.id], "case": cases[linked.case], "links": links}
        sys.stdout.write(json_line(answer) + "\n")


def _own_name(first: str | int, known: Collection[str | int]) -> str | int:
    """What a case is called: the id of its first report, and with a number behind it where another case has that name."""
    name, number = first, 1
    while name in known:
        number += 1
        name = f"{first} ({number})"
    return name


def listed(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, largest first.")] = 30, as_json: AsJson = False
) -> None:
    """List cases with more than one report, largest first, and how many suggested links wait for a person."""
    from triage.casefile import suggested
    from triage.cli.workplace import opened_store, own_access
    from triage.settings import get_settings
    from triage.shown import shown_text

    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        cases = store.cases(access, limit=limit)
        firsts = store.rows([case.report_ids[0] for case in cases], access)
        waiting = store.casework.suggestions(access, limit=_MOST_WAITING)
        links = suggested(store, waiting, access) if as_json else ()
    if as_json:
        print_json({"cases": cases, "suggestions": links})
        return
    rows = []
    for case in cases:
        first = firsts.get(case.report_ids[0])
        passage = shown_text(first)[:60].replace("\n", " ") if first else ""
        rows.append((case.id, str(len(case.report_ids)), first.priority.level.value if first else "", passage))
    table("案件 · Cases", ("案件 case", "件数 reports", "风险 risk", "最早一件 first report"), rows)
    if waiting:
        more = "+" if len(waiting) == _MOST_WAITING else ""
        say(f"{len(waiting)}{more} 条关联待确认 · suggested links wait for a person: triage case suggestions")
