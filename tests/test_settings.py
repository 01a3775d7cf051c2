"""Settings as an office sets them, and what it is told where one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.errors import BadSetup
from triage.model import Rank
from triage.settings import get_settings


@pytest.mark.parametrize(
    ("division", "level"),
    [
        ("", Rank.NATION),
        ("51", Rank.PROVINCE),
        ("5134", Rank.PREFECTURE),
        ("513431", Rank.COUNTY),
        ("513431100", Rank.TOWNSHIP),
        ("513431100201", Rank.VILLAGE),
    ],
)
def test_an_office_that_names_its_division_alone_has_the_level_of_it(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, division: str, level: Rank
) -> None:
    monkeypatch.setenv("TRIAGE_OFFICE_DIVISION", division)
    # As docker-compose.yml hands it on where nobody set it
    monkeypatch.setenv("TRIAGE_OFFICE_LEVEL", "")
    get_settings.cache_clear()
    assert get_settings().office_level is level
    monkeypatch.setenv("TRIAGE_OFFICE_LEVEL", "4")
    get_settings.cache_clear()
    assert get_settings().office_level is Rank.PREFECTURE


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OFFICE_LEVEL", "0", "it must be 1, 2, 3, 4, 5 or 6."),
        ("OFFICE_LEVEL", "county", "it must be 1, 2, 3, 4, 5 or 6."),
        ("OFFICE_DIVISION", "四川", "a division's code has 2, 4, 6, 9 or 12 digits."),
        ("LOG_LEVEL", "loud", "it must be DEBUG, INFO, WARNING or ERROR."),
        (
            "ELASTICSEARCH_INDEX",
            "Reports",
            "it must begin with triage, and go on with small letters, digits and hyphens.",
        ),
        ("PROXY", "nginx", "addresses or networks with commas between, such as 172.18.0.1,10.0.0.0/24."),
        ("DATA_DIR", "", "set and empty; name a path, or unset it."),
    ],
)
def test_a_wrong_setting_is_told_by_its_name_and_in_words(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"TRIAGE_{name}", value)
    get_settings.cache_clear()
    with pytest.raises(BadSetup) as caught:
        get_settings()
    assert caught.value.sentence == f"TRIAGE_{name}: {told}"
