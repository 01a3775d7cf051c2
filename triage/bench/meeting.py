"""Links invented reports to stored ones and tells how long each step took; a process of its own, started by ``cases``."""

from __future__ import annotations

import base64
import gc
import json
import random
import secrets
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from triage.bench.figures import quantile
from triage.bench.filling import id_of
from triage.bench.processes import peak_megabytes
from triage.bench.world import World
from triage.cases import LinkKeyer, Matter, Met, Near, PairJudge, StoredBefore, from_bytes, link, to_bytes
from triage.model import (
    Assessment,
    Case,
    Channel,
    Kind,
    Language,
    Level,
    LinkKey,
    Rank,
    Risk,
    Route,
    Submission,
    Way,
)
from triage.pipeline import open_judge
from triage.policy import load_policy
from triage.renewal import Renewal, priority_of
from triage.settings import Settings, get_settings, sqlite_address
from triage.store import Accepted, Arrival, Assessed, Store

WARM = 20
_TRIES = 4
_RECEIVED = datetime(2020, 1, 1, tzinfo=UTC)


def settings_in(folder: Path) -> Settings:
    """Settings of a store of a bench: all in one folder, whatever database and key the environment names."""
    data = folder / "data"
    return Settings(data_dir=data, database_url=sqlite_address(data / "triage.db"), master_key_file=data / "master.key")


def write_basis(file: Path, basis: Sequence[Matter]) -> None:
    """Keeps the matters that a world is made of."""
    file.write_text(json.dumps([base64.b64encode(to_bytes(matter)).decode() for matter in basis]), encoding="utf-8")


def world_of(file: Path, total: int) -> World:
    """The world made of matters that ``write_basis`` kept."""
    read = [from_bytes("", base64.b64decode(line)) for line in json.loads(file.read_text(encoding="utf-8"))]
    return World([matter for matter in read if matter is not None], total)


