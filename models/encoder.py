"""A pretrained sentence encoder in a folder: one pass over a text gives a vector for every clause of it.

The folder holds ``model.onnx`` and ``tokenizer.json``; the model takes token ids with their mask and gives a vector
for each token (``last_hidden_state``). A clause's vector is the mean over its tokens, of length one, so it knows the
words around it. onnxruntime and tokenizers come with the extra ``accurate`` and are imported only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.clauses import clause_starts
from models.errors import ModelMissing, ModelUnsuitable

Vectors = NDArray[np.float32]

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
PACKAGES = ("onnxruntime", "tokenizers")
_WINDOW = 480
"""Characters of one pass: a token is a character or more, and the encoder's places end at 512 tokens."""
_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of one text: ``starts[i]`` is where clause ``i`` begins, ``vectors[i]`` what it says.

    Clauses tile the text from the first start, 0, on. An empty text has one clause, whose vector is zero.
    """

    starts: tuple[int, ...]
    vectors: Vectors


class Encoded(Protocol):
    """What tokenizers gives of one text."""

    ids: list[int]
    special_tokens_mask: list[int]
    offsets: list[tuple[int, int]]


class _Tokenizer(Protocol):
    def encode(self, text: str) -> Encoded: ...


class _Named(Protocol):
    name: str


class Session(Protocol):
    """An opened model of onnxruntime."""

    def get_inputs(self) -> list[_Named]:
        """What it takes, by name."""

    def run(self, wanted: None, given: dict[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        """All that it gives."""


def lacking() -> str | None:
    """The first package that the accurate reader needs and this installation lacks, if there is one."""
    return next((name for name in PACKAGES if find_spec(name) is None), None)


class Encoder:
    """An encoder; its model is loaded with the first text, or by ``open``."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """Look into ``folder``; ``threads`` of 0 means one for each core.

        Raises:
            ModelMissing: a file of the encoder is not there.
            ModelUnsuitable: a package of the extra ``accurate`` is not installed.
        """
        for name in (MODEL, TOKENIZER):
            if not (folder / name).is_file():
                raise ModelMissing(f"{folder.name} holds no {name}: run `triage models fetch-encoder`.")
        package = lacking()
        if package:
            raise ModelUnsuitable(f"{package} is not installed: install this program with its extra `accurate`.")
        self.folder = folder
        self._threads = threads

    def open(self) -> None:
        """Loads the model now, so that what becomes of its folder later changes nothing.

        Raises:
            ModelUnsuitable: a file cannot be opened.
        """
        _ = self._tokenizer, self.session

    @cached_property
    def digest(self) -> str:
        """A short checksum of the encoder's files; heads fit only the encoder that they were trained on."""
        digest = sha256()
        for name in (MODEL, TOKENIZER):
            digest.update((self.folder / name).read_bytes())
        return digest.hexdigest()[:16]

    def clauses(self, texts: Sequence[str]) -> list[Clauses]:
        """The clauses of each text, in order.

        One text a pass: batches were no faster on a processor, and in one an int8 model scales each text's numbers
        by its neighbours', so that a text would read a little differently in other company.
        """
        return [self._clauses_of(text) for text in texts]

    def token_vectors(self, text: str) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """What the encoder itself gives: for each pass over a text, its tokens' first characters and their vectors."""
        for low, high in _windows(clause_starts(text), len(text)):
            offsets, vectors = self._tokens(text[low:high])
            yield offsets + low, vectors

    def _clauses_of(self, text: str) -> Clauses:
        starts = clause_starts(text)
        total = np.zeros((len(starts), self.width), np.float32)
        for offsets, vectors in self.token_vectors(text):
            np.add.at(total, np.searchsorted(starts, offsets, "right") - 1, vectors)
        return Clauses(tuple(starts), _of_length_one(total))

    @cached_property
    def width(self) -> int:
        """Numbers in a clause's vector."""
        return int(self._tokens("。")[1].shape[1])

    def _tokens(self, text: str) -> tuple[NDArray[np.int64], Vectors]:
        """The character at which each token begins, and the tokens' vectors; special tokens left out."""
        encoded = self._tokenizer.encode(text)
        ids = np.array([encoded.ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        wanted = {node.name for node in self.session.get_inputs()}
        output = self.session.run(None, {name: array for name, array in given.items() if name in wanted})[0]
        own = np.flatnonzero(np.array(encoded.special_tokens_mask) == 0)
        offsets = np.array(encoded.offsets, np.int64).reshape(-1, 2)[own, 0]
        return offsets, np.asarray(output[0, own], dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> _Tokenizer:
        from tokenizers import Tokenizer

        try:
            tokenizer: Any = Tokenizer.from_file(str(self.folder / TOKENIZER))
        except Exception as error:  # its errors are plain exceptions
            raise ModelUnsuitable(
                f"{TOKENIZER} in {self.folder.name} cannot be opened: fetch the encoder again."
            ) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(_TOKENS)
        made: _Tokenizer = tokenizer
        return made

    @cached_property
    def session(self) -> Session:
        """The opened model.

        Raises:
            ModelUnsuitable: the file cannot be opened.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        # Waiting threads would otherwise spin on cores that the database and the service need.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session: Session = onnxruntime.InferenceSession(
                str(self.folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own errors share no base class
            raise ModelUnsuitable(
                f"{MODEL} in {self.folder.name} cannot be opened: fetch the encoder again."
            ) from error
        return session


def _windows(starts: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Stretches of at most 480 characters that break between clauses, or within one that is longer itself."""
    windows, begin = [], 0
    for end in [*starts[1:], length]:
        while end - begin > _WINDOW:
            last = max((start for start in starts if begin < start <= begin + _WINDOW), default=begin + _WINDOW)
            windows.append((begin, last))
            begin = last
    if length > begin:
        windows.append((begin, length))
    return windows


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
