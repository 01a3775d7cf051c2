"""What a question is made of, free of any engine: leaves that a report meets or not, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

FACETS = ("category", "place", "month", "risk", "channel")
"""Fields whose values are counted beside the hits."""


@dataclass(frozen=True, slots=True)
class Part:
    """Normalised strings of which one occurs in the text; ``apart`` are more of them, by which nothing is ranked."""

    forms: tuple[str, ...]
    quoted: bool = False
    apart: tuple[str, ...] = ()

    @property
    def met_by(self) -> tuple[str, ...]:
        """All strings of which one is enough."""
        return (*self.forms, *self.apart)


@dataclass(frozen=True, slots=True)
class Named:
    """Forms of a name (see ``names``) of which one is a form of the name of an accused person."""

    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A field with one of these values: category, place, month, risk, channel, case, lacks, or id for the report itself.

    A place is a division code of one of the lengths of ``PLACE_LENGTHS`` and stands for all that lies in it.
    """

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A number from ``low`` on and below ``high``; None leaves a side open.

    ``received`` counts seconds since 1970 (UTC), ``amount`` the fen of the largest sum named, ``seq`` is the report's
    number. A report that names no sum meets no range of sums.
    """

    field: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Not:
    """What may not hold."""

    node: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything holds; nothing at all asks for nothing."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one holds."""

    nodes: tuple[Node, ...]


Node = Part | Named | Filter | Range | Not | AllOf | AnyOf


def all_of(nodes: Sequence[Node]) -> Node:
    """One node for several that all must hold, those within each other laid side by side."""
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, AllOf) else (node,))]
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def wanted(nodes: Iterable[Node]) -> Iterator[Part | Named]:
    """The words and names that a report should hold: those that are to be ranked by and highlighted."""
    for node in nodes:
        if isinstance(node, Part | Named):
            yield node
        elif isinstance(node, AllOf | AnyOf):
            yield from wanted(node.nodes)


def filters_in(node: Node) -> Iterator[Filter]:
    """The filters anywhere in a node."""
    if isinstance(node, Filter):
        yield node
    elif isinstance(node, Not):
        yield from filters_in(node.node)
    elif isinstance(node, AllOf | AnyOf):
        for inner in node.nodes:
            yield from filters_in(inner)


def facet_of(node: Node) -> str | None:
    """The facet of which alone a node speaks; such a node is left out when the values of this facet are counted."""
    if isinstance(node, Filter):
        return node.field if node.field in FACETS else None
    if isinstance(node, Not):
        return facet_of(node.node)
    if isinstance(node, AllOf | AnyOf):
        told = {facet_of(inner) for inner in node.nodes}
        return told.pop() if len(told) == 1 else None
    return None
