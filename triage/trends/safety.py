"""Which cells of tables that add up are not shown, so that nobody finds a small one by adding and subtracting.

A tree holds the counts of one thing (all reports, or those of one category) by place: each division is the sum of those
inside it. Cells below the threshold are hidden, zeros too: they would tell which of the others are not empty. Then, as
long as what is shown, with every sum of the tree and with the number of all reports of a place as an upper bound, leaves
a hidden cell fewer than ``threshold`` possible values, the smallest cell beside it is hidden as well, and what is shown
inside hidden ones before any other beside them: it keeps these from being smaller, so that they give no room. A sum of at
least ``threshold`` need not be hidden for what is inside it.

The rule looks at one month's counts alone. So a month's cells are hidden in the same way in its own document, in the
lines of later ones and in those of the places inside it. Revisions bring differences between two states of one month:
they are a tree too, and what would be hidden in it is hidden in the revision (see ``late``).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# So large that no count reaches it, and so small that sums of thousands of it are exact
_MUCH = 1 << 36
_Numbers = NDArray[np.intp]
ROOT = ""
REST = "+"
"""Behind a division's code: its reports whose place is not known more closely."""


class Shape:
    """The nodes of a tree by number, and its edges level by level from the root; one for all trees of the same nodes."""

    def __init__(self, tree: Tree) -> None:
        """Numbers the nodes of a tree."""
        self.nodes = [ROOT]
        self.levels: list[tuple[_Numbers, _Numbers]] = []
        level = [0]
        while level:
            parents: list[int] = []
            first = len(self.nodes)
            for node in level:
                found = tree.children.get(self.nodes[node], ())
                self.nodes += found
                parents += [node] * len(found)
            level = list(range(first, len(self.nodes)))
            if level:
                self.levels.append((np.array(level), np.array(parents)))
        self.number = {node: at for at, node in enumerate(self.nodes)}

    def array(self, values: Mapping[str, int], default: int) -> NDArray[np.float64]:
        """Values of the nodes in their order."""
        return np.fromiter((values.get(node, default) for node in self.nodes), float, len(self.nodes))


@dataclass(frozen=True, slots=True)
class Tree:
    """Positive counts by node, and the positive children of each inner node; every inner node is the sum of its own.

    ``spare`` are the inner nodes that hold others, without reports, and the most that these could have for all that is
    known.
    """

    counts: Mapping[str, int]
    children: Mapping[str, tuple[str, ...]]
    spare: Mapping[str, int] = field(default_factory=dict)
    shape: Shape | None = field(default=None, compare=False, repr=False)

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

    def shown(self) -> Safe:
        """The same without what is known of hidden nodes, which takes room."""
        return Safe(Tree(self.tree.counts, self.tree.children), self.hidden)

    def cut(self, longest: int) -> Safe:
        """The same without divisions whose codes are longer, for parts that are told no further."""
        tree = self.tree.cut(longest)
        shaped = Tree(tree.counts, tree.children, tree.spare, Shape(tree))
        return Safe(shaped, self.hidden & tree.counts.keys(), self.most, self.others)


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


def safe(
    tree: Tree,
    threshold: int,
    also: Iterable[str] = (),
    most: Mapping[str, int] | None = None,
    harmless: Iterable[str] = (),
) -> Safe:
    """Hides what has to be hidden in a tree; everything, where nothing less helps.

    Args:
        tree: the counts.
        threshold: the least count that is shown; a hidden cell keeps at least so many possible values.
        also: nodes that are hidden for another reason.
        most: what is known from elsewhere to be no less than a node.
        harmless: nodes that may be found out although they are not shown.
    """
    counts = tree.counts
    hidden = {node for node, number in counts.items() if 0 < number < threshold} | (set(also) & counts.keys())
    search = _Search(tree, tree.shape or Shape(tree), hidden, most or {}, frozenset(harmless), threshold - 1)
    return search.found() if search.finish() else Safe(tree, frozenset(counts), dict(most or {}), dict(tree.spare))


def safe_part(total: Safe, tree: Tree, threshold: int, also: Iterable[str] = ()) -> Safe:
    """Hides what has to be hidden of a part of all reports, such as those of one category.

    What is not of the part is a tree too: total and part together must not tell of its small cells, nor of the hidden
    ones of the total. The total is ``cut`` to the finest divisions of the part.
    """
    whole, most = total.tree, total.most
    rest = {node: number - tree.counts.get(node, 0) for node, number in whole.counts.items()}
    beside = Tree(rest, whole.children, total.others, whole.shape)
    tree = Tree(tree.counts, tree.children, _spare(total, tree))
    without = rest.keys() - tree.counts.keys()
    # Where nothing is of the part, what is not of it is the total: whoever finds that out finds a zero
    harmless = without - total.hidden
    hidden = set(also) | total.hidden
    while True:
        found = safe(tree, threshold, hidden, most)
        together = total.hidden | found.hidden | without
        more = (safe(beside, threshold, together, most, harmless).hidden - together) & tree.counts.keys()
        if not more:
            return found
        hidden |= more


