"""The language of a text as far as the readers can tell; whatever they cannot read goes to a person."""

from __future__ import annotations

import re
from functools import lru_cache

from triage.model import Language
from triage.text.normalise import traditional_characters

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’-][A-Za-z]+)*")
# Letters that are neither Chinese nor Latin: Tibetan, Uyghur, Mongolian, Yi, Zhuang's tone letters aside, Cyrillic, kana …
_FOREIGN = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1100-\u11ff\u1780-\u18af\u3041-\u30ff\u3130-\u318f"
    r"\ua000-\ua4cf\uac00-\ud7af\ufb50-\ufdff\ufe70-\ufefe]+"
)
_ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "and",
        "in",
        "is",
        "was",
        "that",
        "for",
        "it",
        "on",
        "with",
        "he",
        "she",
        "they",
        "we",
        "you",
        "i",
        "my",
        "his",
        "her",
        "their",
        "this",
        "are",
        "were",
        "be",
        "been",
        "have",
        "has",
        "had",
        "not",
        "from",
        "at",
        "by",
        "but",
        "or",
        "as",
        "who",
        "what",
        "when",
        "where",
        "why",
        "how",
        "all",
        "no",
        "our",
        "your",
        "me",
        "him",
        "them",
        "said",
        "village",
        "money",
        "please",
        "can",
        "do",
        "does",
        "did",
        "would",
        "will",
        "there",
        "which",
        "if",
        "about",
        "only",
        "still",
        "any",
        "out",
        "up",
        "so",
        "one",
        "two",
        "get",
        "got",
        "hello",
        "thank",
        "thanks",
        "test",
    ]
)


@lru_cache(maxsize=1)
def _traditional() -> re.Pattern[str]:
    # 著 乾 and the like are used in simplified texts as well; only forms that no simplified text needs count
    shared = set("乾著藉瞭夥於甦覆徵麽麼谿衹祇鍾昇陞夠嘆妳於份週")
    forms = "".join(sorted(set(traditional_characters()) - shared))
    return re.compile(f"[{re.escape(forms)}]")


def language(text: str) -> Language:
    """Language by script: zh, zh-Hant, en, mixed (Chinese and English sentences side by side), else other.

    Texts without a letter (emoji, digits, punctuation) are other; so are Latin texts that are not English.
    """
    han = sum(map(len, _HAN.findall(text)))
    foreign = sum(map(len, _FOREIGN.findall(text))) if not text.isascii() else 0
    words = _LATIN.findall(text)
    letters = sum(map(len, words))
    if foreign > 0.3 * (han + letters + foreign):
        return Language.OTHER
    if not han:
        return Language.EN if _english(words) else Language.OTHER
    if len(words) >= 5 and len(words) > 0.25 * han and _english(words):
        return Language.MIXED if han > 0.1 * len(words) else Language.EN
    traditional = len(_traditional().findall(text))
    return Language.ZH_HANT if traditional > 0.08 * han and traditional >= min(3, han) else Language.ZH


def _english(words: list[str]) -> bool:
    """Whether enough of the words are frequent English ones; a text of one or two words needs one of them."""
    if not words:
        return False
    known = sum(word.lower() in _ENGLISH for word in words)
    return known >= max(1, 0.12 * len(words))
