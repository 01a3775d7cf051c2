"""Fine-tuning: a BERT learns, together with a head over its clause vectors, what people said of texts.

What is learned is just what the accurate reader computes: a clause's vector is the mean over its tokens, of length
one, and a text's logit pools what its clauses say (``models.clause_head``), so that reasons by clause stay whole.
Where people marked the passages that tell a label, each clause learns what it says itself.
torch comes with the extra ``fine-tune``; this module is imported only to fine-tune.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from models.bert import Shape, encode
from models.bert_graph import BertGraph, Weights
from models.clause_head import ClauseHead
from models.linear import UNKNOWN, Progress, Targets, quiet
from models.pooling import LARGEST, NOTHING
from models.tuning import OUTSIDE, Batch, Lessons, Positions, Tokens, TuningSpec, batches

_WORDS = "embeddings.word_embeddings.weight"
_HEAD, _BIAS = "head.weight", "head.bias"
_Taught = tuple[Targets, Targets, NDArray[np.float32]]
"""Of a batch: texts by labels, clauses by labels, and how much each text counts."""
_SCALE = 8.0
"""What clause vectors are scaled to, to suit the head's rate."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was learned: the encoder's weights and the head."""

    weights: Weights
    head: ClauseHead


def tune(
    source: BertGraph,
    heads: int,
    tokens: Sequence[Tokens],
    lessons: Lessons,
    rows: Positions,
    spec: TuningSpec,
    *,
    checkpoints: Path | None = None,
    progress: Progress | None = None,
) -> Tuned:
    """An encoder and head that learned from ``rows`` of the texts.

    Every epoch's end is kept in the folder ``checkpoints``, and a run that was broken off goes on from there to the
    same end; one of other texts, targets or ways begins anew.

    Args:
        source: the encoder as it was.
        heads: of its layers.
        tokens: of all texts.
        lessons: what all texts teach.
        rows: the texts that are learned from.
        spec: how.
        checkpoints: a folder, or None where nothing is to be kept; no text goes there.
        progress: told of every step.
    """
    run = _Run.begun(source, heads, lessons.targets, rows, spec)
    name = _name_of(source, tokens, lessons, rows, spec)
    checkpoint = checkpoints / f"{name[:16]}.pt" if checkpoints is not None else None
    first, run = run.resumed(checkpoint, name) if checkpoint is not None else (0, run)
    steps, tell = -(-len(rows) // spec.size), progress or quiet
    for epoch in range(first, spec.epochs):
        torch.manual_seed(spec.seed * 1000 + epoch)
        drawn = batches(tokens, rows, spec.size, np.random.default_rng((spec.seed, epoch)))
        for place, batch in enumerate(drawn, start=epoch * steps):
            run.step(batch, lessons.of_batch(batch, tokens), _pace(place, steps * spec.epochs))
            tell("fine-tuning", place + 1, steps * spec.epochs)
        if checkpoint is not None:
            run.kept(checkpoint, name, epoch + 1)
    return run.tuned()


@dataclass(frozen=True, slots=True)
class _Run:
    """Weights on their way."""

    weights: dict[str, torch.Tensor]
    shape: Shape
    optimiser: torch.optim.Optimizer
    rates: list[float]
    halves: bool

    @staticmethod
    def begun(source: BertGraph, heads: int, targets: Targets, rows: Positions, spec: TuningSpec) -> _Run:
        weights = {name: torch.from_numpy(array.copy()) for name, array in source.weights.items()}
        told = targets[rows]
        share = ((told == 1).sum(axis=0) + 0.5) / ((told != UNKNOWN).sum(axis=0) + 1.0)
        chance = torch.Generator().manual_seed(spec.seed)
        weights[_HEAD] = torch.randn(source.width, targets.shape[1], generator=chance) * 0.02
        # A text of seven or eight clauses then starts at its label's share.
        weights[_BIAS] = torch.from_numpy(np.log(share / (1 - share)) - 2.0).float()
        groups = []
        for name, array in weights.items():
            if name != _WORDS:
                array.requires_grad_(True)
                groups.append({"params": [array], **_way(name, array.ndim, source.depth, spec)})
        optimiser = torch.optim.AdamW(groups, fused=True)
        rates = [float(group["lr"]) for group in optimiser.param_groups]
        return _Run(weights, Shape(source.depth, heads, spec.dropout), optimiser, rates, _halves_pay())

    def step(self, batch: Batch, taught: _Taught, pace: float) -> None:
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * pace
        self.optimiser.zero_grad()
        torch.autograd.backward(self._loss(batch, taught))
        torch.nn.utils.clip_grad_norm_([one for one in self.weights.values() if one.requires_grad], 1.0)
        self.optimiser.step()

    def _loss(self, batch: Batch, taught: _Taught) -> torch.Tensor:
        """What is missed by a text: by its clauses where what they say was told, else by what they say together."""
        told, said, counts = map(torch.from_numpy, taught)
        own, pooled = self._logits(batch)
        owners = torch.from_numpy(batch.owners)
        marked = torch.zeros(told.shape, dtype=torch.bool)
        marked[owners] = said != UNKNOWN
        known = ((told != UNKNOWN) & ~marked).float() * counts[:, None]
        whole = functional.binary_cross_entropy_with_logits(pooled, (told == 1).float(), known, reduction="sum")
        asked = (said != UNKNOWN).float() * counts[owners, None]
        each = functional.binary_cross_entropy_with_logits(own, (said == 1).float(), asked, reduction="sum")
        return (whole + each) / len(batch.rows)

    def _logits(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of a batch's clauses and of its texts, as ``ClauseHead`` gives them."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.halves):
            states = encode(self.weights, torch.from_numpy(batch.ids), torch.from_numpy(batch.mask), self.shape)
        width, count = states.shape[-1], len(batch.owners)
        places = torch.from_numpy(np.where(batch.clauses == OUTSIDE, count, batch.clauses)).flatten()
        sums = torch.zeros(count + 1, width).index_add(0, places, states.float().reshape(-1, width))[:count]
        vectors = functional.dropout(functional.normalize(sums, dim=1) * _SCALE, self.shape.dropout)
        own = (vectors @ self.weights[_HEAD] + self.weights[_BIAS]).clamp(max=LARGEST)
        pooled = torch.zeros(len(batch.rows), own.shape[1]).index_add(0, torch.from_numpy(batch.owners), own.exp())
        return own, (NOTHING + pooled).log()

    def kept(self, path: Path, name: str, epochs: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        own = {key: one.detach() for key, one in self.weights.items() if key != _WORDS}
        state = {
            "run": name,
            "epochs": epochs,
            "halves": self.halves,
            "weights": own,
            "optimiser": self.optimiser.state_dict(),
        }
        torch.save(state, draft)
        draft.replace(path)

    def resumed(self, path: Path, name: str) -> tuple[int, _Run]:
        """Take up what was kept; the epochs that are done, none where nothing of this run is kept, and the run that goes on.

        It goes on in the precision in which it began: beside other work two tries of what is faster may differ.
        """
        if not path.is_file():
            return 0, self
        try:
            state = torch.load(path, weights_only=True)
        except Exception:  # noqa: BLE001  # a file that cannot be read is as good as none, whatever is wrong with it
            return 0, self
        if state.get("run") != name:
            return 0, self
        with torch.no_grad():
            for key, array in state["weights"].items():
                self.weights[key].copy_(array)
        self.optimiser.load_state_dict(state["optimiser"])
        return int(state["epochs"]), replace(self, halves=bool(state["halves"]))

    def tuned(self) -> Tuned:
        plain = {name: one.detach().numpy() for name, one in self.weights.items()}
        head, bias = (plain.pop(name).astype(np.float64) for name in (_HEAD, _BIAS))
        return Tuned(plain, ClauseHead(head * _SCALE, bias, np.zeros(len(head))))


def _way(name: str, axes: int, depth: int, spec: TuningSpec) -> Mapping[str, float]:
    """Rate and decay of an array."""
    if name in (_HEAD, _BIAS):
        return {"lr": spec.head_rate, "weight_decay": 0.0}
    below = depth - 1 - int(name.split(".")[2]) if name.startswith("encoder.layer.") else depth
    return {"lr": spec.rate * spec.fade**below, "weight_decay": spec.decay if axes > 1 else 0.0}


def _pace(step: int, steps: int) -> float:
    rise = max(steps / 10, 1.0)
    return min((step + 1) / rise, max((steps - step) / max(steps - rise, 1.0), 0.02))


def _halves_pay() -> bool:
    """Whether this processor multiplies half-precision numbers faster: it is tried, as no flag tells it everywhere."""
    taken = []
    for kind in (torch.float32, torch.bfloat16):
        one = torch.ones(512, 512, dtype=kind)
        tries = []
        for _ in range(4):
            begin = perf_counter()
            one @ one
            tries.append(perf_counter() - begin)
        taken.append(min(tries))
    return taken[1] < 0.8 * taken[0]


def _name_of(source: BertGraph, tokens: Sequence[Tokens], lessons: Lessons, rows: Positions, spec: TuningSpec) -> str:
    """A name of all that a run's end depends on."""
    digest = sha256(repr(asdict(spec)).encode())
    for name in sorted(source.weights):
        digest.update(source.weights[name].tobytes())
    for row in rows.tolist():
        digest.update(tokens[row].ids.tobytes())
    digest.update(lessons.targets[rows].tobytes())
    digest.update(lessons.taught.told.tobytes())
    digest.update(lessons.taught.counts.tobytes())
    return digest.hexdigest()
