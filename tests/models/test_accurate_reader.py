"""The accurate reader's arithmetic, on an encoder made by hand: reasons add up, a clause left out counts as stated."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from accurate_samples import CharacterEncoder, stand_in
from hypothesis import given, settings
from hypothesis import strategies as st

from models.accurate import AccurateModel, head_logits
from models.accurate_training import train_accurate
from models.card import card
from models.category import CategoryModel
from models.clause_cache import cached_clauses
from models.clause_head import ClauseHead, fit_head
from models.clauses import clause_starts
from models.encoder import Clauses
from models.errors import ModelDamaged, ModelMissing, ModelUnsuitable
from models.pooling import Taught
from models.rationales import Rationales
from models.readers import load, reader_in, save
from models.reading import Mark, Reading
from models.registry import Registry
from models.training import TrainingSet

WORDS = st.lists(
    st.sampled_from(
        ["学校收费", "补课费", "公路坑洼", "修路", "一直没有人来看过", "，", "。", "\n", "𠮷", "😀", "we", ""]
    ),
    max_size=60,
)


@pytest.fixture(scope="module")
def accurate(model: CategoryModel, world: TrainingSet, tmp_path_factory: pytest.TempPathFactory) -> AccurateModel:
    encoder = stand_in(tmp_path_factory.mktemp("models") / "encoder")
    clauses = encoder.clauses([reading.text for reading in world.readings])
    return train_accurate(world, clauses, model, encoder, {"version": "accurate-small", "reader": "accurate/1"})


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=3))
def test_bias_document_clauses_and_rest_add_up_to_the_logit(accurate: AccurateModel, batch: list[list[str]]) -> None:
    readings = [Reading("".join(words), words, (Mark("channel:web", 0, 0),)) for words in batch]
    for reading, scores in zip(readings, accurate.read(readings), strict=True):
        for label in accurate.labels:
            explanation = scores.reasons.get(label) or accurate.explain(reading, label)
            assert explanation.logit == pytest.approx(scores.logits[label], abs=1e-6)
            places = [(span.start, span.end) for span in explanation.spans]
            assert all(0 <= start < end <= len(reading.text) for start, end in places)
            assert all(one[1] <= other[0] for one, other in pairwise(places))


@settings(max_examples=40)
@given(WORDS)
def test_leaving_a_clause_out_changes_the_head_as_stated(accurate: AccurateModel, words: list[str]) -> None:
    clauses = accurate.encoder.clauses(["".join(words)])[0]
    whole = head_logits(accurate.head, [clauses])[0]
    stated = accurate.head.without_each(clauses.vectors)
    for place in range(len(clauses.starts)) if len(clauses.starts) > 1 else ():
        others = Clauses(tuple(np.delete(clauses.starts, place)), np.delete(clauses.vectors, place, axis=0))
        assert whole - head_logits(accurate.head, [others])[0] == pytest.approx(stated[place], abs=1e-6)


def test_one_telling_clause_counts_in_a_long_text_as_in_a_short_one() -> None:
    chance = np.random.default_rng(5)
    telling = np.zeros(16)
    telling[0] = 1.0

    def text(told: bool, clauses: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        vectors = chance.normal(0, 0.25, (clauses, 16))
        vectors[0] += 2 * telling * told
        return vectors.astype(np.float32)

    truth = np.array([[place % 3 == 0] for place in range(300)])
    texts = [text(bool(told[0]), 4) for told in truth]
    head = fit_head(np.concatenate(texts), np.full(300, 4), truth, np.ones_like(truth))
    long_told, long_plain = (head.logits(text(told, 30), np.array([30]))[0, 0] for told in (True, False))
    assert long_told > long_plain + 2


def test_a_head_learns_from_the_passages_that_people_marked(
    accurate: AccurateModel, model: CategoryModel, world: TrainingSet
) -> None:
    readings = [Reading("", []), *world.readings[1:]]
    passages = np.array([(place, 0, 0, 24) for place in range(1, 120) if world.targets[place, 0] == 1])
    marks = Rationales(np.repeat([[True, False, False]], 120, axis=0), passages)
    data = replace(world, readings=readings, rationales=marks)
    clauses = accurate.encoder.clauses([reading.text for reading in readings])
    made = train_accurate(data, clauses, model, accurate.encoder, {"version": "marked"})
    told, counts = data.taught.told, np.array([len(one.starts) for one in clauses[1:]])
    vectors = np.concatenate([one.vectors for one in clauses[1:]])
    truth = world.targets[1:] == 1
    same = fit_head(vectors, counts, truth, np.ones_like(truth), Taught(told, counts, np.ones(119)))
    assert np.allclose(made.head.weights, same.weights, atol=1e-6), "an empty text teaches nothing"
    assert not np.allclose(made.head.weights[:, 0], accurate.head.weights[:, 0], atol=1e-3)


def test_it_reads_no_worse_than_the_fast_reader_and_never_takes_a_flag_away(
    accurate: AccurateModel, model: CategoryModel, world: TrainingSet
) -> None:
    figures, plain = accurate.about["out_of_fold"], model.about["out_of_fold"]
    assert figures["mean_average_precision"] >= plain["mean_average_precision"] - 0.01
    deaf = replace(accurate, flag_thresholds=(2.0,))
    for scores, fast in zip(deaf.read(world.readings[:30]), model.read(world.readings[:30]), strict=True):
        assert scores.flags == fast.flags
        assert scores.beneath is not None
        assert scores.beneath.logits == pytest.approx(fast.logits)


def test_a_saved_reader_reads_as_before_and_brings_its_encoder(
    accurate: AccurateModel, world: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.accurate.Encoder", CharacterEncoder)
    save(accurate, tmp_path)
    assert reader_in(tmp_path) == "accurate"
    again = load(tmp_path)
    assert again.reader == "accurate"
    assert again.thresholds == accurate.thresholds
    one, other = again.read(world.readings[:5]), accurate.read(world.readings[:5])
    assert [scores.categories for scores in one] == [scores.categories for scores in other]
    assert one[0].logits == pytest.approx(other[0].logits)
    assert "on top of small" in card(again)
    (tmp_path / "arrays.npz").write_bytes(b"other")
    with pytest.raises(ModelDamaged):
        load(tmp_path)


def test_readers_of_a_registry_share_one_encoder_and_refuse_another(
    accurate: AccurateModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.accurate.Encoder", CharacterEncoder)
    registry = Registry(tmp_path / "models")
    mine = replace(accurate, encoder=stand_in(registry.folder / "encoder"))
    folder = registry.add(mine, "accurate-small")
    assert not (folder / "encoder").exists()
    assert registry.load_current().version == "accurate-small"
    (registry.folder / "encoder" / "model.onnx").write_text("another", encoding="utf-8")
    with pytest.raises(ModelUnsuitable, match="another encoder"):
        registry.load_current()
    for file in (registry.folder / "encoder").iterdir():
        file.unlink()
    (registry.folder / "encoder").rmdir()
    with pytest.raises(ModelMissing, match="fetch-encoder"):
        registry.load_current()


class _Lazy(CharacterEncoder):
    """Opens its files when it is first asked for something, as the real one does."""

    def open(self) -> None:
        _ = self._opened

    @cached_property
    def _opened(self) -> str:
        return (self.folder / "model.onnx").read_text()

    def clauses(self, texts: Sequence[str]) -> list[Clauses]:
        self.open()
        return super().clauses(texts)


def test_an_encoder_that_vanishes_is_missed_by_no_reader_that_is_open(
    accurate: AccurateModel, world: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.accurate.Encoder", _Lazy)
    save(accurate, tmp_path)
    opened = load(tmp_path)
    shutil.rmtree(tmp_path / "encoder")
    assert opened.read(world.readings[:1])[0].logits == pytest.approx(accurate.read(world.readings[:1])[0].logits)


@pytest.mark.parametrize("left", [0, 30, 400])
def test_kept_clauses_that_were_cut_off_are_made_anew(tmp_path: Path, left: int) -> None:
    encoder = stand_in(tmp_path / "encoder")
    first = cached_clauses(encoder, ["学校收费"], tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(kept.read_bytes()[:left])
    again = cached_clauses(encoder, ["学校收费"], tmp_path / "cache")
    assert again[0].vectors == pytest.approx(first[0].vectors, abs=1e-3)


def test_clauses_of_training_texts_are_kept_without_their_text(tmp_path: Path) -> None:
    encoder = stand_in(tmp_path / "encoder")
    texts = ["村里的低保名单从来没有公示过，问了也没有人回答我们。钱到哪里去了", "学校收费", ""]
    first = cached_clauses(encoder, texts, tmp_path / "cache")
    encoder.clauses = _never  # type: ignore[method-assign]
    again = cached_clauses(encoder, texts[::-1], tmp_path / "cache")[::-1]
    for one, other in zip(first, again, strict=True):
        assert one.starts == other.starts
        assert one.vectors == pytest.approx(other.vectors, abs=1e-3)
    (kept,) = (tmp_path / "cache").iterdir()
    assert "低保".encode() not in kept.read_bytes()
    assert "低保".encode("utf-32-le") not in kept.read_bytes()


@given(st.text(alphabet="村里钱，。！\n. a3", max_size=200))
def test_clauses_tile_the_text_and_are_not_too_short(text: str) -> None:
    starts = clause_starts(text)
    assert starts[0] == 0
    assert all(later - start >= 24 for start, later in pairwise(starts))
    assert all(start < len(text) for start in starts[1:])


def test_a_head_without_clauses_of_its_own_says_nothing() -> None:
    head = ClauseHead(np.zeros((4, 2)), np.full(2, -40.0), np.zeros(4))
    assert head.logits(np.zeros((1, 4), np.float32), np.array([1])) == pytest.approx(np.full((1, 2), -7.0))


def _never(texts: object) -> list[Clauses]:
    raise AssertionError("the encoder was asked again")
