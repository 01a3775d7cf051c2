"""Ids as somebody sends them: what cannot be one is met like one that nothing has."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticKnownError

from triage.store.ids import NOBODYS, is_id

_HALF = re.compile("[\ud800-\udfff]")


def _known_form(told: str) -> str:
    if _HALF.search(told):
        raise PydanticKnownError("string_unicode")
    return told if is_id(told) else NOBODYS


Id = Annotated[str, AfterValidator(_known_form)]
"""An id in a path or a body. A database server refuses some characters (NUL) that no id holds: those reach none.

Half a character is told as such, as it is in every other field.
"""
