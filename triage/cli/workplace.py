"""Opens what commands work with, and leaves a fresh embedded store ready: tables, key, token, offices, a model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from triage.errors import BadSetup
from triage.model import Access, StaffRole
from triage.settings import Settings, get_settings

if TYPE_CHECKING:
    from triage.store import Store

OWN_TOKEN_DAYS = 365


@contextmanager
def opened_store(settings: Settings | None = None) -> Iterator[Store]:
    """The store of this data directory, made on first use."""
    from triage.store import Store

    chosen = settings or get_settings()
    with Store.open(chosen) as store:
        furnish(store, chosen)
        yield store


@contextmanager
def at_work() -> Iterator[tuple[Store, Access]]:
    """The store of this data directory, and the access of whoever types."""
    settings = get_settings()
    with opened_store(settings) as store:
        yield store, own_access(store, settings)


def furnish(store: Store, settings: Settings) -> None:
    """Writes what a first start needs into an empty store: the sample offices and the command line's own token."""
    from triage.store.locks import take_lock

    if not store.offices():
        from corpora.offices import load_offices
        from triage.pipeline import offices_from

        store.save_offices(offices_from(load_offices()))
    if settings.sqlite and settings.token is None and _lacks_token(settings):
        # Two commands may start in a new folder at once; one of them writes the token, whole or not at all.
        with take_lock(settings.data_dir / "setup.lock", wait=60):
            if _lacks_token(settings):
                _give_own_token(store, settings)


def _lacks_token(settings: Settings) -> bool:
    """Whether the command line has no token file, or an empty one; one that is somebody else's to read is there."""
    try:
        return own_token_file(settings) is None
    except BadSetup:
        return False


def renew_unknown_token(store: Store, settings: Settings) -> bool:
    """Gives the command line another token where a restored store does not know that of its file; whether it did.

    One that was revoked is known, and stays worthless.
    """
    held = own_token_file(settings)
    if not settings.sqlite or settings.token is not None or held is None or store.staff.id_of(held) is not None:
        return False
    _give_own_token(store, settings)
    return True


def _give_own_token(store: Store, settings: Settings) -> None:
    places = (settings.office_division,)
    keep_own_token(settings, store.new_token(StaffRole.INVESTIGATOR, places=places, days=OWN_TOKEN_DAYS))


def keep_own_token(settings: Settings, token: str) -> None:
    """Writes the token under which the command line reads into its file, whole or not at all."""
    from triage.store.private_files import write_private

    write_private(settings.token_path, token.encode() + b"\n")


def own_token_file(settings: Settings) -> str | None:
    """The token in the file that first start writes; None where there is none, or a power cut left it empty.

    Raises:
        BadSetup: the file cannot be read.
    """
    try:
        return settings.token_path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise BadSetup(f"The token file of the command line cannot be read: {settings.token_path}") from None


def own_token(settings: Settings) -> str:
    """The token under which the command line reads.

    Raises:
        BadSetup: none is set and there is no token file.
    """
    if settings.token is not None:
        return settings.token.get_secret_value()
    if (token := own_token_file(settings)) is not None:
        return token
    raise BadSetup("No token: set TRIAGE_TOKEN to one that `triage token new` printed.")


def own_access(store: Store, settings: Settings) -> Access:
    """Who the command line reads as."""
    return store.authenticate(own_token(settings))
