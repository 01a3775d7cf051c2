"""What each kind of problem means and what to do, in Chinese and English; and a problem as a page, for whoever reads it in a browser."""

from __future__ import annotations

from functools import cache
from html import escape
from http import HTTPStatus
from pathlib import Path

from starlette.types import Scope

from triage.logs import current_request

MEANINGS = {
    "bad_input": (
        "有的内容不合规则：field 指出哪一项，rule 指出哪条规则；几项都不合时，errors 逐项列出。改正后再提交。",
        "Something breaks a rule: field names it and rule the rule; where several fields do, errors lists them. Mend it and send again.",
    ),
    "too_large": (
        "超过了允许的大小，没有收下。请缩短，或分几次提交。",
        "It is over the limit on size and was not taken. Shorten it, or send it in parts.",
    ),
    "idempotency_conflict": (
        "这个 Idempotency-Key 先前交过另一份内容。重发须内容不变，新的内容要用新的键。",
        "This Idempotency-Key came before with another body. A repeat has the same body; another body needs another key.",
    ),
    "wrong_media_type": (
        "这个地址读不了这种格式的内容。请用 UTF-8 的 JSON 提交，不要压缩。",
        "This address does not read such a body. Send it as JSON in UTF-8, not packed.",
    ),
    "not_found": (
        "没有这个地址或这份内容，或者不归您看：这几种情形的回答都一样。",
        "There is no such address or record, or it is not for you to see: the answers are alike.",
    ),
    "changed": (
        "您看过之后，有人作了决定，或者内容又重新读过。请重新打开，看过再决定。",
        "Somebody decided, or it was read anew, since you looked at it. Open it again before you decide.",
    ),
    "not_allowed": (
        "您的角色不能这样做，或者这个地区不归您。",
        "Your role does not allow this, or the place is not yours.",
    ),
    "not_authenticated": (
        "没有带凭证，或者凭证不对、已过期、已收回。新的凭证由管理员发。",
        "No token came with it, or one that is unknown, expired or revoked. An administrator gives out new ones.",
    ),
    "wrong_method": (
        "这个地址不接受这种请求；回答的 Allow 一栏列出它接受哪些。",
        "This address does not take such requests; the header Allow names those that it takes.",
    ),
    "too_many": (
        "这一小时里请求太多。请等到 Retry-After 所说的秒数之后再试。",
        "There were too many requests in this hour. Wait for as many seconds as Retry-After says.",
    ),
    "too_many_added": (
        "一小时内给同一份举报补充得太多。请过些时候再补充。",
        "More was added to one report in an hour than is taken. Add the rest later.",
    ),
    "no_model": (
        "还没有训练好的模型：triage train 会训练一个。",
        "No trained model is there yet: triage train makes one.",
    ),
    "busy": (
        "同时办的太多，或者别人正占着这里要用的部分。请稍后再试。",
        "Too much is under way, or somebody else holds what this needs. Try again in a moment.",
    ),
    "unavailable": (
        "这里要用的部分没有回应。请稍后再试；/readyz 指出是哪一部分。",
        "A part that this needs does not answer. Try again in a moment; /readyz names the part.",
    ),
    "bad_setup": (
        "设置、密钥、文件或版本互不相符，须由管理员处理：triage doctor 会指出是什么。",
        "Settings, keys, files or versions do not fit together; an administrator has to mend it: triage doctor says what it is.",
    ),
    "wrong_key": (
        "现在的主密钥不是写入这个数据库的那一把，须由管理员换回来。",
        "The master key is not the one this database was written with; an administrator has to bring that one back.",
    ),
    "corrupt": (
        "存下的数据没有通过校验，须由管理员处理：triage doctor 会指出是什么。",
        "Stored data fail their check; an administrator has to mend it: triage doctor says what it is.",
    ),
    "refused": (
        "检索索引不收其中几份举报，再试也一样；其余的照常。/v1/stuck 列出是哪几份。",
        "The search index will not take some of the reports, however often it is tried; the rest goes on. /v1/stuck lists them.",
    ),
    "error": (
        "系统内部出了错，这次的请求没有办成。请稍后再试；一再这样，请把这次的编号（x-request-id）告诉管理员。",
        "Something went wrong here, and this request was not carried out. Try again later; if it stays so, tell an administrator its number (x-request-id).",
    ),
}  # fmt: skip
"""By the code of the problem."""


def reads_pages(scope: Scope) -> bool:
    """Whether a browser asks here for something to show, and not a program for an answer."""
    if scope.get("method") not in {"GET", "HEAD"}:
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def page_of(code: str, status: int, title: str, detail: str) -> str:
    """A problem as a page in both languages; ``detail`` is what is told of this one, in English."""
    chinese, _, english = title.partition(" · ")
    meaning = MEANINGS.get(code, MEANINGS["error"])
    told = {
        "STATUS": f"{status} {current_request()}".strip()
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR
        else str(status),
        "CODE": code,
        "TITLE": chinese,
        "ENGLISH": english,
        "MEANING": meaning[0],
        "MEANT": meaning[1],
        "DETAIL": detail,
    }
    page = _template()
    for name, words in told.items():
        page = page.replace(f"<!-- {name} -->", escape(words))
    return page


@cache
def _template() -> str:
    return (Path(__file__).resolve().parent / "templates" / "problem.html").read_text(encoding="utf-8")
