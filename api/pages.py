"""HTML for people: how every page looks, and problems as pages. Their words are in templates/."""

import hashlib
import inspect
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.negotiation import wants_html
from api.rows import Row, value_of
from api.wording import colored, first_question, label, series, tabs
from regiograph import __version__
from regiograph.editions import Manifest
from regiograph.errors import NotReady
from regiograph.linked.schema_org import dataset
from regiograph.service.front import Front

SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

DOCUMENT = r"[0-9a-f]{64}(?:-[a-z0-9-]{1,80})?"
"""What a report is called: the SHA-256 of its file; where that holds several, with what tells them apart."""

_HERE = Path(__file__).parent


class Look:
    """Turns values into responses: owns the templates, and the headers that every page has."""

    def __init__(self, front: Front, base: str) -> None:
        self.front = front
        self.base = base
        self.style = hashlib.sha256((_HERE / "static" / "site.css").read_bytes()).hexdigest()[:12]
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"tabs": tabs, "series": series, "sparql": colored}
        self._templates.filters |= {"label": label, "question": first_question}
        self._templates.globals |= {"style": self.style, "version": __version__}
        self._templates.globals |= {"as_dataset": partial(dataset, base)}

    def page(self, request: Request, template: str, *, status: int = 200, **values: object) -> Response:
        """A page of the current edition; 304 where the browser has it already."""
        edition = self.edition()
        text = self._templates.get_template(template).render(edition=edition, path=request.url.path, **values)
        headers = {**SECURITY, "vary": "Accept", "cache-control": "no-store"}
        if edition is not None and status == 200:
            tag = f'"{edition.number}-{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
            headers |= {
                "etag": tag,
                "cache-control": "no-cache",
                "regiograph-edition": str(edition.number),
            }
            if tag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
        return Response(text, status, headers, "text/html")

    def edition(self) -> Manifest | None:
        """The current edition; none before the first."""
        try:
            return self.front.current()
        except NotReady:
            return None

    def problem(self, request: Request, status: int, content: Mapping[str, Any]) -> Response:
        """The page of a problem document."""
        way_out = str(content.get("way_out") or "")
        wrong = str(content.get("detail") or "").removesuffix(way_out).strip()
        title = str(content.get("title") or "This did not work")
        where = content.get("where")
        return self.page(
            request,
            "problem.html",
            status=status,
            title=title,
            wrong=wrong,
            where=where,
            way_out=way_out,
            findings=content.get("findings") or (),
        )

    def document_link(self, row: Row) -> str:
        """The address of the passage a row was read from; empty where a row names none."""
        if not (link := self.local(value_of(row, "document"))):
            return ""
        line = value_of(row, "line")
        names = {"line": "line", "last": "lastLine", "from": "column", "to": "lastColumn"}
        query = {name: found for name, column in names.items() if (found := value_of(row, column))}
        if query.get("last") == line:
            del query["last"]
        return f"{link}?{urlencode(query)}#L{line}" if line else link

    def local(self, iri: str) -> str:
        """The address here of an archived source; empty for every other IRI."""
        found = re.fullmatch(f"{re.escape(self.base)}/id/source/({DOCUMENT})", iri)
        edition = self.edition()
        if not found or edition is None:
            return ""
        known = any(name.startswith(f"reports/{found[1]}") for name in edition.documents)
        return f"/documents/{found[1]}" if known else ""


class HtmlProblems:
    """Problem documents become pages for those who would rather have HTML."""

    def __init__(self, app: ASGIApp, look: Look) -> None:
        self._app = app
        self._look = look

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        held: Message | None = None
        body = bytearray()

        async def send_page(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_problem(message) and wants_html(request):
                held = message
            elif held is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    page = _as_page(self._look, request, held["status"], bytes(body), dict(held["headers"]))
                    await page(scope, receive, send)

        await self._app(scope, receive, send_page)


def install(app: FastAPI, look: Look) -> None:
    """Serves the style sheet, and gives faults a page too: those are answered outside of all middleware."""
    app.mount("/static", Static(look.style))
    fault = app.exception_handlers[Exception]
    app.add_exception_handler(Exception, _faults(look, fault))


def _faults(
    look: Look, fault: Callable[[Request, Exception], Any]
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, error: Exception) -> Response:
        found = fault(request, error)
        response: Response = await found if inspect.isawaitable(found) else found
        if not wants_html(request):
            return response
        return _as_page(look, request, response.status_code, bytes(response.body), {})

    return handler


class Static(StaticFiles):
    """The files of static/, kept for good by browsers that ask for them by digest (`?v=`)."""

    def __init__(self, digest: str) -> None:
        super().__init__(directory=_HERE / "static")
        self._digest = digest

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        asked = f"v={self._digest}".encode() == scope["query_string"]
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if asked else "no-cache"
        response.headers["x-content-type-options"] = "nosniff"
        return response


def _is_problem(message: Message) -> bool:
    kinds = (value for name, value in message["headers"] if name.lower() == b"content-type")
    return any(kind.startswith(problems.MEDIA.encode()) for kind in kinds)


def _as_page(
    look: Look, request: Request, status: int, body: bytes, headers: Mapping[bytes, bytes]
) -> Response:
    page = look.problem(request, status, json.loads(body or b"{}"))
    for name in ("allow", "retry-after"):
        if name.encode() in headers:
            page.headers[name] = headers[name.encode()].decode()
    return page
