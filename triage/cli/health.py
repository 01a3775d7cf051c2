"""What `triage doctor` looks at: every part, in words, with what to do where one is not well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triage.errors import Corrupt, TriageError, Unavailable
from triage.model import Stage
from triage.operation import Observer, PartState
from triage.operation.observer import SLOW_LINES, UNSEALED_ROWS
from triage.settings import Settings
from triage.store import WORKER, Store
from triage.store.figures import StoreFigures
from triage.store.tokens import SOON

# Reports that are named in the sentence about what is stuck, the stopped ones first
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; ``sentence`` holds figures, ``zh_do`` and ``en_do`` are empty where all is well."""

    part: str
    code: str
    well: bool
    sentence: str
    zh: str
    en: str
    zh_do: str
    en_do: str
    runbook: str


def examine(settings: Settings) -> list[Finding]:
    """Looks at every part; a part that fails is a finding, not an end."""
    from triage.cli.workplace import opened_store

    try:
        with opened_store(settings) as store:
            return [_told(state, sentence) for state, sentence in _all(store, settings)]
    except TriageError as error:
        code = {Unavailable: "unavailable", Corrupt: "damaged"}.get(type(error), "setup")
        seen = _key(settings), (PartState("database", code), error.sentence), _disk(settings)
        return [_told(state, sentence) for state, sentence in seen]


def _all(store: Store, settings: Settings) -> Iterator[tuple[PartState, str]]:
    from triage.pipeline import open_index

    opened: TriageError | None = None
    try:
        index = open_index(settings, store)
    except TriageError as error:
        index, opened = None, error
    observer = Observer(settings, store, lambda: index)
    figures = observer.figures()
    yield _key(settings)
    if isinstance(figures, str):
        yield PartState("database", figures), ""
        return
    yield PartState("database", "there"), _reports(store)
    yield _policy(settings)
    yield _model(observer, store, settings)
    yield observer.index() if opened is None else PartState("index", "unreachable"), _held(observer, opened)
    drift = observer.drift()
    yield drift, f"{drift.figures['reports']} reports differ" if drift.code == "some" else ""
    yield _worker(observer, figures)
    yield _stuck(store, figures)
    yield _sealed(observer)
    yield _identity(observer)
    yield _tokens(store)
    yield PartState("outbox", "slow" if figures.outbox > SLOW_LINES else "moving"), f"{figures.outbox} changes wait"
    yield _audit(store)
    yield _disk(settings)


def _key(settings: Settings) -> tuple[PartState, str]:
    path = settings.key_path
    if not path.is_file():
        return PartState("key", "missing"), str(path)
    # What others of the group may read is how secrets are handed to a container; the rest of the world has no part in it.
    return PartState("key", "open" if path.stat().st_mode & 0o007 else "there"), str(path)


def _reports(store: Store) -> str:
    counts = store.counts(WORKER)
    # How many are sealed is told to those alone who see to it that they go up
    shown = [stage for stage in Stage if stage is not Stage.SEALED]
    return ", ".join(f"{counts.get(stage, 0)} {stage.value}" for stage in shown)


def _policy(settings: Settings) -> tuple[PartState, str]:
    from triage.policy import load_policy

    try:
        return PartState("policy", "valid"), load_policy(settings.data_dir).version
    except TriageError as error:
        return PartState("policy", "broken"), error.sentence


def _model(observer: Observer, store: Store, settings: Settings) -> tuple[PartState, str]:
    from models.errors import ModelError
    from models.registry import Registry
    from triage.learning.reassessing import made_by_of

    state = observer.model()
    if state.code == "not_taken_up":
        return state, "chosen: {version}; {workers} workers read with {reading}".format_map(state.figures)
    if not state.well:
        return state, ""
    try:
        # Loaded whole: only then are the checksums of all files looked at.
        model = Registry(settings.models_dir).load_current()
    except ModelError as error:
        return PartState("model", "damaged"), str(error)
    told = f"{model.version}, {len(model.categories)} labels"
    try:
        found = store.rereading.read_by(made_by_of(settings))
    except TriageError:
        # Every report is looked at: a server that has no time for that now is no fault of the model
        return state, told
    behind = sum(one.reports - one.decided for one in found if not one.in_use)
    return state, f"{told}; {behind} reports wait to be read again by it" if behind else told


