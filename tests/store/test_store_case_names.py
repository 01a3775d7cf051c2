"""A case is met under the id of a report that the reader may read: the id of a hidden one tells nobody that it exists."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict

import pytest
from ledger_samples import arrive, chain, feed, keep, same, unsure
from sqlalchemy import event
from store_samples import arrival, outcome, staff

from triage.casefile import open_case, suggested
from triage.codes import HEADS_OFFICE
from triage.errors import BadInput, NotFound, TriageError
from triage.judging import Judging
from triage.model import Access, Case, Judgement, Level, Route, StaffRole, Verdict, Way
from triage.renewal import Renewal
from triage.store import WORKER, Assessed, Priority, Store
from triage.store.rereading import Reread

Routed = Callable[..., str]
HERE, BESIDE = staff("51"), staff("52")


@pytest.fixture
def case(store: Store, route: Routed) -> tuple[str, str, str]:
    """Three reports of one case, the oldest in another province."""
    ids = route(division="520100"), route(), route()
    store.save_judgements(
        [Judgement(one, ids[0], Verdict.SAME, 0.9, "links-1", joined=True) for one in ids[1:]], WORKER
    )
    store.save_cases([Case(ids[0], ids)])
    return ids


def test_a_case_bears_the_first_id_that_its_reader_may_read(store: Store, case: tuple[str, str, str]) -> None:
    hidden, first, second = case
    assert store.cases(HERE) == [Case(first, (first, second))]
    assert store.case(second, HERE) == Case(first, (first, second))
    assert store.row(second, HERE).case_id == first
    assert {row.case_id for row in store.export(HERE)} == {first}
    assert store.cases_of([second], HERE, most=1) == {second: Case(first, (second,))}
    assert open_case(store, second, HERE).case.id == first
    with pytest.raises(NotFound):
        store.case(hidden, HERE)


def test_whoever_reads_everything_meets_it_under_the_id_that_it_is_kept_under(
    store: Store, case: tuple[str, str, str]
) -> None:
    for access in (staff(), WORKER):
        assert store.case(case[2], access) == Case(case[0], case)
        assert {row.case_id for row in store.export(access)} == {case[0]}
        assert store.cases_of([case[1]], access, most=1) == {case[1]: Case(case[0], (case[2],))}


def test_a_report_whose_companions_are_hidden_stands_alone(store: Store, case: tuple[str, str, str]) -> None:
    hidden = case[0]
    assert store.row(hidden, BESIDE).case_id is None
    assert store.case(hidden, BESIDE) == Case(hidden, (hidden,))
    assert store.cases(BESIDE) == []
    assert store.cases_of([hidden], BESIDE, most=9) == {}
    with pytest.raises(NotFound) as refused:
        store.case(case[1], BESIDE)
    with pytest.raises(NotFound) as unknown:
        store.case("0" * 26, BESIDE)
    assert str(refused.value) == str(unknown.value)


def test_where_the_report_that_names_it_is_readable_all_readers_say_the_same_name(store: Store, route: Routed) -> None:
    ids = route(), route(division="520100"), route()
    # A flood may be kept under the id of a later report
    store.save_cases([Case(ids[2], ids)])
    assert store.row(ids[0], HERE).case_id == store.row(ids[0], staff()).case_id == ids[2]
    assert store.case(ids[0], HERE).id == store.cases(HERE)[0].id == ids[2]


def test_a_recused_reader_meets_cases_that_do_not_touch_the_party_as_they_are(store: Store, route: Routed) -> None:
    told, silent = route(division="520100", party_keys=("p1",)), route()
    others = route(division="520100"), route(), route()
    store.save_cases([Case(told, (told, silent)), Case(others[0], others)])
    assert {row.report.id: row.case_id for row in store.export(staff(excluded=("p1",)))} == dict.fromkeys(
        others, others[0]
    )
    narrow = staff("51", excluded=("p1",))
    assert {row.report.id: row.case_id for row in store.export(narrow)} == dict.fromkeys(others[1:], others[1])
    for one in (told, silent):
        with pytest.raises(NotFound):
            store.case(one, narrow)


def test_a_level_that_hidden_reports_raise_stays_and_no_score_counts_them(store: Store, route: Routed) -> None:
    quiet = {"refer": False, "priority": Priority(Level.MEDIUM, 7.25, False)}
    hidden, here = route(division="520100", **quiet), route(**quiet)
    store.save_cases([Case(hidden, (hidden, here))])
    raised = Priority(Level.GRAVE, 8.25, True, corroboration=1.0)
    lifted = {one: outcome(one, division=at, priority=raised) for one, at in ((hidden, "520100"), (here, "513431"))}
    store.save_priorities(dict.fromkeys(lifted, raised), lifted)
    row = store.row(here, HERE)
    assert (row.priority.level, row.priority.score) == (Level.GRAVE, 7.25)
    assert store.row(hidden, BESIDE).priority.score == 7.25
    assert store.row(here, staff()).priority.score == 8.25
    # What a person decides rests on all of it
    assert row.priority.corroboration == 1.0
    assert [(one.referral.level, one.referral.score) for one in store.referrals(HERE)] == [(Level.GRAVE, 7.25)]
    assert {one.referral.score for one in store.referrals(staff())} == {8.25}


def test_a_suggested_link_is_told_without_the_points_of_hidden_reports(
    store: Store, case: tuple[str, str, str]
) -> None:
    raised = Priority(Level.GRAVE, 8.5, True, corroboration=2.0)
    store.save_priorities(dict.fromkeys(case, raised))
    late = store.receive([arrival()])[0].report_id  # type: ignore[union-attr]
    store.save_assessed([outcome(late, judgements=(unsure(late, case[1]),))])
    for access, score in ((HERE, 6.5), (staff(), 8.5)):
        (told,) = store.casework.suggestions(access)
        assert (told.line.other_id, told.level, told.score) == (case[1], Level.GRAVE, score)


def test_acts_are_answered_under_names_that_their_reader_knows(store: Store, renewal: Renewal) -> None:
    hidden, a, b, c = arrive(store, 4)
    kept = [outcome(b, judgements=(same(b, a),)), outcome(a, judgements=(same(a, hidden),)), outcome(c)]
    store.save_assessed([outcome(hidden, division="520100"), *kept])
    feed(store, renewal)
    judging = Judging(store)
    merged = judging.merge(a, c, HERE)
    assert [(one.report_id, one.before, one.after) for one in merged.changed] == [(c, None, a)]
    assert merged.cases == (Case(a, (a, b, c)),)
    feed(store, renewal)
    split = judging.split(a, [b], HERE)
    assert [(one.report_id, one.before, one.after) for one in split.changed] == [(b, a, None)]
    assert split.cases == (Case(a, (a, c)), Case(b, (b,)))
    feed(store, renewal)
    assert store.cases(HERE) == [Case(a, (a, c))]
    moved = judging.move(b, a, HERE)
    assert [(one.report_id, one.before, one.after) for one in moved.changed] == [(b, None, a)]
    feed(store, renewal)
    back = judging.undo(None, HERE)
    assert back.cases == split.cases
    for act in (
        lambda: judging.merge(hidden, c, HERE),
        lambda: judging.split(hidden, [a], HERE),
        lambda: judging.move(b, hidden, HERE),
        lambda: judging.move(b, a, HERE, of=hidden),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_case_whose_first_report_is_sealed_bears_another_name_before_the_worker_was_there(
    store: Store, renewal: Renewal
) -> None:
    first, second, third = arrive(store, 3)
    keep(store, [first, second, third], same(second, first), same(third, second))
    feed(store, renewal)
    away = Route(Way.SEALED_UP, "513431", None, False, (HEADS_OFFICE,))
    store.rereading.save([Reread(store.row(first, WORKER).assessment_id, Assessed(first, None, away))])
    for _ in range(2):
        assert store.cases(staff()) == [Case(second, (second, third))]
        assert {row.case_id for row in store.export(staff())} == {second}
        with pytest.raises(NotFound):
            open_case(store, first, staff())
        feed(store, renewal)


def test_a_partner_out_of_sight_is_no_change_and_no_case(store: Store) -> None:
    lone, other, hidden = arrive(store, 3)
    store.save_assessed([outcome(lone), outcome(other), outcome(hidden, division="520100")])
    told = Judging(store).judge(lone, hidden, Verdict.SAME, staff())
    assert [one.report_id for one in told.changed] == [lone, hidden]
    acted = Judging(store).judge(lone, other, Verdict.UNSURE, HERE)
    assert (acted.changed, acted.cases) == ((), (Case(lone, (lone,)), Case(other, (other,))))


def test_the_cases_behind_a_figure_bear_names_of_its_place(store: Store, case: tuple[str, str, str]) -> None:
    hidden, first, second = case
    assert store.monthly.behind(HERE, "2019-11", "513431", "embezzlement") == [(second, first), (first, first)]
    assert store.monthly.behind(BESIDE, "2019-11", "520100", "embezzlement") == [(hidden, "")]
    assert store.monthly.behind(staff(), "2019-11", "520100", "embezzlement") == [(hidden, hidden)]


@pytest.fixture
def asked(store: Store) -> Iterator[list[str]]:
    """The statements that the store is asked from now on."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    event.listen(store._database.engine, "before_cursor_execute", note)
    yield told
    event.remove(store._database.engine, "before_cursor_execute", note)


