"""The sections on what is new in the letters themselves, for those who may read them: phrases, and typical cases.

What is told of texts are dictionary words and words of the lexicons alone (see ``plain_words``). Whoever reads no text gets
none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage.store import Store
from triage.store.lists import month_bounds
from triage.store.monthly import COUNTY
from triage.store.records import ReadRow
from triage.trends.compose_words import category_words, place_words
from triage.trends.counted import Counted
from triage.trends.document import Cell, Column, ColumnKind, Number, Section, Table, Text, Words, same
from triage.trends.independent import Letter
from triage.trends.opening import Read, opened, spans_of
from triage.trends.phrases import Letters, Phrase, new_phrases
from triage.trends.plain_words import masked, share_shown
from triage.trends.spikes import LEAST_PAST

_MOST_PHRASES = 10
_MOST_CASES, _CANDIDATES, _EXCERPT, _LEAST_EXCERPT, _READABLE = 3, 60, 160, 40, 0.6


def emerging_section(counted: Counted, read: Read | None) -> Section | None:
    """Words and pairs of words that were rare in the twelve months before; for readers."""
    if not counted.access.role.reads_text:
        return None
    title = Text("新出现的说法", "New in the letters")
    if read is None:
        few = Text(f"历史数据不足{LEAST_PAST}个月，尚不能判断哪些说法是新的。",
                   f"There are fewer than {LEAST_PAST} months of past: what is new cannot be told yet.")  # fmt: skip
        return Section("emerging", title, (few,), readers_only=True)
    now, then = _letters(read.now), _letters(read.before)
    found = new_phrases(now, then, counted.threshold, _MOST_PHRASES)
    if not found:
        none = Text("没有以前少见、本月多起来的说法。", "Nothing is told that was seldom told before.")
        return Section("emerging", title, (none,), (), (), (_method(now, then, counted.threshold),), readers_only=True)
    words = "、".join(_phrase(one) for one in found[:5])
    told = Text(f"以前少见、本月多起来的说法：{words}。", f"Seldom told before, and told in this month: {words}.")
    return Section("emerging", title, (told,), (_table(title, found, then),), (),
                   (_method(now, then, counted.threshold),), readers_only=True)  # fmt: skip


def typical_section(store: Store, counted: Counted) -> Section | None:
    """At most three matters that were verified in the month, each of another category, with all that names anybody covered."""
    if not counted.access.role.reads_text:
        return None
    seqs = store.funnel.verified(counted.access, counted.place, month_bounds(counted.month), _CANDIDATES)
    chosen: dict[str, tuple[float, str, str]] = {}
    for row in opened(store, counted.access, seqs):
        excerpt = _excerpt(row)
        shown = share_shown(excerpt)
        for category in row.assessment.categories[:1]:
            if shown >= _READABLE and len(excerpt) >= _LEAST_EXCERPT and shown > chosen.get(category, (0.0,))[0]:
                chosen[category] = (shown, row.report.division[:COUNTY], excerpt)
    if not chosen:
        return None
    best = sorted(chosen.items(), key=lambda one: (-one[1][0], one[0]))[:_MOST_CASES]
    columns = (
        Column("category", Text("类别", "Category"), ColumnKind.WORDS),
        Column("county", Text("县", "County"), ColumnKind.WORDS),
        Column("told", Text("节录", "Excerpt"), ColumnKind.WORDS),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Words(category_words(category)), Words(place_words(county)), Words(same(excerpt)))
        for category, (_, county, excerpt) in best
    )
    title = Text("典型案例（已核查）", "Typical cases (verified)")
    note = Text(
        "人名、县以下地名、联系方式、数字以及词典以外的字词均已遮盖；公开前仍须由人审阅。",
        "People, places, contacts, numbers and all words outside the dictionary are covered; a person must read it before it is published.",
    )
    return Section(
        "typical", title, (), (Table("typical", title, columns, rows, key=3),), (), (note,), readers_only=True
    )


def _letters(read: Iterable[Letter]) -> Letters:
    letters = Letters()
    for one in read:
        letters.add(one.case or one.report, one.terms)
    return letters


def _excerpt(row: ReadRow) -> str:
    """The first sentences of the covered text, in one line."""
    covered = masked(row.report.text, spans_of(row))
    cut = covered[:_EXCERPT]
    end = max(cut.rfind(sign) for sign in "。！？；\n")
    return "".join((cut[: end + 1] if end > 0 else cut).split())


def _phrase(one: Phrase) -> str:
    return "".join(one.words)


def _table(title: Text, found: Sequence[Phrase], then: Letters) -> Table:
    columns = (
        Column("phrase", Text("说法", "Words"), ColumnKind.WORDS),
        Column("count", Text("本月件数（所读来信）", "Cases of this month, of those read"), ColumnKind.COUNT),
        Column("before", Text("以前每百件", "In a hundred before"), ColumnKind.NUMBER, decimals=1),
        Column("score", Text("对数几率（标准差）", "Log-odds, in deviations"), ColumnKind.NUMBER, decimals=1),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Words(same(_phrase(one))),
            Number(one.now),
            Number(round(100 * one.before / then.cases, 1)),
            Number(round(one.score, 1)),
        )
        for one in found
    )
    return Table("emerging", title, columns, rows)


def _method(now: Letters, then: Letters, support: int) -> Text:
    return Text(
        f"比较本月{now.cases}件与此前{then.cases}件的用词（均匀抽取，同案只计一次），带狄利克雷先验的对数几率；至少{support}件；只列词典和词表中的词，不列人名、地名和数字。",
        f"Words of {now.cases:,} matters of this month against {then.cases:,} of those before, drawn evenly, a case counting once: log-odds with a Dirichlet prior. "
        f"At least {support} matters; dictionary words and those of the lexicons alone, no names, places or numbers.",
    )
