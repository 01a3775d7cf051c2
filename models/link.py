"""The link estimator: whether two reports tell of one matter, from features of the pair; pure arithmetic over arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import sigmoid
from models.saved import read_arrays, read_manifest, write_saved
from models.trees import Trees

Floats = NDArray[np.float64]

KIND = "link/3"


@dataclass(frozen=True, slots=True)
class LinkModel:
    """Boosted trees over named features, calibrated.

    ``slope`` and ``offset`` make a probability of what the trees say. ``about`` is what the manifest tells of the training.
    """

    features: tuple[str, ...]
    trees: Trees
    slope: float
    offset: float
    about: Mapping[str, Any] = field(default_factory=dict)
    version: str = field(init=False)
    """A name made of the model's content."""

    def __post_init__(self) -> None:
        digest = sha256(repr((self.features, self.trees.baseline, self.slope, self.offset)).encode())
        for array in self.trees.arrays().values():
            digest.update(array.tobytes())
        object.__setattr__(self, "version", f"link-{digest.hexdigest()[:12]}")

    def probabilities(self, values: Floats) -> Floats:
        """The calibrated probability of each pair; ``values`` has a row for each pair, a column for each feature."""
        return sigmoid(self.trees.logits(values) * self.slope + self.offset)


def save_link(model: LinkModel, folder: Path) -> None:
    """Write a model into ``folder``, which is made where needed."""
    told = {"slope": model.slope, "offset": model.offset, "baseline": model.trees.baseline, "depth": model.trees.depth}
    manifest = {"reader": KIND, "features": list(model.features), **told, "about": dict(model.about)}
    write_saved(folder, model.trees.arrays(), manifest)


def load_link(folder: Path) -> LinkModel | None:
    """The model saved in ``folder``; None for one of another kind, as an earlier version wrote it.

    Raises:
        ModelMissing: there is none.
        ModelDamaged: a file is not the one that was saved.
        ModelUnsuitable: another version of this program wrote it.
    """
    manifest = read_manifest(folder)
    if manifest["reader"] != KIND:
        return None
    trees = Trees.of(read_arrays(folder, manifest), manifest["baseline"], manifest["depth"])
    return LinkModel(tuple(manifest["features"]), trees, manifest["slope"], manifest["offset"], manifest["about"])
