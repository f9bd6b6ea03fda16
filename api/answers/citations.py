"""Citable answers: `POST /answers` freezes one, `/answers/<id>` is where it lasts."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter
from pyoxigraph import RdfFormat, parse
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.answers.asked import Asked
from api.answers.questions import written
from api.answers.table import shown
from api.negotiation import wants_html
from api.openapi import problem_response
from api.pages import Look
from api.sparql.answering import answer
from api.sparql.explain import planned
from regiograph import errors, spreadsheet
from regiograph.archive import Archive
from regiograph.asof import dataset_until
from regiograph.canonical import Change, canonical, change
from regiograph.citations import MEDIA, Citation
from regiograph.errors import BadParameter, BadQuery, NoSuchThing, RegiographError
from regiograph.frozen import Frozen, FrozenAnswers
from regiograph.frozen import Request as Asking
from regiograph.questions import Questions, without_header
from regiograph.service.plan import Plan
from regiograph.service.pool import ClientLeft
from regiograph.settings import Settings
from regiograph.store.answers import Triples
from regiograph.store.formats import GRAPHS, TABLES, Format, named

_LONGEST_QUERY = 20_000
_MOST_BYTES = 200_000
_MOST_SHOWN = 50
_FIELDS = {"question", "query", "edition", "asof"}
_REFUSALS = (
    errors.BadQuery,
    errors.QueryRefused,
    errors.NoSuchThing,
    errors.Gone,
    errors.QueryTooLarge,
    errors.BadParameter,
    errors.TooOften,
    errors.TooBusy,
    errors.QueryTooSlow,
    errors.NoRoom,
)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {
                "schema": {
                    "type": "object",
                    "description": "A question with its parameters, or a query.",
                    "properties": {
                        "question": {"type": "string"},
                        "query": {"type": "string", "maxLength": _LONGEST_QUERY},
                        "edition": {"type": "integer"},
                        "asof": {"type": "string"},
                    },
                    "additionalProperties": {"type": "string"},
                }
            }
            for kind in ("application/json", "application/x-www-form-urlencoded")
        },
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What the current edition says to the same question."""

    edition: int
    change: Change | None  # none: it could not be asked
    problem: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        if self.change is None:
            return {"edition": self.edition, "same": None, "problem": self.problem}
        return {
            "edition": self.edition,
            "same": self.change.is_none,
            "added": list(self.change.added[:_MOST_SHOWN]),
            "removed": list(self.change.removed[:_MOST_SHOWN]),
            "added_count": len(self.change.added),
            "removed_count": len(self.change.removed),
        }


