"""Keeps what is counted of a reading: its codes, the programmes that it names and the band of its largest amount.

Programmes and amounts stand sealed in a reading; codes and bands repeat no text. Rows of readings from before this
table were made by the migration from what stood in clear; ``backfill`` adds the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, update

from corpora.programmes import programme_code
from triage.model import Assessment, Entity, EntityKind
from triage.store.access import WORKER, readable
from triage.store.audit import read_entry, write_entries
from triage.store.database import Database
from triage.store.figure_tables import figures
from triage.store.forms import read_assessment
from triage.store.tables import assessments, reports
from triage.store.vault import Vault
from triage.text.spaced import as_one_word

BANDS_YUAN = (0, 1_000, 10_000, 30_000, 200_000, 3_000_000)
"""Least whole yuan of each band. From 30,000 on they are those of the 2016 judicial interpretation on graft, art. 1 to 3."""
NO_AMOUNT = -1
_BATCH = 200


def figures_row(assessment_id: str, assessment: Assessment) -> dict[str, Any]:
    """The row of ``figures`` for a reading."""
    return {
        "assessment_id": assessment_id,
        "categories": json.dumps(list(assessment.categories)),
        "kind": assessment.kind.value,
        "accused_level": int(assessment.accused_level),
        **_from_entities(assessment.entities),
    }


def backfill(database: Database, vault: Vault, *, repair: bool = True) -> int:
    """Opens the readings in force whose programmes and amounts are not known yet; how many there were.

    Args:
        database: where they are.
        vault: opens them.
        repair: without it they are counted and none is opened.
    """
    lacking = (
        select(reports.c.id, reports.c.seq, reports.c.wrapped_key, reports.c.wrap, assessments.c.sealed, figures)
        .join(figures, figures.c.assessment_id == reports.c.assessment_id)
        .join(assessments, assessments.c.id == reports.c.assessment_id)
        .where(figures.c.programmes.is_(None), readable(WORKER))
        .order_by(reports.c.seq)
        .limit(_BATCH)
    )
    filled = update(figures).where(figures.c.assessment_id == bindparam("of"))
    filled = filled.values(programmes=bindparam("to_programmes"), amount_band=bindparam("to_band"))
    total = last = 0
    while True:
        with database.read() as connection:
            rows = connection.execute(lacking.where(reports.c.seq > last)).all()
        if not rows:
            return total
        total, last = total + len(rows), rows[-1].seq
        if not repair:
            continue
        made = []
        for row in rows:
            data_key = vault.unwrap(row.wrapped_key, row.wrap, row.id)
            reading = read_assessment(vault.open(data_key, row.sealed, "assessments", row.id, "sealed"))
            found = _from_entities(reading.entities)
            made.append(
                {"of": row.assessment_id, "to_programmes": found["programmes"], "to_band": found["amount_band"]}
            )
        with database.write() as connection:
            connection.execute(filled, made)
            write_entries(connection, [read_entry(WORKER, "figures", [row.id for row in rows])])


def amount_band(fen: int | None) -> int:
    """The least whole yuan of the band that an amount in fen lies in; ``NO_AMOUNT`` where none is named."""
    if not fen:
        return NO_AMOUNT
    return max(band for band in BANDS_YUAN if fen >= band * 100)


def _from_entities(entities: Iterable[Entity]) -> dict[str, Any]:
    programmes, most = set(), 0
    for entity in entities:
        if entity.kind is EntityKind.PROGRAMME:
            programmes.add(programme_code(as_one_word(entity.text)))
        elif entity.kind is EntityKind.AMOUNT:
            most = max(most, entity.fen or 0)
    return {"programmes": " ".join(sorted(programmes)), "amount_band": amount_band(most)}
