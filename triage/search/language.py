"""The query language: words, phrases, exclusions, alternatives, brackets and fields, read into a tree.

::

    question = any
    any      = all { "OR" all }                      或 as well
    all      = unit { unit }                         side by side: everything holds; AND may stand between
    unit     = ("-" | "NOT") unit | "(" any ")" | field ":" value | phrase | word

Exclusion binds tightest, standing side by side next, OR loosest. A word that holds a colon and is no field, such as an
address of the web or 10:30, stays a word. Brackets inside a word belong to it. An operator or a sign that stands where a
word should is told, never looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NoReturn
from unicodedata import category

from triage.errors import BadInput
from triage.search.fields import FIELDS, ORDERED, Lookups, condition, field_of, known_fields
from triage.search.names import asked_forms, called, name_in, spelled
from triage.search.nodes import AllOf, AnyOf, Named, Node, Not, Part, all_of
from triage.search.scanning import CLOSING, OPENING, QUOTES, Scanner
from triage.search.values import Wrong
from triage.text.normalise import normalise, seen

MOST_CHARS = 500
MOST_UNITS = 60
MOST_DEPTH = 10

# Behind an operator of Latin letters a word in Chinese may stand at once; 或许 and 且说 are words
_BEHIND = r"(?=[\s()（）\"“”＂「『]|$)"
_BEHIND_LATIN = r"(?=[\s()（）\"“”＂「『\u3400-\u9fff]|$)"
_OR = re.compile(rf"(?:OR|ＯＲ){_BEHIND_LATIN}|或{_BEHIND}")
_AND = re.compile(rf"(?:AND|ＡＮＤ){_BEHIND_LATIN}|且{_BEHIND}")
# A keyboard for Chinese makes — of the key, and —— with Shift; texts that are copied hold hyphens of other kinds
_MINUS = re.compile(r"(?:[-－–−\u2010-\u2012\ufe63\ufe58]|[—―]{1,2})(?=[^\s—―])|(?:NOT|ＮＯＴ)" + _BEHIND_LATIN)
_FIELD = re.compile(r"(?P<name>[A-Za-zＡ-Ｚａ-ｚ_＿]{1,20}|[\u3400-\u9fff]{1,6})[:：]")
_SIGN = re.compile(r"(?:>=|<=|[><=≥≤＞＜＝]+)\s*")
_BETWEEN_APART = re.compile(r"\s+(?:\.{2,3}|[~～]|[至到](?=[\s\d]))")
# 1 万元, 2019年 3月: the value goes on behind the space
_GOES_ON = {
    "amount": re.compile(r"(?<=[0-9０-９])\s+(?=(?:[百千万萬亿億]{1,2}[元块圆]?|[元块圆])(?:\s|[.。~～至到)）]|$))"),
    "received": re.compile(r"(?<=年)\s+(?=[0-9０-９]{1,2}月)|(?<=月)\s+(?=[0-9０-９]{1,2}[日号])"),
}
_ENDS_OPEN = re.compile(r"(?:\.{2,3}|[~～至到])\Z")
# Punctuation, marks and signs of reckoning; other signs, such as a face or a currency's, may be looked for
_SIGN_KINDS = frozenset(("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sk", "Cf", "Cc"))
_BROKEN = re.compile("[\ud800-\udfff]")
_LONGEST_CHINESE_FIELD = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question read: nodes that must all hold, and what was added to each word on its own account."""

    nodes: tuple[Node, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(
    q: str | None,
    *,
    split: Callable[[str], Sequence[str]],
    synonyms: Callable[[str], Sequence[str]] = lambda _: (),
    lookups: Lookups | None = None,
) -> Asked:
    """What a question asks for.

    A bare word that the segmenter takes apart must occur in all its words, and each word also by its synonyms; quotes
    and exclusion switch both off. A question that is nothing but a name finds accused people who sound alike as well.

    Args:
        q: what the person typed; nothing or spaces ask for everything.
        split: takes a normalised string apart into words.
        synonyms: other names of a word.
        lookups: what fields ask the caller.

    Raises:
        BadInput: field ``q``; the sentence says at which character and what to write instead.
    """
    if not q or not q.strip():
        return Asked()
    if len(q) > MOST_CHARS:
        raise BadInput("q", "too_long", f"检索式最多 {MOST_CHARS} 个字 · A query has at most {MOST_CHARS} characters.")
    return _Reading(q, split, synonyms, lookups or Lookups()).whole()


class _Reading(Scanner):
    """One way through a question, from left to right."""

    def __init__(
        self,
        text: str,
        split: Callable[[str], Sequence[str]],
        synonyms: Callable[[str], Sequence[str]],
        lookups: Lookups,
    ) -> None:
        # Copied from a chat or a page it may begin with what nobody sees, and a field or a minus would be none
        super().__init__(seen(text))
        self.split, self.synonyms, self.lookups = split, synonyms, lookups
        self.units = self.depth = self.opened = self.refused = 0
        self.also: dict[str, tuple[str, ...]] = {}
        self.bare: list[str] = []

    def whole(self) -> Asked:
        broken = _BROKEN.search(self.text)
        if broken is not None:
            self.at = broken.start()
            self.wrong("surrogate", "这里只有半个字；请用 UTF-8", "This is half a character; write the query in UTF-8.")
        node = self.any_of()
        self.unpaired()
        node = self.with_names(node)
        return Asked(node.nodes if isinstance(node, AllOf) else (node,), self.also)

    def unpaired(self) -> None:
        """Tells of a closing bracket where none is open."""
        if self.text[self.at : self.at + 1] in CLOSING:
            self.wrong("bracket", "多了一个右括号；要找括号本身请加引号", "This bracket was never opened; put brackets that you look for in quotation marks.")  # fmt: skip

    def any_of(self) -> Node:
        branches = [self.all_of()]
        while self.takes(_OR):
            self.bare.append("")
            branches.append(self.all_of())
        return branches[0] if len(branches) == 1 else AnyOf(tuple(branches))

    def all_of(self) -> Node:
        nodes: list[Node] = []
        while True:
            if nodes and self.takes(_AND):
                self.bare.append("")
                nodes.append(self.unit())
            self.skip()
            if self.at == len(self.text) or self.text[self.at] in CLOSING or _OR.match(self.text, self.at):
                break
            nodes.append(self.unit())
        if not nodes:
            if not self.opened:
                self.unpaired()
            self.missing()
        return all_of(nodes)

    def unit(self) -> Node:
        self.skip()
        self.units += 1
        if self.units > MOST_UNITS:
            self.wrong("too_many", f"检索式最多 {MOST_UNITS} 项", f"A query has at most {MOST_UNITS} words and conditions.")  # fmt: skip
        if self.at == len(self.text) or self.text[self.at] in CLOSING:
            self.missing()
        if _OR.match(self.text, self.at) or _AND.match(self.text, self.at):
            self.missing()
        if self.takes(_MINUS):
            self.bare.append("")
            return self.nested(self.negated)
        if self.text[self.at] in OPENING:
            return self.nested(self.group)
        if self.text[self.at] in QUOTES:
            self.bare.append("")
            return Part((normalise(self.phrase()).text,), quoted=True)
        return self.fielded() or self.words()

    def nested(self, inner: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.wrong("too_deep", f"括号和排除最多套 {MOST_DEPTH} 层", f"Brackets and exclusions go {MOST_DEPTH} deep at most.")  # fmt: skip
        node = inner()
        self.depth -= 1
        return node

    def negated(self) -> Node:
        self.refused += 1
        node = Not(self.unit())
        self.refused -= 1
        return node

    def group(self) -> Node:
        opened = self.at
        self.at += 1
        self.bare.append("")
        self.opened += 1
        node = self.any_of()
        self.opened -= 1
        if self.at == len(self.text):
            self.at = opened
            self.wrong("bracket", "这个括号没有合上；要找括号本身请加引号", "This bracket is never closed; put brackets that you look for in quotation marks.")  # fmt: skip
        self.at += 1
        return node

    def fielded(self) -> Node | None:
        found = _FIELD.match(self.text, self.at)
        if found is None:
            return None
        name, begins = normalise(found["name"]).text, self.at
        known = field_of(name)
        if known is None:
            self.refuse_unknown(name, found.end())
            return None
        self.at = found.end()
        self.bare.append("")
        self.skip()
        sign = _SIGN.match(self.text, self.at)
        self.at = sign.end() if sign else self.at
        where = self.at
        quoted = self.text[self.at : self.at + 1] in QUOTES
        if self.text[self.at : self.at + 1] in OPENING:
            self.wrong("value", "一个冒号后写一个值，如（类别:贪污侵占 OR 类别:优亲厚友）", "Each field takes one value, like (category:embezzlement OR category:favoritism).")  # fmt: skip
        value = self.phrase() if quoted else self.raw()
        if known in ORDERED and not quoted:
            value = self.to_its_end(known, value)
        if not value.strip():
            self.at = begins
            self.wrong("value", "冒号后面缺少内容；一个冒号后写一个值", "A value is missing behind this colon; each field takes one value.")  # fmt: skip
        try:
            node = condition(known, (sign[0] if sign else "") + value, self.lookups, quoted=quoted)
        except Wrong as error:
            self.at = where
            self.wrong(error.rule, error.zh, error.en)
        if known == "accused" and not quoted and not self.refused:
            self.tell_name(value)
        return node

    def to_its_end(self, known: str, value: str) -> str:
        """The value of a field that takes ranges, with the end that stands behind spaces: 2019-03 .. 2019-06."""
        value = self.going_on(known, value)
        apart = _BETWEEN_APART.match(self.text, self.at)
        if apart:
            self.at = apart.end()
            return value + apart[0] + self.going_on(known, self.end())
        if not _ENDS_OPEN.search(value):
            return value
        behind = self.at
        whole = value + self.going_on(known, self.end())
        try:
            condition(known, whole, self.lookups)
        except Wrong as error:
            # 2019-03.. is a range with an open end, and what comes behind the space a word of its own
            if error.rule != "range":
                self.at = behind
                return value
        return whole

    def going_on(self, known: str, value: str) -> str:
        """The value with what belongs to it behind a space: 1 万元."""
        pattern = _GOES_ON.get(known)
        while pattern and (space := pattern.match(self.text, self.at)):
            self.at = space.end()
            value += self.raw()
        return value

    def end(self) -> str:
        self.skip()
        return self.phrase() if self.text[self.at : self.at + 1] in QUOTES else self.raw()

    def refuse_unknown(self, name: str, behind: int) -> None:
        """Passes what only looks like a field; a name that somebody meant for one is told, with those that exist."""
        address = self.text.startswith("//", behind)
        meant = len(name) > 1 if name.isascii() else len(name) <= _LONGEST_CHINESE_FIELD
        if meant and not address:
            zh, en = known_fields()
            near = get_close_matches(name.lower(), FIELDS, 1)
            self.wrong(
                "field",
                f"没有这一栏{f'，是不是 {FIELDS[near[0]]}:？' if near else '，'}可用的有 {zh}；要按原文查找请加引号",
                f"There is no such field{f'; is {near[0]}: meant?' if near else '.'} There are {en}. "
                "Put the words in quotation marks to find them as they stand.",
            )

    def words(self) -> Node:
        begins = self.at
        bare = normalise(self.raw()).text
        if all(category(character) in _SIGN_KINDS for character in bare):
            self.at = begins
            self.wrong("sign", "这里只有标点；“-”要紧接在要排除的词前面，要找标点本身请加引号", "There are only signs here; a minus stands right before what it refuses. Put signs that you look for in quotation marks.")  # fmt: skip
        if bare.startswith(":"):
            self.at = begins
            self.wrong("sign", "冒号要紧接在栏名后面，如 类别:贪污侵占；要找冒号本身请加引号", "A colon stands right behind the name of its field, like category:embezzlement. Put colons that you look for in quotation marks.")  # fmt: skip
        if self.refused or ":" in bare:
            # 10:30 and addresses of the web are looked for as they stand
            self.bare.append("")
            return Part((bare,))
        self.bare.append(bare)
        return all_of([self.word(word) for word in self.split(bare)])

    def word(self, word: str) -> Part:
        others = tuple(dict.fromkeys(normalise(other).text for other in self.synonyms(word)))
        others = tuple(other for other in others if other != word)
        if others:
            self.also[word] = others
        return Part((word, *others))

    def with_names(self, node: Node) -> Node:
        """Adds accused people who sound alike where the whole question is a name."""
        name = name_in(tuple(self.bare)) if all(self.bare) else None
        if name is None:
            return node
        key = "".join(self.bare)
        self.also[key] = (*self.also.get(key, ()), f"accused:{name}")
        return AnyOf((node, Named(tuple(dict.fromkeys((*asked_forms(key), *asked_forms(name)))))))

    def tell_name(self, value: str) -> None:
        plain = normalise(value).text
        heard = spelled(called(plain)) if len(plain) > 1 and not plain.isascii() else ""
        if heard:
            self.also[plain] = (f"accused:{heard}",)

    def missing(self) -> NoReturn:
        self.wrong("empty", "这里缺少检索词；要找“AND”“OR”“NOT”“或”“且”本身请加引号", 'A word is missing here; put AND, OR and NOT in quotation marks ("OR") if you look for them.')  # fmt: skip
