"""The generated pages of the documentation: every setting and every command, from the code itself."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import typer

from triage.settings import Settings

# Where a default is found out
_FOUND = {"data_dir": "the user's data folder", "office_level": "unset"}
_MADE = "<!-- Made by `make docs`; change the code, not this page. -->"


def settings_page() -> str:
    """``docs/settings.md``."""
    lines = [
        "# Settings",
        "",
        _MADE,
        "",
        "Deployment facts, read from the environment. Rules of the domain stand in",
        "`corpora/policy.toml`; a `policy.toml` in the data folder overrides single keys of it.",
        "",
    ]
    lines += ["| variable | default | what |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = _FOUND.get(name) or _shown(field.default)
        lines.append(f"| `TRIAGE_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "unset"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def commands_page() -> str:
    """``docs/commands.md``."""
    from triage.cli.app import app

    head = [
        "# Commands",
        "",
        "[中文](commands.zh.md)",
        "",
        _MADE,
        "",
        "`triage COMMAND --help` tells the same, in Chinese under a Chinese locale (`LANG=zh_CN.UTF-8`). Commands that read do so under `TRIAGE_TOKEN`, or the token file that the",
        "first start writes into the data folder.",
        "",
    ]
    return _told(typer.main.get_command(app), head, "| argument or option | what |")


def commands_page_in_chinese() -> str:
    """``docs/commands.zh.md``; what the benches measure is told in English alone."""
    from triage.cli.app import app
    from triage.cli.helping import in_chinese

    head = [
        "# 命令",
        "",
        "[English](commands.md)",
        "",
        _MADE,
        "",
        "`triage COMMAND --help` 显示同样的内容；系统语言是中文时（`LANG=zh_CN.UTF-8`）为中文。需要读取举报的命令，使用 `TRIAGE_TOKEN` 中的凭证，或首次启动时写入数据文件夹的凭证文件。",
        "",
    ]
    return _told(in_chinese(app), head, "| 参数或选项 | 说明 |")


def _told(group: object, head: list[str], columns: str) -> str:
    """A page of all commands of a group, by what they say of themselves."""
    lines = head
    for name, command in _commands(group, "triage"):
        lines += [f"## `{name}`", "", str(command.help or "").strip(), ""]
        options = [param for param in command.params if param.name != "help" and not getattr(param, "hidden", False)]
        if options:
            lines += [columns, "| --- | --- |"]
            lines += [f"| {_spelled(param)} | {getattr(param, 'help', None) or ''} |" for param in options]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def logs_page() -> str:
    """``docs/logs.md``."""
    from triage.logs import EVENTS, FORMS

    lines = [
        "# Logs",
        "",
        "[中文](logs.zh.md)",
        "",
        _MADE,
        "",
        "Lines go to standard error: one JSON object each, or a sentence on a terminal. `TRIAGE_LOG_LEVEL` sets the least",
        "level. A line has `at` (UTC), `level`, `source` (the module), `event` and facts. Nothing of a report, no name, no",
        "address, no token and no receipt can stand in one: events come from the list below, facts only under known keys in",
        "a known form, and of what other libraries say only their name and the kind of error is kept (`foreign`). There is no",
        "access log. Answers that tell of a fault of ours bear the number of their request (`X-Request-Id`), which stands in the log.",
        "",
        "| event | what |",
        "| --- | --- |",
    ]
    lines += [f"| `{event}` | {sentence} |" for event, sentence in sorted(EVENTS.items())]
    lines += ["", "Facts stand under " + ", ".join(f"`{key}`" for key in sorted(FORMS)) + ".", ""]
    return "\n".join(lines)


def metrics_page() -> str:
    """``docs/metrics.md``."""
    from triage.operation.metrics import CATALOGUE

    lines = [
        "# Metrics",
        "",
        "[中文](metrics.zh.md)",
        "",
        _MADE,
        "",
        "Figures for Prometheus, at `GET /metrics` on a port of their own: `TRIAGE_METRICS_PORT` for the API process, and for each",
        "worker on the machine the first free one of the 64 ports after it. They are off unless a port is set. The port listens on the",
        "loopback; on any other address (`TRIAGE_METRICS_HOST`) it asks for a bearer token (`TRIAGE_METRICS_TOKEN_FILE`), because the figures",
        "of a county reveal small counts. The API's own port has no such address. No label names a place, a category or an office.",
        "",
        "Figures of the store are asked of the database when they are asked for, so each API process tells the same ones: take `max` over",
        "them. Counters and times are of one process: take `sum`. Rules to alert by stand in `docs/alerts.yml`, what to do in",
        "[runbook](runbook.md).",
        "",
        "| figure | kind | told by | labels | what |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in CATALOGUE:
        labels = ", ".join(f"`{label}`" for label in one.labels)
        lines.append(f"| `{one.name}` | {one.kind} | {one.told.value} | {labels} | {one.what} |")
    return "\n".join(lines) + "\n"


def _commands(command: object, name: str) -> Iterator[tuple[str, typer.core.TyperCommand]]:
    if isinstance(command, typer.core.TyperGroup):
        for part, inner in command.commands.items():
            yield from _commands(inner, f"{name} {part}")
    elif isinstance(command, typer.core.TyperCommand):
        yield name, command


def _spelled(param: object) -> str:
    names = getattr(param, "opts", []) + getattr(param, "secondary_opts", [])
    if getattr(param, "param_type_name", "") == "argument":
        return f"`{getattr(param, 'metavar', None) or str(getattr(param, 'name', '')).upper()}`"
    return ", ".join(f"`{name}`" for name in names)


def write_pages(folder: Path) -> None:
    """Writes the pages into a folder."""
    (folder / "settings.md").write_text(settings_page(), encoding="utf-8")
    (folder / "commands.md").write_text(commands_page(), encoding="utf-8")
    (folder / "commands.zh.md").write_text(commands_page_in_chinese(), encoding="utf-8")
    (folder / "logs.md").write_text(logs_page(), encoding="utf-8")
    (folder / "metrics.md").write_text(metrics_page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path("docs"))
