"""The documentation says what the program does: generated pages are current, and its commands exist and run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from triage.cli.app import app
from triage.cli.pages import commands_page, settings_page
from triage.settings import Settings
from triage.store.columns import metadata

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands_in(page: Path) -> list[str]:
    return [line for block in BLOCK.findall(page.read_text("utf-8")) for line in block.splitlines() if line.strip()]


def test_every_setting_and_command_has_its_line_and_the_pages_are_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page(), "run `make docs`"
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == commands_page(), "run `make docs`"
    for name in Settings.model_fields:
        assert Settings.model_fields[name].description, f"{name} has no description"


def test_every_command_and_option_says_what_it_does() -> None:
    def look(command: object, name: str) -> None:
        if isinstance(command, typer.core.TyperGroup):
            for part, inner in command.commands.items():
                look(inner, f"{name} {part}")
            return
        assert isinstance(command, typer.core.TyperCommand)
        assert command.help, f"{name} has no help"
        for param in command.params:
            if isinstance(param, typer.core.TyperOption) and not param.hidden:
                assert param.help, f"{name} {param.opts} has no help"

    look(typer.main.get_command(app), "triage")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_pages_exist(page: Path) -> None:
    known = {line.removeprefix("## `").removesuffix("`") for line in commands_page().splitlines() if line[:4] == "## `"}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for line in commands_in(page):
        words = shlex.split(line.split("|")[-1] if "| triage" in line else line, comments=True)
        if words[0] == "make":
            assert words[1] in targets, line
        elif words[0] == "triage":
            assert any(" ".join(words[:length]) in known for length in (2, 3, 4)), line
        else:
            pytest.fail(f"{page.name} shows a command that no test knows: {line}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_the_pages_name_exist(page: Path) -> None:
    for name in re.findall(r"`((?:triage|models|api|corpora|tests|docs)/[\w./-]+)`", page.read_text("utf-8")):
        assert (ROOT / name).exists(), name


def test_the_data_model_names_every_table_and_no_other() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "data-model.md").read_text("utf-8"), flags=re.MULTILINE))
    assert told == set(metadata.tables)
