"""How fast reports are found in the embedded index, beside a bare tantivy query on the same index.

An answer is a whole page as the API gives it: the count, the hits in their order, every facet exactly, under an access.
Opening the texts of the hits is the store's work and not counted. The bare query finds the first twenty hits of the same
question and counts them: no facets, no access, no order but its own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import tantivy

from triage.bench.figures import Figure, Outcome, quantile
from triage.bench.generator import Generator
from triage.bench.kept import filled, size_of
from triage.bench.processes import own_megabytes, peak_megabytes
from triage.model import Access, Level, StaffRole
from triage.search import CursorBox, EmbeddedIndex, IndexDocument, Order, SearchRequest, Terms, parse
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

REPORTS = 10_000
ROUNDS = 20
_RANKS = (40, 90, 200, 500, 1000, 2500, 6000, 12_000)
_CATEGORIES = ("embezzlement", "favouritism", "bribery", "formalism", "false_data", "neglect", "irrelevant")
_COMMIT = 256
_HITS = 20
_KEY = bytes(32)
_PAIR = 2
_CITY = "5134"
_ANYONE = Access("bench", StaffRole.INVESTIGATOR, ("",))
_ONE_CITY = Access("bench", StaffRole.INVESTIGATOR, (_CITY,))
_FILTERS = (("bribery", "513431", "2018-05"), ("embezzlement", "51", "2018-11"), ("neglect", "360730", "2017-02"))


def measure(*, reports: int = REPORTS, rounds: int = ROUNDS, keep: Path | None = None) -> Outcome:
    """Indexes ``reports`` generated reports and asks each kind of question ``rounds`` times over.

    The index is gone afterwards, or kept in a folder of ``keep`` and only asked the next time.
    """
    generator = Generator()
    terms = Terms(TermKeyer(_KEY), default_segmenter())
    with filled(keep, f"search-{reports}", partial(_fill, terms=terms, generator=generator, reports=reports)) as found:
        folder, took = found
        size = size_of(folder / "index")
        figures = [
            Figure("reports", reports, "reports"),
            Figure("indexed_per_s", reports / took["seconds"], "reports/s"),
            Figure("filling_peak_memory", took.get("own", took["peak"]), "MB", 1500),
            Figure("filling_peak_with_mapped_files", took["peak"], "MB"),
            Figure("index_size", size / 1e6, "MB"),
            Figure("index_bytes_per_character", size / took["characters"], "bytes"),
        ]
        index = EmbeddedIndex(folder / "index", terms)
        engine = tantivy.Index.open(str(next((folder / "index").glob("*"))))
        for kind in _kinds(generator, terms, engine.schema):
            figures += _asked(index, engine.searcher(), kind, rounds)
        figures.append(Figure("peak_memory", peak_megabytes(), "MB"))
    return Outcome("search", tuple(figures), notes=(f"{rounds} rounds of each question; a page has {_HITS} hits",))


def _fill(folder: Path, *, terms: Terms, generator: Generator, reports: int) -> dict[str, float]:
    """Takes apart and writes the reports, batch by batch as the outbox does: seconds, characters, memory.

    ``own`` is the most memory without the index that the process has mapped, looked at after each batch.
    """
    index = EmbeddedIndex(folder / "index", terms)
    spent, characters, own = 0.0, 0, 0.0
    made = documents(generator, reports)
    while batch := list(islice(made, _COMMIT)):
        began = time.perf_counter()
        index.apply(batch, [])
        spent += time.perf_counter() - began
        characters += sum(len(document.text) for document in batch)
        own = max(own, own_megabytes())
    index.close()
    return {"seconds": spent, "characters": characters, "own": own, "peak": peak_megabytes()}


def documents(generator: Generator, reports: int) -> Iterator[IndexDocument]:
    """Invented reports as an index meets them, with labels and risk drawn by chance."""
    chance = random.Random(reports)
    levels = list(Level)
    for report in generator.reports(reports):
        yield IndexDocument(
            id=f"{report.number:026d}",
            seq=report.number + 1,
            version=1,
            text=report.text,
            received_at=report.received_at,
            month=report.received_at.strftime("%Y-%m"),
            channel=report.channel,
            categories=tuple(sorted(set(chance.choices(_CATEGORIES, k=chance.randint(0, 2))))),
            division=report.division,
            level=chance.choice(levels),
            score=chance.uniform(0, 12),
            amount_fen=chance.choice((0, 0, 50_000, 3_500_000)),
        )


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of question, and for each question the query that finds its first hits and does nothing else."""

    name: str
    access: Access
    asked: Sequence[SearchRequest]
    bare: Sequence[tantivy.Query]


