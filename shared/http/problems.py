"""Errors as problem documents (RFC 9457) that name the field, what was wrong, and what is allowed."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from shared.auth.tokens import BadToken
from shared.documents import DocumentsUnavailable
from shared.eventstore import StoreUnavailable
from shared.ids import new_id
from shared.messages import Refused

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)


class Fault(BaseModel):
    """One thing that is wrong: where (dotted path of the field), why, and what was found."""

    field: str
    message: str
    allowed: str | None = None
    found: Any = None


class Problem(BaseModel):
    """RFC 9457. `type` is stable and safe to compare; `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[Fault] = []


def problems(*refusals: type[Refused]) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses=`: the refusals it may answer with, by status."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        said = by_status.setdefault(refusal.status, {"description": ""})
        said["description"] = f"{said['description']} {refusal.title()}".strip()
    return by_status


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The problem as a response."""
    content = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, problem.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let every error of this app leave as a problem document."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(BadToken, _bad_token)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(DocumentsUnavailable, _unavailable)
    app.add_exception_handler(Exception, _broken)


async def _refused(_: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refused)  # noqa: S101 - registered for it
    faults = []
    if refusal.field is not None:
        found = _shortened(jsonable_encoder(refusal.found))
        faults = [Fault(field=refusal.field, message=refusal.detail, allowed=refusal.allowed, found=found)]
    headers = {"Retry-After": "1"} if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE else None
    kind, title = type(refusal), type(refusal).title()
    problem = Problem(type=_kind(kind), title=title, status=kind.status, detail=refusal.detail, errors=faults)
    return answer(problem, headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults = [_fault(one) for one in error.errors()[:50]]
    detail = "; ".join(f"{fault.field}: {fault.message}" for fault in faults[:5])
    title = "What was sent does not have the right form."
    problem = Problem(type="urn:article6:invalid", title=title, status=422, detail=detail, errors=faults)
    return answer(problem)


def _fault(error: Mapping[str, Any]) -> Fault:
    where: Sequence[Any] = error["loc"]
    kind, context = str(error["type"]), error.get("ctx", {})
    path = ".".join(str(part) for part in (where[1:] if where and where[0] == "body" else where)) or "body"
    if kind == "json_invalid":
        # The place of the mistake is a number of characters, which is no field.
        said = f"cannot be read as JSON, at character {where[-1]}: {context.get('error', '')}".rstrip(": ")
        return Fault(field="body", message=said)
    found = None if kind == "missing" else _shortened(_plain(error.get("input")))
    return Fault(field=path, message=_message(kind, str(error["msg"]), found), allowed=_allowed(context), found=found)


_NO_DAY = ("date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact", "date_type")
_BOUNDS = {
    "ge": "{} or more",
    "gt": "more than {}",
    "le": "{} or less",
    "lt": "less than {}",
    "min_length": "a length of {} or more",
    "max_length": "a length of {} or less",
    "pattern": "what fits {}",
}


def _message(kind: str, said: str, found: Any) -> str:
    if kind in _NO_DAY:
        return f"{'this' if found is None else found} is not a day of the calendar; use YYYY-MM-DD"
    if kind == "literal_error" and found is not None:
        return f"{found!r} is not known here"
    if kind == "missing":
        return "is needed, and was not given"
    return said.removeprefix("Value error, ")


def _allowed(context: Mapping[str, Any]) -> str | None:
    if "expected" in context:
        return str(context["expected"])
    bounds = [words.format(context[name]) for name, words in _BOUNDS.items() if context.get(name) is not None]
    return "zero or more" if bounds == ["0 or more"] else " and ".join(bounds) or None


def _plain(value: Any) -> Any:
    # A container would say nothing in a line; a float that is no number has no JSON.
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if isinstance(value, str | int | bool | None) else None


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        # What is echoed must be printable wherever it is read.
        return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value[:200])
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)[:200] if abs(value) < 10**200 else "a very large number"
    return value


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    title = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != title else f"{request.method} {request.url.path}: {title}."
    problem = Problem(type="about:blank", title=title, status=error.status_code, detail=str(detail))
    return answer(problem, error.headers)


async def _bad_token(_: Request, error: Exception) -> JSONResponse:
    title = "You are not signed in."
    problem = Problem(type="urn:article6:not-signed-in", title=title, status=401, detail=str(error))
    return answer(problem, {"WWW-Authenticate": "Bearer"})


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    log.error("store_unavailable", error=str(error))
    title = "Nothing can be written at the moment; what was acknowledged before is safe. Try again."
    problem = Problem(type="urn:article6:store-unavailable", title=title, status=503, detail=title)
    return answer(problem, {"Retry-After": "5"})


async def _broken(request: Request, error: Exception) -> JSONResponse:
    number = new_id()
    log.exception("request_failed", number=number, path=request.url.path, error=type(error).__name__)
    title = "Something broke here. Nothing that was acknowledged is lost."
    detail = f"Please quote {number} when you report this."
    return answer(Problem(type="urn:article6:broken", title=title, status=500, detail=detail, instance=number))


def _kind(refusal: type[Refused]) -> str:
    name = "".join(f"-{c.lower()}" if c.isupper() else c for c in refusal.__name__).lstrip("-")
    return f"urn:article6:{name}"
