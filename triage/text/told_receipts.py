"""Codes in a text that may be receipts of other reports: 我上次的回执是 7F3K-9QWE-2B1C-XY5Z8.

Out: 17 letters and digits as a receipt writes them, whatever stood between the groups. Whether there is such a receipt shows when
its hash is looked up.
"""

from __future__ import annotations

import re

from triage.text.normalise import normalise

_GROUPS = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}(?:[-‐-―－ .·]?[0-9A-Za-z]{4}){2}[-‐-―－ .·]?[0-9A-Za-z]{5}(?![0-9A-Za-z])"
)
_SLIPS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_MOST = 8


def receipts_told(text: str) -> tuple[str, ...]:
    """The first eight such codes, each once; O is read as 0, I and L as 1. Four English words in a row are none."""
    written = (match[0] for match in _GROUPS.finditer(normalise(text).text))
    signs = (
        "".join(filter(str.isalnum, one)) for one in written if not one.replace(" ", "").isalpha() or " " not in one
    )
    return tuple(dict.fromkeys(one.upper().translate(_SLIPS) for one in signs))[:_MOST]
