"""The start page: the headline question, answered with the sentence that says so, area by area."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.answers.asked import Asked
from api.answers.pages import Run, grouped
from api.answers.questions import ask
from api.answers.table import MOST_ROWS
from api.pages import Look
from api.rows import Row, value_of
from regiograph.errors import BadParameter, RegiographError
from regiograph.questions import Questions
from regiograph.service.pool import ClientLeft

HEADLINE, TOGETHER, AREAS = "co-leads", "co-leads-strict", "who-is-in-charge"

_MOST_TOPICS = 8
_LEADING = ("lead", "co-lead")
_ROLES = (_LEADING, ("lead-support",), ("involved",))


class Home:
    """Answers `/`."""

    def __init__(self, look: Look, questions: Questions) -> None:
        self._look = look
        self._questions = questions

    def router(self) -> APIRouter:
        """The route of the start page."""
        router = APIRouter()
        router.add_api_route("/", self._home, methods=["GET", "HEAD"], include_in_schema=False)
        return router

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
            run=Run.of(Asked(question=question, given={"topic": topic})) if topic and not error else None,
            groups=grouped(each for each in self._questions.values() if each.name != HEADLINE),
            count=len(self._questions),
            most_topics=_MOST_TOPICS if findings else MOST_ROWS,
            headline=HEADLINE,
            areas_question=AREAS,
        )

    async def _rows(self, request: Request, name: str, **given: str) -> Sequence[Row]:
        found = await ask(self._look.front, self._questions.named(name), given, request)
        rows: list[Row] = found["results"]["bindings"]
        return rows


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
            region=value_of(row, "region"),
            role=value_of(row, "role"),
            role_code=_code(row),
            period=value_of(row, "period_label"),
            partnership=value_of(row, "partnershipName"),
            area=value_of(row, "area"),
            line=value_of(row, "line"),
            source=value_of(row, "source"),
            before=value_of(row, "before"),
            quote=value_of(row, "quote"),
            after=value_of(row, "after"),
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
    for key in dict.fromkeys(tuple(value_of(row, name) for name in keys) for row in rows):
        own = [row for row in rows if tuple(value_of(row, name) for name in keys) == key]
        roles = {role: _distinct((row for row in own if _code(row) in role), "region") for role in _ROLES}
        leads, supports, involved = (roles[role] for role in _ROLES)
        yield Area(
            title=key[0],
            partnership=key[1],
            period=key[2],
            leads=leads,
            supports=supports,
            involved=involved,
            involves_all=any(value_of(row, "involvesAll") == "true" for row in own),
        )


def _by_area(rows: Iterable[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(value_of(row, "area"), []).append(value_of(row, "region"))
    return found


def _distinct(rows: Iterable[Row], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for row in rows if (value := value_of(row, name))))


def _code(row: Row) -> str:
    return value_of(row, "roleCode").rpartition("/")[2]
