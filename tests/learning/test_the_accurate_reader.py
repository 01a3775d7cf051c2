"""The accurate reader with its real encoder, fetched as a person would; skipped where it cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from models.encoder import Encoder, lacking
from models.readers import load as load_reader
from models.registry import Registry
from triage.assess import Assessor
from triage.bench.accurate import run as bench
from triage.cli.app import app
from triage.errors import BadInput, Unavailable
from triage.learning import evaluate_held_back, fetch_encoder, load
from triage.policy import load_policy
from triage.settings import Settings

FileOf = Callable[[Iterable[dict[str, Any]]], Path]
RUN = CliRunner()


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    package = lacking()
    if package:
        pytest.skip(f"{package} is not installed (extra `accurate`)")
    try:
        return Encoder(fetch_encoder(tmp_path_factory.mktemp("encoder") / "encoder"))
    except Unavailable as error:
        pytest.skip(str(error))


def test_a_text_is_read_alike_alone_and_among_others(encoder: Encoder) -> None:
    texts = ["村支书把低保给了自己亲戚，我们家什么都没有。" * 40, "修路", "", "The secretary took our money. " * 30]
    for text, together in zip(texts, encoder.clauses(texts), strict=True):
        alone = encoder.clauses([text])[0]
        assert alone.starts == together.starts
        assert (alone.vectors == together.vectors).all()


def test_clauses_of_like_meaning_are_nearer_than_others(encoder: Encoder) -> None:
    bribe, gift, road = (
        one.vectors[0] for one in encoder.clauses(["不送红包就不给盖章", "办事先要给他好处费", "村口的公路全是坑"])
    )
    assert bribe @ gift > bribe @ road


@pytest.mark.usefixtures("few_letters")
def test_a_person_trains_chooses_and_leaves_the_accurate_reader(
    encoder: Encoder, rows: list[dict[str, Any]], file_of: FileOf, settings: Settings
) -> None:
    assert RUN.invoke(app, ["models", "fetch-encoder", "--from", str(encoder.folder)]).exit_code == 0
    registry = Registry(settings.models_dir)
    before = registry.current()
    done = RUN.invoke(app, ["train", "--accurate", "--data", str(file_of(rows))])
    assert done.exit_code == 0, done.output
    assert registry.current() == before, "training alone changes nothing"
    version = next(name for name in registry.versions() if name.startswith("accurate-"))
    assert version in done.output
    assert RUN.invoke(app, ["models", "use", version]).exit_code == 0
    assessor = Assessor.load(registry.path(version), load_policy(settings.data_dir))
    made = assessor.assess("办证要先交好处费，两条烟才肯签字。", received=date(2018, 5, 12))
    assert (made.reader, made.model) == ("accurate", version)
    assert "bribery" in made.categories
    assert RUN.invoke(app, ["models", "use", "--back"]).exit_code == 0
    assert registry.current() == before
    told = bench(registry.path(version), [row["text"] for row in rows[:8]], 1)
    assert told["reports_per_s"] > 0
    assert told["ratio"] > 0


@pytest.mark.usefixtures("few_letters")
def test_it_never_judges_below_the_fast_reader(
    encoder: Encoder, rows: list[dict[str, Any]], file_of: FileOf, tmp_path: Path, settings: Settings
) -> None:
    assert RUN.invoke(app, ["models", "fetch-encoder", "--from", str(encoder.folder)]).exit_code == 0
    out = tmp_path / "accurate"
    done = RUN.invoke(app, ["train", "--accurate", "--data", str(file_of(rows)), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert load_reader(out).reader == "accurate"
    accurate, fast = Assessor.load(out), Assessor.load(out / "fast")
    for row in rows[:40]:
        mine, theirs = (one.assess(row["text"], received=date(2018, 5, 12)) for one in (accurate, fast))
        assert mine.risk.level.rank >= theirs.risk.level.rank
        assert mine.refer >= theirs.refer
        assert {point.code for point in theirs.risk.floor} <= {point.code for point in mine.risk.floor}


def test_both_readers_are_scored_on_the_same_held_back_rows(
    encoder: Encoder, rows: list[dict[str, Any]], file_of: FileOf
) -> None:
    figures = evaluate_held_back(load([file_of(rows)]), encoder=encoder)
    assert figures["reader"] == "accurate"
    assert figures["categories"]["macro_f1"] >= figures["peers"]["fast"]["categories"]["macro_f1"] - 0.05


def test_a_folder_without_an_encoder_is_refused_and_nothing_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "models" / "encoder"
    target.mkdir(parents=True)
    (target / "model.onnx").write_text("old", encoding="utf-8")
    with pytest.raises(BadInput, match=r"model\.onnx is not there"):
        fetch_encoder(target, tmp_path)
    assert (target / "model.onnx").read_text("utf-8") == "old"


def test_without_maven_the_command_says_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="--from"):
        fetch_encoder(settings.models_dir / "encoder")


def test_an_artefact_out_of_reach_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(Unavailable, match="could not get"):
        fetch_encoder(tmp_path / "models" / "encoder")
    assert not list((tmp_path / "models").iterdir()), "no half-made folder is left"
