"""HTML for people: the start page, questions and their answers, errors. Their words are in templates/."""

import hashlib
import inspect
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.asked import Asked
from api.explain import mended
from api.questions import ask, wants_html
from api.rows import Row
from api.rows import value_of as _value
from api.sparql import ClientLeft
from regiograph import __version__, doctor
from regiograph.editions import Manifest
from regiograph.errors import BadParameter, NotReady, RegiographError
from regiograph.iris import XSD
from regiograph.labels import companions
from regiograph.linked.addresses import Addresses
from regiograph.linked.schema_org import dataset
from regiograph.questions import Question, Questions, without_header
from regiograph.service.front import Front
from regiograph.store.tokens import tokens

HEADLINE, TOGETHER, AREAS = "co-leads", "co-leads-strict", "who-is-in-charge"

SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

_HERE = Path(__file__).parent
_MOST_ROWS = 500
_MOST_TOPICS = 8
_NUMBERS = {f"{XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "long", "gYear")}
_CELL_BREAK = "\u2028"  # stands for a line break inside a table cell
_PASSAGE = ("before", "quote", "after")
_LEADING = ("lead", "co-lead")


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
        if not (link := self.local(_value(row, "document"))):
            return ""
        line = _value(row, "line")
        names = {"line": "line", "last": "lastLine", "from": "column", "to": "lastColumn"}
        query = {name: found for name, column in names.items() if (found := _value(row, column))}
        if query.get("last") == line:
            del query["last"]
        return f"{link}?{urlencode(query)}#L{line}" if line else link

    def local(self, iri: str) -> str:
        """The address here of an archived source; empty for every other IRI."""
        found = re.fullmatch(re.escape(self.base) + r"/id/source/([0-9a-f]{64})", iri)
        edition = self.edition()
        if not found or edition is None:
            return ""
        known = any(name.startswith(f"reports/{found[1]}") for name in edition.documents)
        return f"/documents/{found[1]}" if known else ""


# --- the questions ----------------------------------------------------------------------------------


class HtmlPages:
    """Answers browsers: the `Pages` of the questions, and the start page."""

    def __init__(self, look: Look, questions: Questions) -> None:
        self._look = look
        self._questions = questions
        self._addresses = Addresses(look.base)

    def router(self) -> APIRouter:
        """The route of the start page."""
        router = APIRouter()
        router.add_api_route("/", self._home, methods=["GET", "HEAD"], include_in_schema=False)
        return router

    def questions(self, request: Request, questions: Questions) -> Response:
        """The page of all questions."""
        return self._look.page(request, "questions.html", groups=grouped(questions.values()))

    def answer(
        self,
        request: Request,
        asked: Asked,
        outcome: Mapping[str, Any] | RegiographError,
        findings: Sequence[doctor.Finding] = (),
    ) -> Response:
        """The page of one question; what is wrong with a parameter is said beside its field."""
        question, given = asked.question, asked.given
        error = outcome if isinstance(outcome, RegiographError) else None
        table = None if isinstance(outcome, RegiographError) else self.table(outcome)
        fresh = not given and isinstance(error, BadParameter)
        words = {param.name: param.example if fresh else param.default for param in question.params}
        return self._look.page(
            request,
            "question.html",
            status=problems.STATUS[type(error)][0] if error and not fresh else 200,
            question=question,
            words={name: word or "" for name, word in words.items()} | dict(given),
            wrong=None if fresh else _wrong(question, error),
            error=None if fresh else error,
            table=table,
            asked=asked,
            run=None if error else _Run.of(asked),
            findings=[_told(asked, finding) for finding in findings],
            fresh=fresh,
        )

    async def _home(self, request: Request) -> Response:
        try:
            return await self._start(request)
        except ClientLeft:
            return Response(status_code=499)

    async def _start(self, request: Request) -> Response:
        question = self._questions.named(HEADLINE)
        example = next((param.example for param in question.params if param.name == "topic"), None)
        topic = " ".join(request.query_params.get("topic", example or "").split())
        error: RegiographError | None = None
        rows: Sequence[Row] = ()
        together: Sequence[Row] = ()
        if topic:
            try:
                rows = await self._rows(request, HEADLINE, topic=topic)
                together = await self._rows(request, TOGETHER, topic=topic)
            except BadParameter as wrong:
                error = wrong
        findings = [Finding.of(row, self._look.document_link(row)) for row in rows]
        return self._look.page(
            request,
            "home.html",
            status=problems.STATUS[type(error)][0] if error else 200,
            topic=topic,
            error=error,
            areas=tuple(told(rows)),
            findings=findings,
            together=_by_area(together),
            topics=_distinct(await self._rows(request, AREAS), "area"),
            run=_Run.of(Asked(question=question, given={"topic": topic})) if topic and not error else None,
            groups=grouped(each for each in self._questions.values() if each.name != HEADLINE),
            count=len(self._questions),
            most_topics=_MOST_TOPICS if findings else _MOST_ROWS,
            headline=HEADLINE,
            areas_question=AREAS,
        )

    async def _rows(self, request: Request, name: str, **given: str) -> Sequence[Row]:
        found = await ask(self._look.front, self._questions.named(name), given, request)
        rows: list[Row] = found["results"]["bindings"]
        return rows

    def table(self, outcome: Mapping[str, Any]) -> "Table":
        """SPARQL results JSON, ready to be shown."""
        if "boolean" in outcome:
            truth = Cell("yes" if outcome["boolean"] else "no")
            return Table(columns=("Answer",), hidden=(), rows=((truth,),), total=1)
        variables = [str(name) for name in outcome["head"]["vars"]]
        rows: Sequence[Row] = outcome["results"]["bindings"]
        names = companions(outcome)
        shown = [name for name in _shown(variables) if name not in names.values()]
        return Table(
            columns=labels(shown),
            hidden=tuple(
                name
                for name in variables
                if name not in shown and name not in _PASSAGE and name not in names.values()
            ),
            rows=tuple(
                tuple(self._cell(row, name, names.get(name, "")) for name in shown)
                for row in rows[:_MOST_ROWS]
            ),
            total=len(rows),
        )

    def _cell(self, row: Row, name: str, called: str) -> "Cell":
        """A value; an IRI is shown by its name where it has one."""
        term = row.get(name)
        if term is None:
            return Cell("")
        text = term["value"]
        if name == "quote":
            return Cell(text, before=_value(row, "before"), after=_value(row, "after"), is_passage=True)
        if term["type"] == "uri":
            web = text.startswith(("https://", "http://"))
            href = self._look.local(text) or self._addresses.local(text) or (text if web else "")
            known = _value(row, called)
            return Cell(known or text, href=href, is_iri=not known, iri=text)
        href = ""
        if name == "line":
            href = self._look.document_link(row)
        elif name == "sha256":
            href = self._look.local(f"{self._look.base}/id/source/{text}")
        return Cell(text, href=href, is_number=term.get("datatype") in _NUMBERS)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of an answer, ready to be shown."""

    text: str
    href: str = ""
    before: str = ""
    after: str = ""
    is_number: bool = False
    is_iri: bool = False
    iri: str = ""  # what the text is the name of
    is_passage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An answer; of a long one only the first rows."""

    columns: tuple[str, ...]
    hidden: tuple[str, ...]  # what only the data formats show
    rows: tuple[tuple[Cell, ...], ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of the headline answer: who, in which role, and the sentence that says so."""

    region: str
    role: str
    role_code: str  # the last part of the role's IRI: lead, co-lead, lead-support, involved
    period: str
    partnership: str
    area: str
    line: str
    source: str
    before: str
    quote: str
    after: str
    href: str

    @classmethod
    def of(cls, row: Row, href: str) -> "Finding":
        """The finding of a row."""
        return cls(
            region=_value(row, "region"),
            role=_value(row, "role"),
            role_code=_code(row),
            period=_value(row, "period_label"),
            partnership=_value(row, "partnershipName"),
            area=_value(row, "area"),
            line=_value(row, "line"),
            source=_value(row, "source"),
            before=_value(row, "before"),
            quote=_value(row, "quote"),
            after=_value(row, "after"),
            href=href,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What reports of one partnership and period say of one working area, in short."""

    title: str
    partnership: str
    period: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    involved: tuple[str, ...]
    involves_all: bool  # the report says ALL, and names nobody by it


def told(rows: Sequence[Row]) -> Iterator[Area]:
    """The headline answer, area by area."""
    keys = ("area", "partnershipName", "period_label")
    for key in dict.fromkeys(tuple(_value(row, name) for name in keys) for row in rows):
        own = [row for row in rows if tuple(_value(row, name) for name in keys) == key]
        roles = {role: _distinct((row for row in own if _code(row) in role), "region") for role in _ROLES}
        leads, supports, involved = (roles[role] for role in _ROLES)
        yield Area(
            title=key[0],
            partnership=key[1],
            period=key[2],
            leads=leads,
            supports=supports,
            involved=involved,
            involves_all=any(_value(row, "involvesAll") == "true" for row in own),
        )


_ROLES = (_LEADING, ("lead-support",), ("involved",))


def grouped(questions: Iterable[Question]) -> dict[str, list[Question]]:
    """Questions by tag, in the order of the alphabet; one with two tags stands twice."""
    found: dict[str, list[Question]] = {}
    for question in questions:
        for tag in question.tags or ("questions",):
            found.setdefault(tag, []).append(question)
    return dict(sorted(found.items()))


def labels(names: Sequence[str]) -> tuple[str, ...]:
    """The heads of columns. What a column holds goes before how it is called: `roleLabel` is a role.

    >>> labels(["n", "roleLabel", "period_label", "matchedTo"])
    ('N', 'Role', 'Period', 'Matched to')
    >>> labels(["role", "roleLabel"])
    ('Role', 'Role label')
    """
    short = [label(re.sub(r"(?<=.)_?(label|Label|Name)$", "", name)) for name in names]
    return tuple(label(name) if short.count(one) > 1 else one for name, one in zip(names, short, strict=True))


def first_question(summary: str) -> str:
    """The question of a summary, without what is said after it.

    >>> first_question("Who leads? Each with its role")
    'Who leads?'
    """
    asks, mark, _ = summary.partition("?")
    return asks + mark


def label(name: str) -> str:
    """A name of a program as words.

    >>> label("asWritten"), label("sha256")
    ('As written', 'Sha256')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]", " ", name).lower()
    return words[:1].upper() + words[1:]


def series(names: Sequence[str]) -> str:
    """Names as one says them.

    >>> series(["Estonia"]), series(["Brittany", "Estonia", "Wales"])
    ('Estonia', 'Brittany, Estonia and Wales')
    """
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def tabs(text: str) -> Markup:
    """A piece of a report; what parts the cells of a table row, and the lines in a cell, can be seen."""
    lines = [
        Markup('<span class="tab"> / </span>').join(cell.split(_CELL_BREAK)) for cell in text.split("\t")
    ]
    return Markup('<span class="tab"> · </span>').join(lines)


def colored(query: str) -> Markup:
    """A SPARQL query with its kinds of words told apart."""
    pieces: list[Markup] = []
    done = 0
    for token in tokens(query):
        pieces.append(Markup.escape(query[done : token.start]))
        shown = Markup('<span class="{}">{}</span>').format(token.kind, token.text)
        pieces.append(shown if token.kind != "mark" else Markup.escape(token.text))
        done = token.start + len(token.text)
    return Markup("").join([*pieces, Markup.escape(query[done:])])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The query that was run, and where to run it again."""

    query: str
    href: str
    csv: str
    json: str
    xlsx: str

    @classmethod
    def of(cls, asked: Asked) -> "_Run":
        query = without_header(asked.text)
        prefix = f"/edition/{asked.edition}" if asked.edition else ""
        asof = {"asof": asked.asof} if asked.asof else {}
        return cls(
            query=query,
            href=f"{prefix}/sparql?{urlencode({'query': query, 'format': 'json', **asof})}",
            csv=asked.href(suffix=".csv"),
            json=asked.href(suffix=".json"),
            xlsx=asked.href(suffix=".xlsx"),
        )


def _told(asked: Asked, finding: doctor.Finding) -> dict[str, Any]:
    """A finding with the address at which the mended query can be asked."""
    words = mended(asked, finding)
    prefix = f"/edition/{asked.edition}" if asked.edition else ""
    href = asked.href(words=words) if words else ""
    if finding.query and not words:
        href = f"{prefix}/sparql?{urlencode({'query': finding.query, 'format': 'json'})}"
    return {**finding.as_dict(), "href": href, "words": words}


def _wrong(question: Question, error: RegiographError | None) -> str | None:
    """Which parameter an error is about."""
    names = [*(param.name for param in question.params), "asof"]
    return next((name for name in names if error and error.where == f"parameter {name}"), None)


def _shown(variables: Sequence[str]) -> Iterator[str]:
    """The columns a page has: not those that are merged into the quote, or only lead to its place."""
    for name in variables:
        merged = name in ("before", "after") and "quote" in variables
        place = name in ("document", "lastLine", "column", "lastColumn") and "line" in variables
        code = name.endswith("Code") and name.removesuffix("Code") in variables
        if not (merged or place or code):
            yield name


def _by_area(rows: Iterable[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(_value(row, "area"), []).append(_value(row, "region"))
    return found


def _distinct(rows: Iterable[Row], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for row in rows if (value := _value(row, name))))


def _code(row: Row) -> str:
    return _value(row, "roleCode").rpartition("/")[2]


# --- what surrounds them ----------------------------------------------------------------------------


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