def _spare(total: Safe, tree: Tree) -> dict[str, int]:
    """What the divisions without reports of a part could have of it at most: as much as they have of all."""
    spare: dict[str, int] = {}
    for node in tree.children:
        others = [child for child in total.tree.children.get(node, ()) if child not in tree.counts]
        spare[node] = min(total.others.get(node, 0) + sum(total.most.get(child, _MUCH) for child in others), _MUCH)
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


class _Search:
    """Hides one node after the other until each hidden one has room."""

    def __init__(self, tree: Tree, shape: Shape, hidden: set[str], most: Mapping[str, int],
                 harmless: frozenset[str], room: int) -> None:  # fmt: skip
        self._tree, self._shape, self._room = tree, shape, room
        self._hidden, self._harmless = hidden, harmless
        self._counts, self._spare = shape.array(tree.counts, 0), shape.array(tree.spare, 0)
        self._most = shape.array(most, _MUCH)
        self._above: dict[str, str] = {shape.nodes[child]: shape.nodes[node]
                       for children, nodes in shape.levels for child, node in zip(children, nodes, strict=True)}  # fmt: skip
        self._low = self._high = self._counts

    def finish(self) -> bool:
        """Whether that could be done without hiding everything."""
        while True:
            self._bound()
            narrow = self._high - self._low < self._room
            more: set[str] = set()
            # From above, and inside a node that is hidden now no more for the time being: that may give room enough
            for node in sorted(self._hidden - self._harmless, key=self._shape.number.__getitem__):
                if narrow[self._shape.number[node]] and not self._is_inside(node, more):
                    found = self._next(node)
                    if found is None:
                        return False
                    more.add(found)
            if not more:
                return True
            self._hidden |= more

    def found(self) -> Safe:
        """What is hidden now, and the most that nodes can be."""
        nodes = self._shape.nodes
        least = np.zeros(len(nodes))
        for children, above in self._shape.levels:
            least += np.bincount(above, self._low[children], len(nodes))
        others = np.minimum(self._spare, self._high - least)
        most = dict(zip(nodes, map(int, self._high), strict=True))
        spare = {node: int(others[self._shape.number[node]]) for node in self._tree.children}
        return Safe(self._tree, frozenset(self._hidden), most, spare)

    def _bound(self) -> None:
        """The least and most that each node can be, by all sums of the tree; of shown nodes both are their count.

        Sums on a tree meet in single nodes: one pass up and one down give the bounds that linear programming would.
        """
        number, size = self._shape.number, len(self._shape.nodes)
        hidden = np.zeros(size, dtype=bool)
        hidden[[number[node] for node in self._hidden]] = True
        low, high = np.where(hidden, 0.0, self._counts), np.where(hidden, self._most, self._counts)
        for children, above in reversed(self._shape.levels):
            inner = np.unique(above)
            inner = inner[hidden[inner]]
            least = np.bincount(above, low[children], size)
            largest = np.bincount(above, high[children], size) + self._spare
            low[inner] = np.maximum(low[inner], least[inner])
            high[inner] = np.minimum(high[inner], largest[inner])
        for children, above in self._shape.levels:
            least = np.bincount(above, low[children], size)
            largest = np.bincount(above, high[children], size) + self._spare
            child, node = children[hidden[children]], above[hidden[children]]
            lowest, highest = low[node] - (largest[node] - high[child]), high[node] - (least[node] - low[child])
            low[child], high[child] = np.maximum(low[child], lowest), np.minimum(high[child], highest)
        self._low, self._high = low, high

    def _next(self, node: str) -> str | None:
        """The node to hide so that a narrow one gains room; None where nothing is left but to hide all."""
        children, number = self._tree.children.get(node, ()), self._shape.number
        inner = self._smallest(children)
        free = sum(self._high[number[one]] - self._low[number[one]] for one in children if one in self._hidden)
        if inner and float(free) + self._tree.spare.get(node, 0) < self._room:
            return inner
        if node not in self._above:
            return inner
        above: str = self._above[node]
        family = self._tree.children[above]
        # A hidden part gives no room while what is shown inside it keeps it from being smaller: 3 beside 23 of which
        # the 23 are known; no other part beside it would give more
        found: str | None = self._smallest(self._shown_inside(family)) or self._smallest(family)
        if found:
            return found
        if above not in self._hidden:
            return above
        # All of this sum is hidden and still narrow: the room must come from further up, or from inside
        return self._next(above) or inner

    def _is_inside(self, node: str, nodes: set[str]) -> bool:
        while node in self._above:
            node = self._above[node]
            if node in nodes:
                return True
        return False

    def _shown_inside(self, nodes: Iterable[str]) -> Iterator[str]:
        """The uppermost shown nodes inside those of the nodes that are hidden."""
        for node in nodes:
            if node in self._hidden:
                inside = self._tree.children.get(node, ())
                yield from (one for one in inside if one not in self._hidden)
                yield from self._shown_inside(inside)

    def _smallest(self, nodes: Iterable[str]) -> str | None:
        """The smallest of the nodes that are shown and can be hidden."""
        counts = self._tree.counts
        free = [one for one in nodes if one not in self._hidden and counts[one] > 0]
        return min(free, key=lambda one: (counts[one], one), default=None)
