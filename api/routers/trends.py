"""The monthly report: JSON of the document, and the files made of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.deps import Serving, Staff
from api.schemas.problems import problems
from triage.trends.document import Tongue
from triage.trends.document_form import document_bytes, schema
from triage.trends.rendering import Form
from triage.trends.reports import files_for, own_place, report_of

router = APIRouter(prefix="/v1/trends", tags=["staff"])
_MEDIA = {
    Form.HTML: "text/html; charset=utf-8",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSON: "application/json",
}
_FAULTS = problems(401, 403, 404, 422, 503)
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in _MEDIA.values()}, "description": "文件 · the file"}
}
_TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object", "description": "GET /v1/trends/schema tells it"}}
        },
        "description": "月报 · the report",
    }
}
Month = Annotated[str, Query(description="收到月份 · month of receipt, like 2019-11")]
Place = Annotated[
    str | None, Query(description="地区代码或名称 · a division's code or name; default: that of the token")
]
Revision = Annotated[int | None, Query(ge=1, description="第几版 · this revision of a closed month, not the newest")]
Language = Annotated[Tongue, Query(description="语言 · zh or en")]


@router.get(
    "",
    summary="月报 · The monthly report",
    description="Closed as it was closed, else as counted now; analysts get figures alone. Small cells are hidden.",
    response_class=Response,
    responses={**_TOLD, **_FAULTS},
)
def trends(access: Staff, service: Serving, month: Month, place: Place = None, revision: Revision = None) -> Response:
    """The document as JSON, in both languages."""
    document = report_of(service.store, access, month, _place(service, access, place), revision)
    return Response(document_bytes(document), media_type=_MEDIA[Form.JSON])


@router.get("/schema", summary="月报的 JSON 模式 · JSON schema of the monthly report", responses=problems(401))
def form(access: Staff) -> dict[str, object]:  # noqa: ARG001  # a token is asked for, as everywhere here
    """The schema of the document."""
    return schema()


@router.get(
    "/{month}.{form}",
    summary="月报文件 · The monthly report as a file",
    description="HTML, DOCX, XLSX or JSON; those of a closed month are the same byte for byte each time.",
    response_class=Response,
    responses={**_FILE, **_FAULTS},
)
def file(
    access: Staff,
    service: Serving,
    month: str,
    form: Form,
    place: Place = None,
    language: Language = Tongue.ZH,
    revision: Revision = None,
) -> Response:
    """One file, to be saved."""
    where = _place(service, access, place)
    made = files_for(service.store, access, month, where, forms=(form,), tongues=(language,), revision=revision)
    ((name, data),) = made.items()
    return Response(
        data, media_type=_MEDIA[form], headers={"Content-Disposition": f'attachment; filename="triage_{name}"'}
    )


def _place(service: Serving, access: Staff, given: str | None) -> str:
    return given if given is not None else own_place(service.store, access)
