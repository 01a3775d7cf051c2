"""``--help`` in Chinese, for whoever has a Chinese system (``LANG=zh_CN.UTF-8``), and what is wrong with a command line."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from typer.exceptions import TyperException

from triage.chinese import both, texts

if TYPE_CHECKING:
    from typer.core import TyperGroup

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these that is set tells the language, as POSIX has it."""


def asks_in_chinese(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether these words of a command line ask for help, under a Chinese locale."""
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    return locale.startswith("zh") and (not words or "--help" in words or words[-1:] == ["help"])


def in_chinese(app: typer.Typer) -> TyperGroup:
    """The commands of an application, whose help is Chinese where the catalogue ``help.tsv`` holds it."""
    known = chinese_help()
    group = typer.main.get_command(app)
    _translate(group, known)
    return group  # type: ignore[return-value]


def misused(error: TyperException) -> int:
    """Tells how a command is called and what is wrong with a line, in both languages; says how the program ends."""
    said = error.format_message()
    told = both(said)
    if told == said:
        # The help of a group that was called without a command, and what no catalogue holds
        error.show()  # type: ignore[attr-defined]
        return error.exit_code
    context = getattr(error, "ctx", None)
    if context is not None:
        sys.stderr.write(f"{context.get_usage()}\n{context.command_path} --help\n\n")
    sys.stderr.write(f"triage: {told}\n")
    return error.exit_code


def chinese_help() -> dict[str, str]:
    """What commands and options say of themselves: English to Chinese."""
    return texts("help.tsv")


def _translate(command: object, known: Mapping[str, str]) -> None:
    said = known.get(inspect.cleandoc(getattr(command, "help", None) or ""))
    if said is not None:
        command.help = said  # type: ignore[attr-defined]
        # The line in a list of commands; made from the whole it is cut at a space, of which Chinese has none
        command.short_help = said.split("\n")[0]  # type: ignore[attr-defined]
    for one in getattr(command, "params", ()):
        if (told := known.get(getattr(one, "help", None) or "")) is not None:
            one.help = told
    for one in getattr(command, "commands", {}).values():
        _translate(one, known)
