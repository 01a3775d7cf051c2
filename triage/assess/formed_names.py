"""Names that their own form tells, whatever stands around: 欧阳建国, 扎西平措, 沙马伍合, 热合曼, 阿力木江·吐尔逊.

In: normalised text and its words; out: starts and ends in order. Few such names are marked in any report, so that what was
learned of names knows little of them; a surname of two characters before characters of given names, two parts of Tibetan or
Mongolian names, a clan of the Yi, and whole names of the northwest are hardly ever anything else.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpora import lexicons
from triage.assess.name_ends import CUES, NEVER, NO_PERSON, NOT_LAST, OFTEN, joins, runs_on
from triage.assess.words import Words, everyday
from triage.text.transcribed import OF_A_CLAN

# 镇长|孙德海, 东方|红, 百里|外: these are words, or the ends of words, as often as surnames
_NO_SURNAME = frozenset(["长孙", "东方", "单于", "百里", "太史", "东郭", "南门", "西门", "公孙"])
# 尼玛|乡, 达瓦|村: a place is called so
_OF_A_PLACE = "村镇乡县区旗州市屯寨社组沟山河湖街路苏嘎牧"
# 张三、李四都是村干部, while 不管张三李四 names nobody
_STAND_INS = "(?<![管论是随])(?:张三|(?<!张三)李四|王五|赵六)(?![一-鿿]?(?:李四|王五|赵六|丰))"


@lru_cache(maxsize=1)
def _formed() -> re.Pattern[str]:
    kinds: dict[str, list[str]] = {"part": [], "clan": [], "whole": []}
    for word, kind in lexicons.minority_names().items():
        for one in kind.split(","):
            kinds[one].append(word)
    part, clan, whole = ("|".join(sorted(kinds[kind], key=len, reverse=True)) for kind in ("part", "clan", "whole"))
    double = "|".join(sorted(lexicons.compound_surnames() - _NO_SURNAME))
    given = "".join(sorted(OFTEN - NEVER - NOT_LAST))
    return re.compile(
        f"(?:{_STAND_INS}|(?P<double>{double})[{given}]{{1,2}}|(?:{part}){{2,3}}|(?:{clan})[{OF_A_CLAN}]{{2}}|(?:{whole}){{1,2}}江?)"
        f"(?![{_OF_A_PLACE}])"
    )


@lru_cache(maxsize=1)
def _opens() -> re.Pattern[str]:
    """Two characters with which such a name may begin: a search skips to the first, which is quicker than trying all names."""
    heads = {name[:2] for name in (*lexicons.minority_names(), *(lexicons.compound_surnames() - _NO_SURNAME))}
    seconds: dict[str, str] = {}
    for head in sorted(heads | {"张三", "李四", "王五", "赵六"}):
        seconds[head[0]] = seconds.get(head[0], "") + head[1]
    return re.compile("|".join(f"{first}(?=[{after}])" for first, after in seconds.items()))


def formed_names(text: str, words: Words) -> list[tuple[int, int]]:
    """Where such names stand that have no dot."""
    found: list[tuple[int, int]] = []
    through = 0
    for opens in _opens().finditer(text):
        start = opens.start()
        end = formed_end(text, start, words) if start >= through and text[start - 1 : start] != "·" else None
        if end is not None:
            found.append((start, end))
            through = end
    return found


def formed_end(text: str, start: int, words: Words) -> int | None:
    """Where such a name without a dot ends that begins here."""
    if _opens().match(text, start) is None:
        return None
    match = _formed().match(text, start)
    end = None if match is None else _end(text, match, words)
    return None if end is None or text[end : end + 1] == "·" else end


def is_formed(name: str) -> bool:
    """Whether a mention is such a name, or one with a dot."""
    return "·" in name or (_opens().match(name) is not None and _formed().fullmatch(name) is not None)


def _end(text: str, match: re.Match[str], words: Words) -> int | None:
    """Where the name ends: a given name of one character where the second is the next word's (欧阳伟|和会计)."""
    start, end = match.span()
    if match["double"] is None:
        return end
    for last in (end, end - 1):
        if last - start < len(match["double"]) + 1:
            return None
        ends = last in words.bounds or text[last : last + 1] in CUES
        if not ends or joins(text, last) or runs_on(text, last, words):
            continue
        if text[start:last] not in everyday() and text[start:last] not in NO_PERSON:
            return last
    return None
