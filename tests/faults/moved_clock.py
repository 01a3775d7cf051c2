"""A wall clock of a process that a test moves while it runs."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_name("moved_clock.c")


@dataclass(frozen=True, slots=True)
class MovedClock:
    """What a process must be started with, and where the test says how far its clock is off."""

    library: Path
    shift: Path

    @property
    def environ(self) -> dict[str, str]:
        """Variables of a process whose clock this is, and of those that it starts."""
        return {"LD_PRELOAD": str(self.library), "MOVED_CLOCK": str(self.shift)}

    def jump(self, hours: float) -> None:
        """From now on the clock is so many hours ahead of the true one, or behind it."""
        with self.shift.open("r+b") as file:
            file.write(struct.pack("q", int(hours * 3600)))


def moved_clock(folder: Path, hours: float = 0) -> MovedClock:
    """A clock that is so far off; where none can be made the test is skipped with the reason."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("a clock that jumps is made by a C compiler on Linux")
    folder.mkdir(exist_ok=True)
    made = MovedClock(folder / "moved_clock.so", folder / "shift")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made.library), str(_SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        pytest.skip(f"the C compiler does not make a clock here: {done.stderr.strip()[-120:]}")
    made.shift.write_bytes(struct.pack("q", 0))
    made.jump(hours)
    return made
