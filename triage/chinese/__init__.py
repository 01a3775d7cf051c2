"""What the program says of errors in English, said in Chinese too.

Errors are raised with one English sentence, which is what logs and tests know. Where people meet it, on a command line, in
an answer of the API, in a file of refused rows, `both` puts the Chinese one before it. A catalogue of messages such as
gettext's is asked where a sentence is made; here it is asked where it is shown, so that the domain knows of no language.

``sentences.tsv`` holds a line for each sentence: English, a tab, Chinese; ``{0}`` and ``{1}`` stand for what was put in, in
the order of the English. What was put in may be a sentence of the catalogue itself. ``help.tsv`` holds what commands say of
themselves, and ``api.tsv`` what the API does.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_PLACE = re.compile(r"\{(\d)\}")
_KEPT = 512
"""Sentences whose answer is kept: a file may have a hundred thousand rows refused for one reason."""


class _Form(NamedTuple):
    """A sentence with places for what is put in; ``rank`` lets those that say most go first."""

    rank: int
    sign: re.Pattern[str]
    chinese: str


def both(sentence: str) -> str:
    """The sentence in Chinese and in English, ``中文 · English``; as it stands where no Chinese is known."""
    chinese = in_chinese(sentence)
    return sentence if chinese is None else f"{chinese} · {sentence}"


@lru_cache(maxsize=_KEPT)
def in_chinese(sentence: str) -> str | None:
    """The sentence in Chinese; None where the catalogue does not hold it."""
    whole, forms = _catalogue()
    if sentence in whole:
        return whole[sentence]
    for form in forms:
        if (found := form.sign.fullmatch(sentence)) is not None:
            return form.chinese.format(*(in_chinese(part) or part for part in found.groups()))
    return None


def texts(name: str) -> dict[str, str]:
    """The texts of a catalogue without places, English to Chinese; a text of several lines has ``\\n`` in the file."""
    lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    pairs = (line.replace("\\n", "\n").split("\t") for line in lines)
    return {pair[0]: pair[1] for pair in pairs}


@cache
def _catalogue() -> tuple[dict[str, str], list[_Form]]:
    whole, forms = dict[str, str](), list[_Form]()
    for line in files(__package__).joinpath("sentences.tsv").read_text("utf-8").splitlines():
        english, chinese = line.split("\t")
        if _PLACE.search(english) is None:
            whole[english] = chinese
            continue
        said = _PLACE.split(english)[::2]
        sign = re.compile("(.*?)".join(map(re.escape, said)), re.DOTALL)
        forms.append(_Form(-sum(map(len, said)), sign, chinese))
    return whole, sorted(forms, key=lambda form: form.rank)
