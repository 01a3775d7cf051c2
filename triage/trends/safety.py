"""Which cells of tables that add up are not shown, so that nobody finds a small one by adding and subtracting.

A tree holds the counts of one thing (all reports, or those of one category) by place: each division is the sum of those
inside it. Cells from 1 to below the threshold are hidden. Then, as long as what is shown, with every sum of the tree and
with the number of all reports of a place as an upper bound, leaves a hidden cell fewer than ``threshold`` possible
values, the smallest cell beside it is hidden as well. Zeros are shown: they tell of nobody.

The rule looks at one month's counts alone. So a month's cells are hidden in the same way in its own document, in the
lines of later ones and in those of the places inside it. Revisions bring differences between two states of one month:
they are a tree too, and what would be hidden in it is hidden in the revision (see ``late``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_MUCH = 1 << 60
ROOT = ""
REST = "+"
"""Behind a division's code: its reports whose place is not known more closely."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Positive counts by node, and the positive children of each inner node; every inner node is the sum of its own."""

    counts: Mapping[str, int]
    children: Mapping[str, tuple[str, ...]]

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
        )

    @staticmethod
    def _inside(node: str, longest: int) -> bool:
        return node.endswith(REST) and len(node) > longest


@dataclass(frozen=True, slots=True)
class Safe:
    """A tree with its hidden nodes."""

    tree: Tree
    hidden: frozenset[str] = field(default_factory=frozenset)

    def value(self, node: str) -> int | None:
        """The count of a node: 0 where there is none, None where it is hidden."""
        return None if node in self.hidden else self.tree.counts.get(node, 0)


@dataclass(slots=True)
class _Range:
    """What is known of a hidden node: least and most."""

    low: int
    high: int


def tree_of(counts: Mapping[str, int], steps: Mapping[str, tuple[str, ...]], finest: int = 0) -> Tree:
    """The tree of counts by division.

    Args:
        counts: division → reports that lie there and no closer.
        steps: division → the divisions that hold it, from below the root down to itself.
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
    return Tree(total, {node: tuple(sorted(found)) for node, found in inside.items()})


def safe(
    tree: Tree,
    threshold: int,
    also: Iterable[str] = (),
    most: Mapping[str, int] | None = None,
    least: Mapping[str, int] | None = None,
    fixed: Iterable[str] = (),
) -> Safe:
    """Hides what has to be hidden in a tree; everything, where nothing less helps.

    Args:
        tree: the counts.
        threshold: the least count that is shown; a hidden cell keeps at least so many possible values.
        also: nodes that are hidden for another reason.
        most: what is known from elsewhere to be no less than a node.
        least: what a hidden node is known to be at least; 1 if nothing is said, because zeros are shown.
        fixed: nodes that are known from elsewhere and cannot be hidden.
    """
    counts, firm = tree.counts, frozenset(fixed)
    above = {child: node for node, found in tree.children.items() for child in found}
    hidden = {node for node, number in counts.items() if 0 < number < threshold} | (set(also) & counts.keys())
    search = _Search(tree, hidden - firm, above, firm, most or {}, least or {}, threshold - 1)
    return Safe(tree, frozenset(search.hidden if search.finish() else counts.keys() - firm))


def safe_part(total: Safe, tree: Tree, threshold: int, finest: int, also: Iterable[str] = ()) -> Safe:
    """Hides what has to be hidden of a part of all reports, such as those of one category.

    What is not of the part is a tree too: total and part together must not tell of its small cells, nor of the hidden
    ones of the total. The part is told down to the ``finest`` divisions, as ``tree_of`` made it.
    """
    total = Safe(total.tree.cut(finest), total.hidden)
    shown = {node: number for node, number in total.tree.counts.items() if node not in total.hidden}
    rest = Tree(
        {node: number - tree.counts.get(node, 0) for node, number in total.tree.counts.items()}, total.tree.children
    )
    least = {node: int(node in total.hidden and node not in tree.counts) for node in rest.counts}
    firm = rest.counts.keys() - tree.counts.keys() - total.hidden
    hidden = set(also) | total.hidden
    while True:
        found = safe(tree, threshold, hidden, shown)
        together = total.hidden | found.hidden
        beside = safe(rest, threshold, together, least=least, fixed=firm)
        more = (beside.hidden - together) & tree.counts.keys()
        if not more:
            return found
        hidden |= more


def safe_parts(counts: Mapping[str, int], threshold: int) -> Safe:
    """Hides what has to be hidden of parts that add up to a total that is shown, the root of a tree of one level."""
    return safe(tree_of(counts, {part: (part,) for part in counts}), threshold)


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
    return safe(Tree(grown, {node: found for node, found in children.items() if found}), threshold).hidden


@dataclass(slots=True)
class _Search:
    """Hides one node after the other until each hidden one has room."""

    tree: Tree
    hidden: set[str]
    above: Mapping[str, str]
    fixed: frozenset[str]
    most: Mapping[str, int]
    least: Mapping[str, int]
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

    def _ranges(self) -> dict[str, _Range]:
        """The least and most that each hidden node can be, by all sums of the tree.

        Sums on a tree meet in single nodes: one pass up and one down give the bounds that linear programming would.
        """
        hidden, counts = self.hidden, self.tree.counts
        found = {node: _Range(self.least.get(node, 1), self.most.get(node, _MUCH)) for node in hidden}
        order = [one for one in self.tree.order if one in hidden or not hidden.isdisjoint(self.tree.children[one])]

        def low(node: str) -> int:
            return found[node].low if node in found else counts[node]

        def high(node: str) -> int:
            return found[node].high if node in found else counts[node]

        for node in reversed(order):
            if node in found:
                children = self.tree.children[node]
                found[node].low = max(found[node].low, sum(map(low, children)))
                found[node].high = min(found[node].high, sum(map(high, children)), _MUCH)
        for node in order:
            children = self.tree.children[node]
            least, largest = sum(map(low, children)), sum(map(high, children))
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
        if inner and sum(ranges[one].high - ranges[one].low for one in children if one in self.hidden) < self.room:
            return inner
        if node not in self.above:
            return inner
        beside = self._smallest(self.tree.children[self.above[node]])
        if beside:
            return beside
        if self.above[node] not in self.hidden | self.fixed:
            return self.above[node]
        # All of this sum is hidden and still narrow: the room must come from further up, or from inside
        return (self._next(self.above[node], ranges) if self.above[node] in self.hidden else None) or inner

    def _smallest(self, nodes: Iterable[str]) -> str | None:
        """The smallest of the nodes that are shown and can be hidden."""
        counts = self.tree.counts
        free = [one for one in nodes if one not in self.hidden and one not in self.fixed and counts[one] > 0]
        return min(free, key=lambda one: (counts[one], one), default=None)
