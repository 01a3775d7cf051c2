"""The link estimator: whether two reports tell of one matter, from features of the pair; pure arithmetic over arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.calibration import sigmoid
from models.saved import read_arrays, read_manifest, write_saved

Floats = NDArray[np.float64]

KIND = "link"


@dataclass(frozen=True, slots=True)
class LinkModel:
    """A logistic model over named features and the products of every two of the ``crossed`` ones.

    ``mean``, ``scale`` and ``weights`` have an element for each feature and then each product. ``about`` is what the
    manifest tells of the training.
    """

    features: tuple[str, ...]
    crossed: tuple[str, ...]
    mean: Floats
    scale: Floats
    weights: Floats
    bias: float
    slope: float
    offset: float
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """A name made of the model's content."""
        digest = sha256(repr((self.features, self.crossed, self.bias, self.slope, self.offset)).encode())
        digest.update(self.weights.tobytes())
        return f"{KIND}-{digest.hexdigest()[:12]}"

    def probabilities(self, values: Floats) -> Floats:
        """The calibrated probability of each pair; ``values`` has a row for each pair, a column for each feature."""
        wide = expanded(values, columns(self.features, self.crossed))
        logits = (wide - self.mean) / self.scale @ self.weights + self.bias
        return sigmoid(logits * self.slope + self.offset)


def columns(features: Sequence[str], crossed: Sequence[str]) -> list[int]:
    """Where the crossed features stand among all."""
    return [features.index(name) for name in crossed]


def expanded(values: Floats, crossed: Sequence[int]) -> Floats:
    """Features and, beside them, the products of every two of the crossed ones."""
    first, second = np.triu_indices(len(crossed), 1)
    part = values[:, list(crossed)]
    return np.concatenate([values, part[:, first] * part[:, second]], axis=1)


def save_link(model: LinkModel, folder: Path) -> None:
    """Write a model into ``folder``, which is made where needed."""
    arrays = {"mean": model.mean, "scale": model.scale, "weights": model.weights}
    told = {name: getattr(model, name) for name in ("bias", "slope", "offset")}
    manifest = {"reader": KIND, "features": list(model.features), "crossed": list(model.crossed), **told}
    write_saved(folder, arrays, {**manifest, "about": dict(model.about)})


def load_link(folder: Path) -> LinkModel:
    """The model saved in ``folder``.

    Raises:
        ModelMissing: there is none.
        ModelDamaged: a file is not the one that was saved.
        ModelUnsuitable: another version of this program wrote it.
    """
    manifest = read_manifest(folder)
    parts = read_arrays(folder, manifest)
    return LinkModel(
        tuple(manifest["features"]),
        tuple(manifest["crossed"]),
        parts["mean"],
        parts["scale"],
        parts["weights"],
        manifest["bias"],
        manifest["slope"],
        manifest["offset"],
        manifest["about"],
    )