def test_names_cost_one_statement_for_a_page_and_nothing_where_everything_is_read(
    store: Store, renewal: Renewal, asked: list[str]
) -> None:
    for _ in range(4):
        chain(store, 3)
    feed(store, renewal)
    ids = sorted(one for found in store.cases(WORKER) for one in found.report_ids)
    counts = []
    for access, wanted in ((staff(), ids), (HERE, ids), (HERE, ids[:2])):
        asked.clear()
        assert len(store.rows(wanted, access)) == len(wanted)
        counts.append(sum("FROM reports" in one for one in asked))
    assert counts[1] == counts[2] == counts[0] + 1


@pytest.mark.parametrize("seed", range(6))
def test_no_answer_ever_holds_the_id_of_a_report_that_is_not_readable(
    store: Store, renewal: Renewal, seed: int
) -> None:
    chance = random.Random(seed)
    ids = arrive(store, 14)
    places = ("513431", "513432", "520100", "621124")
    lines = [same(ids[at], ids[chance.randrange(at)]) for at in range(1, 14) if chance.random() < 0.7]
    lines += [
        Judgement(ids[at], ids[chance.randrange(at)], Verdict.UNSURE, 0.4, "links-1", ("same_surname",))
        for at in range(1, 14)
    ]
    store.save_assessed(
        [
            outcome(
                one,
                division=chance.choice(places),
                party_keys=tuple(key for key in ("p1", "p2") if chance.random() < 0.08),
                judgements=tuple(line for line in lines if line.report_id == one),
            )
            for one in ids
        ]
    )
    feed(store, renewal)
    for turn in range(5):
        prefixes = chance.sample(("51", "513431", "52", "62", ""), chance.randint(1, 2))
        excluded = tuple(key for key in ("p1", "p2") if chance.random() < 0.3)
        access = Access(f"reader-{turn}", StaffRole.SUPERVISOR, tuple(prefixes), excluded)
        seen = store.visible(ids, access)
        for answer in answers(store, access, ids, chance):
            shown = repr(answer)
            assert not [one for one in ids if one not in seen and one in shown], answer
        names = {row.case_id for row in store.export(access)} - {None}
        assert names == {found.id for found in store.cases(access)}
        assert all(set(store.case(name, access).report_ids) <= seen for name in names if name)
        feed(store, renewal)


def answers(store: Store, access: Access, ids: list[str], chance: random.Random) -> Iterator[object]:
    """What a reader gets to see of cases, by way of every report, and what is said to acts on whatever can be named."""
    judging = Judging(store)
    yield from (asdict(row) for row in store.export(access))
    yield store.cases(access)
    yield store.cases_of(ids, access, most=2)
    yield store.referrals(access)
    yield store.gravest(access, 20)
    yield suggested(store, store.casework.suggestions(access), access)
    yield from (store.monthly.behind(access, "2019-11", place, "embezzlement") for place in ("51", "52", "62"))
    for one in ids:
        try:
            yield open_case(store, one, access)
        except NotFound as error:
            yield error
    for act in (judging.merge, judging.split, judging.move):
        one, other = chance.sample(ids, 2)
        with suppress(BadInput, NotFound):
            yield act(one, [other] if act == judging.split else other, access)  # type: ignore[operator]
    try:
        yield judging.undo(None, access)
    except TriageError as error:
        yield str(error)
