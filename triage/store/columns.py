"""What columns are made of: aware times, ids, codes, hashes and divisions that sort alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import JSON as PLAIN_JSON
from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime.

    Raises:
        ValueError: the datetime has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time in the store needs a zone")
    return (moment - EPOCH) // _MICROSECOND


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes as integer microseconds since 1970, because SQLite loses the zone of a datetime."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """To the database."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


def _ordered(length: int) -> TypeEngine[str]:
    """Text that sorts by its bytes on every engine; PostgreSQL would sort by its locale."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


ID = _ordered(26)
CODE = _ordered(64)
HASH = _ordered(64)
DIVISION = _ordered(12)
# PostgreSQL compares and groups by JSONB alone.
JSON = PLAIN_JSON().with_variant(JSONB(), "postgresql")
# SQLite numbers rows by itself only in a column of type INTEGER.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
