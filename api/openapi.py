"""The description of the API: bodies are read by our own parser, so their forms are added here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from triage.chinese import texts

_FORMS = "#/components/schemas/{model}"
_ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "幂等键：至少 16 个字符 · 16 to 255 characters; a repeat with the same body gets the same answer",
    "schema": {"type": "string", "minLength": 16, "maxLength": 255},
    "example": "b9c1e0d4-5f0a-4a52-9d0e-7a1c7d0f3e21",
}
TAGS = [
    {"name": "reporters", "description": "举报人：无需登录 · for reporters, open to everybody"},
    {"name": "staff", "description": "工作人员：需要凭证 · for staff, with a token"},
    {"name": "health", "description": "运行状况 · whether it runs"},
]


def json_body(model: str, examples: Mapping[str, Any], *, once: bool = False) -> dict[str, Any]:
    """What a route adds to its description for a body of this model; ``once`` for the idempotency key."""
    content = {"schema": {"$ref": _FORMS.format(model=model)}, "examples": dict(examples)}
    told: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/json": content}}}
    if once:
        told["parameters"] = [_ONCE]
    return told


def describer(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function that FastAPI calls for the description; made once, then kept."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes, tags=TAGS
            )
            for route in (route for methods in schema["paths"].values() for route in methods.values()):
                # Put there by FastAPI for its own form of errors, which nobody here ever sees.
                if "HTTPValidationError" in str(route["responses"].get("422", "")):
                    del route["responses"]["422"]
            forms = schema.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                forms.pop(name, None)
            _, extra = models_json_schema([(model, "validation") for model in _bodies()], ref_template=_FORMS)
            forms.update({name: form for name, form in extra["$defs"].items() if name not in forms})
            app.openapi_schema = in_both(schema, texts("api.tsv"))
        return app.openapi_schema

    return described


def in_both(document: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """The document, each ``description`` in it told in Chinese before the English where the Chinese is known."""
    return {
        name: _both(part, known) if name == "description" and isinstance(part, str) else _within(part, known)
        for name, part in document.items()
    }


def _within(part: object, known: Mapping[str, str]) -> object:
    if isinstance(part, dict):
        return in_both(part, known)
    return [_within(one, known) for one in part] if isinstance(part, list) else part


def _both(english: str, known: Mapping[str, str]) -> str:
    if (chinese := known.get(english)) is None:
        return english
    # Of several paragraphs each language stands in paragraphs of its own
    return f"{chinese}\n\n{english}" if "\n" in english else f"{chinese} · {english}"


def _bodies() -> list[type[BaseModel]]:
    from api.schemas.casework import JudgeIn, MergeIn, MoveIn, SplitIn, UndoIn
    from api.schemas.identities import AskIn, DecideIn
    from api.schemas.matters import ClearingIn, ClockActIn, StepIn
    from api.schemas.messages import AddIn, MessageIn, ReceiptIn
    from api.schemas.problems import Problem
    from api.schemas.reports import ReportIn, UnmaskIn
    from api.schemas.reviews import ReviewIn
    from api.schemas.search import SearchIn
    from api.schemas.status import StatusIn
    from api.schemas.transcripts import TranscriptIn
    from api.schemas.watching import EstimateIn, SavedSearchIn, SeenIn, SnoozeIn

    watching: list[type[BaseModel]] = [EstimateIn, SavedSearchIn, SnoozeIn, SeenIn]
    casework: list[type[BaseModel]] = [JudgeIn, MergeIn, SplitIn, MoveIn, UndoIn, StepIn, ClockActIn, ClearingIn]
    identity: list[type[BaseModel]] = [AskIn, DecideIn, UnmaskIn]
    reporters: list[type[BaseModel]] = [ReportIn, TranscriptIn, StatusIn, ReceiptIn, AddIn, MessageIn]
    return [*reporters, SearchIn, *watching, *casework, ReviewIn, *identity, Problem]
