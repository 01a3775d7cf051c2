"""Benches at tiny sizes: they run, measure what they name and say it in order. How fast this machine is, is no test."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from triage.bench import Figure, Outcome, importing, start
from triage.bench.figures import quantile
from triage.bench.generator import Generator
from triage.bench.kept import filled
from triage.bench.processes import apart
from triage.bench.search import in_turns
from triage.cli.app import app
from triage.errors import Unavailable


def told_by(*arguments: str) -> dict[str, Any]:
    """What a bench prints with ``--json``."""
    ended = CliRunner().invoke(app, ["bench", *arguments, "--json"])
    assert ended.exit_code == 0, ended.output
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    assert told["bench"] == arguments[0]
    assert all(math.isfinite(figure["value"]) for figure in told["figures"].values())
    return told


def test_the_same_seed_invents_the_same_reports_and_no_two_alike() -> None:
    texts = Generator().texts(50)
    assert texts == Generator().texts(80)[:50]
    assert texts != Generator(7).texts(50)
    assert len(set(texts)) == 50
    assert 150 < sorted(map(len, texts))[25] < 450


def test_words_follow_zipfs_law_as_in_real_texts() -> None:
    letters = Counter("".join(Generator().texts(300)))
    (_, first), *_, (_, hundredth) = letters.most_common(101)
    assert first > 8 * hundredth
    assert sum(1 for count in letters.values() if count == 1) > 50


def test_a_figure_says_value_target_and_whether_it_is_met() -> None:
    assert Figure("peak_memory", 700.4, "MB", 600).line.endswith("700 MB             target at most 600: not met")
    assert Figure("ratio", 0.5, "", 0.4, at_least=True).line.endswith("0.500                target at least 0.400: met")
    assert "target" not in Figure("rows", 12, "rows").line
    assert Figure("rows", 12, "rows").met is None


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert [quantile([4, 1, 3, 2], share) for share in (0, 0.5, 0.99, 1)] == [1, 2, 4, 4]
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)


def test_who_asks_first_changes_from_round_to_round() -> None:
    asked: list[str] = []
    ours, theirs = ([partial(asked.append, f"{who} {what}") for what in "ab"] for who in ("ours", "theirs"))
    took = in_turns(ours, theirs, rounds=2)
    assert asked[4:8] == ["ours a", "theirs a", "ours b", "theirs b"]
    assert asked[8:] == ["theirs a", "ours a", "theirs b", "ours b"]
    assert [len(each) for each in took] == [4, 4], "the first round is not counted"


def test_assess_measures_texts_of_a_file_beside_jieba(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    importing.write_rows(file, 30)
    told = told_by("assess", str(file), "--runs", "1")
    figures = told["figures"]
    assert figures["texts"]["value"] == 30
    assert figures["time_to_jieba_ratio"]["target"] == 1.0
    assert figures["peak_memory"]["met"] in (True, False)
    assert set(told["breakdown"]) == {"tokenise", "language", "entities", "categories", "risk"}
    assert sum(told["breakdown"].values()) == pytest.approx(1)


def test_intake_loses_nothing_that_it_acknowledged(data_dir: Path) -> None:
    figures = told_by("intake", "--connections", "4", "--most", "25", "--seconds", "5", "--rounds", "1")["figures"]
    assert figures["not_accepted"]["value"] == 0
    assert figures["acknowledged_but_not_kept"]["value"] == 0
    assert figures["to_peer_ratio"]["value"] > 0
    assert figures["p99"]["target"] == 150


@pytest.mark.usefixtures("postgres")
def test_intake_on_a_server_loses_nothing_either_and_measures_the_writer_alone(data_dir: Path) -> None:
    told = told_by(
        "intake", "--store", "postgresql", "--connections", "4", "--most", "25", "--seconds", "1", "--rounds", "1"
    )
    figures = told["figures"]
    assert figures["not_accepted"]["value"] == 0
    assert figures["acknowledged_but_not_kept"]["value"] == 0
    assert figures["writer_to_peer_ratio"]["target"] == 1.5
    assert figures["writer_per_s"]["value"] > 0
    assert any("PostgreSQL" in note for note in told["notes"])


def test_search_times_each_kind_of_question(data_dir: Path) -> None:
    figures = told_by("search", "--reports", "60")["figures"]
    for kind in ("word", "phrase", "filter", "word_of_one_city"):
        assert 0 < figures[f"{kind}_p50"]["value"] <= figures[f"{kind}_p95"]["value"]
        assert figures[f"{kind}_p95"]["target"] == 25
        assert figures[f"{kind}_to_bare_ratio"]["value"] > 0
    assert figures["index_size"]["value"] > 0


def test_an_index_that_was_kept_is_asked_again_without_being_filled(data_dir: Path, tmp_path: Path) -> None:
    first = told_by("search", "--reports", "30", "--keep", str(tmp_path))["figures"]
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("filled.json")}
    again = told_by("search", "--reports", "30", "--keep", str(tmp_path))["figures"]
    assert again["indexed_per_s"]["value"] == first["indexed_per_s"]["value"]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("filled.json")} == written


def test_what_was_filled_only_half_is_filled_anew(tmp_path: Path) -> None:
    def fill(folder: Path) -> dict[str, float]:
        (folder / "written").write_text("whole", encoding="utf-8")
        return {"seconds": 1.0}

    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "half").write_text("half", encoding="utf-8")
    with filled(tmp_path, "x", fill) as (folder, took):
        assert took == {"seconds": 1.0}
        assert {path.name for path in folder.iterdir()} == {"written", "filled.json"}
    with filled(None, "x", fill) as (folder, _):
        assert folder.is_dir()
    assert not folder.exists()


def test_cases_meet_planted_repeats_in_both_stores(data_dir: Path, tmp_path: Path) -> None:
    arguments = ("cases", "--reports", "300", "--against", "100", "--sample", "12", "--keep", str(tmp_path))
    told = told_by(*arguments)
    figures = told["figures"]
    assert figures["reports"]["value"] == 300
    assert 0 < figures["link_p50"]["value"] <= figures["link_p95"]["value"] <= figures["link_p99"]["value"]
    assert figures["link_p95"]["target"] == 15
    assert figures["planted_met"]["value"] > 0.5
    assert set(told["breakdown"]) == {"candidates", "facts", "cases", "compare"}
    assert told_by(*arguments)["figures"]["filled_per_s"] == figures["filled_per_s"]


def test_import_brings_all_rows_to_the_index_once(data_dir: Path) -> None:
    figures = told_by("import", "--rows", "40")["figures"]
    assert figures["rows"]["value"] == 40
    assert figures["not_indexed"]["value"] == figures["added_by_second_run"]["value"] == 0
    assert figures["peak_while_importing"]["value"] <= figures["peak_of_first_half"]["value"]
    assert figures["peak_of_first_half"]["value"] <= figures["peak_memory"]["value"]


def test_memory_that_stops_growing_stays_so_for_a_million_rows() -> None:
    told = {"taken": 10_000.0, "peak_half": 500.0, "peak": 500.0}
    assert importing.of_a_million(told) == 500
    assert importing.of_a_million(told | {"peak": 505.0}) == pytest.approx(505 + 990)


def test_a_part_that_takes_too_long_is_told_in_a_sentence() -> None:
    with pytest.raises(Unavailable, match="not done after 0 s"):
        apart("http.server", "0", "--bind", "127.0.0.1", seconds=0.2)


def test_trends_composes_a_month_and_rehearses_spikes_beside_the_rule_of_thumb(data_dir: Path) -> None:
    figures = told_by("trends", "--reports", "2000", "--months", "6")["figures"]
    assert figures["month_s"]["value"] > 0
    assert figures["calm_months_with_alarm"]["value"] <= 0.5
    assert figures["found_x5_at_8_to_16"]["value"] > figures["found_x2_at_8_to_16"]["value"]
    assert figures["thumb_false_among_alarms"]["value"] > figures["false_among_alarms"]["value"]
    assert figures["schemes_of_10000_letters_s"]["value"] > 0
    assert figures["calm_months_with_scheme"]["value"] <= 0.5
    assert figures["scheme_of_10_in_150_found"]["value"] >= 0.5


def test_start_is_timed_until_ready(data_dir: Path) -> None:
    outcome = start.measure(runs=1)
    assert isinstance(outcome, Outcome)
    assert 0 < outcome.value("help") < outcome.value("start_to_ready")


def test_a_bench_in_words_has_a_line_for_each_figure(data_dir: Path) -> None:
    ended = CliRunner().invoke(app, ["bench", "search", "--reports", "20"])
    first, *lines = ended.stdout.splitlines()
    assert first.startswith("bench search (")
    assert all(line.startswith("  ") for line in lines)
    assert len(lines) == 23


def test_a_bench_that_is_told_to_end_closes_what_it_has_started() -> None:
    program = (
        "import os, signal, time\n"
        "from triage.cli.bench import bench\n"
        "@bench.command('wait')\n"
        "def wait() -> None:\n"
        "    try:\n        os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)\n"
        "    finally:\n        os.kill(os.getpid(), signal.SIGTERM); print('closed')\n"
        "from triage.cli.app import app\n"
        "app(['bench', 'wait'])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (ended.stdout, ended.returncode) == ("closed\n", 143)
