"""Errors as problem details (RFC 9457): which field broke which rule and what to do, never a word of the input."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.meanings import page_of, reads_pages
from triage.chinese import both
from triage.errors import BadInput, NotAuthenticated, TooMany, TriageError
from triage.logs import get_logger, place_of
from triage.operation.metrics import FAULTS, INTAKE_REFUSED

log = get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
MOST_TOLD = 20
_METHODS = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
_INTAKE = ("/v1/reports", "/v1/transcripts")
# When whoever met a part that does not answer may try again
BACK_SECONDS = 5
TITLES = {
    "bad_input": "输入有误 · Bad input",
    "too_large": "内容过大 · Too large",
    "idempotency_conflict": "重复提交的内容不一致 · Same key, other body",
    "wrong_media_type": "格式不支持 · Unsupported content type",
    "not_found": "没有找到 · Not found",
    "changed": "内容已有变化，请重新查看 · It has changed meanwhile",
    "not_allowed": "没有权限 · Not allowed",
    "not_authenticated": "需要有效凭证 · A valid token is needed",
    "wrong_method": "不支持这种请求 · This address does not take such requests",
    "too_many": "请求过多 · Too many requests",
    "too_many_added": "补充过多 · Too many additions",
    "no_model": "模型尚未就绪 · No model yet",
    "busy": "系统繁忙 · Busy",
    "unavailable": "服务暂不可用 · Unavailable",
    "bad_setup": "系统设置有误 · Bad setup",
    "wrong_key": "系统密钥不符 · Wrong key",
    "corrupt": "数据校验失败 · Stored data fail their check",
    "refused": "检索索引拒收 · The search index will not take it",
    "error": "系统内部错误 · Internal error",
}
# By the type of Pydantic's error: our rule and sentence. The message of Pydantic itself may repeat the input.
_RULES = {
    "missing": ("missing", "This field is needed."),
    "string_type": ("type", "This must be a string."),
    "int_type": ("type", "This must be a whole number."),
    "int_parsing": ("type", "This must be a whole number."),
    "int_from_float": ("type", "This must be a whole number."),
    "float_type": ("type", "This must be a number."),
    "float_parsing": ("type", "This must be a number."),
    "finite_number": ("finite", "This must be a finite number."),
    "list_type": ("type", "This must be a list."),
    "model_type": ("type", "This must be an object."),
    "model_attributes_type": ("type", "This must be an object."),
    "dict_type": ("type", "This must be an object."),
    "string_unicode": ("surrogate", "There is half a character in it; the text was cut in the middle of one."),
    "enum": ("unknown", "This is none of the values that are known here; the description of the API names them."),
    "literal_error": ("unknown", "This is none of the values that are known here; the description of the API names them."),
    "extra_forbidden": ("unknown_field", "There is a field in it that nobody would read."),
    "greater_than_equal": ("range", "This is below the least value."),
    "less_than_equal": ("range", "This is above the largest value."),
}  # fmt: skip
MISPLACED = "misplaced_contact"
"""Kind of error of a body that tells a reporter or a contact where nobody would read it; its message is the field."""
PLACELESS = "placeless_contact"
"""The same of a body in which nothing but a text has a place for one."""
_WHERE_TO = {
    MISPLACED: 'Who reports, and how to reach them, goes into "reporter": {"name": …, "contact": …}.',
    PLACELESS: "What is added has no field for this; write who reports, and how to reach them, into the text.",
}


class WrongMediaType(BadInput):
    """A body in a form that this address does not read."""

    code = "wrong_media_type"
    status = 415


class WrongMethod(TriageError):
    """A request method that this address does not take."""

    code = "wrong_method"
    status = 405


@dataclass(frozen=True, slots=True)
class Broken:
    """One field that breaks a rule."""

    field: str
    rule: str
    detail: str


class Invalid(BadInput):
    """Several fields break rules; the first of them speaks for all."""

    def __init__(self, broken: Sequence[Broken]) -> None:
        super().__init__(broken[0].field, broken[0].rule, broken[0].detail)
        self.broken = tuple(broken)


def invalid(errors: Sequence[Mapping[str, Any]], lead: Sequence[str] = ()) -> Invalid:
    """What Pydantic found, in our words.

    Args:
        errors: from ``ValidationError.errors(include_input=False)``.
        lead: first parts of a location that are no field, such as ``body`` or ``query``.
    """
    return Invalid([_broken(error, lead) for error in errors[:MOST_TOLD]])


def _broken(error: Mapping[str, Any], lead: Sequence[str]) -> Broken:
    kind, where = str(error["type"]), list(error["loc"])
    if kind in _WHERE_TO:
        return Broken(str(error["msg"]), "unknown_field", _WHERE_TO[kind])
    if where and where[0] in lead:
        where = where[1:]
    if kind == "extra_forbidden":
        # The last part is a name that the sender chose: it is input, and could be anybody's.
        where = where[:-1]
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".") or "body"
    rule, detail = _RULES.get(kind, (kind, "This breaks a rule of the field; see the description of the API."))
    return Broken(name, rule, detail)


def problem(error: TriageError, scope: Scope) -> Response:
    """The answer for an error: problem details, or a page of the same for whoever opened the address in a browser."""
    body: dict[str, Any] = {
        "type": f"/problems#{error.code}",
        "title": TITLES.get(error.code, TITLES["error"]),
        "status": error.status,
        "detail": both(error.detail if isinstance(error, BadInput) else error.sentence),
        "code": error.code,
    }
    if isinstance(error, BadInput):
        body |= {"field": error.field, "rule": error.rule}
    if isinstance(error, Invalid) and len(error.broken) > 1:
        body["errors"] = [{"field": one.field, "rule": one.rule, "detail": both(one.detail)} for one in error.broken]
    headers = {}
    if isinstance(error, NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    elif error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(BACK_SECONDS)
    if reads_pages(scope):
        page = page_of(error.code, error.status, body["title"], body["detail"])
        return Response(page, error.status, headers, "text/html")
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, error.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(TriageError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


class LastResort:
    """Answers for errors that nobody foresaw, and logs their kind and place: their message may hold a report."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            log.debug("sender_gone")
        except Exception as error:  # noqa: BLE001  # nothing may reach the server's own log, which prints messages
            log.error("request_unforeseen", error=type(error).__name__, place=place_of(error.__traceback__))
            if not started:
                sorry = TriageError("Something went wrong here; what you sent was not taken. Please try again.")
                count_problem(scope["path"], sorry)
                await problem(sorry, scope)(scope, receive, send)


