"""The floors of the house: each package imports only what stands below it, and a step never imports a sister step."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOOR = {"corpora": 0, "models": 1, "triage": 2, "api": 3}
BELOW = {
    "chinese",
    "codes",
    "covered",
    "cursors",
    "logs",
    "maven",
    "model",
    "plain",
    "errors",
    "settings",
    "policy",
    "shown",
    "summaries",
    "text",
    "store",
}
STEPS = {"intake", "assess", "cases", "referral", "review", "search", "trends"}
ABOVE = {
    "pipeline",
    "indexing",
    "bulk",
    "jsonl",
    "telling",
    "parties",
    "recusing",
    "renewal",
    "routing",
    "floods",
    "judging",
    "casefile",
    "neighbours",
    "operation",
    "reviewing",
    "handling",
    "custody",
    "dialogue",
    "suspecting",
    "learning",
    "cli",
    "bench",
    "servers",
}
WEB = {"fastapi", "starlette", "uvicorn"}
MODULES = sorted(path for top in FLOOR for path in (ROOT / top).rglob("*.py"))


def imports(path: Path) -> list[str]:
    """Full dotted names that a module's import statements bind."""
    package = list(path.relative_to(ROOT).parts[:-1])
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names += [f"{stem}.{alias.name}" for alias in node.names]
    return names


def storey(part: str) -> str:
    """Which band of ``triage`` a subpackage or module belongs to."""
    for band, members in (("below", BELOW), ("step", STEPS), ("above", ABOVE)):
        if part in members:
            return band
    return "root"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_from_the_floors_below(path: Path) -> None:
    here = path.relative_to(ROOT).parts
    for name in imports(path):
        top = name.split(".")[0]
        if top in FLOOR:
            assert FLOOR[top] <= FLOOR[here[0]], f"{name} stands above"
        if here[0] != "api":
            assert top not in WEB or here[:2] == ("triage", "cli"), f"the domain imports the web: {name}"
        if here[0] == "triage" and top == "triage" and len(here) > 1 and len(name.split(".")) > 1:
            mine, theirs = here[1].removesuffix(".py"), name.split(".")[1]
            if mine == theirs:
                continue
            assert not (storey(mine) == "step" and storey(theirs) == "step"), f"step {mine} imports step {theirs}"
            assert not (storey(mine) != "above" and storey(theirs) == "above"), f"{mine} imports {theirs} above it"
            assert not (storey(mine) == "below" and storey(theirs) == "step"), f"{mine} imports step {theirs}"


def test_every_part_of_the_domain_has_its_place() -> None:
    parts = {path.stem if path.is_file() else path.name for path in (ROOT / "triage").iterdir()}
    assert parts - {"__init__", "__pycache__"} == BELOW | STEPS | ABOVE