class _Timed(StoredBefore):
    """What was there before, with the seconds that each question to the store takes."""

    def __init__(self, store: Store, spent: dict[str, float]) -> None:
        super().__init__(store)
        self._spent = spent

    def near(self, keys: Sequence[Sequence[LinkKey]], most: int) -> list[Near]:
        """As in the protocol."""
        with self._clock("candidates"):
            return super().near(keys, most)

    def matters(self, report_ids: Sequence[str]) -> Mapping[str, Matter]:
        """As in the protocol."""
        with self._clock("facts"):
            return super().matters(report_ids)

    def cases(self, report_ids: Sequence[str], most: int) -> Mapping[str, Case]:
        """As in the protocol."""
        with self._clock("cases"):
            return super().cases(report_ids, most)

    @contextmanager
    def _clock(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self._spent[name] += time.perf_counter() - began


@dataclass
class _Linked:
    """What was measured of one store: seconds for each report, and of the planted ones how many were met and joined."""

    link: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    keep: list[float] = field(default_factory=list)
    renew: list[float] = field(default_factory=list)
    compared: list[int] = field(default_factory=list)
    met: list[bool] = field(default_factory=list)
    joined: list[bool] = field(default_factory=list)
    wrong: list[bool] = field(default_factory=list)


class _Worker:
    """Takes invented reports past one store."""

    def __init__(self, folder: Path, judge: PairJudge) -> None:
        self.total = int(json.loads((folder / "filled.json").read_text(encoding="utf-8"))["reports"])
        self._world = world_of(folder / "basis.json", self.total)
        self.store = Store.open(settings_in(folder), migrate=True)
        self._keyer, self._judge = LinkKeyer(self.store.subkey("link")), judge
        self.spent: dict[str, float] = defaultdict(float)
        self._before = _Timed(self.store, self.spent)
        self._policy = load_policy(None)
        self._renewal = Renewal(self.store, self._policy)
        # Reports of earlier runs on a kept store stay there
        self._next = self.store.last_seq()
        self.linked = _Linked()

    def take(self, *, counts: bool) -> None:
        """Takes in one new report, links and keeps it and derives its case anew."""
        number, self._next = self._next, self._next + 1
        earlier = self._world.earlier(self.total, random.Random(number)) if number % 2 else None
        affair = number if earlier is None else self._world.told_by(earlier)
        (accepted,) = self.store.receive([Arrival(Submission("一", Channel.WEB, _RECEIVED), secrets.token_hex(16))])
        if not isinstance(accepted, Accepted):
            raise TypeError("The store did not take the report.")
        matter = self._world.report(number, accepted.report_id, affair)
        clocks = [time.perf_counter()]
        (met,) = link([matter], self._keyer, self._judge, self._before)
        clocks.append(time.perf_counter())
        again = [self._again(matter) for _ in range(_TRIES)] if counts else []
        clocks.append(time.perf_counter())
        self._before.remember([matter])
        self.store.save_assessed([self._kept(matter, met)])
        clocks.append(time.perf_counter())
        items = self.store.outbox_batch(256)
        self._renewal.renew(items)
        self.store.outbox_done([item.seq for item in items])
        clocks.append(time.perf_counter())
        if counts:
            self._note(met, clocks, None if earlier is None else {id_of(earlier), id_of(affair)})
            self.linked.least.append(min(clocks[1] - clocks[0], *again))
        else:
            self.spent.clear()

    def _again(self, matter: Matter) -> float:
        """Seconds of linking the report once more with nothing at hand, as after a restart; nothing is kept of it."""
        before = _Timed(self.store, defaultdict(float))
        began = time.perf_counter()
        link([matter], self._keyer, self._judge, before)
        return time.perf_counter() - began

    def _kept(self, matter: Matter, met: Met) -> Assessed:
        division = matter.places[0].code if matter.places else ""
        risk = Risk(Level.LOW, 1.0)
        read = Assessment((), {}, False, 0.0, False, 0.0, risk, Language.ZH, Kind.ACCUSATION, Rank.VILLAGE, (), {}, "bench", "bench")  # fmt: skip
        route = Route(Way.OWN, division, None, False, ())
        priority = priority_of(read, False, self._policy)
        return Assessed(matter.id, read, route, priority, met.keys, met.judgements, (), to_bytes(matter))

    def _note(self, met: Met, clocks: list[float], tellers: set[str] | None) -> None:
        walls = [after - before for before, after in pairwise(clocks)]
        self.linked.link.append(walls[0])
        self.linked.keep.append(walls[2])
        self.linked.renew.append(walls[3])
        self.linked.compared.append(len(met.candidates))
        joins = {line.other_id for line in met.judgements if line.joined and line.report_id == met.id}
        if tellers is None:
            self.linked.wrong.append(bool(joins))
        else:
            self.linked.met.append(not tellers.isdisjoint(met.candidates))
            self.linked.joined.append(not tellers.isdisjoint(joins))


def run(large: Path, small: Path, sample: int) -> dict[str, float]:
    """Links ``sample`` new reports in both stores in turns; figures of the large one, and ``small_``-ones to compare."""
    judge = open_judge(get_settings())
    workers = [_Worker(large, judge), _Worker(small, judge)]
    gc.collect()
    gc.freeze()
    for number in range(WARM + sample):
        for worker in workers:
            worker.take(counts=number >= WARM)
    told = _told(workers[0]) | {f"small_{name}": value for name, value in _told(workers[1]).items()}
    for worker in workers:
        worker.store.close()
    return told | {"peak": peak_megabytes()}


def _told(worker: _Worker) -> dict[str, float]:
    linked, total = worker.linked, sum(worker.linked.link)
    parts = {f"part:{name}": seconds / total for name, seconds in worker.spent.items()}
    return {
        "reports": worker.total,
        **{f"link_p{share}": quantile(linked.link, share / 100) * 1e3 for share in (50, 95, 99)},
        **{f"least_p{share}": quantile(linked.least, share / 100) * 1e3 for share in (50, 95)},
        "keep_p95": quantile(linked.keep, 0.95) * 1e3,
        "renew_p95": quantile(linked.renew, 0.95) * 1e3,
        "candidates": _mean(linked.compared),
        "met": _mean(linked.met),
        "joined": _mean(linked.joined),
        "wrong": _mean(linked.wrong),
        **parts,
        "part:compare": 1 - sum(parts.values()),
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))) + "\n")
