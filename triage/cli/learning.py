"""Commands that learn: train, evaluate, models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triage.cli.output import AsJson, print_json, say, steps, table

models = typer.Typer(help="Trained models: list them, choose one, go back.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("train")(train)
    app.command("evaluate")(evaluate)
    app.add_typer(models, name="models")


def train(
    data: Annotated[
        list[Path] | None, typer.Option(help="Labelled JSONL; may be repeated. Left out: the packaged corpus.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the model. Left out: the data folder, in use from then on.")
    ] = None,
) -> None:
    """Train the fast reader, for our scheme or any other label set found in the data."""
    from models.registry import Registry
    from triage.learning import load, register, train_model
    from triage.learning import train as train_into
    from triage.policy import load_policy
    from triage.settings import get_settings

    settings = get_settings()
    with steps() as progress:
        if out is not None:
            model = train_into(data, out, progress=progress)
        else:
            model = train_model(load(data), policy=load_policy(settings.data_dir), progress=progress)
            register(model, Registry(settings.models_dir))
    where = str(out) if out is not None else "in use from the next start of the worker on"
    say(f"Trained {model.version} on {model.about['reports']} reports for {len(model.categories)} labels; {where}.")


def evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="Labelled JSONL. Left out: a held-back fifth of the packaged corpus.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a trained model; by default the one in use.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score a model on labelled reports, or our training beside its peers on a fifth held back by voice and case."""
    from triage.learning import evaluate as evaluate_file
    from triage.learning import evaluate_held_back, load
    from triage.pipeline import model_folder
    from triage.settings import get_settings

    if file is None:
        with steps() as progress:
            figures = evaluate_held_back(load(None), progress=progress)
    else:
        figures = evaluate_file(file, model or model_folder(get_settings()))
    if as_json:
        print_json(figures)
        return
    for name, value in _flat(figures):
        say(f"{name:44} {value}")


@models.command("list")
def listed(as_json: AsJson = False) -> None:
    """List trained models, the one in use marked."""
    from models.registry import Registry
    from models.saved import read_manifest
    from triage.settings import get_settings

    registry = Registry(get_settings().models_dir)
    current = registry.current()
    known = [
        {"version": version, "in_use": version == current, **read_manifest(registry.path(version))["about"]}
        for version in registry.versions()
    ]
    if as_json:
        print_json({"models": known})
    else:
        rows = [(str(one["version"]), "in use" if one["in_use"] else "", str(one.get("reports", ""))) for one in known]
        table("Models", ("version", "", "trained on"), rows)


@models.command("use")
def use(
    version: Annotated[str | None, typer.Argument(help="From `triage models list`.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Go back to the one that was in use before.")] = False,
) -> None:
    """Choose the model in use."""
    from models.registry import Registry
    from triage.errors import BadInput
    from triage.settings import get_settings

    registry = Registry(get_settings().models_dir)
    if back:
        version = registry.roll_back()
    elif version is None:
        raise BadInput("version", "missing", "Name a version, or say --back.")
    else:
        registry.use(version)
    say(f"{version} is in use from the next start of the worker on.")


def _flat(figures: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(figures, dict):
        return [line for key, value in figures.items() for line in _flat(value, f"{name}.{key}" if name else str(key))]
    return [(name, "not told" if figures is None else str(figures))]
