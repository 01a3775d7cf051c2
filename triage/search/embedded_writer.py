"""Opening and writing the embedded index: a disk that takes nothing is a state that passes, and no end of the worker.

A folder that is lost or damaged is no index any more, as if nothing had been written yet: readers are told so, and the
one who writes makes it anew and fills it from the store.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeVar

import tantivy

from triage.errors import IndexDown, NoIndex, TriageError
from triage.store.private_files import own_folder

_HEAP = 64_000_000
# What the system says of a file that is there: too many are open, the disk is full, it may not be read. None is not there
_SYSTEM = re.compile(r"(?:os error |code: )(?!2\b)\d+")
_HELD = "LockBusy"
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Searcher:
    """What is asked of an index as of one commit. A file of it that holds something else than was written is damage, told as such.

    Every call raises ``NoIndex`` where it meets such a file.
    """

    of: tantivy.Searcher

    @property
    def num_docs(self) -> int:
        """How many documents there are."""
        return int(self.of.num_docs)

    def search(
        self, query: tantivy.Query, *, limit: int, count: bool, order_by_field: str | None = None
    ) -> tantivy.SearchResult:
        """As the engine's own."""
        return _whole(self.of.search, query, limit=limit, count=count, order_by_field=order_by_field)

    def aggregate(self, query: tantivy.Query, wanted: dict[str, Any]) -> dict[str, Any]:
        """As the engine's own."""
        return _whole(self.of.aggregate, query, wanted)

    def doc(self, address: tantivy.DocAddress) -> tantivy.Document:
        """As the engine's own."""
        return _whole(self.of.doc, address)

    def fast_field_values(self, field: str, addresses: list[tantivy.DocAddress]) -> list[Any]:
        """As the engine's own."""
        return _whole(self.of.fast_field_values, field, addresses)

    def doc_freq(self, field: str, term: str) -> int:
        """As the engine's own."""
        return _whole(self.of.doc_freq, field, term)

    def terms_with_prefix(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """As the engine's own."""
        return _whole(self.of.terms_with_prefix, field, prefix)


def _whole(ask: Callable[..., _Answer], *told: object, **how: object) -> _Answer:
    try:
        return ask(*told, **how)
    except BaseException as error:
        # The engine breaks off at some damage by an exception of its own, which would end the whole process
        if isinstance(error, OSError | ValueError) or type(error).__name__ == "PanicException":
            raise _told(error) from None
        raise


class Folder:
    """The folder of an embedded index, as one process reads it and perhaps writes it."""

    def __init__(self, place: Path, schema: tantivy.Schema) -> None:
        """Makes an empty index where none is; one that is damaged is left as it is until somebody writes it anew.

        Raises:
            IndexDown: the disk does not let it be opened or made.
        """
        self.place = place
        self._schema = schema
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._seen: tuple[int, int, int] | None = None
        self._filled = False
        with suppress(NoIndex):
            self._open()

    def searcher(self) -> Searcher:
        """All that has been committed by any process.

        Raises:
            NoIndex: the folder is lost or damaged.
            IndexDown: it cannot be read now.
        """
        # A commit of any process replaces this file: whoever asks after it sees what it wrote.
        try:
            state = (self.place / "meta.json").stat()
        except OSError as error:
            self._seen = None
            raise _told(error) from error
        index, committed = self._index or self._open(), (state.st_mtime_ns, state.st_ino, state.st_size)
        if committed != self._seen:
            try:
                index.reload()
            except (OSError, ValueError) as error:
                self._seen = None
                raise _told(error) from error
            self._seen = committed
        return Searcher(index.searcher())

    def writer(self) -> tantivy.IndexWriter:
        """The writer of an index that is whole.

        Raises:
            NoIndex: it is lost or damaged, or somebody has put an empty one in the place of the one that was filled.
            IndexDown: it cannot be written now.
        """
        if self._filled and not self.searcher().num_docs:
            self._filled = False
            raise _gone()
        self.searcher()
        index = self._index or self._open()
        if self._writer is None:
            try:
                self._writer = index.writer(heap_size=_HEAP, num_threads=1)
            except (OSError, ValueError) as error:
                raise _unwritten(error) from error
            # Nobody would take a report that is sealed later out of an index of another format
            for old in self.place.parent.glob("v[0-9]*"):
                if old != self.place:
                    rmtree(old)
        return self._writer

    def make_whole(self) -> None:
        """Puts an empty index in the place of one that is lost or damaged; does nothing to one that can be read."""
        self._filled = False
        try:
            self.searcher()
        except NoIndex:
            self.close()
            self._index = None
            rmtree(self.place, ignore_errors=True)
            self._open()

    def committed(self) -> None:
        """Knows from now on whether there is something in it that could be lost."""
        with suppress(TriageError):
            self._filled = self.searcher().num_docs > 0

    def undo(self) -> None:
        """Forgets what was not committed, with the writer where that can do nothing any more; the next look is a new one."""
        self._seen = None
        if self._writer is not None and not undone(self._writer):
            self._writer = None

    def close(self) -> None:
        """Ends the writer's threads and frees its lock."""
        writer, self._writer = self._writer, None
        if writer is not None:
            # One whose files are lost has nothing to bring to an end
            with suppress(OSError, ValueError):
                writer.wait_merging_threads()

    def _open(self) -> tantivy.Index:
        try:
            self._index = opened(self.place, self._schema)
            self._index.config_reader("manual")
        except ValueError as error:
            raise _told(error) from error
        return self._index


def opened(place: Path, schema: tantivy.Schema) -> tantivy.Index:
    """The index in a folder, made if it is not there.

    Raises:
        NoIndex: what is there is no index that can be read.
        IndexDown: the disk does not let it be opened or made.
    """
    try:
        # Words are keyed in it, but months, places and sums are not: whoever has a login here must not read them
        for folder in (place.parent, place):
            own_folder(folder)
        return tantivy.Index(schema, path=str(place))
    except OSError as error:
        raise _closed() from error
    except ValueError as error:
        raise (_closed() if _SYSTEM.search(str(error)) else _gone()) from error


def written(act: Callable[..., object], *told: object) -> None:
    """Makes one call.

    Raises:
        IndexDown: it cannot be written down; the engine says the same of a full disk as of any other trouble with it.
    """
    try:
        act(*told)
    except (OSError, ValueError) as error:
        raise _unwritten(error) from error


def undone(writer: tantivy.IndexWriter) -> bool:
    """Forgets what was not committed; False for a writer that can do nothing any more and is to be opened anew."""
    try:
        writer.rollback()
    except (OSError, ValueError):
        return False
    return True


def _told(error: BaseException) -> IndexDown:
    """What keeps an index from being read: it is gone, or it cannot be opened now."""
    lost = isinstance(error, FileNotFoundError | NotADirectoryError)
    passing = isinstance(error, OSError) or _SYSTEM.search(str(error)) is not None
    return _closed() if passing and not lost else _gone()


def _gone() -> NoIndex:
    return NoIndex("The search index is lost or damaged: the worker or `triage reindex` writes it from the store.")


def _closed() -> IndexDown:
    return IndexDown("The search index cannot be opened; see whether its disk is full.")


def _unwritten(error: Exception) -> IndexDown:
    if _HELD in str(error):
        return IndexDown("Another process writes the search index.")
    return IndexDown("The search index cannot be written; see whether its disk is full.")
