"""The rows and the index document of one report that was taken in, read, linked and indexed, made in memory.

They are what the pipeline would have left: the same functions make them, and what is said twice agrees. Facts for
linking are those of a ``World``; a reading is that of an authored report; a body is a text of the generator. What a body
says has therefore nothing to do with what was read in it, and spans of a reading point anywhere. Bodies and readings are
few and come again and again, each time sealed under a key of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, time
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table

from triage.bench.filling import id_of, join_row, seq_of
from triage.bench.generator import Invented
from triage.bench.sorting import Pairs, pairs_of
from triage.bench.world import World
from triage.cases import LinkKeyer, Matter, to_bytes
from triage.cases.voices import COPY
from triage.indexing import document_of
from triage.model import Assessment, Office, Report, Route, Stage, Submission, Way
from triage.policy import Policy
from triage.referral import Desk, party_keys, route
from triage.renewal import lifted, points_of, priority_of
from triage.review import Sampler
from triage.search import IndexDocument
from triage.store import Assessed, Drawn, Priority, ReadRow
from triage.store.counted import figures_row
from triage.store.crowds import numbers_of, packed
from triage.store.danger import tells_of_danger
from triage.store.figure_tables import figures
from triage.store.forms import assessment_bytes, body_bytes
from triage.store.ids import new_id
from triage.store.outcomes import assessment_row, priority_row, referral_row, route_row
from triage.store.review_tables import review_pool
from triage.store.tables import (
    assessments,
    cases,
    judgements,
    link_facts,
    matters,
    priorities,
    receipts,
    referrals,
    report_keys,
    reports,
    routes,
)
from triage.store.tables import party_keys as parties_of
from triage.store.vault import Vault
from triage.text.terms import TermKeyer

_TABLES = (
    reports, receipts, matters, assessments, figures, priorities, routes, referrals, link_facts, parties_of,
    report_keys, judgements, cases, review_pool,
)  # fmt: skip
_NOON_IN_SHANGHAI = time(4, tzinfo=UTC)
_LANES = 256
_DRAWN = tuple(one.name for one in fields(Drawn))


class Affairs:
    """Which affair each of the first reports of a world tells of, and what became of those that were told again."""

    def __init__(self, world: World, count: int) -> None:
        self.told: NDArray[np.int64] = np.fromiter(map(world.told_by, range(count)), dtype=np.int64, count=count)
        again = np.flatnonzero(self.told != np.arange(count))
        copied = np.array([world.copies(number, int(self.told[number])) for number in again.tolist()], dtype=bool)
        self._copies = frozenset(again[copied].tolist()) if len(again) else frozenset[int]()
        self._members = np.bincount(self.told, minlength=count)
        self._voices = self._members - np.bincount(self.told[sorted(self._copies)], minlength=count)

    def case(self, number: int) -> str | None:
        """The case of a report; it bears the id of the first one that tells of the affair."""
        affair = int(self.told[number])
        return id_of(affair) if self._members[affair] > 1 else None

    def voices(self, number: int) -> int:
        """How many independent voices tell of a report's affair: its copies are none."""
        return int(self._voices[self.told[number]])

    def copy(self, number: int) -> bool:
        """Whether a report is a copy of the first one."""
        return number in self._copies


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading with what is the same wherever it stands."""

    assessment: Assessment
    plain: bytes
    parties: tuple[str, ...]
    counted: dict[str, Any]


@dataclass(slots=True)
class Chunk:
    """What some reports bring into the tables, all but their link keys, and into the index."""

    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    documents: list[IndexDocument] = field(default_factory=list)
    keys: list[list[int]] = field(default_factory=list)

    def pairs(self, numbers: range) -> Pairs:
        """The link keys of these reports."""
        return pairs_of(range(seq_of(numbers.start), seq_of(numbers.stop)), self.keys)


class Maker:
    """Makes standing reports.

    Args:
        vault: seals and keys.
        world: what linking knows of each report.
        affairs: of as many of its reports as there will be.
        readings: of authored reports; those that the desk may not keep are left out.
        bodies: texts with their channels.
        desk: the own office.
        offices: where reports are referred to.
        policy: weights and thresholds.
    """

    def __init__(
        self,
        vault: Vault,
        world: World,
        affairs: Affairs,
        readings: Sequence[Assessment],
        bodies: Sequence[Invented],
        desk: Desk,
        offices: Sequence[Office],
        policy: Policy,
    ) -> None:
        self._vault, self._world, self._affairs = vault, world, affairs
        self._desk, self._offices, self._policy = desk, offices, policy
        key = vault.subkey("link")
        self._keyer = LinkKeyer(key)
        self._readings = self._open(readings, TermKeyer(key).key)
        self._bodies = [(body, body_bytes(Submission(body.text, body.channel, body.received_at))) for body in bodies]
        self._sampler = Sampler(vault.subkey("review"))
        self._now = datetime.now(UTC)

    def make(self, numbers: range) -> Chunk:
        """Everything of these reports."""
        chunk = Chunk()
        for number in numbers:
            self._add(chunk, number)
        return chunk

    def _open(self, readings: Sequence[Assessment], keyed: Callable[[str], str]) -> list[_Reading]:
        desk = self._desk
        kept = [one for one in readings if route(one, desk.division, desk, ()).way is not Way.SEALED_UP]
        return [
            _Reading(one, assessment_bytes(one), party_keys(one.entities, keyed), figures_row("", one)) for one in kept
        ]

    def _add(self, chunk: Chunk, number: int) -> None:
        affair = int(self._affairs.told[number])
        matter = self._world.report(number, id_of(number), affair)
        division = matter.places[0].code if matter.places else ""
        reading = self._readings[number % len(self._readings)]
        body, plain = self._bodies[number % len(self._bodies)]
        points = points_of(self._policy, self._affairs.voices(number))
        way = route(lifted(reading.assessment, self._policy, points), division, self._desk, self._offices)
        data_key, names = self._vault.new_data_key(), (new_id(), new_id())
        report = Report(
            matter.id,
            seq_of(number),
            body.text,
            body.channel,
            datetime.combine(matter.received, _NOON_IN_SHANGHAI),
            Stage.INDEXED,
            division=division,
        )
        self._take_in(chunk, report, self._vault.seal(data_key, plain, "reports", report.id, "body"), data_key)
        priority = self._read(chunk, report.id, reading, way, data_key, names, points)
        self._link(chunk, number, affair, matter, data_key)
        case = self._affairs.case(number)
        told = reading.assessment
        chunk.rows[reports][-1] |= {
            "assessment_id": names[0],
            "priority_id": names[1],
            "case_id": case,
            "at_once": tells_of_danger(told, priority),
        }
        row = ReadRow(report, told, priority, reading.parties, case, machine=told, assessment_id=names[0])
        drawn = self._sampler.draw(row)
        chunk.rows[review_pool].append({name: getattr(drawn, name) for name in _DRAWN})
        chunk.documents.append(document_of(row))

    def _take_in(self, chunk: Chunk, report: Report, body: bytes, data_key: bytes) -> None:
        chunk.rows[reports].append(
            {
                "seq": report.seq,
                "id": report.id,
                "stage": report.stage.value,
                "channel": report.channel.value,
                "received_at": report.received_at,
                "arrived_at": self._now,
                "division": report.division,
                "body": body,
                "wrapped_key": self._vault.wrap(data_key, "text", report.id),
                "wrap": "text",
                "tries": 0,
                "not_before": self._now,
                "trouble": "",
                "lane": report.seq % _LANES,
            }
        )
        receipt = blake2b(report.id.encode(), digest_size=32).hexdigest()
        chunk.rows[receipts].append({"receipt_hash": receipt, "report_id": report.id})
        state = {"report_id": report.id, "state": "received", "by": "intake", "at": self._now}
        chunk.rows[matters].append(state)

    def _read(
        self,
        chunk: Chunk,
        report_id: str,
        reading: _Reading,
        way: Route,
        data_key: bytes,
        names: tuple[str, str],
        points: float,
    ) -> Priority:
        told = reading.assessment
        priority = priority_of(told, way.refer, self._policy, points)
        item = Assessed(report_id, told, way, priority)
        sealed = self._vault.seal(data_key, reading.plain, "assessments", report_id, "sealed")
        rows = chunk.rows
        rows[assessments].append(assessment_row(names[0], report_id, told, sealed, self._now))
        rows[figures].append({**reading.counted, "assessment_id": names[0]})
        rows[priorities].append(priority_row(names[1], names[0], report_id, priority, self._now))
        rows[routes].append(route_row(item, self._now))
        if way.refer:
            rows[referrals].append(referral_row(item, told, priority, self._now))
        rows[parties_of] += [{"value": party, "report_id": report_id} for party in reading.parties]
        return priority

    def _link(self, chunk: Chunk, number: int, affair: int, matter: Matter, data_key: bytes) -> None:
        keys = numbers_of(self._keyer.keys(matter))
        chunk.keys.append(keys)
        rows = chunk.rows
        rows[report_keys].append({"report_seq": seq_of(number), "numbers": packed(keys)})
        sealed = self._vault.seal(data_key, to_bytes(matter), "link_facts", matter.id, "sealed")
        rows[link_facts].append({"report_id": matter.id, "sealed": sealed})
        if affair != number:
            said = (COPY,) if self._affairs.copy(number) else ()
            rows[judgements].append(join_row(number, affair, self._now, said))
        elif self._affairs.case(number):
            rows[cases].append({"id": matter.id, "changed_at": self._now})
