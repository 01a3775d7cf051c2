"""Words of a question as they stand in a text whose lines end within words, or whose characters stand apart.

A letter that was scanned or copied out of a document holds 低 at the end of a line and 保 at the beginning of the next, or
低 保 with spaces: whoever asks for 低保 wants it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from triage.search.nodes import AllOf, AnyOf, Node, Part

_WORD = re.compile("[\u3400-\u9fff]{2,8}")


def also_apart(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The same nodes; bare words that are wanted are met in these forms as well, phrases and what is refused are not."""
    return tuple(map(_also_apart, nodes))


def _also_apart(node: Node) -> Node:
    match node:
        case Part(forms, quoted=False) if forms and _WORD.fullmatch(forms[0]):
            return replace(node, apart=_apart(forms[0]))
        case AllOf(nodes) | AnyOf(nodes):
            return replace(node, nodes=also_apart(nodes))
    return node


def _apart(word: str) -> tuple[str, ...]:
    ends = (f"{word[:at]}{end}{word[at:]}" for at in range(1, len(word)) for end in ("\n", "\r\n"))
    return (" ".join(word), *ends)
