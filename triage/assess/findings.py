"""What the components of the pipeline find out about one text, each adding its own part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from spacy.tokens import Doc

from models.category import Scores
from triage.assess.view import View
from triage.model import Assessment, Entity, Language, Turn
from triage.text.normalise import Normalised
from triage.text.signals import Signal


@dataclass(slots=True)
class Findings:
    """Filled from left to right along the pipeline; offsets in ``entities`` and ``signals`` count in ``view.text``.

    ``plain`` and ``words`` are the normalised form of the whole text and the words that tile it, ``view`` is what of
    it is read.
    """

    text: str
    received: date
    turns: tuple[Turn, ...]
    view: View
    plain: Normalised
    words: list[str]
    language: Language = Language.OTHER
    entities: tuple[Entity, ...] = ()
    signals: tuple[Signal, ...] = ()
    scores: Scores | None = None
    assessment: Assessment | None = None
    model: str = ""
    reader: str = ""


def findings_of(doc: Doc) -> Findings:
    """The findings that travel with a Doc."""
    found: Findings = doc.user_data["triage"]
    return found
