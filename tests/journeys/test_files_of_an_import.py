"""What an import writes beside the store: receipts and refused rows, for their owner alone, and tried before anything is taken."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.cli import importing
from triage.cli.importing import import_file
from triage.errors import BadInput, Unavailable
from triage.settings import Settings
from triage.store import Store

TEXTS = ("村支书周大成把危房改造补助每户扣下三千元。", "会计虚报人数，领走了低保金。")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with Store.open(settings) as opened:
        yield opened


def test_receipts_are_for_their_owner_alone_in_a_file_that_others_could_read(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    path, kept = tmp_path / "letters.jsonl", tmp_path / "receipts.jsonl"
    path.write_text(json.dumps({"text": TEXTS[0]}) + "\n", encoding="utf-8")
    kept.touch(mode=0o644)
    kept.chmod(0o644)
    assert import_file(store, settings, path, source=None, columns={}, receipts=kept).taken == 1
    assert kept.stat().st_mode & 0o777 == 0o600


def test_receipts_are_not_written_to_where_a_link_leads_or_to_a_pipe(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    path, elsewhere = tmp_path / "letters.jsonl", tmp_path / "elsewhere"
    path.write_text(json.dumps({"text": TEXTS[0]}) + "\n", encoding="utf-8")
    elsewhere.write_text("kept", encoding="utf-8")
    (tmp_path / "link").symlink_to(elsewhere)
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(BadInput, match="nothing was taken") as refused:
            import_file(store, settings, path, source=None, columns={}, receipts=tmp_path / name)
        assert (refused.value.field, refused.value.rule) == ("receipts", "unwritable")
    assert elsewhere.read_text("utf-8") == "kept"
    assert store.waiting() == 0


def test_receipts_are_not_written_into_the_file_that_is_read(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    path.write_text(json.dumps({"text": TEXTS[0]}) + "\n", encoding="utf-8")
    os.link(path, tmp_path / "same.jsonl")
    for receipts in (path, tmp_path / "same.jsonl"):
        with pytest.raises(BadInput) as refused:
            import_file(store, settings, path, source=None, columns={}, receipts=receipts)
        assert (refused.value.field, refused.value.rule) == ("receipts", "same_file")
    assert (store.waiting(), len(path.read_text("utf-8").splitlines())) == (0, 1)


@pytest.mark.parametrize("name", ["反映截留危房改造补助款的来信汇总表" * 5, "a" + "款" * 83, "x" * 249])
def test_refused_rows_of_a_file_with_the_longest_name_are_written_down(
    store: Store, settings: Settings, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name[:249]}.jsonl"
    while len(os.fsencode(path.name)) > 255:
        path = path.with_name(f"{path.stem[:-1]}.jsonl")
    rows = [{"text": TEXTS[0]}, {"text": ""}, {"text": TEXTS[1]}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = import_file(store, settings, path, source=None, columns={})
    assert (found.taken, found.refused, found.reasons) == (2, 1, {"text:empty": 1})
    refused = Path(found.refused_file or "")
    assert path.name.startswith(refused.name.rsplit("-", 1)[0])
    assert len(refused.read_text("utf-8").splitlines()) == 1


def test_nothing_is_taken_where_refused_rows_cannot_be_kept(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    path.write_text(json.dumps({"text": TEXTS[0]}) + "\n", encoding="utf-8")
    settings.refused_dir.write_text("a file in the place of the folder", encoding="utf-8")
    with pytest.raises(BadInput, match="Refused rows cannot be written") as told:
        import_file(store, settings, path, source=None, columns={})
    assert (told.value.field, told.value.rule) == ("refused", "unwritable")
    assert store.waiting() == 0
    settings.refused_dir.unlink()
    assert import_file(store, settings, path, source=None, columns={}).taken == 1
    assert list(settings.refused_dir.iterdir()) == [], "nothing was refused, and no empty file says otherwise"


def test_an_import_that_can_write_no_more_says_what_is_taken_and_how_to_go_on(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, rows: list[dict[str, object]]) -> None:
        if rows:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        kept(path, rows)

    path, kept = tmp_path / "letters.jsonl", importing.append_private
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in (TEXTS[0], "")), encoding="utf-8")
    monkeypatch.setattr(importing, "append_private", full)
    with pytest.raises(Unavailable, match=r"No space left on device.*run the import again"):
        import_file(store, settings, path, source=None, columns={})
    monkeypatch.undo()
    again = import_file(store, settings, path, source=None, columns={})
    assert (again.taken, again.repeated, again.refused) == (0, 1, 1)
