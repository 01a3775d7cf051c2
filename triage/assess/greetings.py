"""Whom a message is written to. In: normalised text; out: where it greets somebody.

A message to a petition board opens with 尊敬的王书记，您好. Whoever is greeted so is asked for help and not told of: taken for
a person of the matter, he would stand among the accused and the report be kept from his own desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triage.assess.covering import covering
from triage.text.normalise import normalise
from triage.text.spaced import blanked, closed_up

_TITLES = "(?:书记|[省市州盟县区旗镇乡]长|主任|[局厅处部院校所站]长|主席|总理|领导)"
_POLITE = "(?:同志|大人|先生|女士)?"
# 县纪委书记|张建国同志; without 同志 the name may be that of whom is told: 县纪委副书记|李强:
_NAMED = "(?:(?![了的老新女男各位把被给让和与骗打收拿要])[\u4e00-\u9fff·]){2,6}(?:同志|大人|先生|女士)"
_HELP = "(?:过问|关注|关心|重视|主持|秉公|督促|敦促|为[我民老百]|替[我民老百]|给我们?(?:一个|做|主)|帮助?[我老百]|在?百忙|出面)"
# What may stand beside one who is greeted; nothing is told there
_OTHER = "[^,。!?:;\n我们举报告诉反映投把被是在有说他她都为“”]"
# Whoever is to be punished is asked for nothing: 请求查处|王书记|为民除害
_BETWEEN = "[^\\s,。:!?;查处究惩撤罢免抓]"
# One set of characters to begin with, to which a search skips
_DEAR = re.compile(
    f"的(?<=[尊敬亲][敬爱]的){_OTHER}{{0,30}}?(?:(?=您好|你好|[:!?。\n我您你]|本人|$)|(?=,)(?:,{_OTHER}{{0,6}}{_TITLES}{_OTHER}{{0,8}}(?=[,:]))*)"
)
_HELLO = re.compile("[您你]好")
_BEFORE_HELLO = re.compile(
    f"(?:[^\\s,。:!?;]{{1,14}}{_TITLES}{_POLITE}|[^\\s,。:!?;]{{0,14}}{_TITLES}{_NAMED})[\\s,:!]{{0,3}}$"
)
# 您好,|周市长, not 您好,|关于王主任,
_AFTER_HELLO = re.compile(f"[,!\\s]{{1,3}}((?![关对是致请])[\u4e00-\u9fff]{{1,2}}{_TITLES}{_POLITE})(?=[,。!\\s])")
_OPENING = re.compile(
    f"(?:^|\n)\\s*(?:致|请)?({_OTHER}{{1,12}}{_TITLES}{_POLITE}|{_OTHER}{{0,12}}{_TITLES}{_NAMED})(?:好[!,。:]|\\s{{0,3}}:(?!\\s?[\u4e00-\u9fff]{{2,4}}(?:[,。;、\\s]|$))|,\\s?(?=[您你我请希麻恳]|在此|百忙|打扰|冒昧|辛苦))"
)
_PLEA = re.compile(
    f"[望求请盼托](?:(?<=请)求)?{_BETWEEN}{{0,8}}?((?:(?![查处究惩撤罢免抓])[\u4e00-\u9fff]){{1,3}}{_TITLES}{_POLITE})(?=(?:能够?|可以|一定)?{_HELP})"
)
_GREETED = re.compile(f"[\u4e00-\u9fff]{_TITLES}|(?<=[记任长席理导])[\u4e00-\u9fff]{{2,3}}(?=同志|先生|女士)")
# 恳请|王书记, 王书记|为我们做主: the same one is asked again further on
_ASKED_BEFORE = re.compile(
    f"(?:请求?|望|盼|求|感谢|谢谢|致|麻烦|拜托|烦请|劳|打扰|相信|想?问[一下]{{0,2}})(?:尊?敬爱?的|我们|您|的)?{_BETWEEN}{{0,6}}$"
)
_ASKED_AFTER = re.compile(
    "[,!]?\\s{0,2}(?:您|你|能|给我|帮|为我|为老|为民|为百|关注|百忙|在百忙|救|一定|们|日理万机|致以|致敬|求助|反映|举报|汇报|说声|彻查|督促|是(?:位|个)?为|关心|!|$)"
)
# 。王书记,出租车: spoken to in the middle
_SPOKEN_TO = re.compile("(?:^|[。!?,\\s])$")
# 致|郑国平书记, 呈:|…, 郑国平书记|(收): a line that says whom the letter is for and nothing else; under 此致 without a title it is
# the writer who signs
_LETTER_FOR = re.compile(
    f"(?:^|\n)[\\s]{{0,8}}(?:致(?![使富残贫死命敬])|此致(?=[^\n]{{0,4}}\n?[^\n]{{1,20}}{_TITLES})|呈[报送]?|寄|主送|抄[送报]|收[件信]人)\\s{{0,4}}:?\\s{{0,4}}((?:(?![收贪受贿拿钱款])({_OTHER})){{2,24}}?)[\\s,:!]{{0,4}}(?=\n|$)"
)
_TO_OPEN = re.compile(
    f"(?:^|\n)\\s{{0,8}}((?:(?![贪受贿拿钱款元万全都由只没])({_OTHER})){{2,24}}?)\\s{{0,3}}(?:\\(\\s?(?:亲?收|亲?启)\\s?\\)|亲收|收|亲启|敬启|台启|台鉴)\\s{{0,4}}(?=\n|$)"
)
_LOOKED_BACK, _HEAD = 24, 160


def find_greetings(text: str) -> list[tuple[int, int]]:
    """Where somebody is greeted or addressed: start and end of each address, in no order."""
    found = [(match.start(), match.end()) for match in _DEAR.finditer(text)]
    for hello in _HELLO.finditer(text):
        before = _BEFORE_HELLO.search(text, max(0, hello.start() - _LOOKED_BACK), hello.start())
        if before is not None:
            found.append((before.start(), hello.start()))
        behind = _AFTER_HELLO.match(text, hello.end())
        if behind is not None:
            found.append(behind.span(1))
    found += [opening.span(1) for opening in _OPENING.finditer(text, 0, _HEAD)]
    found += [plea.span(1) for plea in _PLEA.finditer(text)]
    found += [line.span(1) for lines in (_LETTER_FOR, _TO_OPEN) for line in lines.finditer(text)]
    return [*found, *_asked_again(text, found)] if found else found


def unaddressed(text: str) -> str:
    """The normalised text with blanks in place of those whom it greets, asks for help or is addressed to."""
    plain = closed_up(normalise(text)).text
    found = find_greetings(plain)
    dear = {plain[start:end] for start, end in find_english_greetings(plain, ())}
    if dear:
        again = [match.span() for name in dear for match in re.finditer(re.escape(name), plain)]
        found = [*found, *find_english_greetings(plain, again)]
    return blanked(plain, found)


def _asked_again(text: str, greetings: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where somebody who was greeted is asked or thanked further on."""
    names = {name for start, end in greetings for name in _GREETED.findall(text, start, end)}
    for name in names:
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            spoken_to = text[end : end + 1] in {",", ":", "!"} and _SPOKEN_TO.search(text, max(0, at - 1), at)
            if spoken_to or _ASKED_BEFORE.search(text, max(0, at - 12), at) or _ASKED_AFTER.match(text, end):
                yield at, end
            at = text.find(name, end)


