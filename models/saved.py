"""The saved form of a model: plain arrays and a manifest that vouches for them.

``arrays.npz`` is read without pickle; ``manifest.json`` holds its checksum, everything that is not an array, and
what is known of the training. A file that is not the one that was saved is refused.
"""

from __future__ import annotations

import io
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from models.category import CategoryModel
from models.decision import DecisionRule
from models.errors import ModelDamaged, ModelMissing, ModelUnsuitable
from models.features import FeatureSpec
from models.vocabulary import Vocabulary

FORM = 1
"""Version of the saved form; raise it with every change that older files cannot follow."""
ARRAYS, MANIFEST = "arrays.npz", "manifest.json"


def save(model: CategoryModel, folder: Path) -> None:
    """Write a model into ``folder``, which is made where needed; the manifest comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez(
        buffer,
        keys=model.vocabulary.keys,
        idf=model.vocabulary.idf,
        weights=model.weights.astype(np.float32),
        bias=model.bias,
        slope=model.slope,
        offset=model.offset,
    )
    content = buffer.getvalue()
    manifest = {
        "form": FORM,
        "categories": list(model.categories),
        "flags": list(model.flags),
        "features": model.spec.as_dict(),
        "bits": model.vocabulary.bits,
        "thresholds": model.thresholds,
        "alone": [name for name, alone in zip(model.categories, model.rule.alone, strict=True) if alone],
        "exclusive": model.rule.exclusive,
        "sha256": {ARRAYS: sha256(content).hexdigest()},
        "about": dict(model.about),
    }
    manifest["seal"] = _seal(manifest)
    write_whole(folder / ARRAYS, content)
    write_whole(folder / MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is either wholly there or not at all, also after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a saved model, checked.

    Raises:
        ModelMissing: there is none.
        ModelDamaged: it was changed since it was saved.
        ModelUnsuitable: another version of this program wrote it.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ModelMissing(f"No trained model stands in {folder.name}: train one with `triage train`.")
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        form, seal = manifest["form"], manifest["seal"]
    except (ValueError, KeyError, TypeError):
        raise ModelDamaged(f"{MANIFEST} of model {folder.name} cannot be read: train the model again.") from None
    if form != FORM:
        raise ModelUnsuitable(f"Model {folder.name} has form {form}, this program reads form {FORM}: train it again.")
    if seal != _seal(manifest):
        raise ModelDamaged(f"{MANIFEST} of model {folder.name} was changed since it was saved: train the model again.")
    return manifest


def load(folder: Path) -> CategoryModel:
    """The model saved in ``folder``.

    Raises:
        ModelMissing: there is none.
        ModelDamaged: a file is not the one that was saved.
        ModelUnsuitable: another version of this program wrote it.
    """
    manifest = read_manifest(folder)
    path = folder / ARRAYS
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).hexdigest() != manifest["sha256"][ARRAYS]:
        raise ModelDamaged(f"{ARRAYS} of model {folder.name} is not the file that was saved: train the model again.")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        parts = {name: arrays[name] for name in arrays.files}
    categories, flags = tuple(manifest["categories"]), tuple(manifest["flags"])
    alone = set(manifest["alone"])
    thresholds = manifest["thresholds"]
    return CategoryModel(
        categories=categories,
        flags=flags,
        spec=FeatureSpec.from_dict(manifest["features"]),
        vocabulary=Vocabulary(parts["keys"], parts["idf"], manifest["bits"]),
        weights=parts["weights"].astype(np.float64),
        bias=parts["bias"],
        slope=parts["slope"],
        offset=parts["offset"],
        rule=DecisionRule(
            tuple(thresholds[name] for name in categories),
            tuple(name in alone for name in categories),
            manifest["exclusive"],
        ),
        flag_thresholds=tuple(thresholds[name] for name in flags),
        about=manifest["about"],
    )


def _seal(manifest: dict[str, Any]) -> str:
    """Checksum over everything else in the manifest, so that an edited threshold shows."""
    plain = {name: value for name, value in manifest.items() if name != "seal"}
    return sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
