from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from models.reading import Reading
from models.registry import Registry
from models.saved import FORM
from models.saved import load as load_model
from triage.cli.app import app
from triage.errors import BadInput, Busy
from triage.learning import ensure_model, is_stale, load, register, renew_links, train, train_model
from triage.learning.corpus import ReadTexts, groups_of, training_set
from triage.learning.training import READER, version_of
from triage.store.locks import take_lock

Rows = list[dict[str, Any]]
FileOf = Callable[[Iterable[dict[str, Any]]], Path]


def test_training_on_a_file_leaves_a_model_and_its_card(
    rows: Rows, file_of: FileOf, plain: ReadTexts, tmp_path: Path
) -> None:
    made = train([file_of(rows)], tmp_path / "out", read=plain)
    again = load_model(tmp_path / "out")
    assert again.version == made.version
    assert again.categories == ("bribery", "opaque_funds", "irrelevant")
    assert again.about["reader"] == READER
    assert again.about["reports"] == 150
    assert again.about["out_of_fold"]["macro_f1"] > 0.9
    assert made.version in (tmp_path / "out" / "card.md").read_text()
    scores = again.read([Reading("要交好处费", ["要", "交", "好处费"])])[0]
    assert scores.categories == ("bribery",)
    assert scores.flags == {"refer": True}


def test_the_same_data_train_the_same_version(rows: Rows, file_of: FileOf, plain: ReadTexts) -> None:
    loaded = load([file_of(rows)])
    assert train_model(loaded, read=plain).version == train_model(loaded, read=plain).version
    assert train_model(loaded[:100], read=plain).version != train_model(loaded, read=plain).version


def test_a_scheme_of_ones_own_is_learned(rows: Rows, file_of: FileOf, plain: ReadTexts) -> None:
    own = {"bribery": "甲类", "opaque_funds": "乙类", "irrelevant": "丙类"}
    renamed = [{"text": row["text"], "categories": [own[code] for code in row["categories"][:1]]} for row in rows]
    model = train_model(load([file_of(renamed)]), read=plain)
    assert set(model.categories) == set(own.values())
    assert model.flags == ()
    assert model.rule.exclusive


def test_what_a_row_does_not_tell_is_not_learned_from_it(rows: Rows, file_of: FileOf, plain: ReadTexts) -> None:
    told = [
        {name: value for name, value in row.items() if place % 3 or name != "refer"} for place, row in enumerate(rows)
    ]
    told[1] = {"text": "没有标注的一封信"}
    data = training_set(load([file_of(told)]), plain)
    assert data.targets[0, data.categories.index("bribery")] == 1
    assert data.targets[0, len(data.categories)] == -1
    assert set(data.targets[1].tolist()) == {-1}


def test_reports_of_one_voice_case_or_text_are_never_parted(rows: Rows, file_of: FileOf) -> None:
    twice = [
        {"text": "同一封信"},
        {"text": "同一封信 "},
        {"text": "另一封", "voice": "v"},
        {"text": "又一封", "voice": "v"},
    ]
    groups = groups_of(load([file_of(twice)])).tolist()
    assert groups[0] == groups[1] != groups[2] == groups[3]


def test_only_the_callers_words_are_read(file_of: FileOf, plain: ReadTexts) -> None:
    turns = [{"speaker": "agent", "text": "是不是贪污"}, {"speaker": "caller", "text": "不是，路灯坏了"}]
    data = training_set(load([file_of([{"text": "x", "categories": ["a"], "turns": turns}])]), plain)
    assert data.readings[0].text == "不是，路灯坏了"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([{"text": "只有文字"}] * 20, "categories"),
        ([{"text": "一封信", "categories": ["a"]}] * 3, "ten labelled texts"),
    ],
)
def test_data_with_nothing_to_learn_are_refused(lines: Rows, told: str, file_of: FileOf, plain: ReadTexts) -> None:
    with pytest.raises(BadInput, match=told):
        train_model(load([file_of(lines)]), read=plain)


def test_a_bad_row_is_named_without_its_text(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"text": "王某某收钱", "categories": "bribery"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match="line 1, categories") as caught:
        load([path])
    assert "王某某" not in str(caught.value)
    with pytest.raises(BadInput, match=r"absent\.jsonl cannot be read"):
        load([tmp_path / "absent.jsonl"])


def test_progress_ends_where_it_said_it_would(rows: Rows, file_of: FileOf, plain: ReadTexts) -> None:
    told: list[tuple[str, int, int]] = []
    train_model(load([file_of(rows)]), read=plain, progress=lambda *step: told.append(step))
    assert told[0] == ("reading", 0, 150)
    assert told[-1][0] == "fitting"
    assert told[-1][1] == told[-1][2]


