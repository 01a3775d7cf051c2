"""Where the embedded index lies: one folder for each format, and none of an earlier one is left."""

from __future__ import annotations

import stat
from pathlib import Path

from triage.search import EmbeddedIndex, Terms
from triage.search.embedded import FORMAT
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer


def test_the_index_of_an_earlier_format_is_gone_once_the_worker_writes(tmp_path: Path) -> None:
    old = tmp_path / "v1"
    old.mkdir()
    (old / "meta.json").write_text("{}")
    index = EmbeddedIndex(tmp_path, Terms(TermKeyer(b"terms"), default_segmenter()))
    assert old.exists(), "whoever only reads takes nothing away"
    index.apply([], [])
    assert not old.exists()
    assert (tmp_path / f"v{FORMAT}").is_dir()
    index.close()


def test_the_index_is_for_its_owner_alone_where_its_folder_was_open_to_everybody(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    folder.chmod(0o755)
    index = EmbeddedIndex(folder, Terms(TermKeyer(b"terms"), default_segmenter()))
    index.apply([], [])
    index.close()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / f"v{FORMAT}")} == {0o700}
