"""The vocabulary's own addresses: `/ns`, `/alignments`, `/shapes`, `/code`; and versions (`/ns/0.1.0`)."""

import hashlib
from collections.abc import Mapping

from fastapi import APIRouter
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.linked.identities import METHODS, Identities
from api.linked.thing_pages import FORMATS
from api.linked.things import Things
from api.negotiation import VARY, asked_language, unchanged, wanted
from api.pages import SECURITY, Look
from regiograph.errors import NoSuchThing
from regiograph.linked.addresses import HTML, SUFFIXES, VOCABULARY, parted
from regiograph.linked.description import LICENCE
from regiograph.linked.namespace import Namespace
from regiograph.service.pool import ClientLeft

_TITLES = {
    "ns": "The vocabulary",
    "alignments": "How the vocabulary relates to others",
    "shapes": "What each field of the form needs",
    "code": "Code lists",
}
_MOST_CODES = 1000
_GUIDE_LANGUAGES = ("en", "fr")


class Vocabularies:
    """Answers the addresses of the vocabulary."""

    def __init__(self, look: Look, namespace: Namespace, things: Things) -> None:
        self._look = look
        self._namespace = namespace
        self._things = things

    async def answer(self, request: Request) -> Response:
        """A document of the vocabulary: 303 to a format, or the document in that format."""
        stem, suffix = parted(request.url.path.rstrip("/"))
        name, _, version = stem.strip("/").partition("/")
        versions = await run_in_threadpool(self._namespace.versions, name)
        if version and version not in versions:
            raise NoSuchThing(
                "There is no such version.",
                where=f"{name}/{version[:40]}",
                way_out=f"There are: {', '.join(versions)}.",
            )
        if suffix is None:
            asked = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/{stem.strip('/')}.{wanted(request)}{asked}", 303, {"vary": VARY})
        links = _links(name, version or versions[-1], suffix, f"{VOCABULARY}{stem}")
        if suffix == HTML:
            page = await self._page(request, name, version, versions)
            page.headers.update({"link": links, "vary": VARY})
            return page
        return await self._data(request, name, version if version != versions[-1] else "", suffix, links)

    async def diagram(self, request: Request) -> Response:
        """The picture of the main classes."""
        return _sent(request, await run_in_threadpool(self._namespace.diagram), "image/svg+xml", {})

    async def _data(self, request: Request, name: str, version: str, suffix: str, links: str) -> Response:
        format = SUFFIXES[suffix]
        if format is None:
            raise NoSuchThing("This is no data.", where=name, way_out="Ask for .ttl.")
        body = await run_in_threadpool(self._namespace.data, name, version, format)
        return _sent(request, body, format.media, {"link": links, "vary": VARY})

    async def _page(self, request: Request, name: str, version: str, versions: list[str]) -> Response:
        spoken = asked_language(request)
        content: object = None
        match name:
            case "ns":
                text = await run_in_threadpool(self._namespace.documentation)
                content = Markup(text)  # noqa: S704 - written by docs/make_vocabulary.py
            case "shapes":
                spoken = spoken if spoken in _GUIDE_LANGUAGES else "en"
                content = await run_in_threadpool(self._namespace.guide, spoken)
            case "code":
                content = await self._codes(request, spoken)
        return self._look.page(
            request,
            f"{name}.html",
            title=_TITLES[name],
            here=f"/{name}{f'/{version}' if version else ''}",
            iri=f"{VOCABULARY}/{name}{f'/{version}' if version else ''}",
            version=version or versions[-1],
            versions=versions,
            formats=FORMATS,
            language=spoken,
            content=content,
        )

    async def _codes(self, request: Request, spoken: str) -> dict[str, list[dict[str, str]]]:
        """Codes by the address of their list."""
        question = self._things.question("codes")
        rows = await self._things.rows(request, question, {"language": spoken}, _MOST_CODES)
        found: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            plain = {name: term["value"] for name, term in row.items()}
            plain |= {
                name: self._things.addresses.local(plain[name]) or plain[name] for name in ("list", "code")
            }
            found.setdefault(plain["list"], []).append(plain)
        return found


def namespace_router(vocabularies: Vocabularies, identities: Identities) -> APIRouter:
    """The routes of the vocabulary; a code and its list are things like others."""
    router = APIRouter(tags=["vocabulary"], include_in_schema=False)

    async def answer(request: Request) -> Response:
        try:
            return await vocabularies.answer(request)
        except ClientLeft:
            return Response(status_code=499)

    router.add_api_route("/ns/diagram.svg", vocabularies.diagram, methods=METHODS)
    for name in ("ns", "alignments", "shapes"):
        for path in (f"/{name}", f"/{name}/{{version:path}}", *(f"/{name}.{suffix}" for suffix in SUFFIXES)):
            router.add_api_route(path, answer, methods=METHODS)
    for path in ("/code", "/code/", *(f"/code.{suffix}" for suffix in SUFFIXES)):
        router.add_api_route(path, answer, methods=METHODS)
    router.add_api_route("/code/{path:path}", identities.answer, methods=METHODS)
    return router


def _sent(request: Request, body: bytes, media: str, headers: Mapping[str, str]) -> Response:
    """Bytes that are named by their content; 304 where the client has them."""
    tag = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "cache-control": "no-cache"}
    all_headers = {**headers, **tag, "x-content-type-options": SECURITY["x-content-type-options"]}
    if request.headers.get("if-none-match") and unchanged(request, all_headers):
        return Response(status_code=304, headers=all_headers)
    return Response(body, headers=all_headers, media_type=media)


def _links(name: str, version: str, suffix: str, iri: str) -> str:
    links = [f'<{iri}>; rel="cite-as"', f'<{LICENCE}>; rel="license"']
    links.append(f'<{VOCABULARY}/{name}/{version}>; rel="latest-version"')
    for other, format in SUFFIXES.items():
        if other != suffix:
            media = format.names[0] if format else "text/html"
            links.append(
                f'</{name}.{other}>; rel="{"describedby" if format else "alternate"}"; type="{media}"'
            )
    return ", ".join(links)
