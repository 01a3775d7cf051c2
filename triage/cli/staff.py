"""Commands about staff tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from triage.cli.output import AsJson, print_json, say, table
from triage.model import StaffRole

tokens = typer.Typer(help="Tokens of staff: make, list, revoke.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the group to the application."""
    app.add_typer(tokens, name="token")


@tokens.command("new")
def new(
    role: Annotated[StaffRole, typer.Option(help="What the holder may do.")] = StaffRole.INVESTIGATOR,
    place: Annotated[
        list[str] | None, typer.Option(help="Division code the holder is limited to; may be repeated.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long the token holds.")] = 30,
) -> None:
    """Print a new token, once, alone on standard output."""
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        say(store.new_token(role, places=tuple(place or [""]), days=days))


@tokens.command("list")
def listed(as_json: AsJson = False) -> None:
    """List tokens without their secrets."""
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        known = store.tokens()
    if as_json:
        print_json({"tokens": known})
        return
    rows = [
        (info.id, info.role.value, ", ".join(place or "everywhere" for place in info.places),
         info.expires_at.date().isoformat(), "revoked" if info.revoked_at else "")
        for info in known
    ]  # fmt: skip
    table("Tokens", ("id", "role", "places", "expires", ""), rows)


@tokens.command("revoke")
def revoke(token_id: Annotated[str, typer.Argument(metavar="ID", help="From `triage token list`.")]) -> None:
    """Make a token worthless at once."""
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        store.revoke_token(token_id)
    say(f"Token {token_id} is revoked.")
