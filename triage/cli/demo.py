"""`triage demo`: what a newcomer sees first. Sample reports come in, are understood, found and proposed for referral."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from triage.cli.importing import import_file
from triage.cli.output import progress, say, steps, table
from triage.cli.running import work_here_or_wait
from triage.cli.sample_year import bring_log, write_report, year_lines
from triage.cli.showing import LEVELS, gravest_reason, labels
from triage.cli.workplace import opened_store, own_access, own_token
from triage.intake import Limits, new_code, receipt_hash, shown, submission
from triage.model import Channel
from triage.store import Accepted, Arrival

if TYPE_CHECKING:
    from triage.settings import Settings
    from triage.store import Store

QUERY = "低保"
OWN_REPORT = "我们村去年的低保名单一直没有贴出来，去问村会计，他说名单丢了。请问可以去哪里查？"


def run_demo(settings: Settings, *, serving: bool) -> None:
    """Fills this data folder with samples (once), shows what became of them, and serves."""
    from triage.pipeline import model_folder

    say(f"数据文件夹 · Data folder: {settings.data_dir}")
    with steps() as tell:
        model_folder(settings, tell)
    with opened_store(settings) as store:
        _import_samples(store, settings)
        code = _own_report(store, settings)
        work_here_or_wait(store, settings)
        bring_log(store)
        _show(store, settings)
        _show_report(store, settings)
        say(
            f"\n回执 · Receipt of a report sent just now: {shown(code)}"
            if code
            else "\n示例举报此前已给过回执码 · The sample report has its receipt already."
        )
        say(f"凭证 · Investigator's token: {own_token(settings)}")
    say(f"网页与接口 · Pages and API: http://{settings.host}:{settings.port}/  (API description: /docs)")
    if serving:
        from triage.cli.service import run_service

        run_service(settings, with_worker=True)
    else:
        say(
            "按要求不启动服务；网页与接口由 `triage serve` 启动 · Not serving, as asked. `triage serve` starts pages and API."
        )


def _import_samples(store: Store, settings: Settings) -> None:
    lines = year_lines()
    with (
        TemporaryDirectory() as folder,
        progress("导入一年的示例举报 · Importing a year of sample reports", len(lines)) as advance,
    ):
        path = Path(folder) / "samples.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(line + "\n")
        result = import_file(store, settings, path, source="samples", columns={}, on_progress=advance)
    say(result.sentence)


def _own_report(store: Store, settings: Settings) -> str | None:
    """Sends one report as a reporter would, once for a data folder; returns its receipt code."""
    mark = settings.data_dir / "demo.done"
    if mark.exists():
        return None
    code = new_code()
    sent = submission({"text": OWN_REPORT}, Limits(), channel=Channel.WEB, source="demo", row="1")
    (answer,) = store.receive([Arrival(sent, receipt_hash(store.subkey("receipt"), code))])
    os.close(os.open(mark, os.O_WRONLY | os.O_CREAT, 0o600))
    return code if isinstance(answer, Accepted) and not answer.repeated else None


def _show(store: Store, settings: Settings) -> None:
    from triage.pipeline import open_finder
    from triage.search.finding import Question
    from triage.shown import shown

    access = own_access(store, settings)
    rows = [shown(row).row for row in store.gravest(access, limit=10)]
    table(
        "最重的举报及理由 · The gravest reports and why",
        ("编号 report", "风险 risk", "类别 categories", "依据 because of"),
        [
            (
                row.report.id,
                f"{LEVELS[row.priority.level.value]} {row.priority.score:.0f}",
                labels(row.assessment.categories),
                gravest_reason(row.report.text, row.assessment),
            )
            for row in rows
        ],
    )
    answer = open_finder(settings, store).find(Question(q=QUERY, limit=3), access)
    table(
        f"检索 · Search «{QUERY}»: {answer.total} found; the first {len(answer.hits)}",
        ("收到 received", "风险 risk", "原文 passage"),
        [
            (hit.received_at.date().isoformat(), LEVELS[hit.risk.value], hit.snippet.text.replace("\n", " "))
            for hit in answer.hits
        ],
    )
    proposed = store.referrals(access, limit=10_000)
    say(f"建议移送 · {len(proposed)} reports are proposed to discipline investigators: `triage refer list`")


def _show_report(store: Store, settings: Settings) -> None:
    told, path = write_report(store, settings)
    say("\n月报 · What the report of November 2019 says:")
    for line in told:
        say(f"· {line}")
    say(f"月报文件 · The report: {path}")
