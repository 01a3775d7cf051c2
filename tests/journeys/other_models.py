"""Further versions of the small trained reader, made without training: what they find is the same, their names differ."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from models.category import CategoryModel
from models.registry import Registry

Change = Callable[[CategoryModel], CategoryModel]


def another(models_dir: Path, version: str, change: Change = lambda model: model) -> Path:
    """The folder of a version that is registered and not in use; ``change`` makes it read otherwise."""
    registry = Registry(models_dir)
    current, name = registry.load_current(), registry.current()
    assert isinstance(current, CategoryModel)
    assert name is not None
    made = replace(change(current), about={**current.about, "version": version})
    folder = registry.add(made, version, use=False)
    shutil.copytree(registry.path(name) / "link", folder / "link")
    return folder


def damage(folder: Path) -> bytes:
    """Cuts the arrays of a version short; what they were."""
    arrays = folder / "arrays.npz"
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[: len(whole) // 2])
    return whole
