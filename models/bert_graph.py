"""A BERT encoder in ONNX form: its weights are read out of the graph, and others written back into it.

The graph stays as it is, so that whatever read the encoder before reads the tuned one too. ``onnx`` comes with the
extra ``fine-tune`` and is imported only here.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto

from models.encoder import MODEL, TOKENIZER
from models.errors import ModelUnsuitable

Weights = dict[str, NDArray[np.float32]]
"""Arrays by the names that Hugging Face's BERT gives them, without what stands before ``embeddings`` or ``encoder``;
matrices of linear maps lie as they are multiplied, inputs by outputs."""

_NAME = re.compile(r"(?:.*\.)?((?:embeddings|encoder\.layer\.\d+)\..+)")
_LINEAR = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")


@dataclass(frozen=True, slots=True)
class BertGraph:
    """A graph with the weights found in it; ``places`` tells which of its arrays each of them is."""

    graph: ModelProto
    weights: Weights
    places: Mapping[str, str]

    @property
    def width(self) -> int:
        """Numbers in a token's vector."""
        return int(self.weights["embeddings.word_embeddings.weight"].shape[1])

    @property
    def depth(self) -> int:
        """Layers."""
        return sum(name.endswith("attention.self.query.weight") for name in self.weights)


def read_graph(folder: Path) -> BertGraph:
    """The encoder of a folder.

    Raises:
        ModelUnsuitable: it is no BERT whose weights are plain numbers; an 8-bit one is not.
    """
    import onnx
    from onnx import numpy_helper

    path = folder / MODEL
    try:
        graph = onnx.load(str(path))
    except Exception as error:  # the errors of onnx and protobuf share no base class
        raise ModelUnsuitable(f"{MODEL} in {folder.name} cannot be opened: fetch the encoder again.") from error
    arrays = {one.name: one for one in graph.graph.initializer}
    places = {_plain(name): name for name in arrays if _NAME.fullmatch(name)} | _matrices(graph, arrays)
    missing = [name for name in _expected(places) if name not in places]
    if missing:
        raise ModelUnsuitable(
            f"{MODEL} in {folder.name} cannot be fine-tuned: it holds no {missing[0]} in plain numbers. "
            "Run `triage models fetch-encoder --float`, or give a BERT exported as float."
        )
    weights = {name: numpy_helper.to_array(arrays[place]).astype(np.float32) for name, place in places.items()}
    return BertGraph(graph, weights, places)


def write_encoder(source: BertGraph, weights: Mapping[str, NDArray[np.float32]], tokenizer: Path, folder: Path) -> None:
    """Write an encoder's folder: the graph with these weights, in 8-bit form, and the tokenizer beside it.

    Raises:
        ModelUnsuitable: an array has not the shape of that whose place it takes.
    """
    import onnx
    from onnx import numpy_helper
    from onnxruntime.quantization import QuantType, quantize_dynamic

    graph = type(source.graph)()
    graph.CopyFrom(source.graph)
    arrays = {one.name: one for one in graph.graph.initializer}
    for name, array in weights.items():
        if source.weights[name].shape != array.shape:
            raise ModelUnsuitable(f"{name} has the shape {array.shape}, not {source.weights[name].shape}.")
        place = source.places[name]
        arrays[place].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), place))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".float-", dir=folder) as draft, _quiet():
        onnx.save(graph, f"{draft}/{MODEL}")
        # A scale for each column: with one for a whole matrix the few largest weights make all others coarse.
        quantize_dynamic(f"{draft}/{MODEL}", f"{draft}/small.onnx", weight_type=QuantType.QInt8, per_channel=True)
        Path(draft, "small.onnx").replace(folder / MODEL)
    shutil.copyfile(tokenizer, folder / TOKENIZER)


def _plain(name: str) -> str:
    found = _NAME.fullmatch(name)
    return found[1] if found else name


def _matrices(graph: ModelProto, arrays: Mapping[str, Any]) -> dict[str, str]:
    """Matrices lie in exported graphs under numbers: each is known by the bias that is added to its product."""
    products = {
        node.output[0]: node.input[1]
        for node in graph.graph.node
        if node.op_type == "MatMul" and node.input[1] in arrays
    }
    found = {}
    for node in graph.graph.node:
        biases = [name for name in node.input if name in arrays and name.endswith(".bias")]
        held = [products[name] for name in node.input if name in products]
        if node.op_type == "Add" and biases and held:
            found[_plain(biases[0]).removesuffix("bias") + "weight"] = held[0]
    return found


def _expected(places: Mapping[str, str]) -> list[str]:
    """Names of everything that a BERT of as many layers has."""
    layers = {name.split(".")[2] for name in places if name.startswith("encoder.layer.")} or {"0"}
    kinds = ("word", "position", "token_type")
    return [
        *(f"embeddings.{kind}_embeddings.weight" for kind in kinds),
        *(f"embeddings.LayerNorm.{part}" for part in ("weight", "bias")),
        *(
            f"encoder.layer.{layer}.{name}.{part}"
            for layer in sorted(layers)
            for name in (*_LINEAR, *_NORMS)
            for part in ("weight", "bias")
        ),
    ]


@contextmanager
def _quiet() -> Iterator[None]:
    """onnxruntime advises on every graph by the root logger, which would stand among this program's own lines."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
