"""The section on new schemes: what letters of several cases of the month tell alike and those before seldom told.

For readers alone. Whatever names anybody is covered in the passages, as in the typical cases. A scheme of fewer cases than
the least count shown is told without any figure, and a county is named where at least so many letters of it are from there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from triage.store import Store
from triage.store.records import ReadRow
from triage.trends.compose_words import category_words, listed, place_words
from triage.trends.counted import Counted
from triage.trends.document import Cell, Column, ColumnKind, Hidden, Number, Section, Table, Text, Words, same
from triage.trends.independent import Letter
from triage.trends.opening import Read, opened, spans_of
from triage.trends.phrases import Term
from triage.trends.plain_words import masked, share_shown
from triage.trends.schemes import LEAST_TERMS, LEAST_VOICES, MOST_TERMS, RATE, Found, Scheme, schemes_of
from triage.trends.spikes import LEAST_PAST

_TITLE = Text("新出现的手法", "New schemes")
_MOST, _MOST_PASSAGES, _CANDIDATES = 5, 2, 12
_MOST_CATEGORIES, _USUAL = 3, 1 / 3
_PASSAGE, _LEAST_PASSAGE, _READABLE = 160, 12, 0.6
_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;\n]*")


def schemes_section(store: Store, counted: Counted, read: Read | None) -> Section | None:
    """Schemes with their words, counts, counties and passages; or that there are none."""
    if not counted.access.role.reads_text:
        return None
    if read is None:
        few = Text(f"历史数据不足{LEAST_PAST}个月，尚不能判断哪些手法是新的。",
                   f"There are fewer than {LEAST_PAST} months of past: which schemes are new cannot be told yet.")  # fmt: skip
        return Section("schemes", _TITLE, (few,), readers_only=True)
    found = schemes_of(read.now, read.before, _MOST)
    method = (_method(found, counted.threshold),)
    if not found.schemes:
        none = Text("本月没有发现多起案件共有的新手法。", "No new scheme is told in several cases of this month.")
        return Section("schemes", _TITLE, (none,), (), (), method, readers_only=True)
    passages = _passages_table([(one, _passages(store, counted, one)) for one in found.schemes])
    tables = (_table(found, counted.threshold), *passages)
    told = tuple(_sentence(one, counted.threshold) for one in found.schemes)
    return Section("schemes", _TITLE, told, tables, (), method, readers_only=True)


def _name(terms: Sequence[Term]) -> str:
    return "、".join("".join(term) for term in terms)


def _counties(scheme: Scheme) -> Counter[str]:
    return Counter(letter.county for letter in scheme.letters if letter.county)


def _named_counties(scheme: Scheme, threshold: int) -> list[Text]:
    many = sorted(_counties(scheme).items(), key=lambda one: (-one[1], one[0]))
    return [place_words(county) for county, number in many if number >= threshold]


def _categories(scheme: Scheme) -> list[Text]:
    letters = scheme.letters
    counts = Counter(category for letter in letters for category in letter.categories)
    usual = [code for code, number in counts.items() if number >= _USUAL * len(letters)]
    return [category_words(code) for code in sorted(usual, key=lambda code: (-counts[code], code))[:_MOST_CATEGORIES]]


def _sentence(scheme: Scheme, threshold: int) -> Text:
    """A scheme in words."""
    name, cases, letters, counties = (
        _name(scheme.terms),
        len(scheme.voices),
        len(scheme.letters),
        len(_counties(scheme)),
    )
    if cases >= threshold:
        zh = f"“{name}”：{counties}个县的{letters}件举报说到，分属{cases}起不同的案件，首见于{scheme.first}"
        en = f"“{name}”: told in {letters:,} reports from {_many(counties, 'county', 'counties')}, of {cases:,} separate cases; first seen on {scheme.first}"
    else:
        zh = f"“{name}”：至少{LEAST_VOICES}起不同的案件说到，件数过小不予显示，首见于{scheme.first}"
        en = f"“{name}”: told in {LEAST_VOICES} separate cases or more, too few to be counted here; first seen on {scheme.first}"
    usual = _categories(scheme)
    if usual:
        words = listed(usual)
        zh, en = f"{zh}；多属{words.zh}", f"{en}; mostly {words.en}"
    return Text(f"{zh}。", f"{en}.")


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _table(found: Found, threshold: int) -> Table:
    columns = (
        Column("scheme", Text("共有的词", "Words in common"), ColumnKind.WORDS),
        Column("count", Text("本月件数（所读来信）", "Reports of this month, of those read"), ColumnKind.COUNT),
        Column("cases", Text("不同的案件", "Separate cases"), ColumnKind.COUNT),
        Column("counties", Text("县数", "Counties"), ColumnKind.COUNT),
        Column("places", Text("主要的县", "Main counties"), ColumnKind.WORDS),
        Column("before", Text("以前每百件", "In a hundred before"), ColumnKind.NUMBER, decimals=1),
        Column("first", Text("首见", "First seen"), ColumnKind.CODE),
        Column("categories", Text("多属类别", "Usual categories"), ColumnKind.WORDS),
    )
    rows = tuple(_row(scheme, found.before, threshold) for scheme in found.schemes)
    note = Text(
        f"只列本手法来信不少于{threshold}件的县。",
        f"Counties with at least {threshold} letters of the scheme alone are named.",
    )
    return Table("schemes", _TITLE, columns, rows, note=note)


def _row(scheme: Scheme, before: int, threshold: int) -> tuple[Cell, ...]:
    figures = (len(scheme.letters), len(scheme.voices), len(_counties(scheme)))
    enough = len(scheme.voices) >= threshold
    shown: list[Cell] = [Number(one) if enough else Hidden() for one in figures]
    return (
        Words(same(_name(scheme.terms))),
        *shown,
        Words(_or_dash(_named_counties(scheme, threshold))),
        Number(round(100 * scheme.before / before, 1)) if enough else Hidden(),
        Words(same(scheme.first)),
        Words(_or_dash(_categories(scheme))),
    )


def _or_dash(words: Sequence[Text]) -> Text:
    return listed(words) if words else same("—")


def _passages(store: Store, counted: Counted, scheme: Scheme) -> list[str]:
    """The passages that tell most of the scheme, each of another case."""
    wanted = frozenset(scheme.terms)

    def strength(letter: Letter) -> tuple[int, str, str]:
        return -len(wanted.intersection(letter.terms)), letter.day, letter.report

    best = sorted((min(voice, key=strength) for voice in scheme.voices), key=strength)[:_CANDIDATES]
    found: dict[str, tuple[int, float, str]] = {}
    for row in opened(store, counted.access, [letter.seq for letter in best]):
        words, shown, passage = _passage(row, scheme.terms)
        if words >= LEAST_TERMS - 1 and shown >= _READABLE and len(passage) >= _LEAST_PASSAGE:
            found.setdefault(passage, (-words, -round(shown, 6), row.report.id))
    return sorted(found, key=lambda passage: found[passage])[:_MOST_PASSAGES]


def _passage(row: ReadRow, terms: Sequence[Term]) -> tuple[int, float, str]:
    """How many of the terms the best passage of a covered text has, how much of it can be read, and the passage itself."""
    words = ["".join(term) for term in terms]
    told = ((sum(word in one for word in words), round(share_shown(one), 6), one)
            for one in _windows(masked(row.report.text, spans_of(row))))  # fmt: skip
    return max(told, default=(0, 0.0, ""), key=lambda one: (one[0], one[1], -len(one[2]), one[2]))


def _windows(text: str) -> Iterator[str]:
    """Neighbouring sentences, as many as a passage holds, in one line each; long sentences are cut."""
    sentences = ["".join(one.split()) for one in _SENTENCE.findall(text)]
    for start in range(len(sentences)):
        window = sentences[start][:_PASSAGE]
        yield window
        for following in sentences[start + 1 :]:
            if len(window) + len(following) > _PASSAGE:
                break
            window += following
            yield window


def _passages_table(told: Sequence[tuple[Scheme, Sequence[str]]]) -> tuple[Table, ...]:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Words(same(_name(scheme.terms))), Words(same(passage))) for scheme, passages in told for passage in passages
    )
    columns = (
        Column("scheme", Text("共有的词", "Words in common"), ColumnKind.WORDS),
        Column("told", Text("节录", "Excerpt"), ColumnKind.WORDS),
    )
    title = Text("新手法：来信节录", "New schemes: from the letters")
    note = Text(
        "未经核查；人名、地名、联系方式、数字以及词典以外的字词均已遮盖。",
        "Not verified; people, places, contacts, numbers and all words outside the dictionary are covered.",
    )
    return (Table("scheme_passages", title, columns, rows, key=2, note=note),) if rows else ()


def _method(found: Found, threshold: int) -> Text:
    return Text(
        f"比较本月{found.now}件与此前{found.before}件（均匀抽取；同案或文字雷同的只计一次）：先找明显增多的词（错误发现率{RATE:.0%}），"
        f"再把常在同一封来信里出现的词归为一组；一组须有{LEAST_TERMS}至{MOST_TERMS}个词，至少{LEAST_VOICES}起案件各说到其中两个以上；"
        f"少于{threshold}起的不列数字。是线索，不等于事实。",
        f"{found.now:,} matters of this month against {found.before:,} of those before, drawn evenly, a case or copies of a text counting once: "
        f"words that have clearly risen (false discovery rate {RATE:.0%}) come together where the same letters tell them. A scheme has {LEAST_TERMS} to {MOST_TERMS} words, "
        f"two or more of them in each of at least {LEAST_VOICES} cases; below {threshold} cases no figure is shown. A hint, not a fact.",
    )