def _held(observer: Observer, opened: TriageError | None) -> str:
    held = observer.held()
    return opened.sentence if opened is not None else "" if isinstance(held, str) else f"{held} reports"


def _worker(observer: Observer, figures: StoreFigures) -> tuple[PartState, str]:
    state, waits = observer.worker(figures), figures.waiting + figures.outbox
    if state.code == "missing" and not waits:
        state = PartState("worker", "idle", state.figures)
    told = f"{state.figures['workers']} run, {waits} wait"
    return state, f"{told}; {state.figures['failing']} fails" if "failing" in state.figures else told


def _stuck(store: Store, figures: StoreFigures) -> tuple[PartState, str]:
    code = "dead" if figures.dead else "refused" if figures.refused else "retrying" if figures.retrying else "none"
    if code == "none":
        return PartState("stuck", code), ""
    lines = sorted(store.stuck(WORKER), key=lambda line: line.stage is not Stage.DEAD)
    causes = ", ".join(sorted({line.code for line in lines}))
    named = ", ".join(f"{line.report_id} {line.code}" for line in lines[:_NAMED])
    more = "" if len(lines) <= _NAMED else ", and more in /v1/stuck"
    told = f"{figures.dead} stopped, {figures.refused} refused by the index, {figures.retrying} are tried again"
    return PartState("stuck", code), f"{told} ({causes}): {named}{more}"


def _sealed(observer: Observer) -> tuple[PartState, str]:
    state = observer.sealed()
    return state, "" if state.well else "{late} overdue, {soon} due soon".format_map(state.figures)


def _identity(observer: Observer) -> tuple[PartState, str]:
    state = observer.identity()
    return state, "{waiting} wait, {soon} lapse soon".format_map(state.figures) if state.figures.get("waiting") else ""


def _tokens(store: Store) -> tuple[PartState, str]:
    known = store.staff.listed()
    ended = [one.id for one in known if one.ended and one.recused]
    # One that was given for a few days, with nobody kept from its holder, is meant to end
    soon = [one.id for one in known if one.ends_soon and (one.recused or one.expires_at - one.made_at > SOON)]
    code = "ended" if ended else "ending" if soon else "holding"
    told = {"have ended": ended, "end within seven days": soon}
    return PartState("tokens", code), "; ".join(f"{what}: {', '.join(ids)}" for what, ids in told.items() if ids)


def _audit(store: Store) -> tuple[PartState, str]:
    try:
        state = store.verify_audit()
    except TriageError as error:
        return PartState("audit", "broken"), error.sentence
    code = "behind" if state.waiting > UNSEALED_ROWS else "whole"
    return PartState("audit", code), f"{state.sealed} rows sealed, {state.waiting} wait for a seal"


def _disk(settings: Settings) -> tuple[PartState, str]:
    from triage.operation.observer import disk_of

    state = disk_of(settings.data_dir)
    return state, f"{settings.data_dir}: {state.figures['free_mb']} MB free"


def _told(state: PartState, sentence: str) -> Finding:
    meaning = state.meaning
    return Finding(
        state.part,
        state.code,
        state.well,
        sentence,
        meaning.zh,
        meaning.en,
        meaning.zh_do,
        meaning.en_do,
        state.runbook,
    )


def shown(line: Finding) -> str:
    """A finding as a person reads it."""
    told = [line.zh, f"{line.en} {line.sentence}".strip()]
    if not line.well:
        told += [f"→ {line.zh_do}", f"→ {line.en_do}", f"  {line.runbook}"]
    return "\n".join(told)
