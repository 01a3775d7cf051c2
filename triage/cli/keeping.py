"""Commands that keep the store well: backup, restore, migrate, reindex, reconcile, retry, audit, doctor."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from triage.chinese import both
from triage.cli.output import AsJson, print_json, progress, say, table
from triage.errors import BadInput, TriageError
from triage.model import Access

audit = typer.Typer(help="The audit log.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("reindex")(reindex)
    app.command("reconcile")(reconcile)
    app.command("retry")(retry)
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("migrate")(migrate)
    app.command("doctor")(doctor)
    app.add_typer(audit, name="audit")


def reindex(
    back: Annotated[bool, typer.Option("--back", help="Read the index before the last writing again.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take away indices that are kept or left behind.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the search index anew from the store (the running worker does it, if there is one).

    On Elasticsearch searches go on meanwhile, and the index before is kept until it is forgotten.
    """
    if back and forget:
        raise BadInput("back", "combination", "What is gone back to is not forgotten; leave one of the two out.")
    _tell(_reindexed("back" if back else "forget" if forget else "write"), as_json=as_json)


def _reindexed(act: str) -> str:
    """Does it or has it done, and says what became of it."""
    from triage.cli.jobs import here_or_asked
    from triage.cli.workplace import opened_store
    from triage.settings import get_settings

    settings = get_settings()
    with (
        opened_store(settings) as store,
        progress("重建索引 · Indexing", sum(store.counts(_everything()).values())) as advance,
    ):
        return here_or_asked(store, settings, "reindex", {"act": act}, advance)


def _tell(sentence: str, *, as_json: bool) -> None:
    """A sentence, plain or as the only value of one JSON object."""
    if as_json:
        print_json({"told": sentence})
    else:
        say(sentence)


def reconcile(
    repair: Annotated[bool, typer.Option("--repair/--report", help="Mend what differs, or only say it.")] = True,
    as_json: AsJson = False,
) -> None:
    """Compare the index with the store and mend what differs; reports kept without facts for linking get them."""
    from triage.cli.jobs import here_or_asked
    from triage.cli.workplace import opened_store
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store, progress("核对索引 · Comparing", None) as advance:
        sentence = here_or_asked(store, settings, "reconcile", {"repair": "yes" if repair else "no"}, advance)
    _tell(sentence, as_json=as_json)


