"""Commands that learn: train, evaluate, models."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from models.readers import Reader
    from triage.learning import Tuning
    from triage.settings import Settings

from triage.cli.output import AsJson, print_json, say, steps, table
from triage.cli.reassessing import reassess

models = typer.Typer(help="Trained models: list them, choose one, go back.", no_args_is_help=True)


WithReviews = Annotated[
    bool,
    typer.Option(
        "--with-reviews",
        help="Learn from what people decided too; in use only if refer recall does not fall (three trainings).",
    ),
]


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
    fine_tune: Annotated[
        bool,
        typer.Option("--fine-tune", help="The accurate reader over an encoder tuned on the data: an hour or more."),
    ] = False,
    epochs: Annotated[int | None, typer.Option(help="With --fine-tune: how often each report is seen.")] = None,
    with_reviews: WithReviews = False,
    force: Annotated[
        str | None,
        typer.Option(help="With --with-reviews: use the model all the same, for this reason; it is audited."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train the fast reader, or both readers, for our scheme or any other label set found in the data."""
    from triage.cli.promoting import train_with_reviews
    from triage.cli.training import train_accurate, train_fast, train_tuned, trained
    from triage.settings import get_settings

    settings = get_settings()
    _demand_fine_tune(epochs, fine_tune)
    _demand_gate(with_reviews, force, alone=not (accurate or fine_tune or out is not None))
    if with_reviews:
        train_with_reviews(data, settings, force, as_json=as_json)
        return
    how = partial(train_tuned, epochs) if fine_tune else train_accurate if accurate else train_fast
    model, where = trained(data, out, settings, how)
    _tell(model, where, as_json=as_json)


def _tell(model: Reader, where: str, *, as_json: bool) -> None:
    """What was trained, where it went, and what it will never say."""
    unanswered = [flag for flag in ("refer", "urgent") if flag not in model.flags]
    if as_json:
        counts = {"reports": model.about["reports"], "labels": len(model.categories)}
        print_json({"model": model.version, **counts, "unanswered": unanswered})
        return
    told = f"{model.version} on {model.about['reports']} reports for {len(model.categories)} labels; {where}"
    say(f"训练完成 · Trained {told}.")
    if unanswered:
        say(
            f"  资料未同时有“是”与“否”，此模型不判 · The data do not say both yes and no of: {', '.join(unanswered)}. "
            "This reader never raises that; the rules of the policy still hold."
        )


def _demand_fine_tune(epochs: int | None, fine_tune: bool) -> None:
    from triage.errors import BadInput

    if epochs is not None and not fine_tune:
        raise BadInput("epochs", "fine_tune", "--epochs goes with --fine-tune alone.")


def _demand_gate(with_reviews: bool, force: str | None, *, alone: bool) -> None:
    from triage.errors import BadInput

    if with_reviews and not alone:
        raise BadInput("with_reviews", "alone", "--with-reviews goes with none of --accurate, --fine-tune and --out.")
    if force is not None and not with_reviews:
        raise BadInput(
            "force", "without_gate", "--force passes over the gate of --with-reviews, which was not asked for."
        )


