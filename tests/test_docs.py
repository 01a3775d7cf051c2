"""The documentation says what the program does: generated pages are current, and its commands exist and run."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
import typer

from triage.cli.app import app
from triage.cli.pages import commands_page, commands_page_in_chinese, settings_page
from triage.settings import Settings
from triage.store.columns import metadata

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CHINESE = sorted((ROOT / "docs").glob("*.zh.md"))
# Its Chinese edition is arranged by an office's day, with commands for each part of it, and is no translation of the English one.
OF_ITS_OWN = "quick-start.zh.md"
TRANSLATED = [page for page in CHINESE if page.name != OF_ITS_OWN]
ANY_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


def commands_in(page: Path) -> list[str]:
    return [line for block in BLOCK.findall(page.read_text("utf-8")) for line in block.splitlines() if line.strip()]


def test_every_setting_and_command_has_its_line_and_the_pages_are_current() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page(), "run `make docs`"
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == commands_page(), "run `make docs`"
    assert (ROOT / "docs" / "commands.zh.md").read_text("utf-8") == commands_page_in_chinese(), "run `make docs`"
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


def english(page: Path) -> Path:
    return page.with_name(page.name.replace(".zh.md", ".md"))


def headings(page: Path) -> Counter[int]:
    """How many headings of each level stand outside of the code blocks."""
    lines = ANY_BLOCK.sub("", page.read_text("utf-8")).splitlines()
    return Counter(len(line) - len(line.lstrip("#")) for line in lines if line.startswith("#"))


def blocks(page: Path) -> list[tuple[str, list[str]]]:
    """Language and lines of each code block. Comments go; texts in quotation marks that hold a blank or a Chinese character, and
    words that hold one, become an ellipsis: they are samples. Commands, options, names and figures stay."""
    return [
        (kind, [line for line in map(_bare, body.splitlines()) if line])
        for kind, body in ANY_BLOCK.findall(page.read_text("utf-8"))
    ]


def _bare(line: str) -> str:
    line = re.sub(r"(?:^|\s)#.*", "", line)
    line = re.sub(r"'[^']*'|\"[^\"]*\"", lambda text: text[0] if re.fullmatch(r"[\x21-\x7e]*", text[0]) else "…", line)
    return " ".join(re.sub(r"[^\x20-\x7e]+", "…", line).split())


def codes(page: Path) -> set[str]:
    """What stands as code in the running text, but for what holds Chinese characters or a blank between them."""
    text = ANY_BLOCK.sub("", page.read_text("utf-8"))
    return {code for code in re.findall(r"`([^`\n]+)`", text) if code.isascii()}


def anchors(page: Path) -> set[str]:
    text = ANY_BLOCK.sub("", page.read_text("utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    told = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    return told | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)
def test_an_english_page_and_its_chinese_edition_lead_to_each_other_under_their_titles(page: Path) -> None:
    assert page.read_text("utf-8").splitlines()[1:4] == ["", f"[English]({english(page).name})", ""]
    assert english(page).read_text("utf-8").splitlines()[1:4] == ["", f"[中文]({page.name})", ""]


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_a_chinese_edition_has_the_headings_of_its_english_page(page: Path) -> None:
    assert headings(page) == headings(english(page))


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_a_chinese_edition_has_the_code_blocks_of_its_english_page(page: Path) -> None:
    assert blocks(page) == blocks(english(page))


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_a_chinese_edition_names_the_commands_settings_and_codes_of_its_english_page(page: Path) -> None:
    # It may put a code beside a Chinese word where the English page has the word alone; what renews a page is told to developers.
    assert codes(english(page)) - codes(page) <= {"make docs"}


@pytest.mark.parametrize("page", [*CHINESE, ROOT / "README.zh.md"], ids=lambda page: page.name)
def test_links_of_a_chinese_page_resolve_and_stay_in_chinese(page: Path) -> None:
    for name, anchor in LINK.findall(page.read_text("utf-8").replace(f"[English]({english(page).name})", "")):
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), name
        chinese = target.with_name(target.name.replace(".md", ".zh.md"))
        if target.parent == ROOT / "docs" and not name.endswith(".zh.md"):
            assert not chinese.exists(), f"{name} has a Chinese edition"
        assert not anchor or anchor in anchors(target), f"{name}#{anchor}"
