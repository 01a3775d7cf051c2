"""Places, posts, bodies and programmes in English reports, which name them by pinyin and by level (Weining County).

In: text as received, because names are told by their capitals. Out: spans with codes and levels.
"""

from __future__ import annotations

import re

from triage.assess.places import PlaceSpan
from triage.assess.posts import PostMatch
from triage.model import Rank
from triage.text.place_names import LATIN_LEVEL, latin_code, latin_names, plain_latin

# Deputy township head is a post and no township called Deputy
_NAME = r"(?!(?:Deputy|Vice|Former|Acting|Assistant|Party|Chief)\b|The|Our|This|That|Their|Another|Every|Each|My|Your|In|One|Some|Any|Of|At|No|His|Her|And|But|When|If|From|To|So|New|Different|Right|Left|January|February|March|April|May\b|June|July|August|September|October|November|December)[A-Z][a-z]+(?:['’][a-z]+)?(?:[ '’][A-Z][a-z]+)?"
_PLACE = re.compile(rf"\b{_NAME} {LATIN_LEVEL}(?:,? (?:in )?{_NAME}(?: {LATIN_LEVEL})?)*\b")
_LONE = re.compile(
    r"(?P<behind>(?<=\bin )|(?<=\bfrom )|(?<=\bat )|(?<=\bnear )|(?<=\bof ))?(?<![A-Za-z])(?<![a-z]\. )(?<!Mr )(?<!Mrs )(?<!Ms )"
    r"[A-Z][a-z]{3,}(?:['’][a-z]+)?\b(?!['’]s)(?! [A-Z](?!ounty|illage|ownship))"
)
_BEFORE = re.compile(r"(?<![A-Z][a-z] )(?<![A-Za-z'’])(?P<name>[A-Z][a-z]{2,}(?:['’][a-z]+)?)(?: side)?, $")
_BEHIND = re.compile(r", (?P<name>[A-Z][a-z]{2,}(?:['’][a-z]+)?)\b(?! [A-Z])(?=[.,;:)\n]|$| [a-z])")
_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
_FINAL = "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|er|a|o|e|i|u)"
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
# A title with a lone surname is the person (Director Wang); of a title and a full name the name is (Director | Yao Shihai)
_TITLE = (
    r"(?:(?:Deputy |Vice |Section |Party |Village |Team )?(?:Director|Secretary|Chief|Head|Headman|Mayor|Manager|Accountant|Teacher|Doctor|Officer)"
    r"|Mr|Mrs|Ms|Miss|Old|Little|Uncle|Aunt|Auntie|Granny|Grandma|Grandpa|Comrade|Boss)"
)
_FULL = rf"(?:{_PINYIN})[ \u00a0](?!Village|County|Town|Province|Prefecture)[A-Z][a-z]{{1,9}}(?:[’'-](?!s\b)[a-z]+)?"
_PERSON = re.compile(
    rf"(?<![A-Za-z0-9_])(?:(?P<polite>(?:Mr|Mrs|Ms|Miss)\.?\s{_FULL})(?![A-Za-z0-9_])|(?P<full>{_FULL})(?![A-Za-z0-9_])(?!\s(?:[Vv]illage|[Cc]ounty|[Tt]ownship|[Tt]own|[Pp]rovince))"
    rf"|{_TITLE}\.?\s(?!of\b)(?!{_FULL}\b)(?!{_TITLE}\b)[A-Z][a-z]+(?:[ \u00a0](?!Village|County|Town)[A-Z][a-z]+)?)"
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


def find_english_places(text: str) -> list[PlaceSpan]:
    """Places with the code of the county where its name, or what is said beside it, makes it certain.

    Units that a comma joins (Shajin village, Linxian) are one place, as in Chinese.
    """
    found = [match.span() for match in _PLACE.finditer(text)]
    for match in _LONE.finditer(text):
        if plain_latin(match[0]) in latin_names() or (match["behind"] is not None and _is_pinyin(match[0])):
            found.append(match.span())
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        first, last = _with_smaller(text, start, end)
        if joined and (first <= joined[-1][1] or text[joined[-1][1] : first] in {", ", " "}):
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return [PlaceSpan(start, end, latin_code(text[start:end])) for start, end in joined]


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
    """Persons by title and surname, or by a Chinese surname in pinyin and a given name, in order."""
    return [found.span() for found in _PERSON.finditer(text)]


def title_rank(text: str, start: int) -> Rank:
    """The level of the title right before a name: Mayor Li Guohua, County Head Wang; none where no title stands there."""
    title = _TITLE_BEFORE.search(text, max(0, start - 48), start)
    return (
        max((_RANKS.get(word.lower(), Rank.NONE) for word in title["title"].split()), default=Rank.NONE)
        if title
        else Rank.NONE
    )
