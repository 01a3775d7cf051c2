"""The saved form of a model: plain arrays and a manifest that vouches for them.

``arrays.npz`` is read without pickle; ``manifest.json`` holds its checksum, everything that is not an array, and
what is known of the training. A file that is not the one that was saved is refused.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.category import CategoryModel
from models.decision import DecisionRule
from models.errors import ModelDamaged, ModelMissing, ModelUnsuitable
from models.features import FeatureSpec
from models.forms import FormWeights
from models.held_out import HeldOut
from models.second_look import SecondLook
from models.sentence_head import SentenceHead
from models.spans import SpanModel
from models.vocabulary import Vocabulary

FORM = 4
"""Version of the saved form; raise it with every change that older files cannot follow."""
ARRAYS, MANIFEST = "arrays.npz", "manifest.json"
_SECOND = ("slope", "offset", "own", "labels", "marks", "bias")


def save(model: CategoryModel, folder: Path) -> None:
    """Write a model into ``folder``, which is made where needed; the manifest comes last."""
    arrays: dict[str, NDArray[Any]] = {
        "keys": model.vocabulary.keys,
        "idf": model.vocabulary.idf,
        "weights": model.weights,
        "bias": model.bias,
        "sentence_weights": model.sentences.weights,
        "sentence_bias": model.sentences.bias,
        "slope": model.slope,
        "offset": model.offset,
        **second_arrays(model.second),
        **form_arrays(model.form),
        **(model.spans.arrays() if model.spans else {}),
        **(model.held_out.arrays() if model.held_out else {}),
    }
    manifest = {
        "blend": model.sentences.blend,
        "categories": list(model.categories),
        "flags": list(model.flags),
        "features": model.spec.as_dict(),
        "bits": model.vocabulary.bits,
        "second_codes": list(model.second.codes),
        "thresholds": model.thresholds,
        "alone": [name for name, alone in zip(model.categories, model.rule.alone, strict=True) if alone],
        "exclusive": model.rule.exclusive,
        "about": dict(model.about),
        **({"spans": model.spans.told()} if model.spans else {}),
    }
    write_saved(folder, arrays, manifest)


def save_spans(model: SpanModel, folder: Path) -> None:
    """Write what was learned of spans into a folder of its own, as a pipeline's component does."""
    write_saved(folder, model.arrays(), {"spans": model.told()})


def load_spans(folder: Path) -> SpanModel:
    """What ``save_spans`` wrote.

    Raises:
        ModelMissing: there is none.
        ModelDamaged: a file is not the one that was saved.
        ModelUnsuitable: another version of this program wrote it.
    """
    manifest = read_manifest(folder)
    return SpanModel.of(read_arrays(folder, manifest), manifest["spans"])


def write_saved(folder: Path, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]) -> None:
    """Write arrays and the manifest that vouches for them; ``form``, checksum and seal are added here."""
    folder.mkdir(parents=True, exist_ok=True)
    content = write_array_file(folder / ARRAYS, **arrays)
    sealed = {"form": FORM, **manifest, "sha256": {ARRAYS: sha256(content).hexdigest()}}
    sealed["seal"] = _seal(sealed)
    write_whole(folder / MANIFEST, (json.dumps(sealed, ensure_ascii=False, indent=1) + "\n").encode())


def write_array_file(path: Path, **arrays: NDArray[Any]) -> bytes:
    """Write named arrays into one file, whole or not at all, and return its content."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stubs take the second parameter for a flag
    write_whole(path, buffer.getvalue())
    return buffer.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is either wholly there or not at all, also after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


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
    parts = read_arrays(folder, manifest)
    categories, flags = tuple(manifest["categories"]), tuple(manifest["flags"])
    return CategoryModel(
        categories=categories,
        flags=flags,
        spec=FeatureSpec.from_dict(manifest["features"]),
        vocabulary=Vocabulary(parts["keys"], parts["idf"], manifest["bits"]),
        weights=parts["weights"],
        bias=parts["bias"],
        sentences=SentenceHead(parts["sentence_weights"], parts["sentence_bias"], float(manifest["blend"])),
        second=second_in(parts, manifest),
        slope=parts["slope"],
        offset=parts["offset"],
        rule=rule_in(manifest),
        flag_thresholds=tuple(manifest["thresholds"][name] for name in flags),
        about=manifest["about"],
        spans=SpanModel.of(parts, manifest["spans"]) if "spans" in manifest else None,
        form=_form_in(parts),
        held_out=HeldOut(parts["held_out_texts"], parts["held_out"]) if "held_out" in parts else None,
    )


def read_arrays(folder: Path, manifest: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The arrays that a manifest vouches for.

    Raises:
        ModelDamaged: the file is not the one that was saved.
    """
    path = folder / ARRAYS
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).hexdigest() != manifest["sha256"][ARRAYS]:
        raise ModelDamaged(f"{ARRAYS} of model {folder.name} is not the file that was saved: train the model again.")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def second_arrays(look: SecondLook) -> dict[str, NDArray[Any]]:
    """The arrays of a second look by the names that they are saved under; its codes stand in the manifest."""
    return {f"second_{name}": getattr(look, name) for name in _SECOND}


def second_in(parts: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]) -> SecondLook:
    """The second look among saved arrays."""
    return SecondLook(codes=tuple(manifest["second_codes"]), **{name: parts[f"second_{name}"] for name in _SECOND})


def form_arrays(form: FormWeights | None) -> dict[str, NDArray[Any]]:
    """The arrays of what another form of texts changes, by the names that they are saved under; none where nothing was learned."""
    if form is None:
        return {}
    return {
        "form_gate": form.gate,
        "form_gate_bias": np.array(form.gate_bias),
        "form_weights": form.weights,
        "form_bias": form.bias,
    }


def _form_in(parts: Mapping[str, NDArray[Any]]) -> FormWeights | None:
    if "form_gate" not in parts:
        return None
    return FormWeights(parts["form_gate"], float(parts["form_gate_bias"]), parts["form_weights"], parts["form_bias"])


def rule_in(manifest: Mapping[str, Any]) -> DecisionRule:
    """The rule of decision that a manifest tells."""
    categories, alone = manifest["categories"], set(manifest["alone"])
    return DecisionRule(
        tuple(manifest["thresholds"][name] for name in categories),
        tuple(name in alone for name in categories),
        manifest["exclusive"],
    )


def _seal(manifest: dict[str, Any]) -> str:
    """Checksum over everything else in the manifest, so that an edited threshold shows."""
    plain = {name: value for name, value in manifest.items() if name != "seal"}
    return sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
