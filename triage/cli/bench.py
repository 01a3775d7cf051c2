"""`triage bench`: speed and memory, as ratios against a peer or a floor measured in the same run."""

from __future__ import annotations

import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, print_json, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.bench import Outcome


class Engine(StrEnum):
    """The engines behind search."""

    EMBEDDED = "embedded"
    ELASTICSEARCH = "elasticsearch"


_ENDED = 128 + signal.SIGTERM
bench = typer.Typer(help="Speed and memory, as ratios measured in one run.", no_args_is_help=True)

Texts = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="JSONL with texts. Left out: generated reports.", exists=True)
]


class StoreKind(StrEnum):
    """What a store is kept in."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


Keep = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keep what was filled in this folder, and ask it again next time.")
]


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(bench, name="bench")


@bench.callback()
def end_as_asked() -> None:
    """Speed and memory, as ratios measured in one run."""

    def end(*_: object) -> None:
        # Asked again, it goes on clearing up
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(_ENDED)

    # What a bench has started ends with it, as after Ctrl-C
    signal.signal(signal.SIGTERM, end)


@bench.command("assess")
def assess(
    file: Texts = None,
    most: Annotated[int | None, typer.Option(min=1, help="Texts at most; by default all, or 2,000 generated.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Runs of which the median counts.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Reading texts, beside plain jieba on the same texts; memory; the accurate reader beside its bare encoder."""
    _tell(_assess(file, most, runs), as_json)


@bench.command("intake")
def intake(
    connections: Annotated[int, typer.Option(min=1, max=1000, help="Senders at once.")] = 64,
    most: Annotated[int, typer.Option(min=1, help="Reports in a round at most.")] = 4000,
    seconds: Annotated[float, typer.Option(min=0.1, help="Length of a round at most.")] = 4.0,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of which the median counts.")] = 3,
    store: Annotated[StoreKind, typer.Option(help="Database of the store; a PostgreSQL is started for it.")] = (
        StoreKind.SQLITE
    ),
    as_json: AsJson = False,
) -> None:
    """Taking reports in by the API, beside a route with the same model that answers at once."""
    from triage.bench.intake import measure

    on_server = store is StoreKind.POSTGRESQL
    told = measure(connections=connections, most=most, seconds=seconds, rounds=rounds, postgresql=on_server)
    _tell(told, as_json)


