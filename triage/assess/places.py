"""Places from the province to the hamlet, as one span each. In: normalised text and its words; out: `PlaceSpan`.

A span runs from the largest named division to the smallest (凉山州昭觉县三河村). Villages stand in no list, so they are
told by their ending and the words before it. ``code`` is the county's, and only where the span itself or the only
county that the report names makes it certain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpora import lexicons
from corpora.divisions import Divisions, PlaceMatch, is_county
from triage.assess.county_codes import TOWN, held_in, known_township_end, township_county, township_shorts
from triage.assess.covering import apart
from triage.assess.hamlets import GENERIC, HAMLET, HAMLET_ALONE, NOT, RARELY, hamlet_end, hamlets_told
from triage.assess.words import Words, everyday
from triage.text.masked import with_province

# Right after a county
_CLOSE = f"[^\\W\\d_a-zA-Z{re.sub(f'[{RARELY}]', '', NOT)}]"
_VILLAGE = "(?:村|屯|社区|嘎查|移民点|安置点|安置区|新村|小区)"
_AFTER_TOWN = "(?![上里政长党府纪人财民扶干领亲]|镇(?!长))"
_AFTER_VILLAGE = "(?!民(?!政)|[里委干支长主上会医书文组两集部级务账资小副庄官])"
_VILLAGE_BEHIND = f"(?P<village>{_CLOSE}{{1,6}}?(?:[屯乡堡]村|{_VILLAGE})(?!民[^委小政]|里|委会|干部|两委|级|医))?"
_TAIL = re.compile(f"(?P<town>{_CLOSE}{{1,6}}?{TOWN}(?!亲|长|里|政|党))?{_VILLAGE_BEHIND}")
_TAIL_OF_TOWN = re.compile(f"(?P<town>)?{_VILLAGE_BEHIND}")
_BARE = re.compile(
    # begins with one set of characters, to which a search skips
    f"[村屯嘎社街寨镇乡](?:(?<=村){_AFTER_VILLAGE}|(?<=屯)(?!长|子里)|(?<=嘎)查(?![达长委书])"
    f"|(?:(?<=社)区|(?<=街)道)(?![主书支居干办委医卫])|(?<=寨)(?![子村])|(?<=[镇乡])(?<!乡[镇乡]){_AFTER_TOWN})"
)
# The last character of no name: 贴于|村, 须经|村, 已转|镇
_NO_STEM_END = frozenset("于为归按经转受须和曰每逐各驻下进回到离本全修派比此贵敝吾入联手讲封座")
_LEADING = frozenset("是在到从去往自于对向跟和给把被让叫由将就即及与或系为以住离问说像比据经连按因至归称声使匯汇皆")
# Everyday words that villages are proud to be called
_PROUD = lexicons.word_set("village_names")
_VERBS = lexicons.word_set("before_village")
# Parts of provinces: 陕北|米脂县
_REGION = re.compile(
    "(?:鲁西南|鲁西|鲁南|豫西|豫东|豫南|豫北|陕北|陕南|晋北|晋西北|晋西|晋南|冀北|冀南|皖北|皖南|皖西|苏北|粤北|粤东|粤西"
    "|川南|川北|川东|川西|黔东|黔北|黔西|滇西|滇东北|滇南|滇东|鄂西|鄂东|鄂北|湘南|湘中|赣南|赣北|桂西|桂北|桂西北|辽西"
    "|辽北|辽东|吉东|闽西|闽北|闽东|浙西|浙南|琼北|蒙东|甘南|陇东|陇中)$"
)
_STEM = re.compile(
    f"(?:^|[县市区旗镇乡])([^县市区旗镇乡]{{2,4}})[村屯]$|[县市区旗镇乡]([^县市区旗镇乡]{{2,4}}[{HAMLET}])$"
)


class PlaceSpan(NamedTuple):
    """A place at ``start`` to ``end``; ``code`` of six digits where the county is certain, else None."""

    start: int
    end: int
    code: str | None


def find_places(
    text: str,
    words: Words,
    names: Sequence[tuple[int, int]],
    matches: Sequence[PlaceMatch],
    masked: Sequence[tuple[int, int]],
) -> list[PlaceSpan]:
    """Places in order, not overlapping; offsets are those of ``text``.

    ``names`` are characters that name no place, ``matches`` the names of divisions, ``masked`` names put into letters.
    """
    divisions = Divisions.load()
    spans, called = _chains(text, words, divisions, matches)
    spans = sorted([*spans, *_masked(text, words, masked)])
    barred = spans
    if names:
        spans, called = apart(spans, names), apart(called, names)
        barred = sorted([*spans, *(PlaceSpan(start, end, None) for start, end in names)])
    if called:
        barred = sorted([*barred, *called])
    local = called + _bare(text, words, barred, divisions)
    local += _short_mentions(text, [*spans, *local], words)
    counties = {span.code for span in spans if span.code}
    if len(counties) == 1:
        # a report that names one county means its villages
        county = counties.pop()
        local = [PlaceSpan(span.start, span.end, span.code or county) for span in local]
    spans += local
    spans.sort()
    return _joined(text, spans)


def _chains(
    text: str, words: Words, divisions: Divisions, matches: Sequence[PlaceMatch]
) -> tuple[list[PlaceSpan], list[PlaceSpan]]:
    """Spans that begin with a division, in order, and those of townships and villages that are only called like one."""
    out: list[PlaceSpan] = []
    called: list[PlaceSpan] = []
    at = 0
    while at < len(matches):
        first, last = matches[at], matches[at]
        while at + 1 < len(matches) and matches[at + 1].start == last.end and _below(last, matches[at + 1]):
            at += 1
            last = matches[at]
        at += 1
        if (out and first.start < out[-1].end) or text.startswith("委", last.end):
            continue
        town = known_township_end(text, last.end, last.code) if is_county(last.code) else last.end
        end = _tail_end(text, town, words, hamlets=is_county(last.code), told=town > last.end)
        local = held_in(text, last, divisions) if first is last else None
        if local:
            called.append(PlaceSpan(local.start, max(end, local.end), local.code))
            continue
        end = _township_end(text, last) if end == last.end else end
        out.append(PlaceSpan(_region_start(text, first.start), end, _county(last, text[last.end : end], divisions)))
    return out, called


def _township_end(text: str, county: PlaceMatch) -> int:
    """Where a township's name without its 镇 or 乡 ends (古蔺|石屏); the county's own end if none follows."""
    if not is_county(county.code) or not county.certain:
        return county.end
    shorts = township_shorts(county.code)
    for end in range(min(county.end + 4, len(text)), county.end + 1, -1):
        name = text[county.end : end]
        if name in shorts and name not in everyday():
            return end + (text[end : end + 1] in {*HAMLET_ALONE, "村"})
    return county.end


def _below(upper: PlaceMatch, lower: PlaceMatch) -> bool:
    return len(lower.code) > len(upper.code) or not upper.certain or not lower.certain


def _region_start(text: str, start: int) -> int:
    region = _REGION.search(text, max(0, start - 3), start)
    return region.start() if region else start


def _tail_end(text: str, start: int, words: Words, *, hamlets: bool, told: bool = False) -> int:
    """Where township, village or hamlet that follow a division's name end; ``start`` if nothing follows.

    ``told``: the township is already behind.
    """
    end = start
    tail = (_TAIL_OF_TOWN if told else _TAIL).match(text, start)
    if tail:
        for part in ("town", "village"):
            name = tail[part]
            if not name:
                continue
            stem = name[:-1]
            if (
                stem in GENERIC
                or stem == "集中"
                or (part == "village" and name[:2] in GENERIC)
                or stem in {*"来向以和全所"}
                or any(word in stem for word in ("贫困", "全体", "县", "乡村"))
                or name.endswith(("农村", "城乡"))  # 昭觉县|农业农村局
            ):
                break
            end = tail.end(part)
    if hamlets and (end == start or text[end - 1] in "镇乡"):
        return hamlet_end(text, end, words)
    return end


def _bare(text: str, words: Words, taken: list[PlaceSpan], divisions: Divisions) -> list[PlaceSpan]:
    out: list[PlaceSpan] = []
    at = floor = 0
    for found in _BARE.finditer(text):
        start, end = found.span()
        while at < len(taken) and taken[at].end <= start:
            floor = taken[at].end
            at += 1
        if (at < len(taken) and taken[at].start < end <= taken[at].end) or (out and out[-1].end > start):
            continue
        begin = name_start(text, start, max(floor, out[-1].end if out else 0), words)
        if begin < start:
            out.append(PlaceSpan(begin, end, township_county(text[begin:end], divisions)))
    return out


def name_start(text: str, end: int, floor: int, words: Words) -> int:
    """Where the name before a 村, 镇 or 乡 begins; ``end`` if there is none."""
    begin = end
    for more in (1, 2):
        word = words.ending_at(end + more)
        if len(word) > more:  # the segmenter knows the name whole (石桥村) or takes it for a word (新村)
            if word in everyday() or word[:-more] in GENERIC or not _may_be_named(word[:-more]):
                return end
            begin = end + more - len(word)
            break
    while begin > floor and end - begin < 5:
        word = words.ending_at(begin)
        if word and begin - len(word) < floor:
            if floor and begin - floor <= 2 and _may_be_named(text[floor:begin]):
                begin = floor  # 三湾|乡汗|江村: cut across the township's name
            break
        if not word or len(word) > 3 or not _may_be_named(word):
            break
        if not _belongs(word, end - begin):
            break
        begin -= len(word)
    while begin < end and text[begin] in _LEADING and end - begin > 2:
        begin += 1
    if text[begin] == "一" and end - begin > 1:
        return end  # 一所村小, 一名社区干部
    stem = text[begin:end]
    if (
        stem[-1:] in _NO_STEM_END
        or stem in GENERIC
        or (len(stem) == 1 and (text[end] not in "村屯寨" or stem not in lexicons.surnames()))
    ):
        return end
    return begin


def _belongs(word: str, length: int) -> bool:
    """Whether a word may stand in a name of which ``length`` characters are known already."""
    if word in GENERIC or word in _LEADING:
        return False
    if length == 0:
        return word not in everyday() or word in _PROUD
    # 幸福|坝|村: one character alone is no name yet, so an everyday word may belong to it
    return word not in everyday() or (length == 1 and word not in _VERBS)


def _may_be_named(word: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" and character not in NOT for character in word)


def _county(last: PlaceMatch, tail: str, divisions: Divisions) -> str | None:
    if is_county(last.code):
        return last.code if last.certain else None
    if not tail:
        return None
    town = re.match(f".+?{TOWN}", tail)
    codes = {code[:6] for code in divisions.township_codes(town[0]) if code.startswith(last.code)} if town else set()
    return codes.pop() if len(codes) == 1 else None


def _short_mentions(text: str, spans: list[PlaceSpan], words: Words) -> list[PlaceSpan]:
    """Where a village is called without 村: 马圈梁 after 马圈梁村, and 余家沟 anywhere."""
    stems = {match[1] or match[2] for span in spans if (match := _STEM.search(text[span.start : span.end]))}
    stems.update(hamlets_told(text, words))
    out: list[PlaceSpan] = []
    if not stems:
        return out
    taken = bytearray(len(text))
    for span in spans:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    for stem in stems:
        at = text.find(stem)
        while at >= 0:
            end = at + len(stem)
            if taken.find(1, at, end) < 0 and text[end : end + 1] != "村":
                taken[at:end] = b"\1" * (end - at)
                out.append(PlaceSpan(at, end, None))
            at = text.find(stem, end)
    return out


def _masked(text: str, words: Words, masked: Sequence[tuple[int, int]]) -> list[PlaceSpan]:
    """Names put in letters, with what follows; no other name holds a letter."""
    out: list[PlaceSpan] = []
    for start, end in masked:
        last = _tail_end(text, end, words, hamlets=False) if "\u4e00" <= text[end : end + 1] <= "\u9fff" else end
        out.append(PlaceSpan(with_province(text, start), last, None))
    return out


def masked_names(text: str, masked: Sequence[tuple[int, int]]) -> list[PlaceMatch]:
    """Names put in letters, with and without the province before them, as names of divisions that nobody knows."""
    return [
        PlaceMatch(first, end, "", certain=False)
        for start, end in masked
        for first in dict.fromkeys((with_province(text, start), start))
    ]


def _joined(text: str, spans: list[PlaceSpan]) -> list[PlaceSpan]:
    """Joins a township and the village right after it (落卜镇三台村)."""
    out: list[PlaceSpan] = []
    for span in spans:
        if out and out[-1].end == span.start and text[span.start - 1] in "县市区旗镇乡州盟":
            out[-1] = PlaceSpan(out[-1].start, span.end, out[-1].code or span.code)
        elif not out or span.start >= out[-1].end:
            out.append(span)
    return out
