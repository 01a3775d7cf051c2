"""One file, imported on the embedded database and on a server: the same reports, refusals, receipts and audit rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_databases import Databases
from sqlalchemy import select

from triage.cli import importing
from triage.cli.importing import Imported, import_file
from triage.intake import receipt_hash
from triage.model import ReporterState, Stage
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.tables import audit, identities, receipts, reports

ROWS = 700


@pytest.fixture
def both(postgres: Databases, tmp_path: Path) -> Iterator[dict[str, Settings]]:
    with postgres.fresh() as name:
        yield {
            "sqlite": Settings(data_dir=tmp_path / "embedded"),
            "postgresql": postgres.settings(tmp_path / "server", name),
        }


def letters(path: Path) -> Path:
    """Good rows of every kind, and some that must be refused, one of them because it comes again with other words."""
    rows: list[object] = []
    for number in range(ROWS):
        row: dict[str, object] = {
            "id": f"L{number}",
            "text": f"村支书扣下低保款，第{number}封",
            "received": "2019-11-05",
        }
        if number % 7 == 0:
            row |= {"title": "低保", "place": "三河村", "channel": "letter"}
        if number % 11 == 0:
            row["reporter"] = {"name": "赵小满", "contact": "13900000000"}
        if number % 13 == 0:
            del row["text"]
            row["turns"] = [{"speaker": "caller", "text": f"会计拿了三千块，第{number}通"}]
        rows.append(row)
    rows[5:5] = [{"id": "bad", "text": ""}, {"id": "late", "text": "将来", "received": "2999-01-01"}]
    rows[300:300] = [{"id": "L1", "text": "另一封信"}, rows[10]]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    lines[400:400] = ["{no json", "{}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def taken(settings: Settings, file: Path, kept: Path | None = None) -> Imported:
    with Store.open(settings) as store:
        return import_file(store, settings, file, source="县局", columns={}, receipts=kept)


def rows_of(settings: Settings) -> list[tuple[object, ...]]:
    """Everything that a file says of its reports, as the worker reads them."""
    with Store.open(settings) as store:
        found = [
            (one.seq, one.text, one.channel, one.received_at, one.title, one.place, one.turns)
            for one in store.claim(10 * ROWS)
        ]
        with store._database.read() as connection:
            told = connection.execute(select(identities.c.report_id)).all()
            hashes = connection.execute(
                select(receipts.c.body_hash).join(reports, reports.c.id == receipts.c.report_id).order_by(reports.c.seq)
            ).scalars()
            return [*found, ("identities", len(told)), ("hashes", len(set(hashes)))]


def test_the_same_file_gives_the_same_reports_and_refusals(both: dict[str, Settings], tmp_path: Path) -> None:
    file = letters(tmp_path / "letters.jsonl")
    told = {name: taken(settings, file) for name, settings in both.items()}
    again = {name: taken(settings, file) for name, settings in both.items()}
    for one in (told, again):
        refused = {name: Path(result.refused_file or "").read_text("utf-8") for name, result in one.items()}
        assert refused["sqlite"] == refused["postgresql"]
        assert refused["sqlite"].count("\n") == 5
        assert one["sqlite"].reasons == one["postgresql"].reasons
    assert {(one.taken, one.repeated, one.refused) for one in told.values()} == {(ROWS, 1, 5)}
    assert {(one.taken, one.repeated, one.refused) for one in again.values()} == {(0, ROWS + 1, 5)}
    assert rows_of(both["sqlite"]) == rows_of(both["postgresql"])


def test_receipts_and_audit_rows_are_the_same(both: dict[str, Settings], tmp_path: Path) -> None:
    file = letters(tmp_path / "letters.jsonl")
    for name, settings in both.items():
        kept = tmp_path / f"{name}.receipts"
        taken(settings, file, kept)
        handed_out = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
        assert len(handed_out) == ROWS
        with Store.open(settings) as store:
            key = store.subkey("receipt")
            standing = [store.status(receipt_hash(key, one["receipt"].replace("-", ""))) for one in handed_out[::50]]
            assert {one.state for one in standing if one is not None} == {ReporterState.RECEIVED}
            assert None not in standing
            with store._database.read() as connection:
                rows = connection.execute(select(audit).where(audit.c.act == "receive").order_by(audit.c.seq)).all()
            assert [one for row in rows for one in row.subjects.split()] == [one["report"] for one in handed_out]
            assert {(row.principal, row.purpose) for row in rows} == {("import", "intake")}
            store.seal_audit()
            assert store.verify_audit().waiting == 0


def test_long_letters_go_in_smaller_parts(
    both: dict[str, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHARACTERS_AT_ONCE", 1000)
    file, steps = tmp_path / "long.jsonl", []
    lines = [json.dumps({"id": number, "text": "扣了三千块" * 100}, ensure_ascii=False) for number in range(20)]
    file.write_text("\n".join(lines), encoding="utf-8")
    settings = both["postgresql"]
    with Store.open(settings) as store:
        import_file(store, settings, file, source=None, columns={}, on_progress=steps.append)
        assert +Counter(store.counts(WORKER)) == {Stage.RECEIVED: 20}
    assert steps == [2] * 10 + [0]
