"""An answer of the search in words, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from triage.cli.output import goes_on_at
from triage.cli.showing import LEVELS, labels

if TYPE_CHECKING:
    from triage.search.finding import Answer, Hit


def table_of(answer: Answer) -> tuple[str, list[str], list[list[str]]]:
    """Title, heads and rows of the table of hits."""
    alike = any(hit.similarity is not None for hit in answer.hits)
    heads = ["编号 id", "收到 received", "风险 risk", "类别 categories", "原文 passage"]
    heads += ["件数 reports"] if answer.groups is not None else []
    heads += ["相似 likeness", "相同 shared"] if alike else []
    cases = "" if answer.groups is None else f" in {answer.groups} cases and single reports"
    order = "similarity" if alike else answer.sort.value
    return f"{answer.total} found{cases}, by {order}", heads, [_row(hit, answer) for hit in answer.hits]


def _row(hit: Hit, answer: Answer) -> list[str]:
    cells = [
        hit.id,
        hit.received_at.date().isoformat(),
        LEVELS[hit.risk.value],
        labels(hit.categories),
        hit.snippet.text.replace("\n", " "),
    ]
    cells += [str(hit.reports)] if answer.groups is not None else []
    if hit.similarity is not None:
        cells += [f"{hit.similarity:.2f}", "、".join(hit.shared).replace("\n", " ")]
    return cells


def one_page(answer: Answer) -> Answer:
    """An answer without a cursor that leads nowhere: a ranked list lives in the process that made it, which ends here."""
    if answer.cursor is None or not _ranked(answer):
        return answer
    return replace(answer, cursor=None, notice="first_page_only")


def _ranked(answer: Answer) -> bool:
    return answer.sort.value not in ("time", "amount")


def lines_behind(answer: Answer) -> Iterator[str]:
    """What is to be said behind the table: what was added to the words, and how to go on."""
    for word, forms in answer.also_searched_for.items():
        yield f"“{word}”另检索 also searched for: {'、'.join(forms)}"
    if answer.notice:
        yield "按此排序的已列完或已失效，以下按时间从新到旧 · The list by this order has ended or is gone; these go on by time, from the newest."
    if answer.cursor and not _ranked(answer):
        yield goes_on_at(answer.cursor)
    elif answer.cursor:
        yield "还有更多 · More: ask for a larger --limit (at most 200), or page with --sort time."
