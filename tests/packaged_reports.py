"""The packaged corpus, read once in each process of a run: it takes two seconds, and nobody can change a row."""

from __future__ import annotations

from functools import lru_cache

from corpora.reports import LabelledReport, load_reports


@lru_cache(maxsize=1)
def packaged_reports() -> tuple[LabelledReport, ...]:
    """All rows, in their order."""
    return tuple(load_reports())
