from __future__ import annotations

import errno
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from models.card import card
from models.category import CategoryModel
from models.errors import ModelDamaged, ModelMissing, ModelUnsuitable
from models.registry import Registry
from models.saved import FORM, load, save, write_whole
from models.training import TrainingSet, TrainingSpec, train


def test_a_loaded_model_reads_as_the_saved_one_did(model: CategoryModel, world: TrainingSet, tmp_path: Path) -> None:
    save(model, tmp_path)
    again = load(tmp_path)
    assert again.read(world.readings[:20]) == model.read(world.readings[:20])
    assert again.thresholds == model.thresholds
    assert again.about == model.about


def test_loading_and_reading_import_no_scikit_learn(model: CategoryModel, tmp_path: Path) -> None:
    save(model, tmp_path)
    program = (
        "import sys; from pathlib import Path; from models import Reading, load;"
        "load(Path(sys.argv[1])).read([Reading('公路', ['公路'])]);"
        "sys.exit(any(name.split('.')[0] in ('sklearn', 'scipy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False).returncode == 0


def test_changed_arrays_are_refused(model: CategoryModel, tmp_path: Path) -> None:
    save(model, tmp_path)
    content = bytearray((tmp_path / "arrays.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "arrays.npz").write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"arrays\.npz .* is not the file that was saved"):
        load(tmp_path)


def test_a_changed_threshold_is_refused(model: CategoryModel, tmp_path: Path) -> None:
    save(model, tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["thresholds"]["refer"] = 0.99
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelDamaged, match="was changed since it was saved"):
        load(tmp_path)


def test_a_cut_manifest_a_missing_file_and_another_form_are_told_apart(model: CategoryModel, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="triage train"):
        load(tmp_path)
    save(model, tmp_path)
    whole = (tmp_path / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(whole[:100])
    with pytest.raises(ModelDamaged, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "manifest.json").write_text(whole.replace(f'"form": {FORM}', '"form": 0'))
    with pytest.raises(ModelUnsuitable, match="form 0"):
        load(tmp_path)
    (tmp_path / "manifest.json").write_text(whole)
    (tmp_path / "arrays.npz").unlink()
    with pytest.raises(ModelDamaged):
        load(tmp_path)


def test_no_training_text_stands_in_the_saved_files(model: CategoryModel, world: TrainingSet, tmp_path: Path) -> None:
    save(model, tmp_path)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for form in ("utf-8", "utf-16-le", "utf-32-le"):
        assert world.readings[0].text.encode(form)[:40] not in content


def test_the_current_version_changes_and_rolls_back(model: CategoryModel, tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    assert registry.current() is None
    with pytest.raises(ModelMissing, match="No model was trained yet"):
        registry.load_current()
    registry.add(model, "one")
    registry.add(replace(model, about={"version": "two"}), "two")
    registry.add(model, "three", use=False)
    assert registry.versions() == ["one", "three", "two"]
    assert registry.current() == "two"
    assert registry.load_current().version == "two"
    assert registry.roll_back() == "one"
    assert registry.current() == "one"
    with pytest.raises(ModelMissing, match="No version was in use before"):
        registry.roll_back()


def test_a_version_is_never_overwritten_and_its_name_stays_inside_the_folder(
    model: CategoryModel, tmp_path: Path
) -> None:
    registry = Registry(tmp_path)
    registry.add(model, "one")
    with pytest.raises(ModelUnsuitable, match="exists already"):
        registry.add(model, "one")
    for name in ("../one", "", "a/b", ".hidden"):
        with pytest.raises(ModelUnsuitable, match="version's name"):
            registry.path(name)
    with pytest.raises(ModelMissing):
        registry.use("unknown")
    assert registry.current() == "one"


def test_a_broken_pointer_says_what_to_do_and_doing_it_helps(model: CategoryModel, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry.add(model, "one")
    (tmp_path / "current.json").write_text("{")
    with pytest.raises(ModelDamaged, match="triage models use"):
        registry.current()
    registry.use("one")
    assert registry.current() == "one"


def test_what_is_kept_twice_is_kept_once_and_a_damaged_one_is_made_whole(model: CategoryModel, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    assert registry.keep(model, "one") is True
    assert registry.keep(model, "one") is False
    for name in ("arrays.npz", "manifest.json"):
        (registry.path("one") / name).write_bytes(b"cut")
        registry.keep(model, "one")
        assert load(registry.path("one")).thresholds == model.thresholds


def test_what_a_killed_training_left_is_no_version_and_goes_with_the_next(model: CategoryModel, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    save(model, tmp_path / "versions" / ".one.draft")
    assert registry.versions() == []
    registry.add(model, "two")
    assert [path.name for path in (tmp_path / "versions").iterdir()] == ["two"]


def test_a_full_disk_leaves_what_was_there_and_nothing_that_was_begun(
    model: CategoryModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    registry = Registry(tmp_path)
    registry.add(model, "one")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        registry.add(model, "two")
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "current.json", b"{}")
    assert sorted(tmp_path.rglob("*")) == before
    assert registry.current() == "one"


def test_trainings_that_end_at_once_leave_whole_models_and_lose_no_step_of_the_trail(
    model: CategoryModel, tmp_path: Path
) -> None:
    def end(number: int) -> None:
        registry = Registry(tmp_path)
        registry.keep(model, "same")
        registry.keep(model, f"own-{number}")
        registry.use(f"own-{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(end, range(6)))
    registry = Registry(tmp_path)
    assert registry.versions() == [*(f"own-{number}" for number in range(6)), "same"]
    assert all(load(registry.path(version)).thresholds == model.thresholds for version in registry.versions())
    for _ in range(5):
        registry.roll_back()


def test_the_card_tells_origin_figures_and_every_label(model: CategoryModel) -> None:
    text = card(replace(model, about={**model.about, "corpus": "abc123"}))
    assert "corpus: abc123" in text
    assert "macro_f1" in text
    assert all(f"| {label} |" in text for label in model.labels)


def test_training_twice_gives_the_same_model(world: TrainingSet) -> None:
    one, other = (train(world, TrainingSpec(), {}) for _ in range(2))
    assert (one.weights == other.weights).all()
    assert one.thresholds == other.thresholds


def test_too_few_texts_are_refused(world: TrainingSet) -> None:
    few = replace(world, readings=world.readings[:5], targets=world.targets[:5], groups=world.groups[:5])
    with pytest.raises(ModelUnsuitable, match="at least ten"):
        train(few, TrainingSpec(), {})


def test_rows_that_do_not_tell_a_label_are_no_examples_against_it(world: TrainingSet) -> None:
    targets = world.targets.copy()
    targets[::2, 2] = -1
    model = train(replace(world, targets=targets), TrainingSpec(), {})
    truth = world.targets[:, 2] == 1
    raised = [scores.flags["refer"] for scores in model.read(world.readings, reasons=False)]
    assert sum(a == b for a, b in zip(raised, truth, strict=True)) > 110
