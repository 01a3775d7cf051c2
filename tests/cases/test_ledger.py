"""Laws of the ledger: a person outranks the model, what was kept apart never meets, everything can be taken back."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from triage.cases import clusters, voices
from triage.cases.clusters import standing
from triage.model import Case, Judgement, Verdict
from triage.store.standing import doubted

REPORTS = "abcdef"
PAIRS = list(combinations(REPORTS, 2))
MODEL, WU, LI, HE = "link-1", "person:wu", "person:li", "person:he"


def said(one: str, other: str, verdict: Verdict, by: str = MODEL, score: float = 0.9, *features: str) -> Judgement:
    return Judgement(one, other, verdict, score, by, features, joined=verdict is Verdict.SAME)


def grouped(ids: str, ledger: list[Judgement]) -> set[str]:
    return {"".join(case.report_ids) for case in clusters(list(ids), ledger)}


@st.composite
def lines(draw: st.DrawFn, by: str | None = None) -> Judgement:
    one, other = draw(st.sampled_from(PAIRS))
    who = by or draw(st.sampled_from((MODEL, WU, LI)))
    verdict = draw(st.sampled_from((Verdict.SAME, Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)))
    score = 1.0 if who != MODEL else draw(st.floats(0.5, 1.0))
    return said(one, other, verdict, who, score) if draw(st.booleans()) else said(other, one, verdict, who, score)


@given(st.lists(lines(), max_size=30), lines(by=WU))
def test_undo_restores_what_was_before(ledger: list[Judgement], line: Judgement) -> None:
    undo = replace(line, verdict=Verdict.WITHDRAWN, joined=False)
    assert clusters(list(REPORTS), [*ledger, line, undo]) == clusters(list(REPORTS), ledger)


@given(st.lists(lines(), max_size=30), st.sampled_from(PAIRS), st.integers(0, 30))
def test_whoever_is_not_sure_changes_nothing_that_others_say_before_or_after(
    ledger: list[Judgement], pair: tuple[str, str], place: int
) -> None:
    doubt = said(*pair, Verdict.UNSURE, HE, 1.0)
    assert clusters(list(REPORTS), [*ledger[:place], doubt, *ledger[place:]]) == clusters(list(REPORTS), ledger)


@given(st.lists(lines(), max_size=30), lines(by=WU))
def test_whoever_is_not_sure_any_more_gives_up_their_own_words_on_the_pair(
    ledger: list[Judgement], line: Judgement
) -> None:
    pair = {line.report_id, line.other_id}
    own = [one for one in ledger if one.by == WU and {one.report_id, one.other_id} == pair]
    undo = replace(line, verdict=Verdict.WITHDRAWN, joined=False)
    doubt = replace(line, verdict=Verdict.UNSURE, joined=False)
    assert clusters(list(REPORTS), [*ledger, doubt]) == clusters(list(REPORTS), [*ledger, *[undo] * len(own)])


@given(
    st.lists(
        lines(), max_size=30, unique_by=lambda line: (frozenset((line.report_id, line.other_id)), line.by == MODEL)
    ),
    st.randoms(),
)
def test_the_order_of_judgements_on_different_pairs_does_not_matter(ledger: list[Judgement], chance: object) -> None:
    # A model line after a person's rejection joins no more, so ranks keep their order and pairs change theirs
    machine = [line for line in ledger if line.by == MODEL]
    people = [line for line in ledger if line.by != MODEL]
    before = clusters(list(REPORTS), [*machine, *people])
    chance.shuffle(machine)  # type: ignore[attr-defined]
    chance.shuffle(people)  # type: ignore[attr-defined]
    assert clusters(list(REPORTS), [*machine, *people]) == before


@given(st.lists(lines(), max_size=40))
def test_what_a_person_keeps_apart_never_meets(ledger: list[Judgement]) -> None:
    home = {name: case.id for case in clusters(list(REPORTS), ledger) for name in case.report_ids}
    for (one, other), line in standing(ledger).items():
        if line.verdict is Verdict.DIFFERENT and line.by != MODEL:
            assert home[one] != home[other]


@given(st.lists(lines(by=MODEL), max_size=40))
def test_what_the_model_keeps_apart_meets_only_through_people(ledger: list[Judgement]) -> None:
    home = {name: case.id for case in clusters(list(REPORTS), ledger) for name in case.report_ids}
    for (one, other), line in standing(ledger).items():
        if line.verdict is Verdict.DIFFERENT:
            assert home[one] != home[other]


@given(st.lists(lines(), max_size=40))
def test_no_report_is_lost_or_stands_in_two_cases(ledger: list[Judgement]) -> None:
    members = [name for case in clusters(list(REPORTS), ledger) for name in case.report_ids]
    assert sorted(members) == list(REPORTS)


def test_a_person_who_says_different_splits_what_the_model_joined_and_can_take_it_back() -> None:
    ledger = [said("a", "b", Verdict.SAME), said("b", "c", Verdict.SAME)]
    assert grouped("abcd", ledger) == {"abc", "d"}
    ledger.append(said("b", "c", Verdict.DIFFERENT, WU))
    assert grouped("abcd", ledger) == {"ab", "c", "d"}
    ledger.append(said("b", "c", Verdict.WITHDRAWN, LI))
    assert grouped("abcd", ledger) == {"ab", "c", "d"}
    ledger.append(said("b", "c", Verdict.WITHDRAWN, WU))
    assert grouped("abcd", ledger) == {"abc", "d"}


def test_who_is_not_sure_leaves_a_case_as_it_is_and_another_persons_word_standing() -> None:
    ledger = [
        said("a", "b", Verdict.SAME),
        said("b", "c", Verdict.SAME, LI, 1.0),
        said("a", "d", Verdict.DIFFERENT, LI),
    ]
    doubts = [said(*pair, Verdict.UNSURE, WU, 1.0) for pair in ("ab", "bc", "ad")]
    assert grouped("abcd", [*ledger, *doubts]) == {"abc", "d"}
    joined = [*ledger, *doubts, said("c", "d", Verdict.SAME, WU, 1.0)]
    assert grouped("abcd", joined) == {"a", "bcd"}
    assert standing(joined)["a", "d"].by == LI


def test_of_a_pair_that_one_person_alone_spoke_of_their_doubt_is_what_holds_until_it_is_taken_back() -> None:
    ledger = [said("a", "b", Verdict.DIFFERENT, WU), said("a", "b", Verdict.UNSURE, WU)]
    assert (standing(ledger)["a", "b"].verdict, doubted(ledger)) == (Verdict.UNSURE, {("a", "b")})
    ledger.append(said("a", "b", Verdict.WITHDRAWN, WU))
    assert (standing(ledger)["a", "b"].verdict, doubted(ledger)) == (Verdict.DIFFERENT, set())


def test_a_pair_that_was_once_rejected_is_not_joined_by_a_newer_model() -> None:
    ledger = [said("a", "b", Verdict.DIFFERENT, WU), said("a", "b", Verdict.WITHDRAWN, WU)]
    ledger.append(said("a", "b", Verdict.SAME, "link-2"))
    assert grouped("ab", ledger) == {"a", "b"}
    ledger.append(said("a", "b", Verdict.SAME, LI, 1.0))
    assert grouped("ab", ledger) == {"ab"}


def test_a_person_may_bring_together_what_the_model_keeps_apart() -> None:
    ledger = [
        said("a", "c", Verdict.DIFFERENT),
        said("a", "b", Verdict.SAME, WU, 1.0),
        said("b", "c", Verdict.SAME, WU, 1.0),
    ]
    assert grouped("abc", ledger) == {"abc"}


def test_the_models_less_likely_join_gives_way_to_what_is_kept_apart() -> None:
    ledger = [
        said("a", "c", Verdict.DIFFERENT, score=0.1),
        said("a", "b", Verdict.SAME, score=0.95),
        said("b", "c", Verdict.SAME, score=0.97),
    ]
    assert grouped("abc", ledger) == {"a", "bc"}


def test_copies_and_letters_of_one_sender_are_one_voice() -> None:
    case = Case("a", ("a", "b", "c", "d", "e"))
    ledger = [
        said("b", "a", Verdict.SAME, MODEL, 0.99, "copy", "same_village:0:0"),
        said("c", "b", Verdict.SAME, MODEL, 0.99, "copy"),
        said("d", "a", Verdict.SAME, MODEL, 0.9, "same_sender"),
        said("e", "a", Verdict.SAME, MODEL, 0.9, "same_name:0:1"),
        said("x", "e", Verdict.SAME, MODEL, 0.9, "copy"),
    ]
    assert voices([case, Case("x", ("x",))], ledger) == [2, 1]


def test_copies_of_one_letter_are_one_voice_though_that_letter_is_in_another_case() -> None:
    left = Case("c", ("c", "d", "e", "f"))
    ledger = [
        said("c", "a", Verdict.SAME, MODEL, 0.99, "copy"),
        said("d", "a", Verdict.SAME, MODEL, 0.99, "copy"),
        said("e", "b", Verdict.SAME, MODEL, 0.9, "same_sender"),
        said("f", "b", Verdict.SAME, MODEL, 0.9, "same_name:0:1"),
    ]
    assert voices([left], ledger) == [3]
    assert voices([Case("a", ("a", "b")), left], ledger) == [2, 3]


def test_letters_that_tell_of_one_matter_with_a_third_elsewhere_stay_voices_of_their_own() -> None:
    ledger = [said(one, "x", Verdict.SAME, MODEL, 0.9, "same_name:0:0", "same_village:0:0") for one in "abc"]
    assert voices([Case("a", ("a", "b", "c"))], ledger) == [3]
    assert voices([Case("a", ("a", "b"))], [said("a", "x", Verdict.SAME, MODEL, 0.9, "copy")]) == [2]