class Citable:
    """Freezes answers, shows them, and asks them again."""

    def __init__(self, look: Look, questions: Questions, settings: Settings) -> None:
        self._front = look.front
        self._look = look
        self._questions = questions
        self._base = settings.base
        self._answers = FrozenAnswers(
            Archive(settings.data), megabytes=settings.freeze_megabytes, hourly=settings.freeze_hourly
        )

    def router(self) -> APIRouter:
        """The routes of frozen answers."""
        router = APIRouter(tags=["answers"])
        router.add_api_route(
            "/answers",
            self.freeze,
            methods=["POST"],
            status_code=201,
            operation_id="freeze_answer",
            summary="Give an answer an address that lasts",
            description="The same answer to the same question of the same edition has the same address.",
            responses={200: {"description": "It was frozen before."}, **problem_response(*_REFUSALS)},
            openapi_extra=_BODY,
        )
        shared: dict[str, Any] = {"responses": problem_response(errors.NoSuchThing, errors.Gone)}
        for path, answering in (("/answers/{id}.{suffix}", self.file), ("/answers/{id}", self.show)):
            router.add_api_route(path, answering, methods=["HEAD"], include_in_schema=False)
        router.add_api_route(
            "/answers/{id}.{suffix}",
            self.file,
            operation_id="download_frozen_answer",
            summary="A frozen answer, or how to cite it, as a file",
            description="json, csv, tsv, xml, xlsx (rows); nt, ttl, rdf, jsonld (triples); bib, ris, csl.",
            **shared,
        )
        router.add_api_route(
            "/answers/{id}",
            self.show,
            operation_id="show_frozen_answer",
            summary="A frozen answer: what was asked, of which edition, and whether it is still the same",
            **shared,
        )
        return router

    async def freeze(self, request: Request) -> Response:
        """Keeps the answer to what the body asks."""
        fields = await _fields(request)
        try:
            frozen, new = await self._freeze(fields, request)
        except ClientLeft:
            return Response(status_code=499)
        where = f"/answers/{frozen.id}"
        if wants_html(request):
            return RedirectResponse(where, 303)
        content = {**frozen.as_dict(), "href": where, "url": f"{self._base}{where}"}
        return JSONResponse(content, 201 if new else 200, headers={"location": where})

    async def show(self, request: Request, id: str) -> Response:
        """One frozen answer, and whether today's edition still gives it."""
        frozen = await asyncio.to_thread(self._answers.find, id)
        body = await asyncio.to_thread(self._answers.body, frozen)
        try:
            today = await self._today(frozen, body, request)
        except ClientLeft:
            return Response(status_code=499)
        citation = self._citation(frozen)
        if wants_html(request):
            return self._page(request, frozen, body, today, citation)
        files = [*_formats(frozen), *MEDIA]
        content = {
            **frozen.as_dict(),
            "url": citation.url,
            "citation": citation.sentence,
            "files": {suffix: f"/answers/{id}.{suffix}" for suffix in files},
            "today": today.as_dict(),
        }
        return JSONResponse(content, headers={"vary": "Accept", "cache-control": "no-cache"})

    async def file(self, request: Request, id: str, suffix: str) -> Response:
        """The answer in a format, or its citation; these bytes never change."""
        frozen = await asyncio.to_thread(self._answers.find, id)
        headers = {
            "etag": f'"{frozen.result_hash[:24]}-{suffix}"',
            "cache-control": "public, max-age=86400",
            "regiograph-edition": str(frozen.edition),
        }
        name = f'attachment; filename="regiograph-{id}.{suffix}"'
        if suffix in MEDIA:
            text = self._citation(frozen).written(suffix)
            return Response(text, headers={**headers, "content-disposition": name}, media_type=MEDIA[suffix])
        body = await asyncio.to_thread(self._answers.body, frozen)
        if suffix == "xlsx" and frozen.format is Format.JSON:
            data = await asyncio.to_thread(self._workbook, frozen, body)
            return Response(
                data, headers={**headers, "content-disposition": name}, media_type=spreadsheet.MEDIA
            )
        format = named(suffix, [one for one in _formats(frozen).values() if one])
        if format is None:
            raise NoSuchThing(
                "There is no such format.",
                where=f"{id}.{suffix}",
                way_out=f"End the address in one of: {', '.join((*_formats(frozen), *MEDIA))}.",
            )
        data = await asyncio.to_thread(_in_format, body, frozen.format, format)
        return Response(data, headers=headers, media_type=format.media)

    async def _freeze(self, fields: Mapping[str, str], request: Request) -> tuple[Frozen, bool]:
        given = {name: word for name, word in fields.items() if name not in _FIELDS}
        edition = _number(fields.get("edition", ""))
        name, asof = fields.get("question", ""), fields.get("asof", "").strip()
        if name:
            text = without_header(self._questions.named(name).asked(given))
        elif given:
            raise BadParameter(
                "Only a named question has parameters.",
                where=f"parameter {next(iter(given))}",
                way_out="Give `question` beside them, or `query` alone.",
            )
        else:
            text = fields.get("query", "").strip()
        if not text or len(text) > _LONGEST_QUERY:
            raise BadQuery(
                "There is no query to freeze the answer of, or one that is too long.",
                where="query",
                way_out=f"Give `question` or `query`, of up to {_LONGEST_QUERY} characters.",
            )
        plan = self._plan(text, edition, asof)
        if plan.tag is None:
            raise BadQuery(
                "This query may answer differently each time.",
                where="the query",
                way_out="Leave out NOW, RAND, UUID and STRUUID.",
            )
        body = (await answer(self._front, plan, request.receive)).body
        asking = Asking(
            edition=plan.edition,
            edition_hash=self._front.manifest(plan.edition).hash,
            query=text,
            question=name,
            parameters={key: word for key, word in given.items() if word},
            asof=asof,
        )
        return await asyncio.to_thread(self._keep, asking, body, plan.format)

    def _keep(self, asking: Asking, body: bytes, format: Format) -> tuple[Frozen, bool]:
        return self._answers.freeze(asking, body, format, canonical(body, format))

    def _plan(self, text: str, edition: int | None, asof: str) -> Plan:
        manifest = self._front.manifest(edition)
        graphs = dataset_until(text, manifest.graphs, asof, self._base) if asof else ()
        scope: dict[str, Any] = {
            "edition": manifest.number,
            "default_graphs": graphs,
            "named_graphs": graphs,
        }
        return planned(self._front, text, scope)

    async def _today(self, frozen: Frozen, body: bytes, request: Request) -> Today:
        number = self._front.current().number
        before = await asyncio.to_thread(canonical, body, frozen.format)
        if number == frozen.edition:
            return Today(edition=number, change=change(before, before))
        try:
            plan = self._plan(frozen.query, None, frozen.asof)
            now = (await answer(self._front, plan, request.receive)).body
            after = await asyncio.to_thread(canonical, now, plan.format)
        except RegiographError as error:
            return Today(edition=number, change=None, problem=error.problem)
        return Today(edition=number, change=change(before, after))

    def _citation(self, frozen: Frozen) -> Citation:
        question = self._questions.get(frozen.question)
        return Citation.of(frozen, question.summary if question else "", self._base)

    def _page(
        self, request: Request, frozen: Frozen, body: bytes, today: Today, citation: Citation
    ) -> Response:
        table = shown(json.loads(body), self._look) if frozen.format is Format.JSON else None
        return self._look.page(
            request,
            "answer.html",
            frozen=frozen,
            table=table,
            triples=body.decode().splitlines()[:_MOST_SHOWN] if table is None else (),
            today=today,
            most=_MOST_SHOWN,
            citation=citation,
            files=list(_formats(frozen)),
            again=self._again(frozen),
            stands=self._stands(frozen.edition),
        )

    def _again(self, frozen: Frozen) -> str:
        """The address at which the question can be asked of today's edition."""
        question = self._questions.get(frozen.question)
        if question is None:
            return ""
        return Asked(question=question, given=frozen.parameters, asof=frozen.asof).href()

    def _stands(self, edition: int) -> bool:
        try:
            self._front.manifest(edition)
        except RegiographError:
            return False
        return True

    def _workbook(self, frozen: Frozen, body: bytes) -> bytes:
        citation = self._citation(frozen)
        about = {
            "question": citation.title,
            "cite as": citation.sentence,
            "edition": str(frozen.edition),
            "hash of the edition": frozen.edition_hash,
            "hash of the answer": frozen.result_hash,
            "query": frozen.query,
        }
        return spreadsheet.workbook(json.loads(body), about, frozen.frozen_at)


