"""The log: one form for every line, and nothing in it that a person has sent or is.

A line is an event out of a closed list, with facts under known keys whose values have a known form: numbers, ids and
short codes. Whatever else is handed in is left out, so that no mistake elsewhere brings a name, a text, a contact, a token or a receipt
into a log. Lines of other libraries may hold addresses, statements or documents: of them only the source and the kind
of error are told. Outside a terminal a line is one JSON object, on a terminal it is plain.

``get_logger`` costs nothing to import; structlog is loaded where a process sets up its log.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from structlog.stdlib import ProcessorFormatter
    from structlog.types import EventDict, Processor

Fact = int | float | str | None

# What each line says; `docs/logs.md` is made from it.
EVENTS: Mapping[str, str] = {
    "audit_months_not_made": "The parts of the audit log for coming months could not be made; it is tried again in an hour.",
    "batch_failed": "A batch of reports could not be taken on; they are tried one by one.",
    "bell_not_heard": "The database rings no more for new reports; the worker looks by itself for a while.",
    "bell_not_rung": "Workers could not be told of new reports; they find them a second later.",
    "claims_not_given_back": "A worker could not give back what it held; others may take it when the lease ends.",
    "connections_cut": "Connections (count) were closed: their request or the fetching of its answer took too long, or too many stood open.",
    "facts_not_opened": "What a report is compared by does not open; it is made anew from the text.",
    "foreign": "Another library said something; only its name and the kind of error are kept.",
    "index_answers_again": "The search index answers again; what waits for it is written.",
    "index_not_answering": "The search index does not answer; what changes waits for it.",
    "index_refuses": "The search index refuses some reports; they are set aside where people see them.",
    "index_refilled": "The search index held nothing; it is written anew from the store.",
    "job_failed": "A job that a command asked for broke off.",
    "kept_index_left": "The index before the one that is read takes no changes; it can be gone back to no more.",
    "metrics_unavailable": "No port is free for the figures of this process; it works on without telling them.",
    "model_not_taken_up": "The model in use cannot be opened; reports are read by the one before, and it is tried again.",
    "model_replaced": "Another version of this program wrote the model in use: the packaged one is trained in its place. Where code says learned_from_reviews, run triage train --with-reviews.",
    "model_taken_up": "Another model was chosen; reports are read by it from now on.",
    "monthly_report_failed": "The report of a month could not be made; it is tried again an hour later.",
    "monthly_report_written": "The report of the month before stands in the data folder.",
    "process_failed": "A process or one of its threads ended by an error that nobody foresaw.",
    "reassessment_failed": "An older report could not be read again by the model in use; it stays as it was.",
    "report_failed": "A report could not be taken on; it is tried again later.",
    "report_set_aside": "A report does not open; it is set aside where people see it, and the others go on.",
    "request_failed": "A request was answered with a fault of ours.",
    "request_unforeseen": "A request met an error that nobody foresaw.",
    "report_not_opened": "A report that is sealed with the one that it adds to does not open; it is locked away as it lies.",
    "saved_search_not_opened": "A saved search cannot be opened and raises no alerts.",
    "saved_search_not_understood": "A saved search is not understood any more and raises no alerts.",
    "sealed_due_soon": "Sealed reports (count) have to go up within a day; a custodian passes them up.",
    "sealed_overdue": "Sealed reports (count) should have gone up already or tell of danger; a custodian passes them up at once.",
    "search_not_ready": "Search could not be opened beside the start; the first question tries again.",
    "sender_gone": "A sender went away before the answer.",
    "unlisted": "An event that is not in the list; its name is left out.",
    "work_failed": "One kind of a worker's work (code) failed; the others go on, and it is tried again after a pause.",
    "worker_ended": "The worker ended; it is started again after a pause.",
    "worker_not_heard": "A worker could not say that it is alive; others may take over from it.",
    "worker_waits": "A part that the worker needs does not answer; it waits and tries again.",
    "workers_gone": "Workers were not heard of for half a minute; others go on with their reports.",
    "worker_started": "A worker is at work.",
}

# The forms that values may have: a name, a text, a token (50 characters) or a receipt (with dashes) has none of them.
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CLASS = re.compile(r"[A-Z][A-Za-z]{1,59}")
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
FORMS: Mapping[str, tuple[type, ...] | re.Pattern[str]] = {
    "code": _CODE,
    "count": (int,),
    "error": _CLASS,
    "exit": (int,),
    "job": _CODE,
    "model": re.compile(r"(linear|accurate)-[0-9a-f]{12}"),
    "month": re.compile(r"\d{4}-\d{2}"),
    "part": _CODE,
    "place": re.compile(r"[\w<>]{1,100}:\d{1,6}", re.ASCII),
    "report": _ID,
    "request": re.compile(r"[0-9a-f]{16}"),
    "search": _ID,
    "seconds": (int, float),
    "source": re.compile(r"[a-z_][a-z0-9_]{0,39}(\.[a-z_][a-z0-9_]{0,39}){0,5}"),
    "status": (int,),
    "worker": (int,),
}

_request: ContextVar[str] = ContextVar("request", default="")
_QUIET = ("alembic", "elastic_transport", "elasticsearch", "httpx", "httpcore", "psycopg", "asyncio", "multipart")
_FACTS = "triage_facts"


class Log:
    """Writes lines of one module. ``event`` is one of ``EVENTS``; facts stand under the keys of ``FORMS``."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, event: str, **facts: Fact) -> None:
        """Only of use to who looks for a fault."""
        self._write(logging.DEBUG, event, facts)

    def info(self, event: str, **facts: Fact) -> None:
        """Something that belongs to ordinary work."""
        self._write(logging.INFO, event, facts)

    def warning(self, event: str, **facts: Fact) -> None:
        """Something failed and goes on by itself."""
        self._write(logging.WARNING, event, facts)

    def error(self, event: str, **facts: Fact) -> None:
        """Something failed and somebody noticed it."""
        self._write(logging.ERROR, event, facts)

    def _write(self, level: int, event: str, facts: Mapping[str, Fact]) -> None:
        if self._logger.isEnabledFor(level):
            listed, kept = (event if event in EVENTS else "unlisted"), harmless(facts)
            if request := _request.get():
                kept["request"] = request
            # The message is what any handler shows that is not ours, a test's among them.
            shown = " ".join([listed, *(f"{key}={value}" for key, value in kept.items())])
            self._logger.log(level, shown, extra={_FACTS: {"event": listed, **kept}})


