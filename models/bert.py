"""BERT (Devlin et al. 2019) over weights as ``models.bert_graph`` reads them, for torch to follow its slopes.

torch comes with the extra ``fine-tune``; nothing but fine-tuning imports this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from models.bert_graph import BertGraph
from models.encoder import Session
from models.errors import ModelUnsuitable

_EPSILON = 1e-12
_NEAR = 1e-4
"""How far the numbers of a graph and of this module may lie apart."""
_UNSEEN = -1e4
"""What is filled in where a text has ended: a weight of nothing, also in half precision."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a BERT: its layers, the heads of each, and the share of numbers dropped out in training."""

    depth: int
    heads: int
    dropout: float = 0.0


def encode(weights: Mapping[str, torch.Tensor], ids: torch.Tensor, mask: torch.Tensor, shape: Shape) -> torch.Tensor:
    """Vectors of tokens, texts by tokens by width, of ids and of what of them is text (both texts by tokens)."""
    names = "embeddings."
    places = weights[names + "position_embeddings.weight"][: ids.shape[1]]
    kind = weights[names + "token_type_embeddings.weight"][0]
    given = functional.embedding(ids, weights[names + "word_embeddings.weight"]) + places + kind
    seen = mask[:, None, None, :].bool()
    states = _dropped(_normed(given, weights, names + "LayerNorm"), shape)
    for layer in range(shape.depth):
        name = f"encoder.layer.{layer}."
        looked = _attended(states, seen, weights, name + "attention.", shape)
        states = _normed(states + _dropped(looked, shape), weights, name + "attention.output.LayerNorm")
        inner = functional.gelu(_linear(states, weights, name + "intermediate.dense"))
        thought = _linear(inner, weights, name + "output.dense")
        states = _normed(states + _dropped(thought, shape), weights, name + "output.LayerNorm")
    return states


def heads_of(source: BertGraph, session: Session) -> int:
    """The heads of a graph's layers: no array tells them, so that number is taken that gives the graph's own vectors.

    Args:
        source: the graph that was read.
        session: onnxruntime's, of the same file.

    Raises:
        ModelUnsuitable: none does; the graph computes something else than this module.
    """
    ids = np.arange(1, 25, dtype=np.int64).reshape(2, 12) % len(source.weights["embeddings.word_embeddings.weight"])
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    wanted = {node.name for node in session.get_inputs()}
    told = session.run(None, {name: array for name, array in given.items() if name in wanted})[0]
    weights = {name: torch.from_numpy(array) for name, array in source.weights.items()}
    width = source.width
    for heads in sorted((count for count in range(1, 33) if width % count == 0), key=lambda one: abs(width / one - 64)):
        with torch.no_grad():
            mine = encode(weights, torch.from_numpy(ids), torch.ones(ids.shape), Shape(source.depth, heads))
        if float(np.abs(mine.numpy() - told).max()) < _NEAR:
            return heads
    raise ModelUnsuitable("This encoder cannot be fine-tuned: it is no plain BERT, its vectors are made otherwise.")


def _attended(
    states: torch.Tensor, seen: torch.Tensor, weights: Mapping[str, torch.Tensor], name: str, shape: Shape
) -> torch.Tensor:
    texts, length, width = states.shape
    query, key, value = (
        _linear(states, weights, f"{name}self.{part}").view(texts, length, shape.heads, -1).transpose(1, 2)
        for part in ("query", "key", "value")
    )
    # Plain products: torch's fused attention has no fast way for half precision on processors.
    alike = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
    looked = alike.masked_fill(~seen, _UNSEEN).softmax(-1).to(value.dtype) @ value
    return _linear(looked.transpose(1, 2).reshape(texts, length, width), weights, name + "output.dense")


def _linear(states: torch.Tensor, weights: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    return functional.linear(states, weights[name + ".weight"].T, weights[name + ".bias"])


def _normed(states: torch.Tensor, weights: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    return functional.layer_norm(
        states, states.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], _EPSILON
    )


def _dropped(states: torch.Tensor, shape: Shape) -> torch.Tensor:
    """As ``functional.dropout``, whose draw of each number took a fifth of all time: here eight come of one draw."""
    if not shape.dropout:
        return states
    count = states.numel()
    drawn = torch.empty(-(-count // 8), dtype=torch.int64).random_(-(2**63), None).view(torch.uint8)[:count]
    kept = drawn.view(states.shape) >= round(shape.dropout * 256)
    return torch.where(kept, states / (1 - round(shape.dropout * 256) / 256), torch.zeros((), dtype=states.dtype))
