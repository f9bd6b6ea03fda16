"""Address or file → the pages of a catalogue, as a harvester reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from rdflib import Graph, Namespace
from rdflib.exceptions import ParserError
from rdflib.namespace import RDF

from regiograph.errors import NotRdf, Unreachable

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")

_FORMATS = {
    "text/turtle": "turtle",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
}
_ENDINGS = {".ttl": "turtle", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld", ".nt": "nt"}
_ACCEPT = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, application/n-triples;q=0.7"
_MOST_PAGES = 10_000
_MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestedPage:
    """One page of a catalogue."""

    address: str
    graph: Graph


def harvest(place: str, *, seconds: float = 60) -> Iterator[HarvestedPage]:
    """All pages of a catalogue, as hydra:next leads from one to the next; a file is one page.

    Raises:
        Unreachable: an address does not answer.
        NotRdf: what is there does not parse.
    """
    if not place.startswith(("http://", "https://")):
        yield _file(Path(place))
        return
    seen: set[str] = set()
    with httpx.Client(timeout=seconds, follow_redirects=True, headers={"user-agent": "regiograph"}) as client:
        while place and place not in seen and len(seen) < _MOST_PAGES:
            seen.add(place)
            page = _fetched(client, place)
            yield page
            place = _next(page.graph)


def _file(path: Path) -> HarvestedPage:
    format = _ENDINGS.get(path.suffix.lower())
    if format is None:
        raise NotRdf(
            "The file name does not say which RDF format this is.",
            where=path.name,
            way_out=f"Use one of the endings {', '.join(_ENDINGS)}.",
        )
    return HarvestedPage(address=path.name, graph=_parsed(path.read_bytes(), format, path.name))


def _fetched(client: httpx.Client, address: str) -> HarvestedPage:
    try:
        response = client.get(address, headers={"accept": _ACCEPT})
        response.raise_for_status()
    except httpx.HTTPStatusError as error:
        raise _unreachable(address, f"It answered with HTTP status {error.response.status_code}.") from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _unreachable(address, "It cannot be reached.") from None
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    if kind not in _FORMATS or len(response.content) > _MOST_BYTES:
        raise NotRdf(
            f"This is {kind or 'of no type'}, not a catalogue in RDF.",
            where=address,
            way_out=f"A catalogue comes as one of: {', '.join(_FORMATS)}.",
        )
    return HarvestedPage(address=address, graph=_parsed(response.content, _FORMATS[kind], address))


def _parsed(data: bytes, format: str, where: str) -> Graph:
    try:
        return Graph().parse(data=data, format=format)
    except (ParserError, SyntaxError, ValueError, AssertionError):
        raise NotRdf(
            f"This is not valid {format}.", where=where, way_out="Run an RDF parser on it."
        ) from None
    except Exception as error:  # parsers have errors of many kinds: none of them is ours to show
        if type(error).__module__.split(".")[0] not in ("xml", "rdflib", "json"):
            raise
        raise NotRdf(
            f"This is not valid {format}.", where=where, way_out="Run an RDF parser on it."
        ) from None


def _next(graph: Graph) -> str:
    for view in graph.subjects(RDF.type, HYDRA.PartialCollectionView):
        for following in graph.objects(view, HYDRA.next):
            return str(following)
    for view in graph.subjects(RDF.type, HYDRA.PagedCollection):
        for following in graph.objects(view, HYDRA.nextPage):
            return str(following)
    return ""


def _unreachable(address: str, problem: str) -> Unreachable:
    return Unreachable(problem, where=address, way_out="Check the address, and that the service is running.")
