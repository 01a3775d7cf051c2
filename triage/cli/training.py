"""How `triage train` trains each reader and keeps what it made; the command itself is in ``triage.cli.learning``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpora.reports import LabelledReport
    from models.accurate import AccurateModel
    from models.encoder import Encoder
    from models.linear import Progress
    from models.readers import Reader
    from models.training import TrainingSpec
    from triage.settings import Settings

    Made = tuple[list[Reader], Reader | None, str]
    TrainReaders = Callable[[list[LabelledReport], TrainingSpec, Path | None, Settings, Progress], Made]

from triage.cli.output import steps


def trained(
    data: list[Path] | None, out: Path | None, settings: Settings, train_readers: TrainReaders
) -> tuple[Reader, str]:
    """The last reader that was made, with what links its reports beside it, and where it went.

    Raises:
        BadInput: the data cannot be learned from, or ``out`` is no folder.
    """
    from models.registry import Registry
    from triage.cli.promoting import bring_into_use
    from triage.errors import BadInput
    from triage.learning import load, recipe, renew_links

    if out is not None and out.exists() and not out.is_dir():
        raise BadInput("out", "folder", "A file stands there: name a folder for the model.")
    with steps() as progress:
        rows = load(data)
        made, chosen, where = train_readers(rows, recipe(data), out, settings, progress)
        progress("links", 0, 1)
        registry = Registry(settings.models_dir)
        for folder in [out] if out else [registry.path(one.version) for one in made]:
            renew_links(folder, rows)
        # Last of all: running workers take it up at once, with what links reports
        if chosen is not None:
            bring_into_use(registry, chosen.version, settings)
    return made[-1], where


def train_fast(
    rows: list[LabelledReport], spec: TrainingSpec, out: Path | None, settings: Settings, progress: Progress
) -> Made:
    """The fast reader, to be used from then on unless it goes to a folder of its own."""
    from models.registry import Registry
    from triage.learning import register, train_model
    from triage.policy import load_policy

    model = train_model(rows, spec=spec, policy=load_policy(settings.data_dir), progress=progress)
    if out is not None:
        return [model], None, _saved(model, out)
    register(model, Registry(settings.models_dir), use=False)
    return [model], model, "in use; running workers take it up at once"


def train_accurate(
    rows: list[LabelledReport], spec: TrainingSpec, out: Path | None, settings: Settings, progress: Progress
) -> Made:
    """The readers that were trained, the accurate one last; the one that is to be used, if any; and where they went."""
    from triage.learning import train_accurate_model
    from triage.policy import load_policy

    encoder = encoder_of(settings)
    policy = load_policy(settings.data_dir)
    cache = settings.models_dir / "cache"
    model = train_accurate_model(rows, encoder, policy=policy, cache=cache, spec=spec, progress=progress)
    return _kept(model, out, settings)


def train_tuned(
    epochs: int | None,
    rows: list[LabelledReport],
    spec: TrainingSpec,
    out: Path | None,
    settings: Settings,
    progress: Progress,
) -> Made:
    """The same with an encoder that is fine-tuned first; its folder goes when the reader is kept."""
    from triage.learning import train_tuned_model, tuning_of
    from triage.policy import load_policy

    with tuning_of(settings.models_dir, "train", epochs) as tuning:
        policy = load_policy(settings.data_dir)
        model = train_tuned_model(rows, tuning, policy=policy, spec=spec, progress=progress)
        return _kept(model, out, settings)


def _kept(model: AccurateModel, out: Path | None, settings: Settings) -> Made:
    """Both readers registered, or the accurate one saved where that was asked for."""
    from models.registry import Registry
    from triage.learning import register

    if out is not None:
        return [model], None, _saved(model, out)
    registry = Registry(settings.models_dir)
    register(model.fast, registry, use=False)
    register(model, registry, use=False)
    # Whoever has no reader yet gets the fast one: a person chooses the accurate one.
    chosen = model.fast if registry.current() is None else None
    return [model.fast, model], chosen, f"choose it with `triage models use {model.version}`"


def _saved(model: Reader, out: Path) -> str:
    from models.card import write_card
    from models.readers import save

    save(model, out)
    write_card(model, out)
    return str(out)


def encoder_of(settings: Settings) -> Encoder:
    """The encoder of the data folder."""
    from models.encoder import Encoder
    from models.errors import ModelError
    from triage.errors import NoModel

    try:
        return Encoder(settings.models_dir / "encoder")
    except ModelError as error:
        raise NoModel(str(error)) from None
