"""How fast reports are found in the embedded index, beside a bare tantivy query on the same index.

An answer is a whole page as the API gives it: the count, the hits in their order, every facet exactly, under an access.
Opening the texts of the hits is the store's work and not counted. The bare query only finds twenty hits.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import tantivy

from triage.bench.figures import Figure, Outcome, quantile
from triage.bench.generator import Generator
from triage.bench.processes import temporary_folder
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


def measure(*, reports: int = REPORTS, rounds: int = ROUNDS) -> Outcome:
    """Indexes ``reports`` generated reports in a temporary folder and asks each kind of question ``rounds`` times over."""
    generator = Generator()
    terms = Terms(TermKeyer(_KEY), default_segmenter())
    with temporary_folder(with_model=False) as folder:
        index = EmbeddedIndex(folder / "index", terms)
        seconds, characters = _filled(index, generator, reports)
        size = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
        figures = [
            Figure("reports", reports, "reports"),
            Figure("indexed_per_s", reports / seconds, "reports/s"),
            Figure("index_size", size / 1e6, "MB"),
            Figure("index_bytes_per_character", size / characters, "bytes"),
        ]
        words = [word for word in generator.words(_RANKS) if len(word) > 1]
        figures += _asked(index, words, _phrases(generator), rounds)
        figures += _beside_bare(index, next((folder / "index").glob("*")), terms, words, rounds)
    return Outcome("search", tuple(figures), notes=(f"{rounds} rounds of each question; a page has {_HITS} hits",))


def _filled(index: EmbeddedIndex, generator: Generator, reports: int) -> tuple[float, int]:
    """Seconds of taking apart and writing the reports, batch by batch as the outbox does, and their characters."""
    spent, characters = 0.0, 0
    documents = _documents(generator, reports)
    while batch := list(islice(documents, _COMMIT)):
        began = time.perf_counter()
        index.apply(batch, [])
        spent += time.perf_counter() - began
        characters += sum(len(document.text) for document in batch)
    index.close()
    return spent, characters


def _documents(generator: Generator, reports: int) -> Iterator[IndexDocument]:
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


def _asked(index: EmbeddedIndex, words: Sequence[str], phrases: Sequence[str], rounds: int) -> list[Figure]:
    """p50 and p95 of a page, for each kind of question."""
    anyone = Access("bench", StaffRole.INVESTIGATOR, ("",))
    one_city = Access("bench", StaffRole.INVESTIGATOR, ("5134",))
    filters = [("bribery", "513431", "2018-05"), ("embezzlement", "51", "2018-11"), ("neglect", "360730", "2017-02")]
    kinds: dict[str, tuple[Access, list[SearchRequest]]] = {
        "word": (anyone, [_ranked(word) for word in words]),
        "phrase": (anyone, [_ranked(f'"{phrase}"') for phrase in phrases]),
        "filter": (anyone, [SearchRequest(category=c, place=p, month=m) for c, p, m in filters]),
        "word_of_one_city": (one_city, [_ranked(word) for word in words]),
    }
    box = CursorBox(_KEY)
    figures = []
    for name, (access, requests) in kinds.items():
        took = _times([partial(box.page, index, request, access, None) for request in requests], rounds)
        figures.append(Figure(f"{name}_p50", quantile(took, 0.50) * 1e3, "ms"))
        figures.append(Figure(f"{name}_p95", quantile(took, 0.95) * 1e3, "ms"))
    return figures


def _beside_bare(index: EmbeddedIndex, place: Path, terms: Terms, words: Sequence[str], rounds: int) -> list[Figure]:
    """The median time of a word's page and of its first hits alone, against the bare query for the same term."""
    engine = tantivy.Index.open(str(place))
    searcher = engine.searcher()
    anyone = Access("bench", StaffRole.INVESTIGATOR, ("",))
    known = [word for word in words if len(word) == 2]
    box = CursorBox(_KEY)

    def bare(word: str) -> object:
        (term,) = terms.bigrams(normalise(word).text)
        return searcher.search(tantivy.Query.term_query(engine.schema, "bigrams", term, "freq"), limit=_HITS)

    theirs = median(_times([partial(bare, word) for word in known], rounds))
    asked = [_ranked(word) for word in known]
    counts = median(_times([partial(index.count, one, anyone) for one in asked], rounds))
    pages = median(_times([partial(box.page, index, one, anyone, None) for one in asked], rounds))
    return [
        Figure("bare_word_p50", theirs * 1e3, "ms"),
        Figure("count_to_bare_ratio", counts / theirs, "times its time"),
        Figure("page_to_bare_ratio", pages / theirs, "times its time"),
    ]


def _ranked(question: str) -> SearchRequest:
    """What a person who types words asks for: the best first."""
    return SearchRequest(parse(question, split=default_segmenter().cut), order=Order.RELEVANCE, limit=_HITS)


def _phrases(generator: Generator) -> list[str]:
    """Passages of eight characters out of the reports themselves."""
    return [text[5:13] for text in generator.texts(8)]


def _times(work: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Seconds of each piece of work, in turns, after one round that is not counted."""
    took = []
    for number in range(rounds + 1):
        for piece in work:
            began = time.perf_counter()
            piece()
            if number:
                took.append(time.perf_counter() - began)
    return took
