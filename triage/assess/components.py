"""The components of the language pipeline, registered with spaCy so that ``spacy.load`` finds them.

language → entities → categories → risk; each adds its part to the findings that travel with the Doc. A Doc made from
plain text by ``nlp(text)`` counts as received today and without turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

from spacy.language import Language

from models.readers import Reader, load, save
from models.reading import Mark, Reading
from models.saved import load_spans, save_spans
from models.spans import SpanModel
from triage.assess.both_scripts import cased, english_alone, english_beside, with_english
from triage.assess.choosing import choose
from triage.assess.drafts import Draft
from triage.assess.entities import by_rules, draft_of, find_english
from triage.assess.findings import Findings
from triage.assess.judging import assessment_of
from triage.assess.steps import Step
from triage.errors import NoModel
from triage.model import Assessment
from triage.model import Language as TextLanguage
from triage.policy import Policy, load_policy
from triage.text.form_labels import printed
from triage.text.language import language
from triage.text.signals import find_signals
from triage.text.spaced import blanked

NAMES = ("triage_language", "triage_entities", "triage_categories", "triage_risk")


class LanguageComponent(Step):
    """Tells the language of the caller's words; other scripts go to a person."""

    def read(self, batch: Sequence[Findings]) -> None:
        """Tells the language of each."""
        for found in batch:
            found.language = language(found.text)
            if found.view.text is not found.plain.text and language(_spoken(found)) is TextLanguage.OTHER:
                # Labels and the agent are Chinese where of the caller nothing was understood, or nothing can be
                found.language = TextLanguage.OTHER


def _spoken(found: Findings) -> str:
    """The caller's words of a transcript as they stood there, for normalised ones no longer tell their script."""
    return "".join([found.text[at] for at in found.view.starts])


@Language.factory("triage_language")
def tell_language(nlp: Language, name: str) -> LanguageComponent:
    """A component that tells languages; it has nothing to learn or to save."""
    return LanguageComponent()


class EntityComponent(Step):
    """Marks entities and signals in the caller's words, batch by batch; saved with what was learned of names."""

    def __init__(self, names: SpanModel | None = None) -> None:
        self.names = names

    def read(self, batch: Sequence[Findings]) -> None:
        """Marks each; without a model of names by the rules alone."""
        drafted: list[tuple[Findings, Draft]] = []
        for found in batch:
            found.signals = find_signals(found.view.text)
            if (draft := self._draft(found)) is not None:
                drafted.append((found, draft))
        if self.names is None:
            for found, draft in drafted:
                found.entities = by_rules(draft)
        elif drafted:
            chosen = choose([draft for _, draft in drafted], self.names)
            for (found, _), entities in zip(drafted, chosen, strict=True):
                found.entities = entities
        for found, _ in drafted:
            if english_beside(found):
                found.entities = with_english(found, found.entities)

    def _draft(self, found: Findings) -> Draft | None:
        """What the rules make of a Chinese text; an English one is marked right away."""
        if english_alone(found):
            # Names in English are told by their capitals, which normalising takes away
            found.entities = find_english(cased(found), found.received)
            return None
        return draft_of(found.view.text, found.received, found.view.words, alone=self.names is None)

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
    return Reading(*_without_printed(found.view.text, found.view.words), tuple(marks))


def _without_printed(text: str, words: list[str]) -> tuple[str, list[str]]:
    """The text and its words with blanks in place of what a form prints (举报人：), which says nothing of the matter."""
    spans = printed(text)
    if not spans:
        return text, words
    blank = blanked(text, spans)
    ends = list(accumulate(map(len, words)))
    return blank, [blank[end - len(word) : end] for word, end in zip(words, ends, strict=True)]


class CategoryComponent(Step):
    """Sorts texts into categories, batch by batch; saved with its model."""

    def __init__(self, model: Reader | None = None) -> None:
        self.model = model

    def read(self, batch: Sequence[Findings]) -> None:
        """Reads each for categories.

        Raises:
            NoModel: no model was given or loaded.
        """
        if self.model is None:
            raise NoModel("The pipeline has no category model; run `triage train`.")
        for found, scores in zip(batch, self.model.read([reading_of(found) for found in batch]), strict=True):
            found.scores, found.model, found.reader = scores, self.model.version, self.model.reader

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


class RiskComponent(Step):
    """Draws findings together into an ``Assessment`` under a policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def read(self, batch: Sequence[Findings]) -> None:
        """Adds the assessment of each."""
        for found in batch:
            found.assessment = assessment_of(found, self.policy)


@Language.factory("triage_risk")
def make_risk(nlp: Language, name: str) -> RiskComponent:
    """A risk component under the policy that came with the package."""
    return RiskComponent(load_policy(None))


def assessment_in(found: Findings) -> Assessment:
    """The finished assessment.

    Raises:
        NoModel: the pipeline that made the findings does not end in an assessment.
    """
    if found.assessment is None:
        raise NoModel("The pipeline has no risk component.")
    return found.assessment