def get_logger(name: str) -> Log:
    """The log of a module: ``get_logger(__name__)``."""
    return Log(name)


def harmless(facts: Mapping[str, object]) -> dict[str, Any]:
    """The facts that may stand in a log: known keys with values of their form."""
    return {key: value for key, value in facts.items() if key in FORMS and _fits(value, FORMS[key])}


def _fits(value: object, form: tuple[type, ...] | re.Pattern[str]) -> bool:
    if isinstance(form, tuple):
        return isinstance(value, form) and not isinstance(value, bool)
    return isinstance(value, str) and form.fullmatch(value) is not None


@contextmanager
def in_request(number: str) -> Iterator[None]:
    """Lines within the block bear the number of the request that they belong to."""
    token = _request.set(number)
    try:
        yield
    finally:
        _request.reset(token)


def current_request() -> str:
    """The number of the request that this code answers; empty outside of one."""
    return _request.get()


def place_of(trace: TracebackType | None) -> str:
    """Function and line where an error was raised, which tell nothing of its cause's content."""
    frames = traceback.extract_tb(trace)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "unknown:0"


def hush(name: str) -> None:
    """Of another library nothing is heard from now on but errors."""
    logging.getLogger(name).setLevel(logging.ERROR)


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """Sends every line of this process to standard error, and errors that nobody catches into the log.

    Args:
        level: the least level that is written.
        stream: where to instead.
    """
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter(plain=out.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def formatter(*, plain: bool) -> ProcessorFormatter:
    """Makes a line of each record: JSON, or plain for a terminal."""
    from structlog.processors import JSONRenderer, TimeStamper
    from structlog.stdlib import ProcessorFormatter, add_log_level

    # A person at a terminal reads their own time, a machine that gathers lines UTC.
    stamp = TimeStamper(fmt="%H:%M:%S", utc=False, key="at") if plain else TimeStamper(fmt="iso", utc=True, key="at")
    shared: list[Processor] = [_told, add_log_level, stamp]
    last: list[Processor] = [_plain_line] if plain else [JSONRenderer(sort_keys=True)]
    return ProcessorFormatter(
        foreign_pre_chain=shared, processors=[ProcessorFormatter.remove_processors_meta, *last], keep_exc_info=False
    )


def _told(_logger: object, _method: str, given: EventDict) -> MutableMapping[str, Any]:
    """What of a record may be told. It is the last gate: facts are looked at again, other libraries' words are dropped."""
    record: logging.LogRecord = given["_record"]
    meta = {key: value for key, value in given.items() if key in {"_record", "_from_structlog"}}
    facts = getattr(record, _FACTS, None)
    if isinstance(facts, Mapping) and facts.get("event") in EVENTS:
        return {**meta, "event": facts["event"], **harmless({"source": record.name, **facts})}
    told: dict[str, object] = {"source": record.name, "request": current_request()}
    if record.exc_info and record.exc_info[0] is not None:
        told |= {"error": record.exc_info[0].__name__, "place": place_of(record.exc_info[2])}
    return {**meta, "event": "foreign", **harmless(told)}


def _plain_line(_logger: object, _method: str, given: EventDict) -> str:
    facts = {key: value for key, value in given.items() if key not in {"at", "level", "event", "source"}}
    told = " ".join(f"{key}={value}" for key, value in facts.items())
    line = f"{given['at']} {str(given['level']).upper():<7} {EVENTS[str(given['event'])]} [{given['event']}]"
    return f"{line} {told}".rstrip()


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Instead of a trace with the error's message, which may hold a report."""
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        get_logger(__name__).error("process_failed", error=kind.__name__, place=place_of(trace or _trace(error)))


def _trace(error: BaseException | None) -> TracebackType | None:
    return error.__traceback__ if error is not None else None
