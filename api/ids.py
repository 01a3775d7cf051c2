"""Ids as somebody sends them: what cannot be one is met like one that nothing has."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from triage.store.ids import NOBODYS, is_id


def _known_form(told: str) -> str:
    return told if is_id(told) else NOBODYS


Id = Annotated[str, AfterValidator(_known_form)]
"""An id in a path or a body. A database server refuses some characters (NUL) that no id holds: those reach none."""
