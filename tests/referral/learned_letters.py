"""A desk that knows what was learned of letters that accuse an office; the fixture of ``conftest`` says where it stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from triage.referral import Desk
from triage.suspecting import Suspecting

MODELS: list[Path] = []


def knowing(desk: Desk) -> Desk:
    """The desk, with what was learned."""
    return replace(desk, suspects=Suspecting(MODELS[0]))
