"""What kind of word stands somewhere, for a whole batch at once. In: plain keys; out: small numbers, 0 for unknown.

Parts of speech and how common a word is come from jieba's dictionary, kinds of the domain from our lexicons. The
dictionary also holds tens of thousands of names, from which stems which characters names are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpora import lexicons
from corpora.divisions import Divisions, is_county
from models.hashing import Keys, Positions, Substrings, code_points
from triage.assess.county_codes import without_ending
from triage.assess.person_cues import cue_bits

TAGS = [
    "nr", "nrt", "ns", "nt", "nz", "n", "v", "vn", "a", "d", "m", "q", "p", "r", "c", "f", "t", "i", "l", "x", "s", "b",
    "u", "y", "zg",
]  # fmt: skip
"""Parts of speech of jieba's dictionary; a saved model counts on their order."""
# Set by hand, like all numbers here, when names were first learned, and not chosen by any measurement. A saved model counts on
# them: whoever changes one trains anew.
_COMMON = (10, 200, 3000)
"""Counts of jieba's dictionary from which on a word is one of the rarer, of the usual and of the commonest ones."""
_UNSEEN_IN_TEXT, _UNSEEN_IN_NAMES = 20.0, 0.3
"""What is added to the counts of a character in running text and in names, so that one that never occurred is not impossible."""
_LEAST_STEP, _MOST_STEP = -4, 7
"""A character 16 times rarer in names than in text, or 128 times as common, tells no more than any beyond."""
_PLANE = 0x10000


class Classes:
    """Words with a number each, found by key; of two words that want one slot the later one is kept."""

    def __init__(self, words: Sequence[str], numbers: Sequence[int] | Positions) -> None:
        bits = max(10, (2 * len(words)).bit_length())
        self._shift = np.uint64(64 - bits)
        keys = _keys_of(words)
        places = (keys >> self._shift).astype(np.int64)
        self._key = np.zeros(1 << bits, np.uint64)
        self._number = np.zeros(1 << bits, np.uint8)
        self._key[places] = keys
        self._number[places] = np.asarray(numbers, np.uint8)

    def of(self, keys: Keys) -> NDArray[np.uint64]:
        """The number of each word."""
        places = (keys >> self._shift).astype(np.int64)
        numbers = self._number.take(places) * (self._key.take(places) == keys)
        return np.asarray(numbers, np.uint64)


def _keys_of(words: Sequence[str]) -> Keys:
    ends: Positions = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    return Substrings(code_points("".join(words))).plain(starts, ends)


@dataclass(frozen=True, slots=True)
class Given:
    """How much likelier a character (by code point, ``log2``) is in a name than in running text, in steps from 0."""

    first: NDArray[np.int8]
    second: NDArray[np.int8]
    only: NDArray[np.int8]
    surname: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """jieba's dictionary: ``classes`` is four times the part of speech plus how common a word is."""

    classes: Classes
    given: Given


@lru_cache(maxsize=1)
def dictionary() -> Dictionary:
    """The dictionary, read once; it is found without importing jieba, whose own import warns and takes its time."""
    found = find_spec("jieba")
    folders = found.submodule_search_locations if found else None
    told = (Path(folders[0]) / "dict.txt").read_text("utf-8").split() if folders else []
    words, tags = told[0::3], told[2::3]
    counts = np.array(told[1::3], np.int64)
    numbers = {tag: place for place, tag in enumerate(TAGS, 1)}
    number_of = {tag: numbers.get(tag) or numbers.get(tag[0], len(TAGS) + 1) for tag in set(tags)}
    spoken = np.fromiter(map(number_of.__getitem__, tags), np.int64, len(tags))
    classes = 4 * spoken + np.searchsorted(_COMMON, counts, "right")
    order = np.argsort(counts, kind="stable")  # the commoner word keeps a slot
    names = [word for word, tag in zip(words, tags, strict=True) if tag == "nr" and word[0] in lexicons.surnames()]
    return Dictionary(Classes([words[place] for place in order.tolist()], classes[order]), _given(names, words, counts))


def _given(names: Sequence[str], words: Sequence[str], counts: Positions) -> Given:
    sizes = np.fromiter(map(len, words), np.int64, len(words))
    usual = np.bincount(_plane("".join(words)), np.repeat(counts, sizes), _PLANE).astype(np.float64) + _UNSEEN_IN_TEXT
    long = [name for name in names if len(name) == 3]
    short = [name for name in names if len(name) == 2]
    parts = ([name[1] for name in long], [name[2] for name in long], [name[1] for name in short])
    first, second, only, surname = (_steps("".join(part), usual) for part in (*parts, [n[0] for n in long + short]))
    return Given(first, second, only, surname)


def _plane(text: str) -> Positions:
    return np.minimum(code_points(text), _PLANE - 1).astype(np.int64)


def _steps(characters: str, usual: NDArray[np.float64]) -> NDArray[np.int8]:
    seen = _UNSEEN_IN_NAMES + np.bincount(_plane(characters), minlength=_PLANE)
    likelier = np.log2(seen / seen.sum()) - np.log2(usual / usual.sum())
    return np.asarray(np.clip(np.round(likelier), _LEAST_STEP, _MOST_STEP) - _LEAST_STEP, np.int8)


@lru_cache(maxsize=1)
def domain() -> Classes:
    """Kinds of words of the domain that stand beside names: posts, kin, titles, endings of bodies, programmes."""
    words = dict.fromkeys(lexicons.organisation_suffixes(), 2)
    words |= dict.fromkeys(lexicons.programmes(), 3)
    words |= dict.fromkeys(lexicons.word_set("before_person"), 4)
    words |= dict.fromkeys(lexicons.kinship(), 5)
    words |= dict.fromkeys(lexicons.kinship_of_officials(), 6)
    words |= {word: 8 + tells for word, tells in cue_bits().items()}
    words |= dict.fromkeys(lexicons.posts(), 1)
    return Classes(list(words), list(words.values()))


@lru_cache(maxsize=1)
def townships() -> Classes:
    """Names of townships, with 镇 or 乡 (1) and without (2)."""
    divisions = Divisions.load()
    names = {name for row in divisions if is_county(row.code) for name in divisions.townships(row.code)}
    shorts = set(map(without_ending, names))
    words = {name: 2 for name in sorted(shorts) if len(name) > 1} | dict.fromkeys(sorted(names), 1)
    return Classes(list(words), list(words.values()))
