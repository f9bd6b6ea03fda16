"""The catalogue: which routers there are for descriptions, files and changes."""

from collections.abc import Iterator

from fastapi import APIRouter

from api.catalogue.dumps import DumpRoutes
from api.catalogue.feed import feed_router
from api.catalogue.routes import CatalogueRoutes
from api.catalogue.stock import Stock
from api.pages import Look


def catalogue_routers(stock: Stock, look: Look) -> Iterator[APIRouter]:
    """The routers, in the order in which they are tried."""
    yield CatalogueRoutes(stock, look).router()
    yield DumpRoutes(stock).router()
    yield feed_router(stock, look)
