"""Archived reports as anyone may read them: `/documents/<name>` is a page, `/documents/<name>.txt` text.

The name is the SHA-256 of the original; where a file holds several reports, each has its own part of it
(`<sha256>-<part>`). Only the public renditions of the current edition are read. A line that is not public is
"[not shown]" there.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.answers.questions import ask
from api.pages import DOCUMENT, SECURITY, Look
from api.rows import Row, value_of
from regiograph.errors import BadParameter, NoSuchThing, RegiographError
from regiograph.questions import Questions
from regiograph.service.pool import ClientLeft

WITHHELD = "[not shown]"
_DIGITS = 64  # of a SHA-256
_REPORTS = "reports"  # the question that knows what the reports are called
_PLACE = ("line", "last", "from", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A passage: lines and columns from 1, the last ones included. Without columns: whole lines."""

    line: int
    last: int
    start: int
    end: int | None

    @classmethod
    def asked(cls, request: Request) -> "Span | None":
        """The passage a request wants marked.

        Raises:
            BadParameter: a place that is not a number from 1.
        """
        given = {name: word for name in _PLACE if (word := request.query_params.get(name))}
        if "line" not in given:
            return None
        for name, word in given.items():
            if not re.fullmatch(r"[1-9][0-9]{0,8}", word):
                raise BadParameter(
                    "This is not a place in a document.",
                    where=f"parameter {name}",
                    way_out="Give a whole number from 1, such as line=85.",
                )
        places = {name: int(word) for name, word in given.items()}
        line = places["line"]
        return cls(
            line=line,
            last=max(line, places.get("last", line)),
            start=places.get("from", 1),
            end=places.get("to"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What people call a report. What is not known is empty."""

    partnership: str = ""
    period: str = ""
    source: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.partnership, self.period)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a document, cut where a passage begins and ends."""

    number: int
    before: str
    marked: str
    after: str
    is_withheld: bool

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read on it."""
        return not (self.before + self.marked + self.after).strip()


def lines(text: str, span: Span | None) -> Iterator[Line]:
    """The lines of a document, with a passage marked.

    >>> [line.marked for line in lines("one\\ntwo three", Span(line=2, last=2, start=5, end=9))]
    ['', 'three']
    """
    for number, line in enumerate(text.split("\n"), 1):
        start, end = len(line), len(line)
        if span and span.line <= number <= span.last:
            start = span.start - 1 if number == span.line else 0
            end = span.end if number == span.last and span.end is not None else len(line)
        yield Line(
            number=number,
            before=line[:start],
            marked=line[start:end],
            after=line[max(start, end) :],
            is_withheld=line.strip() == WITHHELD,
        )


def documents_router(look: Look, questions: Questions) -> APIRouter:
    """The routes of all documents."""
    router = APIRouter()

    async def text(request: Request, name: str) -> Response:
        """The public rendition of an archived report: lines that are not public are replaced."""
        content = await run_in_threadpool(_rendition, look, name)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {**SECURITY, "cache-control": "no-cache", "etag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type="text/plain")

    async def page(request: Request, name: str) -> Response:
        try:
            if parts := _parts(look, name):
                return await choice(request, name, parts)
            content = await run_in_threadpool(_rendition, look, name)
            return await shown(request, name, content.decode())
        except ClientLeft:
            return Response(status_code=499)

    async def choice(request: Request, name: str, parts: list[str]) -> Response:
        named = await _named(look, questions, request)
        found = {part: named.get(part, Named(source=part[len(name) + 1 :])) for part in parts}
        return look.page(request, "documents.html", parts=found, query=request.url.query)

    async def shown(request: Request, name: str, content: str) -> Response:
        span = Span.asked(request)
        found = tuple(lines(content, span))
        return look.page(
            request,
            "document.html",
            name=name,
            sha256=name[:_DIGITS],
            span=span,
            lines=found,
            passage="\n".join(line.marked for line in found if line.marked),
            withheld=sum(line.is_withheld for line in found),
            named=(await _named(look, questions, request)).get(name, Named()),
        )

    router.add_api_route(
        "/documents/{name}.txt",
        text,
        methods=["GET"],
        summary="An archived report, its public lines, as text",
        tags=["documents"],
        operation_id="read_document",
        response_class=Response,
        responses={
            200: {"content": {"text/plain": {}}, "description": "The lines of the report"},
            404: {"content": {"application/problem+json": {}}, "description": "No such document"},
        },
    )
    router.add_api_route("/documents/{name}", page, methods=["GET", "HEAD"], include_in_schema=False)
    return router


def _rendition(look: Look, name: str) -> bytes:
    """The public rendition of a report.

    Raises:
        NoSuchThing: not in this edition.
        NotReady, Damaged: see `regiograph.editions`.
    """
    if not re.fullmatch(DOCUMENT, name):
        raise NoSuchThing(
            "There is no such document.",
            where=name[:80],
            way_out="A document is named by the SHA-256 of its original: see the question “reports”.",
        )
    return look.front.editions.current().document(f"reports/{name}.txt")


def _parts(look: Look, name: str) -> list[str]:
    """The reports in a file that holds several; none for a file that is one report."""
    edition = look.edition()
    if edition is None or f"reports/{name}.txt" in edition.documents or len(name) != _DIGITS:
        return []
    own = (each for each in edition.documents if each.startswith(f"reports/{name}-"))
    return [each.removeprefix("reports/").removesuffix(".txt") for each in own]


async def _named(look: Look, questions: Questions, request: Request) -> dict[str, Named]:
    """What each report is called, by the name of its document; nothing where the store cannot say it now."""
    try:
        found = await ask(look.front, questions.named(_REPORTS), {}, request)
    except RegiographError:
        return {}
    rows: list[Row] = found["results"]["bindings"]
    return {
        value_of(row, "document").rpartition("/")[2]: Named(
            partnership=value_of(row, "partnershipName"),
            period=value_of(row, "periodLabel"),
            source=value_of(row, "sourceLabel"),
        )
        for row in rows
    }
