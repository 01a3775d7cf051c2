"""What is learned of letters that accuse an office is learned where it is missing, and stands beside the readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.accusations import AccusationModel, load_accusations, save_accusations
from models.saved import MANIFEST
from triage.learning import accusing
from triage.learning.accusing import accusations_in
from triage.suspecting import FOLDER, Suspecting


@pytest.fixture
def known(small_models: Path, monkeypatch: pytest.MonkeyPatch) -> AccusationModel:
    """The model of the packaged letters, which another part of the run has learned already."""
    model = accusations_in(small_models)
    monkeypatch.setattr(accusing, "learned", lambda: model)
    return model


def test_letters_of_writers_that_were_held_out_are_told_apart(known: AccusationModel) -> None:
    assert known.about["recall"] > 0.7
    assert known.about["precision"] > 0.7
    assert known.about["sealed_wrongly"] <= 0.02


def test_what_is_missing_damaged_or_of_other_letters_is_learned_and_saved(
    known: AccusationModel, tmp_path: Path
) -> None:
    assert accusations_in(tmp_path) is known
    saved = load_accusations(tmp_path / FOLDER)
    assert saved is not None
    assert saved.about == known.about
    assert accusations_in(tmp_path) is not known
    (tmp_path / FOLDER / MANIFEST).write_text("{}", "utf-8")
    assert accusations_in(tmp_path) is known
    other = AccusationModel(known.weights, 0.0, 1.0, 0.0, 0.5, {"letters": "others"})
    save_accusations(other, tmp_path / FOLDER)
    assert accusations_in(tmp_path) is known


def test_a_folder_that_cannot_be_written_keeps_no_report_from_its_route(known: AccusationModel, tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file stands where the folder would be", "utf-8")
    assert accusations_in(tmp_path) is known
    assert Suspecting(tmp_path)("县纪委的人收了钱", 0, 3) == known.accuses("县纪委的人收了钱", 0, 3)


def test_where_nothing_was_learned_yet_nobody_is_suspected(tmp_path: Path) -> None:
    assert not Suspecting(tmp_path / "models")("县纪委的人收了钱", 0, 3)
