"""Follows the addresses of a catalogue: do they answer, and with what the catalogue says?"""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import httpx
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, FOAF
from rdflib.term import Node

from regiograph.catalogue.codes import IANA

_AT_ONCE = 8
_SPDX_CHECKSUM = URIRef("http://spdx.org/rdf/terms#checksum")
_SPDX_VALUE = URIRef("http://spdx.org/rdf/terms#checksumValue")
_COMPRESSED = URIRef("http://www.w3.org/ns/dcat#compressFormat")
_PAGES = (
    DCAT.landingPage,
    FOAF.page,
    FOAF.homepage,
    URIRef("http://www.w3.org/ns/dcat#endpointDescription"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the catalogue says of an address."""

    address: str
    media: str = ""
    size: int | None = None
    sha256: str = ""

    @property
    def is_file(self) -> bool:
        """Whether its content can be checked."""
        return self.size is not None or bool(self.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What an address answered."""

    address: str
    status: int  # 0: no answer
    wrong: tuple[str, ...] = ()


def expected(graph: Graph, *, beneath: Sequence[str]) -> list[Expected]:
    """The addresses of a page that begin with one of these, each with what is said of it."""
    found: dict[str, Expected] = {}
    for subject, address in _addresses(graph):
        if address.startswith(tuple(beneath)):
            said = Expected(address=address) if subject is None else _said(graph, subject, address)
            if address not in found or said.is_file:
                found[address] = said
    return list(found.values())


def _addresses(graph: Graph) -> Iterable[tuple[Node | None, str]]:
    for path in _PAGES:
        yield from ((None, str(address)) for address in graph.objects(None, path))
    yield from ((None, str(address)) for address in graph.objects(None, DCAT.accessURL))
    yield from ((node, str(address)) for node, address in graph.subject_objects(DCAT.downloadURL))


def _said(graph: Graph, distribution: Node, address: str) -> Expected:
    media = graph.value(distribution, _COMPRESSED) or graph.value(distribution, DCAT.mediaType)
    size = graph.value(distribution, DCAT.byteSize)
    checksum = graph.value(distribution, _SPDX_CHECKSUM)
    value = graph.value(checksum, _SPDX_VALUE) if checksum is not None else None
    return Expected(
        address=address,
        media=str(media or "").replace("http://", "https://", 1).removeprefix(IANA),
        size=int(str(size)) if size is not None and str(size).isdecimal() else None,
        sha256=str(value or "").lower(),
    )


def follow(all_expected: Sequence[Expected], *, seconds: float = 60) -> list[Followed]:
    """What each address answered; a few at a time."""
    return asyncio.run(_follow_all(all_expected, seconds))


async def _follow_all(all_expected: Sequence[Expected], seconds: float) -> list[Followed]:
    turns = asyncio.Semaphore(_AT_ONCE)
    limits = httpx.Limits(max_connections=_AT_ONCE)
    headers = {"user-agent": "regiograph", "accept-encoding": "identity"}
    async with httpx.AsyncClient(
        timeout=seconds, limits=limits, headers=headers, follow_redirects=True
    ) as client:

        async def one(each: Expected) -> Followed:
            async with turns:
                return await _follow(client, each)

        return await asyncio.gather(*(one(each) for each in all_expected))


async def _follow(client: httpx.AsyncClient, each: Expected) -> Followed:
    try:
        head = await client.head(each.address)
        wrong = [] if head.is_success else [f"HEAD answers {head.status_code}"]
        if head.is_success and each.is_file:
            wrong += _of_header(head, each)
            wrong += await _of_content(client, each)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Followed(address=each.address, status=0, wrong=(f"no answer ({type(error).__name__})",))
    return Followed(address=each.address, status=head.status_code, wrong=tuple(wrong))


def _of_header(head: httpx.Response, each: Expected) -> list[str]:
    wrong = []
    media = head.headers.get("content-type", "").split(";")[0].strip()
    if each.media and media != each.media:
        wrong.append(f"the type is {media or 'not said'}, the catalogue says {each.media}")
    length = head.headers.get("content-length")
    if each.size is not None and length is not None and int(length) != each.size:
        wrong.append(f"HEAD says {length} bytes, the catalogue {each.size}")
    return wrong


async def _of_content(client: httpx.AsyncClient, each: Expected) -> list[str]:
    digest, size = hashlib.sha256(), 0
    async with client.stream("GET", each.address) as response:
        async for block in response.aiter_raw():
            digest.update(block)
            size += len(block)
    wrong = [] if response.is_success else [f"GET answers {response.status_code}"]
    if each.size is not None and size != each.size:
        wrong.append(f"it has {size} bytes, the catalogue says {each.size}")
    if each.sha256 and digest.hexdigest() != each.sha256:
        wrong.append("its SHA-256 is not the one in the catalogue")
    return wrong
