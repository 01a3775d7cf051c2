"""What the pipeline's components have in common: each adds its part to findings, which travel with a Doc or without."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from spacy.tokens import Doc

from triage.assess.findings import Findings, findings_of

BATCH = 64


class Step(ABC):
    """A component that spaCy runs over Docs, and that reads findings just as well where nobody asks for a Doc."""

    @abstractmethod
    def read(self, batch: Sequence[Findings]) -> None:
        """Adds this component's part to each of the findings."""

    def __call__(self, doc: Doc) -> Doc:
        """Reads a single text."""
        self.read([findings_of(doc)])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Reads texts in batches, which is several times as fast as one by one."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self.read([findings_of(doc) for doc in batch])
            yield from batch
