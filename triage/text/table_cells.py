"""The cells of a line of a table, however it was pasted. In: a line and the sign between its cells; out: where they stand."""

from __future__ import annotations

SIGNS = ("\t", "|", ",", "  ")
"""What parts cells, the surest first."""
_EDGES = " \t\"'“”*"


def cells_of(line: str, sign: str) -> list[tuple[int, int]]:
    """Where the cells of a line stand that a sign parts, without the blanks and signs around them."""
    inner = line.strip(" |*") if sign == "|" else line.strip(" *")
    if not inner:
        return []
    first = line.index(inner)
    out: list[tuple[int, int]] = []
    for cell in inner.split(sign):
        bare = cell.strip(_EDGES)
        begin = first + (cell.index(bare) if bare else 0)
        if cell or sign != "  ":
            out.append((begin, begin + len(bare)))
        first += len(cell) + len(sign)
    return out
