"""What a bench fills once and may ask again: a folder under ``--keep``, or one that is gone afterwards.

What a fill took stands in ``filled.json`` beside it, written last: a folder without it is half filled and begun anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

Took = Mapping[str, float]
_TOLD = "filled.json"


@contextmanager
def filled(keep: Path | None, name: str, fill: Callable[[Path], Took]) -> Iterator[tuple[Path, Took]]:
    """The folder ``name`` with what ``fill`` wrote into it, and the figures of filling as it was done at the time."""
    if keep is None:
        with TemporaryDirectory(prefix="triage-bench-", ignore_cleanup_errors=True) as place:
            yield _filled(Path(place) / name, fill)
    else:
        yield _filled(keep / name, fill)


def size_of(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _filled(folder: Path, fill: Callable[[Path], Took]) -> tuple[Path, Took]:
    told = folder / _TOLD
    if not told.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        told.write_text(json.dumps(dict(fill(folder))), encoding="utf-8")
    took: Took = json.loads(told.read_text(encoding="utf-8"))
    return folder, took
