"""English in a text whose capitals normalising has folded, and English beside Chinese: what either set of rules finds.

In: findings and the entities of the Chinese rules; out: entities of both, in order. Names in English are told by their
capitals, so that they are read from the characters as received, at the offsets of the view.
"""

from __future__ import annotations

import re

from triage.assess.covering import apart
from triage.assess.entities import find_english_names, is_english
from triage.assess.findings import Findings
from triage.model import Entity, EntityKind, Language
from triage.text.signs import holds_english

_HAN = re.compile("[\u4e00-\u9fff]{2}")
_LATIN = re.compile("[A-Za-z]{2}")
_OFFICIAL = re.compile(
    r"(?:Deputy |Vice |Party |County |City |Provincial |Village |Township )*"
    r"(?:Director|Secretary|Chief|Head|Mayor|Governor|Magistrate|Mr|Mrs|Ms)\b"
)
_FIGURES = frozenset({EntityKind.AMOUNT, EntityKind.PERIOD})


def cased(found: Findings) -> str:
    """The text of the view with the capitals that it was received with; each character at its own offset."""
    text = found.text
    raw = (text[at : at + 1] for at in found.view.starts)
    return "".join(
        [one if one.casefold() == plain else plain for one, plain in zip(raw, found.view.text, strict=False)]
    )


def english_alone(found: Findings) -> bool:
    """Whether a text is to be read by the rules for English and by no others."""
    return is_english(found.view.text) and _HAN.search(found.view.text) is None


def english_beside(found: Findings) -> bool:
    """Whether a text that the Chinese rules read holds English that names somebody or something."""
    return holds_english(found.view.text) and _LATIN.search(found.text) is not None


def with_english(found: Findings, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The entities of the Chinese rules, and of the English ones those that are written in Latin letters and stand apart."""
    mixed = found.language in (Language.MIXED, Language.EN) or is_english(found.view.text)
    named = [
        entity
        for entity in find_english_names(cased(found))
        if _HAN.search(entity.text) is None
        and (mixed or (entity.kind is EntityKind.PERSON and _OFFICIAL.match(entity.text)))
    ]
    more = apart(named, [(entity.start, entity.end) for entity in entities if entity.kind not in _FIGURES])
    return tuple(sorted((*entities, *more), key=lambda entity: entity.start)) if more else entities
