"""What is told of a debt from month to month gives no small figure away, whatever is added and subtracted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.trends.owed import Flow, ToldFlow, told_flows


def test_figures_that_are_large_enough_are_told_and_those_below_hidden_zeros_too() -> None:
    assert told_flows([Flow(20, (6, 0), 14)], 5) == [ToldFlow(20, (6, None), 14)], "that nothing else was, is no harm"
    assert told_flows([Flow(20, (6, 1), 13)], 5) == [ToldFlow(20, (6, None), None)]
    assert told_flows([Flow(3, (1, 1), 1)], 5) == [ToldFlow(None, (None, None), None)]


def test_what_is_owed_is_told_in_a_month_in_which_little_happens_and_not_where_it_tells_of_two_new_orders() -> None:
    told = told_flows([Flow(20, (0, 0), 20), Flow(0, (0, 0), 20), Flow(2, (0, 0), 22), Flow(0, (0, 0), 22)], 5)
    assert [one.owed for one in told] == [20, 20, None, 22]
    assert [one.added for one in told] == [20, None, None, None]


def test_more_is_not_told_to_be_done_than_was_known_to_be_owed() -> None:
    told = told_flows([Flow(4, (0, 0), 4), Flow(4, (7, 0), 1)], 5)
    assert told[1].taken == (None, None), "seven done of what nobody knows of says that four and four were ordered"
    assert told_flows([Flow(10, (8, 2), 0)], 5)[0].taken == (None, None), "of ten at most two were taken back"


@pytest.mark.parametrize("threshold", [0, 1])
def test_where_nothing_need_be_hidden_all_is_told(threshold: int) -> None:
    flows = [Flow(3, (1, 1), 1), Flow(2, (1, 1), 1)]
    assert told_flows(flows, threshold) == [ToldFlow(one.added, one.taken, one.owed) for one in flows]


# A reader who has all reports and tries every history that they allow

_FEW = 3
_MOST = 6


@st.composite
def histories(draw: st.DrawFn) -> list[Flow]:
    flows, owed = [], 0
    for _ in range(draw(st.integers(1, 3))):
        added = draw(st.integers(0, _MOST))
        done = draw(st.integers(0, min(_MOST, owed + added)))
        dropped = draw(st.integers(0, min(_MOST, owed + added - done)))
        owed += added - done - dropped
        owed -= draw(st.integers(0, owed))
        flows.append(Flow(added, (done, dropped), owed))
    return flows


def figures(months: Sequence[Flow] | Sequence[ToldFlow]) -> list[int | None]:
    return [figure for one in months for figure in (one.added, *one.taken)]


def worlds(told: Sequence[ToldFlow], flows: Sequence[Flow]) -> Iterator[tuple[int, ...]]:
    """Every history of the hidden figures that fits what is told; what ended by itself may be any number."""
    ranges: list[Sequence[int]] = []
    for shown, real in zip(figures(told), figures(flows), strict=True):
        assert real is not None
        ranges.append([shown] if shown is not None else range(_FEW) if real < _FEW else range(_MOST + _FEW))
    return (guess for guess in itertools.product(*ranges) if _fits(guess, told))


def _fits(guess: Sequence[int], told: Sequence[ToldFlow]) -> bool:
    most = 0
    for at, shown in enumerate(told):
        added, done, dropped = guess[3 * at : 3 * at + 3]
        most += added - done - dropped
        if most < 0 or (shown.owed is not None and shown.owed > most):
            return False
        most = most if shown.owed is None else shown.owed
    return True


@settings(max_examples=150)
@given(flows=histories())
def test_every_hidden_figure_but_a_zero_keeps_as_many_possible_values_as_the_least_count_shown(
    flows: list[Flow],
) -> None:
    told = told_flows(flows, _FEW)
    found = list(worlds(told, flows))
    for at, (shown, real) in enumerate(zip(figures(told), figures(flows), strict=True)):
        if shown is None and real:
            assert len({guess[at] for guess in found}) >= _FEW, (flows, told)
