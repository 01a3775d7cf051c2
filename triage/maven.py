"""What is fetched from Maven's repository: one file, by the ``mvn`` that is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from triage.errors import Unavailable

_WAIT_SECONDS = 900


def brought(artefact: str, folder: Path, ending: str, without: str) -> Path:
    """The file of an artefact, which Maven puts into a folder.

    Args:
        artefact: as Maven names it.
        folder: holds no other file with this ending.
        ending: how the file's name ends, such as jar.
        without: what cannot be had and what to do, said where Maven is not installed.

    Raises:
        Unavailable: Maven is not installed, or does not get it.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable(f"Maven (mvn) is not installed, so {without}")
    command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={artefact}", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command line
            command, cwd=folder, capture_output=True, check=False, timeout=_WAIT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"Maven did not bring {artefact} within {_WAIT_SECONDS // 60} minutes: try again.") from None
    found = list(folder.glob(f"*.{ending}"))
    if done.returncode or not found:
        raise Unavailable(f"Maven could not get {artefact}: is its repository within reach from this machine?")
    return found[0]
