"""The command line: thin commands over the domain, one module for each group, heavy imports inside the commands."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from pathlib import Path

from typer.exceptions import Abort, TyperException

from models.errors import ModelError
from triage.chinese import both
from triage.errors import BadInput, TriageError


def main() -> None:
    """Runs the command line; an error of ours, and what the system refuses, prints its sentence and exits 2."""
    _open_closed_streams()
    from triage.cli.app import app
    from triage.cli.helping import asks_in_chinese, in_chinese, misused

    # Processes that are started from here, a pool's too, take no code from the folder that somebody stands in
    os.environ["PYTHONSAFEPATH"] = "1"
    _speak_in_any_encoding()
    try:
        try:
            ended = (in_chinese(app) if asks_in_chinese(sys.argv[1:], os.environ) else app)(standalone_mode=False)
        finally:
            # Here, where it can be told: what waits to be written may find a full disk
            sys.stdout.flush()
        if isinstance(ended, int):
            raise SystemExit(ended)
    except TyperException as error:
        raise SystemExit(misused(error)) from None
    except TriageError as error:
        what = (
            f"{error.field}: {both(error.detail)} [{error.rule}]"
            if isinstance(error, BadInput)
            else both(error.sentence)
        )
        sys.stderr.write(f"triage: {what}\n")
        raise SystemExit(2) from None
    except ModelError as error:
        sys.stderr.write(f"triage: {both(str(error))}\n")
        raise SystemExit(2) from None
    except OSError as error:
        raise SystemExit(_refused(error)) from None
    except (KeyboardInterrupt, Abort):
        raise SystemExit(130) from None


def _refused(error: OSError) -> int:
    """Tells what the system refused, with the path, and says how to end: 1 where nobody reads on, as of ``| head``."""
    # What the buffer of a full or closed output still holds would be told once more at the end
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if error.errno == errno.EPIPE:
        return 1
    named = "" if error.filename is None else f": {os.fsdecode(error.filename)}"
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    what = "磁盘已满 · No room is left on the disk" if full else "系统拒绝 · The system refused it"
    sys.stderr.write(f"triage: {what} ({error.strerror or type(error).__name__}){named}\n")
    return 2


def _open_closed_streams() -> None:
    """Opens those of input, output and errors that were closed: the first file that is opened would take such a place, and
    what is said would be written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free, which is this one
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")


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
