"""The readers behind one door: texts in, assessments out, pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from models.readers import Reader, load
from models.reading import Reading
from models.spans import SpanModel
from triage.assess.components import CategoryComponent, EntityComponent, RiskComponent, assessment_in, reading_of
from triage.assess.drafts import Draft
from triage.assess.entities import draft_of, is_english
from triage.assess.findings import findings_of
from triage.assess.tokeniser import SegmentingTokenizer
from triage.assess.view import view_of
from triage.model import Assessment, Turn
from triage.policy import Policy, load_policy
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter

SHANGHAI = ZoneInfo("Asia/Shanghai")
BATCH = 64
ZONE = 256
"""Texts that share a vocabulary before it forgets them: words repeat, and making one costs."""


class Readable(Protocol):
    """What an assessor needs of a report."""

    @property
    def text(self) -> str:
        """The text as received."""
        ...

    @property
    def received_at(self) -> datetime:
        """The moment of receipt, to which relative dates are resolved."""
        ...

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns of a transcript, if it is one."""
        ...


class _Item(Protocol):
    @property
    def submission(self) -> Readable: ...


ReadableItem = TypeVar("ReadableItem", bound=_Item)


def blank_pipeline(names: SpanModel | None = None) -> Pipeline:
    """The language pipeline up to the entities: what training needs. Without ``names`` rules alone tell them."""
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": "triage.segmenter.v1"}}})
    nlp.add_pipe("triage_language")
    entities = nlp.add_pipe("triage_entities")
    if isinstance(entities, EntityComponent):
        entities.names = names
    return nlp


def full_pipeline(model: Reader, policy: Policy) -> Pipeline:
    """The whole language pipeline with a trained model."""
    nlp = blank_pipeline(model.spans)
    categories, risk = nlp.add_pipe("triage_categories"), nlp.add_pipe("triage_risk")
    if isinstance(categories, CategoryComponent) and isinstance(risk, RiskComponent):
        categories.model, risk.policy = model, policy
    return nlp


class Assessor:
    """Assesses texts. One for each process; not safe for threads."""

    def __init__(self, nlp: Pipeline) -> None:
        self.nlp = nlp

    @classmethod
    def load(cls, folder: Path, policy: Policy | None = None) -> Assessor:
        """An assessor with the model saved in a folder.

        Raises:
            ModelMissing, ModelDamaged: the folder holds no model, or one that was tampered with.
        """
        return cls(full_pipeline(load(folder), policy or load_policy(None)))

    def assess(self, text: str, *, received: date, turns: Sequence[Turn] = ()) -> Assessment:
        """The assessment of one text; ``received`` is the day that relative dates refer to."""
        return next(self._stream([(text, received, tuple(turns))]))

    def pipe(self, reports: Iterable[Readable]) -> Iterator[Assessment]:
        """Assessments in the order of the reports."""
        return self._stream((r.text, r.received_at.astimezone(SHANGHAI).date(), r.turns) for r in reports)

    def pair(self, items: Iterable[ReadableItem]) -> Iterator[tuple[ReadableItem, Assessment]]:
        """Items that carry a submission, each with its assessment, in batches."""
        batch: list[ReadableItem] = []
        for item in items:
            batch.append(item)
            if len(batch) == ZONE:
                yield from zip(batch, self.pipe(entry.submission for entry in batch), strict=True)
                batch = []
        yield from zip(batch, self.pipe(entry.submission for entry in batch), strict=True)

    def _stream(self, texts: Iterable[tuple[str, date, tuple[Turn, ...]]]) -> Iterator[Assessment]:
        """Runs texts through the pipeline; the vocabulary forgets each batch, because its strings would hold names."""
        for batch in _batches(texts):
            with self.nlp.memory_zone():
                made = [assessment_in(doc) for doc in _through(self.nlp, batch)]
            yield from made


def readings(texts: Iterable[tuple[str, date, tuple[Turn, ...]]], names: SpanModel | None = None) -> Iterator[Reading]:
    """What the estimators see of texts (text, day of receipt, turns): the same in training and in use."""
    nlp = blank_pipeline(names)
    for batch in _batches(texts):
        with nlp.memory_zone():
            made = [reading_of(findings_of(doc)) for doc in _through(nlp, batch)]
        yield from made


def drafts(texts: Iterable[tuple[str, date, tuple[Turn, ...]]]) -> Iterator[Draft | None]:
    """What names are learned from: what the rules make of each text, None of one that is not Chinese."""
    segmenter = default_segmenter()
    for text, received, turns in texts:
        plain = normalise(text)
        view = view_of(text, turns, plain, segmenter.cut(plain.text), segmenter)
        yield None if is_english(view.text) else draft_of(view.text, received, view.words, alone=False)


_Entry = tuple[str, date, tuple[Turn, ...]]


def _through(nlp: Pipeline, batch: Sequence[_Entry]) -> Iterable[Doc]:
    """The pipeline's components in its own order, as ``nlp.pipe`` runs them.

    That one's care for other inputs, processes and errors costs a twentieth of the whole time of reading.
    """
    docs: Iterable[Doc] = [_tokenizer(nlp).read(*entry) for entry in batch]
    for _name, component in nlp.pipeline:
        pipe = getattr(component, "pipe", None)
        docs = pipe(iter(docs), batch_size=BATCH) if pipe else map(component, docs)
    return docs


def _batches(texts: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    batch: list[_Entry] = []
    for entry in texts:
        batch.append(entry)
        if len(batch) == ZONE:
            yield batch
            batch = []
    if batch:
        yield batch


def _tokenizer(nlp: Pipeline) -> SegmentingTokenizer:
    tokenizer = nlp.tokenizer
    if not isinstance(tokenizer, SegmentingTokenizer):
        raise TypeError("The pipeline was made with another tokeniser.")
    return tokenizer
