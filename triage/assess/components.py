"""The components of the language pipeline, registered with spaCy so that ``spacy.load`` finds them.

language → entities → categories → risk; each adds its part to the findings that travel with the Doc. A Doc made from
plain text by ``nlp(text)`` counts as received today and without turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from models.readers import Reader, load, save
from models.reading import Mark, Reading
from models.saved import load_spans, save_spans
from models.spans import SpanModel
from triage.assess.choosing import choose
from triage.assess.drafts import Draft
from triage.assess.entities import by_rules, draft_of, find_english, is_english
from triage.assess.findings import Findings, findings_of
from triage.assess.judging import assessment_of
from triage.assess.signals import find_signals
from triage.errors import NoModel
from triage.model import Assessment
from triage.model import Language as TextLanguage
from triage.policy import Policy, load_policy
from triage.text.language import language

NAMES = ("triage_language", "triage_entities", "triage_categories", "triage_risk")


@Language.component("triage_language")
def tell_language(doc: Doc) -> Doc:
    """Tells the language of the caller's words; other scripts go to a person."""
    found = findings_of(doc)
    found.language = language(found.text)
    return doc


class EntityComponent:
    """Marks entities and signals in the caller's words, batch by batch; saved with what was learned of names."""

    def __init__(self, names: SpanModel | None = None) -> None:
        self.names = names

    def __call__(self, doc: Doc) -> Doc:
        """Marks a single text."""
        return next(self.pipe(iter([doc])))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Marks texts in batches; without a model of names by the rules alone."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            drafted: list[tuple[Findings, Draft]] = []
            for doc in batch:
                found = findings_of(doc)
                found.signals = find_signals(found.view.text)
                if (draft := self._draft(found)) is not None:
                    drafted.append((found, draft))
            if self.names is not None and drafted:
                chosen = choose([draft for _, draft in drafted], self.names)
                for (found, _), entities in zip(drafted, chosen, strict=True):
                    found.entities = entities
            else:
                for found, draft in drafted:
                    found.entities = by_rules(draft)
            yield from batch

    def _draft(self, found: Findings) -> Draft | None:
        """What the rules make of a Chinese text; an English one is marked right away."""
        view = found.view
        if found.language is TextLanguage.EN and not found.turns and isinstance(view.starts, range):
            # Names in English are told by their capitals, which normalising takes away.
            found.entities = find_english(found.text, found.received)
        elif is_english(view.text):
            found.entities = find_english(view.text, found.received)
        else:
            return draft_of(view.text, found.received, view.words, alone=self.names is None)
        return None

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:
        """Saves what was learned of names, if anything was."""
        if self.names is not None:
            save_spans(self.names, Path(path))

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> EntityComponent:
        """Loads what was learned of names, if anything was saved."""
        self.names = load_spans(Path(path)) if Path(path).is_dir() else None
        return self


@Language.factory("triage_entities")
def mark_entities(nlp: Language, name: str) -> EntityComponent:
    """A component that marks by the rules alone until a model of names is set or loaded."""
    return EntityComponent()


def reading_of(found: Findings) -> Reading:
    """What the estimators see of a text."""
    marks = [Mark(f"{e.kind}:{e.role}" if e.role else e.kind.value, e.start, e.end) for e in found.entities]
    marks += [Mark(f"{s.kind}:{s.value}", s.start, s.end) for s in found.signals if s.kind != "people"]
    marks.append(Mark(f"language:{found.language}", 0, 0))
    return Reading(found.view.text, found.view.words, tuple(marks))


class CategoryComponent:
    """Sorts texts into categories, batch by batch; saved with its model."""

    def __init__(self, model: Reader | None = None) -> None:
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Reads a single text."""
        return next(self.pipe(iter([doc])))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Reads texts in batches, which is several times as fast as one by one.

        Raises:
            NoModel: no model was given or loaded.
        """
        if self.model is None:
            raise NoModel("The pipeline has no category model; run `triage train`.")
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            read = self.model.read([reading_of(findings_of(doc)) for doc in batch])
            for doc, scores in zip(batch, read, strict=True):
                found = findings_of(doc)
                found.scores, found.model, found.reader = scores, self.model.version, self.model.reader
            yield from batch

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:
        """Saves the model's arrays and manifest."""
        if self.model is not None:
            save(self.model, Path(path))

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> CategoryComponent:
        """Loads the model's arrays and manifest."""
        self.model = load(Path(path))
        return self


@Language.factory("triage_categories")
def make_categories(nlp: Language, name: str) -> CategoryComponent:
    """An empty category component; the model is set or loaded."""
    return CategoryComponent()


class RiskComponent:
    """Draws findings together into an ``Assessment`` under a policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __call__(self, doc: Doc) -> Doc:
        """Adds the assessment."""
        found = findings_of(doc)
        found.assessment = assessment_of(found, self.policy)
        return doc


@Language.factory("triage_risk")
def make_risk(nlp: Language, name: str) -> RiskComponent:
    """A risk component under the policy that came with the package."""
    return RiskComponent(load_policy(None))


def assessment_in(doc: Doc) -> Assessment:
    """The finished assessment of a Doc."""
    made = findings_of(doc).assessment
    if made is None:
        raise NoModel("The pipeline has no risk component.")
    return made
