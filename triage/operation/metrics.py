"""The figures that are told to whoever watches an installation: one list, from which ``docs/metrics.md`` is made.

No figure bears a place, a category, an office or anything else of a report: labels are codes of states and errors.
Figures of the store are asked of the database at the moment of the question, so that they are right whatever
process wrote; what a process alone can know (times, refusals) is counted in it and told by it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from triage.errors import TriageError

if TYPE_CHECKING:
    from triage.operation.observer import Observer
    from triage.operation.parts import PartState
    from triage.store.figures import StoreFigures


class Told(StrEnum):
    """Which process tells a figure."""

    API = "API process, from itself"
    WORKER = "worker, from itself"
    STORE = "API process, from the database"
    EACH = "every process, from itself"


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the list."""

    name: str
    kind: str
    told: Told
    what: str
    labels: tuple[str, ...] = ()


CATALOGUE = (
    Figure("triage_intake_accepted_total", "counter", Told.API, "Reports and transcripts taken in and flushed"),
    Figure("triage_intake_refused_total", "counter", Told.API, "Refused, by code of the error", ("code",)),
    Figure("triage_intake_seconds", "histogram", Told.API, "Time from a checked report to its durable answer"),
    Figure("triage_search_seconds", "histogram", Told.API, "Time of an answered search"),
    Figure("triage_search_failures_total", "counter", Told.API, "Searches that got no answer", ("code",)),
    Figure("triage_faults_total", "counter", Told.API, "Answers that told of a fault of ours (5xx)", ("code",)),
    Figure("triage_step_seconds_total", "counter", Told.WORKER, "Time spent in a step: assess, link, keep, index", ("step",)),
    Figure("triage_step_reports_total", "counter", Told.WORKER, "Reports that went through a step", ("step",)),
    Figure("triage_database_up", "gauge", Told.STORE, "1 if the database answers"),
    Figure("triage_reports_taken_total", "counter", Told.STORE, "Reports ever taken in, by every way"),
    Figure("triage_queue_reports", "gauge", Told.STORE, "Reports that wait to be read, retries included"),
    Figure("triage_queue_oldest_seconds", "gauge", Told.STORE, "Age of the oldest report that waits; 0 where none does"),
    Figure("triage_queue_retrying", "gauge", Told.STORE, "Reports that wait after a failed try"),
    Figure("triage_reports_dead", "gauge", Told.STORE, "Reports that failed five times, or do not open, and wait for a person"),
    Figure("triage_index_refused", "gauge", Told.STORE, "Reports that the index does not take"),
    Figure("triage_outbox_lines", "gauge", Told.STORE, "Changes that the index has yet to hear of"),
    Figure("triage_outbox_oldest_seconds", "gauge", Told.STORE, "Time since the oldest of them was first seen by this process"),
    Figure("triage_audit_unsealed_rows", "gauge", Told.STORE, "Audit rows that wait for their seal"),
    Figure("triage_referrals_proposed", "gauge", Told.STORE, "Proposals in the open referral list of whoever reads everything"),
    Figure("triage_referrals_undecided", "gauge", Told.STORE, "Of these, proposals on whose reports no person has decided yet"),
    Figure("triage_sealed_due_soon", "gauge", Told.STORE, "Sealed reports that have to go up within the policy's last days, one by default"),
    Figure("triage_sealed_overdue", "gauge", Told.STORE, "Sealed reports that should have gone up already"),
    Figure("triage_identity_requests_waiting", "gauge", Told.STORE, "Requests for a reporter's identity that wait for a custodian"),
    Figure("triage_identity_requests_due_soon", "gauge", Told.STORE, "Of these, requests that lapse within the policy's last days, one by default"),
    Figure("triage_index_up", "gauge", Told.STORE, "1 if the search index answers"),
    Figure("triage_index_reports", "gauge", Told.STORE, "Reports that the index holds"),
    Figure("triage_index_drift", "gauge", Told.STORE, "Reports by which index and database differ beyond the outbox; once a minute"),
    Figure("triage_workers", "gauge", Told.STORE, "Workers that are alive"),
    Figure("triage_workers_hindered", "gauge", Told.STORE, "Workers part of whose work fails again and again"),
    Figure("triage_worker_ending", "gauge", Told.STORE, "1 if workers of this data folder ended unasked three times in five minutes"),
    Figure("triage_model_info", "info", Told.STORE, "Version of the model in use", ("version",)),
    Figure("triage_model_not_taken_up", "gauge", Told.STORE, "Workers that cannot open it and read on with the one before"),
    Figure("triage_disk_free_bytes", "gauge", Told.STORE, "Room on the disk of the data folder"),
    Figure("process_cpu_seconds_total", "counter", Told.EACH, "Processor time of the process"),
    Figure("process_resident_memory_bytes", "gauge", Told.EACH, "Memory of the process"),
    Figure("process_virtual_memory_bytes", "gauge", Told.EACH, "Address space of the process"),
    Figure("process_start_time_seconds", "gauge", Told.EACH, "When the process started, in seconds since 1970"),
    Figure("process_open_fds", "gauge", Told.EACH, "Open files of the process"),
    Figure("process_max_fds", "gauge", Told.EACH, "Most files that it may open"),
)  # fmt: skip
_BY_NAME = {one.name: one for one in CATALOGUE}
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# Each counter would else come with a second figure that tells when it was made.
disable_created_metrics()  # type: ignore[no-untyped-call]
API, WORKER = CollectorRegistry(), CollectorRegistry()
for _registry in (API, WORKER):
    ProcessCollector(registry=_registry)


