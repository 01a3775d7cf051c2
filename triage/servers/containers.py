"""A server in a docker container, where a docker engine runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from triage.servers import processes
from triage.servers.processes import NoServer


class Container:
    """A container that is gone with its data once it is stopped."""

    def __init__(self, image: str, options: Sequence[str], secret: tuple[str, str], seconds: float) -> None:
        """Starts it with a variable that nobody else sees; an image that is not here is fetched within ``seconds``.

        Raises:
            NoServer: docker does not start it.
        """
        name, value = secret
        command = ["docker", "run", "--detach", "--rm", *options, "--env", name, image]
        # By the environment, because everybody on the machine sees the arguments of a process.
        environ = {**os.environ, name: value}
        made = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=seconds, check=False)
        if made.returncode:
            raise NoServer(f"docker does not start {image}: {made.stderr.strip()[-200:]}")
        self.id = made.stdout.strip()

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Waits until the server in it answers.

        Raises:
            NoServer: it ended, or it did not answer in time.
        """
        watched = subprocess.Popen(["docker", "wait", self.id], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            processes.wait_until(ready, watched, Path(os.devnull), seconds)
        finally:
            processes.stop(watched, patience=0)

    def stop(self) -> None:
        """Ends it and with it its data."""
        subprocess.run(["docker", "stop", self.id], capture_output=True, timeout=60, check=False)
