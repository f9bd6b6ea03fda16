"""SPARQL: the routes of the endpoint and of the graph store, of the current edition and of each."""

from starlette.routing import Route

from api.sparql.endpoint import SparqlEndpoint
from api.sparql.graphs import GraphStore
from regiograph.service.front import Front
from regiograph.settings import Settings


def sparql_routes(endpoint: SparqlEndpoint, front: Front, settings: Settings) -> list[Route]:
    """The routes: plain ASGI, past the framework's own request machinery."""
    graphs = GraphStore(front, settings.base)
    return [
        Route("/sparql", endpoint),
        Route("/edition/{edition:int}/sparql", endpoint),
        Route("/graphs", graphs),
        Route("/edition/{edition:int}/graphs", graphs),
    ]
