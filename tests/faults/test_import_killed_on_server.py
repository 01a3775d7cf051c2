"""An import into PostgreSQL killed in the middle of its COPY: what a transaction brought stays whole, and the rest comes once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from postgres_databases import Databases
from under_fire import Fire, ended, texts

from tests.waiting import until
from triage.settings import Settings
from triage.store import Store

pytestmark = pytest.mark.fault
ROWS = 8_000
_WHOLE = """
SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM receipts), (SELECT count(*) FROM matters),
       (SELECT coalesce(sum(cardinality(string_to_array(subjects, ' '))), 0) FROM audit WHERE act = 'receive')
"""


def test_an_import_killed_twice_brings_every_row_once_and_no_half_report(
    postgres: Databases, data_dir: Path, tmp_path: Path
) -> None:
    wanted = texts(ROWS, "搬")
    file, said = tmp_path / "letters.jsonl", tmp_path / "said.log"
    rows = [{"id": f"{number}", "text": text, "channel": "letter"} for number, text in enumerate(wanted)]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    said.touch()
    fire = Fire(data_dir, said)
    with postgres.fresh() as name:
        settings: Settings = postgres.settings(data_dir, name)
        with psycopg.connect(postgres.plain_address(name), autocommit=True) as look:

            def counted() -> tuple[int, ...]:
                return tuple(int(number) for number in look.execute(_WHOLE).fetchone() or ())

            for _ in range(2):
                had = counted()[0]
                with ended(fire.start("import", str(file), "--no-work", TRIAGE_DATABASE_URL=_address(settings))) as one:
                    until(lambda had=had: counted()[0] > had)
                    fire.kill(one)
                assert len(set(counted())) == 1, "a report lacks its receipt, its state or its audit row"
            assert 0 < counted()[0] < ROWS, "it was killed before its end"
            for _ in range(2):
                with ended(fire.start("import", str(file), "--no-work", TRIAGE_DATABASE_URL=_address(settings))) as one:
                    assert one.wait(120) == 0, said.read_text("utf-8")[-2000:]
            assert counted() == (ROWS,) * 4
        assert f"0 taken, {ROWS} already there, 0 refused" in said.read_text("utf-8")
        with Store.open(settings) as store:
            assert Counter(_brought(store)) == Counter(wanted)
            store.seal_audit()
            assert store.verify_audit().waiting == 0
    fire.no_canary_on_disk()


def _brought(store: Store) -> list[str]:
    """The texts of all that waits; a claim holds only so many characters, and what failed waits for its next try.

    On a slow machine the first ones are due again before the last are claimed, so a report that is known ends the search.
    """
    found: dict[str, str] = {}
    while fresh := [report for report in store.claim(ROWS) if report.id not in found]:
        found.update({report.id: report.text for report in fresh})
        store.fail([report.id for report in fresh], "tried")
    return list(found.values())


def _address(settings: Settings) -> str:
    return settings.database_url or ""
