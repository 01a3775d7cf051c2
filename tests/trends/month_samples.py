"""Routed reports as their rows stand in the store, and what a composed report says of them."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime

from sqlalchemy import insert

from triage.model import Channel, Stage, Submission
from triage.store import Arrival, Store
from triage.store.figure_tables import figures
from triage.store.tables import party_keys, priorities, reports, routes
from triage.trends.document import Document, Number, Table


def take_in(store: Store, month: str, county: str, codes: tuple[str, ...], **changes: str) -> str:
    """A routed report as its rows stand in the store."""
    at = datetime(int(month[:4]), int(month[5:]), 10, 4, tzinfo=UTC)
    arrival = Arrival(Submission("信", Channel.WEB, at), secrets.token_hex(16))
    (answer,) = store.receive([arrival])
    name = answer.report_id  # type: ignore[union-attr]
    with store._database.write() as connection:
        held = {
            "stage": changes.get("stage", Stage.INDEXED.value),
            "division": county,
            "assessment_id": name,
            "priority_id": name,
        }
        connection.execute(
            reports.update().where(reports.c.id == name).values(**held, channel=changes.get("channel", "web"))
        )
        row = {"assessment_id": name, "categories": json.dumps(codes), "kind": "accusation", "accused_level": 1}
        connection.execute(insert(figures), [{**row, "programmes": "housing", "amount_band": 1000}])
        urgency = {
            "level": "high",
            "rank": 3,
            "score": 8.0,
            "refer": True,
            "urgent": False,
            "corroboration": 0.0,
            "policy": "",
        }
        connection.execute(
            insert(priorities), [{"id": name, "report_id": name, "assessment_id": name, "made_at": at, **urgency}]
        )
        way: dict[str, object] = {
            "id": name,
            "report_id": name,
            "way": "down",
            "division": county,
            "refer": True,
            "reasons": [],
            "made_at": at,
        }
        connection.execute(insert(routes), [way])
        if "party" in changes:
            connection.execute(insert(party_keys), [{"value": changes["party"], "report_id": name}])
    return name


def table(document: Document, name: str) -> Table:
    """A table of a document by its name."""
    return next(one for section in document.sections for one in section.tables if one.name == name)


def column(made: Table, at: int = 1) -> dict[str, object]:
    """A column of a table by its first."""
    cells = {made.key_of(row)[0]: row[at] for row in made.rows}
    return {key: cell.value if isinstance(cell, Number) else cell for key, cell in cells.items()}
