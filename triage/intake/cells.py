"""What cells tell where spreadsheets keep it in a way of their own: days as numbers, long numbers rounded, one letter in two columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from triage.errors import BadInput

_ROUNDED = re.compile(r"\d(?:\.\d+)?[Ee]\+\d{1,2}")
_MOST_EXACT = 10**15
"""From here on a spreadsheet does not keep every digit of a number."""
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_ZERO = datetime(1899, 12, 30)  # they know no zone
_KEPT_AS_TEXT = re.compile(r"\s*(?:'(?P<apart>\d.*)|=\"(?P<told>[^\"]+)\")\s*")
"""'2018-05-12 and ="2018-05-12", which keep a spreadsheet from making a number of it."""
_SERIALS = (32_874, 73_051)
"""Days that spreadsheets number so: 1990 to 2099. Other dates in digits have six or eight of them."""
_IN_WORDS = frozenset(["title", "place", "channel"])


def told_in(field: str, cell: object) -> object:
    """What a cell tells of a field, a day's number as its moment and a number in a column of words as words.

    Raises:
        BadInput: a telephone, a name or an id of which a spreadsheet has left no more than 1.38E+10; names the field.
    """
    if field == "received":
        return _moment(cell)
    if field in _IN_WORDS and cell is not None and not isinstance(cell, BadInput):
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    if field in ("id", "name", "contact"):
        _demand_whole(field, cell)
    return cell


def together(cells: Sequence[object]) -> object:
    """What several columns of texts tell: the same words, or a part of them, once."""
    told = [cell for cell in cells if cell is not None and str(cell).strip()]
    words: list[str] = []
    for cell in told:
        if not any(str(cell).strip() in one for one in words):
            words = [*(one for one in words if one.strip() not in str(cell)), str(cell)]
    return "\n".join(words) if len(words) > 1 else next((cell for cell in told if str(cell) in words), cells[0])


def _moment(cell: object) -> object:
    """43232.354 as the moment that a spreadsheet means by it; 20180512 as the words that it is."""
    if isinstance(cell, str) and (kept := _KEPT_AS_TEXT.fullmatch(cell)):
        cell = kept["apart"] or kept["told"]
    number = cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None
    if isinstance(cell, str) and _SERIAL.fullmatch(cell.strip()):
        number = float(cell)
    if number is None:
        return cell
    if _SERIALS[0] <= number < _SERIALS[1]:
        return _DAY_ZERO + timedelta(seconds=round(number * 86_400))
    return str(int(number)) if number == int(number) else cell


def _demand_whole(field: str, cell: object) -> None:
    rounded = isinstance(cell, str) and _ROUNDED.fullmatch(cell.strip()) is not None
    if field == "contact" and isinstance(cell, int | float):
        rounded = abs(cell) >= _MOST_EXACT
    if rounded:
        detail = (
            "A spreadsheet has rounded this number, as to 1.38E+10, and what it was is lost; "
            "make the column one of text, put the number in again and import the file anew."
        )
        raise BadInput(field, "rounded", detail)