def evaluate(
    file: Annotated[
        Path | None, typer.Argument(help="Labelled JSONL. Left out: a held-back fifth of the packaged corpus.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a trained model; by default the one in use.")] = None,
    reader: Annotated[
        ReaderName | None, typer.Option(help="Which reader to score; by default the model's own, or the fast one.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the held-back fifth.")] = 0,
    fine_tune: Annotated[
        bool,
        typer.Option("--fine-tune", help="Score the accurate reader over an encoder tuned on the training part alone."),
    ] = False,
    epochs: Annotated[int | None, typer.Option(help="With --fine-tune: how often each report is seen.")] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Also a learning curve, a split by row and what noise costs: minutes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score a model on labelled reports, or our training beside its peers on a fifth held back by voice and case."""
    from triage.learning import evaluate as evaluate_file
    from triage.policy import load_policy
    from triage.settings import get_settings

    settings = get_settings()
    _demand_fine_tune(epochs, fine_tune)
    _demand_of_file(file, model, seed=seed, thorough=thorough)
    _demand_held_back(file, reader, fine_tune=fine_tune)
    if file is None:
        joined = reader is ReaderName.ACCURATE and not fine_tune
        with _tuning(fine_tune, settings, epochs) as tuning:
            figures = _held_back(settings, seed, joined=joined, tuning=tuning, thorough=thorough)
    else:
        figures = evaluate_file(file, model or _folder_of(reader, settings), load_policy(settings.data_dir))
    if as_json:
        print_json(figures)
        return
    for name, value in _flat(figures):
        say(f"{name:44} {value}")


def _demand_held_back(file: Path | None, reader: ReaderName | None, *, fine_tune: bool) -> None:
    """Refuses to tune for a file or for the fast reader."""
    from triage.errors import BadInput

    if fine_tune and (file is not None or reader is ReaderName.FAST):
        raise BadInput("fine_tune", "held_back", "--fine-tune goes with neither a file nor --reader fast.")


def _demand_of_file(file: Path | None, model: Path | None, *, seed: int, thorough: bool) -> None:
    """Refuses options that would change nothing."""
    from triage.errors import BadInput

    if file is not None and (thorough or seed):
        option = "thorough" if thorough else "seed"
        raise BadInput(
            option, "held_back", f"--{option} is about the held-back fifth of the packaged corpus: give no file."
        )
    if file is None and model is not None:
        raise BadInput("model", "file", "--model is scored on a file: without one a reader is trained and scored here.")


def _held_back(
    settings: Settings, seed: int, *, joined: bool, tuning: Tuning | None, thorough: bool
) -> Mapping[str, Any]:
    from triage.cli.training import encoder_of
    from triage.learning import evaluate_held_back, load, recipe

    encoder, cache = encoder_of(settings) if joined else None, settings.models_dir / "cache"
    with steps() as progress:
        return evaluate_held_back(
            load(None),
            seed=seed,
            spec=recipe(None),
            encoder=encoder,
            cache=cache,
            tuning=tuning,
            thorough=thorough,
            progress=progress,
        )


def _tuning(wanted: bool, settings: Settings, epochs: int | None) -> AbstractContextManager[Tuning | None]:
    from triage.learning import tuning_of

    return tuning_of(settings.models_dir, "evaluate", epochs) if wanted else nullcontext()


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
    """List trained models, the one in use marked; what is damaged is named."""
    from models.errors import ModelError
    from models.registry import Registry
    from triage.settings import get_settings

    registry, trouble, current = Registry(get_settings().models_dir), "", None
    try:
        current = registry.current()
    except ModelError as error:
        trouble = str(error)
    known = [
        {"version": version, "in_use": version == current, **_about(registry.folder / "versions" / version)}
        for version in registry.versions()
    ]
    if as_json:
        print_json({"models": known, **({"trouble": trouble} if trouble else {})})
        return
    rows = [
        (
            str(one["version"]),
            "在用 in use" if one["in_use"] else "",
            str(one.get("reports") or one.get("unusable", "")),
            str(one.get("gate", "")),
        )
        for one in known
    ]
    table("模型 · Models", ("版本 version", "", "训练份数 trained on", "关口 gate"), rows)
    if trouble:
        say(trouble)


def _about(folder: Path) -> dict[str, object]:
    """What a version's manifest tells; of one that is damaged, or from another version of this program, why it is of no use."""
    from models.accurate import FAST
    from models.errors import ModelError
    from models.readers import reader_in
    from models.saved import read_arrays, read_manifest
    from triage.learning.gate import read_gate

    gate = read_gate(folder) or {}
    try:
        for place in (folder, folder / FAST) if reader_in(folder) == "accurate" else (folder,):
            read_arrays(place, read_manifest(place))
        return {**read_manifest(folder)["about"], **({"gate": gate["outcome"]} if "outcome" in gate else {})}
    except ModelError as error:
        return {"unusable": str(error)}


@models.command("use")
def use(
    version: Annotated[str | None, typer.Argument(help="From `triage models list`.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Go back to the one that was in use before.")] = False,
    force: Annotated[
        str | None, typer.Option(help="Use one that the gate refused, for this reason; it is audited.")
    ] = None,
    as_json: AsJson = False,
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
    if as_json:
        print_json({"in_use": version})
    else:
        say(f"已启用，运行中的工作进程立即改用 · {version} is in use; running workers take it up at once.")


@models.command("fetch-encoder")
def fetch(
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder with model.onnx and tokenizer.json, in place of Maven.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--float", help="The form that `triage train --fine-tune` begins with, beside the other.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put the accurate reader's encoder into the data folder, from Maven's repository or a folder."""
    from models.encoder import lacking
    from triage.learning import FLOAT_ARTEFACT, fetch_encoder
    from triage.settings import get_settings

    folder = get_settings().models_dir / ("encoder-float" if plain else "encoder")
    place = fetch_encoder(folder, source, FLOAT_ARTEFACT) if plain else fetch_encoder(folder, source)
    package = None if plain else lacking()
    if as_json:
        print_json({"encoder": place, "lacking": package})
        return
    if plain:
        say(f"浮点编码模型已就位 · The float encoder stands in {place}. Train with `triage train --fine-tune`.")
        return
    say(f"编码模型已就位 · The encoder stands in {place}. Train with `triage train --accurate`.")
    if package:
        say(f"缺少附加组件 · {package} is not installed: the accurate reader needs this program's extra `accurate`.")


def _flat(figures: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(figures, dict):
        return [line for key, value in figures.items() for line in _flat(value, f"{name}.{key}" if name else str(key))]
    if isinstance(figures, list):
        return [(name, "  ".join(f"{key} {value}" for key, value in _flat(entry))) for entry in figures]
    return [(name, "not told" if figures is None else str(figures))]
