"""`--unmasked --reason`: seeing reports as they came, which stands in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import demand_one_of

if TYPE_CHECKING:
    from triage.model import UnmaskReason

_REASONS = "contact_reporter, verify, protect, handle or other"
Unmasked = Annotated[
    bool, typer.Option("--unmasked", help="Show what tells who wrote it; an act in the log. Needs --reason.")
]
Reason = Annotated[str | None, typer.Option("--reason", help=f"With --unmasked, why: {_REASONS}.")]


def reason_of(unmasked: bool, reason: str | None) -> UnmaskReason | None:
    """Why something is to be shown as it came; None where it is to be covered.

    Raises:
        BadInput: a reason is missing, unknown, or given where nothing is unmasked.
    """
    from triage.errors import BadInput
    from triage.model import UnmaskReason

    if not unmasked:
        if reason is not None:
            raise BadInput("reason", "without_unmasked", "A reason goes with --unmasked.")
        return None
    if reason is None:
        raise BadInput("reason", "missing", f"Say why with --reason: {_REASONS}.")
    demand_one_of("reason", reason, UnmaskReason)
    return UnmaskReason(reason)
