"""The change feed over HTTP: `/feed` and its pages, `/changes/<edition>/…`: what came and what went."""

import json
from typing import cast

from fastapi import APIRouter
from pyoxigraph import RdfFormat
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from api.catalogue.routes import document, format_of, is_page
from api.catalogue.stock import Stock
from api.negotiation import http_date, not_modified, unchanged
from api.pages import Look
from regiograph.catalogue.feed import FEED_PREFIXES, Feed
from regiograph.catalogue.sheet import written
from regiograph.dumps.changes import ADDED, REMOVED, EditionChange, patch
from regiograph.dumps.formats import GZIP
from regiograph.dumps.index import Index
from regiograph.errors import NoSuchThing

_FOR_EVER = "public, max-age=31536000, immutable"
_PATCH, _SUMMARY = "patch.rdfp", "change.json"


def feed_router(stock: Stock, look: Look) -> APIRouter:
    """The routes of the feed."""
    router = APIRouter(tags=["catalogue"])

    async def root(request: Request, suffix: str = "") -> Response:
        """The stream of editions, and where its pages are; for people, the newest changes."""
        feed = await stock.feed(request)
        if is_page(request, suffix):
            return _shown(request, look, feed, feed.pages)
        return _told(request, feed, await stock.index(), 0, suffix)

    async def page(request: Request, page: int, suffix: str = "") -> Response:
        """The editions of a page: what each follows, and the files of what it changed."""
        feed = await stock.feed(request)
        if is_page(request, suffix):
            return _shown(request, look, feed, page)
        return _told(request, feed, await stock.index(), page, suffix)

    async def change(request: Request, edition: int, name: str) -> Response:
        """What an edition changed: added.nq.gz, removed.nq.gz, patch.rdfp (both), change.json (counts)."""
        told = _change(await stock.feed(request), edition)
        if name == _SUMMARY:
            return Response(
                json.dumps(told.plain(), ensure_ascii=False, indent=1), media_type="application/json"
            )
        changes = stock.shelf.changes
        if name == _PATCH:
            files = [await run_in_threadpool(changes.file, edition, each) for each in (REMOVED, ADDED)]
            return StreamingResponse(patch(told, *files), media_type="application/rdf-patch")
        path = await run_in_threadpool(changes.file, edition, name)
        file = next(each for each in told.files if each.name == name)
        headers = {
            "etag": f'"{file.sha256}"',
            "last-modified": http_date(told.created),
            "cache-control": _FOR_EVER,
            "x-content-type-options": "nosniff",
        }
        if unchanged(request, headers):
            return not_modified(headers)
        return FileResponse(path, media_type=GZIP, headers=headers)

    for path, route, name in (
        ("/feed.{suffix}", root, ""),
        ("/feed", root, "read_feed"),
        ("/feed/{page}.{suffix}", page, ""),
        ("/feed/{page}", page, "read_feed_page"),
        ("/changes/{edition}/{name}", change, "read_change"),
    ):
        router.add_api_route(
            path,
            route,
            methods=["GET"],
            operation_id=name or None,
            include_in_schema=bool(name),
            summary="The change feed" if "feed" in path else "What an edition changed",
            response_class=Response,
        )
        router.add_api_route(path, route, methods=["HEAD"], include_in_schema=False)
    return router


def _shown(request: Request, look: Look, feed: Feed, number: int) -> Response:
    """The changes of a page of the feed, the newest first."""
    changes = [_shown_change(each) for each in reversed(feed.members(number) if feed.pages else ())]
    return look.page(request, "feed.html", changes=changes, number=number, pages=feed.pages)


def _shown_change(change: EditionChange) -> dict[str, object]:
    quads = {file.name: file.quads for file in change.files}
    return {
        "edition": change.edition,
        "before": change.before,
        "created": change.created,
        "graphs": len(change.graphs),
        "added": quads.get(ADDED, 0),
        "removed": quads.get(REMOVED, 0),
    }


def _told(request: Request, feed: Feed, index: Index, number: int, suffix: str) -> Response:
    format = format_of(request, suffix)
    triples = feed.page(number) if number else feed.root()
    body = written(triples, cast(RdfFormat, format.engine), FEED_PREFIXES)
    full = bool(number) and feed.is_full(number)
    return document(request, body, format, index, cached=_FOR_EVER if full else "no-cache")


def _change(feed: Feed, edition: int) -> EditionChange:
    for change in feed.changes:
        if change.edition == edition:
            return change
    raise NoSuchThing(
        "There is no such change.", where=f"edition {edition}", way_out="See the changes at /feed."
    )
