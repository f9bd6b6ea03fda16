"""The app: which routers there are, and what starts and stops with it. Translates; decides nothing."""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette_compress import CompressMiddleware

from api import openapi, pages, problems
from api.answers.routers import answers_routers
from api.catalogue.routers import catalogue_routers
from api.catalogue.stock import Stock
from api.desk import desk_router
from api.documents import documents_router
from api.linked.routers import linked_routers
from api.matching.matchmaker import Matchmaker
from api.matching.routers import matching_routers
from api.middleware import OPEN_PATHS, OpenToAll, Shortcut
from api.reconcile.reconciliation import Reconciliation
from api.reconcile.routers import reconcile_routers
from api.sparql.endpoint import SparqlEndpoint
from api.sparql.express import Express
from api.sparql.routes import sparql_routes
from api.warming import Warming
from regiograph import __version__
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.service.coding import SHORTEST
from regiograph.service.front import Front
from regiograph.settings import Settings


def create_app(settings: Settings, queries: Path | None = None, *, warm: bool = False) -> FastAPI:
    """The whole service. Workers start before the first request is taken.

    `warm`: what is slow to ask for the first time is prepared meanwhile, for each new edition.
    """
    owned = _Owned.of(settings, warm)
    questions = Questions.read(queries or room("queries"), Iris(settings.base))
    look = pages.Look(owned.front, settings.base)
    endpoint = SparqlEndpoint(owned.front, settings, owned.express)
    app = FastAPI(
        title="Regiograph",
        version=__version__,
        lifespan=owned.lifespan,
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.front = owned.front
    app.state.questions = questions
    app.router.routes += sparql_routes(endpoint, owned.front, settings)
    for router in _routers(owned, look, questions, settings):
        app.include_router(router)
    app.add_middleware(pages.HtmlProblems, look=look)
    app.add_middleware(OpenToAll, paths=OPEN_PATHS)
    app.add_middleware(CompressMiddleware, minimum_size=SHORTEST, gzip_level=4, zstd_level=1)
    app.add_middleware(Shortcut, path="/sparql", target=endpoint)
    problems.install(app, settings.base)
    openapi.install(app)
    pages.install(app, look)
    return app


@dataclass(frozen=True, slots=True)
class _Owned:
    """What starts and stops with the app."""

    front: Front
    express: Express
    stock: Stock
    matchmaker: Matchmaker
    reconciliation: Reconciliation
    warming: Warming

    @classmethod
    def of(cls, settings: Settings, warm: bool) -> "_Owned":
        front = Front(settings)
        stock = Stock(front, settings)
        matchmaker = Matchmaker(front, settings)
        reconciliation = Reconciliation(front, settings)
        works = (matchmaker.warm, reconciliation.warm, stock.warm) if warm else ()
        express = Express(front, settings)
        return cls(front, express, stock, matchmaker, reconciliation, Warming(front, works))

    @asynccontextmanager
    async def lifespan(self, _app: FastAPI) -> AsyncIterator[dict[str, Express]]:
        """The time in which requests are taken; the server knows the express, which goes past the app."""
        try:
            await self.front.start()
            _let_rest()
            self.warming.start()
            yield {"express": self.express}
        finally:
            await self.warming.close()
            await self.matchmaker.close()
            await self.stock.close()
            await self.reconciliation.pool.close()
            await self.front.close()


def _routers(
    owned: _Owned, look: pages.Look, questions: Questions, settings: Settings
) -> Iterator[APIRouter]:
    """The routers of each room, in the order in which they are tried."""
    yield from answers_routers(look, questions, settings)
    yield documents_router(look, questions)
    yield from catalogue_routers(owned.stock, look)
    yield from linked_routers(look, questions, settings, owned.stock.public)
    yield from matching_routers(owned.matchmaker, look)
    yield desk_router(settings)
    yield from reconcile_routers(owned.reconciliation, look)


def _let_rest() -> None:
    """What was made so far stays for good: the collector need not walk it again and again (half the time of
    small queries, measured)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
