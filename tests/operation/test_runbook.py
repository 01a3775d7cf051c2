"""Whoever is woken finds what to do: each alert names a figure that is told and a section that is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from triage.operation.metrics import CATALOGUE
from triage.operation.parts import MEANINGS, PartState

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")
SECTIONS = {line.removeprefix("## ") for line in RUNBOOK.splitlines() if line.startswith("## ")}
GROUPS = yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text("utf-8"))["groups"]
ALERTS: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
# Names of an expression that are no figures of ours: Prometheus' own figure and its words.
WORDS = {"up", "job", "sum", "max", "min", "by", "le", "rate", "absent", "histogram_quantile", "triage", "api", "e9"}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_names_a_figure_that_is_told_and_a_section_that_is_there(alert: dict[str, Any]) -> None:
    assert alert.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Triage[A-Za-z]+", alert["alert"])
    assert re.fullmatch(r"\d+[smh]", alert.get("for", "0s"))
    assert alert["labels"]["severity"] in {"page", "ticket"}
    names = set(re.findall(r"[a-z][a-z0-9_]*", re.sub(r'"[^"]*"|\[[^\]]*\]', "", alert["expr"]))) - WORDS
    told = {one.name for one in CATALOGUE}
    told |= {
        f"{one.name}{end}" for one in CATALOGUE if one.kind == "histogram" for end in ("_bucket", "_sum", "_count")
    }
    assert names <= told
    assert names or "up{" in alert["expr"]
    page, _, section = alert["annotations"]["runbook"].partition("#")
    assert page == "docs/runbook.md"
    assert section in SECTIONS
    assert f"`{alert['alert']}`" in RUNBOOK.split(f"## {section}\n")[1].split("\n## ")[0]
    assert alert["annotations"]["en"].isascii()
    assert not alert["annotations"]["zh"].isascii()


def test_alerts_have_names_of_their_own() -> None:
    names = [alert["alert"] for alert in ALERTS]
    assert len(names) == len(set(names)) >= 12
    assert set(re.findall(r"`(Triage\w+)`", RUNBOOK)) == set(names)


def test_the_chinese_runbook_has_the_same_sections_with_the_same_alerts() -> None:
    told, chinese = (
        [(one.partition("\n")[0], set(re.findall(r"`(Triage\w+)`", one))) for one in page.split("\n## ")[1:]]
        for page in (RUNBOOK, (ROOT / "docs" / "runbook.zh.md").read_text("utf-8"))
    )
    assert told == chinese


@pytest.mark.parametrize("part", MEANINGS)
def test_what_is_not_well_is_told_in_both_languages_with_a_section_of_the_runbook(part: str) -> None:
    for code, meaning in MEANINGS[part].items():
        state = PartState(part, code)
        assert meaning.en.isascii()
        assert not meaning.zh.isascii()
        assert bool(meaning.zh_do) == bool(meaning.en_do) == (not state.well)
        if not state.well:
            assert state.runbook.partition("#")[2] in SECTIONS, state.runbook