def test_the_first_start_trains_and_the_second_does_not(
    rows: Rows, file_of: FileOf, plain: ReadTexts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = load([file_of(rows)])
    monkeypatch.setattr("triage.learning.training.load", lambda: packaged)
    times: list[int] = []

    def counted(entries: Iterable[Any]) -> Iterable[Reading]:
        times.append(1)
        return plain(entries)

    models = tmp_path / "models"
    assert is_stale(models)
    first = ensure_model(models, read=counted)
    assert ensure_model(models, read=counted) == first
    assert len(times) == 1
    assert not is_stale(models)
    assert (first / "card.md").is_file()
    packaged.pop()
    assert is_stale(models)


def test_two_processes_do_not_train_at_once(tmp_path: Path, plain: ReadTexts) -> None:
    lock = take_lock(tmp_path / "training.lock")
    try:
        with pytest.raises(Busy, match=r"training\.lock"):
            ensure_model(tmp_path, read=plain, wait_seconds=0.05)
    finally:
        lock.release()


def test_registering_a_model_again_only_makes_it_current(
    rows: Rows, file_of: FileOf, plain: ReadTexts, tmp_path: Path
) -> None:
    registry = Registry(tmp_path / "models")
    loaded = load([file_of(rows)])
    one, other = train_model(loaded, read=plain), train_model(loaded[:120], read=plain)
    register(one, registry)
    register(other, registry)
    assert register(one, registry) == registry.current() == one.version
    assert registry.versions() == sorted([one.version, other.version])


def test_a_reader_of_another_form_counts_as_missing_and_is_listed_as_unusable(
    rows: Rows, file_of: FileOf, plain: ReadTexts, tmp_path: Path, data_dir: Path
) -> None:
    registry = Registry(data_dir / "models")
    version = register(train_model(load([file_of(rows)]), read=plain), registry)
    manifest = registry.path(version) / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"form": {FORM}', '"form": 1'))
    assert is_stale(data_dir / "models")
    listed = CliRunner().invoke(app, ["models", "list", "--json"])
    assert listed.exit_code == 0, listed.output
    told = {one["version"]: one for one in json.loads(listed.stdout)["models"]}
    assert "train it again" in told[version]["unusable"]


def test_a_model_whose_arrays_were_cut_is_listed_as_of_no_use_until_it_is_trained_again(
    rows: Rows, file_of: FileOf, plain: ReadTexts, data_dir: Path
) -> None:
    registry = Registry(data_dir / "models")
    model = train_model(load([file_of(rows)]), read=plain)
    version = register(model, registry)
    (registry.path(version) / "arrays.npz").write_bytes(b"cut")
    told = {
        one["version"]: one
        for one in json.loads(CliRunner().invoke(app, ["models", "list", "--json"]).stdout)["models"]
    }
    assert "is not the file that was saved: train the model again" in told[version]["unusable"]
    register(model, registry)
    told = {
        one["version"]: one
        for one in json.loads(CliRunner().invoke(app, ["models", "list", "--json"]).stdout)["models"]
    }
    assert told[version]["reports"] == 150


@pytest.mark.parametrize(("gate", "code"), [(True, "learned_from_reviews"), (False, "packaged")])
def test_that_a_model_of_another_form_gives_way_is_told_with_what_it_knew(
    rows: Rows, file_of: FileOf, plain: ReadTexts, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch, gate: bool, code: str,
) -> None:  # fmt: skip
    registry = Registry(tmp_path / "models")
    loaded = load([file_of(rows)])
    model, other = train_model(loaded, read=plain), train_model(loaded[:120], read=plain)
    version = register(model, registry)
    manifest = registry.path(version) / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"form": {FORM}', '"form": 1'))
    if gate:
        (registry.path(version) / "gate.json").write_text("{}")
    monkeypatch.setattr("triage.learning.training.train_model", lambda *_, **__: other)
    monkeypatch.setattr("triage.learning.training.load", list)
    ensure_model(tmp_path / "models", read=plain)
    assert f"model_replaced model={version} code={code}" in caplog.text


def test_what_sentences_weigh_is_part_of_the_version(rows: Rows, file_of: FileOf, plain: ReadTexts) -> None:
    model = train_model(load([file_of(rows)]), read=plain)
    other = replace(model, sentences=replace(model.sentences, blend=model.sentences.blend + 0.01))
    assert version_of(other) != version_of(model)


@pytest.mark.usefixtures("few_trees")
def test_training_anew_into_a_folder_renews_what_links_its_reports(tmp_path: Path, small_models: Path) -> None:
    registry = Registry(small_models)
    folder = tmp_path / "reader"
    shutil.copytree(registry.path(str(registry.current())), folder)
    link = folder / "link" / "manifest.json"
    before = json.loads(link.read_text())
    assert before["form"]
    link.write_text("{}")
    renew_links(folder, load()[:1000])
    renewed = json.loads(link.read_text())
    assert renewed["form"]
    assert renewed["about"]["pairs"] != before["about"]["pairs"]


def test_a_model_goes_into_no_file(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("")
    with pytest.raises(BadInput, match="name a folder for the model"):
        CliRunner().invoke(app, ["train", "--out", str(tmp_path / "model")], catch_exceptions=False)


def test_that_a_reader_will_propose_nothing_is_told_when_it_is_trained(
    rows: Rows, file_of: FileOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.learning.renew_links", lambda *_: None)
    data = file_of([{**row, "refer": True} for row in rows])
    words = ["train", "--data", str(data), "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, words)
    assert "say both yes and no of: refer, urgent" in told.output.replace("\n", " ")
    assert json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)["unanswered"] == ["refer", "urgent"]


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_reports_of_one_case_alone_train_a_reader_that_goes_by_shares(
    rows: Rows, file_of: FileOf, plain: ReadTexts
) -> None:
    model = train_model(load([file_of({**row, "case": "one"} for row in rows)]), read=plain)
    (scores,) = model.read([Reading("", [])], reasons=False)
    assert all(0 < probability < 1 for probability in scores.probabilities.values())