# White space is counted: a page of it between two sentences would be gone over from each of its line ends
_DEAR_IN_ENGLISH = re.compile(
    r"(?:^|(?<=[.!?\n]))\s{0,4}(?:dear|respected|honou?red|esteemed)\s{1,4}([A-Za-z' ]{2,60}?)(?=\s{0,4}[,:!\n]|$)",
    re.IGNORECASE,
)
_ASKED_IN_ENGLISH = re.compile(
    r"(?:please|thanks?|thank you|grateful to|beg|ask|urge|hope that|trust that)[^.!?;:\n]{0,24}$", re.IGNORECASE
)
_SPOKEN_TO_IN_ENGLISH = re.compile(r"(?:^|[,.!?\n])\s*$")


def find_english_greetings(text: str, people: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where an English text greets somebody, and where of ``people`` one who is greeted is asked, thanked or spoken to again."""
    found = [match.span(1) for match in _DEAR_IN_ENGLISH.finditer(text)]
    met = covering(found)
    greeted = {text[start:end] for start, end in people if met.find(1, start, end) >= 0}
    for start, end in people:
        if text[start:end] not in greeted:
            continue
        before = text[max(0, start - 40) : start]
        spoken_to = text[end : end + 1] in {",", ".", "!", ""} and _SPOKEN_TO_IN_ENGLISH.search(before)
        if spoken_to or _ASKED_IN_ENGLISH.search(before):
            found.append((start, end))
    return found
