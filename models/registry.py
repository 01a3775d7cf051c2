"""Trained models side by side in a folder, one of them current.

``versions/<name>/`` holds a saved model each; ``current.json`` names the one in use and those before it. It is
replaced in one step, so that a reader sees the old model or the new one and never half of either. ``encoder/`` is
where the accurate readers find the encoder that they share. Who changes anything holds ``registry.lock`` meanwhile, so that
two trainings that end at once leave both models whole.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import ModelDamaged, ModelError, ModelMissing, ModelUnsuitable
from models.readers import Reader, load, save
from models.saved import read_manifest, write_whole

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Registry:
    """The models of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current.json"

    def path(self, version: str) -> Path:
        """The folder of a version.

        Raises:
            ModelUnsuitable: the name is not one that a version can have.
        """
        if not _NAME.fullmatch(version):
            raise ModelUnsuitable("A version's name has 1 to 64 letters, digits, points, dashes or underscores.")
        return self.folder / "versions" / version

    def versions(self) -> list[str]:
        """All complete versions, by name."""
        found = (path.parent.name for path in (self.folder / "versions").glob("*/manifest.json"))
        return sorted(name for name in found if _NAME.fullmatch(name))

    def add(self, model: Reader, version: str, *, use: bool = True) -> Path:
        """Save a model under a version's name and, unless told otherwise, make it current.

        Raises:
            ModelUnsuitable: the name is taken or not one that a version can have.
        """
        target = self.path(version)
        with self._alone():
            if (target / "manifest.json").exists():
                raise ModelUnsuitable(f"Version {version} exists already.")
            self._write(model, target)
        if use:
            self.use(version)
        return target

    def keep(self, model: Reader, version: str) -> bool:
        """Save a model under a version's name unless it stands there whole; whether it was saved.

        A version that was damaged is written anew: the name is made of the content, so training again mends it.

        Raises:
            ModelUnsuitable: the name is not one that a version can have.
        """
        target = self.path(version)
        with self._alone():
            if _is_whole(target):
                return False
            self._write(model, target)
        return True

    def _write(self, model: Reader, target: Path) -> None:
        """Saves a model in place of whatever stands there; what earlier trainings left when they were killed goes."""
        for left in target.parent.glob(".*.draft"):
            shutil.rmtree(left, ignore_errors=True)
        draft = target.with_name(f".{target.name}.draft")
        try:
            save(model, draft)
        except OSError:
            # On a full disk what was begun would only take the room that others need
            shutil.rmtree(draft, ignore_errors=True)
            raise
        if target.exists():
            shutil.rmtree(target)
        draft.replace(target)

    def current(self) -> str | None:
        """The version in use, if there is one.

        Raises:
            ModelDamaged: the pointer cannot be read.
        """
        trail = self._trail()
        return trail[-1] if trail else None

    def use(self, version: str) -> None:
        """Make a version current; where the pointer cannot be read, what was in use before is forgotten.

        Raises:
            ModelMissing: there is no such version.
            ModelDamaged: its manifest was changed.
        """
        read_manifest(self.path(version))
        with self._alone():
            try:
                trail = self._trail()
            except ModelDamaged:
                trail = []
            if not trail or trail[-1] != version:
                self._point([*trail, version][-20:])

    def before(self) -> str:
        """The version that was current before this one.

        Raises:
            ModelMissing: there was none.
        """
        trail = self._trail()
        if len(trail) < 2:
            raise ModelMissing("No version was in use before this one.")
        return trail[-2]

    def roll_back(self) -> str:
        """Go back to the version that was current before, and return its name.

        Raises:
            ModelMissing: there was none.
        """
        with self._alone():
            version = self.before()
            read_manifest(self.path(version))
            self._point(self._trail()[:-1])
        return version

    def load_current(self) -> Reader:
        """The model in use.

        Raises:
            ModelMissing: none was trained yet.
            ModelDamaged: a file is not the one that was saved.
        """
        version = self.current()
        if version is None:
            raise ModelMissing("No model was trained yet: run `triage train`.")
        return load(self.path(version))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else changes the folder meanwhile; the lock falls with the process that holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / "registry.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _trail(self) -> list[str]:
        if not self._pointer.exists():
            return []
        try:
            return [str(name) for name in json.loads(self._pointer.read_bytes())["trail"]]
        except (ValueError, KeyError, TypeError):
            raise ModelDamaged(
                f"{self._pointer.name} cannot be read: choose a model with `triage models use`."
            ) from None

    def _point(self, trail: list[str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._pointer, (json.dumps({"trail": trail}) + "\n").encode())


def _is_whole(folder: Path) -> bool:
    """Whether the reader saved in a folder can be opened."""
    try:
        load(folder)
    except ModelError:
        return False
    return True