def count_problem(path: str, error: TriageError) -> None:
    """Adds an answer to the figures: a refused report, a fault of ours, or both."""
    if path in _INTAKE:
        INTAKE_REFUSED.labels(error.code).inc()
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        FAULTS.labels(error.code).inc()


async def _ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, TriageError):
        raise error
    count_problem(request.url.path, error)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request_failed", code=error.code, status=error.status, error=type(error).__name__)
    return problem(error, request.scope)


async def _validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    told = invalid(error.errors(), lead=("body", "query", "path", "header"))
    count_problem(request.url.path, told)
    return problem(told, request.scope)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        told: TriageError = WrongMethod("This address takes other methods; the header Allow names them.")
        answer = problem(told, request.scope)
    else:
        told = TriageError("There is nothing at this address; /docs lists what there is.")
        told.status = error.status_code
        told.code = "not_found" if error.status_code == HTTPStatus.NOT_FOUND else "error"
        if error.status_code != HTTPStatus.NOT_FOUND:
            told.sentence = f"{HTTPStatus(error.status_code).phrase}."
        answer = problem(told, request.scope)
    answer.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(sorted(_methods(request, answer.headers.get("Allow", ""))))
    return answer


def _methods(request: Request, told: str) -> set[str]:
    """The methods that an address takes: each of its routes names only its own."""
    taken = set(filter(None, told.split(", ")))
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]
    for method in _METHODS - taken:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in routes):
            taken.add(method)
    return taken
