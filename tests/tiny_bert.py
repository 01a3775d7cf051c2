"""A BERT of two layers of 32 numbers in ONNX form, made node by node, with a tokeniser of single characters."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from models.encoder import MODEL, TOKENIZER

WIDTH, HEADS, DEPTH, PLACES = 32, 2, 2, 512


def write_tiny(folder: Path, texts: Iterable[str], *, activation: str = "gelu") -> Path:
    """Writes an encoder's folder; ``activation`` other than gelu makes it something else than BERT."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_graph(folder / MODEL, _write_tokenizer(folder / TOKENIZER, texts), activation)
    return folder


def _write_tokenizer(path: Path, texts: Iterable[str]) -> int:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted({sign for text in texts for sign in text.lower()})]
    cutter = Tokenizer(models.WordPiece({word: place for place, word in enumerate(known)}, unk_token="[UNK]"))
    cutter.normalizer = normalizers.BertNormalizer()
    cutter.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cutter.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    cutter.save(str(path))
    return len(known)


class _Builder:
    """Nodes and arrays of a graph, under the names that exports of Hugging Face's BERT have."""

    def __init__(self) -> None:
        self.nodes: list[object] = []
        self.arrays: list[object] = []
        self._chance = np.random.default_rng(3)
        self._made = 0

    def array(self, name: str, value: np.ndarray) -> str:
        from onnx import numpy_helper

        self.arrays.append(numpy_helper.from_array(value, name))
        return name

    def drawn(self, name: str, *shape: int, spread: float = 0.3) -> str:
        return self.array(name, self._chance.normal(0, spread, shape).astype(np.float32))

    def node(self, kind: str, *given: str, **how: object) -> str:
        from onnx import helper

        self._made += 1
        made = f"made_{self._made}"
        self.nodes.append(helper.make_node(kind, list(given), [made], **how))
        return made

    def linear(self, given: str, name: str, wide: int, out: int) -> str:
        product = self.node("MatMul", given, self.drawn(f"onnx::MatMul_{self._made}", wide, out))
        return self.node("Add", self.drawn(f"{name}.bias", out), product)

    def normed(self, given: str, name: str) -> str:
        weight = self.array(f"{name}.weight", np.ones(WIDTH, np.float32))
        return self.node("LayerNormalization", given, weight, self.drawn(f"{name}.bias", WIDTH), epsilon=1e-12, axis=-1)

    def split(self, given: str, order: list[int]) -> str:
        parted = self.node("Reshape", given, "parted")
        return self.node("Transpose", parted, perm=order)

    def activated(self, given: str, kind: str) -> str:
        if kind != "gelu":
            return self.node("Relu", given)
        curve = self.node("Erf", self.node("Div", given, "root_two"))
        return self.node("Mul", given, self.node("Mul", self.node("Add", curve, "one"), "half"))

    def layer(self, given: str, name: str, hidden: str, activation: str) -> str:
        own = f"{name}.attention.self."
        query = self.split(self.linear(given, own + "query", WIDTH, WIDTH), [0, 2, 1, 3])
        key = self.split(self.linear(given, own + "key", WIDTH, WIDTH), [0, 2, 3, 1])
        value = self.split(self.linear(given, own + "value", WIDTH, WIDTH), [0, 2, 1, 3])
        scores = self.node("Add", self.node("Div", self.node("MatMul", query, key), "root"), hidden)
        looked = self.node("MatMul", self.node("Softmax", scores, axis=-1), value)
        joined = self.node("Reshape", self.node("Transpose", looked, perm=[0, 2, 1, 3]), "whole")
        seen = self.linear(joined, f"{name}.attention.output.dense", WIDTH, WIDTH)
        states = self.normed(self.node("Add", seen, given), f"{name}.attention.output.LayerNorm")
        inner = self.activated(self.linear(states, f"{name}.intermediate.dense", WIDTH, 64), activation)
        thought = self.linear(inner, f"{name}.output.dense", 64, WIDTH)
        return self.normed(self.node("Add", thought, states), f"{name}.output.LayerNorm")


def _write_graph(path: Path, words: int, activation: str) -> None:
    import onnx
    from onnx import TensorProto, helper

    make = _Builder()
    for name, number in (("one", 1.0), ("half", 0.5), ("root_two", 2**0.5), ("root", (WIDTH / HEADS) ** 0.5)):
        make.array(name, np.array(number, np.float32))
    make.array("far", np.array(-1e9, np.float32))
    for name, shape in (("parted", [0, 0, HEADS, WIDTH // HEADS]), ("whole", [0, 0, WIDTH]), ("axes", [1, 2])):
        make.array(name, np.array(shape, np.int64))
    for name, value in (("zero", 0), ("first", 1)):
        make.array(name, np.array(value, np.int64))
    filled = make.node("Unsqueeze", make.node("Cast", "attention_mask", to=TensorProto.FLOAT), "axes")
    hidden = make.node("Mul", make.node("Sub", "one", filled), "far")
    length = make.node("Gather", make.node("Shape", "input_ids"), "first")
    places = make.node(
        "Gather", make.drawn("embeddings.position_embeddings.weight", PLACES, WIDTH), _range(make, length)
    )
    word = make.node("Gather", make.drawn("embeddings.word_embeddings.weight", words, WIDTH, spread=1.0), "input_ids")
    kind = make.node("Gather", make.drawn("embeddings.token_type_embeddings.weight", 2, WIDTH), "token_type_ids")
    states = make.normed(make.node("Add", make.node("Add", word, kind), places), "embeddings.LayerNorm")
    for layer in range(DEPTH):
        states = make.layer(states, f"encoder.layer.{layer}", hidden, activation)
    make.nodes.append(helper.make_node("Identity", [states], ["last_hidden_state"]))
    given = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    gives = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", WIDTH])]
    graph = helper.make_graph(make.nodes, "tiny", given, gives, make.arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _range(make: _Builder, length: str) -> str:
    return make.node("Range", "zero", length, "first")
