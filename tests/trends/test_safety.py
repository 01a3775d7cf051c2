"""Hidden cells stay hidden from whoever adds and subtracts: every published figure goes into a linear program."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from triage.trends.safety import REST, ROOT, Safe, late, safe, safe_part, safe_parts, tree_of

THRESHOLD = 5
WIDTH = THRESHOLD - 1
FINEST = 6
PARTS = list("abcdefgh")
PLACES = (
    "51",
    "5101",
    "510104",
    "510105",
    "510106",
    "5134",
    "513431",
    "513432",
    "53",
    "5306",
    "530629",
    "52",
    "5201",
    "520103",
)
STEPS = {place: tuple(place[:n] for n in (2, 4, 6) if n <= len(place)) for place in PLACES}
NODES = sorted(STEPS)
INSIDE = {
    node: [
        child
        for child in NODES
        if len(child) > len(node) and child.startswith(node) and STEPS[child][:-1] == STEPS.get(node, ())
    ]
    for node in ["", *NODES]
}


def size(node: str) -> int:
    return len(INSIDE[node]) + 1


COUNTS = st.dictionaries(st.sampled_from(PLACES), st.integers(0, 30), max_size=len(PLACES))


class Attack:
    """Everything that the documents tell, as linear equations over all cells."""

    def __init__(self) -> None:
        self._number: dict[tuple[str, str], int] = {}
        self._equal: list[tuple[dict[int, float], float]] = []
        self._less: list[dict[int, float]] = []
        self._known: dict[int, int] = {}

    def tell(self, name: str, published: Safe) -> None:
        """A published tree: what is shown, and that the parts add up, those without reports too."""
        inside = {node: [*found, *([node + REST] if len(node) < FINEST else [])] for node, found in INSIDE.items()}
        if published.tree.counts.keys() - {ROOT, *inside, *(node + REST for node in inside)}:
            inside = {ROOT: PARTS}
        for node in [ROOT, *(child for found in inside.values() for child in found)]:
            value = published.value(node)
            if value is not None:
                self._known[self.at(name, node)] = value
            else:
                self.at(name, node)
        for node, children in inside.items():
            if not children:
                continue
            row = {self.at(name, child): 1.0 for child in children}
            self._equal.append(({**row, self.at(name, node): -1.0}, 0.0))

    def no_more(self, name: str, than: str, nodes: Sequence[str]) -> None:
        """Nobody counts twice at one place: no category has more reports than the place has."""
        self._less += [{self.at(name, node): 1.0, self.at(than, node): -1.0} for node in nodes]

    def differ(self, after: str, before: str, change: str, nodes: Sequence[str]) -> None:
        """Two states of a month and what came between them."""
        for node in nodes:
            row = {self.at(after, node): 1.0, self.at(before, node): -1.0, self.at(change, node): -1.0}
            self._equal.append((row, 0.0))

    def at(self, name: str, node: str) -> int:
        """The number of a cell."""
        return self._number.setdefault((name, node), len(self._number))

    def width(self, name: str, node: str, least: float = 0.0) -> float:
        """How far apart the least and the most are that a cell can be."""
        size = len(self._number)
        goal = np.zeros(size)
        goal[self.at(name, node)] = 1.0
        bounds = [
            (self._known[cell], self._known[cell]) if cell in self._known else (least, None) for cell in range(size)
        ]
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * goal, *self._rows(size), bounds=bounds, method="highs")
            assert found.status in (0, 3), found.message
            ends.append(found.fun * sign if found.status == 0 else np.inf)
        return float(ends[1] - ends[0])

    def _rows(self, size: int) -> tuple[np.ndarray | None, np.ndarray | None, np.ndarray | None, np.ndarray | None]:
        equal, less = np.zeros((len(self._equal), size)), np.zeros((len(self._less), size))
        for line, (row, _) in enumerate(self._equal):
            equal[line, list(row)] = list(row.values())
        for line, terms in enumerate(self._less):
            less[line, list(terms)] = list(terms.values())
        sides = np.array([side for _, side in self._equal])
        return (less, np.zeros(len(less)), equal, sides) if len(less) else (None, None, equal, sides)


def published(counts: Mapping[str, int], **more: object) -> Safe:
    return safe(tree_of(counts, STEPS, size, FINEST), THRESHOLD, **more)  # type: ignore[arg-type]


def test_the_parts_of_a_place_add_up_and_what_is_not_located_has_its_own() -> None:
    tree = tree_of({"51": 3, "510104": 7, "530629": 9}, STEPS, size)
    assert tree.counts[ROOT] == 19
    assert tree.counts["51"] == 10
    assert tree.counts["51" + REST] == 3
    for node, children in tree.children.items():
        assert tree.counts[node] == sum(tree.counts[child] for child in children)


@settings(max_examples=60)
@given(COUNTS)
def test_no_sum_of_a_tree_gives_a_hidden_cell_away(counts: dict[str, int]) -> None:
    found = published(counts)
    assert all(number >= THRESHOLD for node, number in found.tree.counts.items() if node not in found.hidden)
    attack = Attack()
    attack.tell("all", found)
    for node in found.hidden:
        assert attack.width("all", node) >= WIDTH - 1e-6


@settings(max_examples=300)
@given(COUNTS)
def test_a_total_that_is_large_enough_is_always_shown(counts: dict[str, int]) -> None:
    found = published(counts)
    total = sum(counts.values())
    assert found.value(ROOT) == (total if total >= THRESHOLD else None)


@settings(max_examples=40)
@given(COUNTS, st.randoms(use_true_random=False))
def test_nor_do_the_numbers_of_all_reports_beside_those_of_a_category(
    counts: dict[str, int], chance: random.Random
) -> None:
    total = published(counts)
    part = {place: chance.randint(0, number) for place, number in counts.items()}
    tree = tree_of(part, STEPS, size, FINEST)
    category = safe_part(total.cut(FINEST), tree, THRESHOLD)
    attack = Attack()
    attack.tell("all", total)
    attack.tell("one", category)
    attack.no_more("one", "all", [*NODES, *(node + REST for node in NODES if len(node) < FINEST), ROOT, REST])
    for name, one in (("all", total), ("one", category)):
        for node in one.hidden:
            assert attack.width(name, node) >= WIDTH - 1e-6, (name, node)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(PARTS), st.integers(0, 30), min_size=1))
def test_parts_of_a_total_are_as_safe(counts: dict[str, int]) -> None:
    found = safe_parts(dict.fromkeys(PARTS, 0) | counts, THRESHOLD)
    attack = Attack()
    attack.tell("parts", found)
    for node in found.hidden:
        assert attack.width("parts", node) >= WIDTH - 1e-6


@settings(max_examples=40)
@given(COUNTS, COUNTS)
def test_a_revision_does_not_tell_of_a_few_late_reports(counts: dict[str, int], more: dict[str, int]) -> None:
    few = {place: number % 8 for place, number in more.items()}
    before = published(counts)
    now = Counter(counts) + Counter(few)
    hidden = late(before.tree, tree_of(now, STEPS, size, FINEST), THRESHOLD)
    after = published(now, also=hidden)
    changed = tree_of(few, STEPS, size, FINEST)
    attack = Attack()
    attack.tell("before", before)
    attack.tell("after", after)
    nodes = [*NODES, *(node + REST for node in NODES if len(node) < FINEST), ROOT, REST]
    attack.differ("after", "before", "late", nodes)
    for node, number in changed.counts.items():
        if number < THRESHOLD:
            assert attack.width("late", node) >= WIDTH - 1e-6, node


def test_a_single_small_county_takes_the_smallest_beside_it_along() -> None:
    found = published({"510104": 3, "510105": 12, "510106": 40, "5134": 60, "530629": 80})
    assert found.hidden == {"510104", "510105"}


def test_a_small_county_beside_a_large_one_does_not_hide_their_prefecture() -> None:
    # What is not located inside the large county would tell that it has at least 23: 26 less 23 leaves 3
    found = safe(tree_of({"510104": 3, "510105": 23}, STEPS, size, 9), THRESHOLD)
    assert found.value("5101") == 26
    assert found.hidden == {"510104", "510104+", "510105", "510105+"}


def test_of_many_large_counties_beside_a_small_one_the_smallest_alone_is_hidden() -> None:
    found = safe(tree_of({"510104": 1, "510105": 23, "510106": 30, "513431": 41}, STEPS, size, 9), THRESHOLD)
    assert {node for node in found.hidden if REST not in node} == {"510104", "510105"}
    assert found.value(ROOT) == 95
    assert found.value("510106") == found.value("510106+") == 30


def test_what_lies_inside_a_hidden_county_stays_shown_where_the_county_has_room() -> None:
    # Four in a county need one more possible value above, which what is not located in the prefecture gives
    found = safe(tree_of({"510104": 4, "510105": 6, "510106": 7}, STEPS, size, 9), THRESHOLD)
    assert found.value("510105+") == 6


def test_what_is_large_enough_is_all_shown() -> None:
    assert published({"510104": 9, "510105": 12, "530629": 80}).hidden == frozenset()


def test_a_county_stays_shown_beside_many_of_which_little_is_known() -> None:
    found = published({"513431": 16, "5134": 9, "510104": 4, "530629": 2, "520103": 1, "53": 2})
    assert found.value("513431") == 16
    assert found.value("5134") == 25
    assert found.value("510104") is None
    assert found.value("513432") is None


def test_the_attack_finds_what_hiding_small_cells_alone_gives_away() -> None:
    tree = tree_of({"510104": 3, "510105": 12, "510106": 40}, STEPS, size)
    attack = Attack()
    attack.tell("all", Safe(tree, frozenset({"510104"})))
    assert attack.width("all", "510104") < WIDTH
