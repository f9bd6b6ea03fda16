"""The addresses of things, `/id/…`: a thing answers 303 to its page or its data.

`/id/region/FRH0` is the region, `/id/region/FRH0.html` a page on it, `.ttl`, `.jsonld`, `.rdf` and `.nt` are
data. What was merged or recoded answers 301, what only earlier editions told of 410.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.linked.thing_pages import ThingPages, next_query
from api.linked.things import Things, Wanted
from api.negotiation import VARY, asked_language, caching, not_modified, unchanged, wanted
from api.pages import SECURITY
from api.sparql.answering import answered
from regiograph.errors import NoSuchThing
from regiograph.linked.addresses import HTML, SUFFIXES, parted
from regiograph.linked.description import LICENCE, Card, Description
from regiograph.linked.schema_org import schema_type
from regiograph.service.pool import ClientLeft

METHODS = ["GET", "HEAD"]
_PROBLEM: dict[str, object] = {"application/problem+json": {}}


class Identities:
    """Answers the addresses of things."""

    def __init__(self, things: Things, pages: ThingPages) -> None:
        self._things = things
        self._pages = pages

    async def answer(self, request: Request, path: str) -> Response:
        """A thing, or a document about one."""
        try:
            return await self._answer(request)  # by the whole path, of which `path` is the end
        except ClientLeft:
            return Response(status_code=499)

    async def _answer(self, request: Request) -> Response:
        path, suffix = parted(request.url.path)
        thing = Wanted(
            thing=self._things.addresses.iri(path),
            language=asked_language(request),
            after=request.query_params.get("after", ""),
        )
        if suffix is None:
            return await self._thing(request, path, thing)
        tag = self._things.tag(thing, suffix)
        headers = {**caching(tag, self._things.edition()), "vary": VARY}
        if suffix != HTML and unchanged(request, headers):
            return not_modified(headers)
        if suffix != HTML and self._things.is_graph(thing.thing):
            return await self._graph(request, thing.thing, suffix)
        told = await self._things.describe(request, thing)
        headers |= {"link": self._links(path, suffix, thing, told)}
        if suffix == HTML:
            page = await self._pages.page(request, thing, told)
            page.headers.update({"vary": VARY, "link": headers["link"]})
            return page
        return self._data(suffix, path, thing, told, headers)

    async def _thing(self, request: Request, path: str, thing: Wanted) -> Response:
        """303 to a document about the thing; 301 where another stands for it."""
        told = await self._things.describe(request, thing)
        headers = {"vary": VARY, "cache-control": "no-cache"}
        if new := told.replaced_by():
            here = self._things.addresses.local(new)
            return RedirectResponse(here or new, 301, headers)  # a merge may be undone: not cached
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{quote(path)}.{wanted(request)}{asked}", 303, headers)

    async def _graph(self, request: Request, graph: str, suffix: str) -> Response:
        """The statements of a named graph, as the SPARQL protocol identifies graphs directly."""
        text = self._things.question("graph").asked({"graph": graph})
        plan = self._things.front.plan(text, format=suffix)
        return await answered(self._things.front, plan, request.headers, request.receive)

    def _data(
        self, suffix: str, path: str, thing: Wanted, told: Description, headers: Mapping[str, str]
    ) -> Response:
        format = SUFFIXES[suffix]
        if format is None:
            raise NoSuchThing("This is no data.", where=path, way_out="Ask for .ttl.")
        base, edition = self._things.addresses.base, self._things.edition()
        document = f"{base}{path}.{suffix}"
        following = next_query(told, thing)
        card = Card(
            document=document + (f"?{urlencode({'after': thing.after})}" if thing.after else ""),
            edition=f"{base}/edition/{edition.number}",
            modified=edition.created,
            next=f"{document}?{following}" if following else None,
        )
        security = {"x-content-type-options": SECURITY["x-content-type-options"]}
        return Response(told.write(format, card), headers={**headers, **security}, media_type=format.media)

    def _links(self, path: str, suffix: str, thing: Wanted, told: Description) -> str:
        """Link headers: the thing itself, its other documents, the licence, the next mentions."""
        links = [
            f'<{thing.thing}>; rel="cite-as"',
            f'<{thing.thing}>; rel="about"',
            f'<https://schema.org/{schema_type(told)}>; rel="type"',
            f'<{LICENCE}>; rel="license"',
            '</catalog>; rel="collection"; type="text/html"',
        ]
        for item in self._pages.items(told):
            links.append(f'<{item}>; rel="item"; type="text/plain"')
        for other, format in SUFFIXES.items():
            if other != suffix:
                media = format.names[0] if format else "text/html"
                rel = "describedby" if format else "alternate"
                links.append(f'<{path}.{other}>; rel="{rel}"; type="{media}"')
        if following := next_query(told, thing):
            links.append(f'<{path}.{suffix}?{following}>; rel="next"')
        return ", ".join(links)


def identities_router(identities: Identities) -> APIRouter:
    """The routes of all addresses of things."""
    router = APIRouter(tags=["identities"])
    router.add_api_route(
        "/id/{path:path}",
        identities.answer,
        methods=["GET"],
        response_class=Response,
        operation_id="describe_thing",
        summary="What is told of a thing",
        description=(
            "The thing itself answers 303; with a suffix (.html, .ttl, .jsonld, .rdf, .nt) the address "
            "is that of a document."
        ),
        status_code=200,
        responses={
            303: {"description": "A document about the thing, in the format that Accept likes best"},
            301: {"description": "Another thing stands for this one"},
            404: {"content": _PROBLEM, "description": "Nothing is told of it"},
            406: {"content": _PROBLEM, "description": "Not in this format"},
            410: {"content": _PROBLEM, "description": "Only earlier editions told of it"},
        },
    )
    router.add_api_route("/id/{path:path}", identities.answer, methods=["HEAD"], include_in_schema=False)
    for room in ("graph", ".well-known/genid"):
        router.add_api_route(
            f"/{room}/{{path:path}}", identities.answer, methods=METHODS, include_in_schema=False
        )
    return router
