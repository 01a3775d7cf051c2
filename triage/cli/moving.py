"""`triage migrate-store`: a store moves from one database to another."""

from __future__ import annotations

from typing import Annotated

import typer

from triage.cli.output import AsJson, print_json, progress, say


def add_to(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command("migrate-store")(migrate_store)


def migrate_store(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="Address of the database that takes over; its password in TRIAGE_DATABASE_PASSWORD_FILE, not here.",
        ),
    ],
    from_: Annotated[
        str | None, typer.Option("--from", help="Address of the database to be moved; by default the one in use.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move the store to another database, row for row; run again after a break, it goes on."""
    from triage.settings import get_settings
    from triage.store.locks import take_worker_lock
    from triage.store.moving import move, rows_in

    settings = get_settings()
    source = settings if from_ is None else settings.model_copy(update={"database_url": from_})
    target = settings.model_copy(update={"database_url": to})
    with take_worker_lock(settings.data_dir), progress("迁移 · Moving", rows_in(source)) as advance:
        moved = move(source, target, advance)
    if as_json:
        tables = {one.table: {"rows": one.rows, "sha256": one.sha256, "written": one.written} for one in moved}
        print_json({"tables": tables})
        return
    rows, written = sum(one.rows for one in moved), sum(one.written for one in moved)
    told = f"{rows} rows in {len(moved)} tables are the same on both sides; {written} were written now."
    say(f"两边 {len(moved)} 张表 {rows} 行一致，本次写入 {written} 行 · {told}")
    say(
        "请把 TRIAGE_DATABASE_URL 设为新地址；原库原样保留，不再使用 · "
        "Set TRIAGE_DATABASE_URL to the new address. The former database is left as it is and is used no more."
    )
