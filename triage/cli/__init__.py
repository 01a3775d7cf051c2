"""The command line: thin commands over the domain, one module for each group, heavy imports inside the commands."""

from __future__ import annotations

import codecs
import io
import os
import sys

from models.errors import ModelError
from triage.errors import BadInput, TriageError


def main() -> None:
    """Runs the command line; an error of ours prints its sentence and exits 2."""
    from triage.cli.app import app

    # Processes that are started from here, a pool's too, take no code from the folder that somebody stands in
    os.environ["PYTHONSAFEPATH"] = "1"
    _speak_in_any_encoding()
    try:
        app()
    except TriageError as error:
        what = f"{error.field}: {error.detail} [{error.rule}]" if isinstance(error, BadInput) else error.sentence
        sys.stderr.write(f"triage: {what}\n")
        raise SystemExit(2) from None
    except ModelError as error:
        sys.stderr.write(f"triage: {error}\n")
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _speak_in_any_encoding() -> None:
    """Lets no character end a command: what a terminal of GBK has no sign for, as 😀, is written as JSON writes it."""
    codecs.register_error("triage_escaped", _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="triage_escaped")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)), error.end