def _counter(name: str, registry: CollectorRegistry) -> Counter:
    one = _BY_NAME[name]
    return Counter(name, one.what, one.labels, registry=registry)


def _histogram(name: str) -> Histogram:
    return Histogram(name, _BY_NAME[name].what, buckets=_FAST, registry=API)


INTAKE_ACCEPTED = _counter("triage_intake_accepted_total", API)
INTAKE_REFUSED = _counter("triage_intake_refused_total", API)
INTAKE_SECONDS = _histogram("triage_intake_seconds")
SEARCH_SECONDS = _histogram("triage_search_seconds")
SEARCH_FAILURES = _counter("triage_search_failures_total", API)
FAULTS = _counter("triage_faults_total", API)
STEP_SECONDS = _counter("triage_step_seconds_total", WORKER)
STEP_REPORTS = _counter("triage_step_reports_total", WORKER)


@contextmanager
def timed_search() -> Iterator[None]:
    """Times a search that answers, and counts one that does not; what its sender did wrong is no failure."""
    began = time.perf_counter()
    try:
        yield
    except TriageError as error:
        if error.status >= 500:
            SEARCH_FAILURES.labels(error.code).inc()
        raise
    except Exception:
        SEARCH_FAILURES.labels("error").inc()
        raise
    SEARCH_SECONDS.observe(time.perf_counter() - began)


@contextmanager
def timed_step(step: str, reports: int) -> Iterator[None]:
    """Adds the time of a step of the worker, and the reports that it took through."""
    began = time.perf_counter()
    yield
    STEP_SECONDS.labels(step).inc(time.perf_counter() - began)
    STEP_REPORTS.labels(step).inc(reports)


class StoreCollector(Collector):
    """Asks an observer whenever the figures are asked for."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The figures of the store, index and machine; what does not answer is left out."""
        seen = self._observer
        figures, held, drift = seen.figures(), seen.held(), seen.drift_amount()
        yield _gauge("triage_database_up", 0 if isinstance(figures, str) else 1)
        if not isinstance(figures, str):
            yield from _of_store(figures, seen.outbox_seconds(figures))
        yield from _of_sealed(seen.sealed())
        if asked := seen.identity().figures:
            yield _gauge("triage_identity_requests_waiting", int(asked["waiting"]))
            yield _gauge("triage_identity_requests_due_soon", int(asked["soon"]))
        yield _gauge("triage_index_up", 1 if held == "there" or not isinstance(held, str) else 0)
        if not isinstance(held, str):
            yield _gauge("triage_index_reports", held)
        if drift is not None:
            yield _gauge("triage_index_drift", drift)
        yield _gauge("triage_workers", seen.workers())
        yield _gauge("triage_workers_hindered", len(seen.hindered()))
        yield _gauge("triage_worker_ending", int(seen.ending()))
        yield _gauge("triage_disk_free_bytes", int(seen.disk_bytes()))
        model = seen.model()
        behind = int(model.figures["workers"]) if model.code == "not_taken_up" else 0
        yield _gauge("triage_model_not_taken_up", behind)
        if "version" in model.figures:
            what = _BY_NAME["triage_model_info"].what
            yield InfoMetricFamily("triage_model", what, {"version": str(model.figures["version"])})


def _of_store(figures: StoreFigures, outbox_seconds: float) -> Iterator[Metric]:
    taken = _BY_NAME["triage_reports_taken_total"]
    yield CounterMetricFamily(taken.name, taken.what, figures.taken)
    yield _gauge("triage_queue_reports", figures.waiting)
    yield _gauge("triage_queue_oldest_seconds", figures.oldest_seconds)
    yield _gauge("triage_queue_retrying", figures.retrying)
    yield _gauge("triage_reports_dead", figures.dead)
    yield _gauge("triage_index_refused", figures.refused)
    yield _gauge("triage_outbox_lines", figures.outbox)
    yield _gauge("triage_outbox_oldest_seconds", outbox_seconds)
    yield _gauge("triage_audit_unsealed_rows", figures.unsealed)
    yield _gauge("triage_referrals_proposed", figures.proposed)
    yield _gauge("triage_referrals_undecided", figures.undecided)


def _of_sealed(state: PartState) -> Iterator[Metric]:
    """Those that press, and no others: how many there are at all is nobody's business."""
    if state.figures:
        yield _gauge("triage_sealed_due_soon", int(state.figures["soon"]))
        yield _gauge("triage_sealed_overdue", int(state.figures["late"]))


def _gauge(name: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, _BY_NAME[name].what, value)
