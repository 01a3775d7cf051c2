"""Closed months and revisions: nothing changes silently, and two reports side by side tell no hidden figure."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from document_samples import column, document, table, value, words
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from triage.trends.document import (
    Column,
    ColumnKind,
    Document,
    Hidden,
    Missing,
    Number,
    Place,
    Provenance,
    Section,
    Text,
    Tongue,
    Words,
    figures_alone,
    same,
)
from triage.trends.document_form import document_bytes
from triage.trends.rendering import Form, file_name
from triage.trends.rendering.wording import standing
from triage.trends.revising import revision_of
from triage.trends.safety import safe_parts

COLUMNS: list[Column] = [
    column("channel", "渠道", "Channel", ColumnKind.WORDS),
    column("count", "件数", "Reports", ColumnKind.COUNT),
]
WAS = "2019-12-02T01:00:00Z"
NOW = "2020-01-03T01:00:00Z"


def month(counts: dict[str, int], counted_at: str = WAS, revision: int = 1) -> Document:
    """A report of one table, suppressed as every table is."""
    made = safe_parts(counts, 5)
    rows = [[words(name), value(made.value(name))] for name in sorted(counts)]
    total = sum(counts.values())
    channels = Section(
        "channels", Text("渠道", "Channels"), (same(f"{total}"),), (table("by_channel", same("t"), COLUMNS, rows),)
    )
    return Document(
        "2019-11",
        Place("51", Text("四川省", "Sichuan")),
        same("title"),
        Number(total) if total >= 5 or not total else Hidden(),
        (same(f"{total}"),),
        (channels,),
        Section("method", same("m")),
        Provenance(counted_at, "m1", "1", "p1", 5),
        revision,
    )


def cells(told: Document) -> dict[str, int | None]:
    (made,) = (one for part in told.sections for one in part.tables)
    return {
        row[0].text.zh: row[1].value if isinstance(row[1], Number) else None  # type: ignore[misc]
        for row in made.rows
        if isinstance(row[0], Words)
    }


def test_a_month_to_which_nothing_came_is_not_revised() -> None:
    assert revision_of(month({"web": 20, "letter": 9}), month({"web": 20, "letter": 9}, NOW)) is None


def test_a_share_that_is_written_as_before_is_not_listed_as_changed() -> None:
    def shared(told: Document, share: float, reason: str) -> Document:
        columns = [COLUMNS[0], column("share", "占比", "Share", ColumnKind.SHARE), column("left", "余", "Left", ColumnKind.COUNT)]  # fmt: skip
        part = table("shares", same("s"), columns, [[words("web"), Number(share), Missing(same(reason))]])
        return replace(told, sections=(*told.sections, Section("steps", same("s"), (), (part,))))

    before = shared(month({"web": 20, "letter": 9}), 0.441, "not yet")
    revised = revision_of(before, shared(month({"web": 25, "letter": 15}, NOW), 0.436, "not kept"))
    assert revised is not None
    assert revised.changes is not None
    told = [[cell.text.en for cell in row if isinstance(cell, Words)] for row in revised.changes.tables[0].rows]
    assert ["t", "web", "Reports", "20", "25"] in told
    assert not [row for row in told if row[-2] == row[-1]], "44% is no other figure than 44%"


def test_late_reports_make_a_numbered_revision_that_says_what_changed() -> None:
    revised = revision_of(month({"web": 20, "letter": 9}), month({"web": 25, "letter": 15}, NOW))
    assert revised is not None
    assert revised.revision == 2
    assert revised.changes is not None
    (changed,) = revised.changes.tables
    told = {tuple(cell.text.en for cell in row if isinstance(cell, Words)) for row in changed.rows}
    assert told == {
        ("Total", "Total", "Reports", "29", "40"),
        ("t", "web", "Reports", "20", "25"),
        ("t", "letter", "Reports", "9", "15"),
    }
    assert revised.changes.sentences[0].en.startswith("This is revision 2; revision 1 is the first closing.")
    assert revised.changes.sentences[0].zh.startswith("这是第2版，第1版为首次结账。")
    assert "counted at 2019-12-02 09:00 (Beijing time)" in revised.changes.sentences[0].en
    again = revision_of(revised, month({"web": 35, "letter": 15}, NOW))
    assert again is not None
    assert again.revision == 3


def test_fewer_late_reports_than_the_threshold_wait() -> None:
    assert revision_of(month({"web": 20, "letter": 9}), month({"web": 24, "letter": 9}, NOW)) is None


def test_a_revision_has_one_number_in_its_words_and_in_the_names_of_its_files() -> None:
    revised = revision_of(month({"web": 20, "letter": 9}), month({"web": 25, "letter": 15}, NOW))
    assert revised is not None
    assert standing(revised) == Text("已结账，第2版（修订）", "Closed, revision 2")
    assert file_name(revised, Form.HTML, Tongue.EN) == "2019-11_51_r2_en.html"
    assert standing(month({"web": 20})) == Text("已结账", "Closed")
    assert standing(month({"web": 20}, revision=0)).en.startswith("Open")


def test_a_revision_that_was_kept_under_its_former_number_keeps_it_in_its_files() -> None:
    """Analysts get files that are made again of the kept document; they stay the same byte for byte."""
    revised = revision_of(month({"web": 20, "letter": 9}), month({"web": 25, "letter": 15}, NOW))
    assert revised is not None
    assert revised.changes is not None
    former = (Text("这是第1次修订。上次结账的数字计于某时。", "This is revision 1. It was counted before."),)
    kept = replace(revised, changes=replace(revised.changes, sentences=former))
    assert standing(kept) == Text("已结账，第1次修订", "Closed, revision 1")
    assert standing(revised) == Text("已结账，第2版（修订）", "Closed, revision 2")


def with_spikes(made: Document, *told: str, hidden: bool = False) -> Document:
    """The report with a section on what stands out, whose sentences stand at its head too."""
    sentences = tuple(map(same, told))
    rows = [[words("county"), Hidden() if hidden else value(20)]]
    section = Section("spikes", same("s"), sentences, (table("spikes", same("s"), COLUMNS, rows),))
    return replace(made, headline=(*made.headline, *sentences), sections=(*made.sections, section))


def test_the_summary_of_a_revision_tells_the_new_total_and_of_what_stayed_the_old_words() -> None:
    before = with_spikes(month({"web": 20, "letter": 39}), "Twenty in the county.")
    after = with_spikes(month({"web": 27, "letter": 40}, NOW), "A hidden number in the county.", hidden=True)
    revised = revision_of(before, after)
    assert revised is not None
    first, earlier, *rest = revised.headline
    assert first == same("67")
    assert "as it was closed before" in earlier.en
    assert rest == [same("Twenty in the county.")]
    later = revision_of(revised, with_spikes(month({"web": 37, "letter": 45}, NOW), "Hidden still.", hidden=True))
    assert later is not None
    assert later.headline == (same("82"), earlier, same("Twenty in the county."))


def test_the_summary_is_new_where_another_part_alone_stays_as_it_was() -> None:
    before = with_spikes(month({"web": 20, "letter": 39}), "Calm.")
    revised = revision_of(before, with_spikes(month({"web": 27, "letter": 40}, NOW), "Calm as ever."))
    assert revised is not None
    assert cells(replace(revised, sections=revised.sections[:1])) == {"web": 20, "letter": 39}
    assert revised.headline == (same("67"), same("Calm as ever."))


def test_a_table_in_which_other_cells_would_be_hidden_stays_as_it_was() -> None:
    # Visit appears with three; letter is hidden beside it. Nine letters are known, so twelve less nine would be told.
    before, after = month({"web": 20, "letter": 9}), month({"web": 25, "letter": 9, "visit": 3}, NOW)
    revised = revision_of(before, after)
    assert revised is not None
    assert cells(revised) == {"web": 20, "letter": 9}
    assert revised.headline == (same("37"),)
    assert "give hidden ones away" in revised.sections[0].notes[0].en
    assert revised.total == Number(37)


def test_a_cell_that_a_single_late_report_changed_keeps_its_number_until_more_came() -> None:
    before = month({"web": 20, "letter": 9})
    revised = revision_of(before, month({"web": 26, "letter": 10}, NOW))
    assert revised is not None
    assert cells(revised) == {"web": 20, "letter": 9}
    assert "single late reports" in revised.sections[0].notes[0].en
    assert revised.total == Number(36)
    later = revision_of(revised, month({"web": 27, "letter": 14}, NOW))
    assert later is not None
    assert cells(later) == {"web": 27, "letter": 14}


def test_what_the_shown_cells_leave_of_the_total_tells_of_no_single_late_report() -> None:
    # Forty letters and what is hidden; six letters and one hidden report more would tell of the one
    before = month({"web": 2, "letter": 60, "chat": 8, "visit": 3})
    revised = revision_of(before, month({"web": 3, "letter": 66, "chat": 8, "visit": 3}, NOW))
    assert revised is not None
    assert cells(revised) == cells(before)


def test_a_part_that_stayed_is_compared_with_the_total_that_it_was_counted_with() -> None:
    """Whoever has the first and the third report subtracts these two: the one between shows the part of the first."""
    first = month({"web": 3, "letter": 60, "chat": 4})
    second = revision_of(first, month({"web": 4, "letter": 73, "chat": 4}, NOW))
    assert second is not None
    assert (cells(second), second.total) == (cells(first), Number(81))
    # Beside the letters seven were left of the first total; nine of the third would tell of two late reports
    third = revision_of(second, month({"web": 4, "letter": 78, "chat": 5}, NOW), [first])
    assert third is not None
    assert (cells(third), third.total) == (cells(first), Number(87))
    fourth = revision_of(third, month({"web": 4, "letter": 85, "chat": 9}, NOW), [second, first])
    assert fourth is not None
    assert cells(fourth)["letter"] == 85


def test_reports_that_are_not_of_a_category_count_as_late_too() -> None:
    def told(total: int, number: int) -> Document:
        made = table("by_category", same("t"), COLUMNS, [[words("bribery"), value(number)]])
        return replace(month({"web": total}, NOW), sections=(Section("category", same("c"), (), (made,)),))

    before = told(40, 20)
    for total, number, shown in ((47, 26, 20), (46, 26, 26), (50, 25, 25), (46, 20, 20), (48, 23, 20)):
        revised = revision_of(before, told(total, number))
        assert revised is not None
        assert cells(revised) == {"bribery": shown}


@pytest.mark.parametrize(("again", "stays"), [(11, True), (15, False), (18, True), (20, False), (10, True)])
def test_repeats_that_few_late_reports_changed_stay_as_they_were_told(again: int, stays: bool) -> None:
    def told(total: int, number: int) -> Document:
        words = same(f"本月有{number}件（{100 * number // total}%）是同一件事的重复举报。")
        return replace(month({"web": total}, NOW), sections=(Section("progress", same("p"), (words,)),))

    before = told(40, 10)
    revised = revision_of(before, told(50 if again != 10 else 43, again))
    assert (revised is None or revised.sections[0].sentences == before.sections[0].sentences) is stays


@pytest.mark.parametrize(
    ("now", "stays"),
    [("按大类（一件只计一次）：资金21件，作风12件。", True), ("按大类（一件只计一次）：资金30件，作风12件。", False), ("", True)],
)  # fmt: skip
def test_a_group_told_in_words_that_a_single_late_report_changed_stays_too(now: str, stays: bool) -> None:
    def told(total: int, words: str) -> Document:
        made = table("by_category", same("t"), COLUMNS, [[Words(same("bribery")), value(20)]])
        sentences = (same(words),) if words else ()
        return replace(month({"web": total}, NOW), sections=(Section("category", same("c"), sentences, (made,)),))

    before = told(40, "按大类（一件只计一次）：资金20件，作风12件。")
    revised = revision_of(before, told(50, now))
    assert revised is not None
    assert (revised.sections[0].sentences == before.sections[0].sentences) is stays


def test_a_new_model_is_told_even_if_few_figures_change() -> None:
    newer = month({"web": 14, "letter": 15}, NOW)
    revised = revision_of(
        month({"web": 20, "letter": 9}), replace(newer, provenance=replace(newer.provenance, model="m2"))
    )
    assert revised is not None
    assert revised.changes is not None
    assert "The model was m1 and is m2." in [one.en for one in revised.changes.sentences]


NAMES = "abcd"
counted = st.tuples(*(st.integers(1, most) for most in (4, 6, 12, 30))).map(
    lambda told: dict(zip(NAMES, told, strict=True))
)
came_late = st.tuples(*(st.integers(0, 6) for _ in NAMES)).map(lambda told: dict(zip(NAMES, told, strict=True)))


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(counted, came_late)
def test_two_reports_side_by_side_tell_no_hidden_figure(counts: dict[str, int], late: dict[str, int]) -> None:
    """The attack: everything that two hidden cells can have been in both, by the sums shown and as reports only come in."""
    before = month(counts)
    then = {name: counts.get(name, 0) + late.get(name, 0) for name in NAMES}
    revised = revision_of(before, month({name: count for name, count in then.items() if count}, NOW))
    assume(revised is not None)
    assert revised is not None
    shown, again = cells(before), cells(revised)
    hidden = [name for name, count in shown.items() if count is None]
    changed = [abs(count - (again[name] or 0)) for name, count in shown.items() if count is not None]
    if again != shown:
        assert isinstance(revised.total, Number)
        rest = sum(then.values()) - sum(count for count in again.values() if count is not None)
        was = sum(counts.values()) - sum(count for count in shown.values() if count is not None)
        changed.append(abs(rest - was))
    assert not {1, 2, 3, 4} & set(changed)
    assert {name for name, count in again.items() if count is None} == set(hidden)
    assume(len(hidden) == 2 and isinstance(before.total, Number))
    first, second = (sum(told[name] for name in hidden) for told in (counts, then))
    # Where the table stays, what its hidden cells are now is not even told as a sum.
    second = second if again != shown else 40
    fits = [
        (one, other)
        for one, other in product(range(1, first), range(1, second))
        if again == shown or (one <= other and first - one <= second - other)
    ]
    assert len({one for one, _ in fits}) > 1
    assert len({other for _, other in fits}) > 1


def test_an_analyst_reads_of_a_revision_nothing_that_changed_in_the_parts_for_readers() -> None:
    def told(made: Document, number: int) -> Document:
        phrases = table("emerging", same("New words"), COLUMNS, [[words("canary"), value(number)]])
        section = Section("emerging", same("New in the letters"), (), (phrases,), readers_only=True)
        return replace(made, sections=(*made.sections, section))

    revised = revision_of(told(month({"web": 20, "letter": 9}), 12), told(month({"web": 25, "letter": 15}, NOW), 19))
    assert revised is not None
    assert "canary" in document_bytes(revised).decode()
    figures = figures_alone(revised)
    assert "canary" not in document_bytes(figures).decode()
    assert figures.changes is not None
    assert [row[1] for one in figures.changes.tables for row in one.rows][1:] == [words("letter"), words("web")]
    alone = revision_of(told(month({"web": 20}), 12), told(month({"web": 20}, NOW), 19))
    assert alone is not None
    assert figures_alone(alone).changes == replace(alone.changes or figures.changes, tables=())


@pytest.mark.parametrize("number", [1, 4, 5, 9])
def test_a_total_that_was_hidden_stays_hidden_or_waits(number: int) -> None:
    revised = revision_of(month({"web": 3}), month({"web": number}, NOW))
    assert revised is None or isinstance(revised.total, Hidden)


def test_the_sample_of_every_kind_of_picture_can_be_revised() -> None:
    before = replace(document(), revision=1)
    late = replace(document(), total=Number(97))
    revised = revision_of(before, late)
    assert revised is not None
    assert revised.sections == before.sections
