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
from api.meanings import MEANINGS
from triage.errors import TriageError

router = APIRouter(include_in_schema=False)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_CODE = re.compile(r"`+([^`]+)`+")
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
    contents = [
        f'<li><a href="#{_anchor(method, path)}"><code>{method.upper()} {escape(path)}</code></a> {_both(told.get("summary", ""))}</li>'
        for path, methods in described["paths"].items() for method, told in methods.items()
    ]  # fmt: skip
    page = _template("docs.html").replace("<!-- contents -->", "\n".join(contents))
    return HTMLResponse(page.replace("<!-- routes -->", "\n".join(parts)))


@router.head("/problems")
@router.get("/problems")
async def problems() -> HTMLResponse:
    """What each type of problem means."""
    statuses = {kind.code: kind.status for kind in _kinds(TriageError)}
    rows = [
        f'<h2 id="{code}">{statuses[code]} <code>{code}</code> {_both(TITLES[code])}</h2>'
        f'<p>{escape(chinese)}<span lang="en">{escape(english)}</span></p>'
        for code, (chinese, english) in sorted(MEANINGS.items(), key=lambda told: (statuses[told[0]], told[0]))
    ]
    return HTMLResponse(_template("problems.html").replace("<!-- problems -->", "\n".join(rows)))


@lru_cache
def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _kinds(kind: type[TriageError]) -> list[type[TriageError]]:
    return [kind] + [lower for child in kind.__subclasses__() for lower in _kinds(child)]


def _anchor(method: str, path: str) -> str:
    return re.sub("[^a-z0-9]+", "-", f"{method}{path}").strip("-")


def _both(words: str) -> str:
    """Words in both languages: those behind the dot are told to be English."""
    chinese, dot, english = words.partition(" · ")
    return f'{_coded(chinese)}{dot}<span lang="en">{_coded(english)}</span>' if dot else _coded(words)


def _coded(words: str) -> str:
    """What stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(words))


def _route(method: str, path: str, told: dict[str, Any]) -> str:
    lines = [
        f'<section id="{_anchor(method, path)}">',
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>",
        f"<p><strong>{_both(told.get('summary', ''))}</strong>{_lock(told)}</p>",
        _line(told.get("description", "")),
    ]
    for parameter in told.get("parameters", ()):
        lines.append(f"<p><code>{escape(parameter['name'])}</code> ({escape(parameter['in'])})</p>")
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in content.get("examples", {}).values():
        shown = json.dumps(example["value"], ensure_ascii=False, indent=2)
        lines.append(f"{_line(example['summary'])}<pre>{escape(shown)}</pre>")
    answers = "".join(
        f"<li>{escape(status)} {_both(answer.get('description', ''))}</li>"
        for status, answer in told["responses"].items()
    )
    return "\n".join([*lines, f'<ul class="answers">{answers}</ul></section>'])


def _line(text: str) -> str:
    """A paragraph; a voice that reads it out takes for English what stands behind the dot, or all where nothing is Chinese."""
    if not _CHINESE.search(text):
        return f'<p lang="en">{_coded(text)}</p>'
    chinese, dot, english = text.partition(" · ")
    # The English has lines of its own: no dot is left at the end of the Chinese
    return f'<p>{_coded(chinese)}<span lang="en">{_coded(english)}</span></p>' if dot else f"<p>{_coded(text)}</p>"


def _lock(told: dict[str, Any]) -> str:
    return ' — 需要凭证 · <span lang="en">needs a token</span>' if told.get("security") else ""
