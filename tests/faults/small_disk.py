"""A file system of a few megabytes, to be full in a moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder on a disk of its own."""

    folder: Path

    def fill(self) -> None:
        """Leaves not one byte."""
        with self._filler.open("ab", buffering=0) as file:
            block = bytes(_BLOCK)
            while block:
                try:
                    file.write(block)
                except OSError:
                    block = block[: len(block) // 2]

    def make_room(self) -> None:
        """Takes away what ``fill`` put there."""
        self._filler.unlink(missing_ok=True)

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mounts one in memory; where that is not allowed the test is skipped with the reason."""
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root can make a small disk, by the program `mount`")
    folder = Path(tempfile.mkdtemp(prefix="triage-disk-"))
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "triage-disk", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        if done.returncode:
            pytest.skip(f"no small disk can be made here: {done.stderr.strip()[:120]}")
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, timeout=20, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
