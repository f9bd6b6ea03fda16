"""The service description: what `/sparql` says of itself when nothing is asked."""

import hashlib
from io import BytesIO

from starlette.datastructures import URL, Headers
from starlette.responses import Response
from starlette.types import Scope

from api.sparql.sending import knows
from regiograph.description import service
from regiograph.errors import NotAcceptable
from regiograph.service.counting import counted
from regiograph.service.front import Front
from regiograph.store.answers import Triples
from regiograph.store.formats import GRAPHS, TABLES, accepted, named


async def service_description(
    front: Front, base: str, scope: Scope, format: str | None, edition: int | None
) -> Response:
    """The description of the service at the address that was asked, in the RDF format that is liked best.

    Raises:
        NotAcceptable: no RDF is liked.
        NoSuchThing: no such edition.
        NotReady: nothing is published yet.
    """
    headers = Headers(scope=scope)
    chosen = named(format, GRAPHS) if format else accepted(",".join(headers.getlist("accept")), GRAPHS)
    if chosen is None:
        raise NotAcceptable(
            "Without a query, this address describes itself, in RDF only.",
            where="the Accept header",
            way_out="Ask a query with the parameter `query`, or ask for text/turtle.",
        )
    triples = service(
        front.manifest(edition),
        await counted(front, edition),
        base=base,
        endpoint=str(URL(scope=scope).replace(query="", fragment="")),
        tables=TABLES,
        graphs=GRAPHS,
        asks=front.services,
    )
    output = BytesIO()
    Triples(triples).write(output, chosen)
    tag = hashlib.sha256(output.getvalue()).hexdigest()[:32]
    told = {"etag": f'"{tag}"', "vary": "Accept", "cache-control": "no-cache"}
    if knows(headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=told)
    return Response(output.getvalue(), headers=told, media_type=chosen.media)
