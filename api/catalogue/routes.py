"""The catalogue over HTTP: `/catalog` and what it names, as data by Accept or suffix, and as pages."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import cast

from fastapi import APIRouter
from pyoxigraph import RdfFormat, Triple
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.catalogue.stock import Stock
from api.negotiation import http_date, not_modified, unchanged, wanted_of, wants_html
from api.pages import Look
from regiograph.catalogue.describe import PAGE, Catalogue
from regiograph.catalogue.page import dataset_page, schema_org
from regiograph.catalogue.sheet import written
from regiograph.dumps.index import Index
from regiograph.errors import BadParameter, NotAcceptable
from regiograph.store.formats import Format, named

DOCUMENTS = (Format.TURTLE, Format.RDF_XML, Format.JSON_LD, Format.N_TRIPLES)

_KEPT = 32  # documents in memory
_RESPONSES: dict[int | str, dict[str, object]] = {
    200: {
        "description": "DCAT-AP 3.0.1",
        "content": {each.names[0]: {} for each in DOCUMENTS} | {"text/html": {}},
    },
    404: {"description": "Not in the catalogue", "content": {"application/problem+json": {}}},
    406: {"description": "No format suits", "content": {"application/problem+json": {}}},
}

Told = Callable[[Catalogue], Iterable[Triple]]


class CatalogueRoutes:
    """Answers for the catalogue. Owns the documents written before."""

    def __init__(self, stock: Stock, look: Look) -> None:
        self._stock = stock
        self._look = look
        self._kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()

    def router(self) -> APIRouter:
        """The routes of the catalogue."""
        router = APIRouter(tags=["catalogue"])
        for suffix in (".{suffix}", ""):  # an id has no dot
            self._add(router, f"/catalog{suffix}", self._catalogue, "The catalogue, page by page")
            self._add(router, f"/catalog/dataset/{{id}}{suffix}", self._dataset, "A dataset")
            self._add(router, f"/catalog/series/{{id}}{suffix}", self._series, "The reports of a partnership")
            self._add(router, f"/catalog/service/{{id}}{suffix}", self._service, "A data service")
            version = f"/catalog/dataset/{{id}}/version/{{edition}}{suffix}"
            self._add(router, version, self._version, "A state of a dataset")
        return router

    def _add(self, router: APIRouter, path: str, route: Callable[..., object], summary: str) -> None:
        listed = "suffix" not in path and "version" not in path
        router.add_api_route(
            path,
            route,
            methods=["GET"],
            summary=summary,
            response_class=Response,
            responses=_RESPONSES,
            include_in_schema=listed,
        )
        router.add_api_route(path, route, methods=["HEAD"], include_in_schema=False)

    async def _catalogue(self, request: Request, page: str = "1", suffix: str = "") -> Response:
        """What there is to have. Long catalogues come in pages, linked with Hydra."""
        number = _number(page)
        catalogue = await self._stock.catalogue(request)
        if is_page(request, suffix):
            return self._shown(request, catalogue, number)
        ending = f".{suffix}" if suffix else ""
        told: Told = lambda one: one.page(number, ending)  # noqa: E731
        return await self._told(request, catalogue, suffix, f"page {number} {ending}", told)

    async def _dataset(self, request: Request, id: str, suffix: str = "") -> Response:
        """One dataset with its files; 410 where it was there once."""
        catalogue = await self._stock.catalogue(request)
        gone = id in catalogue.index.gone
        if is_page(request, suffix) and not gone:
            page = dataset_page(catalogue, id)
            data = json.dumps(schema_org(catalogue, id), ensure_ascii=False).replace("<", "\\u003c")
            return self._look.page(request, "dataset.html", dataset=page, schema=data)
        status = 410 if gone else 200
        return await self._told(
            request, catalogue, suffix, f"dataset {id}", lambda one: one.dataset(id), status
        )

    async def _series(self, request: Request, id: str, suffix: str = "") -> Response:
        """The reports of a partnership, one dataset a period."""
        catalogue = await self._stock.catalogue(request)
        return await self._told(request, catalogue, suffix, f"series {id}", lambda one: one.series(id))

    async def _service(self, request: Request, id: str, suffix: str = "") -> Response:
        """A service that gives data."""
        catalogue = await self._stock.catalogue(request)
        return await self._told(request, catalogue, suffix, f"service {id}", lambda one: one.service(id))

    async def _version(self, request: Request, id: str, edition: int, suffix: str = "") -> Response:
        """A dataset as an edition brought it."""
        catalogue = await self._stock.catalogue(request)
        told: Told = lambda one: one.version(id, edition)  # noqa: E731
        return await self._told(request, catalogue, suffix, f"version {id} {edition}", told)

    def _shown(self, request: Request, catalogue: Catalogue, number: int) -> Response:
        catalogue.page(number)  # a clear word where it has not so many
        own = catalogue.index.shelved[(number - 1) * PAGE : number * PAGE]
        return self._look.page(
            request,
            "catalogue.html",
            title=catalogue.words.say("catalogue", "title")["en"],
            description=catalogue.words.say("catalogue", "description")["en"],
            datasets=[dataset_page(catalogue, one.dataset.id) for one in own],
            number=number,
            pages=catalogue.pages,
            total=len(catalogue.index.shelved),
        )

    async def _told(
        self, request: Request, catalogue: Catalogue, suffix: str, name: str, told: Told, status: int = 200
    ) -> Response:
        format = format_of(request, suffix)
        index = catalogue.index
        key = (str(index.edition), index.hash, catalogue.at.public, name, format.name)
        if (body := self._kept.get(key)) is None:
            body = await run_in_threadpool(lambda: written(told(catalogue), cast(RdfFormat, format.engine)))
            self._kept[key] = body
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return document(request, body, format, index, status=status)


def format_of(request: Request, suffix: str) -> Format:
    """The format of a document: that of its suffix, else the one a client likes best.

    Raises:
        NotAcceptable: none that it comes in.
    """
    if not suffix:
        return wanted_of(request, DOCUMENTS)
    if found := named(suffix, DOCUMENTS):
        return found
    raise NotAcceptable(
        "This is not told in the format asked for.",
        where=f".{suffix[:20]}",
        way_out=f"Ask for one of: {', '.join(each.short for each in DOCUMENTS)}.",
    )


def document(
    request: Request,
    body: bytes,
    format: Format,
    index: Index,
    *,
    status: int = 200,
    cached: str = "no-cache",
) -> Response:
    """A document in RDF; 304 where the client has it already."""
    headers = {
        "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "last-modified": http_date(index.created),
        "vary": "Accept",
        "cache-control": cached,
        "x-content-type-options": "nosniff",
        "regiograph-edition": str(index.edition),
    }
    if status == 200 and unchanged(request, headers):
        return not_modified(headers)
    return Response(body, status, headers, format.media)


def is_page(request: Request, suffix: str) -> bool:
    """Whether a page for people is asked for: by its suffix, or by a browser that gives none."""
    return suffix == "html" or (not suffix and wants_html(request))


def _number(page: str) -> int:
    if not page.isdecimal() or len(page) > 6:
        raise BadParameter("This is no page.", where="parameter page", way_out="Give a number from 1.")
    return int(page)
