"""Rows that reach a server together: whether few or many, what stands there afterwards is the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from postgres_databases import Databases
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from store_samples import arrival

from triage.errors import Unavailable
from triage.model import Reporter, Stage
from triage.store import WORKER, Accepted, Store, database
from triage.store.tables import audit, identities, judgements, matters, receipts, reports
from triage.store.together import MOST_AS_ARRAYS, write_together

NOW = datetime(2019, 11, 5, 4, tzinfo=UTC)
SIZES = (1, MOST_AS_ARRAYS, MOST_AS_ARRAYS + 1)


def row(number: int, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": f"{number:026d}",
        "stage": "received",
        "channel": "letter",
        "received_at": NOW,
        "arrived_at": NOW,
        "division": "",
        "body": bytes([number % 256]),
        "wrapped_key": b"",
        "wrap": "text",
        "origin": None if number % 2 else f"{number:064d}",
        "tries": 0,
        "not_before": NOW,
        "trouble": "",
        "lane": number % 256,
    }
    return told | changes


@pytest.mark.parametrize("size", SIZES)
def test_rows_stand_as_given_and_in_their_order(store: Store, size: int) -> None:
    given = [row(number) for number in range(size)]
    states = [{"report_id": one["id"], "state": "received", "by": "intake", "at": NOW} for one in given]
    with store._database.write() as connection:
        write_together(connection, [(reports, given), (matters, states), (identities, [])])
    with store._database.read() as connection:
        columns = [reports.c[name] for name in given[0]]
        found = [dict(one._mapping) for one in connection.execute(select(*columns).order_by(reports.c.seq))]
        assert connection.execute(select(func.count()).select_from(matters)).scalar_one() == size
    assert found == given


@pytest.mark.parametrize("size", SIZES)
def test_lists_shares_and_what_is_not_told_stand_as_given_too(store: Store, size: int) -> None:
    shared = {"verdict": "same", "score": 0.25, "by": "model", "joined": True, "made_at": NOW, "decision_id": None}
    given = [
        {"report_id": f"{number:026d}", "other_id": "0" * 26, "features": ["村", number, None], **shared}
        for number in range(size)
    ]
    with store._database.write() as connection:
        write_together(connection, [(judgements, given)])
    with store._database.read() as connection:
        columns = [judgements.c[name] for name in given[0]]
        found = [dict(one._mapping) for one in connection.execute(select(*columns).order_by(judgements.c.seq))]
    assert found == given


def test_where_there_is_nothing_to_write_nothing_is_written(store: Store) -> None:
    with store._database.write() as connection:
        write_together(connection, [(reports, []), (matters, [])])
        write_together(connection, [])
    assert not any(store.counts(WORKER).values())


@pytest.mark.parametrize("size", SIZES)
def test_one_row_that_is_there_already_keeps_all_of_them_out(store: Store, size: int) -> None:
    with store._database.write() as connection:
        write_together(connection, [(reports, [row(size - 1)])])
    states = [{"report_id": f"{number:026d}", "state": "received", "by": "x", "at": NOW} for number in range(size)]
    with pytest.raises(IntegrityError) as told, store._database.write() as connection:
        write_together(connection, [(matters, states), (reports, [row(number) for number in range(size)])])
    assert f"{size - 1:026d}" not in str(told.value), "an error repeats no row"
    with store._database.read() as connection:
        assert connection.execute(select(func.count()).select_from(reports)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(matters)).scalar_one() == 0


@pytest.mark.parametrize("size", SIZES)
def test_a_value_that_no_database_holds_is_refused_as_everywhere(store: Store, size: int) -> None:
    with pytest.raises((DBAPIError, ValueError)), store._database.write() as connection:
        write_together(
            connection, [(reports, [row(number, received_at=datetime(2019, 1, 1)) for number in range(size)])]
        )
    assert store.claim(1) == []


def test_a_thousand_letters_at_once_are_each_there_once_with_receipt_state_and_audit_row(store: Store) -> None:
    given = [arrival(f"第{number}封信", source="登记", row=str(number), receipt=f"r{number}") for number in range(1000)]
    answers = store.receive([*given, given[0]])
    assert [isinstance(one, Accepted) and one.repeated for one in answers] == [False] * 1000 + [True]
    ids = [one.report_id for one in answers[:1000] if isinstance(one, Accepted)]
    with store._database.read() as connection:
        assert list(connection.execute(select(reports.c.id).order_by(reports.c.seq)).scalars()) == ids
        assert sorted(connection.execute(select(receipts.c.report_id)).scalars()) == sorted(ids)
        lines = list(connection.execute(select(audit.c.subjects).order_by(audit.c.seq)).scalars())
    assert [one for line in lines for one in line.split()] == ids
    assert max(len(line.split()) for line in lines) <= 256
    assert store.seal_audit() == len(lines)
    assert all(isinstance(one, Accepted) and one.repeated for one in store.receive(given))


def test_the_longest_letters_arrive_together(store: Store) -> None:
    long = "扣了三千块" * 20_000
    store.receive([arrival(long, reporter=Reporter("赵小满", None)) for _ in range(60)])
    assert {report.text for report in store.claim(60)} == {long}


@pytest.fixture
def on_server(postgres: Databases, tmp_path: Path) -> Iterator[Store]:
    with postgres.fresh() as name, Store.open(postgres.settings(tmp_path / "data", name)) as opened:
        yield opened


def test_connections_that_were_cut_while_they_rested_are_made_anew(
    on_server: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "RESTED_SECONDS", 0.0)
    on_server.receive([arrival()])
    with on_server._database.session() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    assert [isinstance(on_server.receive([arrival()])[0], Accepted) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize("size", [1, MOST_AS_ARRAYS + 1])
def test_a_connection_that_is_cut_just_then_is_told_as_such_and_the_next_try_gets_another(
    on_server: Store, size: int
) -> None:
    given = [row(number) for number in range(size)]
    with pytest.raises(Unavailable):
        cut_and_write(on_server, given)
    with on_server._database.write() as connection:
        write_together(connection, [(reports, given)])
    assert on_server.counts(WORKER)[Stage.RECEIVED] == size


def cut_and_write(store: Store, given: list[dict[str, Any]]) -> None:
    with store._database.write() as connection:
        mine = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with store._database.session() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
        write_together(connection, [(reports, given)])
