"""What people do with cases reaches the cases: at once in the answer, on the worker's next step in the store."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from ledger_samples import arrive, chain, feed, homes, keep, pairs, points, same, unsure
from sqlalchemy import select
from store_samples import outcome, staff

from triage.cases import clusters
from triage.errors import BadInput, Changed, NotAllowed, NotFound
from triage.judging import Acted, Judging, may_undo
from triage.model import Access, Act, Route, StaffRole, Verdict, Way
from triage.renewal import Renewal
from triage.store import WORKER, Assessed, Store
from triage.store.decision_tables import decisions
from triage.store.standing import standing
from triage.store.tables import audit, judgements, receipts

WU = Access("wu", StaffRole.INVESTIGATOR, ("",))
LI = Access("li", StaffRole.REVIEWER, ("",))
CHIEF = Access("chief", StaffRole.SUPERVISOR, ("",))


@pytest.fixture
def judging(store: Store) -> Judging:
    return Judging(store)


def shown(acted: Acted) -> list[set[str]]:
    return [set(case.report_ids) for case in acted.cases]


def test_a_confirmed_suggestion_joins_two_cases_and_says_so_before_the_worker_does(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    first, second = arrive(store, 2)
    keep(store, [first, second], unsure(second, first))
    feed(store, renewal)
    (suggested,) = store.casework.suggestions(WU)
    assert (suggested.line.report_id, suggested.line.other_id) == (second, first)
    acted = judging.judge(first, second, Verdict.SAME, WU)
    assert [(change.report_id, change.before, change.after) for change in acted.changed] == [
        (first, None, first),
        (second, None, first),
    ]
    assert homes(store) == []
    feed(store, renewal)
    assert homes(store) == shown(acted) == [{first, second}]
    assert store.casework.suggestions(WU) == []


def test_a_rejected_suggestion_is_not_suggested_again(store: Store, renewal: Renewal, judging: Judging) -> None:
    first, second = arrive(store, 2)
    keep(store, [first, second], unsure(second, first))
    feed(store, renewal)
    assert judging.judge(first, second, Verdict.DIFFERENT, WU).changed == ()
    assert store.casework.suggestions(WU) == store.casework.suggestions_on([first], WU) == []


def test_suggestions_to_several_reports_of_a_case_are_one_and_one_word_settles_them(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c = chain(store, 3)
    feed(store, renewal)
    (late,) = arrive(store, 1)
    keep(store, [late], unsure(late, a), unsure(late, c), replace(unsure(late, b), score=0.4))
    feed(store, renewal)
    (one,) = store.casework.suggestions(WU)
    assert (one.line.other_id, store.casework.suggestions_on([a, b, c], WU)) == (b, [one])
    judging.judge(late, b, Verdict.DIFFERENT, WU)
    assert store.casework.suggestions(WU) == store.casework.suggestions_on([a], WU) == []


def test_who_is_not_sure_of_a_suggestion_is_not_asked_again_and_hides_no_likelier_one(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b = arrive(store, 2)
    keep(store, [a, b], unsure(b, a))
    feed(store, renewal)
    assert judging.judge(b, a, Verdict.UNSURE, WU).changed == ()
    feed(store, renewal)
    assert store.casework.suggestions(WU) == store.casework.suggestions(LI) == []
    (late,) = arrive(store, 1)
    keep(store, [late], same(late, b), replace(unsure(late, a), score=0.88))
    feed(store, renewal)
    for found in (store.casework.suggestions(LI), store.casework.suggestions_on([a], WU)):
        assert [(one.line.report_id, one.line.other_id, one.line.score) for one in found] == [(late, a, 0.88)]
    judging.judge(late, a, Verdict.SAME, LI)
    feed(store, renewal)
    assert homes(store) == [{a, b, late}]


def test_who_is_not_sure_of_what_the_model_joined_leaves_it_joined_and_counted(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b = pairs(store, renewal, 1)
    told = points(store, [a, b])
    acted = judging.judge(a, b, Verdict.UNSURE, WU)
    assert (acted.changed, shown(acted)) == ((), [{a, b}])
    feed(store, renewal)
    assert (homes(store), points(store, [a, b])) == ([{a, b}], told)


def test_who_is_not_sure_lifts_nothing_that_another_person_keeps_apart(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b = pairs(store, renewal, 1)
    (other,) = arrive(store, 1)
    keep(store, [other])
    judging.judge(a, other, Verdict.DIFFERENT, LI)
    assert judging.judge(a, other, Verdict.UNSURE, WU).changed == ()
    with pytest.raises(BadInput, match="judged different by li"):
        judging.merge(a, other, WU)
    feed(store, renewal)
    assert homes(store) == [{a, b}]
    judging.judge(a, other, Verdict.UNSURE, LI)
    judging.merge(a, other, WU)
    feed(store, renewal)
    assert homes(store) == [{a, b, other}]


def test_suggestions_come_gravest_first_and_only_to_whoever_may_read_both(store: Store) -> None:
    ids = arrive(store, 4)
    store.save_assessed(
        [
            outcome(ids[0], score=1.0, division="520100"),
            outcome(ids[1], score=2.0, judgements=(unsure(ids[1], ids[0]),)),
            outcome(ids[2], score=1.5),
            outcome(ids[3], score=9.0, judgements=(unsure(ids[3], ids[2]),)),
        ]
    )
    found = store.casework.suggestions(WU)
    assert [(one.line.report_id, one.score) for one in found] == [(ids[3], 9.0), (ids[1], 2.0)]
    assert [one.line.report_id for one in store.casework.suggestions(WU, limit=1)] == [ids[3]]
    assert [one.line.report_id for one in store.casework.suggestions(staff("51"))] == [ids[3]]
    with pytest.raises(NotAllowed):
        store.casework.suggestions(staff(role=StaffRole.ANALYST))


def test_merging_splitting_and_moving_are_followed_by_the_worker_and_taken_back_to_the_letter(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c, d, e, f = pairs(store, renewal, 3)
    start = homes(store)
    acts = [
        (lambda: judging.merge(a, d, WU), [{a, b, c, d}, {e, f}]),
        (lambda: judging.split(b, [c], WU), [{a, b, d}, {e, f}]),
        (lambda: judging.move(f, a, WU), [{a, b, d, f}]),
        (lambda: judging.split(d, [a, b], WU), [{a, b}, {d, f}]),
    ]
    seen, made = [start], []
    for act, wanted in acts:
        acted = act()
        made.append(acted.decision)
        feed(store, renewal)
        assert homes(store) == wanted
        assert [case for case in shown(acted) if len(case) > 1 and case not in homes(store)] == []
        seen.append(wanted)
    for before, decision in zip(reversed(seen[:-1]), reversed(made), strict=True):
        judging.undo(decision, WU)
        feed(store, renewal)
        assert homes(store) == before
    with pytest.raises(BadInput, match="no other one of yours still holds"):
        judging.undo(None, WU)


def test_an_undo_that_is_sent_twice_takes_back_one_act_and_names_the_one_before_it(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c, d = pairs(store, renewal, 2)
    with pytest.raises(BadInput, match="no judgement of yours"):
        judging.undo(None, WU)
    first, second = judging.split(a, [b], WU).decision, judging.merge(a, c, WU).decision
    undone = judging.undo(None, WU)
    assert (undone.act, undone.withdraws) == (Act.UNDO, second)
    for named in (None, second):
        with pytest.raises(BadInput, match=f"taken back before .{undone.decision}.") as caught:
            judging.undo(named, WU)
        assert (caught.value.rule, first in str(caught.value)) == ("withdrawn", named is None)
    feed(store, renewal)
    assert homes(store) == [{c, d}]
    judging.undo(first, WU)
    feed(store, renewal)
    assert homes(store) == [{a, b}, {c, d}]


def test_who_has_their_last_act_taken_back_by_a_supervisor_takes_no_earlier_one_back_unawares(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c, _ = pairs(store, renewal, 2)
    first, second = judging.split(a, [b], WU).decision, judging.merge(a, c, WU).decision
    judging.undo(second, CHIEF)
    with pytest.raises(BadInput, match=f"the one that still holds is {first}"):
        judging.undo(None, WU)


def test_acts_follow_one_another_though_no_worker_ran_between_them(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c, d = pairs(store, renewal, 2)
    judging.merge(a, c, WU)
    judging.split(a, [d], WU)
    acted = judging.move(d, b, WU)
    assert shown(acted) == [{a, b, c, d}]
    feed(store, renewal)
    assert homes(store) == [{a, b, c, d}]


def test_taking_the_report_out_that_a_case_is_named_after_leaves_the_case_whole(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c = chain(store, 3)
    feed(store, renewal)
    judging.split(a, [a], WU)
    feed(store, renewal)
    assert homes(store) == [{b, c}]
    assert store.case(a, WU).report_ids == (a,)
    assert store.case(c, WU).report_ids == (b, c)


def test_another_persons_word_is_named_and_not_broken(store: Store, renewal: Renewal, judging: Judging) -> None:
    a, b, c, d = pairs(store, renewal, 2)
    word = judging.judge(b, c, Verdict.DIFFERENT, LI)
    for act in (lambda: judging.merge(a, d, WU), lambda: judging.move(b, d, WU)):
        with pytest.raises(BadInput, match=f"judged different by li on .* .{word.decision}.") as caught:
            act()
        assert (caught.value.field, caught.value.rule) == ("case", "kept_apart")
    judging.judge(b, c, Verdict.SAME, WU)
    feed(store, renewal)
    assert homes(store) == [{a, b, c, d}]


def test_a_word_on_reports_out_of_sight_binds_and_tells_nothing(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, hidden = arrive(store, 3)
    store.save_assessed([outcome(a), outcome(b), outcome(hidden, division="520100", judgements=(same(hidden, a),))])
    feed(store, renewal)
    judging.judge(hidden, b, Verdict.DIFFERENT, LI)
    with pytest.raises(BadInput, match="not yours to see") as caught:
        judging.merge(a, b, Access("wu", StaffRole.INVESTIGATOR, ("51",)))
    assert hidden not in str(caught.value)


def test_only_whoever_made_a_judgement_or_a_supervisor_takes_it_back(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b = pairs(store, renewal, 1)
    made = judging.split(a, [b], WU).decision
    with pytest.raises(NotAllowed, match="Whoever made"):
        judging.undo(made, LI)
    judging.undo(made, CHIEF)
    feed(store, renewal)
    assert homes(store) == [{a, b}]
    with pytest.raises(BadInput, match="taken back before"):
        judging.undo(made, WU)
    first, undone = store.casework.decisions_on([a], WU)
    assert (first.act, undone.act, undone.by, undone.withdraws) == (Act.SPLIT, Act.UNDO, "person:chief", made)
    assert (first.withdrawn_by, may_undo(first, WU), may_undo(undone, CHIEF)) == (undone.id, False, False)
    with pytest.raises(BadInput, match="judge anew"):
        judging.undo(undone.id, CHIEF)


def test_nothing_is_ever_deleted_and_every_act_stands_in_the_audit_log(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b = pairs(store, renewal, 1)
    made = judging.split(a, [b], WU).decision
    judging.undo(made, WU)
    with store._database.read() as connection:
        said = connection.execute(select(judgements.c.verdict).order_by(judgements.c.seq)).scalars().all()
        acts = connection.execute(select(audit.c.act, audit.c.subjects).where(audit.c.principal == "wu")).all()
    assert said == ["same", "different", "withdrawn"]
    assert [(act, subjects) for act, subjects in acts if act in ("split", "undo")] == [
        ("split", f"{a} {b}"),
        ("undo", f"{a} {b}"),
    ]


def test_a_note_is_sealed_and_shown_only_to_whoever_reads_every_report_of_the_act(
    store: Store, judging: Judging
) -> None:
    a, b = arrive(store, 2)
    store.save_assessed([outcome(a), outcome(b, division="520100")])
    judging.judge(a, b, Verdict.SAME, WU, note="两封信笔迹一样")
    with store._database.read() as connection:
        (blob,) = connection.execute(select(decisions.c.note)).scalars()
    assert "笔迹".encode() not in blob
    assert [one.note for one in store.casework.decisions_on([a], LI)] == ["两封信笔迹一样"]
    assert store.casework.decisions_on([a], staff("51")) == []
    with pytest.raises(NotFound):
        store.casework.decision(store.casework.last_decision(WU) or "", staff("51"))


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        (lambda judging, a, *_: judging.judge(a, a, Verdict.SAME, WU), "same_report"),
        (lambda judging, a, b, *_: judging.judge(a, b, Verdict.WITHDRAWN, WU), "unknown"),
        (lambda judging, a, b, *_: judging.judge(a, b, Verdict.SAME, WU, note=" "), "length"),
        (lambda judging, a, b, *_: judging.merge(a, b, WU), "same_case"),
        (lambda judging, a, *_: judging.split(a, [], WU), "not_in_case"),
        (lambda judging, a, _, c: judging.split(a, [c], WU), "not_in_case"),
        (lambda judging, a, b, *_: judging.split(a, [b, a], WU), "everybody"),
        (lambda judging, a, b, *_: judging.move(a, b, WU), "same_case"),
    ],
)
def test_a_slip_is_named_and_writes_nothing(
    store: Store, renewal: Renewal, judging: Judging, act: object, rule: str
) -> None:
    a, b = pairs(store, renewal, 1)
    (c,) = arrive(store, 1)
    keep(store, [c])
    with pytest.raises(BadInput) as caught:
        act(judging, a, b, c)  # type: ignore[operator]
    assert caught.value.rule == rule
    assert store.casework.decisions_on([a, b, c], WU) == []


def test_nobody_acts_on_what_they_may_not_see(store: Store, renewal: Renewal, judging: Judging) -> None:
    a, b, c, _ = pairs(store, renewal, 2)
    stranger = Access("wu", StaffRole.INVESTIGATOR, ("52",))
    for act in (
        lambda: judging.judge(a, c, Verdict.SAME, stranger),
        lambda: judging.merge(a, c, stranger),
        lambda: judging.split(a, [b], stranger),
        lambda: judging.move(a, c, stranger),
        lambda: judging.undo("01J00000000000000000000000", stranger),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        judging.merge(a, c, Access("wu", StaffRole.INTAKE, ("",)))


@pytest.mark.parametrize(
    "out", [[0], [7], [8, 9], [3, 12]], ids=["the one it is named after", "one", "two", "two from afar"]
)
@pytest.mark.usefixtures("small_floods")
def test_a_person_takes_reports_out_of_a_flood_and_brings_them_back(
    store: Store, renewal: Renewal, judging: Judging, out: list[int]
) -> None:
    ids = chain(store, 20)
    feed(store, renewal)
    taken = {ids[number] for number in out}
    judging.split(ids[5], sorted(taken), WU)
    feed(store, renewal)
    rest = set(ids) - taken
    assert homes(store) == sorted([case for case in (taken, rest) if len(case) > 1], key=min)
    assert set(store.case(min(rest), WU).report_ids) == rest
    judging.undo(None, WU)
    feed(store, renewal)
    assert homes(store) == [set(ids)]


@pytest.mark.usefixtures("small_floods")
def test_a_pair_that_a_person_judges_different_in_a_flood_does_not_stay_together(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    ids = chain(store, 20)
    feed(store, renewal)
    assert not judging.judge(ids[3], ids[15], Verdict.DIFFERENT, WU).foreseen
    feed(store, renewal)
    (flood,) = homes(store)
    assert flood == set(ids) - {ids[15]}
    # Whatever sends the neighbours on their way again, it stays out
    for one in ids[13:18]:
        judging.judge(one, ids[0], Verdict.UNSURE, WU)
    feed(store, renewal)
    assert homes(store) == [flood]


@pytest.mark.usefixtures("small_floods")
def test_a_person_adds_a_case_to_a_flood_and_takes_it_out_again(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    ids = chain(store, 20)
    feed(store, renewal)
    other = chain(store, 2)
    feed(store, renewal)
    judging.merge(other[0], ids[9], WU)
    feed(store, renewal)
    assert homes(store) == [{*ids, *other}]
    judging.undo(None, WU)
    feed(store, renewal)
    assert homes(store) == [set(ids), set(other)]


def test_of_an_act_whose_report_was_sealed_since_the_rest_is_taken_back_and_the_note_stays_shut(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c = chain(store, 3)
    feed(store, renewal)
    judging.split(b, [c], WU, note="不是一回事")
    store.save_assessed([Assessed(a, None, Route(Way.SEALED_UP, "51", None, True, ("level",)))])
    feed(store, renewal)
    (left,) = store.casework.decisions_on([c], WU)
    assert (left.report_ids, left.note, homes(store)) == ((b, c), None, [])
    judging.undo(None, WU)
    feed(store, renewal)
    assert homes(store) == [{b, c}]


def test_a_join_by_the_model_gives_way_to_whom_a_person_keeps_apart(store: Store, renewal: Renewal) -> None:
    a, b = arrive(store, 2)
    keep(store, [a, b], same(b, a))
    feed(store, renewal)
    assert points(store, [a, b]) == [1.0, 1.0]
    Judging(store).judge(a, b, Verdict.DIFFERENT, WU)
    feed(store, renewal)
    assert (homes(store), points(store, [a, b])) == ([], [0.0, 0.0])
    assert store.components([a], WORKER)[0].report_ids == (a,)


def receipts_of(store: Store) -> list[tuple[str, str]]:
    with store._database.read() as connection:
        return [tuple(row) for row in connection.execute(select(receipts.c.receipt_hash, receipts.c.report_id))]


def anybody_acts(judging: Judging, ids: list[str], chance: random.Random) -> None:
    """One act of one of two people or their chief, at random; what is refused is refused for a reason."""
    who = chance.choice([WU, LI, CHIEF])
    one, other, third = chance.sample(ids, 3)
    acts = [
        lambda: judging.judge(one, other, chance.choice([Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE]), who),
        lambda: judging.merge(one, other, who),
        lambda: judging.split(one, [one], who),
        lambda: judging.split(other, [one, other], who),
        lambda: judging.move(third, other, who),
        lambda: judging.undo(judging._store.casework.last_decision(who, holding=True), who),
    ]
    with suppress(BadInput):
        chance.choice(acts)()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_the_store_says_what_the_ledger_says_and_receipts_stay_their_owners(
    store: Store, renewal: Renewal, judging: Judging, seed: int
) -> None:
    chance = random.Random(seed)
    ids = [*chain(store, 4), *pairs(store, renewal, 3)]
    keep(store, arrive(store, 1))
    feed(store, renewal)
    before = receipts_of(store)
    for _ in range(25):
        anybody_acts(judging, ids, chance)
        if chance.random() < 0.5:
            feed(store, renewal)
            derived = clusters(ids, store.casework.lines_of(ids, WORKER))
            assert homes(store) == sorted(({*one.report_ids} for one in derived if len(one.report_ids) > 1), key=min)
            assert all(store.case(case.id, WU).id == case.id for case in store.cases(WORKER))
    assert receipts_of(store) == before
    assert len(store.rows(ids, WORKER)) == len(ids)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.usefixtures("small_floods")
def test_whatever_people_do_to_a_flood_nobody_stays_with_whom_they_are_kept_apart_from(
    store: Store, renewal: Renewal, judging: Judging, seed: int
) -> None:
    chance = random.Random(seed)
    ids = [*chain(store, 14), *pairs(store, renewal, 2)]
    feed(store, renewal)
    for _ in range(20):
        anybody_acts(judging, ids, chance)
        feed(store, renewal)
        home = {one: case.id for case in store.cases(WORKER) for one in case.report_ids}
        for (one, other), line in standing(store.casework.lines_of(ids, WORKER)).items():
            if line.verdict is Verdict.DIFFERENT:
                assert home.get(one, one) != home.get(other, other)


@pytest.mark.parametrize("act", ["merge", "move", "split"])
def test_an_act_on_a_case_that_somebody_changed_meanwhile_is_refused_and_writes_nothing(
    store: Store, renewal: Renewal, judging: Judging, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    a, b, c, d, e, f = pairs(store, renewal, 3)
    write = Judging._write

    def late(self: Judging, *words: Any, **seen: Any) -> Acted:
        """Another person moves a report between the look at the case and the act."""
        monkeypatch.setattr(Judging, "_write", write)
        judging.move(b, c, LI)
        return write(self, *words, **seen)

    monkeypatch.setattr(Judging, "_write", late)
    acts = {
        "merge": lambda: judging.merge(b, e, WU),
        "move": lambda: judging.move(b, f, WU),
        "split": lambda: judging.split(a, [b], WU),
    }
    with pytest.raises(Changed, match="look at the case again"):
        acts[act]()
    feed(store, renewal)
    assert homes(store) == [{b, c, d}, {e, f}]
    assert {one.by for one in store.casework.decisions_on([a, b, c, d, e, f], WU)} == {"person:li"}
    judging.move(b, e, WU)
    feed(store, renewal)
    assert homes(store) == [{b, e, f}, {c, d}]


def test_an_act_that_is_out_of_sight_by_now_does_not_stand_before_the_one_that_can_be_taken_back(
    store: Store, renewal: Renewal, judging: Judging
) -> None:
    a, b, c, d = pairs(store, renewal, 2)
    judging.judge(a, b, Verdict.DIFFERENT, WU)
    judging.judge(c, d, Verdict.DIFFERENT, WU)
    store.save_assessed([Assessed(d, None, Route(Way.SEALED_UP, "51", None, True, ("level",)))])
    feed(store, renewal)
    judging.undo(None, WU)
    feed(store, renewal)
    assert homes(store) == [{a, b}]
    with pytest.raises(BadInput, match="no other one of yours still holds"):
        judging.undo(None, WU)
