"""The model in use: opened with what links reports beside it, and taken up anew between two batches when another is chosen.

In: the models folder; out: ``Opened``. Whoever works with one keeps it until the next is opened whole, so that a model
that cannot be opened stops nobody, and no batch is read half by one and half by the other.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelDamaged, ModelError, ModelMissing, ModelUnsuitable
from models.registry import Registry
from models.saved import read_manifest
from triage.cases import LinkRules, PairJudge
from triage.logs import get_logger
from triage.policy import load_policy
from triage.settings import Settings
from triage.store import Store

if TYPE_CHECKING:
    # spaCy comes with it: only who assesses pays for that, the API does not.
    from triage.assess import Assessor

log = get_logger(__name__)
LOOK_SECONDS = 1.0
AGAIN_SECONDS = 30.0
UNKNOWN_THRESHOLD = 0.5
_TROUBLES: Mapping[type[Exception], str] = {
    ModelDamaged: "damaged",
    ModelMissing: "missing",
    ModelUnsuitable: "outdated",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A model that is ready to work.

    ``version`` is its name in the registry, ``refer_from`` its threshold for referral.
    """

    version: str
    assessor: Assessor
    judge: PairJudge
    refer_from: float


def model_folder(settings: Settings, progress: Callable[[str, int, int], None] | None = None) -> Path:
    """The folder of the model in use; the first start trains it."""
    from triage.learning import ensure_model

    return ensure_model(settings.models_dir, policy=load_policy(settings.data_dir), progress=progress)


def open_assessor(settings: Settings, folder: Path | None = None) -> Assessor:
    """The readers in use, trained first if none are there."""
    from triage.assess import Assessor

    assessor = Assessor.load(folder or model_folder(settings), load_policy(settings.data_dir))
    # Dictionaries and arrays stay for good: the collector need not walk them after every batch (3 to 5 % of the time).
    gc.collect()
    gc.freeze()
    return assessor


def open_judge(settings: Settings, folder: Path | None = None) -> PairJudge:
    """What links pairs of reports under the policy in force; learned first if the model in use has no links yet."""
    from triage.learning import links_in

    return PairJudge(links_in(folder or model_folder(settings)), LinkRules.of(load_policy(settings.data_dir).links))


def open_model(settings: Settings, folder: Path | None = None) -> Opened:
    """A model with all that belongs to it; by default the one in use, trained first if none is there.

    What tells accusations of offices is learned too where it is missing, so that no report waits for it on its route.

    Raises:
        ModelError: it is not there, damaged, or of another version of this program.
    """
    from triage.learning.accusing import accusations_in

    place = folder or model_folder(settings)
    accusations_in(settings.models_dir)
    refer_from = read_manifest(place)["thresholds"].get("refer", UNKNOWN_THRESHOLD)
    return Opened(place.name, open_assessor(settings, place), open_judge(settings, place), refer_from)


def let_go() -> None:
    """Frees what belonged to a model that nobody holds any more: ``open_assessor`` keeps models from the collector."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _code_of(error: Exception) -> str:
    return _TROUBLES.get(type(error), "failed")


class ModelWatch:
    """What a worker reads with, and whether another model was chosen since; to be asked between two batches."""

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        """Opens the model in use, trained first if none is there, and tells others what this worker reads with.

        One that cannot be opened gives way to the one that was in use before.

        Raises:
            ModelError: neither can be opened.
        """
        self._settings = settings
        self._store = store
        self._registry = Registry(settings.models_dir)
        self._clock = clock
        self._look_at = 0.0
        self._refused: tuple[str, str] | None = None
        self._again_at = 0.0
        try:
            self.opened = open_model(settings)
        except ModelError as error:
            self.opened = self._before(error)
            self._again_at = clock() + AGAIN_SECONDS
            self._tell((self._registry.current() or "", _code_of(error)), type(error).__name__)
        else:
            store.crew.holder.tell(self.opened.version, "")

    @property
    def troubled(self) -> bool:
        """Whether another model was chosen that cannot be opened."""
        return self._refused is not None

    def changed(self) -> Opened | None:
        """The model that takes the place of the one in hand, opened; None as long as there is none."""
        now = self._clock()
        if now < self._look_at:
            return None
        self._look_at = now + LOOK_SECONDS
        version = ""
        try:
            version = self._registry.current() or self.opened.version
            if version == self.opened.version:
                self._tell(None)
                return None
            if self._refused is not None and self._refused[0] == version and now < self._again_at:
                return None
            self.opened = open_model(self._settings, self._registry.path(version))
        except Exception as error:  # noqa: BLE001  # whatever keeps it from being opened, reports are read on by the one before
            self._again_at = now + AGAIN_SECONDS
            self._tell((version, _code_of(error)), type(error).__name__)
            return None
        log.info("model_taken_up", model=version)
        self._tell(None, anew=True)
        return self.opened

    def _before(self, error: ModelError) -> Opened:
        """The model that was in use before one that cannot be opened; the error of that one where there is none."""
        try:
            return open_model(self._settings, self._registry.path(self._registry.before()))
        except ModelError:
            raise error from None

    def _tell(self, refused: tuple[str, str] | None, error: str = "", *, anew: bool = False) -> None:
        """Writes down what this worker reads with, where that or its trouble has changed."""
        if refused == self._refused and not anew:
            return
        self._refused = refused
        if refused is not None:
            log.warning("model_not_taken_up", model=refused[0], code=refused[1], error=error)
        self._store.crew.holder.tell(self.opened.version, refused[1] if refused else "")
