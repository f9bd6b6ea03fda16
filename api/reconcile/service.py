"""The Reconciliation Service API v0.2 at `/reconcile`: manifest, queries, suggest, preview, extension."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages import SECURITY, Look
from api.problems import http_problem, response
from api.reconcile.bodies import body_of, form_of, kind_of
from api.reconcile.reconciliation import Reconciliation
from api.sparql.protocol import FORM
from ingest.reconcile import protocol
from ingest.reconcile.schema import Schema
from ingest.reconcile.things import Thing
from regiograph.errors import BadParameter, NoSuchThing
from regiograph.service.pool import ClientLeft

ROOT = "/reconcile"
_MOST_BYTES = 2_000_000  # of a batch, percent-encoded
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*){0,5}", re.ASCII)
_LONGEST_CALLBACK = 128
_SUGGESTIONS = 10
_MOST_SUGGESTIONS = 50
_PREVIEW_SECURITY = {  # a page of any origin may show it in a frame
    **SECURITY,
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *",
}

Fields = Mapping[str, list[str]]
_Suggested = TypeVar("_Suggested")


def reconcile_router(service: Reconciliation, look: Look) -> APIRouter:
    """The routes of the service."""
    router = APIRouter(tags=["reconciliation"])
    _Protocol(service, look).add_to(router)
    return router


class _Protocol:
    """Answers each route of the protocol."""

    def __init__(self, service: Reconciliation, look: Look) -> None:
        self._service = service
        self._schema = service.schema
        self._look = look

    def add_to(self, router: APIRouter) -> None:
        """All routes."""
        told: list[tuple[str, Callable[..., Awaitable[Response]], str, str, list[str]]] = [
            ("", self._get, "reconcile", "The manifest of the reconciliation service, or candidates", _ASKS),
            (
                "/suggest/entity",
                self._entities,
                "suggest_entities",
                "Entities by how their name begins",
                _STARTS,
            ),
            ("/suggest/type", self._types, "suggest_types", "Types by how their name begins", _STARTS),
            ("/suggest/property", self._properties, "suggest_properties", "Properties by name", _STARTS),
            (
                "/flyout/{kind}",
                self._flyout,
                "flyout",
                "A few words on something suggested",
                ["id", "callback"],
            ),
            ("/properties", self._proposed, "propose_properties", "Properties worth a column", _PROPOSES),
            (
                "/preview",
                self._preview,
                "preview",
                "A small page on an entity, to be shown in a frame",
                ["id"],
            ),
            ("/view", self._view, "view", "Leads to an entity", ["id"]),
            ("/features/{feature}", self._feature, "feature", "Leads to what a matching feature means", []),
        ]
        for path, answer, name, summary, parameters in told:
            router.add_api_route(
                ROOT + path,
                answer,
                methods=["GET"],
                operation_id=name,
                summary=summary,
                response_class=Response,
                responses=_PROBLEMS,
                openapi_extra={"parameters": [_parameter(each) for each in parameters]},
            )
        router.add_api_route(
            ROOT,
            self._post,
            methods=["POST"],
            operation_id="reconcile_batch",
            summary="Candidates for names (`queries`), or values of entities (`extend`)",
            response_class=Response,
            responses=_PROBLEMS,
            openapi_extra={"requestBody": {"content": {FORM: {"schema": _FORM_SCHEMA}}}},
        )
        router.add_api_route(ROOT, _options, methods=["OPTIONS"], include_in_schema=False)
        router.add_api_route(ROOT + "/{rest:path}", _options, methods=["OPTIONS"], include_in_schema=False)

    async def _get(self, request: Request) -> Response:
        return await self._answered(request, form_of(request.url.query))

    async def _post(self, request: Request) -> Response:
        if kind_of(request) != FORM:
            return response(http_problem(415), self._service.settings.base)
        try:
            body = await body_of(request, _MOST_BYTES)
        except ClientLeft:
            return Response(status_code=499)
        return await self._answered(request, {**form_of(request.url.query), **form_of(body)})

    async def _answered(self, request: Request, fields: Fields) -> Response:
        """What the fields ask for: candidates, values, or, where they ask for nothing, the manifest."""
        if text := _one(fields, "queries"):
            found = await self._found(text)
        elif text := _one(fields, "query"):
            (candidates,) = await self._service.pool.find(
                self._service.edition(), [protocol.read_query(text)]
            )
            found = protocol.results({"q": candidates}, self._schema)["q"]
        elif text := _one(fields, "extend"):
            asked = protocol.read_extension(text, self._schema)
            values = await self._service.pool.extend(self._service.edition(), asked)
            found = protocol.extension(asked, values, self._schema)
        else:
            settings = self._service.settings
            found = protocol.manifest(settings.base, _here(request), self._schema, settings.reconcile_batch)
        return self._json(found, fields)

    async def _found(self, text: str) -> dict[str, Any]:
        batch = protocol.read_queries(text, self._service.settings.reconcile_batch)
        found = await self._service.pool.find(self._service.edition(), list(batch.values())) if batch else []
        return protocol.results(dict(zip(batch, found, strict=True)), self._schema)

    # --- suggesting

    async def _entities(self, request: Request) -> Response:
        fields = form_of(request.url.query)
        types = frozenset(
            known.id if (known := self._schema.type(each)) else each
            for each in fields.get("type", ())
            if each
        )
        prefix = _one(fields, "prefix")
        found = await self._service.pool.complete(self._service.edition(), prefix, types) if prefix else []
        return self._json(protocol.suggested_entities(_page(found, fields), self._schema), fields)

    async def _types(self, request: Request) -> Response:
        fields = form_of(request.url.query)
        found = protocol.suggested_types(_one(fields, "prefix"), self._schema)
        return self._json({"result": _page(found["result"], fields)}, fields)

    async def _properties(self, request: Request) -> Response:
        fields = form_of(request.url.query)
        found = protocol.suggested_properties(_one(fields, "prefix"), self._schema)
        return self._json({"result": _page(found["result"], fields)}, fields)

    async def _flyout(self, request: Request, kind: str) -> Response:
        fields = form_of(request.url.query)
        id = _one(fields, "id")
        if kind == "entity":
            thing = await self._service.thing(id)
            return self._json(protocol.flyout(id, thing.name, thing.description), fields)
        kinds: dict[str, Any] = {"type": self._schema.types, "property": self._schema.properties}
        known = kinds.get(kind, {})
        if id not in known:
            raise NoSuchThing(
                "There is nothing of this id.", where=f"id {id[:120]}", way_out="Suggest one first."
            )
        return self._json(protocol.flyout(id, known[id].name, known[id].description), fields)

    async def _proposed(self, request: Request) -> Response:
        fields = form_of(request.url.query)
        wanted = _one(fields, "type")
        known = self._schema.type(wanted)
        limit = _number(fields, "limit", least=1) if _one(fields, "limit") else None
        return self._json(protocol.proposed(known.id if known else wanted, limit, self._schema), fields)

    # --- pages

    async def _preview(self, request: Request) -> Response:
        thing = await self._service.thing(_one(form_of(request.url.query), "id"))
        page = self._look.page(request, "preview.html", thing=thing, facts=facts(thing, self._schema))
        page.headers.update(_PREVIEW_SECURITY)
        return page

    async def _view(self, request: Request) -> Response:
        thing = await self._service.thing(_one(form_of(request.url.query), "id"))
        return RedirectResponse(address_of(thing), 303)

    async def _feature(self, feature: str) -> Response:
        pid = feature.removeprefix("property_")
        if feature not in self._schema.features and (pid == feature or pid not in self._schema.properties):
            raise NoSuchThing(
                "There is no such feature.",
                where=f"feature {feature[:80]}",
                way_out=f"One of: {', '.join(self._schema.features)}.",
            )
        return RedirectResponse(f"{ROOT}/list#{'property' if pid != feature else feature}", 303)

    def _json(self, content: Mapping[str, Any], fields: Fields) -> Response:
        """JSON, or a call with it for old clients."""
        text = json.dumps(content, ensure_ascii=False)
        headers = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        if edition := self._look.edition():
            headers["regiograph-edition"] = str(edition.number)
        if not (callback := _one(fields, "callback")):
            return Response(text, headers=headers, media_type="application/json")
        if len(callback) > _LONGEST_CALLBACK or not _CALLBACK.fullmatch(callback):
            raise BadParameter(
                "This is no name of a function.", where="parameter callback", way_out="Example: jsonp123."
            )
        safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        return Response(f"/**/{callback}({safe});", headers=headers, media_type="application/javascript")


def address_of(thing: Thing) -> str:
    """Where a thing is told of: its page here, or its own address elsewhere."""
    return thing.iri if "://" in thing.id else f"/id/{quote(thing.id)}"


def facts(thing: Thing, schema: Schema) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is known of a thing: properties by name, their values, the ids of those that are things."""
    told = []
    for pid, values in thing.values.items():
        texts = dict.fromkeys((value.text, value.ref) for value in values)
        told.append((schema.properties[pid].name, list(texts)))
    return told


