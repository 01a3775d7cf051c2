"""Which cells of tables that add up are not shown, so that nobody finds a small one by adding and subtracting.

A tree holds the counts of one thing (all reports, or those of one category) by place: each division is the sum of those
inside it. Cells below the threshold are hidden, zeros too: they would tell which of the others are not empty. Then, as
long as what is shown, with every sum of the tree and with the number of all reports of a place as an upper bound, leaves
a hidden cell fewer than ``threshold`` possible values, the smallest cell beside it is hidden as well.

The rule looks at one month's counts alone. So a month's cells are hidden in the same way in its own document, in the
lines of later ones and in those of the places inside it. Revisions bring differences between two states of one month:
they are a tree too, and what would be hidden in it is hidden in the revision (see ``late``).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

_MUCH = 1 << 60
ROOT = ""
REST = "+"
"""Behind a division's code: its reports whose place is not known more closely."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Positive counts by node, and the positive children of each inner node; every inner node is the sum of its own.

    ``spare`` are the inner nodes that hold others, without reports, and the most that these could have for all that is
    known.
    """

    counts: Mapping[str, int]
    children: Mapping[str, tuple[str, ...]]
    spare: Mapping[str, int] = field(default_factory=dict)

    @property
    def order(self) -> list[str]:
        """Inner nodes, each before those inside it."""
        found = [ROOT] if ROOT in self.children else []
        for node in found:
            found += [child for child in self.children[node] if child in self.children]
        return found

    def cut(self, longest: int) -> Tree:
        """The tree without divisions whose codes are longer; what is inside them adds up to them and is left out."""
        kept = {
            node for node in self.counts if len(node.removesuffix(REST)) <= longest and not self._inside(node, longest)
        }
        children = {node: tuple(child for child in found if child in kept) for node, found in self.children.items()}
        return Tree(
            {node: number for node, number in self.counts.items() if node in kept},
            {node: found for node, found in children.items() if node in kept and found},
            {node: number for node, number in self.spare.items() if node in kept and children.get(node)},
        )

    @staticmethod
    def _inside(node: str, longest: int) -> bool:
        return node.endswith(REST) and len(node) > longest


@dataclass(frozen=True, slots=True)
class Safe:
    """A tree with its hidden nodes; for each node the most that it can be for all that is known.

    ``others`` is the most that the divisions without reports inside a node can have together.
    """

    tree: Tree
    hidden: frozenset[str] = field(default_factory=frozenset)
    most: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)

    def value(self, node: str) -> int | None:
        """The count of a node; None where it is hidden, as every node without reports is."""
        return None if node in self.hidden else self.tree.counts.get(node)


@dataclass(slots=True)
class _Range:
    """What is known of a hidden node: least and most."""

    low: int
    high: int


def tree_of(
    counts: Mapping[str, int],
    steps: Mapping[str, tuple[str, ...]],
    size: Callable[[str], int],
    finest: int = 0,
) -> Tree:
    """The tree of counts by division.

    Args:
        counts: division → reports that lie there and no closer.
        steps: division → the divisions that hold it, from below the root down to itself.
        size: how many divisions lie right inside one, that of what is not located further included.
        finest: divisions whose codes are shorter hold others, even if no report of the month tells so.
    """
    total: dict[str, int] = {}
    inside: dict[str, dict[str, None]] = {}
    for division, number in sorted(counts.items()):
        if number <= 0:
            continue
        way = (ROOT, *steps[division])
        for above, node in itertools.pairwise(way):
            inside.setdefault(above, {})[node] = None
        for node in way:
            total[node] = total.get(node, 0) + number
    for division, number in counts.items():
        node = (ROOT, *steps[division])[-1]
        if number > 0 and (node in inside or len(node) < finest):
            rest = node + REST
            total[rest] = number
            inside.setdefault(node, {})[rest] = None
    children = {node: tuple(sorted(found)) for node, found in inside.items()}
    return Tree(total, children, {node: _MUCH for node, found in children.items() if size(node) > len(found)})


def safe(tree: Tree, threshold: int, also: Iterable[str] = (), most: Mapping[str, int] | None = None) -> Safe:
    """Hides what has to be hidden in a tree; everything, where nothing less helps.

    Args:
        tree: the counts.
        threshold: the least count that is shown; a hidden cell keeps at least so many possible values.
        also: nodes that are hidden for another reason.
        most: what is known from elsewhere to be no less than a node.
    """
    counts = tree.counts
    above = {child: node for node, found in tree.children.items() for child in found}
    hidden = {node for node, number in counts.items() if 0 < number < threshold} | (set(also) & counts.keys())
    search = _Search(tree, hidden, above, most or {}, threshold - 1)
    if not search.finish():
        return Safe(tree, frozenset(counts), dict(most or {}), dict(tree.spare))
    return search.found()


def safe_part(total: Safe, tree: Tree, threshold: int, finest: int, also: Iterable[str] = ()) -> Safe:
    """Hides what has to be hidden of a part of all reports, such as those of one category.

    What is not of the part is a tree too: total and part together must not tell of its small cells, nor of the hidden
    ones of the total. The part is told down to the ``finest`` divisions, as ``tree_of`` made it.
    """
    whole, most = total.tree.cut(finest), {**total.tree.counts, **total.most}
    rest = {node: number - tree.counts.get(node, 0) for node, number in whole.counts.items()}
    beside = Tree(rest, whole.children, {node: total.others.get(node, 0) for node in whole.children})
    tree = Tree(tree.counts, tree.children, _spare(total, tree, most))
    without = rest.keys() - tree.counts.keys()
    hidden = set(also) | total.hidden
    while True:
        found = safe(tree, threshold, hidden, most)
        together = total.hidden | found.hidden | without
        more = (safe(beside, threshold, together, most).hidden - together) & tree.counts.keys()
        if not more:
            return found
        hidden |= more


def _spare(total: Safe, tree: Tree, most: Mapping[str, int]) -> dict[str, int]:
    """What the divisions without reports of a part could have of it at most: as much as they have of all."""
    spare: dict[str, int] = {}
    for node in tree.children:
        others = [child for child in total.tree.children.get(node, ()) if child not in tree.counts]
        spare[node] = min(total.others.get(node, 0) + sum(most.get(child, _MUCH) for child in others), _MUCH)
    return spare


def safe_parts(counts: Mapping[str, int], threshold: int) -> Safe:
    """Hides what has to be hidden of parts that add up to a total that is shown, the root of a tree of one level.

    ``counts`` has the parts without reports too.
    """
    return safe(tree_of(counts, {part: (part,) for part in counts}, lambda _: len(counts)), threshold)


def late(before: Tree, after: Tree, threshold: int) -> frozenset[str]:
    """Nodes that a revision hides, because before and after together would tell of a few late reports.

    ``before`` is what an earlier document counted; both trees need the same ``finest`` divisions.
    """
    change = {
        node: abs(after.counts.get(node, 0) - before.counts.get(node, 0))
        for node in before.counts.keys() | after.counts.keys()
    }
    grown = {node: number for node, number in change.items() if number}
    children = {
        node: tuple(sorted({*before.children.get(node, ()), *after.children.get(node, ())} & grown.keys()))
        for node in before.children.keys() | after.children.keys()
    }
    children = {node: found for node, found in children.items() if found}
    return safe(Tree(grown, children, dict.fromkeys(children, _MUCH)), threshold).hidden


@dataclass(slots=True)
class _Search:
    """Hides one node after the other until each hidden one has room."""

    tree: Tree
    hidden: set[str]
    above: Mapping[str, str]
    most: Mapping[str, int]
    room: int

    def finish(self) -> bool:
        """Whether that could be done without hiding everything."""
        while True:
            ranges = self._ranges()
            more: set[str] = set()
            for node in sorted(self.hidden):
                if ranges[node].high - ranges[node].low >= self.room:
                    continue
                found = self._next(node, ranges)
                if found is None:
                    return False
                more.add(found)
            if not more:
                return True
            self.hidden |= more

    def found(self) -> Safe:
        """What is hidden now, and the most that nodes can be."""
        ranges, counts = self._ranges(), self.tree.counts
        others = {}
        for node, children in self.tree.children.items():
            low = sum(ranges[child].low if child in ranges else counts[child] for child in children)
            high = ranges[node].high if node in ranges else counts[node]
            others[node] = min(self.tree.spare.get(node, 0), high - low)
        return Safe(self.tree, frozenset(self.hidden), {node: one.high for node, one in ranges.items()}, others)

    def _ranges(self) -> dict[str, _Range]:
        """The least and most that each hidden node can be, by all sums of the tree.

        Sums on a tree meet in single nodes: one pass up and one down give the bounds that linear programming would.
        """
        hidden, counts, spare = self.hidden, self.tree.counts, self.tree.spare
        found = {node: _Range(0, self.most.get(node, _MUCH)) for node in hidden}
        order = [one for one in self.tree.order if one in hidden or not hidden.isdisjoint(self.tree.children[one])]

        def low(node: str) -> int:
            return found[node].low if node in found else counts[node]

        def high(node: str) -> int:
            return found[node].high if node in found else counts[node]

        for node in reversed(order):
            if node in found:
                children = self.tree.children[node]
                found[node].low = max(found[node].low, sum(map(low, children)))
                found[node].high = min(found[node].high, sum(map(high, children)) + spare.get(node, 0), _MUCH)
        for node in order:
            children = self.tree.children[node]
            least, largest = sum(map(low, children)), sum(map(high, children)) + spare.get(node, 0)
            ends = [
                (child, low(node) - (largest - high(child)), high(node) - (least - low(child)))
                for child in children
                if child in found
            ]
            for child, lowest, highest in ends:
                found[child].low = max(found[child].low, lowest)
                found[child].high = min(found[child].high, highest)
        return found

    def _next(self, node: str, ranges: Mapping[str, _Range]) -> str | None:
        """The node to hide so that a narrow one gains room; None where nothing is left but to hide all."""
        children = self.tree.children.get(node, ())
        inner = self._smallest(children)
        free = sum(ranges[one].high - ranges[one].low for one in children if one in self.hidden)
        if inner and free + self.tree.spare.get(node, 0) < self.room:
            return inner
        if node not in self.above:
            return inner
        beside = self._smallest(self.tree.children[self.above[node]])
        if beside:
            return beside
        if self.above[node] not in self.hidden:
            return self.above[node]
        # All of this sum is hidden and still narrow: the room must come from further up, or from inside
        return (self._next(self.above[node], ranges) if self.above[node] in self.hidden else None) or inner

    def _smallest(self, nodes: Iterable[str]) -> str | None:
        """The smallest of the nodes that are shown and can be hidden."""
        counts = self.tree.counts
        free = [one for one in nodes if one not in self.hidden and counts[one] > 0]
        return min(free, key=lambda one: (counts[one], one), default=None)
