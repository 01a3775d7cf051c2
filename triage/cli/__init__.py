"""The command line: thin commands over the domain, one module for each group, heavy imports inside the commands."""

from __future__ import annotations

import os
import sys

from models.errors import ModelError
from triage.errors import BadInput, TriageError


def main() -> None:
    """Runs the command line; an error of ours prints its sentence and exits 2."""
    from triage.cli.app import app

    # Processes that are started from here, a pool's too, take no code from the folder that somebody stands in
    os.environ["PYTHONSAFEPATH"] = "1"
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
