"""The sentences of errors as the code writes them, with ``{0}`` for what is put in."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FIRST = {"TooMany"}
"""Errors whose sentence comes first; of the others it is the last thing given."""


def sentences() -> dict[str, str]:
    """Every sentence, with the file that says it."""
    trees = {
        path: ast.parse(path.read_text("utf-8"))
        for top in ("triage", "api", "models", "corpora")
        for path in sorted((ROOT / top).rglob("*.py"))
        if "bench" not in path.parts
    }
    errors = _errors(trees.values())
    return {said: str(path.relative_to(ROOT)) for path, tree in trees.items() for said in _said(tree, errors)}


def _errors(trees: Iterable[ast.Module]) -> set[str]:
    """Names of the classes of errors: those under one that is named so, and what answers with one field in it."""
    bases: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    known = {"TriageError", "ModelError", "BadRow"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known | {"Broken"}


def _said(tree: ast.Module, errors: set[str]) -> Iterator[str]:
    given: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            if isinstance(target, ast.Name):
                given.setdefault(target.id, []).extend(said for value in values if (said := _template(value)))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors):
            continue
        if node.args:
            last = node.args[0 if node.func.id in _FIRST else -1]
            last = last.value if isinstance(last, ast.Subscript) else last
            if said := _template(last):
                yield said
            elif isinstance(last, ast.Name):
                yield from given.get(last.id, ())


def _template(node: ast.expr) -> str:
    """A literal, or one with something put in; empty where it is none."""
    number = 0
    said = ""
    for part in _parts(node):
        if part is None:
            said += f"{{{number}}}"
            number += 1
        else:
            said += part
    return said


def _parts(node: ast.expr) -> list[str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [part.value if isinstance(part, ast.Constant) else None for part in node.values]  # type: ignore[misc]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*(_parts(node.left) or [None]), *(_parts(node.right) or [None])]
    return []
