"""`triage train --fine-tune` as a person uses it; what needs torch is skipped where the extra is not installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tiny_bert import write_tiny
from typer.testing import CliRunner

import models.tuned_training
from models.encoder import Encoder
from models.readers import load as load_reader
from models.registry import Registry
from models.tuned_training import lacking_to_tune
from models.tuning import TuningSpec
from triage.assess import Assessor
from triage.cli.app import app
from triage.errors import BadInput, Busy
from triage.learning import Tuning, evaluate_held_back, held_back, load, tuning_of
from triage.policy import load_policy
from triage.settings import Settings, get_settings

FileOf = Callable[[Iterable[dict[str, Any]]], Path]
RUN = CliRunner()
tunes = pytest.mark.skipif(
    lacking_to_tune() is not None, reason=f"{lacking_to_tune()} is not installed (extra `fine-tune`)"
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of a data folder without any model."""
    monkeypatch.setenv("TRIAGE_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


def test_without_torch_the_command_names_the_extra_before_it_trains_anything(
    desk: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.tuned_training, "PACKAGES", ("torch_of_nobody",))
    done = RUN.invoke(app, ["train", "--fine-tune"])
    assert done.exit_code != 0
    assert "torch_of_nobody is not installed" in str(done.exception)
    assert "pip install 'triage[fine-tune]'" in str(done.exception)
    assert not (desk.models_dir / "versions").exists()


def test_two_that_tune_at_once_do_not_take_each_other_s_folder_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.learning.fine_tuning.demand_tunable", lambda _: None)
    with tuning_of(tmp_path, "train") as tuning:
        with pytest.raises(Busy), tuning_of(tmp_path, "train"):
            raise AssertionError
        with tuning_of(tmp_path, "evaluate") as other:
            assert other.work != tuning.work
        assert tuning.work.is_dir()
    assert not tuning.work.exists()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (["train", "--epochs", "2"], "--epochs goes with --fine-tune alone"),
        (["train", "--fine-tune", "--epochs", "0"], "from 1 to 50"),
        (["train", "--fine-tune", "--with-reviews"], "--with-reviews goes with none of"),
        (["evaluate", "--fine-tune", "--reader", "fast"], "neither a file nor --reader fast"),
    ],
)
def test_options_that_do_not_go_together_are_told(desk: Settings, asked: list[str], sentence: str) -> None:
    done = RUN.invoke(app, asked)
    assert isinstance(done.exception, BadInput)
    assert sentence in str(done.exception)


@tunes
def test_the_float_encoder_must_be_fetched_first(desk: Settings) -> None:
    done = RUN.invoke(app, ["train", "--fine-tune"])
    assert "triage models fetch-encoder --float" in str(done.exception)


@tunes
def test_a_person_fine_tunes_chooses_and_reads(
    rows: list[dict[str, Any]], file_of: FileOf, tmp_path: Path, desk: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What links reports is learned beside every reader, in a minute; another test is about that.
    monkeypatch.setattr("triage.learning.renew_links", lambda _folder, _rows: None)
    tiny = write_tiny(tmp_path / "tiny", [row["text"] for row in rows])
    told = RUN.invoke(app, ["models", "fetch-encoder", "--float", "--from", str(tiny)])
    assert told.exit_code == 0, told.output
    done = RUN.invoke(app, ["train", "--fine-tune", "--epochs", "2", "--data", str(file_of(rows))])
    assert done.exit_code == 0, done.output
    registry = Registry(desk.models_dir)
    version = next(name for name in registry.versions() if name.startswith("accurate-"))
    assert version in done.output
    assert registry.current() != version, "a person chooses it"
    assert not list((desk.models_dir / "cache").iterdir()), "nothing is left of the work"
    listed = RUN.invoke(app, ["models", "list", "--json"]).output
    assert '"fine_tuned": true' in listed
    assert RUN.invoke(app, ["models", "use", version]).exit_code == 0
    made = Assessor.load(registry.path(version), load_policy(desk.data_dir)).assess(
        "办证要先交好处费，两条烟才肯签字。", received=date(2018, 5, 12)
    )
    assert (made.reader, made.model) == ("accurate", version)
    assert "bribery" in made.categories
    own = load_reader(registry.path(version))
    assert own.about["epochs"] == 2
    assert own.about["tuned_from"] == Encoder(desk.models_dir / "encoder-float").digest != own.about["encoder"]


@tunes
def test_the_scored_reader_was_tuned_on_the_training_part_alone(
    rows: list[dict[str, Any]], file_of: FileOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = write_tiny(tmp_path / "tiny", [row["text"] for row in rows])
    seen: list[str] = []
    tune = held_back.tuned_on_top_of

    def watched(fast: Any, data: Any, *rest: Any, **more: Any) -> Any:
        seen.extend(reading.text for reading in data.readings)
        return tune(fast, data, *rest, **more)

    monkeypatch.setattr(held_back, "tuned_on_top_of", watched)
    spec = replace(TuningSpec(), epochs=1)
    figures = evaluate_held_back(load([file_of(rows)]), tuning=Tuning(tiny, tmp_path / "work", spec))
    assert (figures["reader"], figures["fine_tuned"]) == ("accurate", True)
    assert len(seen) == figures["trained_on"]
    assert len(seen) + figures["reports"] == len(rows)
    assert figures["categories"]["macro_f1"] >= figures["peers"]["fast"]["categories"]["macro_f1"] - 0.05
