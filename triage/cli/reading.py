"""Commands that read: assess, search, show, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, print_json, private_file, say, table
from triage.cli.unmasking import Reason, Unmasked, reason_of
from triage.plain import json_line

if TYPE_CHECKING:
    from triage.search.finding import Answer


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("assess")(assess)
    app.command("search")(search)
    app.command("show")(show)
    app.command("export")(export)


def assess(
    file: Annotated[
        Path | None, typer.Argument(help="JSONL with a text in each line; standard input if left out.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a trained model; by default the one in use.")] = None,
    processes: Annotated[
        int, typer.Option(min=1, max=256, help="Read by so many processes; the order of the lines stays.")
    ] = 1,
) -> None:
    """Read reports and print an assessment for each, storing nothing."""

    from triage.intake import Limits
    from triage.jsonl import Counted, demand_some, items, lines_of, object_of
    from triage.pipeline import model_folder, open_assessor
    from triage.settings import get_settings

    settings = get_settings()
    if processes > 1:
        from triage.bulk import assess_side_by_side

        folder, lines, told = str(model or model_folder(settings)), Counted(lines_of(file)), 0
        own, most = str(settings.data_dir), settings.max_text_chars
        for line in assess_side_by_side(lines, folder, processes, policy=own, text_chars=most):
            sys.stdout.write(line + "\n")
            told += 1
        demand_some(lines.read, told)
        return
    assessor = open_assessor(settings, folder=model)
    for item, result in assessor.pair(items(file, Limits(text_chars=settings.max_text_chars))):
        sys.stdout.write(json_line(object_of(item, result)) + "\n")


def search(
    query: Annotated[
        str | None,
        typer.Argument(help='Words, "phrases", -not, OR, field:value (docs/search.md); left out: everything.'),
    ] = None,
    category: Annotated[str | None, typer.Option(help="A category's code.")] = None,
    place: Annotated[str | None, typer.Option(help="A division's code or name.")] = None,
    month: Annotated[str | None, typer.Option(help="Month of receipt, like 2019-11.")] = None,
    risk: Annotated[str | None, typer.Option(help="low, person, medium, high or grave.")] = None,
    channel: Annotated[str | None, typer.Option(help="web, api, hotline, letter, visit, chat or transfer.")] = None,
    sort: Annotated[str | None, typer.Option(help="relevance, time, risk or amount.")] = None,
    limit: Annotated[int, typer.Option(help="Hits on a page.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Goes on where a page ended.")] = None,
    group: Annotated[str | None, typer.Option(help="case: one hit for each case.")] = None,
    like: Annotated[str | None, typer.Option(help="A report's id: find reports with similar text.")] = None,
    other_cases: Annotated[bool, typer.Option("--other-cases", help="With --like, leave out its own case.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find reports."""
    from triage.cli.workplace import opened_store, own_access
    from triage.pipeline import open_finder
    from triage.search.finding import Question
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        finder = open_finder(settings, store)
        question = Question(query, category, place, month, risk, channel, sort, limit, cursor, group, like, other_cases)
        answer = finder.find(question, own_access(store, settings))
    if as_json:
        from triage.cli.hits import one_page

        print_json(one_page(answer))
    else:
        _print_hits(answer)


def _print_hits(answer: Answer) -> None:
    from triage.cli.hits import lines_behind, table_of

    table(*table_of(answer))
    for line in lines_behind(answer):
        say(line)


def show(
    report_id: Annotated[str, typer.Argument(metavar="ID")],
    unmasked: Unmasked = False,
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Show one report with what was understood and why, and the links that wait for a person; who wrote it is covered."""
    from triage.casefile import suggested
    from triage.cli.workplace import opened_store, own_access
    from triage.dialogue import told_spoken
    from triage.jsonl import report_of
    from triage.policy import load_policy
    from triage.review import as_held
    from triage.settings import get_settings
    from triage.shown import as_it_came, shown

    why = reason_of(unmasked, reason)
    settings = get_settings()
    with opened_store(settings) as store:
        access = own_access(store, settings)
        row = store.row(report_id, access) if why is None else store.unmasking.row(report_id, access, why)
        row = as_held(row, load_policy(settings.data_dir))
        links = suggested(store, store.casework.suggestions_on([row.report.id], access), access)
        spoken = store.dialogue.spoken(row.report.id, access)
    told = shown(row) if why is None else as_it_came(row)
    if as_json:
        print_json({**report_of(told), **told_spoken(spoken), "suggestions": links})
        return
    from triage.cli.casefile import describe_links
    from triage.cli.showing import describe, spoken_of

    for line in (*spoken_of(spoken, row.report.id), *describe(told), *describe_links(links)):
        say(line)


def export(
    out: Annotated[Path | None, typer.Option(help="File to write (0600); standard output if left out.")] = None,
    unmasked: Unmasked = False,
    reason: Reason = None,
) -> None:
    """Write every report that the token may read, as JSONL; who wrote them is covered. A supervisor may unmask them."""

    from triage.cli.workplace import opened_store, own_access
    from triage.jsonl import report_of
    from triage.policy import load_policy
    from triage.review import as_held
    from triage.settings import get_settings
    from triage.shown import as_it_came, shown

    why = reason_of(unmasked, reason)
    settings = get_settings()
    policy = load_policy(settings.data_dir)
    told = shown if why is None else as_it_came
    with opened_store(settings) as store:
        access = own_access(store, settings)
        found = store.export(access) if why is None else store.unmasking.export(access, why)
        rows = (told(as_held(row, policy)) for row in found)
        if out is None:
            for row in rows:
                sys.stdout.write(json_line(report_of(row)) + "\n")
            return
        with private_file(out) as file:
            for row in rows:
                file.write(json_line(report_of(row)) + "\n")
