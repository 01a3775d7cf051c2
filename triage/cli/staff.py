"""Commands about staff tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from triage.cli.output import AsJson, print_json, say, table
from triage.model import StaffRole

tokens = typer.Typer(help="Tokens of staff: make, list, keep from reports on somebody, revoke.", no_args_is_help=True)
_LEAST_NAME = 2


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


@tokens.command("recuse")
def recuse(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="From `triage token list`.")],
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Full names: the holder, relatives, friends.")],
    end: Annotated[bool, typer.Option("--end", help="The holder may see reports on them again.")] = False,
) -> None:
    """Keep reports on these people from a token's holder, in every list, count and case, as if there were none.

    A name counts however it is written (王守田, 王首田, Wang Shoutian), whatever part the report gives it.
    """
    from triage.cli.workplace import opened_store
    from triage.errors import BadInput
    from triage.referral import keys_of_name
    from triage.text.terms import TermKeyer

    if any(len("".join(name.split())) < _LEAST_NAME for name in names):
        raise BadInput("name", "short", "A full name has at least two characters.")
    with opened_store() as store:
        keyed = TermKeyer(store.subkey("link")).key
        store.recuse(token_id, sorted({key for name in names for key in keys_of_name(name, keyed)}), end=end)
    say(f"Token {token_id} may see reports on them again." if end else f"Token {token_id} sees no report on them now.")


@tokens.command("revoke")
def revoke(token_id: Annotated[str, typer.Argument(metavar="ID", help="From `triage token list`.")]) -> None:
    """Make a token worthless at once."""
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        store.revoke_token(token_id)
    say(f"Token {token_id} is revoked.")
