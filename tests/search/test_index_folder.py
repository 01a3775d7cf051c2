"""Where the embedded index lies: one folder for each format, and none of an earlier one is left."""

from __future__ import annotations

import resource
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from triage.errors import IndexDown, NoIndex, Refused
from triage.model import Channel, Level
from triage.search import EmbeddedIndex, IndexDocument, SearchRequest, Terms
from triage.search.embedded import FORMAT
from triage.store import WORKER
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer


def opened(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, Terms(TermKeyer(b"terms"), default_segmenter()))


def document(number: int) -> IndexDocument:
    return IndexDocument(
        id=f"01J{number:023d}",
        seq=number,
        version=number,
        text="村里的低保款没有发",
        received_at=datetime(2019, 1, 1, number, tzinfo=UTC),
        month="2019-01",
        channel=Channel.WEB,
        categories=("embezzlement",),
        division="513431",
        level=Level.HIGH,
        score=10.0,
    )


def test_the_index_of_an_earlier_format_is_gone_once_the_worker_writes(tmp_path: Path) -> None:
    old = tmp_path / "v1"
    old.mkdir()
    (old / "meta.json").write_text("{}")
    index = opened(tmp_path)
    assert old.exists(), "whoever only reads takes nothing away"
    index.apply([], [])
    assert not old.exists()
    assert (tmp_path / f"v{FORMAT}").is_dir()
    index.close()


def test_the_index_is_for_its_owner_alone_where_its_folder_was_open_to_everybody(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    folder.chmod(0o755)
    index = opened(folder)
    index.apply([], [])
    index.close()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / f"v{FORMAT}")} == {0o700}


def lost(place: Path) -> None:
    shutil.rmtree(place.parent)


def half_written(place: Path) -> None:
    meta = place / "meta.json"
    meta.write_text(meta.read_text()[:40])


def without_parts(place: Path) -> None:
    for part in place.glob("*.term"):
        part.unlink()


def cut(place: Path) -> None:
    # Put in its place as a copy that broke off is: nobody writes into a file that is open
    for part in place.glob("*.idx"):
        part.with_suffix(".cut").write_bytes(part.read_bytes()[:20])
        part.with_suffix(".cut").replace(part)


DAMAGE = (lost, half_written, without_parts, cut)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_lost_or_damaged_index_is_told_to_readers_and_takes_nothing_until_it_is_written_anew(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    writer = opened(tmp_path / "index")
    writer.apply([document(number) for number in (1, 2, 3)], [])
    writer.close()
    damage(tmp_path / "index" / f"v{FORMAT}")

    writer, reader = opened(tmp_path / "index"), opened(tmp_path / "index")
    if damage is lost:
        # Whoever opens it makes an empty one, which a worker that starts then fills
        assert reader.new()
        shutil.rmtree(tmp_path / "index")
    for asked in (reader, writer):
        with pytest.raises(NoIndex, match="lost or damaged"):
            asked.count(SearchRequest(), WORKER)
        assert asked.new()
    with pytest.raises(NoIndex):
        writer.apply([document(4)], [])
    assert writer.rebuild(document(number) for number in (1, 2, 3, 4)) == 4
    assert [asked.count(SearchRequest(), WORKER) for asked in (reader, writer)] == [4, 4]
    writer.apply([document(5)], [])
    assert [asked.count(SearchRequest(), WORKER) for asked in (reader, writer)] == [5, 5]
    writer.close()


def test_a_change_alone_makes_no_index_where_another_process_put_an_empty_one_in_the_place_of_a_lost_one(
    tmp_path: Path,
) -> None:
    writer = opened(tmp_path / "index")
    writer.apply([document(1), document(2)], [])
    writer.close()
    shutil.rmtree(tmp_path / "index")
    assert opened(tmp_path / "index").new(), "a look by triage search, say"
    with pytest.raises(NoIndex):
        writer.apply([document(3)], [])
    assert writer.new()
    assert writer.rebuild([document(1), document(2), document(3)]) == 3
    writer.close()


def test_an_index_whose_last_report_was_taken_out_takes_the_next_one(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    index.apply([document(1)], [])
    index.apply([], [document(1).id])
    index.apply([document(2)], [])
    assert index.count(SearchRequest(), WORKER) == 1
    index.close()


def test_a_machine_that_opens_no_more_files_has_no_damaged_index(tmp_path: Path) -> None:
    writer, reader = opened(tmp_path / "index"), opened(tmp_path / "index")
    writer.apply([document(1)], [])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, most[1]))
    try:
        with pytest.raises(IndexDown) as told:
            reader.count(SearchRequest(), WORKER)
        with pytest.raises(IndexDown):
            reader.new()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)
    assert not isinstance(told.value, NoIndex), "whoever is told so would write it anew"
    assert reader.count(SearchRequest(), WORKER) == 1
    writer.close()


def test_damage_within_a_file_is_told_and_ends_no_process(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    index.apply([document(1), document(2)], [])
    index.close()
    for part in (tmp_path / "index").glob("*/*.fast"):
        held = bytearray(part.read_bytes())
        held[:-180] = bytes(Random(7).randrange(256) for _ in held[:-180])
        part.write_bytes(held)
    index = opened(tmp_path / "index")
    with pytest.raises(NoIndex):
        list(index.versions())
    assert index.rebuild([document(1)]) == 1
    assert [each for each, _ in index.versions()] == [document(1).id]
    index.close()


def test_a_report_that_does_not_fit_is_named_and_stops_no_other(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    index.apply([document(2)], [])
    spoilt = replace(document(2), version=2**70)
    for write in (
        lambda: index.apply([document(1), spoilt, document(3)], []),
        lambda: index.rebuild([document(1), spoilt]),
    ):
        with pytest.raises(Refused) as told:
            write()
        assert told.value.reasons == {spoilt.id: "value_out_of_range"}
    assert [each for each, _ in index.versions()] == [document(1).id]
    index.apply([replace(document(1), version=9)], [])
    assert list(index.versions()) == [(document(1).id, 9)]
    index.close()