async def _fields(request: Request) -> dict[str, str]:
    """What the body says: a form, or a JSON object of texts.

    Raises:
        BadParameter: neither, too long, or something twice.
    """
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _MOST_BYTES:
            raise _bad_body("It is too long.")
    try:
        if "json" in request.headers.get("content-type", ""):
            pairs = list(json.loads(bytes(data)).items())
        else:
            pairs = parse_qsl(
                bytes(data).decode(), keep_blank_values=True, errors="strict", max_num_fields=100
            )
        fields = {str(name): word if isinstance(word, str) else str(word) for name, word in pairs}
    except (ValueError, AttributeError, RecursionError):
        raise _bad_body("It is neither a form nor a JSON object.") from None
    if len(fields) < len(pairs):
        raise _bad_body("Something is given twice.")
    return fields


def _bad_body(problem: str) -> BadParameter:
    return BadParameter(
        f"The body of this request cannot be read. {problem}",
        where="the request",
        way_out="Send question=co-leads&topic=cyber+range, or the same as a JSON object.",
    )


def _number(written: str) -> int | None:
    if not written.strip():
        return None
    if not (written.strip().isascii() and written.strip().isdigit() and len(written) < 10):
        raise BadParameter(
            "This is no edition.", where="parameter edition", way_out="Give its number, such as 1."
        )
    return int(written)


def _formats(frozen: Frozen) -> dict[str, Format | None]:
    """What a frozen answer can be downloaded as, by suffix; a workbook is no format of the engine."""
    if frozen.format is Format.JSON:
        return {**{one.short: one for one in TABLES}, "xlsx": None}
    return {one.short: one for one in GRAPHS}


def _in_format(body: bytes, kept: Format, wanted: Format) -> bytes:
    if kept is wanted:
        return body
    if kept is Format.JSON:
        return written(json.loads(body), wanted)
    output = BytesIO()
    triples = (quad.triple for quad in parse(BytesIO(body), RdfFormat.N_TRIPLES))
    Triples(triples).write(output, wanted)
    return output.getvalue()
