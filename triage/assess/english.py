"""Places, posts, bodies and programmes in English reports, which name them by pinyin and by level (Weining County).

In: text as received, because names are told by their capitals. Out: spans with codes and levels.
"""

from __future__ import annotations

import re
import unicodedata

from triage.assess.covering import covering
from triage.assess.places import PlaceSpan
from triage.assess.posts import PostMatch
from triage.model import Rank
from triage.text.place_names import LATIN_LEVEL, LATIN_PEOPLES, latin_code, latin_names, plain_latin

# Deputy township head is a post and no township called Deputy
_NO_DIVISION = (
    r"(?!(?:Deputy|Vice|Former|Acting|Assistant|Party|Chief|The|Our|This|That|Their|Another|Every|Each|My|Your|In|One|Some|Any|Of|At|No|Not|Office|English|His|Her|And|But|When|If"
    r"|From|To|So|New(?! Barag)|Different|Right|Left|January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
_UPPER, _LOWER = "[A-ZÀ-ÖØ-Þ]", "[a-zß-öø-ÿ]"
_NAME = rf"{_NO_DIVISION}{_UPPER}{_LOWER}+(?:['’]{_LOWER}+)?(?:[ '’]{_UPPER}{_LOWER}+)?"
_PEOPLE = f"(?:{LATIN_PEOPLES}|Multi-?[Ee]thnic|[Vv]arious [A-Z]?[a-z]+)"
_AUTONOMOUS = rf"(?: {_PEOPLE}(?:(?:, ?(?:and )?| and | & | ){_PEOPLE}){{0,4}})?(?: [Ee]thnic)? [Aa]utonomous"
_BANNER = "(?: (?:Left|Right|East|West))?(?: (?:Front|Middle|Rear))? Banner"
_PLACE = re.compile(
    rf"\b(?=[A-ZÀ-Þ]){_NAME}(?: {LATIN_LEVEL}|{_AUTONOMOUS} {LATIN_LEVEL}|{_BANNER})(?:,? (?:in )?{_NAME}(?:{_AUTONOMOUS} {LATIN_LEVEL}| {LATIN_LEVEL})?)*\b"
)
# zhaojue county, ZHAOJUE COUNTY: without capitals, or with nothing else, only what is known
_FLAT = re.compile(r"\b(?P<name>[a-z]{5,}(?:['’][a-z]+)?) (?:county|prefecture|city|province)\b", re.IGNORECASE)
_LONE = re.compile(
    r"(?P<behind>(?<=\bin )|(?<=\bfrom )|(?<=\bat )|(?<=\bnear )|(?<=\bof ))?(?<![A-Za-z])(?<![a-z]\. )(?<!Mr )(?<!Mrs )(?<!Ms )"
    rf"(?:{_UPPER}{_LOWER}{{3,}}(?:['’]{_LOWER}+)?|{_UPPER}{_LOWER}{{1,2}}['’](?!s\b){_LOWER}{{1,5}})\b(?!['’]s)(?! [A-Z](?!ounty|illage|ownship))"
)
_BEFORE = re.compile(r"(?<![A-Z][a-z] )(?<![A-Za-z'’])(?P<name>[A-Z][a-z]{2,}(?:['’][a-z]+)?)(?: side)?, $")
_BEHIND = re.compile(r", (?P<name>[A-Z][a-z]{2,}(?:['’][a-z]+)?)\b(?! [A-Z])(?=[.,;:)\n]|$| [a-z])")
_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
_FINAL = "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|er|a|o|e|i|u)"
_SYLLABLE = re.compile(_INITIAL + _FINAL)
_CAPITALS = re.compile(r"[A-Z][a-z]")
_OF_PEOPLES = re.compile(_AUTONOMOUS)
_TWO_WORDS = re.compile(rf"\b([A-Z][a-z]+) ([A-Z][a-z]+)(?= {LATIN_LEVEL}\b)")
_XIAN = re.compile(r"\b([A-Z][a-z]+)xian(?= [Cc]ounty\b)")
_SYLLABLES = re.compile(rf"(?:{_INITIAL}{_FINAL}['’]?){{2,4}}")
_FOREIGN = frozenset(
    ["China", "Canada", "Nigeria", "Kenya", "Guinea", "India", "Ghana", "Manila", "Panama", "Angola", "Rwanda", "Uganda", "Tibetan",
     "Lusaka", "Asia", "Europe", "June", "Mandarin", "Bolivia", "Havana", "Geneva", "Vienna", "Lagos", "Japan", "Chinese", "Korea",
     "Ohio", "Bergen", "Busan", "Singapore", "Dubai", "Adelaide", "Bari", "Qingming", "Rain", "Malawi", "Malaysia", "Hanoi", "Saigon",
     "Taiwan", "Macau", "Maputo", "Nairobi", "Monday", "Sunday"]
)  # fmt: skip
_POST = re.compile(
    r"\b(?:(?:deputy|former|acting|vice) )?(?:(?:village|township|town|county|city|prefecture|provincial|group|team|branch|party|work) ){0,8}"
    r"(?:deputy )?(?:party (?:branch )?secretary|secretary|head(?:man|master)?|chief|director|accountant|mayor|governor|magistrate|clerk|cashier|team leader|group leader|principal|chairman)\b",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"\b(?:the )?((?:(?:village|township|town|county|city|district|prefecture|provincial|neighbourhood|neighborhood|rural|local) )"
    r"(?:[a-z]+ ){0,3}?(?:government|bureau|office|committee|commission|station|cooperative|credit union|bank|hospital|clinic|school|party committee)(?:'s [a-z]+ station)?)\b"
)
_PINYIN = (
    "Wang|Li|Zhang|Liu|Chen|Yang|Huang|Zhao|Wu|Zhou|Xu|Sun|Ma|Zhu|Hu|Guo|He|Gao|Lin|Luo|Zheng|Liang|Xie|Song|Tang|Han|Feng|Deng|Cao|Peng"
    "|Zeng|Xiao|Tian|Dong|Yuan|Pan|Yu|Jiang|Cai|Du|Ye|Cheng|Su|Wei|Lu|Ding|Ren|Shen|Yao|Cui|Zhong|Tan|Fan|Jin|Shi|Liao|Jia|Xia|Fu|Fang|Bai|Zou"
    "|Meng|Xiong|Qin|Qiu|Hou|Jing|Duan|Lei|Long|Tao|Gu|Mao|Hao|Gong|Shao|Wan|Qian|Yan|Qi|Mo|Kong|Xiang|Piao|Kang|Wen|Niu|Ge|An|Qiao|Ouyang|Sima"
    "|Nong|Lan|Ran|Ha|Xue|Mi|Gan|Bi|Bao|Pang|Tie|Mu|Yin|Nie|Hua|Pei|Zuo|Gou|Zhen|Ji|Geng|Ou|Kuang|Chai|Yue|Ling|Sang|Ning|Tu|Xing|Zong|Dang"
    "|Jiao|Rao|Ruan|Shan|Lian|Mei|Min|Que|Quan|Ying|Teng|Bian|Ao|Hui|Yi|Chang|Chu|Dai|Di|Guan|Gui|Huo|Kou|Lou|Lao|Leng|Ming|Ni|Ning|Pu|Qu|Rong"
    "|Shang|She|Sui|Tai|Tong|Weng|Wo|Xi|Xian|Yun|Zang|Zhai|Zhan|Zhuang|Zhuo|Zu|Lyu|Lv|Lü"
)
_SURNAMES = frozenset(_PINYIN.split("|"))
# WANG Guoqiang; HE MADE is no name
_SURNAME = rf"(?:{_PINYIN}|(?!(?:HE|SHE|AN|LONG|SONG|TIE|PAN|FAN)\b)(?:{_PINYIN.upper()})(?=[ \u00a0](?i:(?:{_INITIAL}{_FINAL}['’-]?){{1,3}})\b))"
# A title with a lone surname is the person (Director Wang); of a title and a full name the name is (Director | Yao Shihai)
_TITLE = (
    r"(?:(?:Deputy |Vice |Section |Party |Village |Team )?(?:Director|Secretary|Chief|Head|Headman|Mayor|Manager|Accountant|Teacher|Doctor|Officer)"
    r"|Mr|Mrs|Ms|Miss|Old|Little|Uncle|Aunt|Auntie|Granny|Grandma|Grandpa|Comrade|Boss)"
)
_OFFICE = (
    r"(?:[Mm]agistrate|[Gg]overnor|[Cc]hair(?:man|woman)|[Pp]rincipal|[Hh]ead(?:man|master)?|[Cc]aptain|[Mm]inister|[Cc]ashier|[Ii]nspector|[Ll]eader"
    r"|[Mm]ayor|[Dd]irector|[Ss]ecretary|[Cc]hief|[Aa]ccountant|[Cc]lerk|[Bb]oss|[Cc]adre)"
)
_OF_OFFICE = (
    r"(?:(?:[Dd]eputy|[Vv]ice|[Ff]ormer|[Cc]ounty|[Cc]ity|[Pp]rovincial|[Pp]refecture|[Tt]ownship|[Tt]own|[Vv]illage|[Pp]arty|[Bb]ranch|[Cc]ommittee|[Ff]irst|[Ss]ection"
    r"|[Bb]ureau|[Oo]ffice|[Ss]tation|[Tt]eam|[Gg]roup)[ -]){0,4}"
)
_GIVEN = r"(?!Village|County|Town|Province|Prefecture|Autonomous)[A-Z](?:[a-zü]{1,9}|[A-Z]+\b|[a-z]{1,5}[A-Z][a-z]{1,5})(?:[’'-](?!s\b)[A-Za-z][a-z]*)?"
_FULL = rf"{_SURNAME}[ \u00a0]{_GIVEN}"
_PERSON = re.compile(
    rf"(?<![A-Za-z0-9_])(?=[A-Z])(?:(?P<polite>(?:Mr|Mrs|Ms|Miss)\.?\s{_FULL})(?![A-Za-z0-9_])|(?P<full>{_FULL})(?![A-Za-z0-9_])(?!\s(?:[Vv]illage|[Cc]ounty|[Tt]ownship|[Tt]own|[Pp]rovince|[Aa]utonomous))"
    rf"|{_TITLE}\.?\s(?!of\b)(?!{_FULL}\b)(?!{_TITLE}\b)[A-Z][a-z]+(?:[ \u00a0](?!Village|County|Town)[A-Z][a-z]+)?)"
)
_NO_NAME = (
    r"(?!(?:I|He|She|They|We|You|It|The|An?|This|That|These|Those|My|Our|Your|His|Her|Their|Its|In|On|At|Of|By|To|From|For|With|As|And|But|Or|Nor|So|If|When|While|Who"
    r"|Which|What|Where|Why|How|Not?|Yes|All|Every|Each|Some|Any|One|Two|Three|Four|Five|Then|There|Now|Here|After|Before|Since|Because|Also|Only|Please|Mrs?|Ms|Miss|Dr"
    r"|Old|Uncle|Aunt|Auntie|Granny|Grand[a-z]+|Comrade|Party|Village|Township|Town|County|City|District|Prefecture|Provincial|Province|Communist|Chinese|China|Tel|Phone|Mobile"
    r"|Deputy|Vice|Former|Acting|First|Second|Third|Secretary|Director|Head|Chief|Mayor|Governor|Magistrate|Accountant|Cashier|Clerk|Chair[a-z]+|Principal|Office|Bureau"
    r"|Committee|Commission|Department|Government|School|Station|Poverty|Civil|Group|Team|Dear|Sir|Madam|Respected|English|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)\b)"
)
_ANY = rf"{_NO_NAME}[A-Z][a-zü]+(?:[’'-](?!s\b)[A-Za-z][a-zü]*)?"
_ANY_NAME = rf"(?P<name>{_ANY}(?: {_ANY})?)(?![A-Za-z])(?!,? (?:[Vv]illage|[Cc]ounty|[Tt]own|[Pp]refecture|[Cc]ity|[Pp]rovince|[Bb]anner|[Dd]istrict|[Oo]ffice|[Bb]ureau|[A-Z]))"
# Deputy County Magistrate | Chen; the village head, | Buren
_NAME_BEHIND = re.compile(
    rf"\b{_OFFICE}(?P<apart> |, ?(?:(?:a|an|one) )?(?:(?:man|woman|person|cadre) )?(?:(?:is |was )?(?:called|named|surnamed) )?){_ANY_NAME}"
)
_CALLED = re.compile(
    rf"\b(?:(?:man|woman|official|cadre|clerk|officer|person|boss|contractor|teacher|doctor|head|secretary|director|accountant|magistrate|leader|chairman|somebody|someone"
    rf"|boy|girl|widow|nephew|cousin|brother|sister|uncle|son|daughter),? (?:(?:is |was )?(?:called|named|surnamed)|(?:with the|by the|whose) (?:sur)?name (?:is |of )?)) ?{_ANY_NAME}"
)
# Zhao, the village head,
_BEFORE_POST = re.compile(
    rf"\b(?=[A-Z])(?:^|(?<=[.,;:!?\n] )|(?<=\n)|(?<=\band )|(?<=\bthat ))(?P<name>{_PINYIN})(?:, (?:the|our|a) | \(){_POST.pattern}(?=[ ,.;:)])",
    re.MULTILINE,
)
_PROGRAMME = re.compile(
    r"\b(?:dibao|wubao|five guarantees?|low[- ]guarantee|low[- ]income allowance|(?:minimum|subsistence) (?:living )?(?:allowance|guarantee)"
    r"|dangerous[- ]hous(?:e|ing)(?: (?:repair|renovation|rebuilding|transform(?:ation)?|subsidy|grant|fund))?"
    r"|rain and dew(?: (?:plan|programme|program|student aid|grant))?|(?:public|village)[- ](?:welfare|service|guard) (?:posts?|jobs?)"
    r"|(?:ecological )?forest (?:ranger|guard|compensation)(?: posts?)?"
    r"|(?:old[- ]age|heating|(?:severe )?disability|nursing|care|boarding|border|orphan)(?: living)? (?:allowance|subsidy|pension)"
    r"|(?:rural |serious[- ]illness |cooperative )?medical (?:insurance|assistance)|serious illness assistance|student (?:loan|aid|grant)s?"
    r"|(?:poverty(?: relief)?|interest-free|industry) (?:micro-?credit|loan|(?:industry |mutual )?fund)s?|micro-?credit|work[- ]for[- ]relief"
    r"|(?:solar|photovoltaic) poverty (?:station|plant|project)|(?:farmland|grain|wage|rent|hiring|logistics|forest|pig|oil|gas|boarding) subsid(?:y|ies)"
    r"|(?:relocation|resettlement) (?:programme|program|flats))\b",
    re.IGNORECASE,
)
_RANKS = {
    "village": Rank.VILLAGE, "group": Rank.VILLAGE, "team": Rank.VILLAGE, "headman": Rank.VILLAGE, "township": Rank.TOWNSHIP,
    "town": Rank.TOWNSHIP, "county": Rank.COUNTY, "magistrate": Rank.COUNTY, "prefecture": Rank.PREFECTURE,
    "city": Rank.PREFECTURE, "mayor": Rank.PREFECTURE, "provincial": Rank.PROVINCE, "governor": Rank.PROVINCE,
}  # fmt: skip
_ALONE = frozenset(["secretary", "head", "chief", "director", "clerk", "cashier", "principal", "chairman"])
# Mayor | Li Guohua: one word that tells a level, before a name
_TITLE_BEFORE = re.compile(
    r"(?<![A-Za-z])(?P<title>(?:(?:Deputy|Vice|Former|County|City|Provincial|Prefecture|Township|Village|Party) ){0,3}"
    r"(?:Mayor|Governor|Magistrate|Head|Chief|Director|Secretary))\.?[ \u00a0]$"
)

_TITLE_INSIDE = re.compile(rf"(?P<title>{_OF_OFFICE}{_OFFICE}) (?=[A-Z])")
_TITLE_BEGINS = re.compile(rf"\b{_OF_OFFICE}$")


def find_english_places(text: str) -> list[PlaceSpan]:
    """Places with the code of the county where its name, or what is said beside it, makes it certain.

    Units that a comma joins (Shajin village, Linxian) are one place, as in Chinese.
    """
    found = [match.span() for match in _PLACE.finditer(text)]
    if not found:
        known = latin_names()
        found = [match.span() for match in _FLAT.finditer(text) if _plain(match["name"]).capitalize() in known]
    for match in _LONE.finditer(text):
        if match[0] in _SURNAMES and match[0] != "Xian":
            continue
        if _plain(match[0]) in latin_names() or (match["behind"] is not None and _is_pinyin(match[0])):
            found.append(match.span())
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        first, last = _with_smaller(text, start, end)
        if joined and (first <= joined[-1][1] or text[joined[-1][1] : first] in {", ", " "}):
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return [PlaceSpan(start, end, latin_code(_spelt(text[start:end]))) for start, end in joined]


def _plain(name: str) -> str:
    """A name without apostrophes and marks: Lüliang is Lvliang, Ürümqi Urumqi."""
    if name.isascii():
        return plain_latin(name)
    plain = re.sub("(?<=[LlNn])ü", "v", plain_latin(name))
    return "".join([one for one in unicodedata.normalize("NFD", plain) if not unicodedata.combining(one)])


def _spelt(place: str) -> str:
    """A place as its code is looked for: Weining Yi, Hui and Miao Autonomous County is Weining County, Zhao Jue County Zhaojue County."""
    plain = _plain(place if _CAPITALS.search(place) else place.title())
    plain = _OF_PEOPLES.sub("", plain)
    plain = _TWO_WORDS.sub(lambda two: two[1] + two[2].lower() if _is_one(two[1], two[2]) else two[0], plain)
    return _XIAN.sub(
        lambda name: name[1] if name[0] not in latin_names() and name[1] in latin_names() else name[0], plain
    )


def _is_one(first: str, second: str) -> bool:
    """Whether two words are the syllables of one name."""
    return first + second.lower() in latin_names() or all(_SYLLABLE.fullmatch(one.lower()) for one in (first, second))


def _with_smaller(text: str, start: int, end: int) -> tuple[int, int]:
    """A place with a name in pinyin beside its comma, which is a smaller unit: Anchang, Zheng'an county."""
    before, behind = _BEFORE.search(text, max(0, start - 30), start), _BEHIND.match(text, end)
    if before and _is_pinyin(before["name"]):
        start = before.start("name")
    if behind and _is_pinyin(behind["name"]):
        end = behind.end("name")
    return start, end


def _is_pinyin(word: str) -> bool:
    """Whether a word of two or more syllables is spelt as pinyin is, and no foreign name that only looks so."""
    return word not in _FOREIGN and word not in _SURNAMES and _SYLLABLES.fullmatch(word.lower()) is not None


def find_english_posts(text: str) -> list[PostMatch]:
    """Posts with their level; titles that stand alone count only in lower case (the director said)."""
    out: list[PostMatch] = []
    for found in _POST.finditer(text):
        words = found[0].lower().split()
        if len(words) == 1 and (
            words[0] in _ALONE - {"secretary", "director"} or text[found.end() : found.end() + 2].strip()[:1].isupper()
        ):
            continue
        rank = max((_RANKS.get(word, Rank.NONE) for word in words), default=Rank.NONE)
        out.append(PostMatch(found.start(), found.end(), rank))
    return out


def find_english_bodies(text: str) -> list[tuple[int, int]]:
    """Bodies of a level (county health bureau)."""
    return [found.span(1) for found in _BODY.finditer(text)]


def find_english_programmes(text: str) -> list[tuple[int, int]]:
    """Programmes by the names that they have in English."""
    return [found.span() for found in _PROGRAMME.finditer(text)]


def find_english_people(text: str) -> list[tuple[int, int]]:
    """Persons by title and surname, by a Chinese surname in pinyin and a given name, or by any name behind a post, in order."""
    titled, behind = _behind_offices(text)
    taken = covering(titled)
    found = [one.span() for one in _PERSON.finditer(text) if taken.find(1, *one.span()) < 0] + titled
    taken = covering(found)
    for pattern in (_CALLED, _BEFORE_POST):
        behind += [called.span("name") for called in pattern.finditer(text)]
    return sorted([*found, *(one for one in set(behind) if taken.find(1, *one) < 0 and not _is_place(text, *one))])


def _behind_offices(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """A title with a lone surname (Deputy County Magistrate Chen), and names of any people alone (the cashier, | Turdi Mamat)."""
    titled, alone = [], []
    for found in _NAME_BEHIND.finditer(text):
        start, end = found.span("name")
        if found["apart"] == " " and found["name"] in _SURNAMES:
            begins = _TITLE_BEGINS.search(text, max(0, found.start() - 48), found.start())
            titled.append((begins.start() if begins else found.start(), end))
        else:
            alone.append((start, end))
    return titled, alone


def _is_place(text: str, start: int, end: int) -> bool:
    """Whether what stands where a name may is the name of a division, and no surname."""
    name = text[start:end]
    return name not in _SURNAMES and _plain(name) in latin_names()


def title_rank(text: str, start: int) -> Rank:
    """The level of the title in or right before a name: County Magistrate Wang, Mayor Li Guohua; none where no title stands there."""
    before = _TITLE_BEFORE.search(text, max(0, start - 48), start)
    inside = _TITLE_INSIDE.match(text, start)
    titles = f"{before['title'] if before else ''} {inside['title'] if inside else ''}"
    return max((_RANKS.get(word.lower(), Rank.NONE) for word in titles.split()), default=Rank.NONE)
