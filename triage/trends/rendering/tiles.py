"""Where tiles lie: the provinces about where they lie on a map of China, other divisions in the order of their codes."""

from __future__ import annotations

import math
from collections.abc import Sequence

# By code of the province: column from the west, row from the north.
PROVINCES = {
    "23": (7, 0),
    "15": (5, 1), "22": (7, 1),
    "65": (0, 2), "64": (3, 2), "14": (4, 2), "13": (5, 2), "11": (6, 2), "21": (7, 2),
    "63": (1, 3), "62": (2, 3), "61": (3, 3), "41": (4, 3), "37": (5, 3), "12": (6, 3),
    "54": (1, 4), "51": (2, 4), "50": (3, 4), "42": (4, 4), "34": (5, 4), "32": (6, 4), "31": (7, 4),
    "53": (2, 5), "52": (3, 5), "43": (4, 5), "36": (5, 5), "33": (6, 5),
    "45": (3, 6), "44": (4, 6), "35": (5, 6), "71": (7, 6),
    "46": (3, 7), "82": (4, 7), "81": (5, 7),
}  # fmt: skip


def spots(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Column and row of each division's tile; the first row is the uppermost."""
    if codes and all(code in PROVINCES for code in codes):
        top = min(PROVINCES[code][1] for code in codes)
        left = min(PROVINCES[code][0] for code in codes)
        return {code: (PROVINCES[code][0] - left, PROVINCES[code][1] - top) for code in codes}
    across = min(7, max(1, math.ceil(math.sqrt(len(codes) * 1.5))))
    return {code: (at % across, at // across) for at, code in enumerate(sorted(codes))}
