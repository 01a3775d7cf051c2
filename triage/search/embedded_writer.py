"""Opening and writing the embedded index: a disk that takes nothing is a state that passes, and no end of the worker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import tantivy

from triage.errors import IndexDown
from triage.store.private_files import own_folder


def opened(place: Path, schema: tantivy.Schema) -> tantivy.Index:
    """The index in a folder, made if it is not there.

    Raises:
        IndexDown: the disk does not let it be opened or made.
    """
    try:
        # Words are keyed in it, but months, places and sums are not: whoever has a login here must not read them
        for folder in (place.parent, place):
            own_folder(folder)
        return tantivy.Index(schema, path=str(place))
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and "IO error" not in str(error):
            raise
        raise IndexDown("The search index cannot be opened; see whether its disk is full.") from error


def written(act: Callable[..., object], *told: object) -> None:
    """Makes one call.

    Raises:
        IndexDown: it cannot be written down; the engine says the same of a full disk as of any other trouble with it.
    """
    try:
        act(*told)
    except (OSError, ValueError) as error:
        raise IndexDown("The search index cannot be written; see whether its disk is full.") from error


def undone(writer: tantivy.IndexWriter) -> bool:
    """Forgets what was not committed; False for a writer that can do nothing any more and is to be opened anew."""
    try:
        writer.rollback()
    except (OSError, ValueError):
        return False
    return True
