"""In which order a section is printed: each picture with its table behind it, then the tables that no picture shows."""

from __future__ import annotations

from collections.abc import Iterator

from triage.trends.document import Picture, Section, Table


def in_order(section: Section) -> Iterator[Picture | Table]:
    """Pictures and tables of a section; the table of several pictures follows the last of them."""
    last = {picture.table: picture.name for picture in section.pictures}
    tables = {table.name: table for table in section.tables}
    for picture in section.pictures:
        yield picture
        if last[picture.table] == picture.name:
            yield tables[picture.table]
    yield from (table for table in section.tables if table.name not in last)
