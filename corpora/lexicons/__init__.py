"""Word lists of the domain. In: the text files beside this module; out: tuples and mappings, each read once.

Every file is UTF-8, one entry a line, ``#`` begins a comment line, columns are parted by tabs.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "character_pairs",
    "compound_surnames",
    "danger",
    "danger_forms",
    "english_words",
    "euphemisms",
    "everyday",
    "evidence",
    "kinship",
    "kinship_of_officials",
    "minority_names",
    "orders",
    "organisation_suffixes",
    "person_cues",
    "posts",
    "programmes",
    "readings",
    "segment_words",
    "surname_readings",
    "surnames",
    "synonyms",
    "traditional_characters",
    "word_set",
]


def _rows(name: str) -> Iterator[list[str]]:
    text = files("corpora.lexicons").joinpath(name).read_text("utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def _words(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row[0].strip() for row in _rows(name)))


def _pairs(name: str) -> Mapping[str, str]:
    return MappingProxyType({row[0]: row[1] for row in _rows(name)})


@lru_cache(maxsize=1)
def posts() -> Mapping[str, str]:
    """Posts and the name of the level each stands on: none (its body decides), village … nation."""
    return _pairs("posts.tsv")


@lru_cache(maxsize=1)
def programmes() -> tuple[str, ...]:
    """Programmes and entitlements, common misspellings included."""
    return _words("programmes.txt")


@lru_cache(maxsize=1)
def kinship() -> tuple[str, ...]:
    """Words that tie a person to another: kin, in-laws, close ties."""
    return _words("kinship.txt")


@lru_cache(maxsize=1)
def kinship_of_officials() -> tuple[str, ...]:
    """Kinship words by which favoured relatives of officials are usually called."""
    return _words("kinship_of_officials.txt")


@lru_cache(maxsize=1)
def minority_names() -> Mapping[str, str]:
    """What names of other peoples are made of, each with what it is: part, clan, whole."""
    return _pairs("minority_names.tsv")


@lru_cache(maxsize=1)
def euphemisms() -> tuple[str, ...]:
    """How people call a bribe, a cut or a gift without saying so."""
    return _words("euphemisms.txt")


@lru_cache(maxsize=1)
def evidence() -> Mapping[str, str]:
    """Words that tell of evidence, each with its kind: document, account, photo, recording, witness."""
    return _pairs("evidence.tsv")


@lru_cache(maxsize=1)
def danger() -> Mapping[str, str]:
    """Words that tell of danger, each with its kind: violence, threat, self_harm, hunger, shelter, illness, …"""
    return _pairs("danger.tsv")


@lru_cache(maxsize=1)
def danger_forms() -> Mapping[str, str]:
    """Ways of telling of danger, each with its kind: ``(a|b)`` stands for either, ``(a|)`` for a or nothing."""
    return _pairs("danger_forms.tsv")


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """Words of two and three characters that are no names of people or places."""
    return frozenset(_words("everyday.txt"))


@lru_cache(maxsize=1)
def orders() -> tuple[str, ...]:
    """Words that tell of an order from above or of knowing consent."""
    return _words("orders.txt")


@lru_cache(maxsize=1)
def organisation_suffixes() -> tuple[str, ...]:
    """Endings that make a name or a level before them an organisation, longest first."""
    return tuple(sorted(_words("organisation_suffixes.txt"), key=len, reverse=True))


@lru_cache(maxsize=1)
def person_cues() -> Mapping[str, tuple[str, ...]]:
    """Words that tell of a person beside them, each with what it may be: title, self, names, mark."""
    return MappingProxyType({word: tuple(kinds.split(",")) for word, kinds in _pairs("person_cues.tsv").items()})


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Surnames of one character."""
    return frozenset("".join(row[0] for row in _rows("surnames.txt") if " " not in row[0]))


@lru_cache(maxsize=1)
def compound_surnames() -> frozenset[str]:
    """Surnames of two characters."""
    return frozenset(name for row in _rows("surnames.txt") if " " in row[0] for name in row[0].split())


@lru_cache(maxsize=1)
def readings() -> Mapping[str, str]:
    """Simplified characters and how each is read, without tone (ü is u)."""
    return MappingProxyType({character: row[0] for row in _rows("pinyin.tsv") for character in row[1]})


@lru_cache(maxsize=1)
def surname_readings() -> Mapping[str, str]:
    """Surnames that are read otherwise than their characters elsewhere (单, 仇, 曾, 万俟)."""
    return _pairs("surname_pinyin.tsv")


@lru_cache(maxsize=1)
def character_pairs() -> Mapping[str, int]:
    """Pairs of characters that stand in more than two authored matters, with a rank from 1 (rare) to 5 (everywhere)."""
    return MappingProxyType(
        {row[1][at : at + 2]: int(row[0]) for row in _rows("character_pairs.tsv") for at in range(0, len(row[1]), 2)}
    )


@lru_cache(maxsize=1)
def english_words() -> Mapping[str, int]:
    """Words of four letters or more that stand in more than four matters told in English, ranked as the pairs are."""
    return MappingProxyType({word: int(row[0]) for row in _rows("english_words.tsv") for word in row[1].split()})


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """For each word the others of its group, in the order of the file; a word may stand in several groups."""
    out: dict[str, list[str]] = {}
    for group in _rows("synonyms.tsv"):
        for word in group:
            out.setdefault(word, []).extend(other for other in group if other != word)
    return MappingProxyType({word: tuple(dict.fromkeys(others)) for word, others in out.items()})


@lru_cache(maxsize=1)
def traditional_characters() -> Mapping[str, str]:
    """Traditional characters with their simplified form, one to one."""
    return _pairs("trad_simp.tsv")


@lru_cache(maxsize=1)
def segment_words() -> tuple[str, ...]:
    """Chinese words of two characters or more that the segmenter should keep whole, each once."""
    words = (
        *_words("words.txt"),
        *programmes(),
        *posts(),
        *euphemisms(),
        *evidence(),
        *danger(),
        *orders(),
        *kinship(),
        *organisation_suffixes(),
    )
    return tuple(word for word in dict.fromkeys(words) if len(word) >= 2 and not word.isascii())


@lru_cache(maxsize=32)
def word_set(name: str) -> frozenset[str]:
    """The words of the list ``name`` (a file name without its ending); its first line says what they are for."""
    return frozenset(_words(f"{name}.txt"))
