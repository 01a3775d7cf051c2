"""Fine-tuning, on a tiny BERT made by hand; skipped where the extra ``fine-tune`` is not installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.accurate import AccurateModel
from models.card import card
from models.category import CategoryModel
from models.encoder import TOKENIZER, Encoder
from models.errors import ModelMissing, ModelUnsuitable
from models.rationales import Rationales
from models.readers import load
from models.registry import Registry
from models.training import TrainingSet
from models.tuned_training import demand_tunable, lacking_to_tune, train_tuned
from models.tuning import OUTSIDE, Lessons, TuningSpec, batches, tokens_of

if lacking_to_tune():
    pytest.skip(f"{lacking_to_tune()} is not installed (extra `fine-tune`)", allow_module_level=True)

from tiny_bert import DEPTH, HEADS, WIDTH, write_tiny

from models.bert import heads_of
from models.bert_graph import BertGraph, read_graph, write_encoder
from models.fine_tuning import Tuned, tune

SPEC = TuningSpec(epochs=3, size=8, rate=2e-3, head_rate=2e-2)


@pytest.fixture(scope="module")
def texts(world: TrainingSet) -> list[str]:
    return [reading.text for reading in world.readings]


@pytest.fixture(scope="module")
def tiny(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("encoder") / "tiny", texts)


@pytest.fixture(scope="module")
def graph(tiny: Path) -> BertGraph:
    return read_graph(tiny)


@pytest.fixture(scope="module")
def accurate(
    world: TrainingSet, model: CategoryModel, tiny: Path, tmp_path_factory: pytest.TempPathFactory
) -> AccurateModel:
    work = tmp_path_factory.mktemp("work")
    spec = TuningSpec(epochs=3, size=8, rate=2e-3, head_rate=2e-2, kept=0.4)
    return train_tuned(world, model, tiny, work, {"version": "accurate-tuned"}, tuning=spec)


def _tuned(
    graph: BertGraph,
    tiny: Path,
    world: TrainingSet,
    spec: TuningSpec = SPEC,
    **more: Path | Callable[[str, int, int], None] | None,
) -> Tuned:
    tokens = tokens_of([reading.text for reading in world.readings], tiny / TOKENIZER, SPEC.tokens)
    return tune(graph, HEADS, tokens, Lessons.of(world), np.arange(80), spec, **more)  # type: ignore[arg-type]


def test_an_encoder_is_computed_as_onnxruntime_computes_it(graph: BertGraph, tiny: Path) -> None:
    assert (graph.width, graph.depth) == (WIDTH, DEPTH)
    assert heads_of(graph, Encoder(tiny).session) == HEADS, "this compares both to a ten-thousandth"


def test_what_is_no_bert_is_refused_before_anything_is_trained(texts: list[str], tmp_path: Path) -> None:
    with pytest.raises(ModelUnsuitable, match="no plain BERT"):
        demand_tunable(write_tiny(tmp_path / "other", texts, activation="relu"))
    with pytest.raises(ModelMissing, match="fetch-encoder --float"):
        demand_tunable(tmp_path / "nowhere")


def test_written_weights_are_read_by_the_same_encoder_in_eight_bits(
    graph: BertGraph, tiny: Path, tmp_path: Path
) -> None:
    write_encoder(graph, graph.weights, tiny / TOKENIZER, tmp_path / "same")
    text = "学校收费，老师一直没有说明，希望解决。我们这里的公路坑洼多次反映"
    plain, small = (Encoder(folder).clauses([text])[0] for folder in (tiny, tmp_path / "same"))
    assert plain.starts == small.starts
    assert ((plain.vectors * small.vectors).sum(axis=1) > 0.99).all()
    assert (tmp_path / "same" / "model.onnx").stat().st_size < 0.6 * (tiny / "model.onnx").stat().st_size
    with pytest.raises(ModelUnsuitable, match="fetch-encoder --float"):
        read_graph(tmp_path / "same")


def test_it_learns_what_people_said(graph: BertGraph, tiny: Path, world: TrainingSet, tmp_path: Path) -> None:
    tuned = _tuned(graph, tiny, world, replace(SPEC, epochs=10))
    write_encoder(graph, tuned.weights, tiny / TOKENIZER, tmp_path / "tuned")
    encoder = Encoder(tmp_path / "tuned")
    right = 0
    for place in range(80, 120):
        vectors = encoder.clauses([world.readings[place].text])[0].vectors
        logits = tuned.head.logits(vectors, np.array([len(vectors)]))[0]
        right += int(((logits > 0) == (world.targets[place] == 1)).sum())
    assert right >= 0.9 * 40 * 3, "texts that it has not seen"


def test_a_run_that_is_broken_off_goes_on_to_the_same_end(
    graph: BertGraph, tiny: Path, world: TrainingSet, tmp_path: Path
) -> None:
    whole = _tuned(graph, tiny, world)

    def stop(_what: str, done: int, total: int) -> None:
        if done > 0.5 * total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _tuned(graph, tiny, world, checkpoints=tmp_path, progress=stop)
    shown: list[int] = []
    again = _tuned(graph, tiny, world, checkpoints=tmp_path, progress=lambda _what, done, _all: shown.append(done))
    assert shown[0] == 11, "one epoch of ten steps was kept"
    for name, array in whole.weights.items():
        assert again.weights[name] == pytest.approx(array, abs=1e-6), name
    assert again.head.weights == pytest.approx(whole.head.weights, abs=1e-6)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"cut off")
    assert _tuned(graph, tiny, world, checkpoints=tmp_path).head.bias == pytest.approx(whole.head.bias, abs=1e-6)


def test_the_reader_tells_its_origin_and_reasons_by_clause_that_add_up(
    accurate: AccurateModel, world: TrainingSet
) -> None:
    assert accurate.about["fine_tuned"] is True
    assert 30 <= accurate.about["joined_on"] <= 50
    assert accurate.about["support"]["fees"] == int((world.targets[:, 0] == 1).sum())
    assert "- fine_tuned: True" in card(accurate)
    for reading, scores in zip(world.readings[:20], accurate.read(world.readings[:20]), strict=True):
        for label in accurate.labels:
            explanation = scores.reasons.get(label) or accurate.explain(reading, label)
            assert explanation.logit == pytest.approx(scores.logits[label], abs=1e-6)
        assert scores.beneath is not None
        assert all(scores.flags[name] for name, raised in scores.beneath.flags.items() if raised)


def test_each_tuned_reader_keeps_its_own_encoder_in_the_registry(
    accurate: AccurateModel, world: TrainingSet, texts: list[str], tmp_path: Path
) -> None:
    registry = Registry(tmp_path / "models")
    shared = write_tiny(registry.folder / "encoder", texts)
    before = (shared / "model.onnx").read_bytes()
    folder = registry.add(accurate, "accurate-tuned")
    assert (shared / "model.onnx").read_bytes() == before
    again = load(folder)
    assert isinstance(again, AccurateModel)
    assert again.encoder.folder == folder / "encoder"
    one, other = (reader.read(world.readings[:5]) for reader in (again, accurate))
    assert [scores.logits for scores in one] == [pytest.approx(scores.logits) for scores in other]


def test_long_texts_keep_their_beginning_and_end_and_clauses_are_numbered_without_a_gap(tiny: Path) -> None:
    text = "学校收费。" * 40
    (whole,), (cut,) = (tokens_of([text], tiny / TOKENIZER, most) for most in (1000, 60))
    assert len(cut.ids) == 60
    assert cut.ids[:40].tolist() == whole.ids[:40].tolist()
    assert cut.ids[40:].tolist() == whole.ids[-20:].tolist()
    assert sorted(set(cut.clauses.tolist())) == [OUTSIDE, *range(cut.count)]
    assert cut.count < whole.count


def test_an_epoch_sees_every_text_once_with_its_own_clauses(tiny: Path, texts: list[str]) -> None:
    tokens = tokens_of([*texts, ""], tiny / TOKENIZER, 256)
    drawn = batches(tokens, np.arange(len(tokens)), 8, np.random.default_rng(0))
    assert sorted(row for batch in drawn for row in batch.rows.tolist()) == list(range(len(tokens)))
    for batch in drawn:
        assert np.bincount(batch.owners, minlength=len(batch.rows)).tolist() == [
            tokens[row].count for row in batch.rows
        ]
        own = batch.clauses != OUTSIDE
        holders = np.nonzero(own)[0]
        assert (batch.owners[batch.clauses[own]] == holders).all()
        assert (batch.mask.sum(axis=1) == [len(tokens[row].ids) for row in batch.rows]).all()


def test_clauses_learn_from_the_passages_that_people_marked(graph: BertGraph, tiny: Path, world: TrainingSet) -> None:
    long = [reading.text * 3 for reading in world.readings]
    readings = [
        replace(one, text=text, words=list(one.words) * 3) for one, text in zip(world.readings, long, strict=True)
    ]
    passages = [(place, 0, 0, 30) for place in range(0, 120, 2) if world.targets[place, 0] == 1]
    marked = np.zeros((120, 3), np.bool_)
    marked[::2, 0] = True
    data = replace(world, readings=readings, rationales=Rationales(marked, np.array(passages, np.int64)))
    lessons, tokens = Lessons.of(data), tokens_of(long, tiny / TOKENIZER, 60)
    batch = batches(tokens, np.arange(16), 16, np.random.default_rng(0))[0]
    _, said, _ = lessons.of_batch(batch, tokens)
    for row in range(16):
        own = lessons.taught.told[lessons.taught.parts[: batch.rows[row]].sum() :][tokens[batch.rows[row]].kept]
        assert said[batch.owners == row].tolist() == own.tolist()
    plain = tune(graph, HEADS, tokens, Lessons.of(replace(data, rationales=None)), np.arange(80), SPEC)
    shown = tune(graph, HEADS, tokens, lessons, np.arange(80), SPEC)
    assert not np.allclose(plain.head.weights, shown.head.weights)
