"""How fast texts are read, beside plain ``jieba.lcut`` on the same texts in the same run.

Both take turns, 64 texts at a time, so that whatever else the machine does falls on both alike. The clock runs from the
text to the finished ``Assessment`` with its reasons. Memory is read before jieba's own dictionary is loaded.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from triage.assess import Assessor
from triage.assess.components import NAMES
from triage.assess.steps import Step
from triage.assess.tokeniser import SegmentingTokenizer
from triage.bench.figures import Figure, Outcome, quantile
from triage.bench.generator import Generator
from triage.bench.processes import apart, peak_megabytes
from triage.model import Turn
from triage.pipeline import model_folder, open_assessor
from triage.settings import get_settings

RUNS = 5
GENERATED = 2000
_BATCH = 64
_SINGLE = 200
_RECEIVED = datetime(2019, 11, 5, 4, tzinfo=UTC)
_DAY = date(2019, 11, 5)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the assessor takes it."""

    text: str
    received_at: datetime = _RECEIVED
    turns: tuple[Turn, ...] = ()


def measure(file: Path | None = None, *, most: int | None = None, runs: int = RUNS) -> Outcome:
    """Reads the texts of a JSONL file, or ``most`` generated ones, in a process of its own with one thread.

    Raises:
        Unavailable: that process failed.
    """
    folder = model_folder(get_settings())
    arguments = [str(folder), str(file or ""), str(most or 0), str(runs)]
    told = apart("triage.bench.assess", *arguments)
    figures = (
        Figure("texts", told["texts"], "texts"),
        Figure("mean_length", told["characters"] / told["texts"], "characters"),
        Figure("reports_per_s", told["reports_per_s"], "reports/s"),
        Figure("time_to_jieba_ratio", told["ratio"], "of its time", 1.0),
        Figure("cpu_to_jieba_ratio", told["cpu_ratio"], "of its time"),
        Figure("one_text_p50", told["single_p50"] * 1e3, "ms"),
        Figure("one_text_p99", told["single_p99"] * 1e3, "ms"),
        Figure("load", told["load"], "s"),
        Figure("peak_memory", told["peak"], "MB", 600),
    )
    parts = {name.removeprefix("part:"): value for name, value in told.items() if name.startswith("part:")}
    return Outcome("assess", figures, parts, (f"median of {runs} runs, one thread",))


def run(folder: Path, file: Path | None, most: int, runs: int) -> dict[str, float]:
    """All that is measured, in this process."""
    texts = texts_of(file, most)
    began = time.perf_counter()
    assessor = open_assessor(get_settings(), folder)
    assessor.assess(texts[0], received=_DAY)
    told: dict[str, float] = {"load": time.perf_counter() - began}
    told |= {"texts": len(texts), "characters": sum(map(len, texts))}
    for _ in assessor.pipe(map(Text, texts)):
        pass
    told["peak"] = peak_megabytes()
    told |= _side_by_side(assessor, texts, runs)
    told |= {f"part:{name}": share for name, share in parts(assessor, texts).items()}
    single = []
    for text in texts[:_SINGLE]:
        began = time.perf_counter()
        assessor.assess(text, received=_DAY)
        single.append(time.perf_counter() - began)
    return told | {"single_p50": quantile(single, 0.5), "single_p99": quantile(single, 0.99)}


def texts_of(file: Path | None, most: int) -> list[str]:
    """The texts of a JSONL file (``most`` of them, 0 for all), or generated ones."""
    if file is None:
        return Generator().texts(most or GENERATED)
    with file.open(encoding="utf-8") as lines:
        texts = [text for line in lines if (text := json.loads(line).get("text", "").strip())]
    return texts[:most] if most else texts


def parts(assessor: Assessor, texts: Sequence[str]) -> dict[str, float]:
    """The share of each component of the pipeline in the time of reading these texts."""
    nlp = assessor.nlp
    tokenizer = nlp.tokenizer
    if not isinstance(tokenizer, SegmentingTokenizer):
        raise TypeError("The pipeline was made with another tokeniser.")
    spent = dict.fromkeys(("tokenise", *(name.removeprefix("triage_") for name in NAMES)), 0.0)
    for batch in _batches(texts):
        began = time.perf_counter()
        made = [tokenizer.begin(text, _DAY) for text in batch]
        spent["tokenise"] += time.perf_counter() - began
        for name, step in nlp.pipeline:
            if not isinstance(step, Step):
                continue
            began = time.perf_counter()
            step.read(made)
            spent[name.removeprefix("triage_")] += time.perf_counter() - began
    total = sum(spent.values())
    return {name: seconds / total for name, seconds in spent.items()}


def _side_by_side(assessor: Assessor, texts: Sequence[str], runs: int) -> dict[str, float]:
    """Both readers over all texts, batch by batch in turns; the median over the runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library is older than some of Python's rules
        import jieba
    jieba.setLogLevel(60)
    jieba.initialize()
    walls, ratios, cpus = [], [], []
    batches = _batches(texts)
    for _ in range(runs):
        gc.collect()
        ours, theirs = _Clock(), _Clock()
        for batch in batches:
            with ours:
                list(assessor.pipe(map(Text, batch)))
            with theirs:
                [jieba.lcut(text) for text in batch]
        walls.append(ours.wall)
        ratios.append(ours.wall / theirs.wall)
        cpus.append(ours.cpu / theirs.cpu)
    return {"reports_per_s": len(texts) / median(walls), "ratio": median(ratios), "cpu_ratio": median(cpus)}


def _batches(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]


class _Clock:
    """Adds up the time spent inside its ``with`` blocks: on the wall and on this process's processors."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._began[0]
        self.cpu += time.process_time() - self._began[1]


if __name__ == "__main__":
    given = sys.argv[1:]
    answer = run(Path(given[0]), Path(given[1]) if given[1] else None, int(given[2]), int(given[3]))
    sys.stdout.write(json.dumps(answer) + "\n")