def retry(
    report_ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Left out: all that are stuck.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send stuck reports through the pipeline again."""
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        waiting = store.retry(report_ids or None)
    if as_json:
        print_json({"waiting": waiting})
    else:
        say(f"{waiting} 件重新等待处理 · {waiting} reports wait for the worker again.")


def backup(
    out: Annotated[Path, typer.Argument(help="File to write; nothing is overwritten.")],
    key: Annotated[
        Path | None, typer.Option(help="Write the master key to this file too: keep it apart from the copy.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the store while it runs (on a server: an encrypted archive); the key is never in the copy."""
    from triage.settings import get_settings
    from triage.store.backup import backup as copy_store
    from triage.store.backup import copy_key

    settings = get_settings()
    written = copy_store(settings, out)
    if not as_json:
        say(f"已写出，没有主密钥谁也读不了 · Written: {written}. Without the master key nobody can read it.")
    written_key = None if key is None else copy_key(settings, key)
    if as_json:
        print_json({"written": written, "key": written_key})
    elif written_key is not None:
        say(f"密钥已写出，请与副本分开保管 · Key written: {written_key}. Keep it in another place than the copy.")
    try:
        _noted("backup", *(["key copied"] if key is not None else []))
    except (TriageError, OSError) as error:
        # A copy of a store that does not open is what somebody needs most
        why = both(error.sentence) if isinstance(error, TriageError) else error.strerror
        sys.stderr.write(
            f"副本完整，但未能记入审计日志 · The copy is whole; the audit log could not be told of it: {why}\n"
        )


def restore(
    copy: Annotated[Path, typer.Argument(help="A file that `triage backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the store that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup into this data folder, or an archive into an empty database, and write the search index.

    The key must be in its place already. Where no store was replaced, an index that is there already is left as it is: a
    restore that is only tried takes no search from the store in use.
    """
    from triage.settings import get_settings
    from triage.store.backup import restore as restore_store

    told: list[str] = []
    aside = restore_store(get_settings(), copy, replace=replace, tell=told.append)
    lines = ["已恢复 · Restored."]
    if aside is not None:
        lines.append(f"原有的数据存于此处 · What was there before stands in {aside}.")
    lines += map(both, told)
    tell = lines.append
    if not as_json:
        tell = say
        for line in lines:
            say(line)
    _brought_back(tell, look_at_index=aside is None)
    if as_json:
        print_json({"before": aside, "told": lines})


def _brought_back(tell: Callable[[str], None], *, look_at_index: bool) -> None:
    """What has to follow, so that everybody reads and finds what was restored."""
    _noted("restored")
    _read_again(tell)
    if look_at_index and not _index_is_new():
        tell("The search index was here before: it may belong to the store in use, and is left as it is.")
        tell("If this store takes its place, run `triage reindex`.")
        return
    # The index of what was there before would count reports that are gone and show others under their numbers.
    tell(_reindexed("write"))
    _keep_from_again(tell)


def _read_again(tell: Callable[[str], None]) -> None:
    """Lets the command line read where the store does not know the token of its file."""
    from triage.cli.workplace import opened_store, renew_unknown_token
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        if renew_unknown_token(store, settings):
            tell("The store did not know the token of this command line; another stands in its file.")


def _keep_from_again(tell: Callable[[str], None]) -> None:
    """Looks through the reports of the copy for those whom somebody is kept from since it was made."""
    from triage.cli.staff import mark_older_reports
    from triage.cli.workplace import opened_store

    with opened_store() as store:
        if names := store.staff.kept_from():
            mark_older_reports(store, names, tell)


def migrate(as_json: AsJson = False) -> None:
    """Bring the tables to this version; an embedded store is copied first."""
    from triage.settings import get_settings
    from triage.store.backup import migrate as migrate_store

    copied = migrate_store(get_settings())
    if as_json:
        print_json({"copy": copied})
        return
    copy = f" 升级前的副本 · A copy from before stands in {copied}." if copied else ""
    say(f"库结构已是最新 · The tables are up to date.{copy}")


def doctor(as_json: AsJson = False) -> None:
    """Say how each part of the installation is and what to do, in Chinese and English; ends with 1 if one is not well."""
    from triage.cli.health import examine, shown
    from triage.settings import get_settings

    found = examine(get_settings())
    if as_json:
        print_json({"findings": found})
    else:
        table(
            "系统状态 · How it stands",
            ("part", "state", "what"),
            [(line.part, line.code if line.well else f"LOOK: {line.code}", shown(line)) for line in found],
        )
    if not all(line.well for line in found):
        raise typer.Exit(1)


def _index_is_new() -> bool:
    """Whether there is no search index yet, or nothing in it."""
    from triage.cli.workplace import opened_store
    from triage.pipeline import open_index
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        index = open_index(settings, store)
        try:
            return index.new()
        finally:
            index.close()


def _noted(*acts: str) -> None:
    """Writes acts of whoever sits at this machine into the audit log."""
    from triage.cli.workplace import opened_store
    from triage.store import AuditEntry

    with opened_store() as store:
        store.note([AuditEntry("command line", "", act) for act in acts])


@audit.command("verify")
def verify(
    against: Annotated[
        str | None, typer.Option(help="A head that this command told before and that was kept elsewhere.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the chain of the audit log, and that its end was not cut off since a head was written down."""
    from triage.cli.workplace import opened_store

    written_down = against.strip().lower() if against is not None else None
    if written_down is not None and re.fullmatch("[0-9a-f]{64}", written_down) is None:
        raise BadInput(
            "against", "form", "A head has 64 digits and letters from a to f, as `triage audit verify` tells it."
        )
    with opened_store() as store:
        state = store.verify_audit(written_down)
    if as_json:
        print_json(state)
    else:
        told = f"{state.sealed} rows sealed, {state.waiting} wait for a seal. Head: {state.head}"
        say(f"日志完整：已封 {state.sealed} 行，待封 {state.waiting} 行 · The log is whole: {told}")


def _everything() -> Access:
    from triage.store import WORKER

    return WORKER
