"""Reading a JSON body once, with Pydantic's own parser, and saying precisely what is wrong with one that is none."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError

from api.errors import WrongMediaType, invalid
from triage.errors import BadInput

Body = TypeVar("Body", bound=BaseModel)
LONG = 64 * 1024
"""Bytes from which on a body is checked beside the event loop: everybody waits for what runs in it."""
MOST_BROKEN = 25_000
"""Rules broken in one body that are looked at one by one: a fault in every field of the longest transcript."""
_BOM = b"\xef\xbb\xbf"
_HALF = re.compile("[\ud800-\udfff]")


async def read_json(request: Request, model: type[Body]) -> Body:
    """The body as a model.

    Raises:
        WrongMediaType: the content type is not JSON in UTF-8, or the body is packed.
        BadInput: empty, not UTF-8, no JSON, nested too deeply, or fields that break rules.
        TooLarge: a list in it has more entries than are taken.
    """
    given = request.headers.get("content-type", "")
    if given != "application/json":
        _demand_json(given)
    body = await request.body()
    try:
        return _read(body, model) if len(body) < LONG else await run_in_threadpool(_read, body, model)
    except BadInput as error:
        if error.rule == "encoding" and "content-encoding" in request.headers:
            raise WrongMediaType("Content-Encoding", "packed", "A packed body is not read; send it as it is.") from None
        raise


def _read(body: bytes, model: type[Body]) -> Body:
    try:
        read = model.model_validate_json(body)
    except ValidationError as error:
        found = _found(error)
        if found[0]["type"] != "json_invalid":
            raise invalid(found) from None
        read = _read_slowly(body, model)
    _demand_each_once(body, model)
    return read


def _demand_each_once(body: bytes, model: type[BaseModel]) -> None:
    """Sees that no field stands there twice: a parser keeps the last one, and the text before it would be lost with a receipt.

    Raises:
        BadInput: one does; names it.
    """
    # Inside of a string a quotation mark has a stroke before it: a name that stands between two of them once is no field twice
    found = _quoted(model).findall(body)
    if len(set(found)) == len(found):
        return

    def each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        once = dict(pairs)
        if len(once) < len(pairs):
            told = Counter(name for name, _ in pairs)
            for field in model.model_fields:
                if told[field] > 1:
                    raise BadInput(field, "twice", "This field stands there twice, and only one could be read.")
        return once

    json.loads(body, object_pairs_hook=each_once)


@lru_cache
def _quoted(model: type[BaseModel]) -> re.Pattern[bytes]:
    """The names of the fields, between quotation marks."""
    return re.compile(f'"(?:{"|".join(model.model_fields)})"'.encode())


def _found(error: ValidationError) -> list[Any]:
    """What Pydantic found; each fault becomes an object of its own, which a body made of nothing else must not do."""
    if error.error_count() > MOST_BROKEN:
        raise BadInput(
            "body", "too_many", f"More than {MOST_BROKEN} rules are broken in it; see the description of the API."
        ) from None
    return list(error.errors(include_url=False, include_context=False, include_input=False))


def json_of(model: type[Body]) -> Callable[[Request], Awaitable[Body]]:
    """A dependency that reads the body as this model."""

    async def body(request: Request) -> Body:
        return await read_json(request, model)

    return body


def _demand_json(given: str) -> None:
    kind, *parameters = (part.strip().lower() for part in given.split(";"))
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise WrongMediaType("Content-Type", "media_type", "Send the body as application/json.")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('" ') not in ("utf-8", "utf8"):
            raise WrongMediaType("Content-Type", "charset", "JSON is sent in UTF-8.")


def _read_slowly(body: bytes, model: type[Body]) -> Body:
    """A second look at a body that did not parse, to name the reason; a byte order mark alone is forgiven."""
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise BadInput("body", "empty", "The request has no body; send a JSON object.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("body", "encoding", "The body is not UTF-8.") from None
    try:
        value = json.loads(text)
    except RecursionError:
        raise BadInput("body", "depth", "The JSON is nested too deeply.") from None
    except ValueError as error:
        where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput("body", "json", f"The body is no valid JSON{where}.") from None
    try:
        found = model.model_validate(value)
    except ValidationError as error:
        raise invalid(_found(error)) from None
    # Pydantic's own parser refuses these; kept, they would break every answer that holds them
    for field in _broken(found.model_dump()):
        raise BadInput(field, "surrogate", "There is half a character in it; the text was cut in the middle of one.")
    return found


def _broken(value: object, name: str = "") -> Iterator[str]:
    """The fields that hold half a character."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _broken(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from _broken(part, f"{name}[{place}]")
    elif isinstance(value, str) and _HALF.search(value):
        yield name
