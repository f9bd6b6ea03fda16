"""Errors → RFC 9457 problem documents. Every text in them is ours: none comes from a library's exception."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem, StatusProblem
from fastapi_problem.handler import ExceptionHandler, add_exception_handler, new_exception_handler
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from regiograph import errors
from regiograph.errors import RegiographError

MEDIA = "application/problem+json"

STATUS: dict[type[RegiographError], tuple[int, str]] = {
    errors.RegiographError: (500, "Something went wrong"),
    errors.NotReadable: (422, "This file cannot be read"),
    errors.UnknownQuestionnaire: (422, "This is no questionnaire we know"),
    errors.NotRdf: (422, "This is not RDF"),
    errors.BadSettings: (500, "The service is set up wrongly"),
    errors.NotReady: (503, "Nothing is published yet"),
    errors.NoSuchThing: (404, "There is no such thing"),
    errors.Gone: (410, "This was taken away"),
    errors.BadParameter: (422, "A parameter cannot be used"),
    errors.BadQuery: (400, "This query cannot be read"),
    errors.QueryRefused: (403, "This query is not run here"),
    errors.NotAcceptable: (406, "No format on offer suits"),
    errors.QueryTooSlow: (504, "The query took too long"),
    errors.QueryTooLarge: (413, "The query is too large to answer"),
    errors.NoRoom: (507, "No more answers can be kept"),
    errors.TooOften: (429, "Too many answers were frozen"),
    errors.TooBusy: (503, "The service is busy"),
    errors.BeingMade: (503, "Not made yet"),
    errors.Busy: (503, "The archive is busy"),
    errors.DeskClosed: (403, "The review desk is closed"),
    errors.NotAllowed: (401, "The review desk wants a token"),
    errors.Moved: (503, "A new edition was just published"),
    errors.NotStorable: (502, "The engine cannot keep this"),
    errors.Unreachable: (502, "Another service does not answer"),
    errors.Damaged: (500, "Stored data is damaged"),
}

_HTTP = {  # status → title, what is wrong, the way out
    404: ("There is nothing here", "No page has this address.", "Begin at the start page."),
    405: ("This cannot be done here", "This address takes other methods.", "See the Allow header."),
    415: (
        "This content type is not taken",
        "A query is sent as a form or as application/sparql-query, in UTF-8, and not packed.",
        "Set the Content-Type header.",
    ),
}
_HEADERS = {
    503: {"retry-after": "5"},
    429: {"retry-after": "3600"},
    401: {"www-authenticate": 'Bearer realm="desk"'},
}

log = structlog.get_logger()


def problem(error: RegiographError) -> Problem:
    """The problem document of one of our errors."""
    status, title = STATUS[type(error)]
    return _problem(
        title,
        status,
        error.problem,
        error.where,
        error.way_out,
        _slug(type(error)),
        _HEADERS.get(status),
        error.findings,
    )


def http_problem(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem document of a bare HTTP status."""
    phrase = HTTPStatus(status).phrase
    title, wrong, way_out = _HTTP.get(
        status, (phrase, "This request cannot be answered.", "Check the request.")
    )
    return _problem(
        title, status, wrong, "the request", way_out, phrase.lower().replace(" ", "-"), dict(headers or {})
    )


def response(one: Problem, base: str) -> Response:
    """A problem document, ready to send."""
    content = json.dumps(one.marshal(uri=_template(base)), ensure_ascii=False)
    return Response(content, one.status, {**(one.headers or {})}, MEDIA)


def kinds() -> dict[str, tuple[int, str, str]]:
    """Every kind of problem: its status, title and meaning, by the last part of its type."""
    ours = {
        _slug(kind): (status, title, (kind.__doc__ or "").split("\n")[0])
        for kind, (status, title) in STATUS.items()
    }
    bare = {
        HTTPStatus(status).phrase.lower().replace(" ", "-"): (status, title, f"{wrong} {way_out}")
        for status, (title, wrong, way_out) in _HTTP.items()
    }
    fault = (500, _Unexpected.title, "This is a fault of the service, not of your request.")
    unlike = (422, "The request is not as it should be", "See /openapi.json for what is expected.")
    return {**ours, **bare, "bad-request": unlike, "unexpected": fault}


def install(app: FastAPI, base: str) -> None:
    """Makes every failure of an app a problem document."""
    handler = new_exception_handler(
        logger=log,
        unhandled_wrappers={"default": _Unexpected},
        handlers={RegiographError: lambda _handler, _request, error: problem(error)},
        http_exception_handler=_of_http,
        request_validation_handler=_of_validation,
        documentation_uri_template=_template(base),
    )
    add_exception_handler(app, handler)
    app.add_exception_handler(RegiographError, handler)


class _Unexpected(StatusProblem):
    """A fault of ours. What the exception says stays in the log."""

    type_ = "unexpected"
    title = "Something went wrong"
    status = 500

    def __init__(self, _text: str | None = None, **_more: object) -> None:
        super().__init__("This is a fault of the service, not of your request. Try again later.")


def _of_http(_handler: ExceptionHandler, _request: Request, error: HTTPException) -> Problem:
    return http_problem(error.status_code, error.headers)


def _of_validation(_handler: ExceptionHandler, _request: Request, error: RequestValidationError) -> Problem:
    places = ", ".join(" ".join(str(part) for part in one["loc"]) for one in error.errors())
    return _problem(
        "The request is not as it should be",
        422,
        "A part of the request is missing or malformed.",
        places,
        "See /openapi.json for what is expected.",
        "bad-request",
        None,
    )


def _problem(
    title: str,
    status: int,
    wrong: str,
    where: str,
    way_out: str,
    slug: str,
    headers: dict[str, str] | None,
    findings: Sequence[Mapping[str, Any]] = (),
) -> Problem:
    more = {"findings": list(findings)} if findings else {}
    return Problem(
        title,
        type_=slug,
        status=status,
        detail=f"{wrong} {way_out}",
        headers=headers,
        where=where,
        way_out=way_out,
        **more,
    )


def _slug(kind: type[RegiographError]) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in kind.__name__).lstrip("-")


def _template(base: str) -> str:
    return f"{base}/problem/{{type}}"