async def _options() -> Response:
    return Response(status_code=204, headers={"allow": "GET, HEAD, POST, OPTIONS"})


def _here(request: Request) -> str:
    return str(request.base_url).rstrip("/") + ROOT


def _one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _number(fields: Fields, name: str, *, least: int = 0) -> int:
    written = _one(fields, name)
    if not re.fullmatch(r"\d{1,6}", written, re.ASCII) or int(written) < least:
        raise BadParameter(
            "This is not a whole number that can be used.",
            where=f"parameter {name}",
            way_out=f"Give one from {least}.",
        )
    return int(written)


def _page(found: list[_Suggested], fields: Fields) -> list[_Suggested]:
    """Some of what was found, from the cursor on."""
    begin = _number(fields, "cursor") if _one(fields, "cursor") else 0
    most = _number(fields, "limit", least=1) if _one(fields, "limit") else _SUGGESTIONS
    return found[begin : begin + min(most, _MOST_SUGGESTIONS)]


# --- what OpenAPI says --------------------------------------------------------------------------------

_ASKS = ["queries", "query", "extend", "callback"]
_STARTS = ["prefix", "type", "cursor", "limit", "callback"]
_PROPOSES = ["type", "limit", "callback"]
_WORDS = {
    "queries": "A batch of reconciliation queries, as JSON",
    "query": "One query as JSON, or a bare name",
    "extend": "A data extension query, as JSON",
    "callback": "A function to call with the answer (JSONP, for old clients)",
    "prefix": "How the name begins",
    "type": "Id of a type",
    "cursor": "How many to skip",
    "limit": "How many at most",
    "id": "An id, such as region/FRH0",
}
_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {**_PROBLEM, "description": "There is no such thing"},
    413: {**_PROBLEM, "description": "More than is taken at once"},
    422: {**_PROBLEM, "description": "Not as the protocol has it"},
    503: {**_PROBLEM, "description": "Busy, or nothing is published yet"},
    504: {**_PROBLEM, "description": "Stopped at its deadline"},
}
_FORM_SCHEMA = {
    "type": "object",
    "properties": {name: {"type": "string", "description": _WORDS[name]} for name in ("queries", "extend")},
}


def _parameter(name: str) -> dict[str, Any]:
    kind = "integer" if name in ("cursor", "limit") else "string"
    return {"name": name, "in": "query", "description": _WORDS[name], "schema": {"type": kind}}
