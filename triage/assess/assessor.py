"""The readers behind one door: texts in, assessments out, pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from models.readers import Reader, load
from models.reading import Reading
from models.spans import SpanModel
from triage.assess.components import CategoryComponent, EntityComponent, RiskComponent, assessment_in, reading_of
from triage.assess.drafts import Draft
from triage.assess.entities import draft_of, is_english
from triage.assess.findings import Findings, findings_of
from triage.assess.judging import entities_in, taxonomy_version
from triage.assess.steps import BATCH, Step
from triage.assess.tokeniser import SegmentingTokenizer
from triage.assess.view import unassessed, view_of
from triage.errors import NoModel
from triage.model import Assessment, Entity, EntityKind, Speaker, Turn
from triage.policy import Policy, load_policy
from triage.text.dates import SHANGHAI
from triage.text.masked import cut_around
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter

ZONE = 256
"""Texts that are taken through the pipeline together."""
Entry = tuple[str, date, tuple[Turn, ...]]
"""A text, its day of receipt and the turns of a transcript."""


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


class Titled(Readable, Protocol):
    """A report with its title."""

    @property
    def title(self) -> str | None:
        """The title, if it has one."""
        ...


class _Item(Protocol):
    @property
    def submission(self) -> Readable: ...


ReadableItem = TypeVar("ReadableItem", bound=_Item)
_One = TypeVar("_One")


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
        self._names_alone: Pipeline | None = None

    @classmethod
    def load(cls, folder: Path, policy: Policy | None = None) -> Assessor:
        """An assessor with the model saved in a folder.

        Raises:
            ModelMissing, ModelDamaged: the folder holds no model, or one that was tampered with.
        """
        return cls(full_pipeline(load(folder), policy or load_policy(None)))

    @property
    def made_by(self) -> tuple[str, str, str]:
        """Reader, model and taxonomy that its assessments bear.

        Raises:
            NoModel: the pipeline lacks its model.
        """
        for _name, component in self.nlp.pipeline:
            if isinstance(component, CategoryComponent) and component.model is not None:
                return component.model.reader, component.model.version, taxonomy_version()
        raise NoModel("The pipeline lacks its model.")

    def assess(self, text: str, *, received: date, turns: Sequence[Turn] = ()) -> Assessment:
        """The assessment of one text; ``received`` is the day that relative dates refer to."""
        return next(self._stream([(text, received, tuple(turns))]))

    def pipe(self, reports: Iterable[Readable]) -> Iterator[Assessment]:
        """Assessments in the order of the reports."""
        return self._stream((r.text, r.received_at.astimezone(SHANGHAI).date(), r.turns) for r in reports)

    def pair(self, items: Iterable[ReadableItem]) -> Iterator[tuple[ReadableItem, Assessment]]:
        """Items that carry a submission, each with its assessment, in batches."""
        for batch in _batches(items):
            yield from zip(batch, self.pipe(item.submission for item in batch), strict=True)

    def named_beside(self, reports: Sequence[Titled]) -> list[tuple[Entity, ...]]:
        """Whom each report names outside of what is assessed: in labels, others' words and the title of a transcript.

        Nobody is accused there and nothing is read into it, but whoever reads the report reads these names as well. The
        offsets are those of no text.
        """
        words = [_beside(report) for report in reports]
        days = [report.received_at.astimezone(SHANGHAI).date() for report in reports]
        # As one turn: whatever labels stand in it, all of it is looked through
        entries = [
            (one, day, (Turn(Speaker.CALLER, one, ""),)) for one, day in zip(words, days, strict=True) if one.strip()
        ]
        found = iter(findings(self._names(), entries) if entries else ())
        return [
            tuple(entity for entity in entities_in(next(found)) if entity.kind is EntityKind.PERSON)
            if one.strip()
            else ()
            for one in words
        ]

    def _names(self) -> Pipeline:
        """The pipeline up to the entities, with what this one has learned of names; made when it is first needed."""
        if self._names_alone is None:
            own = next((part for _, part in self.nlp.pipeline if isinstance(part, EntityComponent)), None)
            self._names_alone = blank_pipeline(None if own is None else own.names)
        return self._names_alone

    def _stream(self, texts: Iterable[Entry]) -> Iterator[Assessment]:
        for batch in _batches(texts):
            yield from map(assessment_in, findings(self.nlp, batch))


def readings(texts: Iterable[Entry], names: SpanModel | None = None) -> Iterator[Reading]:
    """What the estimators see of texts (text, day of receipt, turns): the same in training and in use."""
    nlp = blank_pipeline(names)
    for batch in _batches(texts):
        yield from map(reading_of, findings(nlp, batch))


def marked(texts: Iterable[Entry], names: SpanModel | None = None) -> Iterator[tuple[Entity, ...]]:
    """The entities of texts, which need no categories, as an assessor with these names tells them."""
    nlp = blank_pipeline(names)
    for batch in _batches(texts):
        yield from map(entities_in, findings(nlp, batch))


def drafts(texts: Iterable[Entry]) -> Iterator[Draft | None]:
    """What names are learned from: what the rules make of each text, None of one that is not Chinese."""
    segmenter = default_segmenter()
    for text, received, turns in texts:
        plain = normalise(text)
        view = view_of(text, turns, plain, cut_around(plain.text, segmenter.cut), segmenter)
        yield None if is_english(view.text) else draft_of(view.text, received, view.words, alone=False)


def findings(nlp: Pipeline, batch: Sequence[Entry]) -> Sequence[Findings]:
    """What the pipeline's components find in texts, in its own order.

    A Doc is made only where one of the components is not ours and asks for it: making Docs and running them through
    ``nlp.pipe`` costs a seventh of the whole time of reading. Docs' words hold names, so the vocabulary forgets them.
    """
    tokenizer = _tokenizer(nlp)
    made = [tokenizer.begin(*entry) for entry in batch]
    components = [component for _name, component in nlp.pipeline]
    steps = [component for component in components if isinstance(component, Step)]
    if len(steps) == len(components):
        for start in range(0, len(made), BATCH):
            for step in steps:
                step.read(made[start : start + BATCH])
        return made
    with nlp.memory_zone():
        docs: Iterable[Doc] = map(tokenizer.doc_of, made)
        for component in components:
            docs = component.pipe(docs, batch_size=BATCH) if hasattr(component, "pipe") else map(component, docs)
        return [findings_of(doc) for doc in docs]


def _beside(report: Titled) -> str:
    title = report.title if report.title and report.title not in report.text else ""
    return "\n".join(filter(None, (title, unassessed(report.text, report.turns))))


def _batches(these: Iterable[_One]) -> Iterator[list[_One]]:
    stream = iter(these)
    while batch := list(islice(stream, ZONE)):
        yield batch


def _tokenizer(nlp: Pipeline) -> SegmentingTokenizer:
    tokenizer = nlp.tokenizer
    if not isinstance(tokenizer, SegmentingTokenizer):
        raise TypeError("The pipeline was made with another tokeniser.")
    return tokenizer
