"""Dumps over HTTP: `/dumps/<dataset>.<ending>`, whole or a range, compressed with `.gz`; each a known file.

`/dumps/<edition>/…` gives those of an edition that is kept.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.catalogue.stock import Stock
from api.negotiation import http_date, not_modified, unchanged
from regiograph.catalogue.describe import LICENCE
from regiograph.dumps.export import table_bytes
from regiograph.dumps.formats import CSV, GZIP
from regiograph.dumps.index import TABLE_END, File, Index, by_ending
from regiograph.dumps.pieces import cut, digest_of
from regiograph.errors import NoSuchThing

_RANGE = re.compile(r"bytes=(\d{1,15})?-(\d{1,15})?")
_NAME = re.compile(r"([a-z0-9-]{1,200})\.([a-z]{2,6}(?:\.gz)?)")
_RESPONSES: dict[int | str, dict[str, object]] = {
    200: {"description": "The file", "content": {"application/octet-stream": {}}},
    206: {"description": "A part of it"},
    404: {"description": "No such file", "content": {"application/problem+json": {}}},
}


@dataclass(frozen=True, slots=True)
class _Span:
    """The first and last byte of a range."""

    first: int
    last: int


class DumpRoutes:
    """Answers for the files of editions."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock

    def router(self) -> APIRouter:
        """The routes of the dumps."""
        router = APIRouter(tags=["catalogue"])
        for path, name in (
            ("/dumps/{name}", "read_dump"),
            ("/dumps/{edition}/{name}", "read_dump_of_edition"),
        ):
            router.add_api_route(
                path,
                self._file,
                methods=["GET"],
                operation_id=name,
                summary="A file of a dataset",
                response_class=Response,
                responses=_RESPONSES,
            )
            router.add_api_route(path, self._file, methods=["HEAD"], include_in_schema=False)
        return router

    async def _file(self, request: Request, name: str, edition: int | None = None) -> Response:
        """All statements of a dataset, in the format of the ending: ttl, trig, nq, jsonld, csv; `.gz` too."""
        index = await self._stock.index(edition)
        if name.endswith(TABLE_END):
            content = table_bytes(index.find(name.removesuffix(TABLE_END)), LICENCE)
            return Response(content, media_type="application/csvm+json")
        found = _NAME.fullmatch(name)
        if not found:
            raise NoSuchThing(
                "There is no such file.", where=name[:80], way_out="See the catalogue at /catalog."
            )
        shelved = index.find(found[1])
        ending = found[2]
        file = next((one for one in shelved.files if one.ending == ending), None)
        if file is None:
            file = await run_in_threadpool(self._other, index, found[1], ending)
        headers = _headers(index, file, name, edition is not None)
        if CSV.ending == ending:
            headers["link"] = f'<{request.url.path.removesuffix(".csv")}{TABLE_END}>; rel="describedby"'
        if unchanged(request, headers):
            return not_modified(headers)
        if request.method == "HEAD":
            return Response(headers={**headers, "content-length": str(file.size)}, media_type=None)
        span = _span(request, file, headers["etag"])
        if span is not None and span.first > span.last:
            return Response(status_code=416, headers={**headers, "content-range": f"bytes */{file.size}"})
        return _sent(self._blocks(index, found[1], file, span), file, headers, span)

    def _blocks(self, index: Index, id: str, file: File, span: _Span | None) -> Iterator[bytes]:
        pieces, shelf = index.find(id).dataset.pieces, self._stock.shelf.pieces
        first, last = (span.first, span.last) if span else (0, None)
        if file.is_packed:
            return shelf.packed(pieces, file.format).blocks(first, last)
        return cut(shelf.plain(pieces, file.format), first, last)

    def _other(self, index: Index, id: str, ending: str) -> File:
        """A file that the catalogue does not name: the same content packed or unpacked."""
        by_ending(ending)
        file = File(ending=ending, size=0, sha256="")
        digest, size = digest_of(self._blocks(index, id, file, None))
        return File(ending=ending, size=size, sha256=digest)


def _headers(index: Index, file: File, name: str, of_edition: bool) -> dict[str, str]:
    kept = "public, max-age=31536000, immutable" if of_edition else "no-cache"
    return {
        "etag": f'"{file.sha256}"',
        "last-modified": http_date(index.created),
        "content-type": GZIP if file.is_packed else file.format.content_type,
        "content-disposition": f'attachment; filename="{name}"',
        "accept-ranges": "bytes",
        "cache-control": kept,
        "x-content-type-options": "nosniff",
        "regiograph-edition": str(index.edition),
    }


def _sent(blocks: Iterable[bytes], file: File, headers: dict[str, str], span: _Span | None) -> Response:
    length, status = file.size, 200
    if span:
        length, status = span.last - span.first + 1, 206
        headers["content-range"] = f"bytes {span.first}-{span.last}/{file.size}"
    headers["content-length"] = str(length)
    return StreamingResponse(iter(blocks), status, headers)


def _span(request: Request, file: File, tag: str) -> _Span | None:
    """The range asked for, empty where the file has no such bytes; none where the whole is to be sent."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    if not found or found[0] == "bytes=-" or request.headers.get("if-range", tag) != tag:
        return None
    if found[1] is None:
        return _Span(max(0, file.size - int(found[2])), file.size - 1)
    return _Span(int(found[1]), min(int(found[2] or file.size), file.size - 1))