@bench.command("search")
def search(
    reports: Annotated[int, typer.Option(min=1, help="Generated reports in the index.")] = 10_000,
    index: Annotated[Engine, typer.Option(help="The engine that is asked.")] = Engine.EMBEDDED,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each question.")] = 20,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """Finding reports in an index, beside bare queries on the same index; size of the embedded index."""
    if index is Engine.ELASTICSEARCH:
        from triage.bench import cluster

        _tell(cluster.measure_search(reports=reports, rounds=rounds), as_json)
    else:
        from triage.bench.search import measure

        _tell(measure(reports=reports, rounds=rounds, keep=keep), as_json)


@bench.command("feed")
def feed(
    reports: Annotated[int, typer.Option(min=256, help="Generated reports.")] = 10_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of which the median counts.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Feeding an index on Elasticsearch as the worker does, beside the bare client's bulk helper on the same documents."""
    from triage.bench.cluster import measure_feed

    _tell(measure_feed(reports=reports, rounds=rounds), as_json)


@bench.command("cases")
def cases(
    reports: Annotated[int, typer.Option(min=50, help="Invented reports in the store.")] = 10_000,
    against: Annotated[int, typer.Option(min=50, help="Reports in the store that it is compared with.")] = 1000,
    sample: Annotated[int, typer.Option(min=2, help="New reports that are linked.")] = 300,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """Linking new reports to those stored, at two sizes of the store; how many planted repeats are met and joined."""
    from triage.bench.cases import measure

    _tell(measure(reports=reports, against=against, sample=sample, keep=keep), as_json)


@bench.command("import")
def importing(
    rows: Annotated[int, typer.Option(min=1, help="Generated rows in the file.")] = 2000,
    store: Annotated[StoreKind, typer.Option(help="Database of the store; a PostgreSQL is started for it.")] = (
        StoreKind.SQLITE
    ),
    as_json: AsJson = False,
) -> None:
    """Importing a file, and its way to the index; on PostgreSQL COPY beside single statements; memory."""
    from triage.bench import copying, importing

    _tell(copying.measure(rows=rows) if store is StoreKind.POSTGRESQL else importing.measure(rows=rows), as_json)


@bench.command("cluster")
def cluster(
    reports: Annotated[int, typer.Option(min=1, help="Generated reports.")] = 10_000,
    against: Annotated[
        int, typer.Option(min=1, help="Fewer reports, whose cost that of many is compared with.")
    ] = 10_000,
    standing: Annotated[
        int,
        typer.Option(
            min=0, help="Reports that are filled in before; the cost beside them is compared with that beside none."
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Bringing reports into PostgreSQL and Elasticsearch, started for it: wall and processor time by step, memory."""
    from triage.bench.province import measure

    _tell(measure(reports=reports, against=against, standing=standing), as_json)


@bench.command("reindex")
def reindex(
    standing: Annotated[int, typer.Option(min=1, help="Reports that are filled in before.")] = 10_000,
    posting: Annotated[float, typer.Option(min=0.1, help="Reports that arrive in a second.")] = 50.0,
    searching: Annotated[float, typer.Option(min=0.1, help="Searches in a second.")] = 20.0,
    draining: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds to wait for what arrived to be read; until it is, if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Writing the index on Elasticsearch anew while reports arrive and people search: failures, answer times, what is missing."""
    from triage.bench.reindexing import measure

    _tell(measure(standing=standing, posting=posting, searching=searching, draining=draining), as_json)


@bench.command("start")
def start(as_json: AsJson = False) -> None:
    """From `triage serve` to ready with trained models, and `triage --help`."""
    from triage.bench.start import measure

    _tell(measure(), as_json)


@bench.command("trends")
def trends(
    reports: Annotated[int, typer.Option(min=1000, help="Invented reports in the store.")] = 100_000,
    months: Annotated[int, typer.Option(min=3, help="Months over which spikes are rehearsed.")] = 60,
    keep: Keep = None,
    as_json: AsJson = False,
) -> None:
    """Composing a month's report; false alarms and power of spikes, beside the office's rule of thumb in the same run."""
    from triage.bench.trends import measure

    _tell(measure(reports=reports, months=months, keep=keep), as_json)


@bench.command("masking")
def masking(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="Labelled JSONL. Left out: a seventh of the packaged reports.", exists=True
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Reports at most.")] = 4000,
    as_json: AsJson = False,
) -> None:
    """How much of what tells who wrote a report is covered, how many accused wrongly, and what covering takes."""
    from triage.bench.masking import measure

    _tell(measure(file, most=most), as_json)


@bench.command("all")
def everything(file: Texts = None, as_json: AsJson = False) -> None:
    """Every bench, one after the other."""
    from triage.bench import cases, importing, intake, search, start, trends

    measures: list[Callable[[], Outcome]] = [
        lambda: _assess(file),
        intake.measure,
        search.measure,
        cases.measure,
        importing.measure,
        start.measure,
        trends.measure,
    ]
    made: list[Outcome] = []
    for measure in measures:
        made.append(measure())
        if not as_json:
            _tell(made[-1], as_json)
    if as_json:
        print_json({"benches": [outcome.as_dict() for outcome in made]})


def _assess(file: Path | None, most: int | None = None, runs: int = 5) -> Outcome:
    from dataclasses import replace

    from triage.bench import accurate
    from triage.bench.assess import measure

    outcome = measure(file, most=most, runs=runs)
    more = accurate.measure(file, most=most, runs=runs)
    note = () if more else ("no accurate reader was trained",)
    return replace(outcome, figures=outcome.figures + more, notes=outcome.notes + note)


def _tell(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        print_json(outcome.as_dict())
        return
    say(f"bench {outcome.bench} ({'; '.join(outcome.notes)})")
    for figure in outcome.figures:
        say(f"  {figure.line}")
    for name, share in outcome.breakdown.items():
        say(f"  share of {name:28} {share:>10.0%}")
