from __future__ import annotations

from pathlib import Path

import pytest

from corpora.taxonomy import load_taxonomy
from triage.errors import BadSetup
from triage.model import Level, Rank
from triage.policy import Facts, Policy, load_policy


def with_override(folder: Path, text: str) -> Policy:
    folder.joinpath("policy.toml").write_text(text, encoding="utf-8")
    load_policy.cache_clear()
    return load_policy(folder)


def test_every_label_has_its_points() -> None:
    assert set(load_policy().risk.severity) == set(load_taxonomy().codes)


def test_clocks_are_those_of_the_rules() -> None:
    clocks = load_policy().clocks
    assert (clocks.acceptance_notice.limit, clocks.acceptance_notice.unit) == (15, "working_days")
    assert (clocks.disposal_proposal.limit, clocks.disposal_proposal.unit) == (1, "months")
    assert (clocks.clearing.limit, clocks.clearing.unit) == (1, "months")


def test_override_changes_one_key_and_the_version(tmp_path: Path) -> None:
    policy = with_override(tmp_path, "[figures]\nsuppress_below = 10\n[risk.severity]\nbribery = 9\n")
    assert policy.figures.suppress_below == 10
    assert policy.risk.severity["bribery"] == 9
    assert policy.risk.severity["embezzlement"] == load_policy().risk.severity["embezzlement"]
    assert policy.version != load_policy().version


def test_a_file_as_windows_editors_save_it_is_read(tmp_path: Path) -> None:
    assert with_override(tmp_path, "\ufeff[figures]\nsuppress_below = 10\n").figures.suppress_below == 10


def test_a_rule_may_name_a_label_of_an_own_scheme_that_has_points(tmp_path: Path) -> None:
    rule = '[[floors]]\ncode = "x"\nlevel = "grave"\nany_label = ["mine"]\n[risk.severity]\nmine = 4\n'
    assert with_override(tmp_path, rule).floors[0].holds(Facts(refer=False, urgent=False, labels=frozenset({"mine"})))


def test_same_content_has_the_same_version(tmp_path: Path) -> None:
    assert with_override(tmp_path, "").version == load_policy().version


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[levels]\nmedium = "x"', "levels.medium"),
        ("[levels]\nmedium = 99", "levels"),
        ("[risk.rank]\nvilage = 1", "risk.rank.vilage"),
        ("colour = 3", "colour"),
        ("[clocks.feedback]\nlimit = 0", "clocks.feedback.limit"),
        ('[clocks.feedback]\nlimit = "5"', "clocks.feedback.limit"),
        ("[clocks.clearing]\nlimit = 0", "clocks.clearing.limit"),
        ("[custody]\nopen_days = 0", "custody.open_days"),
        ("[custody]\nopen_days = 31", "custody.open_days"),
        ("[custody.answer]\nlimit = 0", "custody.answer.limit"),
        ('[custody.answer]\nunit = "weeks"', "custody.answer.unit"),
        ("[links]\nsuggest_from = 0.99", "links.suggest_from"),
        ('version = "mine"', "version"),
        ("[levels", "cannot be read"),
        ("[risk.rank]\nvilage = 1", "vilage: Input should be one of none, village"),
        ('[[floors]]\ncode = "x"\nlevel = "high"\nfrom_rank = "County"', "floors.0.from_rank: .*county"),
        ("[risk.danger]\nviolense = 3.0", "risk.danger.violense: .*violence"),
        ("[risk.evidence]\nphotos = 3.0", "risk.evidence.photos: .*photo"),
        ('[[floors]]\ncode = "x"\nlevel = "grave"\nany_danger = ["violense"]', "floors.0.any_danger.violense"),
        ('[[floors]]\ncode = "x"\nlevel = "grave"\nany_label = ["embezlement"]', "floors.0.any_label: embezlement"),
        ('[[floors]]\ncode = " "\nlevel = "grave"', "floors.0.code"),
        ('[[floors]]\ncode = "x"\nlevel = "grave"\n[[floors]]\ncode = "x"\nlevel = "low"', "floors.1.code"),
    ],
)
def test_bad_key_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(BadSetup, match=key):
        with_override(tmp_path, text)


def test_amount_bands_count_in_fen() -> None:
    risk = load_policy().risk
    assert risk.amount_points(2_999_999) < risk.amount_points(3_000_000)
    assert risk.amount_points(0) == 0


def test_level_rises_with_the_score() -> None:
    levels = load_policy().levels
    assert [levels.of(score) for score in (0, levels.medium, levels.high, levels.grave)] == [
        Level.LOW,
        Level.MEDIUM,
        Level.HIGH,
        Level.GRAVE,
    ]


def test_retaliation_is_never_below_high() -> None:
    facts = Facts(refer=False, urgent=False, labels=frozenset({"retaliation"}))
    held = [rule for rule in load_policy().floors if rule.holds(facts)]
    assert Level.HIGH in {rule.level for rule in held}


def test_small_matter_of_a_village_has_no_floor() -> None:
    facts = Facts(refer=False, urgent=False, labels=frozenset({"formalism"}), rank=Rank.VILLAGE)
    assert not [rule for rule in load_policy().floors if rule.holds(facts)]
