"""What lets others find us: robots.txt, sitemaps, examples, and the words of our problems."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from fastapi import APIRouter
from pyoxigraph import NamedNode, Triple
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api import problems
from api.linked.identities import METHODS
from api.linked.things import Things
from api.negotiation import caching, not_modified, unchanged, wanted_of, wants_html
from api.pages import Look
from api.rows import value_of
from regiograph.description import VOID, dataset_iri, void
from regiograph.errors import NoSuchThing
from regiograph.questions import Questions
from regiograph.service.counting import counted
from regiograph.service.pool import ClientLeft
from regiograph.store.answers import Triples
from regiograph.store.formats import GRAPHS

MOST_ADDRESSES = 50_000
"""In one sitemap, as its protocol has it."""

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PLACES = (
    "/",
    "/queries",
    "/tables",
    "/ns.html",
    "/code.html",
    "/shapes.html",
    "/alignments.html",
    "/catalog",
)
_CLOSED = ("/sparql", "/desk", "/match", "/reconcile", "/edition/*/sparql")


class Findable:
    """Answers crawlers."""

    def __init__(
        self, look: Look, things: Things, questions: Questions, public: Callable[[Request], str]
    ) -> None:
        self._look = look
        self._things = things
        self._questions = questions
        self._public = public

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        routes: dict[str, Callable[..., Any]] = {
            "/robots.txt": self._robots,
            "/sitemap.xml": self._index,
            "/sitemaps/{number:int}.xml": self._sitemap,
            "/problem/{slug}": self._problem,
            "/examples": self._examples,
            "/.well-known/void": self._void,
        }
        for path, route in routes.items():
            router.add_api_route(path, route, methods=METHODS)
        return router

    async def _robots(self, request: Request) -> Response:
        closed = "".join(f"Disallow: {path}\n" for path in _CLOSED)
        text = f"User-agent: *\n{closed}\nSitemap: {self._public(request)}/sitemap.xml\n"
        return Response(text, headers={"cache-control": "max-age=3600"}, media_type="text/plain")

    async def _index(self, request: Request) -> Response:
        """The sitemap of sitemaps: addresses that are always there, then things, 50 000 each."""
        number = 1 + -(-await self._count(request) // MOST_ADDRESSES)
        public, day = self._public(request), self._things.edition().created[:10]
        entries = "".join(
            f"<sitemap><loc>{escape(public)}/sitemaps/{each}.xml</loc><lastmod>{day}</lastmod></sitemap>"
            for each in range(number)
        )
        return self._sent(request, f'<sitemapindex xmlns="{_SITEMAP}">{entries}</sitemapindex>')

    async def _sitemap(self, request: Request, number: int) -> Response:
        try:
            paths = await self._of_things(request, number) if number else self._always()
        except ClientLeft:
            return Response(status_code=499)
        if not paths:
            raise NoSuchThing(
                "There is no such sitemap.", where=f"sitemap {number}", way_out="See /sitemap.xml."
            )
        public, day = self._public(request), self._things.edition().created[:10]
        entries = "".join(
            f"<url><loc>{escape(public + quote(path))}</loc><lastmod>{day}</lastmod></url>" for path in paths
        )
        return self._sent(request, f'<urlset xmlns="{_SITEMAP}">{entries}</urlset>')

    def _always(self) -> list[str]:
        reports = (name for name in self._things.edition().documents if name.startswith("reports/"))
        documents = (f"/documents/{name[8:-4]}" for name in reports if name.endswith(".txt"))
        return [*_PLACES, *(f"/queries/{name}" for name in self._questions), *documents]

    async def _of_things(self, request: Request, number: int) -> list[str]:
        question = self._things.question("pages")
        skipped = (number - 1) * MOST_ADDRESSES
        rows = await self._things.rows(request, question, {}, MOST_ADDRESSES, skipped)
        found = (self._things.addresses.local(value_of(row, "thing")) for row in rows)
        return [f"{path}.html" for path in found if path]

    async def _count(self, request: Request) -> int:
        rows = await self._things.rows(request, self._things.question("pages-count"), {}, 1)
        return int(value_of(rows[0], "pages"))

    def _sent(self, request: Request, text: str) -> Response:
        tag = hashlib.sha256(text.encode()).hexdigest()[:32]
        headers = caching(tag, self._things.edition())
        if unchanged(request, headers):
            return not_modified(headers)
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
        return Response(text, headers=headers, media_type="application/xml")

    async def _examples(self) -> Response:
        """The examples stand in a graph of the edition; editors ask for them in SPARQL."""
        return RedirectResponse("/graph/examples", 303)

    async def _void(self, request: Request) -> Response:
        """What the current edition holds, in VoID, and where to get it."""
        edition, base, public = self._things.edition(), self._things.addresses.base, self._public(request)
        format = wanted_of(request, GRAPHS)
        counts = await counted(self._things.front)
        triples = [*void(edition, counts, base=base, endpoint=f"{public}/sparql")]
        dataset = NamedNode(dataset_iri(edition, base))
        for name, target in (
            ("dataDump", f"{public}/dumps/whole.nq.gz"),
            ("exampleResource", f"{base}/id/region/FRH0"),
        ):
            triples.append(Triple(dataset, NamedNode(VOID + name), NamedNode(target)))
        output = BytesIO()
        Triples(triples).write(output, format)
        tag = hashlib.sha256(output.getvalue()).hexdigest()[:32]
        headers = {**caching(tag, edition), "vary": "Accept"}
        if unchanged(request, headers):
            return not_modified(headers)
        return Response(output.getvalue(), headers=headers, media_type=format.media)

    async def _problem(self, request: Request, slug: str) -> Response:
        """What a kind of problem is: every problem document names one as its type."""
        kinds = problems.kinds()
        if slug not in kinds:
            raise NoSuchThing(
                "No problem is called so.", where=slug[:60], way_out=f"There are: {', '.join(kinds)}."
            )
        status, title, meaning = kinds[slug]
        if wants_html(request):
            page = {"title": title, "detail": f"{meaning} It is answered with HTTP status {status}."}
            return self._look.problem(request, 200, page)
        return JSONResponse({"type": slug, "status": status, "title": title, "meaning": meaning})
