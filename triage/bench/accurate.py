"""How fast the accurate reader is, beside the bare passes of its encoder over the same texts in the same run."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from models.accurate import READER, AccurateModel
from models.readers import load, reader_in
from models.registry import Registry
from triage.assess import Assessor, full_pipeline
from triage.bench.assess import RUNS, Text, texts_of
from triage.bench.figures import Figure
from triage.bench.processes import apart
from triage.policy import load_policy
from triage.settings import get_settings

_MOST = 200
_BATCH = 20


def measure(file: Path | None = None, *, most: int | None = None, runs: int = RUNS) -> tuple[Figure, ...]:
    """Figures of the newest accurate reader on at most 200 texts, with one thread; none where there is no such reader.

    Raises:
        Unavailable: its process failed.
    """
    folder = newest(Registry(get_settings().models_dir))
    if folder is None:
        return ()
    told = apart("triage.bench.accurate", str(folder), str(file or ""), str(min(most or _MOST, _MOST)), str(runs))
    return (
        Figure("accurate_reports_per_s", told["reports_per_s"], "reports/s"),
        Figure("accurate_to_encoder_ratio", told["ratio"], "of its time", 1.3),
    )


def newest(registry: Registry) -> Path | None:
    """The folder of the accurate reader that was trained last."""
    known = [registry.path(version) for version in registry.versions()]
    fit = [path for path in known if reader_in(path) == READER]
    return max(fit, key=lambda path: path.stat().st_mtime, default=None)


def run(folder: Path, texts: Sequence[str], runs: int) -> dict[str, float]:
    """Both over all texts, batch by batch in turns; the median over the runs."""
    model = load(folder)
    if not isinstance(model, AccurateModel):
        raise TypeError("The folder holds another reader.")
    assessor = Assessor(full_pipeline(model, load_policy(get_settings().data_dir)))
    list(assessor.pipe(map(Text, texts[:_BATCH])))
    speeds, ratios = [], []
    for _ in range(runs):
        gc.collect()
        ours = theirs = 0.0
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            began = time.perf_counter()
            list(assessor.pipe(map(Text, batch)))
            between = time.perf_counter()
            for text in batch:
                for _pass in model.encoder.token_vectors(text):
                    pass
            theirs += time.perf_counter() - between
            ours += between - began
        speeds.append(len(texts) / ours)
        ratios.append(ours / theirs)
    return {"reports_per_s": median(speeds), "ratio": median(ratios)}


if __name__ == "__main__":
    given = sys.argv[1:]
    texts = texts_of(Path(given[1]) if given[1] else None, int(given[2]))
    sys.stdout.write(json.dumps(run(Path(given[0]), texts, int(given[3]))) + "\n")