def questions(generator: Generator) -> list[tuple[str, Access, list[SearchRequest]]]:
    """The kinds of questions that are asked of every engine, each with who asks."""
    words = [_ranked(word) for word in generator.words(_RANKS) if len(word) == _PAIR]
    return [
        ("word", _ANYONE, words),
        ("phrase", _ANYONE, [_ranked(f'"{phrase}"') for phrase in _phrases(generator)]),
        ("filter", _ANYONE, [SearchRequest(category=c, place=p, month=m) for c, p, m in _FILTERS]),
        ("word_of_one_city", _ONE_CITY, words),
    ]


def _kinds(generator: Generator, terms: Terms, schema: tantivy.Schema) -> list[_Kind]:
    words = [word for word in generator.words(_RANKS) if len(word) == _PAIR]
    phrases = _phrases(generator)
    bare_words = [_term(schema, "bigrams", *terms.bigrams(normalise(word).text)) for word in words]
    bare_phrases = [
        tantivy.Query.phrase_query(schema, "bigrams", list(terms.bigrams(normalise(phrase).text))) for phrase in phrases
    ]
    bare_filters = [
        _all(_term(schema, "category", c), _term(schema, f"place{len(p)}", p), _term(schema, "month", m))
        for c, p, m in _FILTERS
    ]
    in_city = [_all(query, _term(schema, f"place{len(_CITY)}", _CITY)) for query in bare_words]
    bare = (bare_words, bare_phrases, bare_filters, in_city)
    return [_Kind(*asked, queries) for asked, queries in zip(questions(generator), bare, strict=True)]


def _asked(index: EmbeddedIndex, searcher: tantivy.Searcher, kind: _Kind, rounds: int) -> list[Figure]:
    """p50 and p95 of a page, and how many times the median of the bare query that is."""
    box = CursorBox(_KEY)
    pages, bare = in_turns(
        [partial(box.page, index, request, kind.access, None) for request in kind.asked],
        [partial(searcher.search, query, limit=_HITS) for query in kind.bare],
        rounds,
    )
    return [
        Figure(f"{kind.name}_p50", quantile(pages, 0.50) * 1e3, "ms"),
        Figure(f"{kind.name}_p95", quantile(pages, 0.95) * 1e3, "ms", 25),
        Figure(f"{kind.name}_bare_p95", quantile(bare, 0.95) * 1e3, "ms"),
        Figure(f"{kind.name}_to_bare_ratio", median(pages) / median(bare), "times its time"),
    ]


def _term(schema: tantivy.Schema, field: str, term: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema, field, term, "freq" if field == "bigrams" else "basic")


def _all(*queries: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _ranked(question: str) -> SearchRequest:
    """What a person who types words asks for: the best first."""
    return SearchRequest(parse(question, split=default_segmenter().cut), order=Order.RELEVANCE, limit=_HITS)


def _phrases(generator: Generator) -> list[str]:
    """Passages of eight characters out of the reports themselves."""
    return [text[5:13] for text in generator.texts(8)]


def in_turns(
    ours: Sequence[Callable[[], object]], theirs: Sequence[Callable[[], object]], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of each piece of ours and of theirs, one after the other, after one round that is not counted.

    Who goes first changes from round to round: whoever asks second finds at hand what the first had to fetch.
    """
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for pair in zip(ours, theirs, strict=True):
            for side in (0, 1) if number % 2 else (1, 0):
                began = time.perf_counter()
                pair[side]()
                if number:
                    took[side].append(time.perf_counter() - began)
    return took
