"""The app: which routers there are, and what starts and stops with it. Translates; decides nothing."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from api import operations, pages, problems
from api.catalogue import CatalogueRoutes
from api.citations import Citable
from api.desk import desk_router
from api.documents import documents_router
from api.dumps import DumpRoutes
from api.editions import editions_router
from api.feed import feed_router
from api.graphs import GraphStore
from api.linked import linked_routers
from api.match_pages import MatchPages
from api.matches import Matchmaker, MatchRoutes
from api.questions import questions_router
from api.reconcile import Reconciliation, reconcile_router
from api.reconcile_list import lists_router
from api.sparql import SparqlEndpoint, note_client
from api.stock import Stock
from regiograph import __version__
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.service.coding import SHORTEST
from regiograph.service.front import Front
from regiograph.settings import Settings

OPEN_PATHS = (
    "/queries",
    "/edition",
    "/catalog",
    "/changes",
    "/feed",
    "/dumps",
    "/id/",
    "/graph/",
    "/ns",
    "/code",
    "/shapes",
    "/alignments",
    "/tables",
    "/org",
    "/.well-known/",
    "/match",
    "/reconcile",
    "/answers",
)  # any web page may read these


def create_app(settings: Settings, queries: Path | None = None) -> FastAPI:
    """The whole service. Workers start before the first request is taken."""
    front = Front(settings)
    stock = Stock(front, settings)
    matchmaker = Matchmaker(front, settings)
    reconciliation = Reconciliation(front, settings)
    questions = Questions.read(queries or room("queries"), Iris(settings.base))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await front.start()
            _let_rest()
            yield
        finally:
            await matchmaker.close()
            await stock.close()
            await reconciliation.pool.close()
            await front.close()

    app = FastAPI(
        title="Regiograph",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.front = front
    app.state.questions = questions
    endpoint, graphs = SparqlEndpoint(front, settings), GraphStore(front, settings.base)
    app.router.routes += [
        Route("/sparql", endpoint),
        Route("/edition/{edition:int}/sparql", endpoint),
        Route("/graphs", graphs),
        Route("/edition/{edition:int}/graphs", graphs),
    ]
    look = pages.Look(front, settings.base)
    html = pages.HtmlPages(look, questions)
    for router in (
        html.router(),
        questions_router(front, questions, html),
        editions_router(look, settings),
        Citable(look, html, questions, settings).router(),
        documents_router(look, questions),
        CatalogueRoutes(stock, look).router(),
        DumpRoutes(stock).router(),
        feed_router(stock),
        *linked_routers(look, questions, settings, stock.public),
        MatchPages(look, matchmaker).router(),
        MatchRoutes(matchmaker).router(),
        desk_router(settings),
        lists_router(reconciliation, look),
        reconcile_router(reconciliation, look),
    ):
        app.include_router(router)
    app.add_middleware(pages.HtmlProblems, look=look)
    app.add_middleware(OpenToAll, paths=OPEN_PATHS)
    app.add_middleware(CompressMiddleware, minimum_size=SHORTEST, gzip_level=4, zstd_level=1)
    app.add_middleware(Shortcut, path="/sparql", target=endpoint)
    problems.install(app, settings.base)
    operations.install(app)
    pages.install(app, look)
    return app


def _let_rest() -> None:
    """What was made so far stays for good: the collector need not walk it again and again (half the time of
    small queries, measured)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Shortcut:
    """Leads programs to one path past everything else; browsers go the whole way, for they may get a page."""

    def __init__(self, app: ASGIApp, path: str, target: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._target = target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            note_client(scope)
        short = scope["type"] == "http" and scope["path"] == self._path and not _takes_html(scope)
        await (self._target if short else self._app)(scope, receive, send)


def _takes_html(scope: Scope) -> bool:
    return any(name == b"accept" and b"html" in value for name, value in scope["headers"])


class OpenToAll:
    """CORS for open data: any origin may read, none may send credentials. Submissions are not open."""

    def __init__(self, app: ASGIApp, paths: tuple[str, ...]) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers that let a page of another origin read the answer."""
        if scope["type"] != "http" or not scope["path"].startswith(self._paths):
            await self._app(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["access-control-allow-origin"] = "*"
                headers["access-control-expose-headers"] = (
                    "ETag, Link, Regiograph-Edition, Regiograph-Rows, Retry-After"
                )
                if scope["method"] == "OPTIONS":
                    headers["access-control-allow-methods"] = "GET, HEAD, POST, OPTIONS"
                    headers["access-control-allow-headers"] = "Accept, Content-Type, If-None-Match"
                    headers["access-control-max-age"] = "86400"
            await send(message)

        await self._app(scope, receive, send_open)
