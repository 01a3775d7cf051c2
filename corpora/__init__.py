"""Data and their loaders: nothing here knows the domain above it.

In: the text files of this folder. Out: `load_taxonomy` (categories), `Divisions` (places), `load_offices` (sample
offices); word lists stand in ``corpora.lexicons``, labelled reports in ``corpora.reports``. A card in Markdown says of
each where it comes from, what it holds and what it is not fit for.
"""

from corpora.divisions import Division, Divisions, PlaceMatch
from corpora.offices import OfficeRow, load_offices
from corpora.taxonomy import Category, Taxonomy, load_taxonomy

__all__ = [
    "Category",
    "Division",
    "Divisions",
    "OfficeRow",
    "PlaceMatch",
    "Taxonomy",
    "load_offices",
    "load_taxonomy",
]
