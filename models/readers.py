"""The readers behind one door: whatever was saved is loaded as what it was."""

from __future__ import annotations

from pathlib import Path

from models.accurate import READER, AccurateModel
from models.accurate import load as load_accurate
from models.accurate import save as save_accurate
from models.category import CategoryModel
from models.saved import load as load_fast
from models.saved import read_manifest
from models.saved import save as save_fast

Reader = CategoryModel | AccurateModel


def save(model: Reader, folder: Path) -> None:
    """Write a reader into ``folder``, which is made where needed; the manifest comes last."""
    if isinstance(model, AccurateModel):
        save_accurate(model, folder)
    else:
        save_fast(model, folder)


def load(folder: Path) -> Reader:
    """The reader saved in ``folder``.

    Raises:
        ModelMissing: there is none, or its encoder is not there.
        ModelDamaged: a file is not the one that was saved.
        ModelUnsuitable: another version of this program wrote it, or it needs what is not installed.
    """
    return load_accurate(folder) if reader_in(folder) == READER else load_fast(folder)


def reader_in(folder: Path) -> str:
    """The kind of the reader saved in ``folder``: fast or accurate.

    Raises:
        ModelMissing, ModelDamaged, ModelUnsuitable: its manifest cannot be used.
    """
    return str(read_manifest(folder).get("reader", "fast"))
