"""The database's password comes from a file and shows nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.errors import BadSetup
from triage.settings import Settings
from triage.store.database import Database

ADDRESS = "postgresql+psycopg://triage@database:5432/triage"


def test_the_password_of_the_file_takes_the_place_of_one_in_the_address_and_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("a p@ss/word\n", encoding="utf-8")
    settings = Settings(data_dir=tmp_path, database_url=ADDRESS, database_password_file=file)
    database = Database(settings)
    assert database.engine.url.password == "a p@ss/word"
    assert "ss/word" not in repr(database.engine) + repr(settings) + str(database.engine.url)
    database.close()


def test_a_file_that_cannot_be_read_is_told_by_the_setting_s_name(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=ADDRESS, database_password_file=tmp_path / "none")
    with pytest.raises(BadSetup, match="TRIAGE_DATABASE_PASSWORD_FILE"):
        Database(settings)


def test_an_embedded_database_has_no_use_for_the_password(tmp_path: Path) -> None:
    """`triage migrate-store` opens both sides under the settings of one process."""
    file = tmp_path / "password"
    file.write_text("secret\n", encoding="utf-8")
    database = Database(Settings(data_dir=tmp_path, database_password_file=file))
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    database.close()
