"""The few pages: a form for reporters, the list of routes, the list of problems. No script stands in any of them."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.errors import TITLES
from triage.errors import TriageError

router = APIRouter(include_in_schema=False)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@router.head("/")
@router.get("/")
async def start() -> HTMLResponse:
    """The form for reporters."""
    return HTMLResponse(_template("start.html"))


@router.head("/docs")
@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Every route with its example; plain HTML, because the usual page loads scripts from elsewhere."""
    described = request.app.openapi()
    parts = [
        _route(method, path, told) for path, methods in described["paths"].items() for method, told in methods.items()
    ]
    return HTMLResponse(_template("docs.html").replace("<!-- routes -->", "\n".join(parts)))


@router.head("/problems")
@router.get("/problems")
async def problems() -> HTMLResponse:
    """What each type of problem means."""
    kinds = sorted(_kinds(TriageError), key=lambda kind: (kind.status, kind.code))
    seen = {kind.code: kind for kind in kinds}
    rows = [
        f'<h2 id="{code}">{kind.status} <code>{code}</code> {escape(TITLES.get(code, ""))}</h2>'
        + _line((kind.__doc__ or "").splitlines()[0])
        for code, kind in seen.items()
    ]
    return HTMLResponse(_template("problems.html").replace("<!-- problems -->", "\n".join(rows)))


@lru_cache
def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _kinds(kind: type[TriageError]) -> list[type[TriageError]]:
    own = [] if kind is TriageError else [kind]
    return own + [lower for child in kind.__subclasses__() for lower in _kinds(child)]


def _route(method: str, path: str, told: dict[str, Any]) -> str:
    lines = [
        f"<section><h2><code>{method.upper()} {escape(path)}</code></h2>",
        f"<p><strong>{escape(told.get('summary', ''))}</strong>{_lock(told)}</p>",
        _line(told.get("description", "")),
    ]
    for parameter in told.get("parameters", ()):
        lines.append(f"<p><code>{escape(parameter['name'])}</code> ({escape(parameter['in'])})</p>")
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in content.get("examples", {}).values():
        shown = json.dumps(example["value"], ensure_ascii=False, indent=2)
        lines.append(f"{_line(example['summary'])}<pre>{escape(shown)}</pre>")
    answers = " · ".join(
        f"{escape(status)} {escape(answer.get('description', ''))}" for status, answer in told["responses"].items()
    )
    return "\n".join([*lines, f"<p class=answers>{answers}</p></section>"])


def _line(text: str) -> str:
    """A paragraph, which a voice that reads it out takes for English where no Chinese stands in it."""
    return f"<p>{escape(text)}</p>" if _CHINESE.search(text) else f"<p lang=en>{escape(text)}</p>"


def _lock(told: dict[str, Any]) -> str:
    return " — 需要凭证 · needs a token" if told.get("security") else ""
