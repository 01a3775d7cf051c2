"""The language of a text as far as the readers can tell; whatever they cannot read goes to a person."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from corpora.lexicons import traditional_characters
from triage.model import Language
from triage.text.characters import CharacterTable, points_of

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z]+)*")
# 著 乾 and the like are used in simplified texts as well; only forms that no simplified text needs count
_SHARED = frozenset("乾著藉瞭夥於甦覆徵麽麼谿衹祇鍾昇陞夠嘆妳份週")
_ENGLISH = frozenset(
    ["the", "a", "an", "of", "to", "and", "in", "is", "was", "that", "for", "it", "on", "with", "he", "she", "they",
     "we", "you", "i", "my", "his", "her", "their", "this", "are", "were", "be", "been", "have", "has", "had", "not",
     "from", "at", "by", "but", "or", "as", "who", "what", "when", "where", "why", "how", "all", "no", "our", "your",
     "me", "him", "them", "said", "village", "money", "please", "can", "do", "does", "did", "would", "will", "there",
     "which", "if", "about", "only", "still", "any", "out", "up", "so", "one", "two", "get", "got", "hello", "thank",
     "thanks", "test"]
)  # fmt: skip
"""Words of which an English text holds many."""

_HAN, _TRADITIONAL, _LETTER, _FOREIGN, _ELSE = range(1, 6)


def _script(character: str) -> int:
    """Han, traditional Han, Latin letter, letter of another script, or all else."""
    name = unicodedata.name(character, "")
    if not unicodedata.category(character).startswith("L"):
        return _ELSE
    if name.startswith("CJK"):
        return _TRADITIONAL if character in traditional_characters() and character not in _SHARED else _HAN
    return _LETTER if name.startswith(("LATIN", "FULLWIDTH LATIN")) else _FOREIGN


_SCRIPTS = CharacterTable(_script)


def language(text: str) -> Language:
    """Language by script: zh, zh-Hant, en, mixed (Chinese and English sentences side by side), else other.

    Texts without a letter (emoji, digits, punctuation) are other; so are Latin texts that are not English.
    """
    scripts = np.bincount(_SCRIPTS.of(points_of(text)), minlength=_ELSE).tolist()
    traditional, letters, foreign = scripts[_TRADITIONAL], scripts[_LETTER], scripts[_FOREIGN]
    han = scripts[_HAN] + traditional
    if foreign > 0.3 * (han + letters + foreign):
        return Language.OTHER
    words = _LATIN.findall(text) if letters else []
    if not han:
        return Language.EN if _english(words) else Language.OTHER
    if len(words) >= 5 and len(words) > 0.25 * han and _english(words):
        return Language.MIXED if han > 0.1 * len(words) else Language.EN
    return Language.ZH_HANT if traditional > 0.08 * han and traditional >= min(3, han) else Language.ZH


def _english(words: list[str]) -> bool:
    """Whether enough of the words are frequent English ones; a text of one or two words needs one of them."""
    if not words:
        return False
    known = sum(word.lower() in _ENGLISH for word in words)
    return known >= max(1, 0.12 * len(words))
