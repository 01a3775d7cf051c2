"""Commands about staff tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.output import AsJson, print_json, say, table
from triage.model import StaffRole

if TYPE_CHECKING:
    from triage.store import Store, TokenInfo

TokenId = Annotated[str, typer.Argument(metavar="ID", help="From `triage token list`.")]

tokens = typer.Typer(
    help="Tokens of staff: make, renew, list, keep from reports on somebody, revoke.", no_args_is_help=True
)
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
    """Print a new token, once, alone on standard output.

    Whoever has one already needs it renewed: a new token knows nothing of whom its holder is kept from, nor of their
    saved searches and judgements.
    """
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        say(store.new_token(role, places=tuple(place or [""]), days=days))


@tokens.command("renew")
def renew(
    token_id: TokenId,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it holds from now on.")] = 30,
) -> None:
    """Print another secret for a token, once, alone on standard output; the one before is worthless at once.

    All that hangs on the token's id stays: whom its holder is kept from, saved searches, judgements. A token that has
    ended holds again, one that was revoked does not.
    """
    from triage.cli.workplace import keep_own_token, opened_store, own_token_file
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        held = own_token_file(settings)
        own = held is not None and store.staff.id_of(held) == token_id
        token = store.staff.renew(token_id, days)
        say(token)
        if own:
            # The command line reads under this one, and would read no more
            keep_own_token(settings, token)


@tokens.command("list")
def listed(as_json: AsJson = False) -> None:
    """List tokens without their secrets: which end within seven days, and on whom their holders see no report."""
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        known = store.staff.listed()
    if as_json:
        print_json({"tokens": known})
        return
    rows = [
        (info.id, info.role.value, ", ".join(place or "everywhere" for place in info.places),
         info.expires_at.date().isoformat(), _state(info), _kept_from(info))
        for info in known
    ]  # fmt: skip
    table("凭证 · Tokens", ("编号 id", "角色 role", "地区 places", "到期 expires", "", "回避 sees no report on"), rows)


def _state(info: TokenInfo) -> str:
    if info.revoked_at is not None:
        return "revoked"
    return "ended" if info.ended else "ends soon" if info.ends_soon else ""


def _kept_from(info: TokenInfo) -> str:
    others = ["others (names not kept)" if info.kept_from else "somebody (name not kept)"]
    return ", ".join([*info.kept_from, *(others if info.kept_from_others else [])])


@tokens.command("recuse")
def recuse(
    token_id: TokenId,
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Full names: the holder, relatives, friends.")],
    end: Annotated[bool, typer.Option("--end", help="The holder may see reports on them again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep reports on these people from a token's holder, in every list, count and case, as if there were none.

    A name counts however it is written (王守田, 王首田, 王某田, Wang Shoutian), whatever part the report gives it. It is kept
    sealed and shown by `triage token list`.
    """
    from triage.cli.workplace import opened_store
    from triage.errors import BadInput
    from triage.referral import keys_of_name
    from triage.text.terms import TermKeyer

    if any(len("".join(name.split())) < _LEAST_NAME for name in names):
        raise BadInput("name", "short", "A full name has at least two characters.")
    lines: list[str] = []
    with opened_store() as store:
        keyed = TermKeyer(store.subkey("link")).key
        named = {key: name for name in names for key in keys_of_name(name, keyed)}
        store.staff.recuse(token_id, sorted(named), end=end, names=named)
        if not end:
            mark_older_reports(store, {name: keys_of_name(name, keyed) for name in names}, lines.append)
    if as_json:
        print_json({"token": token_id, "ended": end, "told": lines})
        return
    lines.append(
        f"回避已解除 · Token {token_id} may see reports on them again."
        if end
        else f"已设回避 · Token {token_id} sees no report on them now."
    )
    for line in lines:
        say(line)


def mark_older_reports(store: Store, kept_from: Mapping[str, tuple[str, ...]], tell: Callable[[str], None]) -> None:
    """Keeps the holder from older reports too in which no reader marked the name; tells where it could not be done."""
    from triage.errors import IndexDown
    from triage.pipeline import open_index
    from triage.recusing import mark_read_reports

    index = open_index(store.settings, store)
    try:
        mark_read_reports(store, index, kept_from)
    except IndexDown:
        tell(
            "索引没有应答，待其恢复后请再设一次，以便查到更早的举报 · "
            "The index does not answer: tell the names once more when it does, so that older reports are looked through."
        )
    finally:
        index.close()


@tokens.command("revoke")
def revoke(token_id: TokenId, as_json: AsJson = False) -> None:
    """Make a token worthless at once."""
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        store.revoke_token(token_id)
    if as_json:
        print_json({"revoked": token_id})
    else:
        say(f"凭证已吊销 · Token {token_id} is revoked.")
