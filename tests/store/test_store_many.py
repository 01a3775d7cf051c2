"""Many rows in one statement: the same rows as one by one, however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, create_engine, insert, select

from triage.store.columns import UtcDateTime
from triage.store.many import insert_rows

_metadata = MetaData()
_rows = Table(
    "rows",
    _metadata,
    Column("seq", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("at", UtcDateTime),
    Column("data", LargeBinary),
    Column("order", Integer, nullable=False, server_default="7"),
)
_moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
_row = st.fixed_dictionaries({"name": st.text(), "at": st.none() | _moments, "data": st.none() | st.binary()})


@given(st.lists(_row, max_size=20))
def test_rows_read_back_as_they_were_given(rows: list[dict[str, object]]) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        _metadata.create_all(connection)
        insert_rows(connection, _rows, rows)
        found = connection.execute(select(_rows).order_by(_rows.c.seq)).mappings().all()
        one_by_one = [connection.execute(insert(_rows).returning(_rows), [row]).mappings().one() for row in rows]
    assert [{**row, "seq": 0} for row in found] == [{**row, "seq": 0} for row in one_by_one]
    engine.dispose()


def test_more_rows_than_a_statement_takes_are_all_written() -> None:
    engine = create_engine("sqlite://")
    began = datetime(2019, 11, 5, tzinfo=UTC)
    with engine.begin() as connection:
        _metadata.create_all(connection)
        insert_rows(connection, _rows, [{"name": f"{n}", "at": began + timedelta(n)} for n in range(40_000)])
        found = connection.execute(select(_rows.c.name, _rows.c.at).order_by(_rows.c.seq)).all()
    assert [row.name for row in found] == [f"{n}" for n in range(40_000)]
    assert found[-1].at == began + timedelta(39_999)
    engine.dispose()


def test_no_rows_are_no_statement() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        insert_rows(connection, _rows, [])
    engine.dispose()
