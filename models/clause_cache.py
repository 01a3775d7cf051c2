"""Clauses of training texts kept by a hash of the text, so that a second training waits for no encoder.

One file for each encoder; it holds hashes and vectors, no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from models.encoder import Clauses, Encoder
from models.linear import Progress
from models.saved import write_array_file

_CHUNK = 64


def cached_clauses(
    encoder: Encoder, texts: Sequence[str], folder: Path | None, progress: Progress | None = None
) -> list[Clauses]:
    """The clauses of each text, read from ``folder`` where they are known and kept there where they are not.

    A file that cannot be read is made anew. Without a folder nothing is kept.
    """
    path = folder / f"clauses-{encoder.digest}.npz" if folder is not None else None
    known = _read(path) if path is not None and path.is_file() else {}
    names = [sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
    missing = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
    order = sorted(missing, key=lambda name: len(missing[name]))
    for begin in range(0, len(order), _CHUNK):
        if progress is not None:
            progress("clauses", begin, len(order))
        part = order[begin : begin + _CHUNK]
        known.update(zip(part, encoder.clauses([missing[name] for name in part]), strict=True))
    if path is not None and missing:
        _write(path, known)
    return [known[name] for name in names]


def _read(path: Path) -> dict[str, Clauses]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            names, ends, starts, vectors = (arrays[name] for name in ("names", "ends", "starts", "vectors"))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}
    edges = [0, *ends.tolist()]
    return {
        str(name): Clauses(tuple(starts[low:high].tolist()), vectors[low:high].astype(np.float32))
        for name, low, high in zip(names, edges, edges[1:], strict=False)
    }


def _write(path: Path, known: dict[str, Clauses]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_array_file(
        path,
        names=np.array(list(known)),
        ends=np.cumsum([len(one.starts) for one in known.values()]),
        starts=np.concatenate([np.array(one.starts, np.int32) for one in known.values()]),
        vectors=np.concatenate([one.vectors for one in known.values()]).astype(np.float16),
    )
