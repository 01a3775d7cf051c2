"""What is counted of a reading, in a narrow row beside it, so that a year is counted without touching sealed columns."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from triage.store.columns import CODE, ID, metadata

figures = Table(
    "figures",
    metadata,
    Column("assessment_id", ID, primary_key=True),
    Column("categories", Text, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("accused_level", Integer, nullable=False),
    # None until somebody who may open the reading has looked (see ``store.counted``)
    Column("programmes", Text),
    Column("amount_band", Integer),
    sqlite_with_rowid=False,
)
